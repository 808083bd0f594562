"""Where people can be answered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from bot.core.types import Address
from db.engine import insert
from db.tables import addresses, handovers, inbox, leads, messages, sessions, slips, staff_bindings

ACTIVE, BLOCKED = "active", "blocked"


def note(tx: sa.Connection, seen: Collection[Address], now: datetime) -> dict[Address, int]:
    """Return the number of each address, new or known. Who writes to us can be written to again."""
    rows = [
        {"channel": each.channel, "chat": each.chat, "state": ACTIVE, "created_at": now, "seen_at": now}
        for each in seen
    ]
    found = tx.execute(_note(tx.dialect.name), rows)
    return {Address(row.channel, row.chat): row.id for row in found}


def find(tx: sa.Connection, address: Address) -> int | None:
    """Return the number of an address, None for one that is not kept."""
    statement = sa.select(addresses.c.id).where(
        addresses.c.channel == address.channel, addresses.c.chat == address.chat
    )
    number: int | None = tx.scalar(statement)
    return number


def every(tx: sa.Connection) -> list[tuple[int, Address]]:
    """Return the number of every address that is kept."""
    found = tx.execute(sa.select(addresses.c.id, addresses.c.channel, addresses.c.chat))
    return [(row.id, Address(row.channel, row.chat)) for row in found]


def last_seen(tx: sa.Connection) -> datetime | None:
    """Return when anybody wrote last; None where nobody did."""
    moment: datetime | None = tx.scalar(sa.select(sa.func.max(addresses.c.seen_at)))
    return moment


def known(tx: sa.Connection, channel: str, chats: Collection[str]) -> set[str]:
    """Return those of these chats that are kept."""
    return set(
        tx.scalars(sa.select(addresses.c.chat).where(addresses.c.channel == channel, addresses.c.chat.in_(chats)))
    )


@dataclass(frozen=True, slots=True)
class Kept:
    address: Address
    state: str


def read(tx: sa.Connection, address_id: int) -> Kept | None:
    row = tx.execute(sa.select(addresses).where(addresses.c.id == address_id)).one_or_none()
    return None if row is None else Kept(Address(row.channel, row.chat), row.state)


def block(tx: sa.Connection, address_id: int) -> None:
    """Note that the person stopped us; undone when they write again."""
    tx.execute(sa.update(addresses).where(addresses.c.id == address_id).values(state=BLOCKED))


def resume(tx: sa.Connection, address_id: int) -> None:
    """Note that the person wants to hear from us again."""
    tx.execute(sa.update(addresses).where(addresses.c.id == address_id).values(state=ACTIVE))


def forget(tx: sa.Connection, address_id: int) -> None:
    """Delete an address that holds nothing any more."""
    tx.execute(sa.delete(addresses).where(addresses.c.id == address_id))


def forget_empty(tx: sa.Connection) -> int:
    """Delete every address that holds nothing; return how many."""
    holding = (
        sa.exists().where(table.c.address_id == addresses.c.id)
        for table in (messages, sessions, handovers, inbox, leads, slips, staff_bindings)
    )
    done = tx.execute(sa.delete(addresses).where(*(sa.not_(each) for each in holding)))
    return done.rowcount


@cache  # made once: to put a statement together costs more than to execute it
def _note(dialect: str) -> sa.Executable:
    adding = insert(dialect, addresses)
    return adding.on_conflict_do_update(
        index_elements=["channel", "chat"],
        set_={"seen_at": adding.excluded.seen_at, "state": adding.excluded.state},
    ).returning(addresses.c.id, addresses.c.channel, addresses.c.chat)
