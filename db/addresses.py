"""Where people can be answered."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.types import Address
from db.engine import insert
from db.tables import addresses, handovers, inbox, messages, sessions

ACTIVE, BLOCKED = "active", "blocked"


async def note(tx: AsyncConnection, seen: Collection[Address], now: datetime) -> dict[Address, int]:
    """Return the number of each address, new or known. Who writes to us can be written to again."""
    adding = insert(tx, addresses)
    statement = adding.on_conflict_do_update(
        index_elements=["channel", "chat"],
        set_={"seen_at": adding.excluded.seen_at, "state": adding.excluded.state},
    ).returning(addresses.c.id, addresses.c.channel, addresses.c.chat)
    rows = [
        {"channel": each.channel, "chat": each.chat, "state": ACTIVE, "created_at": now, "seen_at": now}
        for each in seen
    ]
    found = await tx.execute(statement, rows)
    return {Address(row.channel, row.chat): row.id for row in found}


async def find(tx: AsyncConnection, address: Address) -> int | None:
    """Return the number of an address, None for one that is not kept."""
    statement = sa.select(addresses.c.id).where(
        addresses.c.channel == address.channel, addresses.c.chat == address.chat
    )
    number: int | None = await tx.scalar(statement)
    return number


async def block(tx: AsyncConnection, address_id: int) -> None:
    """Note that the person stopped us; undone when they write again."""
    await tx.execute(sa.update(addresses).where(addresses.c.id == address_id).values(state=BLOCKED))


async def forget(tx: AsyncConnection, address_id: int) -> None:
    """Delete an address that holds nothing any more."""
    await tx.execute(sa.delete(addresses).where(addresses.c.id == address_id))


async def forget_empty(tx: AsyncConnection) -> int:
    """Delete every address that holds nothing; return how many."""
    holding = (
        sa.exists().where(table.c.address_id == addresses.c.id) for table in (messages, sessions, handovers, inbox)
    )
    done = await tx.execute(sa.delete(addresses).where(*(sa.not_(each) for each in holding)))
    return done.rowcount
