"""What a household earns, kept as it was said (income.py) until it can be worked out per person and month.

Kept afterwards too, so that a corrected number of people corrects the sum. What is missing is asked, never assumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from bot.core.eligibility.facts import Between, Fact, Value
from bot.core.interview.income import Income, Per, Unclear, per_person

INCOME: Final = "income_per_person"
WHOSE: Final = ("person", "household")
PERIODS: Final = (Per.MONTH, Per.YEAR, Per.SEASON)  # on buttons; others may be typed
# What to ask for each gap, and the words on its buttons.
GAPS: Final[Mapping[Unclear, tuple[str, ...]]] = {
    Unclear.WHOSE: WHOSE,
    Unclear.PERIOD: PERIODS,
    Unclear.SEASONS: ("1", "2", "3"),
    Unclear.DAYS: ("10", "15", "20", "25"),
}
_MOST_TIMES: Final = 31  # days of a month; crop seasons are fewer


@dataclass(frozen=True, slots=True)
class Earned:
    """An income as it was said, and how many seasons a year or days a month that is."""

    income: Income
    times: Decimal | None = None

    def with_part(self, gap: str, word: str) -> "Earned | None":
        """Fill a gap; None where the word does not fit."""
        if gap == Unclear.WHOSE and word in WHOSE:
            return replace(self, income=replace(self.income, is_household=word == "household"))
        if gap == Unclear.PERIOD and word in [*Per]:
            return replace(self, income=replace(self.income, per=Per(word)))
        is_number = word.isascii() and word.isdigit() and 1 <= int(word[:3]) <= _MOST_TIMES
        return replace(self, times=Decimal(word)) if gap in (Unclear.SEASONS, Unclear.DAYS) and is_number else None

    def per_person(self, fact: Fact, members: Value | None) -> Decimal | Between | Unclear:
        """VND per person and month, or what is still needed. Shared by more people it is less."""
        ends = (members.high, members.low) if isinstance(members, Between) else (members, members)
        low, high = (
            per_person(self.income, fact, members=int(end) if isinstance(end, Decimal) else None, times=self.times)
            for end in ends
        )
        if isinstance(low, Unclear) or isinstance(high, Unclear):
            return low if isinstance(low, Unclear) else Unclear.MEMBERS
        least = low.low if isinstance(low, Between) else low
        most = high.high if isinstance(high, Between) else high
        return least if least == most else Between(least, most)

    def as_json(self) -> Mapping[str, Any]:
        said = self.income
        high = None if said.high is None else str(said.high)
        times = None if self.times is None else str(self.times)
        return {"low": str(said.low), "high": high, "per": said.per, "household": said.is_household, "times": times}


def read_earned(raw: Any) -> Earned | None:
    """Read what was kept; None where it does not fit any more."""
    try:
        high = None if raw["high"] is None else Decimal(raw["high"])
        per = None if raw["per"] is None else Per(raw["per"])
        times = None if raw["times"] is None else Decimal(raw["times"])
        return Earned(Income(Decimal(raw["low"]), high, per, raw["household"]), times)
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return None
