"""Questions passed to staff, after the person's yes."""

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
