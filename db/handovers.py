"""Questions passed to staff, after the person's yes."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

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


async def add(tx: AsyncConnection, handover: NewHandover) -> None:
    await tx.execute(sa.insert(handovers).values(**asdict(handover), state=OPEN))


async def erase(tx: AsyncConnection, address_id: int) -> None:
    await tx.execute(sa.delete(handovers).where(handovers.c.address_id == address_id))


async def forget_closed(tx: AsyncConnection, moment: datetime) -> int:
    """Delete handovers closed before `moment`; return how many."""
    old = sa.and_(handovers.c.state == CLOSED, handovers.c.closed_at < moment)
    return (await tx.execute(sa.delete(handovers).where(old))).rowcount
