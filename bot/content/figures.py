"""Figures as people read them: numbers, units, bounds, days. The words stand in content/messages/units.yaml.

Money is rounded half up to the đồng; other numbers keep at most four decimals.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from bot.core.parameters import Bound, Parameter, Value
from bot.core.types import Language

# A message key and its params to text of the mini markup, in one language.
Say = Callable[[str, Mapping[str, Any]], str]

MONEY: Final = "VND"
_FINEST: Final = Decimal("0.0001")
# Which call says which unit; `amount` says every other one.
_UNITS: Final[Mapping[str, frozenset[str]]] = {
    "share": frozenset({"percent"}),
    "days": frozenset({"days", "working_days", "months", "years"}),
    "age": frozenset({"age"}),
    "phone": frozenset({"phone"}),
    "date": frozenset({"date"}),
}
CALLS: Final = ("amount", *_UNITS)
MODES: Final[Mapping[str, tuple[str, ...]]] = {
    "amount": ("last",),
    "share": ("last",),
    "days": ("last",),
    "age": ("last",),
    "phone": (),
    "date": ("from", "until"),
}


def base_unit(unit: str) -> str:
    """`VND/person/month` is VND: the words after it are said by the text."""
    return unit.split("/")[0]


def call_for(unit: str) -> str:
    """Return the call that says a figure of this unit."""
    return next((call for call, units in _UNITS.items() if base_unit(unit) in units), "amount")


def figure(parameter: Parameter, value: Value, say: Say) -> str:
    """Say a value with unit and bound: `nhiều nhất 34.155 đồng`, `từ 75 tuổi`, `khoảng 64.000 đồng`."""
    unit = base_unit(parameter.unit)
    if unit == "phone":
        return value.text
    if value.day is not None:
        return day_text(value.day, say)
    kind = "units.age_" if unit == "age" else "units."
    low = _number(value.low, parameter, say)
    high = _number(value.high, parameter, say)
    if value.bound is Bound.RANGE:
        said = say(f"{kind}range", {"low": low, "high": say(f"units.{unit}", {"number": high})})
        return _about(said, parameter, say)
    said = _about(say(f"units.{unit}", {"number": high or low}), parameter, say)
    return said if value.bound is Bound.EXACT else say(f"{kind}{value.bound}", {"figure": said})


def day_text(day: date, say: Say) -> str:
    """1/7/2026 · 1 July 2026"""
    return say("units.date", {"day": day.day, "month": day.month, "year": day.year})


def month_text(day: date, say: Say) -> str:
    """6/2026 · June 2026"""
    return say("units.month", {"month": day.month, "year": day.year})


def _about(said: str, parameter: Parameter, say: Say) -> str:
    return said if parameter.about is None else say("units.about", {"figure": said})


def number_text(number: Decimal, language: Language) -> str:
    """1.500.000 and 4,5 in Vietnamese, 1,500,000 and 4.5 in English; without empty decimals."""
    written = f"{number:,f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return written.translate(_VIETNAMESE) if language is Language.VI else written


_VIETNAMESE: Final = str.maketrans(",.", ".,")


def rounded(number: Decimal, parameter: Parameter) -> Decimal:
    """Round as it is said: to `about` where there is one, money to the đồng, the rest to four decimals."""
    if parameter.about is not None:
        return (number / parameter.about).quantize(Decimal(1), ROUND_HALF_UP) * parameter.about
    step = Decimal(1) if base_unit(parameter.unit) == MONEY else _FINEST
    return number.quantize(step, ROUND_HALF_UP)
