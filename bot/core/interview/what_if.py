"""What would change: the household on another step of the way out of poverty, and in January, when most rules change.

Of what is surely theirs now or would be then; and by when it ends, as far as the rules of the day say so.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Final

from bot.core.eligibility.diagram import Verdict
from bot.core.eligibility.facts import Facts
from bot.core.eligibility.judging import Judgement, judge
from bot.core.home import MENU
from bot.core.interview.results import CLASS, LADDER, PREVIEW, judgements
from bot.core.interview.sheet import Check
from bot.core.types import Button, Reply

EXIT: Final = "exit_month"
AHEAD: Final = 120  # months that are looked ahead: what lasts longer has no end that is worth saying
KINDS: Final = ("kept", "lost", "unsure", "new", "perhaps")


def what_if(check: Check) -> Reply:
    """The same household as each other class, and in January."""
    facts, day = check.known(), check.world.day
    now = judgements(check, facts)
    rows: list[dict[str, Any]] = []
    for word in LADDER:
        if CLASS in facts and facts[CLASS] != word:
            other = {name: value for name, value in facts.items() if name not in (CLASS, EXIT)} | {CLASS: word}
            if word == LADDER[-1]:
                other[EXIT] = day.replace(day=1)  # said with it: leaving this month
            label = check.world.catalogue.facts[CLASS].choices[word]
            rows.append({"label": label, "day": None, **_changes(check, now, other, day)})
    january = next_january(day)
    rows.append({"label": None, "day": january, **_changes(check, now, facts, january)})
    return Reply("eligibility.what_if", {"rows": tuple(rows)}, (Button("e:show", "button.result"), MENU))


def next_january(day: date) -> date:
    """The day in the next January that the household is looked at on."""
    return date(day.year + 1, 1, 15)


def _changes(check: Check, now: Iterable[Judgement], facts: Facts, day: date) -> dict[str, Any]:
    """The programmes by kind. `until`: the last day on which it is surely theirs; None where no end is known."""
    before = {each.programme.id: each for each in now}
    after = {each.programme.id: each for each in judgements(check, facts, day)}
    found: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for name in dict.fromkeys((*before, *after)):
        was, then = before.get(name), after.get(name)
        if day == check.world.day and check.world.catalogue.programmes[name].topic == PREVIEW:
            continue  # what the commune certifies is what is supposed here
        kind = _kind(was.verdict if was else Verdict.NO, then.verdict if then else Verdict.NO)
        if kind and then:
            until = min(_ends(then, facts, day, check), default=None) if then.verdict is Verdict.YES else None
            found[kind].append({"label": then.programme.label, "until": until})
        elif kind and was:  # a programme that is not there then
            found[kind].append({"label": was.programme.label, "until": was.rule.until})
    return {kind: tuple(rows) for kind, rows in found.items()}


def _kind(was: Verdict, then: Verdict) -> str:
    match was, then:
        case Verdict.YES, Verdict.YES:
            return "kept"
        case Verdict.YES, Verdict.NO:
            return "lost"
        case Verdict.YES, _:
            return "unsure"
        case _, Verdict.YES:
            return "new"
        case Verdict.NO, Verdict.UNKNOWN:
            return "perhaps"
        case _:
            return ""


def _ends(judged: Judgement, facts: Facts, day: date, check: Check) -> Iterator[date]:
    """The days by which a yes ends: with its rule, or because too long ago they left poverty."""
    programme, until = judged.programme, judged.rule.until
    if until is not None and programme.rule_on(until + timedelta(days=1)) is None:
        yield until
    left = facts.get(EXIT)
    if not isinstance(left, date):
        return

    def is_sure_after(months: int) -> bool:
        # By the rules of this very day: what they will be then, nobody knows.
        later = {**facts, EXIT: _month(left, -months)}
        said = judge(programme, later, day=day, parameters=check.world.catalogue.parameters)
        return said is not None and said.verdict is Verdict.YES

    if not is_sure_after(AHEAD):
        last = next(months for months in range(1, AHEAD + 1) if not is_sure_after(months)) - 1
        yield _month(day, last + 1) - timedelta(days=1)


def _month(day: date, further: int) -> date:
    """The first day of the month so many months further."""
    months = day.year * 12 + day.month - 1 + further
    return date(months // 12, months % 12 + 1, 1)
