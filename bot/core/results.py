"""What a household or member may get, as it is told: yes, may be, no; what to change; what if.

For the whole household the facts of a member stay open: what turns on them is listed as each member's own matter.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from bot.core.diagram import Verdict
from bot.core.eligibility import Judgement, judge
from bot.core.facts import Between, Facts, Of
from bot.core.home import MENU, topic_button
from bot.core.next_fact import next_fact
from bot.core.programmes import Programme
from bot.core.questions import GO
from bot.core.sheet import HOUSEHOLD, PAUSE, Check
from bot.core.types import Button, Reply, Source
from bot.core.zones import COMMUNE, OLD_COMMUNE

BUTTONS: Final = 8  # topics under a result: more are a wall
NAMED: Final = 6  # of what turns on each member
LISTED: Final = 4  # programmes that may be, before the rest is folded
CLASS: Final = "household_class"
AGE: Final = "age"
LADDER: Final = ("poor", "near_poor", "newly_escaped")  # classes that "what if" goes through
EXIT: Final = "exit_month"
# A preview of what the commune certifies: of no use to whom it has certified this year.
PREVIEW: Final = "poverty.standard"  # topic
CERTIFIED: Final = ("poor", "near_poor")
# Asked last: whether a grandmother goes to school, whether a child draws a pension.
LATER: Final = {
    "parent": ("pupil_level", "wants_overseas", "wants_training"),
    "child": ("has_pension", "wants_overseas"),
}

NOT: Final = Button("e:not", "button.why_not")
MORE: Final = Button("e:maybe", "button.more_maybe")
EDIT: Final = Button("e:edit", "button.change_answer")
OTHER: Final = Button("e:other", "button.for_someone_else")
WHAT: Final = Button("e:what", "button.what_if")
SLIP: Final = Button("e:slip", "button.slip")


def judgements(check: Check, facts: Facts | None = None, day: date | None = None) -> list[Judgement]:
    """Every programme there is on the day, those of a member first when it is a member's check."""
    known, on = check.known() if facts is None else facts, day or check.world.day
    catalogue = check.world.catalogue
    judged = (judge(each, known, day=on, parameters=catalogue.parameters) for each in _fitting(check, known))
    first = Of.HOUSEHOLD if check.sheet.whom == HOUSEHOLD else Of.MEMBER
    return sorted((each for each in judged if each is not None), key=lambda each: each.programme.of is not first)


def next_asked(check: Check) -> str:
    """The fact that settles most of what is open; "" when nothing asked can change a result.

    What hardly fits the person spoken of comes last: the order of questions touches no verdict.
    """
    closed = {*check.sheet.asked, COMMUNE, OLD_COMMUNE, *(check.of_member() if check.sheet.whom == HOUSEHOLD else ())}
    catalogue, day, facts = check.world.catalogue, check.world.day, check.known()
    closed.update(_of_no_sense(check, facts))
    later = {*LATER.get(check.sheet.whom, ()), *_after_age(check, facts)}
    for skipped in (closed | later, closed):
        fact = next_fact(_fitting(check, facts), facts, day=day, parameters=catalogue.parameters, skipped=skipped)
        if fact is not None:
            return fact.id
    return ""


def result(check: Check) -> tuple[Check, tuple[Reply, ...]]:
    """The result as far as it goes, and what can be done next. A check in which something is left to ask stays open."""
    check = check.at(PAUSE if next_asked(check) else "")
    judged = judgements(check)
    yes, no = (having(verdict, judged) for verdict in (Verdict.YES, Verdict.NO))
    maybe, personal = open_ones(check, judged)
    shown = maybe[:LISTED]
    params = {
        "whom": check.sheet.whom,
        "day": check.world.day,
        "groups": tuple(by_reason(yes)),
        "maybe": tuple(may_be(check, each) for each in shown),
        "personal": tuple(each.programme.label for each in personal[:NAMED]),
        "more": len(personal[NAMED:]),
        "notes": notes([*yes, *shown]),
        "no": len(no),
        **papers([*yes, *shown]),
    }
    topics = dict.fromkeys(each.programme.topic for each in [*yes, *shown, *personal])
    actions = [GO] * check.sheet.is_open + [MORE] * (len(maybe) > LISTED) + [NOT] * bool(no)
    actions += [SLIP, EDIT, OTHER] + [WHAT] * (check.known().get(CLASS) in LADDER) + [MENU]
    told = Reply("eligibility.result", params, tuple(map(topic_button, list(topics)[:BUTTONS])))
    return check, (told, Reply("eligibility.next", {"is_open": check.sheet.is_open}, tuple(actions)))


def why_not(check: Check) -> Reply:
    """The programmes that are not for them, each with what speaks against it."""
    no = having(Verdict.NO, judgements(check))
    rows = tuple({"label": each.programme.label, "reasons": each.reasons} for each in no)
    return Reply("eligibility.why_not", {"whom": check.sheet.whom, "rows": rows, **papers(no)}, _back_to(no))


def more_maybe(check: Check) -> Reply:
    """The programmes that may be and were folded."""
    maybe = open_ones(check, judgements(check))[0][LISTED:]
    rows = tuple(may_be(check, each) for each in maybe)
    return Reply("eligibility.more_maybe", {"rows": rows, **papers(maybe)}, _back_to(maybe))


def answers(check: Check) -> Reply:
    """What was answered; each can be changed."""
    facts = check.world.catalogue.facts
    rows = tuple({"fact": facts[name], "value": check.sheet.told.get(name)} for name in check.sheet.asked)
    buttons = tuple(Button(f"e:c:{name}", f"fact:{name}") for name in check.sheet.asked)
    return Reply("eligibility.answers", {"rows": rows}, (*buttons, Button("e:show", "button.result"), MENU))


def what_if(check: Check) -> Reply:
    """The same household on another step of the ladder, and in January, when most rules change."""
    facts, day = check.known(), check.world.day
    now = {each.programme.id: each for each in judgements(check, facts)}
    rows: list[dict[str, Any]] = []
    for word in LADDER:
        if CLASS in facts and facts[CLASS] != word:
            other = {name: value for name, value in facts.items() if name not in (CLASS, EXIT)} | {CLASS: word}
            if word == LADDER[-1]:
                other[EXIT] = day.replace(day=1)  # said with it: leaving this month
            label = check.world.catalogue.facts[CLASS].choices[word]
            rows.append({"label": label, "day": None, **_changes(now, judgements(check, other))})
    january = date(day.year + 1, 1, 15)
    rows.append({"label": None, "day": january, **_changes(now, judgements(check, facts, january))})
    return Reply("eligibility.what_if", {"rows": tuple(rows)}, (Button("e:show", "button.result"), MENU))


def _of_no_sense(check: Check, facts: Facts) -> Iterator[str]:
    """What nobody of this age is asked: the rules themselves may name no age ("wants to work abroad")."""
    age = facts.get(AGE)
    oldest = age.high if isinstance(age, Between) else age
    if isinstance(oldest, Decimal):
        yield from (fact.id for fact in check.world.catalogue.facts.values() if oldest < fact.asked_from)


def _after_age(check: Check, facts: Facts) -> Iterator[str]:
    """What is asked from some age on waits for the age, as long as that may still be told."""
    if AGE not in facts and AGE not in check.sheet.asked:
        yield from (fact.id for fact in check.world.catalogue.facts.values() if fact.asked_from)


def _fitting(check: Check, facts: Facts) -> Iterator[Programme]:
    """The programmes that can matter to them: nobody certified is asked for an income to preview the certificate."""
    is_certified = facts.get(CLASS) in CERTIFIED
    for programme in check.world.catalogue.programmes.values():
        if not (is_certified and programme.topic == PREVIEW):
            yield programme


def _changes(now: dict[str, Judgement], then: Iterable[Judgement]) -> dict[str, Any]:
    """Of what is surely theirs now: kept, lost (until when), no longer sure; and what is new."""
    after = {each.programme.id: each for each in then}
    found: dict[str, list[Any]] = {"kept": [], "lost": [], "unsure": [], "new": []}
    for name, each in now.items():
        other = after.get(name)
        if each.verdict is not Verdict.YES:
            continue
        ended = other is None or other.verdict is Verdict.NO
        kind = "lost" if ended else "kept" if other and other.verdict is Verdict.YES else "unsure"
        until = each.rule.until if other is None else None
        found[kind].append({"label": each.programme.label, "until": until})
    for name, each in after.items():
        if each.verdict is Verdict.YES and (name not in now or now[name].verdict is not Verdict.YES):
            found["new"].append({"label": each.programme.label, "until": None})
    return {kind: tuple(rows) for kind, rows in found.items()}


def open_ones(check: Check, judged: Iterable[Judgement]) -> tuple[list[Judgement], list[Judgement]]:
    """What may be, last what hangs on questions that make no sense; for a household, what turns on each member."""
    pointless = set(_of_no_sense(check, check.known()))
    of_member = set(check.of_member()) if check.sheet.whom == HOUSEHOLD else set()
    maybe: list[Judgement] = []
    personal: list[Judgement] = []
    for each in having(Verdict.UNKNOWN, judged):
        (personal if of_member.intersection(each.missing) else maybe).append(each)
    maybe.sort(key=lambda each: bool(each.missing) and pointless.issuperset(each.missing))
    return maybe, personal


def may_be(check: Check, judged: Judgement) -> dict[str, Any]:
    facts = check.world.catalogue.facts
    missing = tuple(facts[name].label for name in judged.missing)
    label = judged.programme.label
    return {"label": label, "missing": missing, "unread": judged.unread, "amounts": judged.amounts}


def by_reason(judged: Iterable[Judgement]) -> Iterator[dict[str, Any]]:
    """Programmes that are theirs for the same reasons are told together: one sentence, not ten."""
    groups: dict[Any, list[Judgement]] = {}
    for each in judged:
        groups.setdefault(tuple(tuple(reason.text.values()) for reason in each.reasons), []).append(each)
    for group in groups.values():
        rows = tuple({"label": each.programme.label, "amounts": each.amounts} for each in group)
        yield {"reasons": group[0].reasons, "rows": rows}


def having(verdict: Verdict, judged: Iterable[Judgement]) -> list[Judgement]:
    return [each for each in judged if each.verdict is verdict]


def notes(judged: Iterable[Judgement]) -> tuple[Any, ...]:
    said = {tuple(each.programme.note.values()): each.programme.note for each in judged if each.programme.note}
    return tuple(said.values())


def papers(judged: Sequence[Judgement]) -> dict[str, Any]:
    """The documents behind what is told, and how far the earliest was read."""
    found: dict[Source, None] = {}
    for each in judged:
        behind = [one.sources for one in (*each.reasons, *each.unread)] + [due.sources for due in each.amounts]
        found |= {source: None for sources in behind for source in sources}
    texts = tuple(dict.fromkeys(source.text for source in found if source.text))
    read = [source.read_until for source in found if source.read_until is not None]
    return {"sources": texts, "read_until": min(read, default=None)}


def _back_to(judged: Iterable[Judgement]) -> tuple[Button, ...]:
    topics = dict.fromkeys(each.programme.topic for each in judged)
    return (*map(topic_button, list(topics)[: BUTTONS - 2]), Button("e:show", "button.result"), MENU)
