"""Numbers of the work on job-seekers: counted rightly, and no small count can be told from the rest."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.hours import Hours
from bot.core.leads import PATIENCE, LeadState
from bot.core.tallies import LEAST, Counted, Measure, Tally, Wait, count, hide

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICE: Final = Hours({day: ((time(7), time(11)), (time(13), time(17))) for day in range(5)})
FRIDAY: Final = datetime(2026, 11, 20, 9, tzinfo=ZONE)
TODAY: Final = date(2026, 11, 24)


def lead(reached: timedelta | None = None, placed: bool = False, result: str | None = None) -> Counted:
    at = None if reached is None else FRIDAY + reached
    return Counted("1", LeadState.NEW, FRIDAY, at, FRIDAY if placed else None, result)


def test_each_measure_and_each_wait_is_counted() -> None:
    monday, tuesday = timedelta(days=3), timedelta(days=4)
    leads = [lead(monday)] * 10 + [lead(tuesday, True, "working")] * 20 + [lead(timedelta(days=30), True, "left")] * 7
    leads += [lead()] * 6

    found = count(leads, ("1", "2"), tuple(LeadState), TODAY, OFFICE, PATIENCE)

    totals = {measure: found.by_commune[measure].total for measure in Measure}
    assert totals == {
        Measure.REGISTERED: 43, Measure.IN_TIME: 10, Measure.PLACED: 27, Measure.LASTING: 20,
    }  # fmt: skip
    assert found.by_wait.counts == {
        Wait.IN_TIME: 10, Wait.THREE_DAYS: 0, Wait.WEEK: 20, Wait.LONGER: 7, Wait.NOT_YET: 6,
    }  # fmt: skip
    assert found.by_month[Measure.REGISTERED].counts["2026-11-01"] == 43
    assert found.by_week.counts["2026-11-16"] == 43
    assert next(iter(found.by_month[Measure.REGISTERED].counts)) == "2025-12-01"
    assert found.by_state.counts[LeadState.NEW] == 43


@pytest.mark.parametrize(
    ("counts", "shown", "total"),
    [
        ({"a": 10, "b": 3, "c": 7}, {"a": 10, "b": None, "c": None}, 20),
        ({"a": 10, "b": 3, "c": 4}, {"a": 10, "b": None, "c": None}, 17),
        ({"a": 10, "b": 0}, {"a": 10, "b": 0}, 10),
        ({"a": 3}, {"a": None}, None),
        ({"a": 3, "b": 0}, {"a": None, "b": None}, None),
    ],
)
def test_a_small_count_is_hidden_with_a_second_one(
    counts: dict[str, int], shown: dict[str, int | None], total: int | None
) -> None:
    assert hide(counts) == Tally(shown, total)


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12), min_size=1))
def test_no_small_count_is_shown_or_follows_from_the_total(counts: dict[str, int]) -> None:
    tally = hide(counts)

    assert not any(number is not None and 0 < number < LEAST for number in tally.counts.values())
    hidden = [counts[key] for key, number in tally.counts.items() if number is None]
    if hidden and tally.total is not None:
        assert len(hidden) >= 2
        assert tally.total - sum(number or 0 for number in tally.counts.values()) >= LEAST
