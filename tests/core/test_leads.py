"""When a lead that nobody touches reaches the supervisor."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.hours import Hours
from bot.core.leads import OPEN, PATIENCE, TABLE, Deed, LeadState, rises
from bot.core.states import move, ways

MORNING, NOON, EVENING = time(7), time(11), time(17)
OFFICE: Final = Hours({day: ((MORNING, NOON), (time(13), EVENING)) for day in range(5)}, frozenset({date(2026, 9, 2)}))
FRIDAY: Final = datetime(2026, 11, 27, 16, tzinfo=UTC)


def test_a_new_lead_waits_one_working_day_and_no_weekend_counts() -> None:
    assert rises(LeadState.NEW, FRIDAY, None, OFFICE) == FRIDAY + timedelta(days=3)


def test_a_day_on_which_the_office_is_closed_does_not_count() -> None:
    eve = datetime(2026, 9, 1, 16, tzinfo=UTC)

    assert rises(LeadState.NEW, eve, None, OFFICE) == eve + timedelta(days=2)


def test_a_next_step_may_be_late_by_one_working_day() -> None:
    assert rises(LeadState.ADVISED, FRIDAY, date(2026, 11, 30), OFFICE) == datetime(2026, 12, 1, 17, tzinfo=UTC)


@pytest.mark.parametrize(("state", "step"), [(LeadState.CLOSED, date(2026, 12, 1)), (LeadState.PLACED, None)])
def test_closed_leads_and_those_with_a_job_may_rest(state: LeadState, step: date | None) -> None:
    assert rises(state, FRIDAY, step, OFFICE) is None


@given(
    st.sampled_from([state for state in OPEN if state is not LeadState.PLACED]),
    st.integers(0, 365 * 24 * 60).map(lambda minutes: FRIDAY + timedelta(minutes=minutes)),
    st.none() | st.dates(date(2026, 11, 27), date(2027, 12, 1)),
)
def test_no_open_lead_rests_for_ever(state: LeadState, now: datetime, step: date | None) -> None:
    risen = rises(state, now, step, OFFICE)

    assert risen is not None
    assert risen >= (now if step is None else datetime.combine(step, time(), UTC)) + PATIENCE


@pytest.mark.parametrize("state", OPEN)
def test_every_open_lead_can_be_closed_and_goes_back_only_to_the_queue(state: LeadState) -> None:
    assert move(TABLE, state, Deed.CLOSE) is LeadState.CLOSED
    for deed in {Deed.RELEASE, Deed.RETURN} & set(ways(TABLE, state)):
        assert move(TABLE, state, deed) is LeadState.NEW
