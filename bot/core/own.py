"""What is kept of a person beside their conversation, as a step may see it (`World.own`).

Filled only where `conversation.looks_at` says so: most messages need nothing of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bot.core.leads import LeadState, Reason


@dataclass(frozen=True, slots=True)
class OwnLead:
    """A registration of the person who writes; `is_other`: for somebody else. `next_step`: its day."""

    id: int
    receipt: str
    state: LeadState
    reason: Reason | None
    opened: date
    is_other: bool
    calls: int = 0
    next_step: date | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a typed receipt and four digits open; `is_held`: too many tries, nothing was looked at."""

    lead: OwnLead | None = None
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class OwnSlip:
    """A slip for the commune: its number, the day it was made, the last day on which it can be opened."""

    number: int
    day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Own:
    """Of the person who writes. `waits_for_staff`: something they passed to staff is not closed yet.

    `leads`: newest first. `new_receipt`: a number for a registration that may be sent now.
    """

    waits_for_staff: bool = False
    leads: tuple[OwnLead, ...] = ()
    new_receipt: str = ""
    slips: tuple[OwnSlip, ...] = ()


NOTHING: Final = Own()
