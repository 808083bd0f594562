"""Figures as words: the calls that a text may make (content/README.md), for one language and one day.

A figure leaves an invisible mark that names its parameter, so that after rendering every block (a paragraph or a list
item) knows which figures stand in it. A figure without a firm value leaves a mark only; its block is replaced.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from bot.core.errors import ContentError
from bot.core.parameters import Bound, Parameter, Parameters, Value
from bot.core.types import Language

MARK: Final = re.compile("\x01([!=~])([^\x02]*)\x02")  # ! no firm value, = a parameter's figure, ~ a document
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip

# Which units each call may say.
UNITS: Final = {
    "amount": ("VND", "kWh", "kg", "km", "m2", "count"),
    "share": ("percent",),
    "days": ("days", "working_days", "months", "years"),
    "age": ("age",),
    "phone": ("phone",),
}

Say = Callable[..., str]  # a message's key and params to words


class Ready(str):
    """Words that are markup already: not escaped again."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """The calls for one rendering. Every method returns words with their mark."""

    parameters: Parameters
    language: Language
    day: date
    say: Say

    def calls(self) -> dict[str, Any]:
        """The names a template may use."""
        return {
            "amount": self._call("amount"), "share": self._call("share"), "days": self._call("days"),
            "age": self._call("age"), "phone": self._call("phone"), "date": self.date, "law": self.law,
            "known": self.known, "on_or_after": self.on_or_after,
        }  # fmt: skip

    def known(self, name: str) -> bool:
        """Whether a firm value is in force on the day."""
        self._parameter(name)
        return self.parameters.firm_on(name, self.day) is not None

    def on_or_after(self, day: str) -> bool:
        return self.day >= date.fromisoformat(day)

    def law(self, text: str) -> str:
        """Name a document; it also stands under the sources."""
        return Ready(f"\x01~{text}\x02{text}")

    def date(self, name: str, which: str = "value") -> str:
        """A day: the value of a `date` parameter, or the first (`from`) or last (`until`) day of a value."""
        parameter = self._parameter(name)
        value = self._value(name, last=which == "until")
        day = None
        if value is not None:
            day = {"value": value.day, "from": value.start, "until": value.until}.get(which)
        if day is None:
            return Ready(f"\x01!{parameter.id}\x02")
        return Ready(f"\x01={parameter.id}\x02{spell_day(day, self.language)}")

    def in_words(self, parameter: Parameter, value: Value) -> str:
        """Say a value with its bound and unit, without a mark."""
        if value.text:
            return value.text
        if value.day is not None:
            return spell_day(value.day, self.language)
        unit = parameter.unit.split("/")[0]
        step = parameter.about or (Decimal(1) if unit == "VND" else None)
        low, high = (None if end is None else self._number(end, step) for end in (value.low, value.high))
        if value.bound is Bound.RANGE:
            return self.say("figure.range", low=low, high=self.say(f"unit.{unit}", n=high))
        words = self.say(f"unit.{unit}", n=high if low is None else low)
        if parameter.about is not None and value.bound is Bound.EXACT:
            return self.say("figure.about", figure=words)
        if value.bound is Bound.EXACT:
            return words
        kind = "age_from" if unit == "age" and value.bound is Bound.AT_LEAST else value.bound
        return self.say(f"figure.{kind}", figure=words)

    def _call(self, call: str) -> Callable[..., str]:
        def said(name: str, which: str = "value") -> str:
            parameter = self._parameter(name)
            if parameter.unit.split("/")[0] not in UNITS[call]:
                raise ContentError(f"{call}() cannot say {name}: its unit is {parameter.unit}")
            value = self._value(name, last=which == "last")
            if value is None:
                return Ready(f"\x01!{name}\x02")
            return Ready(f"\x01={name}\x02{self.in_words(parameter, value)}")

        return said

    def _parameter(self, name: str) -> Parameter:
        if name not in self.parameters:
            raise ContentError(f"there is no parameter {name}")
        return self.parameters[name]

    def _value(self, name: str, *, last: bool = False) -> Value | None:
        value = self.parameters.firm_on(name, self.day)
        return self.parameters.last_before(name, self.day) if value is None and last else value

    def _number(self, number: Decimal, step: Decimal | None) -> str:
        if step is not None:
            number = (number / step).quantize(Decimal(1), ROUND_HALF_UP) * step
        text = f"{number.normalize():,f}"
        return text.translate(_SWAP) if self.language is Language.VI else text


def spell_day(day: date, language: Language) -> str:
    """1/7/2026, or 1 July 2026."""
    if language is Language.VI:
        return f"{day.day}/{day.month}/{day.year}"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def spell_month(day: date, language: Language) -> str:
    """6/2026, or June 2026."""
    return f"{day.month}/{day.year}" if language is Language.VI else f"{MONTHS[day.month - 1]} {day.year}"


def day_before(day: date) -> date:
    return day - timedelta(days=1)


_SWAP: Final = str.maketrans(",.", ".,")
