"""Seekers are asked later, once, by day; no answer changes nothing, an answer counts once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.core.lead_questions import ANSWERS, PlacementResult, Question, Standing, open_questions, question_of
from bot.core.lead_record import Result
from bot.core.leads import Deed, LeadState, Reason
from bot.core.types import AnswerLead
from bot.services import registrations
from bot.services.lead_asking import LeadAsking
from bot.services.leads import Called
from bot.services.ports import Platform
from db import addresses
from db.leads import KeptLead
from tests.console.console_stand import ConsoleStand, Person, open_stand, say
from tests.console.test_leads import counsellor, kept, register, seeker

NOON: Final = datetime(2026, 11, 25, 5, tzinfo=UTC)  # in Vietnam


@dataclass
class Stand:
    """A lead of Lan's who was reached at NOON, and what asks later."""

    console: ConsoleStand
    lan: Person
    number: int
    asking: LeadAsking

    async def after(self, days: float) -> int:
        """How many are asked so many days after NOON."""
        go_to(self.console, NOON + timedelta(days=days))
        return await self.asking.ask()

    async def lead(self) -> KeptLead:
        return (await kept(self.console))[0]

    async def says(self, question: Question, answer: str) -> None:
        who = await seeker(self.console)
        effect = AnswerLead(self.number, question, answer)

        def work(tx: sa.Connection) -> None:
            now = self.console.clock.now()
            registrations.answer(who.moment(tx, now), effect)

        await self.console.database.write(work)

    async def place(self) -> None:
        called = Called(Result.REACHED, Deed.PLACE)
        assert await self.console.leads.call(self.lan.member, self.number, called) is None


def go_to(console: ConsoleStand, moment: datetime) -> None:
    console.clock.pass_time(moment - console.clock.now())


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    console = await open_stand(tmp_path)
    go_to(console, NOON)
    lan = await counsellor(console)
    go_to(console, NOON)
    number = await register(console)
    await console.leads.claim(lan.member, number)
    reached = Called(Result.REACHED, Deed.CONTACT, next_step="gọi", next_day=date(2026, 12, 1))
    assert await console.leads.call(lan.member, number, reached) is None
    platforms = {"web": Platform(is_settled=True)}
    asking = LeadAsking(console.database, console.sealed, console.clock, console.options.zone, say, platforms, {})
    yield Stand(console, lan, number, asking)
    await console.database.close()


async def test_who_was_silent_for_thirty_days_is_asked_once_and_not_at_night(stand: Stand) -> None:
    assert [await stand.after(29), await stand.after(30.5), await stand.after(31), await stand.after(32)] == [
        0,
        0,
        1,
        0,
    ]
    assert [entry.by for entry in await stand.console.audit("asked")] == [None]
    assert (await stand.lead()).state is LeadState.CONTACTED


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [("yes", LeadState.CONTACTED, None), ("work", LeadState.CLOSED, Reason.FOUND_WORK),
     ("no", LeadState.CLOSED, Reason.WITHDRAWN)],
)  # fmt: skip
async def test_the_answer_counts_and_a_yes_is_asked_again_after_thirty_more_days(
    stand: Stand, answer: str, state: LeadState, reason: Reason | None
) -> None:
    await stand.after(31)

    await stand.says(Question.LOOKING, answer)

    lead = await stand.lead()
    assert (lead.state, lead.reason) == (state, reason)
    assert [await stand.after(60), await stand.after(62)] == [0, 1 if answer == "yes" else 0]


async def test_a_job_is_asked_after_at_thirty_and_ninety_days(stand: Stand) -> None:
    await stand.place()

    assert [await stand.after(29), await stand.after(31), await stand.after(32)] == [0, 1, 0]
    await stand.says(Question.AFTER_30, "yes")
    assert [await stand.after(89), await stand.after(91), await stand.after(92)] == [0, 1, 0]
    lead = await stand.lead()
    assert (lead.result_30, lead.result_90) == (PlacementResult.WORKING, PlacementResult.ASKED)
    await stand.says(Question.AFTER_90, "no")
    await stand.says(Question.AFTER_90, "yes")
    await stand.says(Question.AFTER_30, "no")
    lead = await stand.lead()
    assert (lead.result_30, lead.result_90) == (PlacementResult.WORKING, PlacementResult.LEFT)


async def test_whose_chat_takes_nothing_any_more_is_noted_and_not_asked_again(stand: Stand) -> None:
    await stand.place()
    who = await seeker(stand.console)
    await stand.console.database.write(lambda tx: addresses.block(tx, who.address_id))

    assert await stand.after(31) == 0
    assert (await stand.lead()).result_30 == PlacementResult.UNREACHED


async def test_another_person_answers_nothing(stand: Stand) -> None:
    await stand.after(31)
    stranger = await seeker(stand.console, "2")

    def work(tx: sa.Connection) -> None:
        moment = stranger.moment(tx, stand.console.clock.now())
        registrations.answer(moment, AnswerLead(stand.number, Question.LOOKING, "no"))

    await stand.console.database.write(work)

    assert (await stand.lead()).state is LeadState.CONTACTED


_MOMENTS: Final = st.none() | st.integers(0, 400).map(lambda days: NOON + timedelta(days=days))


@given(
    st.builds(
        Standing, st.sampled_from(LeadState), st.none() | st.sampled_from(Reason),
        st.integers(0, 400).map(lambda days: NOON + timedelta(days=days)), _MOMENTS, _MOMENTS,
        st.none() | st.sampled_from(PlacementResult), st.none() | st.sampled_from(PlacementResult),
    ),
    st.integers(0, 500),
)  # fmt: skip
def test_nothing_is_asked_twice_and_only_what_was_asked_can_be_answered(lead: Standing, days: int) -> None:
    question: Any = question_of(lead, NOON + timedelta(days=days))

    assert question is None or (question in ANSWERS and question not in open_questions(lead))
