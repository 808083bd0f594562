"""Invented facts and rules for tests, and a second reading of rules: every completion tried, one by one."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import chain, combinations, product
from typing import Final

from hypothesis import strategies as st

from bot.core.eligibility.diagram import Verdict
from bot.core.eligibility.facts import Between, Fact, Facts, Kind, Membership, Of, Value, months_between
from bot.core.eligibility.programmes import All, AnyOf, Comparison, Condition, Not, Other, Programme, Rule, When
from bot.core.parameters import Confidence, Parameters
from bot.core.types import Language

DAY: Final = date(2026, 11, 24)
NO_PARAMETERS: Final = Parameters()


def make_fact(id: str, kind: Kind, choices: str = "", high: int | None = None, whole: bool = True) -> Fact:
    low = Decimal(0) if kind in (Kind.NUMBER, Kind.MONTH) else None
    text = {Language.VI: id}
    names: dict[str, Mapping[Language, str]] = dict.fromkeys(choices.split(), text)
    ceiling = None if high is None else Decimal(high)
    return Fact(id, Of.HOUSEHOLD, kind, text, text, names, low, ceiling, whole)


FACTS: Final = {
    fact.id: fact
    for fact in (
        make_fact("class", Kind.CHOICE, "poor near_poor escaped other"),
        make_fact("area", Kind.CHOICE, "rural urban"),
        make_fact("pension", Kind.YES_NO),
        make_fact("income", Kind.NUMBER, whole=False),
        make_fact("age", Kind.NUMBER, high=6),
        make_fact("exit", Kind.MONTH),
        make_fact("zone", Kind.SET, "hill coast"),
    )
}


def condition(fact: str, comparison: str, value: object, confidence: Confidence = Confidence.SEEN) -> Condition:
    """A condition whose sentences name it and whether it holds."""
    words = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
    number = Decimal(value) if isinstance(value, int) else None
    name = f"{fact} {comparison} {value}"
    return Condition(
        FACTS[fact], Comparison(comparison), {Language.VI: f"{name}: yes"}, {Language.VI: f"{name}: no"}, words, number,
        confidence=confidence, ask={Language.VI: f"{name}: ask"},
    )  # fmt: skip


def make_programme(when: When, id: str = "test.programme") -> Programme:
    return Programme(id, "test.topic", {Language.VI: id}, Of.HOUSEHOLD, (Rule(date(2020, 1, 1), None, when),))


def conditions() -> st.SearchStrategy[Condition | Other]:
    firm = st.sampled_from([Confidence.SEEN] * 4 + [Confidence.UNCONFIRMED])
    words = {
        "class": ["poor", "near_poor", ("poor", "near_poor"), ("near_poor", "escaped")],
        "area": ["rural", "urban"],
        "pension": ["yes", "no"],
    }
    choices = [st.tuples(st.just(name), st.just("in"), st.sampled_from(values)) for name, values in words.items()]
    numbers = [
        st.tuples(
            st.just(name), st.sampled_from(["at_least", "at_most", "less_than", "more_than"]), st.integers(low, high)
        )
        for name, low, high in (("income", 1, 3), ("age", -1, 7), ("exit", 11, 13))
    ]
    sets = st.tuples(st.just("zone"), st.just("has"), st.sampled_from(["hill", "coast"]))
    compared = st.builds(lambda row, sure: condition(*row, sure), st.one_of(*choices, *numbers, sets), firm)
    other = st.sampled_from("ab").map(lambda name: Other(name, {Language.VI: f"other {name}: ask"}))
    return st.one_of(compared, compared, compared, compared, other)


def rules() -> st.SearchStrategy[When]:
    """Condition trees of some four facts, so that every completion can be tried."""
    trees: st.SearchStrategy[When] = st.recursive(
        conditions(),
        lambda parts: st.one_of(
            st.lists(parts, min_size=1, max_size=3).map(lambda each: All(tuple(each))),
            st.lists(parts, min_size=1, max_size=3).map(lambda each: AnyOf(tuple(each))),
            parts.map(Not),
        ),
        max_leaves=7,
    )
    return trees.filter(lambda when: len({leaf.fact for leaf in firm_leaves(when)}) <= 4)


def some_facts() -> st.SearchStrategy[Facts]:
    """Facts of which some are known, some only as a range or in part."""
    income = st.decimals(0, 4, places=1)
    ranged = st.tuples(income, income).map(lambda two: Between(min(two), max(two)))
    age = st.integers(0, 6).map(Decimal)
    ages = st.tuples(age, age).filter(lambda two: two[0] < two[1]).map(lambda two: Between(*two))
    parts = st.lists(st.sampled_from(["has", "lacks", ""]), min_size=2, max_size=2).map(_membership)
    known: dict[str, st.SearchStrategy[Value]] = {
        "class": st.sampled_from(list(FACTS["class"].choices)),
        "area": st.sampled_from(["rural", "urban"]),
        "pension": st.sampled_from(["yes", "no"]),
        "income": st.one_of(income, ranged),
        "age": st.one_of(age, ages),
        "exit": st.integers(9, 15).map(months_ago),
        "zone": parts,
    }
    return st.fixed_dictionaries({}, optional=known)


def months_ago(number: int, day: date = DAY) -> date:
    months = day.year * 12 + day.month - 1 - number
    return date(months // 12, months % 12 + 1, 1)


def leaves(when: When) -> Iterator[Condition | Other]:
    match when:
        case Condition() | Other():
            yield when
        case Not(part):
            yield from leaves(part)
        case _:
            yield from chain.from_iterable(leaves(part) for part in when.parts)


def firm_leaves(when: When) -> list[Condition]:
    return [each for each in leaves(when) if isinstance(each, Condition) and each.confidence is Confidence.SEEN]


def completions(when: When, facts: Facts, day: date = DAY) -> Iterator[Facts]:
    """Every full set of the rule's own facts that agrees with what is known: every choice, every number at and around
    those the rule compares it with, every set of the words that the rule asks for.
    """
    leaves_of: dict[str, list[Condition]] = {}
    for leaf in firm_leaves(when):
        leaves_of.setdefault(leaf.fact.id, []).append(leaf)
    values = [_values(own, facts.get(name), day) for name, own in leaves_of.items()]
    for each in product(*values):
        yield dict(zip(leaves_of, each, strict=True))


def outcome(when: When, facts: Facts, day: date = DAY) -> Verdict:
    """What a rule says of a full set of facts: unknown where the unread conditions decide."""
    names = sorted({unread_name(leaf) for leaf in leaves(when)} - {""})
    said = {
        _holds(when, facts, dict(zip(names, truths, strict=True)), day)
        for truths in product((True, False), repeat=len(names))
    }
    return Verdict.UNKNOWN if len(said) == 2 else Verdict.YES if said.pop() else Verdict.NO


def verdict_by_trying(when: When, facts: Facts, day: date = DAY) -> Verdict:
    said: set[Verdict] = set()
    for each in completions(when, facts, day):
        said.add(outcome(when, each, day))
        if len(said) > 1 or Verdict.UNKNOWN in said:
            return Verdict.UNKNOWN
    return said.pop()


def missing_by_trying(when: When, facts: Facts, closed: Collection[str] = ()) -> set[str]:
    """Facts of which two values, all else alike, make a difference when nothing is heard of the `closed` ones."""
    told: dict[tuple[tuple[str, Value], ...], set[Verdict]] = {}
    for each in completions(when, facts):
        asked = tuple((name, value) for name, value in each.items() if name not in closed)
        told.setdefault(asked, set()).add(outcome(when, each))
    found: set[str] = set()
    for name in {name for asked in told for name, _ in asked}:
        rest: dict[tuple[tuple[str, Value], ...], set[Verdict]] = {}
        for asked, said in told.items():
            settled = next(iter(said)) if len(said) == 1 else Verdict.UNKNOWN
            rest.setdefault(tuple(pair for pair in asked if pair[0] != name), set()).add(settled)
        if any(len(said) > 1 for said in rest.values()):
            found.add(name)
    return found


def unread_name(leaf: Condition | Other) -> str:
    if isinstance(leaf, Other):
        return leaf.id
    return (
        ""
        if leaf.confidence is Confidence.SEEN
        else f"{leaf.fact.id} {leaf.comparison} {leaf.words} {leaf.parameter or leaf.number}"
    )


def with_one_unconfirmed(when: When, gone: Condition) -> When:
    """The rule in which one condition, wherever it stands, is not firm."""
    match when:
        case Condition():
            same = name_of(when) == name_of(gone)
            return replace(when, confidence=Confidence.UNCONFIRMED) if same else when
        case Other():
            return when
        case Not(part):
            return Not(with_one_unconfirmed(part, gone))
        case _:
            return type(when)(tuple(with_one_unconfirmed(part, gone) for part in when.parts))


def name_of(leaf: Condition) -> str:
    return leaf.yes[Language.VI].removesuffix(": yes")


def holds(leaf: Condition, facts: Facts, day: date = DAY) -> bool:
    value = facts[leaf.fact.id]
    if isinstance(value, Membership):
        return leaf.words[0] in value.has
    if isinstance(value, date):
        value = Decimal(months_between(value, day))
    if leaf.number is None:
        return value in leaf.words
    assert isinstance(value, Decimal)
    return {
        Comparison.AT_LEAST: value >= leaf.number, Comparison.AT_MOST: value <= leaf.number,
        Comparison.LESS_THAN: value < leaf.number, Comparison.MORE_THAN: value > leaf.number,
    }[leaf.comparison]  # fmt: skip


def _holds(when: When, facts: Facts, unread: Mapping[str, bool], day: date) -> bool:
    match when:
        case Condition() | Other():
            name = unread_name(when)
            return unread[name] if name or isinstance(when, Other) else holds(when, facts, day)
        case Not(part):
            return not _holds(part, facts, unread, day)
        case All(parts):
            return all(_holds(part, facts, unread, day) for part in parts)
        case AnyOf(parts):
            return any(_holds(part, facts, unread, day) for part in parts)


def _values(leaves: list[Condition], known: Value | None, day: date) -> list[Value]:
    fact = leaves[0].fact
    if known is not None and not isinstance(known, Between | Membership):
        return [known]
    if fact.kind is Kind.SET:
        has, lacks = (known.has, known.lacks) if isinstance(known, Membership) else (frozenset(), frozenset())
        words = sorted({leaf.words[0] for leaf in leaves})
        subsets = [set(each) for size in range(len(words) + 1) for each in combinations(words, size)]
        fitting = [each for each in subsets if has.intersection(words) <= each and not lacks & each]
        return [Membership(frozenset(each), frozenset(words) - each) for each in fitting]
    if fact.kind in (Kind.NUMBER, Kind.MONTH):
        step = Decimal(1) if fact.whole else Decimal("0.05")
        low, high = (known.low, known.high) if isinstance(known, Between) else (fact.low or Decimal(0), fact.high)
        numbers = [leaf.number for leaf in leaves if leaf.number is not None]
        tried = {number + away for number in numbers for away in (-step, Decimal(0), step)} | {low, high or low}
        inside = sorted(each for each in tried if low <= each and (high is None or each <= high))
        return [months_ago(int(each), day) if fact.kind is Kind.MONTH else each for each in inside]
    return ["yes", "no"] if fact.kind is Kind.YES_NO else list(fact.choices)


def _membership(known: list[str]) -> Membership:
    words = list(zip(["hill", "coast"], known, strict=True))
    return Membership(
        frozenset(word for word, how in words if how == "has"), frozenset(word for word, how in words if how == "lacks")
    )
