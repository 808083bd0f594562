"""What is typed while a check is open: a word in place of a button, an answer, something said beside it."""

from dataclasses import replace
from typing import Any, Final

from bot.core.eligibility.facts import NO, YES, Kind
from bot.core.interview import questions
from bot.core.interview.dialogue import press, press_fact, press_of
from bot.core.interview.earning import INCOME, Earned
from bot.core.interview.hearing import as_json, fits, hear, hear_choice, hear_whom, is_answer, is_count, read_count
from bot.core.interview.income import Unclear, read_income
from bot.core.interview.mentions import KEPT, mentions
from bot.core.interview.questions import ask, ask_again, kind_of
from bot.core.interview.sheet import ASK_WHOM, AT, FLOW, KEY, Check, open_check
from bot.core.interview.taking import (
    answered,
    go_on,
    show,
    turn_of,
    with_answer,
    with_earned,
    with_part,
    with_place,
    with_set,
    with_word,
)
from bot.core.places import find_places
from bot.core.text import fold
from bot.core.types import Button, Decision, Ranking, Reply, Session, Turn
from bot.core.world import World

_LONG: Final = 8  # words of a text that is more than a failed answer
_COMMANDS: Final = ("go_on", "result", "edit", "back", "not_known", "not_told", "skip", "why")  # words.yaml


def command(session: Session, name: str, world: World) -> Turn | None:
    """A word that can be typed instead of a button while a check is open; None for any other word, or without one.

    The result and what was answered can be asked for as long as the answers are kept.
    """
    needed = f"{KEY}{ASK_WHOM}" if name in ("result", "edit") else AT
    if name not in _COMMANDS or needed not in session.answers:
        return None
    check, _ = open_check(session, world)
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
    if AT not in session.answers:
        return None
    is_asked = session.flow == FLOW
    if not is_asked and ranking.decision is not Decision.NONE and _yes_or_no(text, world) is None:
        return None
    check, dropped = open_check(session, world)
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
    check, _ = open_check(session, world)
    return check.fact is not None and check.fact.kind is Kind.NUMBER and is_count(text, world)


def _hear(check: Check, text: str, ranking: Ranking) -> Turn | None:
    """The turn for an answer that was understood; None where it was not."""
    world, fact = check.world, check.fact
    if check.sheet.at == ASK_WHOM:
        whom = hear_whom(text, world)
        return press_of(check, "for", whom) if whom else None
    yes = _yes_or_no(text, world)
    if fact is None:
        return None if yes is None else go_on(check) if yes == YES else show(check)
    if yes is not None and questions.said_of(check, fact) is not None:
        return press_fact(check, "said" if yes == YES else "unsaid", fact, "")
    if questions.needs_agreement(check, fact):
        return None if yes is None else press_fact(check, "ok" if yes == YES else "no", fact, "")
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
