"""The values of a fact, cut into cells within which every condition of a rule says the same.

Two values of one cell cannot be told apart by the rule, so a rule is settled by the cells its facts lie in. Cells are
cut at the words and numbers that the rule itself compares with: below, at and above each number; each choice by which
conditions it fulfils. A set is one variable for each word asked for: any of its subsets is possible.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Final

from bot.core.eligibility.facts import NO, YES, Between, Fact, Facts, Kind, Membership, Value, months_between
from bot.core.eligibility.programmes import Comparison

_ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class Atom:
    """A firm condition on one day: a fact compared with words, or with the number in force."""

    fact: Fact
    comparison: Comparison
    words: tuple[str, ...] = ()
    number: Decimal = Decimal(0)

    def holds(self, value: str | Decimal) -> bool:
        """Whether it holds for a value: a word, or a number (of a month: how many months ago)."""
        match self.comparison:
            case Comparison.IS | Comparison.IN | Comparison.HAS:
                return value in self.words
            case Comparison.AT_LEAST:
                return value >= self.number  # type: ignore[operator]  # the loader lets numbers meet numbers only
            case Comparison.AT_MOST:
                return value <= self.number  # type: ignore[operator]
            case Comparison.LESS_THAN:
                return value < self.number  # type: ignore[operator]
            case Comparison.MORE_THAN:
                return value > self.number  # type: ignore[operator]


@dataclass(frozen=True, slots=True)
class Unread:
    """A condition whose truth nobody here can tell: not firm, or covered by no fact. Equal ids are one condition."""

    id: str


Leaf = Atom | Unread


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A fact (or one word of a set, or one unread condition) as a rule sees it.

    `truths[cell][n]` says whether `leaves[n]` holds in a cell; `samples` are values with their cells.
    """

    fact: Fact | None  # None: an unread condition
    leaves: tuple[Leaf, ...]
    truths: tuple[tuple[bool, ...], ...]
    samples: tuple[tuple[str | Decimal, int], ...] = ()
    word: str = ""  # of a set
    by_truths: Mapping[tuple[bool, ...], int] = field(default_factory=dict)

    @property
    def cells(self) -> range:
        return range(len(self.truths))

    def possible(self, facts: Facts, day: date) -> tuple[int, ...]:
        """The cells in which the fact may lie, given what is known of it."""
        value = None if self.fact is None else facts.get(self.fact.id)
        match value:
            case None:
                return tuple(self.cells)
            case Membership(has, lacks):
                return (1,) if self.word in has else (0,) if self.word in lacks else (0, 1)
            case Between(low, high):
                touched = {self.cell_of(low), self.cell_of(high)}
                touched.update(cell for sample, cell in self.samples if low < sample < high)  # type: ignore[operator]
                return tuple(sorted(touched))
            case _:
                return (self.cell_of(_comparable(value, day)),)

    def agreeing(self, kept: Mapping[int, bool]) -> Sequence[int]:
        """The cells in which the numbered leaves have these truths."""
        return [cell for cell in self.cells if all(self.truths[cell][at] is truth for at, truth in kept.items())]

    def cell_of(self, value: str | Decimal) -> int:
        """The cell of one value."""
        return self.by_truths[tuple(leaf.holds(value) for leaf in self.leaves if isinstance(leaf, Atom))]


def variables_of(leaves: Iterable[Leaf]) -> Iterator[Variable]:
    """The variables of a rule's conditions, in reading order, unread ones last."""
    together: dict[tuple[Fact | None, str], dict[Leaf, None]] = {}
    for leaf in leaves:
        key = (None, leaf.id) if isinstance(leaf, Unread) else (leaf.fact, _word(leaf))
        together.setdefault(key, {})[leaf] = None
    for (fact, word), group in sorted(together.items(), key=lambda item: item[0][0] is None):
        yield _variable(fact, word, tuple(group))


def _variable(fact: Fact | None, word: str, leaves: tuple[Leaf, ...]) -> Variable:
    if fact is None or fact.kind is Kind.SET:
        return Variable(fact, leaves, ((False,) * len(leaves), (True,) * len(leaves)), word=word)
    by_truths: dict[tuple[bool, ...], int] = {}
    samples: list[tuple[str | Decimal, int]] = []
    atoms = [leaf for leaf in leaves if isinstance(leaf, Atom)]
    for value in _values(fact, {atom.number for atom in atoms}):
        truths = tuple(atom.holds(value) for atom in atoms)
        samples.append((value, by_truths.setdefault(truths, len(by_truths))))
    return Variable(fact, leaves, tuple(by_truths), tuple(samples), by_truths=by_truths)


def _values(fact: Fact, numbers: set[Decimal]) -> Sequence[str | Decimal]:
    """One value at least of every cell: all words; or each number, one between every two, one on either side."""
    if fact.kind is Kind.YES_NO:
        return (YES, NO)
    if fact.kind not in (Kind.NUMBER, Kind.MONTH):
        return tuple(fact.choices)
    cuts = sorted(numbers | {end for end in (fact.low, fact.high) if end is not None})
    ends = ((cuts[0] - _ONE).to_integral_value(ROUND_CEILING), (cuts[-1] + _ONE).to_integral_value(ROUND_FLOOR))
    found = [*cuts, *ends]
    for low, high in pairwise(cuts):
        found.append(low.to_integral_value(ROUND_FLOOR) + _ONE if fact.whole else (low + high) / 2)
        # The next whole number may be the upper cut itself, or lie beyond it: then nothing is between the two.
    return sorted(value for value in set(found) if _is_possible(fact, value))


def _is_possible(fact: Fact, value: Decimal) -> bool:
    inside = (fact.low is None or value >= fact.low) and (fact.high is None or value <= fact.high)
    return inside and (not fact.whole or value == value.to_integral_value())


def _comparable(value: Value, day: date) -> str | Decimal:
    """A value as conditions read it: a month as how many months ago it was."""
    if isinstance(value, date):
        return Decimal(months_between(value, day))
    assert isinstance(value, str | Decimal)
    return value


def _word(atom: Atom) -> str:
    return atom.words[0] if atom.comparison is Comparison.HAS else ""
