"""An answer of the eligibility check taken into its sheet, pressed or typed; and what is asked then."""

from dataclasses import replace
from typing import Any, Final

from bot.core.eligibility.due import MEMBERS
from bot.core.eligibility.facts import Fact, Kind
from bot.core.eligibility.zones import COMMUNE
from bot.core.interview import questions, results
from bot.core.interview.earning import INCOME, Earned, read_earned
from bot.core.interview.hearing import as_json, fits
from bot.core.interview.income import Unclear
from bot.core.interview.questions import ask
from bot.core.interview.sheet import ASK_WHOM, PAUSE, Check, Sheet, write_sheet
from bot.core.types import SAID, Reply, Turn

PAUSE_AFTER: Final = 6  # questions, then the result is offered in between


def turn_of(check: Check, *replies: Reply) -> Turn:
    return Turn(write_sheet(check.session, check.sheet), replies)


def go_on(check: Check) -> Turn:
    """Ask what is to be asked next; nothing left: the result."""
    at = _next(check)
    return show(check) if not at else turn_of(check.at(at), ask(check.at(at)))


def show(check: Check) -> Turn:
    if not check.sheet.whom:
        return turn_of(check.at(ASK_WHOM), ask(check.at(ASK_WHOM)))
    check, replies = results.result(check)
    return replace(turn_of(check, *replies), session=replace(write_sheet(check.session, check.sheet), flow=""))


def answered(check: Check, name: str) -> Turn:
    """After an answer: on, with a rest after every six questions."""
    sheet = check.sheet if check.sheet.since else replace(check.sheet, since=check.world.day)
    check = check.put(_with_income(check.put(sheet)))
    is_rest = len(check.sheet.asked) % PAUSE_AFTER == 0 and check.sheet.asked[-1:] == (name,)
    if is_rest and check.sheet.whom and not check.sheet.draft.get(INCOME) and _next(check):
        check = check.at(PAUSE)
        return turn_of(check, ask(check))
    return go_on(check)


def with_answer(check: Check, fact: Fact, value: Any) -> Turn:
    return answered(check.put(check.sheet.with_answer(fact.id, value)), fact.id)


def without_answer(check: Check, fact: Fact) -> Turn:
    """Not known, or not to be told: it stays open, and is not asked again."""
    picked = check.sheet.draft.get(fact.id) if fact.kind is Kind.SET else None
    if picked:  # what was picked is sure, the rest is not
        return with_answer(check, fact, {"has": list(picked), "lacks": []})
    return answered(check.put(check.sheet.without(fact.id).with_asked(fact.id)), fact.id)


def with_word(check: Check, fact: Fact, word: str) -> Turn | None:
    if fact.kind not in (Kind.CHOICE, Kind.YES_NO, Kind.SET) or not fits(fact, word, check.world):
        return None
    if questions.needs_agreement(check, fact):  # a button from before its yes was taken back
        return turn_of(check.at(fact.id), ask(check.at(fact.id)))
    if fact.kind is not Kind.SET:
        return with_answer(check, fact, word)
    picked = [*(check.sheet.draft.get(fact.id) or ()), word]
    sheet = replace(check.sheet, draft={**check.sheet.draft, fact.id: list(dict.fromkeys(picked))})
    return turn_of(check.put(sheet).at(fact.id), ask(check.put(sheet).at(fact.id)))


def with_set(check: Check, fact: Fact) -> Turn:
    """No more of them: what was not picked is not in it."""
    picked = [word for word in check.sheet.draft.get(fact.id) or () if word in fact.choices]
    return with_answer(check, fact, picked)


def with_place(check: Check, new_code: str, old_code: str) -> Turn | None:
    """Keep the commune in the session, where every answer looks for it."""
    places = check.world.catalogue.places
    if COMMUNE not in check.world.catalogue.facts or not any(each.new_code == new_code for each in places):
        return None
    old = old_code if any(each.old_code == old_code for each in places) else ""
    session = replace(check.session, commune=new_code, old_commune=old, commune_asked=True)
    return answered(replace(check, session=session, sheet=check.sheet.with_asked(COMMUNE)), COMMUNE)


def with_part(check: Check, gap: str, word: str) -> Turn | None:
    """Fill a gap of an income half said."""
    earned = read_earned(check.sheet.draft.get(INCOME))
    filled = earned.with_part(gap, word) if earned else None
    return with_earned(check, filled) if filled else None


def with_earned(check: Check, earned: Earned) -> Turn:
    sheet = replace(check.sheet.without(INCOME), agreed=check.sheet.agreed)
    return answered(check.put(replace(sheet, draft={**sheet.draft, INCOME: earned.as_json()})), INCOME)


def _with_income(check: Check) -> Sheet:
    """Work out an income half said as soon as it is clear; without the number of people it cannot be."""
    sheet, facts = check.sheet, check.world.catalogue.facts
    earned = read_earned(sheet.draft.get(INCOME))
    if earned is None or INCOME not in facts:
        return sheet
    worked_out = earned.per_person(facts[INCOME], check.told().get(MEMBERS))
    if not isinstance(worked_out, Unclear):
        return sheet.with_answer(INCOME, as_json(worked_out))
    return sheet.with_asked(INCOME) if worked_out is Unclear.MEMBERS and MEMBERS in sheet.skipped else sheet


def _next(check: Check) -> str:
    """The fact to ask for: of an income half said what is missing, else the one that settles most."""
    sheet, catalogue = check.sheet, check.world.catalogue
    if not sheet.whom:
        return ASK_WHOM
    earned = read_earned(sheet.draft.get(INCOME)) if INCOME not in sheet.asked else None
    if earned is not None and INCOME in catalogue.facts:
        needed = earned.per_person(catalogue.facts[INCOME], check.told().get(MEMBERS))
        return MEMBERS if needed is Unclear.MEMBERS else INCOME
    name = results.next_asked(check)
    is_zone = name in catalogue.facts and catalogue.facts[name].kind is Kind.SET
    knows_place = check.session.commune or COMMUNE in sheet.asked or not catalogue.zones
    return COMMUNE if is_zone and not knows_place and COMMUNE in catalogue.facts else name


def unsaid(check: Check, fact: Fact) -> Check:
    answers = {key: said for key, said in check.session.answers.items() if key != f"{SAID}{fact.id}"}
    return replace(check, session=replace(check.session, answers=answers))
