"""How the work on job-seekers goes, in numbers: registered, reached in time, placed, still working after 90 days.

Counted from the registrations that are kept: erased ones, and those whose time is over, are not in it. Small counts are
hidden, for in a small commune they would point at somebody.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.hours import Hours, after
from bot.core.lead_questions import PlacementResult

LEAST: Final = 5  # what is counted less often is hidden
WEEKS, MONTHS = 12, 12  # so many are shown, the newest last


class Measure(StrEnum):
    REGISTERED = "registered"
    IN_TIME = "in_time"  # spoken to within the working time that a lead may lie
    PLACED = "placed"
    LASTING = "lasting"  # said that they still work there 90 days later


class Wait(StrEnum):
    """From the registration until the seeker was spoken to."""

    IN_TIME = "in_time"
    THREE_DAYS = "three_days"
    WEEK = "week"
    LONGER = "longer"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class Counted:
    """Of one lead what is counted. Moments are local."""

    commune: str
    state: str
    created: datetime
    reached: datetime | None
    placed: datetime | None
    result_90: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """One count by a key; None: hidden. `total` None: hidden as well, or it would give a hidden one away."""

    counts: Mapping[str, int | None]
    total: int | None


@dataclass(frozen=True, slots=True)
class Tallies:
    """By state, by week and by wait one tally each; by commune and by month one for each measure. Keys of time are
    first days."""

    by_state: Tally
    by_week: Tally
    by_wait: Tally
    by_commune: Mapping[Measure, Tally]
    by_month: Mapping[Measure, Tally]


def count(
    leads: Sequence[Counted], communes: Iterable[str], states: Iterable[str], today: date, hours: Hours,
    patience: timedelta,
) -> Tallies:  # fmt: skip
    """Count everything. `today` is the last day shown."""
    waits = [_wait(lead, hours, patience) for lead in leads]
    measured = [_measures(lead, wait) for lead, wait in zip(leads, waits, strict=True)]
    weeks = [(_week(today) - timedelta(weeks=back)).isoformat() for back in reversed(range(WEEKS))]
    months = _months(today)
    communes = tuple(communes)

    def by(key: Callable[[Counted], str], keys: Sequence[str]) -> dict[Measure, Tally]:
        return {
            measure: tally((key(lead) for lead, own in zip(leads, measured, strict=True) if measure in own), keys)
            for measure in Measure
        }

    return Tallies(
        tally((lead.state for lead in leads), tuple(states)),
        tally((_week(lead.created.date()).isoformat() for lead in leads), weeks),
        tally(waits, tuple(Wait)),
        by(lambda lead: lead.commune, communes),
        by(lambda lead: lead.created.date().replace(day=1).isoformat(), months),
    )


def tally(found: Iterable[str], keys: Sequence[str]) -> Tally:
    """Count by these keys, others left out, and hide what is small."""
    counted = Counter(found)
    return hide({key: counted[key] for key in keys})


def hide(counts: Mapping[str, int]) -> Tally:
    """Hide counts below LEAST that are not zero; where it is one alone, a second one with it: the total would tell it.

    Where there is no second one, the total is hidden.
    """
    hidden = {key for key, number in counts.items() if 0 < number < LEAST}
    if len(hidden) == 1:
        others = sorted((number == 0, number, key) for key, number in counts.items() if key not in hidden)
        hidden |= {key for _, _, key in others[:1]}
    total = sum(counts.values())
    tells = len(hidden) == 1 or 0 < sum(counts[key] for key in hidden) < LEAST
    return Tally({key: None if key in hidden else number for key, number in counts.items()}, None if tells else total)


def _measures(lead: Counted, wait: Wait) -> frozenset[Measure]:
    found = {Measure.REGISTERED}
    found |= {Measure.IN_TIME} if wait is Wait.IN_TIME else set()
    found |= {Measure.PLACED} if lead.placed else set()
    found |= {Measure.LASTING} if lead.result_90 == PlacementResult.WORKING else set()
    return frozenset(found)


def _wait(lead: Counted, hours: Hours, patience: timedelta) -> Wait:
    if lead.reached is None:
        return Wait.NOT_YET
    if lead.reached <= after(hours, lead.created, patience):
        return Wait.IN_TIME
    waited = lead.reached - lead.created
    bands = ((timedelta(days=3), Wait.THREE_DAYS), (timedelta(days=7), Wait.WEEK))
    return next((wait for longest, wait in bands if waited <= longest), Wait.LONGER)


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _months(today: date) -> list[str]:
    first, months = today.replace(day=1), []
    for _ in range(MONTHS):
        months.append(first.isoformat())
        first = (first - timedelta(days=1)).replace(day=1)
    return months[::-1]
