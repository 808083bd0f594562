"""What a household earns, as it was said, worked out per person and month.

Kept as said (`draft`) until whole or one person, month, year or crop season are clear, and afterwards, so that a
corrected number of people corrects the sum as well. Nothing is assumed: not how many people, not how many seasons.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from bot.core.due import MEMBERS
from bot.core.facts import Between, Facts
from bot.core.hearing import as_json
from bot.core.typed import Income

PERSON: Final = "person"
OF: Final = (PERSON, "household")
PER: Final = ("month", "year", "season")
SEASONS: Final = ("1", "2", "3")  # a year: more crops than three nobody brings in
_MONTHS: Final = Decimal(12)
_CENT: Final = Decimal("0.01")

Draft = Mapping[str, Any]


def draft_of(income: Income) -> Draft:
    return {"low": str(income.low), "high": str(income.high), "of": income.of, "per": income.per}


def gap(draft: Draft) -> str:
    """What must still be asked of a sum: `of`, `per` or `times` (seasons a year); "" when it is clear."""
    if not draft.get("of"):
        return "of"
    if not draft.get("per"):
        return "per"
    return "times" if draft["per"] == "season" and not draft.get("times") else ""


def choices(of_gap: str) -> tuple[str, ...]:
    return {"of": OF, "per": PER, "times": SEASONS}.get(of_gap, ())


def needs_members(draft: Draft) -> bool:
    return bool(draft.get("of") != PERSON)


def per_person(draft: Draft, facts: Facts) -> Any:
    """The sum per person and month as JSON; None while something is missing. Shared by more people it is less."""
    if gap(draft) or (needs_members(draft) and MEMBERS not in facts):
        return None
    try:
        low, high = Decimal(draft["low"]), Decimal(draft["high"])
        times = {"month": _MONTHS, "year": Decimal(1)}.get(draft["per"]) or Decimal(draft["times"])
    except (ArithmeticError, KeyError, TypeError):
        return None
    fewest, most = _members(facts) if needs_members(draft) else (Decimal(1), Decimal(1))
    ends = [(sum * times / _MONTHS / people).quantize(_CENT) for sum, people in ((low, most), (high, fewest))]
    return as_json(ends[0] if ends[0] == ends[1] else Between(*ends))


def _members(facts: Facts) -> tuple[Decimal, Decimal]:
    number = facts[MEMBERS]
    if isinstance(number, Between):
        return number.low, number.high
    assert isinstance(number, Decimal)
    return number, number
