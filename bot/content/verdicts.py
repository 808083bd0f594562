"""Judgements as data with words: what `bot eligible` prints (design section 5)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from bot.content.render import Renderer
from bot.core.due import Due
from bot.core.eligibility import Judgement, judge
from bot.core.facts import read_facts
from bot.core.markup import parse, plain
from bot.core.next_fact import next_fact
from bot.core.parameters import Text
from bot.core.rules import Reason
from bot.core.types import Language, Source
from bot.core.zones import with_zones


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
        return {
            "label": self._say(due.label),
            "value": _number(due.low) if due.low == due.high else None,
            "low": _number(due.low),
            "high": _number(due.high),
            "bound": due.bound.value if due.bound else None,
            "unit": due.unit,
            "source": _named(due.sources),
            "payer": due.payer.value if due.payer else None,
            "verdict": due.verdict.value,
            "missing": list(due.missing),
        }

    def _say(self, text: Text) -> str:
        return plain(parse(self._renderer.sentence(text, self._language, self._day)))


def _named(sources: Iterable[Source]) -> str:
    return "; ".join(dict.fromkeys(source.text for source in sources if source.text))


def _number(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
