"""A rule as it stands on one day: numbers in place of parameters, what is not firm as a free variable, its diagram."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from bot.core.eligibility.diagram import Diagram, Group, Logic, Opposite, build, leaves_of
from bot.core.eligibility.facts import Facts
from bot.core.eligibility.partition import Atom, Leaf, Unread, Variable, variables_of
from bot.core.eligibility.programmes import AnyOf, Condition, Not, Other, When
from bot.core.parameters import Confidence, Parameters, Text, Value
from bot.core.types import Source

_KEPT: Final = 4096  # some forty programmes and their amounts, on as many days as are asked for at a time
_MONTHS: Final = Decimal(12)  # in a year


Cells = tuple[tuple[int, ...] | None, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A condition in words, and where it stands. Of an unread condition: what to ask the commune.

    A private one tells what somebody answered to a sensitive question.
    """

    text: Text
    sources: tuple[Source, ...]
    is_private: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RuleOfDay:
    """`variables` stand as in the diagram, unread ones last. `leaves` are the conditions, in reading order."""

    logic: Logic
    leaves: Mapping[Leaf, Condition | Other]
    sources: Mapping[Leaf, tuple[Source, ...]]
    variables: tuple[Variable, ...]
    diagram: Diagram
    unread: frozenset[Variable]

    def cells(self, facts: Facts, day: date) -> Cells:
        """Where the facts may lie that somebody told something of; None for the others, in the variables' order."""
        return tuple(
            None if variable.fact is None or variable.fact.id not in facts else variable.possible(facts, day)
            for variable in self.variables
        )

    def possible(self, cells: Cells) -> dict[Variable, Sequence[int]]:
        """The same by variable."""
        return {each: known for each, known in zip(self.variables, cells, strict=True) if known is not None}

    def reason(self, leaf: Leaf, holds: bool | None) -> Reason:
        """Say a condition that holds, that does not, or (None) that nobody here can tell."""
        condition = self.leaves[leaf]
        if isinstance(condition, Other):
            return Reason(condition.ask, self.sources[leaf])
        asked = condition.ask or condition.fact.label
        text = {True: condition.yes, False: condition.no, None: asked}[holds]
        return Reason(text, self.sources[leaf], holds is not None and condition.fact.sensitive)


@lru_cache(maxsize=_KEPT)
def rule_of_day(when: When, day: date, parameters: Parameters) -> RuleOfDay:
    """The conditions as they stand on one day."""
    leaves: dict[Leaf, Condition | Other] = {}
    sources: dict[Leaf, tuple[Source, ...]] = {}

    def logic(part: When) -> Logic:
        match part:
            case Condition() | Other():
                leaf, value = _leaf(part, day, parameters)
                leaves.setdefault(leaf, part)
                sources.setdefault(leaf, tuple(dict.fromkeys((*part.sources, *(value.sources if value else ())))))
                return leaf
            case Not(inner):
                return Opposite(logic(inner))
            case _:
                return Group(not isinstance(part, AnyOf), tuple(logic(each) for each in part.parts))

    whole = logic(when)
    variables, diagram = _diagram(whole)
    unread = frozenset(variable for variable in variables if variable.fact is None)
    return RuleOfDay(whole, leaves, sources, variables, diagram, unread)


def threshold(condition: Condition, value: Value) -> Decimal:
    """The number that a parameter's value stands for in a condition: its figure, years as months for a month fact.

    `at_most 1500000` and `at_least 75` are one figure each, whose side the comparison says. A range is refused by the
    loader.
    """
    figure = value.high if value.low is None else value.low
    assert figure is not None
    return figure * _MONTHS if condition.in_years else figure


def _leaf(condition: Condition | Other, day: date, parameters: Parameters) -> tuple[Leaf, Value | None]:
    if isinstance(condition, Other):
        return Unread(f"other {condition.id}"), None
    value = parameters.firm_on(condition.parameter, day) if condition.parameter else None
    if condition.confidence is not Confidence.SEEN or (condition.parameter and value is None):
        compared = condition.parameter or ",".join(condition.words) or condition.number
        return Unread(f"{condition.fact.id} {condition.comparison} {compared}"), value
    number = condition.number if value is None else threshold(condition, value)
    return Atom(condition.fact, condition.comparison, condition.words, number or Decimal(0)), value


@lru_cache(maxsize=_KEPT)
def _diagram(logic: Logic) -> tuple[tuple[Variable, ...], Diagram]:
    """The same on every day on which the numbers are the same."""
    variables = tuple(variables_of(leaves_of(logic)))
    return variables, build(logic, variables)
