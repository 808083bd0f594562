"""Which fact to ask for next: the one that is expected to settle most of the programmes that are still open.

Settled means that nothing more that could be asked changes the result; a yes counts for more, so that people hear of
what is theirs first. Expected: over the fact's cells in each rule, each as likely as facts.yaml says (`weights`), else
all alike. The order of questions touches no verdict.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import product
from math import prod
from typing import Final

from bot.core.eligibility.diagram import Diagram, Verdict, build, ends, is_settled, met, narrow
from bot.core.eligibility.facts import Between, Fact, Facts, Kind
from bot.core.eligibility.partition import Variable
from bot.core.eligibility.programmes import Programme
from bot.core.eligibility.rules import Cells, RuleOfDay, rule_of_day
from bot.core.parameters import Parameters

_POINTS: Final = 16  # samples of a range of numbers: enough to say how much of it lies in a cell
_YES: Final = 3  # so many programmes settled otherwise is a yes worth
_HALF: Final = 50  # percent: how often a word is in a set of which nothing is said


def next_fact(
    programmes: Iterable[Programme],
    facts: Facts,
    *,
    day: date,
    parameters: Parameters,
    skipped: Collection[str] = (),
) -> Fact | None:
    """The fact to ask for; None when nothing asked can change a result.

    `skipped` are not asked (again): not known, not to be told, or told as well as it goes. They stay open.
    """
    told = {name for name, value in facts.items() if isinstance(value, Between)}
    closed = told.union(skipped)
    settles: dict[Fact, float] = defaultdict(float)
    for programme in programmes:
        rule = programme.rule_on(day)
        if rule is not None:
            of_day = rule_of_day(rule.when, day, parameters)
            last = frozenset(each for each in of_day.variables if each.fact is None or each.fact.id in closed)
            for fact, likely in _prospects(of_day, of_day.cells(facts, day), last):
                # One in a thousand for being asked at all: of two that settle nothing alone, the one more rules read.
                settles[fact] += likely + 0.001
    return max(settles, key=lambda fact: settles[fact], default=None)


@lru_cache(maxsize=16384)
def _prospects(of_day: RuleOfDay, cells: Cells, last: frozenset[Variable]) -> tuple[tuple[Fact, float], ...]:
    """The facts that can still matter in one rule when nothing is heard of the `last` ones, and how likely each settles
    it. The same for all facts that lie in the same cells.
    """
    diagram = of_day.diagram if last == of_day.unread else _with_last(of_day, last)
    left = narrow(diagram, of_day.possible(cells), last)
    by_fact: dict[Fact, list[Variable]] = {}
    for variable in met(left, {}):
        if variable.fact is not None:
            by_fact.setdefault(variable.fact, []).append(variable)
    return tuple((fact, _settled(left, own)) for fact, own in by_fact.items())


@lru_cache(maxsize=1024)
def _with_last(of_day: RuleOfDay, last: frozenset[Variable]) -> Diagram:
    """The rule's diagram with these variables at its end."""
    return build(of_day.logic, sorted(of_day.variables, key=last.__contains__))


def _settled(left: Diagram, own: list[Variable]) -> float:
    """How likely it is that a fact, here its variables in one rule, settles the rule; a yes counts _YES times."""
    ways = [list(enumerate(_shares(variable))) for variable in own]
    likely = 0.0
    for cells in product(*ways):
        known = {variable: (cell,) for variable, (cell, _) in zip(own, cells, strict=True)}
        if is_settled(left, known):
            worth = _YES if next(ends(left, known)) is Verdict.YES else 1
            likely += worth * prod(share for _, share in cells)
    return likely


@lru_cache(maxsize=4096)
def _shares(variable: Variable) -> tuple[float, ...]:
    """How likely each cell is, by the fact's weights; all alike where it has none."""
    fact = variable.fact
    assert fact is not None
    if variable.word:
        has = fact.weights.get(variable.word, _HALF) / 100
        return (1 - has, has)
    weights: dict[int, float] = defaultdict(float)
    for words, weight in fact.weights.items():
        points = list(_points(fact, words)) if fact.kind is Kind.NUMBER else [words]
        for point in points:
            weights[variable.cell_of(point)] += weight / len(points)
    found = [weights[cell] if weights else 1 for cell in variable.cells]
    return tuple(each / sum(found) for each in found)


def _points(fact: Fact, words: str) -> Iterator[Decimal]:
    """Numbers spread over a range such as `18-59`."""
    low, _, high = words.partition("-")
    first, step = Decimal(low), (Decimal(high or low) - Decimal(low)) / (_POINTS - 1)
    for number in range(_POINTS):
        point = first + step * number
        yield point.to_integral_value() if fact.whole else point
