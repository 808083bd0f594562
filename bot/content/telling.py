"""Facts and amounts of a household in words: what somebody answered, what a programme gives."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from bot.content.figures import Say, base_unit, in_words, number_text, rounded, spell_month
from bot.content.templates import Ready
from bot.core.eligibility.due import Due
from bot.core.eligibility.facts import Between, Fact, FactError, Kind, Membership, Value, read_value
from bot.core.errors import ContentError
from bot.core.interview.earning import Earned
from bot.core.parameters import Bound, Confidence, Parameter, Text
from bot.core.parameters import Value as Figure
from bot.core.types import Language

_NOTHING: Final[Mapping[str, Any]] = {}


class Telling:
    """Says them in one language on one day. `places`: names of communes by code; `say` renders a message."""

    def __init__(
        self, parameters: Mapping[str, Parameter], places: Mapping[str, str], language: Language, day: date, say: Say
    ) -> None:
        self._parameters, self._places = parameters, places
        self._language, self._day, self._say = language, day, say

    def told(self, fact: Fact, raw: Any) -> str:
        """An answer as the person would say it; None: asked, and not answered."""
        if raw is None:
            return self._say("eligibility.not_answered", _NOTHING)
        try:
            value = read_value(fact, raw, self._day)
        except FactError as error:
            raise ContentError(str(error)) from error
        return self._words(fact, value)

    def worth(self, due: Due) -> str:
        """An amount with its bound, for whom and for what time, and who pays; or that there is no firm figure.

        It stands after its label: "mỗi tháng" in it is not said once more.
        """
        parameter = self._parameters[due.parameter]
        if due.bound is None:
            return self._say("eligibility.no_figure", _NOTHING)
        value = Figure(self._day, None, due.low, due.high, due.bound, Confidence.SEEN)
        figure = Ready(
            in_words(Parameter(due.parameter, {}, due.unit, about=parameter.about), value, self._language, self._say)
        )
        said = due.label[self._language].casefold().replace(",", " ").split()
        per = Ready(" ".join(each for each in self._pers(due.unit) if each.split()[-1] not in said))
        payer = self._say(f"eligibility.payer_{due.payer}", _NOTHING) if due.payer else ""
        return self._say("eligibility.worth", {"figure": figure, "per": per, "payer": payer, "verdict": due.verdict})

    def earned(self, said: Earned) -> str:
        """An income as it was named, though it may not be worked out yet."""
        income = said.income
        bound = Bound.EXACT if income.low == income.high else Bound.AT_LEAST if income.high is None else Bound.RANGE
        value = Figure(self._day, None, income.low, income.high, bound, Confidence.SEEN)
        words = in_words(Parameter("earned", {}, "VND"), value, self._language, self._say)
        whose = {True: "/household", False: "/person", None: ""}[income.is_household]
        per = self._per(f"VND{whose}/{income.per}" if income.per else f"VND{whose}")
        times = number_text(said.times, self._language) if said.times else ""
        params = {"figure": Ready(words), "per": per, "times": times, "period": income.per or ""}
        return self._say("eligibility.earned", params)

    def named(self, code: str) -> str:
        """A commune as people call it, by its code of today."""
        return self._places.get(code, code)

    def _words(self, fact: Fact, value: Value) -> str:
        match value:
            case Between(low, high):
                return self._figure(fact, low, high)
            case Decimal():
                return self._figure(fact, value, value)
            case Membership(has, _):
                return "; ".join(self._choice(fact, word) for word in fact.choices if word in has) or self._say(
                    "eligibility.none_of_them", _NOTHING
                )
            case date():
                return spell_month(value, self._language)
            case str() if fact.kind is Kind.PLACE:
                return self.named(value)
            case _:
                return self._choice(fact, value)

    def _figure(self, fact: Fact, low: Decimal, high: Decimal) -> str:
        parameter = Parameter(fact.id, fact.label, fact.unit)  # for whom and for what time, its label says
        low, high = rounded(low, parameter), rounded(high, parameter)
        unit = f"unit.{base_unit(fact.unit)}"
        if low == high:
            figure = self._say(unit, {"n": number_text(low, self._language)})
        else:
            ends = {
                "low": number_text(low, self._language),
                "high": self._say(unit, {"n": number_text(high, self._language)}),
            }
            figure = self._say(f"figure.{Bound.RANGE}", ends)
        return Ready(figure)

    def _choice(self, fact: Fact, word: str) -> str:
        if fact.kind is Kind.YES_NO:
            return self._say(f"button.{word}", _NOTHING)
        return choice_label(fact, word)[self._language]

    def _per(self, unit: str) -> str:
        """`/person/month`: "một người một tháng"."""
        return Ready(" ".join(self._pers(unit)))

    def _pers(self, unit: str) -> list[str]:
        return [self._say(f"unit.per_{each}", _NOTHING) for each in unit.split("/")[1:]]


def choice_label(fact: Fact, word: str) -> Text:
    """The words on a choice's button. Raises ContentError where there is no such choice."""
    if word not in fact.choices:
        raise ContentError(f"{fact.id} has no choice {word}: mend content/facts.yaml")
    return fact.choices[word]
