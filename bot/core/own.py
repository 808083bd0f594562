"""What is kept of a person beside their conversation, as a step may see it (`World.own`).

Filled only where `conversation.looks_at` says so: most messages need nothing of it. Days are local days. What is
shared by linked addresses is that of all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from bot.core.lead_questions import Question
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
    asked: tuple[Question, ...] = ()  # and not answered yet


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
class Agreed:
    """A consent. `told`: what they let be known by it; `ended` None: it holds."""

    purpose: str
    told: str
    channel: str
    given: date
    ended: date | None = None


@dataclass(frozen=True, slots=True)
class Requested:
    """A privacy request. `reason`: how it was closed, "" while it is open."""

    kind: str
    received: date
    due: date
    closed: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ours:
    """An announcement of ours. `day`: on which it came, or began to be sent."""

    title: str
    day: date


class Typed(StrEnum):
    """What a code typed to link an address is."""

    RIGHT = "right"
    OWN = "own"  # shown on this very address
    WRONG = "wrong"
    TOO_OFTEN = "too_often"


@dataclass(frozen=True, slots=True)
class Own:
    """Of the person who writes. `waits_for_staff`: something they passed to staff is not closed yet.

    `leads`: newest first. `new_receipt`: a number for a registration that may be sent now.
    `linked`: the channels of their other addresses. `papers`: days on which staff printed or exported something of
    them. `announced`: the subject of an announcement that came to them lately, "" for none; `ours`: the one whose code
    they typed, or whose button they pressed. `typed`: what the code is that they typed (or typed before, and now agree
    to), where one is awaited.
    """

    waits_for_staff: bool = False
    leads: tuple[OwnLead, ...] = ()
    new_receipt: str = ""
    slips: tuple[OwnSlip, ...] = ()
    subscriptions: tuple[str, ...] = ()
    consents: tuple[Agreed, ...] = ()
    linked: tuple[str, ...] = ()
    papers: tuple[date, ...] = ()
    requests: tuple[Requested, ...] = ()
    typed: Typed = Typed.WRONG
    received: tuple[Ours, ...] = ()  # announcements that came to them, the newest first
    announced: str = ""
    ours: Ours | None = None

    def told(self, purpose: str) -> str | None:
        """What holds of a purpose: what was told by it; None where nothing was agreed to."""
        return next((each.told for each in self.consents if each.purpose == purpose and each.ended is None), None)


NOTHING: Final = Own()
