"""The counsellors' work on leads: the list, one lead, claiming, calls and where they lead, closing, handing over.

Name and phone are masked for everybody but the counsellor whose lead it is. Every look and change stands in the audit
as a number. A lead moves by core/leads.py alone, held by the transaction that moves it.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from bot.core.forms import NAME, PHONE
from bot.core.lead_record import Call, LeadRecord, Result
from bot.core.leads import BY_STAFF, TABLE, Deed, LeadState, Reason, rests
from bot.core.staff import Member, Standing
from bot.core.states import move, ways
from bot.core.text import fold
from bot.core.types import Address, Language, Reply
from bot.services import access, outbox
from bot.services.access import LEAD, Right
from bot.services.outbox import Say
from bot.services.ports import Clock, Outlet, Platform
from bot.services.sealed import Sealed
from db import audit, leads, staff
from db.engine import Database
from db.leads import KeptLead

PAGE: Final = 50  # leads on one page of the list
LONGEST_NOTE: Final = 1000  # characters
HIDDEN: Final = "•••"


class Trouble(StrEnum):
    """Why something was not done with a lead."""

    NOT_THERE = "lead_not_there"
    TAKEN = "lead_taken"  # a colleague was first
    NOT_YOURS = "lead_not_yours"
    NOT_NOW = "lead_not_now"  # its state does not have that way
    NO_RESULT = "lead_no_result"
    NO_REASON = "lead_no_reason"
    NO_STEP = "lead_no_step"  # an open lead has a next step and its day
    NOT_CONFIRMED = "lead_not_confirmed"  # registered by somebody else: the seeker's own yes comes first
    NO_COLLEAGUE = "lead_no_colleague"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which leads a list shows: `whose` is mine, free or "" (all); `text` stands in name, phone, work or village."""

    state: LeadState | None = None
    commune: str = ""
    whose: str = ""
    resting: bool = False
    text: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """A lead as somebody may see it: `record` is masked unless it is theirs. `ways`: what may be done with it now."""

    lead: KeptLead
    record: LeadRecord
    owner: str
    is_mine: bool
    is_resting: bool
    ways: tuple[Deed, ...] = ()
    same_phone: tuple[int, ...] = ()
    colleagues: tuple[Member, ...] = ()
    names: dict[int, str] | None = None  # of staff, by number


@dataclass(frozen=True, slots=True)
class Listing:
    shown: Sequence[Shown]
    found: int


@dataclass(frozen=True, slots=True)
class Called:
    """What was written after a call. `deed` None: the lead stays where it is. `is_confirmed`: the seeker's own yes."""

    result: Result | None
    deed: Deed | None = None
    reason: Reason | None = None
    note: str = ""
    next_step: str = ""
    next_day: date | None = None
    is_confirmed: bool = False


class Leads:
    """`say` renders a message of ours as of today; `outlets` are the channels' senders."""

    def __init__(
        self,
        database: Database,
        sealed: Sealed,
        clock: Clock,
        zone: tzinfo,
        say: Say,
        platforms: Mapping[str, Platform],
        outlets: Mapping[str, Outlet],
    ) -> None:
        self._database, self._sealed, self._clock, self._zone = database, sealed, clock, zone
        self._say, self._platforms, self._outlets = say, platforms, outlets

    async def list(self, by: Member, wanted: Wanted) -> Listing:
        """The leads of their communes: those nobody has first, the oldest of them first. The look is noted."""
        now = self._clock.now()

        def look(tx: sa.Connection) -> tuple[list[KeptLead], dict[int, str]]:
            return leads.within(tx, access.scope(by, Right.SEE_LEADS), (wanted.state,) if wanted.state else ()), _names(
                tx
            )

        if not access.may(by, Right.SEE_LEADS):
            return Listing((), 0)
        kept, names = await self._database.read(look)
        await self._database.write(lambda tx: audit.note(tx, by.id, "listed", LEAD.name, "", now))
        # Reading ten thousand records takes a tenth of a second: not on the loop that answers everybody.
        return await asyncio.to_thread(self._chosen, by, kept, names, wanted, now)

    async def one(self, by: Member, lead_id: int) -> Shown | None:
        """A lead for `by` to look at, noted in the audit; None for one that is not theirs to see."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> Shown | None:
            lead = access.fetch(tx, by, LEAD, lead_id, now)
            if lead is None:
                return None
            record = self._sealed.read_lead(lead.body)
            phones = self._sealed.lead_hashes("phone", record.answers[PHONE])
            shown = self._shown(by, lead, _names(tx), now)
            others = tuple(
                each.member for each in staff.every(tx)
                if each.member.id != lead.owner_id and each.member.standing is Standing.ACTIVE
                and access.reaches(each.member, Right.WORK_LEADS, {lead.commune})
            )  # fmt: skip
            same = tuple(
                number for number in leads.with_phone(tx, phones, lead.id)
                if (other := leads.find(tx, number)) and access.reaches(by, Right.SEE_LEADS, {other.commune})
            )  # fmt: skip
            return replace(shown, ways=ways(TABLE, lead.state), same_phone=same, colleagues=others)

        return await self._database.write(work)

    async def claim(self, by: Member, lead_id: int) -> Trouble | None:
        """Take a lead that nobody has; of several at the same moment one wins."""

        def work(tx: sa.Connection, now: datetime) -> Trouble | None:
            if self._held(tx, by, lead_id) is None:
                return Trouble.NOT_THERE
            if not leads.claim(tx, lead_id, by.id, now):
                return Trouble.TAKEN
            audit.note(tx, by.id, "claimed", LEAD.name, lead_id, now)
            return None

        return await self._write(work)

    async def release(self, by: Member, lead_id: int) -> Trouble | None:
        """Put a claimed lead back for others."""

        def change(_lead: KeptLead, _now: datetime) -> dict[str, Any]:
            return {"state": LeadState.NEW, "owner_id": None, "next_step": None}

        return await self._change(by, lead_id, Deed.RELEASE, change, "released")

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
            state = LeadState.CLAIMED if lead.state is LeadState.NEW else lead.state
            leads.save(tx, lead.id, {"owner_id": to, "state": state, "moved_at": now})
            audit.note(tx, by.id, "handed_over", LEAD.name, lead.id, now)
            return None

        return await self._write(work)

    async def call(self, by: Member, lead_id: int, called: Called) -> Trouble | None:
        """Write down a call and where it leads. Closing tells the seeker kindly, in the same commit."""

        def work(tx: sa.Connection, now: datetime) -> Trouble | None:
            lead = self._held(tx, by, lead_id)
            if lead is None:
                return Trouble.NOT_THERE
            if (wrong := _wrong(by, lead, called)) is not None:
                return wrong
            record = self._sealed.read_lead(lead.body)
            state = move(TABLE, lead.state, called.deed) if called.deed else lead.state
            leads.save(tx, lead.id, self._after(lead, record, state, by, called, now))
            audit.note(tx, by.id, "closed" if state is LeadState.CLOSED else "called", LEAD.name, lead.id, now)
            if state is LeadState.CLOSED and called.reason is not None:
                self._tell(tx, lead, Reply(f"lead.closed_{called.reason}", {"receipt": record.receipt}), now)
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
            leads.erase_one(tx, lead.id)
            audit.note(tx, by.id, "erased", LEAD.name, lead.id, now)
            return None

        done = await self._write(work)
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

    async def _change(
        self, by: Member, lead_id: int, deed: Deed, change: Callable[[KeptLead, datetime], dict[str, Any]], noted: str
    ) -> Trouble | None:
        def work(tx: sa.Connection, now: datetime) -> Trouble | None:
            lead = self._held(tx, by, lead_id)
            if lead is None:
                return Trouble.NOT_THERE
            if lead.owner_id != by.id:
                return Trouble.NOT_YOURS
            if deed not in ways(TABLE, lead.state):
                return Trouble.NOT_NOW
            leads.save(tx, lead.id, {**change(lead, now), "moved_at": now})
            audit.note(tx, by.id, noted, LEAD.name, lead.id, now)
            return None

        return await self._write(work)

    def _held(self, tx: sa.Connection, by: Member, lead_id: int) -> KeptLead | None:
        """The lead, held; None for one that is not theirs to work on. Raises NotAllowed where the role is gone."""
        today = access.confirm(tx, by, Right.WORK_LEADS)
        lead = leads.hold(tx, lead_id)
        return lead if lead is not None and access.reaches(today, Right.WORK_LEADS, {lead.commune}) else None

    def _after(
        self, lead: KeptLead, record: LeadRecord, state: LeadState, by: Member, called: Called, now: datetime
    ) -> dict[str, Any]:
        assert called.result is not None
        was_reached = called.result in (Result.REACHED, Result.CALL_BACK)
        call = Call(now, by.id, called.result, called.deed, called.note[:LONGEST_NOTE])
        is_closed = state is LeadState.CLOSED
        step = "" if is_closed else called.next_step.strip()[:LONGEST_NOTE]
        body = replace(record, calls=(*record.calls, call), next_step=step)
        return {
            "body": self._sealed.lead(body), "calls": lead.calls + 1, "state": state, "moved_at": now,
            "reason": called.reason if is_closed else None, "next_step": None if is_closed else called.next_day,
            "contacted_at": now if was_reached or is_closed else lead.contacted_at,
            "is_confirmed": lead.is_confirmed or called.is_confirmed,
            "placed_at": now if state is LeadState.PLACED and lead.placed_at is None else lead.placed_at,
        }  # fmt: skip

    def _chosen(
        self, by: Member, kept: Sequence[KeptLead], names: dict[int, str], wanted: Wanted, now: datetime
    ) -> Listing:
        chosen = [lead for lead in kept if self._is_wanted(by, lead, wanted, now)]
        if wanted.text.strip():
            sought = fold(wanted.text)
            digits = "".join(sign for sign in wanted.text if sign.isdigit())
            chosen = [lead for lead in chosen if self._holds(by, lead, sought, digits)]
        first = (max(wanted.page, 1) - 1) * PAGE
        return Listing([self._shown(by, lead, names, now) for lead in chosen[first : first + PAGE]], len(chosen))

    def _is_wanted(self, by: Member, lead: KeptLead, wanted: Wanted, now: datetime) -> bool:
        if wanted.state is None and lead.state is LeadState.CLOSED:
            return False  # shown only where they are asked for
        return (
            (not wanted.commune or lead.commune == wanted.commune)
            and (wanted.whose != "mine" or lead.owner_id == by.id)
            and (wanted.whose != "free" or lead.owner_id is None)
            and (not wanted.resting or self._rests(lead, now))
        )

    def _holds(self, by: Member, lead: KeptLead, sought: str, digits: str) -> bool:
        """Whether a text stands in a lead, tone marks or not; in somebody else's only in what is shown of it."""
        record = self._sealed.read_lead(lead.body)
        record = record if lead.owner_id == by.id else masked(record)
        answers = record.answers
        held = " ".join((answers[NAME], answers.get("work", ""), answers.get("village", ""), record.receipt))
        phone = answers[PHONE].removeprefix("+84")
        return sought in fold(held) or (len(digits) >= 3 and digits.removeprefix("0") in phone)

    def _shown(self, by: Member, lead: KeptLead, names: dict[int, str], now: datetime) -> Shown:
        record, is_mine = self._sealed.read_lead(lead.body), lead.owner_id == by.id
        owner = names.get(lead.owner_id, "") if lead.owner_id is not None else ""
        return Shown(lead, record if is_mine else masked(record), owner, is_mine, self._rests(lead, now), names=names)

    def _rests(self, lead: KeptLead, now: datetime) -> bool:
        return rests(lead.state, lead.moved_at.astimezone(self._zone), lead.next_step, now.astimezone(self._zone))


def masked(record: LeadRecord) -> LeadRecord:
    """A record for those whose lead it is not: initials, no phone, nothing sensitive, nothing written on calls."""
    initials = " ".join(f"{word[:1]}." for word in record.answers[NAME].split())
    hidden = {name: value for name, value in record.answers.items() if name not in ("disability", "ethnic")}
    answers = {**hidden, NAME: initials, PHONE: HIDDEN}
    return replace(record, answers=answers, receipt=HIDDEN, next_step="", calls=())


def _names(tx: sa.Connection) -> dict[int, str]:
    return {each.member.id: each.member.name for each in staff.every(tx)}


def _wrong(by: Member, lead: KeptLead, called: Called) -> Trouble | None:
    """What is missing of a call, or speaks against it."""
    if lead.owner_id != by.id:
        return Trouble.NOT_YOURS
    if lead.state is LeadState.CLOSED or (called.deed is not None and called.deed not in ways(TABLE, lead.state)):
        return Trouble.NOT_NOW
    if called.deed in (Deed.CLAIM, Deed.RELEASE):
        return Trouble.NOT_NOW
    if called.result is None:
        return Trouble.NO_RESULT
    is_closing = called.deed is Deed.CLOSE
    if is_closing and called.reason not in BY_STAFF:
        return Trouble.NO_REASON
    if not is_closing and (called.next_day is None or not called.next_step.strip()):
        return Trouble.NO_STEP
    if called.deed is not None and not is_closing and not (lead.is_confirmed or called.is_confirmed):
        return Trouble.NOT_CONFIRMED
    return None
