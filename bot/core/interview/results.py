"""What a household or member may get, as it is told: yes, may be, no; what to change.

For the whole household the facts of a member stay open: what turns on them is listed as each member's own matter.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from bot.core.eligibility.diagram import Verdict
from bot.core.eligibility.facts import Between, Facts, Of
from bot.core.eligibility.judging import Judgement, judge
from bot.core.eligibility.next_fact import next_fact
from bot.core.eligibility.programmes import Programme
from bot.core.eligibility.zones import COMMUNE, OLD_COMMUNE
from bot.core.home import MENU, topic_button
from bot.core.interview.questions import GO
from bot.core.interview.sheet import HOUSEHOLD, PAUSE, Check
from bot.core.types import Button, Reply, Source

BUTTONS: Final = 8  # topics under a result: those told of first, of what turns on each member as many as are left
NAMED: Final = 6  # of what turns on each member
LISTED: Final = 4  # programmes that may be, before the rest is folded
CLASS: Final = "household_class"
AGE: Final = "age"
LADDER: Final = ("poor", "near_poor", "newly_escaped")  # classes that "what if" goes through
# A preview of what the commune certifies: of no use to whom it has certified this year.
PREVIEW: Final = "poverty.standard"  # topic
CERTIFIED: Final = ("poor", "near_poor")
# Asked last: whether a grandmother goes to school or wants work, whether a child draws a pension.
LATER: Final = {
    "parent": ("pupil_level", "wants_overseas", "wants_training", "wants_work"),
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
    own, others = (topics_of(some) for some in ([*yes, *shown], personal))
    topics = [*own, *(each for each in others if each not in own)][: max(BUTTONS, len(own))]
    actions = [GO] * check.sheet.is_open + [MORE] * (len(maybe) > LISTED) + [NOT] * bool(no)
    actions += [SLIP, EDIT, OTHER] + [WHAT] * (check.known().get(CLASS) in LADDER) + [MENU]
    told = Reply("eligibility.result", params, tuple(map(topic_button, topics)))
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


def open_ones(check: Check, judged: Iterable[Judgement]) -> tuple[list[Judgement], list[Judgement]]:
    """What may be, and for a household what turns on each member.

    First what their answers alone can make theirs, last what hangs on questions that hardly fit.
    """
    hardly = {*_of_no_sense(check, check.known()), *LATER.get(check.sheet.whom, ())}
    of_member = set(check.of_member()) if check.sheet.whom == HOUSEHOLD else set()
    maybe: list[Judgement] = []
    personal: list[Judgement] = []
    for each in having(Verdict.UNKNOWN, judged):
        (personal if of_member.intersection(each.missing) else maybe).append(each)
    maybe.sort(key=lambda each: (not hardly.isdisjoint(each.missing), not each.within_reach))
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
    found = [source for each in judged for source in _behind(each)]
    texts = tuple(dict.fromkeys(source.text for source in found if source.text))
    read = [source.read_until for source in found if source.read_until is not None]
    return {"sources": texts, "read_until": min(read, default=None)}


def by_source(judged: Iterable[Judgement]) -> Iterator[dict[str, Any]]:
    """Programmes that rest on the same documents, with them."""
    groups: dict[tuple[str, ...], list[Judgement]] = {}
    for each in judged:
        texts = tuple(dict.fromkeys(source.text for source in _behind(each) if source.text))
        if texts:
            groups.setdefault(texts, []).append(each)
    for texts, group in groups.items():
        yield {"labels": tuple(each.programme.label for each in group), "sources": texts}


def _behind(judged: Judgement) -> Iterator[Source]:
    for reason in (*judged.reasons, *judged.unread):
        yield from reason.sources
    for due in judged.amounts:
        yield from due.sources


def topics_of(judged: Iterable[Judgement]) -> list[str]:
    return list(dict.fromkeys(each.programme.topic for each in judged))


def _back_to(judged: Iterable[Judgement]) -> tuple[Button, ...]:
    return (*map(topic_button, topics_of(judged)), Button("e:show", "button.result"), MENU)
