"""judge(): yes, no or unknown for one programme, exactly, with what decided it and what is missing.

Exact: a yes or a no if and only if every completion of the missing facts agrees. Branch by branch (Kleene) would be too
weak: with the area unknown, an income under both lines satisfies "rural and under this, or urban and under that". The
rule is read as a decision diagram over cells of its facts' values (partition.py, diagram.py): the rule itself in
another form. Conditions that are not firm are free: they may be true or false whatever the facts say. So are facts
against each other: no link between two of them (an old commune and the new one, say) is read into a rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from bot.core.eligibility.diagram import Verdict, ends, is_settled, met, narrow
from bot.core.eligibility.due import Due, due
from bot.core.eligibility.facts import Facts
from bot.core.eligibility.partition import Variable
from bot.core.eligibility.programmes import Programme, Rule, When
from bot.core.eligibility.rules import Cells, Reason, RuleOfDay, rule_of_day
from bot.core.parameters import Parameters

_KEPT: Final = 16384  # decisions: some four hundred of each programme; they hold no fact of anybody
Possible = Mapping[Variable, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known of one programme for these facts.

    `reasons` are a smallest set of conditions that decides a yes or a no: without any one of them it would be open.
    `missing` are the facts that can still change an unknown, `unread` the conditions to ask the commune about; where it
    is `within_reach`, the missing facts alone can make it a yes. Amounts stand with a yes and with an unknown.
    """

    programme: Programme
    rule: Rule
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()
    unread: tuple[Reason, ...] = ()
    within_reach: bool = False
    amounts: tuple[Due, ...] = ()


@dataclass(frozen=True, slots=True)
class _Decision:
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()
    unread: tuple[Reason, ...] = ()
    within_reach: bool = False


def judge(programme: Programme, facts: Facts, *, day: date, parameters: Parameters) -> Judgement | None:
    """Judge a programme for what is known; None: it is not there on that day.

    A fact that is not given may be anything within its choices or bounds; none is assumed.
    """
    rule = programme.rule_on(day)
    if rule is None:
        return None
    of_day = rule_of_day(rule.when, day, parameters)
    decided = _decide(of_day, of_day.cells(facts, day))
    amounts = () if decided.verdict is Verdict.NO else tuple(_amounts(rule, facts, day, parameters))
    return Judgement(
        programme, rule, decided.verdict, decided.reasons, decided.missing,
        decided.unread, decided.within_reach, amounts,
    )  # fmt: skip


@lru_cache(maxsize=_KEPT)
def _decide(of_day: RuleOfDay, cells: Cells) -> _Decision:
    """The same for all facts that lie in the same cells: there are few, so most are decided before."""
    possible = of_day.possible(cells)
    left = narrow(of_day.diagram, possible, of_day.unread)
    if left is Verdict.YES or left is Verdict.NO:
        return _Decision(left, tuple(_reasons(of_day, possible)))
    asked = set(met(left, {}))
    told = set(met(narrow(of_day.diagram, possible, ()), {}))  # as if the commune had told the rest
    missing = dict.fromkeys(each.fact.id for each in of_day.variables if each.fact is not None and each in asked)
    unread = (of_day.reason(each.leaves[0], None) for each in of_day.variables if each in of_day.unread & told)
    return _Decision(Verdict.UNKNOWN, (), tuple(missing), tuple(unread), Verdict.YES in ends(left, {}))


def _amounts(rule: Rule, facts: Facts, day: date, parameters: Parameters) -> Iterator[Due]:
    for amount in rule.amounts:
        verdict = _holds(amount.when, facts, day, parameters)
        if verdict is not Verdict.NO:
            yield due(amount, verdict, facts, day, parameters)


def _holds(when: When | None, facts: Facts, day: date, parameters: Parameters) -> Verdict:
    if when is None:
        return Verdict.YES
    of_day = rule_of_day(when, day, parameters)
    return _decide(of_day, of_day.cells(facts, day)).verdict


def _reasons(of_day: RuleOfDay, possible: Possible) -> Iterator[Reason]:
    """A smallest deciding set: known conditions are taken away, the last first, while the rest still decides.

    What is taken away may be either way, as far as the kept ones allow: knowing an income under 1 million keeps it
    under 2 million.
    """
    kept = {
        variable: _known(variable, possible[variable])
        for variable in met(of_day.diagram, possible)
        if variable in possible
    }
    cells: dict[Variable, Sequence[int]] = {variable: variable.agreeing(known) for variable, known in kept.items()}
    order = [leaf for leaf in of_day.leaves if any(leaf in variable.leaves for variable in kept)]
    where = {leaf: (variable, at) for variable in kept for at, leaf in enumerate(variable.leaves)}
    said = []
    for leaf in reversed(order):
        variable, at = where[leaf]
        if at not in kept[variable]:
            continue
        truth = kept[variable].pop(at)
        before, cells[variable] = cells[variable], variable.agreeing(kept[variable])
        if not is_settled(of_day.diagram, cells):
            kept[variable][at] = truth
            cells[variable] = before
            said.append(of_day.reason(leaf, truth))
    yield from reversed(said)


def _known(variable: Variable, cells: Sequence[int]) -> dict[int, bool]:
    """The leaves of a variable whose truth is the same in all these cells."""
    first = variable.truths[cells[0]]
    return {at: truth for at, truth in enumerate(first) if all(variable.truths[cell][at] is truth for cell in cells)}
