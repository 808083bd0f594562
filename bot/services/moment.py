"""The turn that an effect comes from."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from bot.core.types import Address, Session
from bot.services.sealed import Sealed


@dataclass(frozen=True, slots=True)
class Moment:
    """The turn that an effect comes from. `session` is the one after it; `day` the law's day."""

    tx: sa.Connection
    sealed: Sealed
    address: Address
    address_id: int
    session: Session
    day: date
    now: datetime
