"""When the office is there: working hours, closed days, and working time counted from a moment.

Moments are local ones (CAUNOI_TIMEZONE); the hours stand in content/holidays.yaml.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

FARTHEST: Final = 60  # days to look for one on which the office works: longer is closed for good

Span = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Hours:
    """`week`: by weekday (Monday 0) the spans worked, in order, none over midnight. `closed`: days without work.

    `is_confirmed`: the office itself said so; otherwise people are promised nothing by them: they only
    say when staff are late.
    """

    week: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    closed: frozenset[date] = frozenset()
    is_confirmed: bool = False

    def spans_on(self, day: date) -> tuple[Span, ...]:
        return () if day in self.closed else self.week.get(day.weekday(), ())


UNKNOWN: Final = Hours()


def is_open(hours: Hours, moment: datetime) -> bool:
    """Whether the office works at this moment."""
    return any(start <= moment < end for start, end in _spans(hours, moment.date(), moment))


def opens_next(hours: Hours, moment: datetime) -> datetime | None:
    """Return when the office is there: `moment` itself while it is open; None when no day is near on which it works."""
    if is_open(hours, moment):
        return moment
    for ahead in range(FARTHEST):
        for start, _ in _spans(hours, moment.date() + timedelta(days=ahead), moment):
            if start > moment:
                return start
    return None


def after(hours: Hours, moment: datetime, length: timedelta) -> datetime:
    """Return the moment by which `length` of working time has passed since `moment`.

    Where the office hardly ever works: FARTHEST days later.
    """
    left = length
    for ahead in range(FARTHEST):
        for start, end in _spans(hours, moment.date() + timedelta(days=ahead), moment):
            worked = end - max(start, moment)
            if worked <= timedelta(0):
                continue
            if worked >= left:
                return max(start, moment) + left
            left -= worked
    return moment + timedelta(days=FARTHEST)


def _spans(hours: Hours, day: date, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """A day's spans as moments in the zone of `moment`."""
    for start, end in hours.spans_on(day):
        yield datetime.combine(day, start, moment.tzinfo), datetime.combine(day, end, moment.tzinfo)
