"""The counsellors' work on leads: claiming, calls and where they lead, closing, handing over, erasing after a no.

A lead moves by core/leads.py alone, held by the transaction that moves it. Every change stands in the audit as a
number. With each it is set anew when the lead reaches the supervisor if nothing more happens (`rises_at`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from bot.core.hours import Hours
from bot.core.jobs import said
from bot.core.lead_record import REACHING, Call, LeadRecord, Result
from bot.core.leads import BY_CALL, BY_STAFF, TABLE, Deed, LeadState, Reason, rises
from bot.core.staff import Member
from bot.core.states import move, ways
from bot.core.types import Address, Language, Reply
from bot.core.vacancies import Vacancy
from bot.services import access, outbox
from bot.services.access import LEAD, Right
from bot.services.outbox import Say
from bot.services.ports import Clock, Outlet, Platform
from bot.services.sealed import Sealed
from db import audit, leads, staff, vacancies
from db.engine import Database
from db.leads import KeptLead

LONGEST_NOTE: Final = 1000  # characters
FARTHEST_STEP: Final = timedelta(days=183)  # a next step later than that is a slip of the pen


class Trouble(StrEnum):
    """Why something was not done with a lead."""

    NOT_THERE = "lead_not_there"
    TAKEN = "lead_taken"  # a colleague was first
    NOT_YOURS = "lead_not_yours"
    NOT_NOW = "lead_not_now"  # its state does not have that way
    NO_RESULT = "lead_no_result"
    NOT_REACHED = "lead_not_reached"  # whoever was not spoken to was not advised either
    NO_REASON = "lead_no_reason"
    NO_STEP = "lead_no_step"  # an open lead has a next step and its day
    ODD_DAY = "lead_odd_day"  # of the next step: past, or too far
    NOT_CONFIRMED = "lead_not_confirmed"  # registered by somebody else: the seeker's own yes comes first
    NO_COLLEAGUE = "lead_no_colleague"
    NO_VACANCY = "lead_no_vacancy"  # nothing is told of work that nobody chose, or that is not open any more


@dataclass(frozen=True, slots=True)
class Called:
    """What was written after a call. `deed` None: the lead stays where it is. `is_confirmed`: the seeker's own yes.

    `vacancy`: number of the one they were introduced to; `is_told`: they want to have it in the chat, too.
    """

    result: Result | None
    deed: Deed | None = None
    reason: Reason | None = None
    note: str = ""
    next_step: str = ""
    next_day: date | None = None
    is_confirmed: bool = False
    vacancy: int | None = None
    is_told: bool = False


class Leads:
    """`say` renders a message of ours as of today; `outlets` are the channels' senders; `hours` the office's, and
    `patience` the working time for which a lead may lie without a next step."""

    def __init__(
        self,
        database: Database,
        sealed: Sealed,
        clock: Clock,
        zone: tzinfo,
        say: Say,
        platforms: Mapping[str, Platform],
        outlets: Mapping[str, Outlet],
        *,
        hours: Callable[[], Hours],
        patience: timedelta,
    ) -> None:
        self._database, self._sealed, self._clock, self._zone = database, sealed, clock, zone
        self._say, self._platforms, self._outlets = say, platforms, outlets
        self._hours, self._patience = hours, patience

    async def claim(self, by: Member, lead_id: int) -> Trouble | None:
        """Take a lead that nobody has; of several at the same moment one wins."""

        def work(tx: sa.Connection, now: datetime) -> Trouble | None:
            if self._held(tx, by, lead_id) is None:
                return Trouble.NOT_THERE
            if not leads.claim(tx, lead_id, by.id, now, self._rises(LeadState.CLAIMED, now)):
                return Trouble.TAKEN
            audit.note(tx, by.id, "claimed", LEAD.name, lead_id, now)
            return None

        return await self._write(work)

    async def release(self, by: Member, lead_id: int) -> Trouble | None:
        """Put a claimed lead back for others."""

        def work(tx: sa.Connection, now: datetime) -> Trouble | None:
            lead = self._held(tx, by, lead_id)
            if lead is None:
                return Trouble.NOT_THERE
            if lead.owner_id != by.id:
                return Trouble.NOT_YOURS
            if Deed.RELEASE not in ways(TABLE, lead.state):
                return Trouble.NOT_NOW
            state = move(TABLE, lead.state, Deed.RELEASE)
            change = {"state": state, "owner_id": None, "next_step": None, "rises_at": self._rises(state, now)}
            leads.save(tx, lead.id, {**change, "moved_at": now})
            audit.note(tx, by.id, "released", LEAD.name, lead.id, now)
            return None

        return await self._write(work)

    async def hand_over(self, by: Member, lead_id: int, to: int) -> Trouble | None:
        """Give a lead to a colleague for the same commune: the owner may, and a supervisor."""

        def work(tx: sa.Connection, now: datetime) -> Trouble | None:
            lead = self._held(tx, by, lead_id)
            if lead is None:
                return Trouble.NOT_THERE
            if lead.owner_id != by.id and not access.reaches(by, Right.HAND_OVER_LEADS, {lead.commune}):
                return Trouble.NOT_YOURS
            colleague = staff.find(tx, to)
            if colleague is None or not access.reaches(colleague, Right.WORK_LEADS, {lead.commune}):
                return Trouble.NO_COLLEAGUE
            if lead.state is LeadState.CLOSED:
                return Trouble.NOT_NOW
            state = move(TABLE, lead.state, Deed.CLAIM) if lead.state is LeadState.NEW else lead.state
            change = {"owner_id": to, "state": state, "rises_at": self._rises(state, now, lead.next_step)}
            leads.save(tx, lead.id, {**change, "moved_at": now})
            audit.note(tx, by.id, "handed_over", LEAD.name, lead.id, now)
            return None

        return await self._write(work)

    async def call(self, by: Member, lead_id: int, called: Called) -> Trouble | None:
        """Write down a call and where it leads. Closing tells the seeker kindly, in the same commit."""

        def work(tx: sa.Connection, now: datetime) -> Trouble | None:
            lead = self._held(tx, by, lead_id)
            if lead is None:
                return Trouble.NOT_THERE
            offered = self._offered(tx, called, now)
            if (wrong := self._wrong(by, lead, called, offered, now)) is not None:
                return wrong
            record = self._sealed.read_lead(lead.body)
            state = move(TABLE, lead.state, called.deed) if called.deed else lead.state
            call = Call(
                now, by.id, called.result or Result.REACHED, called.deed, called.note[:LONGEST_NOTE], _named(offered)
            )
            leads.save(tx, lead.id, self._after(lead, record, state, call, called))
            audit.note(tx, by.id, "closed" if state is LeadState.CLOSED else "called", LEAD.name, lead.id, now)
            about = {"receipt": record.receipt, "is_other": lead.is_other}
            if state is LeadState.CLOSED:
                self._tell(tx, lead, Reply(f"lead.closed_{called.reason}", about), now)
            if offered is not None and called.is_told:
                self._tell(tx, lead, Reply("lead.introduced", about | {"job": said(offered)}), now)
            return None

        done = await self._write(work)
        for outlet in self._outlets.values():
            outlet.wake()
        return done

    async def erase(self, by: Member, lead_id: int) -> Trouble | None:
        """Erase a lead whose seeker, registered by somebody else, said no on the phone."""

        def work(tx: sa.Connection, now: datetime) -> Trouble | None:
            lead = self._held(tx, by, lead_id)
            if lead is None:
                return Trouble.NOT_THERE
            if lead.owner_id != by.id:
                return Trouble.NOT_YOURS
            if lead.is_confirmed:
                return Trouble.NOT_NOW
            self._sealed.note_erased_lead(lead.receipt)
            leads.erase_one(tx, lead.id)
            audit.note(tx, by.id, "erased", LEAD.name, lead.id, now)
            return None

        done = await self._write(work)
        if done is None:
            await self._database.scrub()
        return done

    def _tell(self, tx: sa.Connection, lead: KeptLead, reply: Reply, now: datetime) -> None:
        """Put something into the conversation from which the lead came, where there still is one."""
        if lead.address_id is not None:
            told = self._say(reply, Language(lead.language), lead.commune)
            outbox.put(tx, self._sealed, self._platform, lead.address_id, told, now)

    def _platform(self, address: Address) -> Platform:
        return self._platforms.get(address.channel, Platform())

    async def _write(self, work: Callable[[sa.Connection, datetime], Trouble | None]) -> Trouble | None:
        now = self._clock.now()
        return await self._database.write(lambda tx: work(tx, now))

    def _held(self, tx: sa.Connection, by: Member, lead_id: int) -> KeptLead | None:
        """The lead, held; None for one that is not theirs to work on. Raises NotAllowed where the role is gone."""
        today = access.confirm(tx, by, Right.WORK_LEADS)
        lead = leads.hold(tx, lead_id)
        return lead if lead is not None and access.reaches(today, Right.WORK_LEADS, {lead.commune}) else None

    def _offered(self, tx: sa.Connection, called: Called, now: datetime) -> Vacancy | None:
        """The vacancy that was chosen, while it is open."""
        kept = None if called.vacancy is None else vacancies.find(tx, called.vacancy)
        return kept.vacancy if kept is not None and kept.is_open(now.astimezone(self._zone).date()) else None

    def _wrong(
        self, by: Member, lead: KeptLead, called: Called, offered: Vacancy | None, now: datetime
    ) -> Trouble | None:
        """What is missing of a call, or speaks against it."""
        if lead.owner_id != by.id:
            return Trouble.NOT_YOURS
        deeds = tuple(deed for deed in ways(TABLE, lead.state) if deed in BY_CALL)
        if not deeds or (called.deed is not None and called.deed not in deeds):
            return Trouble.NOT_NOW
        if called.result is None:
            return Trouble.NO_RESULT
        if called.deed is Deed.CLOSE:
            return None if called.reason in BY_STAFF else Trouble.NO_REASON
        if called.deed is not None and called.result not in REACHING:
            return Trouble.NOT_REACHED
        if called.deed is not None and not (lead.is_confirmed or called.is_confirmed):
            return Trouble.NOT_CONFIRMED
        if offered is None and (called.vacancy is not None or called.is_told):
            return Trouble.NO_VACANCY
        return self._wrong_step(called, now)

    def _wrong_step(self, called: Called, now: datetime) -> Trouble | None:
        """What is wrong with the next step. Whoever has found a job needs none: they are asked later by themselves."""
        if called.next_day is None or not called.next_step.strip():
            return None if called.deed is Deed.PLACE and called.next_day is None else Trouble.NO_STEP
        today = now.astimezone(self._zone).date()
        return None if today <= called.next_day <= today + FARTHEST_STEP else Trouble.ODD_DAY

    def _after(
        self, lead: KeptLead, record: LeadRecord, state: LeadState, call: Call, called: Called
    ) -> dict[str, Any]:
        """The row after a call."""
        now, is_reached, is_closed = call.at, call.result in REACHING, state is LeadState.CLOSED
        step = "" if is_closed else called.next_step.strip()[:LONGEST_NOTE]
        next_day = None if is_closed else called.next_day
        change = {
            "body": self._sealed.lead(replace(record, calls=(*record.calls, call), next_step=step)),
            "calls": lead.calls + 1, "state": state, "moved_at": now, "reason": called.reason if is_closed else None,
            "next_step": next_day, "rises_at": self._rises(state, now, next_day),
            "contacted_at": now if is_reached or is_closed else lead.contacted_at,
            "is_confirmed": lead.is_confirmed or called.is_confirmed,
        }  # fmt: skip
        if is_reached:
            change |= {"reached_at": lead.reached_at or now, "reconfirm_at": None}
        if called.deed is Deed.PLACE:  # another job is asked after from its own day on
            change |= {"placed_at": now, "result_30": None, "result_90": None}
        return change

    def _rises(self, state: LeadState, now: datetime, next_step: date | None = None) -> datetime | None:
        return rises(state, now.astimezone(self._zone), next_step, self._hours(), self._patience)


def _named(vacancy: Vacancy | None) -> str:
    return f"{vacancy.title}, {vacancy.employer}" if vacancy else ""
