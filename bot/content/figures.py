"""Figures as people read them: numbers, bounds, units, days. Their words stand in messages/unit.yaml and figure.yaml.

Money is rounded half up to the đồng; other numbers keep at most four decimals.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from bot.content.templates import Ready
from bot.core.markup import escape
from bot.core.parameters import Bound, Parameter, Value
from bot.core.types import Language

# A message key and its params to markup, in one language.
Say = Callable[[str, Mapping[str, Any]], str]

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip

# Which call says which units; `amount` says every other unit that has a word in messages/unit.yaml.
_UNITS: Final[Mapping[str, tuple[str, ...]]] = {
    "share": ("percent",),
    "days": ("days", "working_days", "months", "years"),
    "age": ("age",),
    "phone": ("phone",),
    "date": ("date",),
}
CALLS: Final = ("amount", *_UNITS)
# What may stand after the parameter's id in each call.
MODES: Final[Mapping[str, tuple[str, ...]]] = {
    "amount": ("last",), "share": ("last",), "days": ("last",), "age": ("last",), "phone": (),
    "date": ("from", "until"),
}  # fmt: skip

_FINEST: Final = Decimal("0.0001")
_SWAP: Final = str.maketrans(",.", ".,")


def base_unit(unit: str) -> str:
    """`VND/person/month` is VND: the words after it are said by the text itself."""
    return unit.split("/", maxsplit=1)[0]


def call_for(unit: str) -> str:
    """Return the call that says a figure of this unit."""
    return next((call for call, units in _UNITS.items() if base_unit(unit) in units), "amount")


def in_words(parameter: Parameter, value: Value, language: Language, say: Say) -> str:
    """Say a value with unit and bound: `nhiều nhất 34.155 đồng`, `từ đủ 75 tuổi`, `khoảng 64.000 đồng`."""
    unit = base_unit(parameter.unit)
    if unit == "phone":  # on a phone one tap calls it
        return Ready(f"[{escape(value.text)}](tel:{value.text.replace(' ', '')})")
    if value.day is not None:
        return spell_day(value.day, language)
    low, high = (
        None if end is None else number_text(rounded(end, parameter), language) for end in (value.low, value.high)
    )
    if value.bound is Bound.RANGE:
        words = say("figure.range", {"low": low, "high": say(f"unit.{unit}", {"n": high})})
        return _about(words, parameter, say)
    words = _about(say(f"unit.{unit}", {"n": high if low is None else low}), parameter, say)
    if value.bound is Bound.EXACT:
        return words
    kind = "age_from" if unit == "age" and value.bound is Bound.AT_LEAST else value.bound
    return say(f"figure.{kind}", {"figure": words})


def number_text(number: Decimal, language: Language) -> str:
    """1.500.000 and 4,5 in Vietnamese, 1,500,000 and 4.5 in English; without empty decimals."""
    written = f"{number:,f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return written.translate(_SWAP) if language is Language.VI else written


def rounded(number: Decimal, parameter: Parameter) -> Decimal:
    """Round as it is said: to `about` where there is one, money to the đồng, the rest to four decimals."""
    if parameter.about is not None:
        return (number / parameter.about).quantize(Decimal(1), ROUND_HALF_UP) * parameter.about
    return number.quantize(Decimal(1) if base_unit(parameter.unit) == "VND" else _FINEST, ROUND_HALF_UP)


def spell_day(day: date, language: Language) -> str:
    """1/7/2026, or 1 July 2026."""
    if language is Language.VI:
        return f"{day.day}/{day.month}/{day.year}"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def spell_month(day: date, language: Language) -> str:
    """6/2026, or June 2026."""
    return f"{day.month}/{day.year}" if language is Language.VI else f"{MONTHS[day.month - 1]} {day.year}"


def _about(words: str, parameter: Parameter, say: Say) -> str:
    return words if parameter.about is None else say("figure.about", {"figure": words})
