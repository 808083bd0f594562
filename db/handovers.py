"""Questions passed to staff, after the person's yes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from db.tables import handovers

OPEN: Final = "open"
CLOSED: Final = "closed"


@dataclass(frozen=True, slots=True)
class NewHandover:
    address_id: int
    kind: str
    body: bytes
    commune: str
    language: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KeptHandover:
    kind: str
    body: bytes
    state: str
    created_at: datetime


def of_address(tx: sa.Connection, address_id: int) -> Sequence[KeptHandover]:
    """Return what this address passed to staff, oldest first."""
    columns = handovers.c
    statement = sa.select(columns.kind, columns.body, columns.state, columns.created_at)
    mine = statement.where(columns.address_id == address_id).order_by(columns.id)
    return [KeptHandover(*row) for row in tx.execute(mine)]


def add(tx: sa.Connection, handover: NewHandover) -> None:
    tx.execute(sa.insert(handovers).values(**asdict(handover), state=OPEN))


def is_open(tx: sa.Connection, address_id: int) -> bool:
    """Whether something this address passed to staff still waits."""
    statement = sa.select(handovers.c.id).where(handovers.c.address_id == address_id, handovers.c.state == "open")
    return tx.scalar(statement.limit(1)) is not None


def erase(tx: sa.Connection, address_id: int) -> None:
    tx.execute(sa.delete(handovers).where(handovers.c.address_id == address_id))


def forget_closed(tx: sa.Connection, moment: datetime) -> int:
    """Delete handovers closed before `moment`; return how many."""
    old = sa.and_(handovers.c.state == CLOSED, handovers.c.closed_at < moment)
    return (tx.execute(sa.delete(handovers).where(old))).rowcount
