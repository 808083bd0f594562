"""What a seeker is asked later, once each: whether they still look for work, and whether the job they got lasts.

No answer stays no answer: nothing is concluded from it. Buttons: `w:q:<lead>:<question>:<answer>` (core/own_leads.py).
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from bot.core.leads import LeadState, Reason
from bot.core.types import Button

SILENT: Final = timedelta(days=30)  # without a word of the seeker
FIRST_RESULT, LAST_RESULT = timedelta(days=30), timedelta(days=90)  # after the placement
TOO_LATE: Final = timedelta(days=180)  # after the placement nobody is asked any more
DAYTIME: Final = (time(8), time(20))  # local: nobody's phone rings at night for this


class Question(StrEnum):
    LOOKING = "looking"
    AFTER_30 = "30"
    AFTER_90 = "90"


class Answer(StrEnum):
    """`work`: found some meanwhile, only of LOOKING."""

    YES = "yes"
    WORK = "work"
    NO = "no"


class PlacementResult(StrEnum):
    """What is known of a job after so many days; nothing where nobody was asked yet."""

    ASKED = "asked"  # and not answered
    UNREACHED = "unreached"  # the chat they registered from takes nothing any more
    WORKING = "working"
    LEFT = "left"


ANSWERS: Final = {
    Question.LOOKING: (Answer.YES, Answer.WORK, Answer.NO),
    Question.AFTER_30: (Answer.YES, Answer.NO),
    Question.AFTER_90: (Answer.YES, Answer.NO),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Of a lead, what says whether something is to be asked. `reconfirm`: when LOOKING was asked since the contact."""

    state: LeadState
    reason: Reason | None
    contacted: datetime
    reconfirm: datetime | None
    placed: datetime | None
    result_30: str | None
    result_90: str | None


def question_of(lead: Standing, now: datetime) -> Question | None:
    """What is to be asked now; None: nothing, or not yet."""
    has_job = lead.state is LeadState.PLACED or (lead.state is LeadState.CLOSED and lead.reason is Reason.FOUND_WORK)
    if lead.placed is not None and has_job:
        since = now - lead.placed
        if LAST_RESULT <= since < TOO_LATE and lead.result_90 is None:
            return Question.AFTER_90
        return Question.AFTER_30 if FIRST_RESULT <= since < LAST_RESULT and lead.result_30 is None else None
    is_open = lead.state not in (LeadState.CLOSED, LeadState.PLACED)
    is_silent = now - lead.contacted >= SILENT and lead.reconfirm is None
    return Question.LOOKING if is_open and is_silent else None


def open_questions(lead: Standing) -> tuple[Question, ...]:
    """What was asked and not answered: only that can be answered by a button."""
    looking = (Question.LOOKING,) if lead.reconfirm is not None and lead.state is not LeadState.CLOSED else ()
    results = ((Question.AFTER_30, lead.result_30), (Question.AFTER_90, lead.result_90))
    return (*looking, *(question for question, result in results if result == PlacementResult.ASKED))


def buttons(lead_id: int, question: Question) -> tuple[Button, ...]:
    kind = "looking" if question is Question.LOOKING else "placed"
    return tuple(Button(f"w:q:{lead_id}:{question}:{each}", f"button.{kind}_{each}") for each in ANSWERS[question])
