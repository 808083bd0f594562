"""The questions of an eligibility check, with their buttons; and why a fact is asked for, read from the rules.

A sensitive fact is asked for only after a yes of its own; what somebody said in passing is offered before it is asked.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from bot.core.eligibility.due import MEMBERS
from bot.core.eligibility.facts import NO, YES, Fact, Kind, Membership
from bot.core.eligibility.judging import judge
from bot.core.eligibility.programmes import Condition, Programme
from bot.core.eligibility.rules import Reason, rule_of_day
from bot.core.interview.earning import GAPS, INCOME, read_earned
from bot.core.interview.hearing import AGE, fits
from bot.core.interview.income import Unclear
from bot.core.interview.sheet import ASK_WHOM, ME, WHOM, Check
from bot.core.types import SAID, Button, Reply

COUNTED: Final = (Unclear.SEASONS, Unclear.DAYS)
EXPLAINED: Final = 5  # programmes named when somebody asks why

GO: Final = Button("e:go", "button.go_on")
SHOW: Final = Button("e:show", "button.result")
BACK: Final = Button("e:back", "button.back")
NEW: Final = Button("e:new", "button.start_anew")


def ask(check: Check) -> Reply:
    """The question that the sheet stands at."""
    sheet, fact = check.sheet, check.fact
    if sheet.at == ASK_WHOM:
        return Reply("eligibility.whom", {}, tuple(Button(f"e:for:{whom}", f"button.for_{whom}") for whom in WHOM))
    if fact is None:
        return Reply("eligibility.pause", {"count": len(sheet.asked)}, (SHOW, GO))
    said = said_of(check, fact)
    if said is not None:
        right = (Button(f"e:said:{fact.id}", "button.right"), Button(f"e:unsaid:{fact.id}", "button.not_so"))
        return Reply("eligibility.said", {"fact": fact, "value": said}, right)
    if needs_agreement(check, fact):
        days = min(fact.keep, check.world.retention.conversation)
        agree = (Button(f"e:ok:{fact.id}", "button.agree"), Button(f"e:no:{fact.id}", "button.not_told"))
        return Reply("eligibility.agree", {"label": fact.label, "days": days}, (*agree, *_others(fact)))
    gap = gap_of(check)
    if gap:
        words = tuple(Button(f"e:d:{gap}:{word}", f"button.{gap}_{word}") for word in GAPS[gap])
        return Reply(f"eligibility.{gap}", {}, (*words, *_ways_out(fact), BACK), takes_number=gap in COUNTED)
    buttons = (*_choices(check, fact), *_ways_out(fact), *_others(fact))
    question = fact.question_me if fact.question_me and sheet.whom == ME else fact.question
    params = {"question": question, "picked": _picked(check, fact)}
    takes_number = fact.kind in (Kind.NUMBER, Kind.MONTH)
    return Reply(f"eligibility.ask_{kind_of(fact)}", params, buttons, takes_number=takes_number)


def ask_again(check: Check, key: str, **params: Any) -> Reply:
    """Say in one line how to answer; the question stays, with its buttons."""
    return replace(ask(check), key=key, params=params)


def kind_of(fact: Fact) -> str:
    """How a fact is asked for and heard: its kind, but for the numbers that people say in their own way."""
    if fact.id == INCOME:
        return "income"
    return AGE if fact.unit == AGE else fact.kind


def needs_agreement(check: Check, fact: Fact) -> bool:
    return fact.sensitive and fact.id not in check.sheet.agreed


def gap_of(check: Check) -> Unclear | None:
    """What is still to be asked of an income half said."""
    earned = read_earned(check.sheet.draft.get(INCOME)) if check.sheet.at == INCOME else None
    members = check.told().get(MEMBERS)
    worked_out = earned.per_person(check.world.catalogue.facts[INCOME], members) if earned else None
    return worked_out if isinstance(worked_out, Unclear) and worked_out in GAPS else None


def said_of(check: Check, fact: Fact) -> Any:
    """What the person said of this fact in passing, as JSON; None where nothing fitting was."""
    said: Any = check.session.answers.get(f"{SAID}{fact.id}")
    if said is None or fact.id in check.sheet.told or fact.id in check.sheet.draft:
        return None
    if fact.kind in (Kind.SET, Kind.PLACE) or not fits(fact, said, check.world):
        return None
    return said


def why(check: Check, fact: Fact) -> Reply:
    """Name the programmes that the fact decides, with the conditions that read it."""
    facts, day, parameters = check.known(), check.world.day, check.world.catalogue.parameters
    told = {name: value for name, value in facts.items() if name != fact.id}
    found = []
    for programme in check.world.catalogue.programmes.values():
        judged = judge(programme, told, day=day, parameters=parameters)
        if judged is not None and fact.id in judged.missing:
            found.append({"label": programme.label, "conditions": tuple(_conditions(programme, fact, check))})
    params = {"label": fact.label, "programmes": tuple(found[:EXPLAINED]), "more": len(found[EXPLAINED:])}
    return replace(ask(check), key="eligibility.why", params=params)


def _conditions(programme: Programme, fact: Fact, check: Check) -> Iterator[Reason]:
    rule = programme.rule_on(check.world.day)
    assert rule is not None
    of_day = rule_of_day(rule.when, check.world.day, check.world.catalogue.parameters)
    said: dict[Any, Reason] = {}
    for leaf, condition in of_day.leaves.items():
        if isinstance(condition, Condition) and condition.fact is fact:
            said.setdefault(tuple(condition.yes.values()), of_day.reason(leaf, True))
    yield from said.values()


def _choices(check: Check, fact: Fact) -> Iterator[Button]:
    match fact.kind:
        case Kind.CHOICE:
            yield from (Button(f"e:a:{fact.id}:{word}", f"choice:{fact.id}:{word}") for word in fact.choices)
        case Kind.YES_NO:
            yield Button(f"e:a:{fact.id}:{YES}", "button.yes")
            yield Button(f"e:a:{fact.id}:{NO}", "button.no")
        case Kind.SET:
            known = check.known().get(fact.id)
            sure = known.has | known.lacks if isinstance(known, Membership) and fact.id not in check.sheet.told else ()
            picked = check.sheet.draft.get(fact.id) or ()
            for word in fact.choices:
                if word not in sure and word not in picked:
                    yield Button(f"e:a:{fact.id}:{word}", f"choice:{fact.id}:{word}")
            yield Button(f"e:z:{fact.id}", "button.no_more" if picked else "button.none_of_these")
        case _:
            return


def _picked(check: Check, fact: Fact) -> int:
    """How many words of a set were picked so far."""
    return len(check.sheet.draft.get(fact.id) or ()) if fact.kind is Kind.SET else 0


def _ways_out(fact: Fact) -> tuple[Button, ...]:
    return Button(f"e:dk:{fact.id}", "button.not_known"), Button(f"e:no:{fact.id}", "button.not_told")


def _others(fact: Fact) -> tuple[Button, ...]:
    return Button(f"e:why:{fact.id}", "button.why"), BACK, SHOW
