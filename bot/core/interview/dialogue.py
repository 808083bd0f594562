"""The eligibility check as a dialogue over judge() and next_fact(): for whom, one fact at a time, the result.

Button actions, at most 64 bytes, after `e:`: `start`, `new`, `go`, `back`, `show`, `not`, `maybe`, `edit`, `other`,
`what`, `slip` (slip.py); `for:<whom>`; `a:<fact>:<choice>`, `z:<fact>` (no more of a set), `dk:<fact>` (not
known), `no:<fact>` (not told), `why:<fact>`, `ok:<fact>` (agreed), `said:<fact>`, `unsaid:<fact>`, `c:<fact>`
(change); `p:<new>:<old>` (a place), `d:<gap>:<word>` (a part of an income). A button of an earlier question answers
that question, also later.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from bot.core.eligibility.facts import NO, YES, Fact, Kind
from bot.core.home import ELIGIBLE, MENU, gone
from bot.core.interview import questions, results, slip, what_if
from bot.core.interview.earning import INCOME, Earned
from bot.core.interview.hearing import as_json, fits, hear, hear_choice, hear_whom, is_answer, is_count, read_count
from bot.core.interview.income import Unclear, read_income
from bot.core.interview.mentions import KEPT, mentions
from bot.core.interview.questions import GO, NEW, SHOW, ask, ask_again, kind_of
from bot.core.interview.sheet import ASK_WHOM, FLOW, KEY, WHOM, Check, Sheet, read_sheet, write_sheet
from bot.core.interview.taking import (
    answered,
    go_on,
    show,
    turn_of,
    unsaid,
    with_answer,
    with_earned,
    with_part,
    with_place,
    with_set,
    with_word,
    without_answer,
)
from bot.core.places import find_places
from bot.core.text import fold
from bot.core.types import SAID, Button, Decision, Ranking, Reply, Session, Turn
from bot.core.world import World

_LONG: Final = 8  # words of a text that is more than a failed answer
_AT: Final = f"{KEY}at"
_COMMANDS: Final = ("go_on", "result", "edit", "back", "not_known", "not_told", "skip", "why")  # words.yaml


def start(session: Session, world: World) -> Turn:
    """Open a check; one that was begun is offered first."""
    if not any(each.rule_on(world.day) for each in world.catalogue.programmes.values()):
        return Turn(replace(session, flow=""), (Reply("eligibility.none_today", {}, (MENU,)),))
    check, _ = _open(session, world)
    if check.sheet.whom and check.sheet.asked:
        buttons = (GO if check.sheet.is_open else SHOW, NEW, MENU)
        return Turn(replace(session, flow=""), (Reply("eligibility.again", {"count": len(check.sheet.told)}, buttons),))
    return _anew(check)


def press(session: Session, action: str, world: World) -> Turn:
    """React to a button; one that fits nothing any more is explained."""
    check, dropped = _open(session, world)
    name, _, rest = action.partition(":")
    alone: Mapping[str, Callable[[Check], Turn]] = _ALONE if not rest else {}
    turn = alone[name](check) if name in alone else _press_of(check, name, rest)
    if turn is None:
        return gone(session)
    return replace(turn, replies=(Reply("eligibility.dropped"), *turn.replies)) if dropped else turn


def command(session: Session, name: str, world: World) -> Turn | None:
    """A word that can be typed instead of a button while a check is open; None for any other word, or without one.

    The result and what was answered can be asked for as long as the answers are kept.
    """
    needed = f"{KEY}{ASK_WHOM}" if name in ("result", "edit") else _AT
    if name not in _COMMANDS or needed not in session.answers:
        return None
    check, _ = _open(session, world)
    action = {"go_on": "go", "result": "show", "edit": "edit"}.get(name, "")
    if session.flow == FLOW and name == "back":
        action = name
    elif session.flow in ("", FLOW) and check.fact is not None and not action:
        of_fact = {"not_known": "dk", "not_told": "no", "skip": "no", "why": "why"}.get(name)
        action = f"{of_fact}:{check.fact.id}" if of_fact else ""
    return press(session, action, world) if action else None


def read(session: Session, text: str, ranking: Ranking, world: World) -> Turn | None:
    """Read what was typed as the answer. None: it is something else; it is answered as always, the check stays open.

    After something else was answered, a yes, a no and what nothing else explains may still be the answer.
    """
    is_asked = session.flow == FLOW
    may_be = is_asked or ranking.decision is Decision.NONE or _yes_or_no(text, world) is not None
    if _AT not in session.answers or not may_be:
        return None
    check, dropped = _open(session, world)
    turn = _hear(check, text, ranking) or _note(check, text, ranking)
    if turn is None and is_asked and not _is_something_else(text, ranking, world):
        turn = turn_of(check, ask_again(check, _bad(check), **_bounds(check)))
    if turn is None:
        return None
    is_private = check.fact is not None and check.fact.sensitive
    replies = (Reply("eligibility.dropped"), *turn.replies) if dropped else turn.replies
    return replace(turn, replies=replies, is_private=is_private)


def is_number(session: Session, text: str, world: World) -> bool:
    """Whether a text plainly answers a question for a number, whatever else it may sound like: "4 mẹ con"."""
    if session.flow != FLOW:
        return False
    check, _ = _open(session, world)
    return check.fact is not None and check.fact.kind is Kind.NUMBER and is_count(text, world)


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
    return replace(session, answers={key: value for key, value in session.answers.items() if key != _AT})


def _open(session: Session, world: World) -> tuple[Check, bool]:
    sheet, dropped = read_sheet(session, world)
    return Check(session, sheet, world), dropped


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


def _press_of(check: Check, name: str, rest: str) -> Turn | None:
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
    return _press_fact(check, name, fact, second)


def _press_fact(check: Check, name: str, fact: Fact, word: str) -> Turn | None:
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


def _hear(check: Check, text: str, ranking: Ranking) -> Turn | None:
    """The turn for an answer that was understood; None where it was not."""
    world, fact = check.world, check.fact
    if check.sheet.at == ASK_WHOM:
        whom = hear_whom(text, world)
        return _press_of(check, "for", whom) if whom else None
    yes = _yes_or_no(text, world)
    if fact is None:
        return None if yes is None else go_on(check) if yes == YES else show(check)
    if yes is not None and questions.said_of(check, fact) is not None:
        return _press_fact(check, "said" if yes == YES else "unsaid", fact, "")
    if questions.needs_agreement(check, fact):
        return None if yes is None else _press_fact(check, "ok" if yes == YES else "no", fact, "")
    if fact.id == INCOME:
        return _hear_income(check, text, ranking)
    if fact.kind is Kind.PLACE:
        return _hear_place(check, text)
    if fact.kind is Kind.SET and yes == NO:
        return with_set(check, fact)
    heard = hear(fact, text, ranking, world)
    if heard is None:
        return None
    return with_word(check, fact, heard) if fact.kind is Kind.SET else with_answer(check, fact, heard)


def _note(check: Check, text: str, ranking: Ranking) -> Turn | None:
    """Take what was said of other facts than the one asked for: "bé 4 tuổi" to the question for its school."""
    if ranking.decision is Decision.ANSWER:  # a question of its own that tells something in passing
        return None
    facts, sheet = check.world.catalogue.facts, check.sheet
    said = {name: value for name, value in mentions(text).items() if name in KEPT and name in facts}
    new = {name: value for name, value in said.items() if fits(facts[name], value, check.world)}
    if not new or sheet.at in new:
        return None
    for name, value in new.items():
        sheet = sheet.with_answer(name, value)
    rows = tuple({"fact": facts[name], "value": value} for name, value in new.items())
    turn = answered(check.put(sheet), next(iter(new)))
    return replace(turn, replies=(Reply("eligibility.noted", {"rows": rows}), *turn.replies))


def _yes_or_no(text: str, world: World) -> str | None:
    labels = {word: world.catalogue.words.commands.get(word, ()) for word in (YES, NO)}
    return hear_choice(Kind.YES_NO, labels, text, world)


def _hear_income(check: Check, text: str, ranking: Ranking) -> Turn | None:
    gap = questions.gap_of(check)
    either = (Unclear.WHOSE, Unclear.PERIOD)
    for part in either if gap in either else ():  # whichever of them was asked
        if word := hear_choice(part, {}, text, check.world):
            return with_part(check, part, word)
    number = read_count(text) if gap in questions.COUNTED else None
    if number is not None:
        return with_part(check, gap or "", str(as_json(number)))
    income = read_income(text) if is_answer(text, ranking, check.world) else Unclear.NUMBER
    return None if isinstance(income, Unclear) else with_earned(check, Earned(income))


def _hear_place(check: Check, text: str) -> Turn | None:
    found = find_places(text, check.world.catalogue.places).candidates
    if len(found) == 1:
        return with_place(check, found[0].new_code, found[0].old_code)
    if not found:
        return None
    places = (f"{each.new_code}:{each.old_code}" for each in found)
    buttons = tuple(Button(f"e:p:{place}", f"place:{place}") for place in places)
    asked = ask(check)
    return turn_of(check, replace(asked, key="commune.which", params={}, buttons=(*buttons, *asked.buttons)))


def _is_something_else(text: str, ranking: Ranking, world: World) -> bool:
    """Whether it is worth an answer of its own, and not one more try at the question."""
    if _yes_or_no(text, world) is not None:
        return False
    words = len(fold(text).split())
    match ranking.decision:
        case Decision.NONE:
            return words >= _LONG
        case Decision.OFFER:
            return words >= 3
        case _:
            return True


def _bad(check: Check) -> str:
    """The line that says how to answer what is asked."""
    fact = check.fact
    if fact is None:
        return "eligibility.bad_button"
    if questions.said_of(check, fact) is not None or questions.needs_agreement(check, fact):
        return "eligibility.bad_yes_no"
    gap = questions.gap_of(check)
    return f"eligibility.bad_{gap or kind_of(fact)}"


def _bounds(check: Check) -> dict[str, Any]:
    fact = check.fact
    is_number = fact is not None and _bad(check) == "eligibility.bad_number"
    return {"low": fact.low, "high": fact.high} if is_number and fact is not None else {}
