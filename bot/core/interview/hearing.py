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

from bot.core.eligibility.facts import NO, YES, Between, Fact, FactError, Kind, Value, months_between, read_value
from bot.core.interview.ages import read_age
from bot.core.interview.numerals import number_at, tokens_of
from bot.core.interview.sheet import ASK_WHOM, ME
from bot.core.text import fold
from bot.core.types import Decision, Ranking
from bot.core.world import World

AGE: Final = "age"  # unit
_MONTH: Final = re.compile(r"\b(\d{1,2}) (?:nam )?((?:19|20)\d\d)\b|\b((?:19|20)\d\d) (\d{1,2})\b")
_CHILDREN: Final = re.compile(r"\b(?:\d+|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|muoi) (?:dua|con|chau|be)\b")


@dataclass(frozen=True, slots=True)
class _Match:
    size: int
    choice: str
    rest: str


def hear(fact: Fact, text: str, ranking: Ranking, world: World) -> Any:
    """Return the answer as JSON, fit for read_value. A place and a sum of money are heard elsewhere."""
    heard: Any = None
    match fact.kind:
        case Kind.CHOICE | Kind.SET:
            labels = {word: tuple(fold(said) for said in label.values()) for word, label in fact.choices.items()}
            beside = _words_of(fact) if fact.kind is Kind.SET else frozenset()
            heard = hear_choice(fact.id, labels, text, world, beside)
        case Kind.YES_NO:
            labels = {word: world.catalogue.words.commands.get(word, ()) for word in (YES, NO)}
            heard = hear_choice(fact.kind, labels, text, world, _words_of(fact))
        case Kind.NUMBER if fact.unit != AGE:
            heard = as_json(read_count(text)) if is_count(text, world) else None
        case Kind.NUMBER | Kind.MONTH if is_answer(text, ranking, world):
            read = _month if fact.kind is Kind.MONTH else read_age
            heard = as_json(read(text, world.day))
    return heard if heard is not None and fits(fact, heard, world) else None


def hear_choice(
    name: str,
    labels: Mapping[str, Iterable[str]],
    text: str,
    world: World,
    beside: frozenset[str] = frozenset(),
) -> str | None:
    """The choice whose longest phrase stands in the text, where all other words say nothing, or are those `beside`."""
    phrases = _phrases(name, world)
    padded = f" {fold(text)} "
    found = [
        _Match(len(phrase), choice, padded.replace(f" {phrase} ", "  ", 1))
        for choice in (*labels, *(each for each in phrases if each not in labels))
        for phrase in (*labels.get(choice, ()), *phrases.get(choice, ()))
        if f" {phrase} " in padded
    ]
    best = max(found, key=lambda each: each.size, default=None)
    return best.choice if best and _is_silent(best.rest, world, beside) else None


def hear_whom(text: str, world: World) -> str | None:
    """For whom: "má tôi" is the mother and not me; two of them are for the person to choose from."""
    whom_of = {phrase: whom for whom, phrases in _phrases(ASK_WHOM, world).items() for phrase in phrases}
    rest, named = f" {fold(text)} ", set[str]()
    for phrase in sorted(whom_of, key=len, reverse=True):
        if f" {phrase} " in rest:
            named.add(whom_of[phrase])
            rest = rest.replace(f" {phrase} ", "  ", 1)
    if len(named) > 1:
        named.discard(ME)
    return named.pop() if len(named) == 1 and _is_silent(rest, world) else None


def is_answer(text: str, ranking: Ranking, world: World) -> bool:
    """Whether a text with a number in it answers with it: it asks nothing we know, or holds nothing else."""
    return ranking.decision is Decision.NONE or _says_nothing_but_numbers(text, world)


def is_count(text: str, world: World) -> bool:
    """Whether a text is a number and nothing else: "4 mẹ con" are four, of "3 đứa con" nobody knows how many more."""
    is_of_children = _CHILDREN.search(fold(text)) is not None
    return read_count(text) is not None and not is_of_children and _says_nothing_but_numbers(text, world)


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


def _phrases(name: str, world: World) -> Mapping[str, Iterable[str]]:
    return world.catalogue.words.answers.get(name, {})


def _says_nothing_but_numbers(text: str, world: World) -> bool:
    return _is_silent(re.sub(r"\b\d\S*", " ", f" {fold(text)} "), world)


def _is_silent(rest: str, world: World, beside: frozenset[str] = frozenset()) -> bool:
    """Whether what is left of a text, with a space at both its ends, says nothing of its own."""
    around = world.catalogue.words.around_answers
    for phrase in around:
        if " " in phrase:
            rest = rest.replace(f" {phrase} ", "  ")
    return beside.union(around).issuperset(rest.split())


def _words_of(fact: Fact) -> frozenset[str]:
    """The words of its label: "không có lương hưu" answers whether there is one."""
    return frozenset(word for label in fact.label.values() for word in fold(label).split())
