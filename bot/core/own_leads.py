"""A person's own registrations: their true state, correcting, withdrawing, erasing; on a new device the state alone.

Button actions: `w:state`, `w:code` (a receipt is going to be typed); `w:c:<number>` correct, `w:w:<number>` withdraw,
`w:e:<number>` erase, each asked once more (`w:w:<number>:yes`); `w:q:<number>:<question>:<answer>` answers what was
asked later (core/lead_questions.py). Only the writer's own leads can be named by number.
"""

import re
from dataclasses import replace
from typing import Any, Final

from bot.core import registering
from bot.core.form_asking import REGISTER
from bot.core.home import MENU, STAFF, gone
from bot.core.lead_questions import ANSWERS, Answer, Question
from bot.core.leads import LeadState
from bot.core.own import OwnLead
from bot.core.registering import STATE
from bot.core.types import AnswerLead, Button, EraseLead, Reply, Session, Turn, WithdrawLead
from bot.core.world import World

FLOW: Final = "receipt"  # a receipt and four digits are waited for
CODE: Final = Button("w:code", "button.have_receipt")
# Letters and digits that cannot be taken for one another; 31 of them, eight places: 850 milliards of receipts.
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH: Final = 8
_TYPED: Final = re.compile(rf"\b(?:CN[- ]?)?([{ALPHABET}]{{4}})[- ]?([{ALPHABET}]{{4}})\W+(?:\D*\W)?(\d{{4}})\b")


def typed_receipt(text: str) -> tuple[str, str] | None:
    """The receipt and the four digits in a text ("CN-7KQ2-M4XA 5678"); None where they are not there."""
    found = _TYPED.search(text.upper())
    return (f"CN-{found[1]}-{found[2]}", found[3]) if found else None


def state(session: Session, world: World) -> Turn:
    """Say how far each registration is; none: how to register, or how to ask with a receipt."""
    session = replace(session, flow="")
    leads = world.own.leads
    if not leads:
        register = (REGISTER,) if world.takes_leads else ()
        return Turn(session, (Reply("lead.none", {}, (*register, CODE, MENU)),))
    *before, last = (_told(lead) for lead in leads)
    return Turn(session, (*before, replace(last, buttons=(*last.buttons, CODE, MENU))))


def press(session: Session, action: str, world: World) -> Turn:
    """React to a button of these; a lead that is not the writer's own is as if it were not there."""
    if action == "state":
        return state(session, world)
    if action == "code":
        return Turn(replace(session, flow=FLOW), (Reply("lead.type_receipt", {}, (MENU,)),))
    name, _, rest = action.partition(":")
    number, _, answer = rest.partition(":")
    lead = next((each for each in world.own.leads if str(each.id) == number), None)
    if lead is not None and name == "q":
        return _answer(session, lead, answer)
    if lead is None or answer not in ("", "yes", "no"):
        return gone(session)
    if answer == "no":
        return state(session, world)
    is_open = lead.state is not LeadState.CLOSED
    match name:
        case "c" if is_open:
            return registering.correct(session, lead.id, lead.answers, lead.is_other, world)
        case "w" if is_open and answer:
            return Turn(session, (Reply("lead.withdrawn", {}, (Button(f"w:e:{lead.id}", "button.erase_lead"), MENU)),),
                        (WithdrawLead(lead.id),))  # fmt: skip
        case "e" if answer:
            return Turn(session, (Reply("lead.erased", {}, (MENU,)),), (EraseLead(lead.id),))
        case "w" if is_open:
            return _sure(session, "lead.withdraw_ask", "button.withdraw_lead", f"w:w:{lead.id}")
        case "e":
            return _sure(session, "lead.erase_ask", "button.erase_lead", f"w:e:{lead.id}")
        case _:
            return gone(session)


def _answer(session: Session, lead: OwnLead, said: str) -> Turn:
    """Take the answer to what was asked of this lead; a button that answers nothing any more is explained."""
    question, _, answer = said.partition(":")
    if not any(question == each and answer in ANSWERS[each] for each in lead.asked):
        return gone(session)
    kind = "looking" if question == Question.LOOKING else "working"
    again = (REGISTER,) if answer == Answer.NO and kind == "working" else ()
    effect = AnswerLead(lead.id, question, answer)
    return Turn(replace(session, flow=""), (Reply(f"lead.{kind}_{answer}", {}, (*again, STATE, MENU)),), (effect,))


def read(session: Session, text: str, world: World) -> Turn | None:
    """Read a receipt with the last four digits of the phone; what it opens was looked up beforehand (world.receipt)."""
    if session.flow != FLOW:
        return None
    if typed_receipt(text) is None:
        return None if len(text.split()) > 6 else Turn(session, (Reply("lead.bad_receipt", {}, (MENU,)),))
    after = replace(session, flow="")
    found = world.receipt
    if found is None or found.is_held:
        return Turn(after, (Reply("lead.held", {}, (STAFF, MENU)),))
    if found.lead is None:
        return Turn(session, (Reply("lead.not_found", {}, (STAFF, MENU)),))
    return Turn(after, (replace(_told(found.lead), buttons=(MENU,)),))


def _told(lead: OwnLead) -> Reply:
    params: dict[str, Any] = {
        "receipt": lead.receipt, "opened": lead.opened, "is_other": lead.is_other, "calls": lead.calls,
        "next_step": lead.next_step, "state": lead.state.value, "reason": lead.reason.value if lead.reason else "",
    }  # fmt: skip
    open_ones = (
        Button(f"w:c:{lead.id}", "button.correct_lead"),
        Button(f"w:w:{lead.id}", "button.withdraw_lead"),
    )
    erase = Button(f"w:e:{lead.id}", "button.erase_lead")
    return Reply("lead.state", params, (*(open_ones if lead.state is not LeadState.CLOSED else ()), erase))


def _sure(session: Session, key: str, label: str, action: str) -> Turn:
    return Turn(session, (Reply(key, {}, (Button(f"{action}:yes", label), Button(f"{action}:no", "button.no"))),))
