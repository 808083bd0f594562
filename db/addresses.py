"""Where people can be answered, and which addresses are one person.

Linked addresses share the number in `person`: that of the first of them (numbers are never given again).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from bot.core.types import Address
from db.engine import insert
from db.messages import is_open
from db.prepared import Prepared
from db.tables import (
    addresses,
    consents,
    deliveries,
    handovers,
    inbox,
    leads,
    link_codes,
    messages,
    privacy_requests,
    sessions,
    slips,
    staff_bindings,
    subscriptions,
)

ACTIVE, BLOCKED, ERASED = "active", "blocked", "erased"
HOLDING = (
    messages, sessions, handovers, inbox, leads, slips, staff_bindings, consents, subscriptions, link_codes,
    privacy_requests, deliveries,
)  # fmt: skip


def note(tx: sa.Connection, seen: Collection[Address], now: datetime) -> dict[Address, int]:
    """Return the number of each address, new or known. Who writes to us can be written to again."""
    rows = [
        {"channel": each.channel, "chat": each.chat, "state": ACTIVE, "created_at": now, "seen_at": now}
        for each in seen
    ]
    return {Address(channel, chat): number for number, channel, chat in _NOTE.run(tx, rows)}


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


def of_person(tx: sa.Connection, address_id: int) -> Sequence[int]:
    """Return the addresses of whoever writes from this one, itself first."""
    mine = sa.select(addresses.c.person).where(addresses.c.id == address_id).scalar_subquery()
    linked = sa.and_(addresses.c.person == mine, addresses.c.id != address_id)
    return [address_id, *tx.scalars(sa.select(addresses.c.id).where(linked).order_by(addresses.c.id))]


def channels(tx: sa.Connection, address_ids: Collection[int]) -> Sequence[str]:
    """Return the channel of each address, in the order of their numbers."""
    statement = sa.select(addresses.c.channel).where(addresses.c.id.in_(address_ids)).order_by(addresses.c.id)
    return list(tx.scalars(statement))


def address_of(tx: sa.Connection, address_id: int) -> Address:
    """Return the address of a number that is kept."""
    row = tx.execute(sa.select(addresses.c.channel, addresses.c.chat).where(addresses.c.id == address_id)).one()
    return Address(row.channel, row.chat)


def link(tx: sa.Connection, address_ids: Collection[int]) -> None:
    """Make one person of these addresses (and of all that they are linked with)."""
    everyone = sorted({each for number in address_ids for each in of_person(tx, number)})
    tx.execute(sa.update(addresses).where(addresses.c.id.in_(everyone)).values(person=everyone[0]))


def part(tx: sa.Connection, address_id: int) -> None:
    """Let an address be a person by itself again; one that stays alone is so, too."""
    rest = of_person(tx, address_id)[1:]
    tx.execute(sa.update(addresses).where(addresses.c.id == address_id).values(person=None))
    if len(rest) == 1:
        tx.execute(sa.update(addresses).where(addresses.c.id == rest[0]).values(person=None))


def note_erased(tx: sa.Connection, address_id: int) -> None:
    """Note that nothing but the last reply is left; undone when they write again."""
    tx.execute(sa.update(addresses).where(addresses.c.id == address_id).values(state=ERASED, person=None))


def erased_before(tx: sa.Connection, moment: datetime) -> Sequence[int]:
    """Return erased addresses that wrote before `moment` last, and of which nothing is under way any more."""
    sending = sa.exists().where(messages.c.address_id == addresses.c.id, is_open(messages))
    waiting = sa.exists().where(inbox.c.address_id == addresses.c.id, inbox.c.state == "waiting")
    turns = sa.select(sa.func.count(messages.c.inbox_id.distinct())).where(messages.c.address_id == addresses.c.id)
    last_one_only = turns.scalar_subquery() <= 1  # an event that came in the same moment may have begun anew
    over = sa.and_(
        addresses.c.state == ERASED, addresses.c.seen_at < moment, sa.not_(sending), sa.not_(waiting), last_one_only
    )
    return list(tx.scalars(sa.select(addresses.c.id).where(over)))


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
    holding = (sa.exists().where(table.c.address_id == addresses.c.id) for table in HOLDING)
    done = tx.execute(sa.delete(addresses).where(*(sa.not_(each) for each in holding)))
    return done.rowcount


def _note(dialect: str) -> sa.UpdateBase:
    adding = insert(dialect, addresses)
    return adding.on_conflict_do_update(
        index_elements=["channel", "chat"],
        set_={"seen_at": adding.excluded.seen_at, "state": adding.excluded.state},
    ).returning(addresses.c.id, addresses.c.channel, addresses.c.chat)


_NOTE: Final = Prepared(_note)
