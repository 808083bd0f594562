"""A vacancy: work that an employer offers until a day. Shown only with employer, contact, source and dates.

Pay is kept as a registration's is (core/form_reading.py): `<low>-<high>/<month or day>` in VND, or AGREE.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.core.trades import Trades

AGREE: Final = "agree"  # pay to be agreed
IN_PROVINCE: Final = "in_province"
OTHER_PROVINCE: Final = "other_province"
ABROAD: Final = "abroad"

# From little to much, as the job-seeker's form has them: whoever has more can do what asks for less. "" asks nothing.
SCHOOLINGS: Final = ("", "no_school", "below_primary", "primary", "lower_secondary", "upper_secondary")
TRAININGS: Final = (
    "", "untrained", "skilled_no_paper", "short_certificate", "elementary", "intermediate", "college", "university",
    "postgraduate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vacancy:
    """`key` stays the same from one import to the next. `commune`: a code of places.csv, "" where the place is in none
    of ours; `place`: as the employer wrote it. `posted`: the day of the source; `deadline`: the last day."""

    key: str
    title: str
    employer: str
    phone: str
    place: str
    wage: str
    deadline: date
    source: str
    posted: date
    count: int = 1
    commune: str = ""
    where: str = IN_PROVINCE
    contact: str = ""
    description: str = ""
    schooling: str = ""
    training: str = ""
    hours: str = ""
    purpose: str = ""

    def is_open(self, day: date) -> bool:
        """Whether it may be shown: the day after its deadline it is hidden."""
        return day <= self.deadline

    def trades(self, trades: Trades) -> frozenset[str]:
        """By its title; where that says nothing, by what is written about it."""
        return trades.of(self.title) or trades.of(self.description)


@dataclass(frozen=True, slots=True)
class KeptVacancy:
    """A vacancy as it is kept; `ended_at`: taken down by staff."""

    id: int
    vacancy: Vacancy
    ended_at: datetime | None
    changed_at: datetime

    def is_open(self, day: date) -> bool:
        return self.ended_at is None and self.vacancy.is_open(day)


@dataclass(frozen=True, slots=True)
class Pay:
    """What a pay says: its ends in VND (`high` 0: open), and `per` month or day."""

    low: int
    high: int
    per: str

    @property
    def monthly(self) -> tuple[int, int | None]:
        """Both ends of what a month brings; a day's pay by the working days of a month."""
        times = DAYS_A_MONTH if self.per == "day" else 1
        return self.low * times, self.high * times if self.high else None


DAYS_A_MONTH: Final = 26  # six-day weeks: only to set a day's pay beside a month's, never told


def read_pay(kept: str) -> Pay | None:
    """Pay as it is kept; None where it is to be agreed, or nothing is known of it."""
    amount, _, per = kept.partition("/")
    low, _, high = amount.partition("-")
    return Pay(int(low), int(high) if high else 0, per) if per and low.isdecimal() else None
