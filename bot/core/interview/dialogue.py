"""The eligibility check as a dialogue over judge() and next_fact(): for whom, one fact at a time, the result.

Button actions, at most 64 bytes, after `e:`: `start`, `new`, `go`, `back`, `show`, `not`, `maybe`, `edit`, `other`,
`what`, `slip` (slip.py); `for:<whom>`; `a:<fact>:<choice>`, `z:<fact>` (no more of a set), `dk:<fact>` (not
known), `no:<fact>` (not told), `why:<fact>`, `ok:<fact>` (agreed), `said:<fact>`, `unsaid:<fact>`, `c:<fact>`
(change); `p:<new>:<old>` (a place), `d:<gap>:<word>` (a part of an income). A button of an earlier question answers
that question, also later.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from bot.core.eligibility.facts import Fact, Kind
from bot.core.home import ELIGIBLE, MENU, gone
from bot.core.interview import questions, results, slip, what_if
from bot.core.interview.earning import INCOME
from bot.core.interview.questions import GO, NEW, SHOW, ask
from bot.core.interview.sheet import ASK_WHOM, AT, KEY, WHOM, Check, Sheet, open_check, read_sheet, write_sheet
from bot.core.interview.taking import (
    go_on,
    show,
    turn_of,
    unsaid,
    with_answer,
    with_part,
    with_place,
    with_set,
    with_word,
    without_answer,
)
from bot.core.types import SAID, Reply, Session, Turn
from bot.core.world import World


def start(session: Session, world: World) -> Turn:
    """Open a check; one that was begun is offered first."""
    if not any(each.rule_on(world.day) for each in world.catalogue.programmes.values()):
        return Turn(replace(session, flow=""), (Reply("eligibility.none_today", {}, (MENU,)),))
    check, _ = open_check(session, world)
    if check.sheet.whom and check.sheet.asked:
        buttons = (GO if check.sheet.is_open else SHOW, NEW, MENU)
        return Turn(replace(session, flow=""), (Reply("eligibility.again", {"count": len(check.sheet.told)}, buttons),))
    return _anew(check)


def press(session: Session, action: str, world: World) -> Turn:
    """React to a button; one that fits nothing any more is explained."""
    check, dropped = open_check(session, world)
    name, _, rest = action.partition(":")
    alone: Mapping[str, Callable[[Check], Turn]] = _ALONE if not rest else {}
    turn = alone[name](check) if name in alone else press_of(check, name, rest)
    if turn is None:
        return gone(session)
    return replace(turn, replies=(Reply("eligibility.dropped"), *turn.replies)) if dropped else turn


def press_of(check: Check, name: str, rest: str) -> Turn | None:
    """A button that names what it is about."""
    first, _, second = rest.partition(":")
    if name == "for":
        return go_on(check.put(replace(check.sheet, whom=first))) if rest in WHOM else None
    if name == "p":
        return with_place(check, first, second)
    if name == "d":
        return with_part(check, first, second)
    if name == "slip":
        return slip.answer(check, rest)
    fact = check.world.catalogue.facts.get(first)
    if fact is None or (second and name != "a"):
        return None
    return press_fact(check, name, fact, second)


def press_fact(check: Check, name: str, fact: Fact, word: str) -> Turn | None:
    sheet = check.sheet
    match name:
        case "a":
            return with_word(check, fact, word)
        case "z" if fact.kind is Kind.SET:
            return with_set(check, fact)
        case "dk" | "no":
            return without_answer(check, fact)
        case "ok":
            sheet = sheet if fact.id in sheet.agreed else replace(sheet, agreed=(*sheet.agreed, fact.id))
            return turn_of(check.put(sheet).at(fact.id), ask(check.put(sheet).at(fact.id)))
        case "why":
            return turn_of(check.at(fact.id), questions.why(check.at(fact.id), fact))
        case "said":
            said = questions.said_of(check, fact)
            return with_answer(unsaid(check, fact), fact, said) if said is not None else go_on(check)
        case "unsaid":
            check = unsaid(check, fact).at(fact.id)
            return turn_of(check, ask(check))
        case "c":
            check = check.put(replace(sheet, draft={**sheet.draft, fact.id: None})) if fact.kind is Kind.SET else check
            return turn_of(check.at(fact.id), ask(check.at(fact.id)))
        case _:
            return None


def keep_open(turn: Turn, world: World) -> Turn:
    """Under an answer to something else: "go on". What was kept long enough goes, whatever is spoken of."""
    if not any(key.startswith(KEY) for key in turn.session.answers):
        return turn
    sheet, dropped = read_sheet(turn.session, world)
    if dropped:
        flow = turn.session.flow
        turn = replace(turn, session=replace(write_sheet(turn.session, sheet), flow=flow))
    shown = [button.action for reply in turn.replies for button in reply.buttons]
    is_free = sheet.is_open and turn.session.flow in ("", "commune") and not turn.guarded and turn.replies
    if not is_free or any(action.startswith(KEY) and action != ELIGIBLE.action for action in shown):
        return turn
    *before, last = turn.replies
    buttons = (*(button for button in last.buttons if button != ELIGIBLE), GO)
    return replace(turn, replies=(*before, replace(last, buttons=buttons)))


def close(session: Session) -> Session:
    """Stop asking; the answers stay until they are erased."""
    return replace(session, answers={key: value for key, value in session.answers.items() if key != AT})


def _anew(check: Check) -> Turn:
    check = check.put(Sheet(at=ASK_WHOM))
    return turn_of(check, ask(check))


def _back(check: Check) -> Turn:
    """Take the last answer back; before the first one, ask for whom it is."""
    sheet = check.sheet
    if sheet.at == INCOME and INCOME in sheet.draft and INCOME not in sheet.asked:
        last = INCOME
    else:
        last = sheet.asked[-1] if sheet.asked else ""
    check = check.put(sheet.without(last)).at(last or ASK_WHOM)
    return turn_of(check, ask(check))


def _for_another(check: Check) -> Turn:
    """The household's facts hold for everybody in it; those of the member before do not."""
    own = check.of_member()
    answers = {key: told for key, told in check.session.answers.items() if key.removeprefix(SAID) not in own}
    sheet = replace(check.sheet.without(*own), whom="", at=ASK_WHOM)
    check = replace(check, session=replace(check.session, answers=answers), sheet=sheet)
    return turn_of(check, ask(check))


def _beside(make: Callable[[Check], Reply]) -> Callable[[Check], Turn]:
    """A reply beside the questions: the check stays where it is, and nothing is asked."""

    def turn(check: Check) -> Turn:
        if not check.sheet.whom:
            return show(check)
        told = turn_of(check, make(check))
        return replace(told, session=replace(told.session, flow=""))

    return turn


_ALONE: Final[Mapping[str, Callable[[Check], Turn]]] = {
    "start": lambda check: start(check.session, check.world),
    "new": _anew,
    "go": go_on,
    "back": _back,
    "show": show,
    "other": _for_another,
    "not": _beside(results.why_not),
    "maybe": _beside(results.more_maybe),
    "edit": _beside(results.answers),
    "what": _beside(what_if.what_if),
    "slip": slip.ask,
}
