"""Effects that are rows of their own: which function keeps which. Whoever adds such an effect adds its line to KEEP.

Questions, votes, erasures and stops have their place in the order of a turn (effects.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.core.types import Address, OpenHandover, Session
from bot.services.sealed import Sealed
from db import handovers


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


def open_handover(moment: Moment, effect: OpenHandover) -> None:
    body = moment.sealed.handover(effect.messages)
    commune, language = moment.session.commune, moment.session.language
    row = handovers.NewHandover(moment.address_id, effect.kind, body, commune, language, moment.now)
    handovers.add(moment.tx, row)


KEEP: Final[Mapping[type, Callable[[Moment, Any], None]]] = {
    OpenHandover: open_handover,
}
