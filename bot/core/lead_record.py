"""What a lead holds besides its state: one record, kept encrypted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.core.leads import Deed


class Result(StrEnum):
    """How a call ended."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    CALL_BACK = "call_back"  # asked to be called at another time
    WRONG_NUMBER = "wrong_number"


REACHING: Final = frozenset({Result.REACHED, Result.CALL_BACK})  # the seeker was spoken to


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a counsellor (`by`: their number), what came of it, and what they wrote down.

    `deed`: where it leads (core/leads.py); None: the lead stays where it is. `vacancy`: the work to which the seeker
    was introduced, and the employer, as they were called then.
    """

    at: datetime
    by: int
    result: Result
    deed: Deed | None = None
    note: str = ""
    vacancy: str = ""


@dataclass(frozen=True, slots=True)
class LeadRecord:
    """`answers` by field id (core/forms.py); `consent` is the day of the yes, as YYYY-MM-DD; `next_step` in words."""

    receipt: str
    answers: Mapping[str, str] = field(default_factory=dict)
    consent: str = ""
    calls: tuple[Call, ...] = ()
    next_step: str = ""
