"""What the next step must know of each conversation: one encrypted record an address."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from db.engine import insert, run
from db.tables import sessions


def load(tx: sa.Connection, address_ids: Collection[int]) -> dict[int, bytes]:
    """Return the kept sessions by address number."""
    statement = sa.select(sessions.c.address_id, sessions.c.body).where(sessions.c.address_id.in_(address_ids))
    return {row.address_id: row.body for row in tx.execute(statement)}


def save(tx: sa.Connection, bodies: dict[int, bytes], now: datetime) -> None:
    """Keep each session in place of the one before."""
    adding = insert(tx, sessions)
    statement = adding.on_conflict_do_update(
        index_elements=["address_id"],
        set_={"body": adding.excluded.body, "updated_at": adding.excluded.updated_at},
    )
    run(tx, statement, [{"address_id": each, "body": body, "updated_at": now} for each, body in bodies.items()])


def erase(tx: sa.Connection, address_id: int) -> None:
    tx.execute(sa.delete(sessions).where(sessions.c.address_id == address_id))


def forget_idle(tx: sa.Connection, moment: datetime) -> int:
    """Delete sessions unchanged since `moment`; return how many."""
    return (tx.execute(sa.delete(sessions).where(sessions.c.updated_at < moment))).rowcount
