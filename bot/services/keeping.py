"""Effects that are rows of their own: which function keeps which. Whoever adds such an effect adds its line to KEEP.

Questions, votes, erasures and stops have their place in the order of a turn (effects.py).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.core.types import CorrectLead, EraseLead, OpenHandover, OpenLead, WithdrawLead
from bot.services import registrations
from bot.services.moments import Moment
from db import handovers


def open_handover(moment: Moment, effect: OpenHandover) -> None:
    body = moment.sealed.handover(effect.messages)
    commune, language = moment.session.commune, moment.session.language
    row = handovers.NewHandover(moment.address_id, effect.kind, body, commune, language, moment.now)
    handovers.add(moment.tx, row)


KEEP: Final[Mapping[type, Callable[[Moment, Any], None]]] = {
    OpenHandover: open_handover,
    OpenLead: registrations.open_lead,
    CorrectLead: registrations.correct,
    WithdrawLead: registrations.withdraw,
    EraseLead: registrations.erase,
}
