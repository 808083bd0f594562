"""Every programme of content/ against a second reading that tries every completion of the rule's own facts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from random import Random
from typing import Any, Final

import pytest

from bot.content.load import load
from bot.core.catalogue import Catalogue
from bot.core.eligibility.diagram import Verdict
from bot.core.eligibility.facts import Facts
from bot.core.eligibility.judging import judge
from bot.core.eligibility.programmes import Condition, Not, Other, Programme, When
from bot.core.eligibility.rules import threshold
from bot.core.parameters import Confidence
from tests.build import REAL
from tests.core.rules import completions, leaves, verdict_by_trying

DAYS: Final = (date(2022, 6, 1), date(2025, 6, 30), date(2026, 11, 24), date(2027, 1, 15))
TRIED: Final = 60  # sets of facts for a programme on a day
DOUBTED: Final = 6  # the same for each of its conditions that is doubted


@lru_cache
def catalogue() -> Catalogue:
    return load(REAL)


def rules() -> Iterator[Any]:
    for programme in catalogue().programmes.values():
        for day in sorted({*DAYS, *(rule.start for rule in programme.rules)}):
            if programme.rule_on(day) is not None:
                yield pytest.param(programme, day, id=f"{programme.id} {day}")


@pytest.mark.parametrize(("programme", "day"), list(rules()))
def test_a_programme_says_what_every_completion_says(programme: Programme, day: date) -> None:
    when = with_numbers(programme, day)

    for known in partly_known(when, day, TRIED, seed=programme.id):
        assert verdict(programme, known, day) is verdict_by_trying(when, known, day), known


@pytest.mark.parametrize(("programme", "day"), list(rules()))
def test_no_verdict_hangs_on_a_condition_that_is_made_unconfirmed(programme: Programme, day: date) -> None:
    """What is left of every verdict is what the other conditions alone decide."""
    rule = programme.rule_on(day)
    assert rule is not None
    cases = list(partly_known(with_numbers(programme, day), day, DOUBTED, seed=programme.id))

    for gone in leaves(rule.when):
        doubted = replace(programme, rules=(replace(rule, when=with_doubt(rule.when, gone)),))
        when = with_numbers(doubted, day)
        for known in cases:
            assert verdict(doubted, known, day) is verdict_by_trying(when, known, day), (gone, known)


def verdict(programme: Programme, known: Facts, day: date) -> Verdict:
    judgement = judge(programme, known, day=day, parameters=catalogue().parameters)
    assert judgement is not None
    return judgement.verdict


def partly_known(when: When, day: date, number: int, seed: str) -> Iterator[Facts]:
    """Nothing, then parts of some completions of the rule's own facts, and some whole ones."""
    chance = Random(seed)
    whole = list(completions(when, {}, day))
    yield {}
    for share in (0.6, 1.0):
        for _ in range(number // 2):
            facts = chance.choice(whole)
            yield {name: facts[name] for name in facts if chance.random() < share}


def with_numbers(programme: Programme, day: date) -> When:
    rule = programme.rule_on(day)
    assert rule is not None
    return _with_numbers(rule.when, day)


def _with_numbers(when: When, day: date) -> When:
    """The rule with the numbers of the day in place of parameters; without one a condition is not firm."""
    match when:
        case Condition() if when.parameter:
            value = catalogue().parameters.firm_on(when.parameter, day)
            if value is None:
                return replace(when, confidence=Confidence.UNCONFIRMED)
            return replace(when, number=threshold(when, value), parameter="")
        case Condition() | Other():
            return when
        case Not(part):
            return Not(_with_numbers(part, day))
        case _:
            return type(when)(tuple(_with_numbers(part, day) for part in when.parts))


def with_doubt(when: When, gone: Condition | Other) -> When:
    """The rule in which one condition is not firm."""
    match when:
        case Condition() if when is gone:
            return replace(when, confidence=Confidence.UNCONFIRMED)
        case Condition() | Other():
            return when
        case Not(part):
            return Not(with_doubt(part, gone))
        case _:
            return type(when)(tuple(with_doubt(part, gone) for part in when.parts))
