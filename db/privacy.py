"""Requests about one's data that the chat cannot do by itself: an admin answers within the legal clock."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa

from db.tables import privacy_requests

OPEN: Final = "open"
CLOSED: Final = "closed"


@dataclass(frozen=True, slots=True)
class NewRequest:
    address_id: int
    kind: str
    body: bytes
    received_at: datetime
    due: date


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """`address_id` None: the person was erased since. `body`, `reason`: encrypted."""

    id: int
    address_id: int | None
    kind: str
    body: bytes | None
    state: str
    received_at: datetime
    due: date
    reason: bytes | None
    closed_at: datetime | None


def add(tx: sa.Connection, request: NewRequest) -> None:
    tx.execute(sa.insert(privacy_requests).values(**asdict(request), state=OPEN))


def every(tx: sa.Connection, state: str, kind: str, most: int) -> Sequence[KeptRequest]:
    """Return requests, soonest due first, those closed last; "" is any state or kind."""
    columns = privacy_requests.c
    statement = _READ.order_by(columns.state.desc(), columns.due, columns.id)
    if state:
        statement = statement.where(columns.state == state)
    if kind:
        statement = statement.where(columns.kind == kind)
    return [KeptRequest(*row) for row in tx.execute(statement.limit(most))]


def find(tx: sa.Connection, number: int) -> KeptRequest | None:
    row = tx.execute(_READ.where(privacy_requests.c.id == number)).one_or_none()
    return None if row is None else KeptRequest(*row)


def of_addresses(tx: sa.Connection, address_ids: Collection[int]) -> Sequence[KeptRequest]:
    """Return what these addresses asked for, oldest first."""
    mine = _READ.where(privacy_requests.c.address_id.in_(address_ids))
    return [KeptRequest(*row) for row in tx.execute(mine.order_by(privacy_requests.c.id))]


def close(tx: sa.Connection, number: int, by: int, reason: bytes, now: datetime) -> bool:
    """Close an open request; False where it is not open any more."""
    waits = sa.and_(privacy_requests.c.id == number, privacy_requests.c.state == OPEN)
    closed = sa.update(privacy_requests).where(waits)
    return tx.execute(closed.values(state=CLOSED, reason=reason, closed_by=by, closed_at=now)).rowcount == 1


def count_open(tx: sa.Connection) -> int:
    waiting = sa.select(sa.func.count()).where(privacy_requests.c.state == OPEN)
    return tx.scalar(waiting) or 0


def erase(tx: sa.Connection, address_id: int) -> None:
    """Take the person and their words out; that there was a request, and how fast it was answered, stays."""
    mine = privacy_requests.c.address_id == address_id
    tx.execute(sa.update(privacy_requests).where(mine).values(address_id=None, body=None, reason=None))


def forget(tx: sa.Connection, before: datetime) -> int:
    """Delete requests closed before `before`; return how many."""
    old = sa.and_(privacy_requests.c.state == CLOSED, privacy_requests.c.closed_at < before)
    return tx.execute(sa.delete(privacy_requests).where(old)).rowcount


_READ: Final = sa.select(
    privacy_requests.c.id, privacy_requests.c.address_id, privacy_requests.c.kind, privacy_requests.c.body,
    privacy_requests.c.state, privacy_requests.c.received_at, privacy_requests.c.due, privacy_requests.c.reason,
    privacy_requests.c.closed_at,
)  # fmt: skip
