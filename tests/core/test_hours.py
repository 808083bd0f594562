"""When the office is there: hours, closed days, working time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.hours import Hours, after, is_open, opens_next

DAY = ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))
HOURS = Hours(dict.fromkeys(range(5), DAY), frozenset({date(2026, 11, 26)}))
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda passed: EPOCH + passed)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-24 09:00", "2026-11-24 09:00"),
        ("2026-11-24 12:00", "2026-11-24 13:30"),
        ("2026-11-24 17:00", "2026-11-25 07:30"),
        ("2026-11-25 18:00", "2026-11-27 07:30"),  # the day between is closed
        ("2026-11-28 09:00", "2026-11-30 07:30"),  # a Saturday
    ],
)
def test_the_office_is_there_at_its_next_hours(moment: str, opens: str) -> None:
    assert opens_next(HOURS, at(moment)) == at(opens)


def test_an_office_that_never_works_is_never_there() -> None:
    assert opens_next(Hours(), at("2026-11-24 09:00")) is None


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-11-24 10:30", "2026-11-24 16:30"),  # over noon
        ("2026-11-24 14:00", "2026-11-25 08:30"),  # over night
        ("2026-11-24 22:00", "2026-11-25 11:30"),  # begun at night
        ("2026-11-27 14:00", "2026-11-30 08:30"),  # over a weekend
        ("2026-11-25 14:00", "2026-11-27 08:30"),  # over a closed day
    ],
)
def test_four_hours_of_work_are_counted_without_nights_and_free_days(moment: str, until: str) -> None:
    assert after(HOURS, at(moment), timedelta(hours=4)) == at(until)


@given(moments)
def test_when_it_opens_next_it_is_open_and_not_before_now(moment: datetime) -> None:
    opens = opens_next(HOURS, moment)

    assert opens is not None
    assert opens >= moment
    assert is_open(HOURS, opens)


@given(moments, st.timedeltas(timedelta(minutes=1), timedelta(hours=30)))
def test_more_working_time_takes_longer_and_never_ends_before_it_began(moment: datetime, length: timedelta) -> None:
    assert moment < after(HOURS, moment, length) < after(HOURS, moment, length + timedelta(minutes=1))
