"""What the next step must know of each conversation: one encrypted record an address."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import insert, run
from db.tables import sessions


async def load(tx: AsyncConnection, address_ids: Collection[int]) -> dict[int, bytes]:
    """Return the kept sessions by address number."""
    statement = sa.select(sessions.c.address_id, sessions.c.body).where(sessions.c.address_id.in_(address_ids))
    return {row.address_id: row.body for row in await tx.execute(statement)}


async def save(tx: AsyncConnection, bodies: dict[int, bytes], now: datetime) -> None:
    """Keep each session in place of the one before."""
    adding = insert(tx, sessions)
    statement = adding.on_conflict_do_update(
        index_elements=["address_id"],
        set_={"body": adding.excluded.body, "updated_at": adding.excluded.updated_at},
    )
    await run(tx, statement, [{"address_id": each, "body": body, "updated_at": now} for each, body in bodies.items()])


async def erase(tx: AsyncConnection, address_id: int) -> None:
    await tx.execute(sa.delete(sessions).where(sessions.c.address_id == address_id))


async def forget_idle(tx: AsyncConnection, moment: datetime) -> int:
    """Delete sessions unchanged since `moment`; return how many."""
    return (await tx.execute(sa.delete(sessions).where(sessions.c.updated_at < moment))).rowcount
