"""A person's own registrations: opened, corrected, withdrawn, erased in the turn's transaction; asked by receipt.

A number that is not the writer's own is passed over: nothing of another person's lead can be reached from a chat.
"""

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

import sqlalchemy as sa

from bot.core.forms import COMMUNE, PHONE
from bot.core.lead_questions import Answer, PlacementResult, Question, Standing, open_questions
from bot.core.lead_record import LeadRecord
from bot.core.leads import TABLE, Deed, LeadState, Reason
from bot.core.own import OwnLead, Receipt
from bot.core.own_leads import ALPHABET, LENGTH, typed_receipt
from bot.core.registering import WORK
from bot.core.states import move
from bot.core.types import AnswerLead, CorrectLead, EraseLead, OpenLead, WithdrawLead
from bot.services import access
from bot.services.access import Right
from bot.services.moment import Moment
from bot.services.sealed import Sealed
from db import addresses, audit, consents, leads, staff
from db.leads import KeptLead, NewLead

KIND: Final = "lead"  # in the audit
TRIES: Final = 5  # by receipt, within TRIES_WITHIN: of one address, and of one receipt
TRIES_WITHIN: Final = timedelta(hours=1)
LAST: Final = 4  # digits of the phone that are asked for beside a receipt


def new_receipt() -> str:
    signs = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"CN-{signs[:4]}-{signs[4:]}"


def open_lead(moment: Moment, effect: OpenLead) -> None:
    sealed, answers = moment.sealed, effect.answers
    leads.add(
        moment.tx,
        NewLead(
            moment.address_id, sealed.lead_hash("receipt", effect.receipt), sealed.lead_hash("phone", answers[PHONE]),
            answers[COMMUNE].partition(":")[0], moment.session.language, effect.is_other,
            sealed.lead(LeadRecord(effect.receipt, answers, effect.consent)), moment.now, effect.due,
        ),
    )  # fmt: skip


def correct(moment: Moment, effect: CorrectLead) -> None:
    lead = _own(moment, effect.lead)
    if lead is None or lead.state is LeadState.CLOSED:
        return
    record = replace(moment.sealed.read_lead(lead.body), answers=effect.answers)
    commune = effect.answers[COMMUNE].partition(":")[0]
    change: dict[str, Any] = {"commune": commune, "contacted_at": moment.now, "reconfirm_at": None}
    owner = None if lead.owner_id is None else staff.find(moment.tx, lead.owner_id)
    if owner is not None and not access.reaches(owner, Right.WORK_LEADS, {commune}):
        # Moved to where their counsellor does not work: a colleague there has to see it.
        record = replace(record, next_step="")
        change |= {"state": move(TABLE, lead.state, Deed.RETURN), "owner_id": None, "next_step": None}
        change |= {"moved_at": moment.now, "rises_at": effect.due}
    change |= {"body": moment.sealed.lead(record), "phone": moment.sealed.lead_hash("phone", effect.answers[PHONE])}
    leads.save(moment.tx, lead.id, change)


def withdraw(moment: Moment, effect: WithdrawLead) -> None:
    lead = _own(moment, effect.lead)
    if lead is not None and lead.state is not LeadState.CLOSED:
        _close(moment, lead, Reason.WITHDRAWN)


def answer(moment: Moment, effect: AnswerLead) -> None:
    """Keep what they say of a lead. Pressed again, or after staff have closed it, it changes nothing."""
    lead = _own(moment, effect.lead)
    if lead is None or effect.question not in open_questions(standing_of(lead)):
        return
    if effect.question != Question.LOOKING:
        result = PlacementResult.WORKING if effect.answer == Answer.YES else PlacementResult.LEFT
        leads.save(moment.tx, lead.id, {f"result_{effect.question}": result, "contacted_at": moment.now})
    elif effect.answer == Answer.YES:
        leads.save(moment.tx, lead.id, {"reconfirm_at": None, "contacted_at": moment.now})
    else:
        _close(moment, lead, Reason.FOUND_WORK if effect.answer == Answer.WORK else Reason.WITHDRAWN)


def erase(moment: Moment, effect: EraseLead) -> None:
    """The audit keeps that it was erased, and by whom: no member of staff."""
    lead = _own(moment, effect.lead)
    if lead is not None:
        moment.sealed.note_erased_lead(lead.receipt)
        leads.erase_one(moment.tx, effect.lead)
        audit.note(moment.tx, None, "erased", KIND, effect.lead, moment.now)
        _end_consents(moment)


def of_addresses(tx: sa.Connection, sealed: Sealed, address_ids: Collection[int], zone: tzinfo) -> tuple[OwnLead, ...]:
    """A person's registrations, from whichever of their addresses they came; newest first."""
    return tuple(_as_own(lead, sealed, zone) for lead in leads.of_addresses(tx, address_ids))


def by_receipt(
    tx: sa.Connection, sealed: Sealed, address_id: int, text: str, now: datetime, zone: tzinfo
) -> Receipt | None:
    """Look up the registration whose receipt and last digits were typed; the try counts. Answers are not given out."""
    typed = typed_receipt(text)
    if typed is None:
        return None
    receipt, digits = typed
    whos = (sealed.lead_hash("tried", f"address {address_id}"), sealed.lead_hash("tried", receipt))
    if any(leads.tries(tx, who, now - TRIES_WITHIN) >= TRIES for who in whos):
        return Receipt(is_held=True)
    leads.note_try(tx, whos, now)
    lead = leads.by_receipt(tx, sealed.lead_hashes("receipt", receipt))
    if lead is None or not secrets.compare_digest(sealed.read_lead(lead.body).answers[PHONE][-LAST:], digits):
        return Receipt()
    return Receipt(replace(_as_own(lead, sealed, zone), answers={}))


def _own(moment: Moment, lead_id: int) -> KeptLead | None:
    lead = leads.hold(moment.tx, lead_id)
    mine = addresses.of_person(moment.tx, moment.address_id)
    return lead if lead is not None and lead.address_id in mine else None


def _close(moment: Moment, lead: KeptLead, reason: Reason) -> None:
    """As the seeker themselves say. What they agreed to for it ends with it."""
    change = {"state": move(TABLE, lead.state, Deed.CLOSE), "reason": reason, "next_step": None, "rises_at": None}
    leads.save(moment.tx, lead.id, {**change, "moved_at": moment.now, "contacted_at": moment.now})
    _end_consents(moment)


def standing_of(lead: KeptLead) -> Standing:
    return Standing(
        lead.state, lead.reason, lead.contacted_at, lead.reconfirm_at, lead.placed_at, lead.result_30, lead.result_90
    )


def _end_consents(moment: Moment) -> None:
    """With a person's last open registration, what they agreed to for it ends."""
    mine = addresses.of_person(moment.tx, moment.address_id)
    if any(lead.state is not LeadState.CLOSED for lead in leads.of_addresses(moment.tx, mine)):
        return
    for each in consents.read(moment.tx, mine):
        if each.purpose.startswith(WORK) and each.ended_at is None:
            consents.end(moment.tx, mine, each.purpose, moment.now)


def _as_own(lead: KeptLead, sealed: Sealed, zone: tzinfo) -> OwnLead:
    record = sealed.read_lead(lead.body)
    return OwnLead(
        lead.id, record.receipt, lead.state, lead.reason, lead.created_at.astimezone(zone).date(), lead.is_other,
        lead.calls, lead.next_step, record.answers, open_questions(standing_of(lead)),
    )  # fmt: skip
