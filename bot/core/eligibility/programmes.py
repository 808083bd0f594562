"""Programmes: supports that a household or a member may qualify for, as content/programmes says them.

A condition compares one fact with words, a number or a dated parameter. What the law asks and no fact covers is an
`Other`; an `Other` and a condition that is not firm are read as unknown: alone they never make a yes or a no.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bot.core.eligibility.facts import Fact, Of
from bot.core.parameters import Confidence, Confirmed, Text
from bot.core.types import Source


class Comparison(StrEnum):
    IS = "is"
    IN = "in"
    HAS = "has"  # of a set
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"
    MORE_THAN = "more_than"


class Payer(StrEnum):
    """Who pays an amount."""

    CENTRAL = "central"
    PROVINCE = "province"
    STATE = "state"  # central and province together, or not said which
    FAMILY = "family"


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """One comparison, in `value` words (`is`, `in`, `has`), a number, or the id of a parameter (`parameter`).

    `yes` is said when the comparison holds, `no` when it does not; `ask` when it is not firm: what to ask the commune.
    """

    fact: Fact
    comparison: Comparison
    yes: Text
    no: Text
    words: tuple[str, ...] = ()
    number: Decimal | None = None
    parameter: str = ""
    in_years: bool = False  # the parameter counts years, the fact months
    sources: tuple[Source, ...] = ()
    confidence: Confidence = Confidence.SEEN
    ask: Text | None = None
    confirmed: Confirmed | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Other:
    """A condition of the law that no fact covers: always unknown here. The same `id` is the same condition."""

    id: str
    ask: Text
    sources: tuple[Source, ...] = ()
    confirmed: Confirmed | None = None  # that the law asks it; whether it holds stays unknown here


@dataclass(frozen=True, slots=True, eq=False)
class All:
    parts: tuple["When", ...]


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf:
    parts: tuple["When", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    part: "When"


When = Condition | Other | All | AnyOf | Not


def conditions_of(when: When, place: str) -> Iterator[tuple[str, Condition | Other]]:
    """Every condition with where it stands in its file, keys and numbers with points between them."""
    match when:
        case Condition() | Other():
            yield place, when
        case Not(part):
            yield from conditions_of(part, f"{place}.not")
        case _:
            kind = "any" if isinstance(when, AnyOf) else "all"
            for number, part in enumerate(when.parts):
                yield from conditions_of(part, f"{place}.{kind}.{number}")


@dataclass(frozen=True, slots=True, eq=False)
class Amount:
    """What is given or paid: a parameter, multiplied by `times`: `members`, or ids of parameters in months or years."""

    label: Text
    parameter: str
    times: tuple[str, ...] = ()
    when: When | None = None
    payer: Payer | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """Who may get it from `start` to `until` (both included; None = open)."""

    start: date
    until: date | None
    when: When
    amounts: tuple[Amount, ...] = ()
    replaced_by: tuple[str, ...] = ()  # programmes that follow when it ends
    note: str = ""  # for editors: why it ends, or why nothing follows at once

    def holds_on(self, day: date) -> bool:
        return self.start <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """One support. `note` is said with every verdict ("only the commune certifies it")."""

    id: str
    topic: str
    label: Text
    of: Of
    rules: tuple[Rule, ...]
    note: Text | None = None
    review_by: date | None = None

    def rule_on(self, day: date) -> Rule | None:
        """The rule in force on `day`; None: the programme is not there on that day."""
        return next((rule for rule in self.rules if rule.holds_on(day)), None)


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """Old communes of which it is sure that they belonged to a zone from `start` to `until` (both included).

    `is_whole`: every old commune of the zone in our province is named, so that the others surely lack it.
    """

    zone: str
    old_codes: frozenset[str]
    start: date
    until: date | None
    is_whole: bool
    source: Source
