"""Judgements as data with words: what `bot eligible` prints (design section 5)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from bot.content.render import Renderer
from bot.core.eligibility.due import Due
from bot.core.eligibility.facts import read_facts
from bot.core.eligibility.judging import Judgement, judge
from bot.core.eligibility.next_fact import next_fact
from bot.core.eligibility.rules import Reason
from bot.core.eligibility.zones import with_zones
from bot.core.markup import parse, plain
from bot.core.parameters import Bound, Text
from bot.core.types import Language, Source


class Verdicts:
    """Judges every programme of one day for facts as JSON holds them, and says it in one language."""

    def __init__(self, renderer: Renderer, day: date, language: Language = Language.VI) -> None:
        self._renderer, self._day, self._language = renderer, day, language

    def of(self, raw: Any) -> Mapping[str, Any]:
        """Judge. A programme without a rule on the day is not listed. Raises FactError where the facts do not fit."""
        catalogue, day = self._renderer.catalogue, self._day
        told = read_facts(raw, catalogue.facts, day)
        facts = with_zones(told, catalogue.zones, catalogue.places, day)
        programmes = catalogue.programmes.values()
        judged = (judge(each, facts, day=day, parameters=catalogue.parameters) for each in programmes)
        asked = next_fact(programmes, facts, day=day, parameters=catalogue.parameters)
        return {
            "on": day.isoformat(),
            "programmes": [self._programme(each) for each in judged if each is not None],
            "next_fact": asked.id if asked else None,
        }

    def _programme(self, judged: Judgement) -> Mapping[str, Any]:
        programme = judged.programme
        return {
            "id": programme.id,
            "topic": programme.topic,
            "label": programme.label[self._language],
            "verdict": judged.verdict.value,
            "missing": list(judged.missing),
            "reasons": self._reasons(judged.reasons),
            "unread": self._reasons(judged.unread),
            "amounts": [self._amount(each) for each in judged.amounts],
            "note": self._say(programme.note) if programme.note else None,
        }

    def _reasons(self, reasons: Sequence[Reason]) -> list[Mapping[str, Any]]:
        return [{"text": self._say(each.text), "source": _named(each.sources)} for each in reasons]

    def _amount(self, due: Due) -> Mapping[str, Any]:
        low, high, bound = self._as_said(due)
        return {
            "label": self._say(due.label),
            "value": _number(low) if low == high else None,
            "low": _number(low),
            "high": _number(high),
            "bound": bound.value if bound else None,
            "unit": due.unit,
            "source": _named(due.sources),
            "payer": due.payer.value if due.payer else None,
            "verdict": due.verdict.value,
            "missing": list(due.missing),
        }

    def _as_said(self, due: Due) -> tuple[Decimal | None, Decimal | None, Bound | None]:
        """The figure's ends; one that is said with "khoảng" is no exact one: it lies between two round ones."""
        about = self._renderer.catalogue.parameters[due.parameter].about
        if about is None or due.low is None or due.low != due.high:
            return due.low, due.high, due.bound
        low = due.low // about * about
        return low, low + about, Bound.RANGE

    def _say(self, text: Text) -> str:
        return plain(parse(self._renderer.sentence(text, self._language, self._day)))


def _named(sources: Iterable[Source]) -> str:
    return "; ".join(dict.fromkeys(source.text for source in sources if source.text))


def _number(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
