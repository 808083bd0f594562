"""What somebody typed, heard as the answer to the fact that was asked for; None when it is no such answer.

Choices are heard by the words on their buttons and by those of words.yaml (`answers`), with nothing beside them but
`around_answers`: "tiền điện hộ nghèo" is a question, not the answer "hộ nghèo".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from bot.core.facts import NO, YES, Between, Fact, FactError, Kind, Value, read_value
from bot.core.text import fold
from bot.core.typed import read_age, read_count, read_month
from bot.core.world import World

MONEY: Final = "VND"  # begins the unit of what is earned: read by core/earning.py
_AGE: Final = "age"


@dataclass(frozen=True, slots=True)
class _Match:
    size: int
    choice: str
    rest: tuple[str, ...]


def hear(fact: Fact, text: str, world: World) -> Any:
    """Return the answer as JSON, fit for read_value. A place and a sum of money are heard elsewhere."""
    match fact.kind:
        case Kind.CHOICE | Kind.SET:
            labels = {word: tuple(fold(said) for said in label.values()) for word, label in fact.choices.items()}
            heard: Any = hear_choice(fact.id, labels, text, world)
        case Kind.YES_NO:
            heard = hear_yes_no(text, world)
        case Kind.NUMBER:
            heard = as_json(read_age(text, world.day) if fact.unit == _AGE else read_count(text))
        case Kind.MONTH:
            heard = as_json(read_month(text, world.day))
        case Kind.PLACE:
            heard = None
    return heard if heard is not None and fits(fact, heard, world) else None


def hear_choice(name: str, labels: Mapping[str, Iterable[str]], text: str, world: World) -> str | None:
    """The choice whose longest phrase stands in the text, where all other words say nothing."""
    words = world.catalogue.words
    phrases = words.answers.get(name, {})
    silent = {word for phrase in words.around_answers for word in phrase.split()}
    padded = f" {fold(text)} "
    found = [
        _Match(len(phrase), choice, tuple(padded.replace(f" {phrase} ", " ", 1).split()))
        for choice in (*labels, *(each for each in phrases if each not in labels))
        for phrase in (*labels.get(choice, ()), *phrases.get(choice, ()))
        if f" {phrase} " in padded
    ]
    best = max(found, key=lambda each: each.size, default=None)
    return best.choice if best and silent.issuperset(best.rest) else None


def hear_yes_no(text: str, world: World) -> str | None:
    labels = {word: world.catalogue.words.commands.get(word, ()) for word in (YES, NO)}
    return hear_choice("yes_no", labels, text, world)


def fits(fact: Fact, raw: Any, world: World) -> bool:
    """Whether an answer lies within its fact's choices or bounds (a set: whether the word is one of them)."""
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
        case None:
            return None
        case _:
            return f"{value:%Y-%m}"
