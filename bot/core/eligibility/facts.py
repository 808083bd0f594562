"""What a rule may know of a household or of one member, and what somebody told of it: known things only.

A fact that nobody gave is not there; there is no default. A number may be known as a range ("hai triệu mấy"), a set in
part (the commune says which zones are sure). Money is VND per person and month, ages are full years.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from bot.core.errors import BotError
from bot.core.parameters import Text

YES: Final = "yes"
NO: Final = "no"


class Kind(StrEnum):
    """What kind of value a fact has."""

    CHOICE = "choice"  # one word of its choices
    YES_NO = "yes_no"
    NUMBER = "number"
    SET = "set"  # any of its choices, none included
    MONTH = "month"  # a month of the past; rules read how many months ago it was
    PLACE = "place"  # a code of places.csv


class Of(StrEnum):
    """Whose fact (or programme) it is."""

    HOUSEHOLD = "household"
    MEMBER = "member"


class FactError(BotError):
    """A value does not fit its fact; the message says which and what would."""


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """One fact. `low` and `high` bound a number (both included; None = open); `whole` = no fractions.

    `weights` say how often a choice is met, or a range of numbers (`"18-59": 55`): they order the questions and touch
    no verdict. `keep` is in days; a sensitive fact is asked with its own yes and kept in the session only.
    """

    id: str
    of: Of
    kind: Kind
    label: Text
    question: Text
    choices: Mapping[str, Text] = field(default_factory=dict)
    low: Decimal | None = None
    high: Decimal | None = None
    whole: bool = True
    unit: str = ""
    keep: int = 30
    sensitive: bool = False
    weights: Mapping[str, int] = field(default_factory=dict)
    question_me: Text | None = None  # of a member's fact: asked of the person who writes
    asked_from: int = 0  # years of age below which nobody is asked; the fact stays open


@dataclass(frozen=True, slots=True)
class Between:
    """A number known as a range only: `low` to `high`, both included."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Membership:
    """A set known in part: what is surely in it and what is surely not; of the rest nothing is known."""

    has: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()


Value = str | Decimal | Between | Membership | date  # a month is the date of its first day
Facts = Mapping[str, Value]  # by fact id, household and member together; what is not there is not known
NOTHING: Final[Facts] = {}


def read_facts(raw: Any, known: Mapping[str, Fact], day: date) -> Facts:
    """Read facts as JSON or YAML holds them: the household's at the top, one member's under `member`.

    null means not known. Raises FactError naming the fact and what would fit.
    """
    if not isinstance(raw, Mapping):
        raise FactError('The facts must be an object, such as {"household_class": "poor", "member": {"age": 76}}.')
    member = raw.get("member") or {}
    if not isinstance(member, Mapping):
        raise FactError('member: write one member\'s facts as an object, such as {"age": 76}.')
    read: dict[str, Value] = {}
    for of, given in ((Of.HOUSEHOLD, {k: v for k, v in raw.items() if k != "member"}), (Of.MEMBER, member)):
        for name, value in given.items():
            fact = known.get(name)
            if fact is None or fact.of is not of:
                raise FactError(_unknown(name, of, known))
            if value is not None:
                read[name] = read_value(fact, value, day)
    return read


def read_value(fact: Fact, raw: Any, day: date) -> Value:
    """Read one value as JSON or YAML holds it. Raises FactError where it does not fit the fact."""
    match fact.kind:
        case Kind.CHOICE | Kind.PLACE:
            return _word(fact, raw, fact.choices)
        case Kind.YES_NO:
            return _word(fact, {True: YES, False: NO}.get(raw, raw) if isinstance(raw, bool) else raw, (YES, NO))
        case Kind.NUMBER:
            return _number_or_range(fact, raw)
        case Kind.SET:
            return _membership(fact, raw)
        case Kind.MONTH:
            return _month(fact, raw, day)


def months_between(month: date, day: date) -> int:
    """How many calendar months lie between a month and the month of `day`: 36 in the same month three years later."""
    return (day.year - month.year) * 12 + day.month - month.month


def _unknown(name: str, of: Of, known: Mapping[str, Fact]) -> str:
    if name in known:
        where = "under `member`" if known[name].of is Of.MEMBER else "at the top, beside `member`"
        return f"{name}: this is a fact of the {known[name].of}; write it {where}."
    names = ", ".join(fact.id for fact in known.values() if fact.of is of)
    return f"{name}: there is no such fact of the {of}; there are {names}."


def _word(fact: Fact, raw: Any, choices: Any) -> str:
    if isinstance(raw, str) and raw in choices:
        return raw
    allowed = "a code of content/places.csv" if fact.kind is Kind.PLACE else " or ".join(choices)
    raise FactError(f"{fact.id}: {raw!r} does not fit; write {allowed}, or leave it out when it is not known.")


def _number_or_range(fact: Fact, raw: Any) -> Decimal | Between:
    if not isinstance(raw, Mapping):
        return _number(fact, raw)
    if set(raw) != {"low", "high"}:
        raise FactError(f'{fact.id}: a range has both ends, such as {{"low": 2000000, "high": 2999999}}.')
    low, high = _number(fact, raw["low"]), _number(fact, raw["high"])
    if low > high:
        raise FactError(f"{fact.id}: `low` is larger than `high`; turn them round.")
    return low if low == high else Between(low, high)


def _number(fact: Fact, raw: Any) -> Decimal:
    try:
        if isinstance(raw, bool):
            raise ValueError
        number = Decimal(str(raw))
    except (InvalidOperation, ValueError):
        raise FactError(f"{fact.id}: {raw!r} is no number; write digits only, such as 1500000.") from None
    outside = not number.is_finite()
    outside = outside or (fact.low is not None and number < fact.low) or (fact.high is not None and number > fact.high)
    if outside or (fact.whole and number != number.to_integral_value()):
        kind = "a whole number" if fact.whole else "a number"
        ends = f" from {fact.low}" * (fact.low is not None) + f" to {fact.high}" * (fact.high is not None)
        raise FactError(f"{fact.id}: {raw!r} does not fit; write {kind}{ends}, or leave it out when it is not known.")
    return number


def _membership(fact: Fact, raw: Any) -> Membership:
    """A list is the whole set; `{has: […], lacks: […]}` is what is known of it."""
    choices = frozenset(fact.choices)
    parts = raw if isinstance(raw, Mapping) else {"has": raw}
    if not set(parts) <= {"has", "lacks"} or not all(isinstance(each, list) for each in parts.values()):
        raise FactError(f'{fact.id}: write a list of {", ".join(choices)}, or {{"has": […], "lacks": […]}}.')
    for word in (word for each in parts.values() for word in each):
        if word not in choices:
            raise FactError(f"{fact.id}: {word!r} is none of {', '.join(sorted(choices))}.")
    has, lacks = frozenset(parts.get("has", ())), frozenset(parts.get("lacks", ()))
    if has & lacks:
        raise FactError(f"{fact.id}: {', '.join(sorted(has & lacks))} stands under both `has` and `lacks`.")
    return Membership(has, lacks if isinstance(raw, Mapping) else choices - has)


def _month(fact: Fact, raw: Any, day: date) -> date:
    try:
        month = date.fromisoformat(f"{raw}-01")
    except ValueError:
        raise FactError(f"{fact.id}: {raw!r} is no month; write it as 2025-03.") from None
    if months_between(month, day) < 0:
        raise FactError(f"{fact.id}: {raw} comes after {day}, the day that is asked for.")
    return month
