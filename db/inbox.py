"""Events as they came. A payload is kept only while it waits for its turn, an event's id as long as it may repeat."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from db.engine import insert, run
from db.prepared import Prepared
from db.tables import addresses, inbox

WAITING: Final = "waiting"
DONE: Final = "done"
ASIDE: Final = "aside"  # failed too often; answered with an apology

EventKey = tuple[str, str]  # channel, event id


@dataclass(frozen=True, slots=True)
class NewEvent:
    channel: str
    event_id: str
    address_id: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event stored without its turn."""

    id: int
    channel: str
    event_id: str
    chat: str
    address_id: int
    received_at: datetime
    payload: bytes
    tries: int


def put(tx: sa.Connection, events: Sequence[NewEvent], now: datetime) -> dict[EventKey, int]:
    """Store events as done, in order (their turns share this transaction). Return the numbers of the new ones.

    An event whose id is known already is not in the result.
    """
    rows = [
        {
            "channel": each.channel, "event_id": each.event_id, "address_id": each.address_id,
            "received_at": each.received_at, "payload": None, "state": DONE, "tries": 0, "done_at": now,
        }
        for each in events
    ]  # fmt: skip
    return {(channel, event_id): number for number, channel, event_id in _PUT.run(tx, rows)}


def find(tx: sa.Connection, keys: Collection[EventKey]) -> dict[EventKey, tuple[int, str]]:
    """Return number and state of each known event."""
    statement = sa.select(inbox.c.channel, inbox.c.event_id, inbox.c.id, inbox.c.state).where(
        sa.tuple_(inbox.c.channel, inbox.c.event_id).in_(list(keys))
    )
    return {(row.channel, row.event_id): (row.id, row.state) for row in tx.execute(statement)}


def let_wait(tx: sa.Connection, payloads: dict[int, bytes], *, failed: Collection[int]) -> None:
    """Keep events (by number) for a turn of their own. `failed` have had their first try."""
    rows = [{"number": number, "kept": payload, "tried": int(number in failed)} for number, payload in payloads.items()]
    run(tx, _LET_WAIT, rows)


def waiting(tx: sa.Connection) -> list[Waiting]:
    """Return the events without their turn, oldest first."""
    statement = (
        sa.select(inbox, addresses.c.chat)
        .join(addresses, addresses.c.id == inbox.c.address_id)
        .where(inbox.c.state == WAITING)
        .order_by(inbox.c.id)
    )
    return [
        Waiting(row.id, row.channel, row.event_id, row.chat, row.address_id, row.received_at, row.payload, row.tries)
        for row in tx.execute(statement)
    ]


def count_try(tx: sa.Connection, number: int) -> None:
    """Count a try before it is made: one that takes the process down counts too."""
    tx.execute(sa.update(inbox).where(inbox.c.id == number).values(tries=inbox.c.tries + 1))


def finish(tx: sa.Connection, number: int, state: str, now: datetime) -> None:
    """Empty an event whose turn is over. `state` is DONE or ASIDE."""
    statement = sa.update(inbox).where(inbox.c.id == number)
    tx.execute(statement.values(state=state, payload=None, done_at=now))


def empty(tx: sa.Connection, address_id: int, *, before: int | None = None) -> None:
    """Keep nothing but the ids of this address's events, and no link to it; of all, or of those before one event."""
    statement = sa.update(inbox).where(inbox.c.address_id == address_id)
    if before is not None:
        statement = statement.where(inbox.c.id < before)
    # An event that still waited counts as done: its turn would bring back what the person erased.
    tx.execute(statement.values(address_id=None, payload=None, state=DONE))


def forget_before(tx: sa.Connection, moment: datetime) -> int:
    """Delete events received before `moment`, except those that still wait; return how many."""
    done = tx.execute(sa.delete(inbox).where(inbox.c.received_at < moment, inbox.c.state != WAITING))
    return done.rowcount


# Made once: to put a statement together costs more than to execute it.

_LET_WAIT: Final = (
    sa.update(inbox)
    .where(inbox.c.id == sa.bindparam("number"))
    .values(state=WAITING, payload=sa.bindparam("kept"), tries=sa.bindparam("tried"), done_at=None)
)


def _put(dialect: str) -> sa.UpdateBase:
    return (
        insert(dialect, inbox)
        .on_conflict_do_nothing(index_elements=["channel", "event_id"])
        .returning(inbox.c.id, inbox.c.channel, inbox.c.event_id)
    )


_PUT: Final = Prepared(_put)
