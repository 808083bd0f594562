"""Leads as staff see them: the list of their communes, and one lead with what may be done with it.

Everybody but the counsellor whose lead it is sees initials and what the work is about, no more. Every look is noted.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from bot.core.forms import NAME, PHONE
from bot.core.lead_record import LeadRecord
from bot.core.leads import BY_CALL, TABLE, Deed, LeadState
from bot.core.staff import Member, Standing
from bot.core.states import ways
from bot.core.text import fold
from bot.services import access
from bot.services.access import LEAD, NotAllowed, Right
from bot.services.ports import Clock
from bot.services.sealed import Sealed
from db import audit, leads, staff
from db.engine import Database
from db.leads import KeptLead

PAGE: Final = 50  # leads on one page of the list
HIDDEN: Final = "•••"
# What colleagues see of a lead that is not theirs: enough to choose one, too little to know who it is.
UNMASKED: Final = frozenset({
    "birth_year", "sex", "commune", "household", "schooling", "training", "major", "status", "work", "where", "wage",
    "hours", "purpose", "service",
})  # fmt: skip


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
    """A lead as somebody may see it: `record` is masked unless it is theirs. `ways`: what may be done with it now;
    `deeds`: what may come of a call."""

    lead: KeptLead
    record: LeadRecord
    owner: str
    is_mine: bool
    is_resting: bool
    ways: tuple[Deed, ...] = ()
    same_phone: tuple[int, ...] = ()
    colleagues: tuple[Member, ...] = ()
    names: dict[int, str] = field(default_factory=dict)  # of staff, by number

    @property
    def deeds(self) -> tuple[Deed, ...]:
        return tuple(deed for deed in self.ways if deed in BY_CALL)


@dataclass(frozen=True, slots=True)
class Listing:
    shown: Sequence[Shown]
    found: int


class LeadLists:
    def __init__(self, database: Database, sealed: Sealed, clock: Clock) -> None:
        self._database, self._sealed, self._clock = database, sealed, clock

    async def list(self, by: Member, wanted: Wanted) -> Listing:
        """A page of the leads of their communes: those nobody has first, the oldest of them first."""
        chosen, names = await self._chosen(by, wanted, "listed")
        first = (max(wanted.page, 1) - 1) * PAGE
        now = self._clock.now()
        return Listing([self._shown(by, each, names, now) for each in chosen[first : first + PAGE]], len(chosen))

    async def all(self, by: Member, wanted: Wanted, deed: str) -> Sequence[Shown]:
        """Everything the list shows, all pages of it. `deed`: what it is for, as the audit names it."""
        chosen, names = await self._chosen(by, wanted, deed)
        now = self._clock.now()
        return await asyncio.to_thread(lambda: [self._shown(by, each, names, now) for each in chosen])

    async def export(self, by: Member, wanted: Wanted) -> Sequence[Shown]:
        """What the list shows, to take along. Raises NotAllowed where the role for it is missing."""
        if not access.may(by, Right.EXPORT) or not access.may(by, Right.SEE_LEADS):
            raise NotAllowed(by, Right.EXPORT)
        return await self.all(by, wanted, "exported")

    async def one(self, by: Member, lead_id: int) -> Shown | None:
        """A lead for `by` to look at; None for one that is not theirs to see."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> Shown | None:
            lead = access.fetch(tx, by, LEAD, lead_id, now)
            if lead is None:
                return None
            phone = self._sealed.read_lead(lead.body).answers[PHONE]
            phones = self._sealed.lead_hashes("phone", phone)
            others = tuple(
                each.member for each in staff.every(tx)
                if each.member.id != lead.owner_id and each.member.standing is Standing.ACTIVE
                and access.reaches(each.member, Right.WORK_LEADS, {lead.commune})
            )  # fmt: skip
            same = tuple(
                number for number in leads.with_phone(tx, phones, lead.id)
                if (other := leads.find(tx, number)) and access.reaches(by, Right.SEE_LEADS, {other.commune})
            )  # fmt: skip
            shown = self._shown(by, lead, _names(tx), now)
            return replace(shown, ways=ways(TABLE, lead.state), same_phone=same, colleagues=others)

        return await self._database.write(work)

    async def _chosen(self, by: Member, wanted: Wanted, deed: str) -> tuple[Sequence[KeptLead], dict[int, str]]:
        """The leads that are wanted, with the names of staff; the look is noted as `deed`."""
        if not access.may(by, Right.SEE_LEADS):
            return (), {}
        now, scope = self._clock.now(), access.scope(by, Right.SEE_LEADS)
        states = (wanted.state,) if wanted.state else ()
        kept, names = await self._database.read(lambda tx: (leads.within(tx, scope, states), _names(tx)))
        await self._database.write(lambda tx: audit.note(tx, by.id, deed, LEAD.name, "", now))
        # Reading ten thousand records takes a tenth of a second: not on the loop that answers everybody.
        return await asyncio.to_thread(self._filtered, by, kept, wanted, now), names

    def _filtered(self, by: Member, kept: Sequence[KeptLead], wanted: Wanted, now: datetime) -> Sequence[KeptLead]:
        chosen = [lead for lead in kept if _is_wanted(by, lead, wanted, now)]
        if not wanted.text.strip():
            return chosen
        sought = fold(wanted.text)
        digits = "".join(sign for sign in wanted.text if sign.isdigit())
        return [lead for lead in chosen if self._holds(by, lead, sought, digits)]

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
        return Shown(lead, record if is_mine else masked(record), owner, is_mine, _rests(lead, now), names=names)


def masked(record: LeadRecord) -> LeadRecord:
    """A record for those whose lead it is not: initials, no phone, nothing written on calls."""
    initials = " ".join(f"{word[:1]}." for word in record.answers[NAME].split())
    open_ones = {name: value for name, value in record.answers.items() if name in UNMASKED}
    return replace(record, answers={**open_ones, NAME: initials, PHONE: HIDDEN}, receipt=HIDDEN, next_step="", calls=())


def _is_wanted(by: Member, lead: KeptLead, wanted: Wanted, now: datetime) -> bool:
    if wanted.state is None and lead.state is LeadState.CLOSED:
        return False  # shown only where they are asked for
    return (
        (not wanted.commune or lead.commune == wanted.commune)
        and (wanted.whose != "mine" or lead.owner_id == by.id)
        and (wanted.whose != "free" or lead.owner_id is None)
        and (not wanted.resting or _rests(lead, now))
    )


def _rests(lead: KeptLead, now: datetime) -> bool:
    return lead.rises_at is not None and lead.rises_at < now


def _names(tx: sa.Connection) -> dict[int, str]:
    return {each.member.id: each.member.name for each in staff.every(tx)}
