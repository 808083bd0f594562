"""When an announcement may reach somebody: quiet hours, and so many a day and a week. Days are local days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Limits:
    """`quiet`: from, to (past midnight where `to` is the earlier one); None: never. A week is any seven days."""

    zone: tzinfo
    per_day: int = 1
    per_week: int = 3
    quiet: tuple[time, time] | None = (time(20), time(8))

    def quiet_until(self, moment: datetime) -> datetime | None:
        """The end of the quiet hours that `moment` lies in; None where it lies in none."""
        if self.quiet is None:
            return None
        begin, end = self.quiet
        local = moment.astimezone(self.zone)
        clock = local.time()
        passes_midnight = begin > end
        is_quiet = clock >= begin or clock < end if passes_midnight else begin <= clock < end
        if not is_quiet:
            return None
        day = local.date() + timedelta(days=1 if passes_midnight and clock >= begin else 0)
        return datetime.combine(day, end, self.zone).astimezone(UTC)

    def next_allowed(self, had: Sequence[datetime], now: datetime) -> datetime:
        """The first moment from `now` on at which one more does not go over the cap. `had`: when the others came."""
        days = sorted(each.astimezone(self.zone).date() for each in had)
        day = now.astimezone(self.zone).date()
        while self._is_full(days, day):
            day += timedelta(days=1)
        if day == now.astimezone(self.zone).date():
            return now
        morning = self.quiet[1] if self.quiet else time(0)
        return datetime.combine(day, morning, self.zone).astimezone(UTC)

    def _is_full(self, days: Sequence[date], day: date) -> bool:
        week = [each for each in days if day - WEEK < each <= day]
        return week.count(day) >= self.per_day or len(week) >= self.per_week
