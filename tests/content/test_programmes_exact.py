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
from bot.core.diagram import Verdict
from bot.core.eligibility import judge
from bot.core.facts import Facts
from bot.core.parameters import Confidence
from bot.core.programmes import Condition, Not, Other, Programme, When
from tests.build import REAL
from tests.core.rules import completions, leaves, outcome

DAYS: Final = (date(2022, 6, 1), date(2025, 6, 30), date(2026, 11, 24), date(2027, 1, 15))
TRIED: Final = 40  # sets of facts, each known in part


@lru_cache
def catalogue() -> Catalogue:
    return load(REAL)


def rules() -> Iterator[Any]:
    for programme in catalogue().programmes.values():
        for day in DAYS:
            if programme.rule_on(day) is not None:
                yield pytest.param(programme, day, id=f"{programme.id} {day}")


@pytest.mark.parametrize(("programme", "day"), list(rules()))
def test_a_programme_says_what_every_completion_says(programme: Programme, day: date) -> None:
    table = outcomes(programme, day)

    for known in partly_known(table, seed=programme.id):
        said = {verdict for facts, verdict in table if known.items() <= facts.items()}
        judgement = judge(programme, known, day=day, parameters=catalogue().parameters)
        assert judgement is not None
        assert judgement.verdict is (said.pop() if len(said) == 1 else Verdict.UNKNOWN), known


@pytest.mark.parametrize(("programme", "day"), list(rules()))
def test_no_verdict_hangs_on_a_condition_that_is_made_unconfirmed(programme: Programme, day: date) -> None:
    rule = programme.rule_on(day)
    assert rule is not None
    cases = list(partly_known(outcomes(programme, day), seed=programme.id))

    for gone in leaves(rule.when):
        doubted = replace(programme, rules=(replace(rule, when=with_doubt(rule.when, gone)),))
        for known in cases:
            before, after = (
                judge(each, known, day=day, parameters=catalogue().parameters) for each in (programme, doubted)
            )
            assert before is not None
            assert after is not None
            assert after.verdict in (Verdict.UNKNOWN, before.verdict), known


def outcomes(programme: Programme, day: date) -> list[tuple[Facts, Verdict]]:
    """Every completion of the rule's own facts, and what the rule says of it."""
    rule = programme.rule_on(day)
    assert rule is not None
    when = with_numbers(rule.when, day)
    return [(facts, outcome(when, facts, day)) for facts in completions(when, {}, day)]


def partly_known(table: list[tuple[Facts, Verdict]], seed: str) -> Iterator[Facts]:
    """Nothing, then parts of some completions."""
    chance = Random(seed)
    yield {}
    for _ in range(TRIED):
        facts, _verdict = chance.choice(table)
        yield {name: facts[name] for name in facts if chance.random() < 0.6}


def with_numbers(when: When, day: date) -> When:
    """The rule with the numbers of the day in place of parameters; without one a condition is not firm."""
    match when:
        case Condition() if when.parameter:
            value = catalogue().parameters.firm_on(when.parameter, day)
            if value is None:
                return replace(when, confidence=Confidence.UNCONFIRMED)
            figure = value.low if value.low is not None else value.high
            assert figure is not None
            return replace(when, number=figure * 12 if when.in_years else figure)
        case Condition() | Other():
            return when
        case Not(part):
            return Not(with_numbers(part, day))
        case _:
            return type(when)(tuple(with_numbers(part, day) for part in when.parts))


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
