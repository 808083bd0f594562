"""What somebody typed, heard as the answer to the fact that was asked for; None when it is no such answer.

Choices are heard by the words on their buttons and by those of words.yaml (`answers`), with nothing beside them but
`around_answers`: "tiền điện hộ nghèo" is a question, not the answer "hộ nghèo".
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from bot.core.ages import read_age
from bot.core.facts import NO, YES, Between, Fact, FactError, Kind, Value, months_between, read_value
from bot.core.numerals import number_at, tokens_of
from bot.core.text import fold
from bot.core.types import Decision, Ranking
from bot.core.world import World

AGE: Final = "age"  # unit
_MONTH: Final = re.compile(r"\b(\d{1,2}) (?:nam )?((?:19|20)\d\d)\b|\b((?:19|20)\d\d) (\d{1,2})\b")


@dataclass(frozen=True, slots=True)
class _Match:
    size: int
    choice: str
    rest: tuple[str, ...]


def hear(fact: Fact, text: str, ranking: Ranking, world: World) -> Any:
    """Return the answer as JSON, fit for read_value. A place and a sum of money are heard elsewhere."""
    heard: Any = None
    match fact.kind:
        case Kind.CHOICE | Kind.SET:
            labels = {word: tuple(fold(said) for said in label.values()) for word, label in fact.choices.items()}
            heard = hear_choice(fact.id, labels, text, world)
        case Kind.YES_NO:
            labels = {word: world.catalogue.words.commands.get(word, ()) for word in (YES, NO)}
            heard = hear_choice(fact.kind, labels, text, world)
        case Kind.NUMBER | Kind.MONTH if is_answer(text, ranking, world):
            heard = as_json(_number(fact, text, world.day))
    return heard if heard is not None and fits(fact, heard, world) else None


def hear_choice(name: str, labels: Mapping[str, Iterable[str]], text: str, world: World) -> str | None:
    """The choice whose longest phrase stands in the text, where all other words say nothing."""
    phrases = world.catalogue.words.answers.get(name, {})
    padded = f" {fold(text)} "
    found = [
        _Match(len(phrase), choice, tuple(padded.replace(f" {phrase} ", " ", 1).split()))
        for choice in (*labels, *(each for each in phrases if each not in labels))
        for phrase in (*labels.get(choice, ()), *phrases.get(choice, ()))
        if f" {phrase} " in padded
    ]
    best = max(found, key=lambda each: each.size, default=None)
    return best.choice if best and world.catalogue.words.silent.issuperset(best.rest) else None


def is_answer(text: str, ranking: Ranking, world: World) -> bool:
    """Whether a text with a number in it answers with it: it asks nothing we know, or holds nothing else."""
    if ranking.decision is Decision.NONE:
        return True
    return all(word in world.catalogue.words.silent or word[:1].isdigit() for word in fold(text).split())


def fits(fact: Fact, raw: Any, world: World) -> bool:
    """Whether an answer lies within its fact's choices or bounds (of a set: whether the word is one of them)."""
    try:
        read_value(fact, [raw] if fact.kind is Kind.SET and isinstance(raw, str) else raw, world.day)
    except FactError:
        return False
    return True


def as_json(value: Value | None) -> Any:
    """A number, a range or a month as it is kept."""
    match value:
        case Between(low, high):
            return {"low": as_json(low), "high": as_json(high)}
        case Decimal():
            return int(value) if value == value.to_integral_value() else str(value)
        case date():
            return f"{value:%Y-%m}"
        case _:
            return None


def _number(fact: Fact, text: str, day: date) -> Value | None:
    if fact.kind is Kind.MONTH:
        return _month(text, day)
    return read_age(text, day) if fact.unit == AGE else read_count(text)


def read_count(text: str) -> Decimal | Between | None:
    """ "5", "năm người", "4-5 người": the only number in the text."""
    tokens = tokens_of(text)
    found, at = [], 0
    while at < len(tokens):
        number = number_at(tokens, at)
        found += [number.span] if number else []
        at = number.end if number else at + 1
    if len(found) != 1 or found[0].low is None or found[0].high is None:
        return None
    return found[0].low if found[0].low == found[0].high else Between(found[0].low, found[0].high)


def _month(text: str, day: date) -> date | None:
    """ "3/2025", "tháng 3 năm 2025", "tháng 3 năm ngoái"; a year alone is no month."""
    words = fold(text).replace("nam ngoai", str(day.year - 1)).replace("nam nay", str(day.year))
    found = _MONTH.search(words)
    if found is None:
        return None
    month, year = (found[1], found[2]) if found[1] else (found[4], found[3])
    if not 1 <= int(month) <= 12:
        return None
    said = date(int(year), int(month), 1)
    return said if months_between(said, day) >= 0 else None
