"""Nobody gets an announcement at night, nor more of them than they agreed to."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.core.campaign_pace import Limits

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LIMITS = Limits(ZONE)
MOMENTS = st.integers(0, 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def test_quiet_hours_last_until_the_morning() -> None:
    assert LIMITS.quiet_until(at(24, 19, 59)) is None
    assert LIMITS.quiet_until(at(24, 20)) == at(25, 8)
    assert LIMITS.quiet_until(at(25, 7, 59)) == at(25, 8)
    assert LIMITS.quiet_until(at(25, 8)) is None


def test_quiet_hours_may_lie_within_a_day_or_not_be_at_all() -> None:
    assert Limits(ZONE, quiet=(time(12), time(13))).quiet_until(at(24, 12, 30)) == at(24, 13)
    assert Limits(ZONE, quiet=None).quiet_until(at(24, 23)) is None


def test_a_second_one_on_a_day_waits_for_the_next_morning() -> None:
    assert LIMITS.next_allowed([at(24, 9)], at(24, 10)) == at(25, 8)
    assert LIMITS.next_allowed([at(23, 9)], at(24, 10)) == at(24, 10)


def test_a_fourth_one_in_seven_days_waits_until_the_first_is_a_week_ago() -> None:
    had = [at(20, 9), at(22, 9), at(23, 9)]

    assert LIMITS.next_allowed(had, at(24, 10)) == at(27, 8)


@given(st.lists(MOMENTS, max_size=6), MOMENTS)
def test_whatever_came_before_the_next_one_keeps_to_both_caps(had: list[datetime], now: datetime) -> None:
    had = [each for each in had if each <= now]

    moment = LIMITS.next_allowed(had, now)

    day = moment.astimezone(ZONE).date()
    days = [each.astimezone(ZONE).date() for each in had]
    assert moment >= now
    assert days.count(day) < LIMITS.per_day
    assert len([each for each in days if day - timedelta(days=7) < each <= day]) < LIMITS.per_week
