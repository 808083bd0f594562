"""Effects that are rows of their own: which function keeps which. Whoever adds such an effect adds its line to KEEP.

Questions, votes, erasures and stops have their place in the order of a turn (effects.py).
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from bot.core.handover import FIRST_ANSWER, TABLE, Action, State
from bot.core.states import move
from bot.core.types import (
    Agree,
    AnswerCampaign,
    AnswerLead,
    AskPrivacy,
    BindStaff,
    CorrectLead,
    CountLinkTry,
    EndTalk,
    EraseLead,
    EraseSlip,
    JoinPerson,
    KeepSlip,
    OfferLink,
    OpenHandover,
    OpenLead,
    PartAddress,
    Withdraw,
    WithdrawLead,
    WriteToStaff,
)
from bot.services import bindings, consenting, registrations
from bot.services.bindings import BINDABLE
from bot.services.moment import Moment
from db import addresses, audit, deliveries, handovers, slips, staff
from db.handovers import NewHandover


def open_handover(moment: Moment, effect: OpenHandover) -> None:
    """Keep a handover. Where one of this kind waits already, what is new is added to it: nobody is answered twice."""
    tx, now = moment.tx, moment.now
    waiting = handovers.waiting(tx, moment.address_id, effect.kind)
    if waiting is None:
        body = moment.sealed.handover(effect.messages)
        commune, language = moment.session.commune, moment.session.language
        handovers.add(
            tx,
            NewHandover(moment.address_id, effect.kind, body, commune, language, now, effect.due or now + FIRST_ANSWER),
        )
        return
    known = {
        *moment.sealed.read_handover(handovers.body(tx, waiting)),
        *(moment.sealed.read_line(line.body) for line in handovers.lines(tx, waiting)),
    }
    for text in effect.messages:
        if text not in known:
            handovers.add_line(tx, waiting, None, moment.sealed.line(text), now)


def write_to_staff(moment: Moment, effect: WriteToStaff) -> None:
    """Add a message to the talk. Where staff closed it at this very moment, it waits again: nothing written is lost."""
    tx = moment.tx
    number = handovers.waiting(tx, moment.address_id) or handovers.newest(tx, moment.address_id)
    if number is None:  # erased at this very moment
        return
    handovers.add_line(tx, number, None, moment.sealed.line(effect.text), moment.now)
    after = move(TABLE, State.CLOSED, Action.REOPEN)
    handovers.move(tx, number, State.CLOSED, after, staff_id=None, closed_at=None, reason=None, told_at=None)


def end_talk(moment: Moment, _effect: EndTalk) -> None:
    handovers.end_talks(moment.tx, moment.address_id, moment.now)


def bind_staff(moment: Moment, effect: BindStaff) -> None:
    """Bind a member to this address where the code is right. Only where a stranger is no guest: not on the web."""
    if moment.address.channel not in BINDABLE:
        return
    staff_id = bindings.read(moment.tx, moment.sealed, effect.code, moment.now)
    if staff_id is not None:
        staff.bind(moment.tx, staff_id, moment.address_id)
        audit.note(moment.tx, staff_id, "bound", "staff", staff_id, moment.now)


def keep_slip(moment: Moment, effect: KeepSlip) -> None:
    code, body = moment.sealed.slip_hash(effect.code), moment.sealed.slip(effect.slip)
    last_day = moment.day + timedelta(days=effect.days)
    slips.add(moment.tx, slips.NewSlip(code, moment.address_id, effect.slip.commune, body, moment.day, last_day))


def erase_slip(moment: Moment, effect: EraseSlip) -> None:
    slips.erase(moment.tx, moment.address_id, effect.number)


def answer_campaign(moment: Moment, effect: AnswerCampaign) -> None:
    mine = addresses.of_person(moment.tx, moment.address_id)
    deliveries.answer(moment.tx, effect.code, mine, effect.word)


KEEP: Final[Mapping[type, Callable[[Moment, Any], None]]] = {
    OpenHandover: open_handover,
    AnswerCampaign: answer_campaign,
    KeepSlip: keep_slip,
    EraseSlip: erase_slip,
    WriteToStaff: write_to_staff,
    EndTalk: end_talk,
    BindStaff: bind_staff,
    OpenLead: registrations.open_lead,
    CorrectLead: registrations.correct,
    AnswerLead: registrations.answer,
    WithdrawLead: registrations.withdraw,
    EraseLead: registrations.erase,
    Agree: consenting.agree,
    Withdraw: consenting.withdraw,
    OfferLink: consenting.offer_link,
    CountLinkTry: consenting.count_link_try,
    JoinPerson: consenting.join_person,
    PartAddress: consenting.part_address,
    AskPrivacy: consenting.ask_privacy,
}
