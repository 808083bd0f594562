"""The staff: invite, give roles, send a new link, end. Each change stands in the audit, by the same transaction.

Nobody changes or ends themselves, and whoever changes others is an active admin within that very transaction: so one
admin is always left, also where two end each other at the same moment.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from bot.core.staff import Member, Role, Standing, clean_name
from bot.services import access, invitations
from bot.services.access import Right
from bot.services.ports import Clock
from bot.services.sealed import Sealed
from db import audit, sign_ins
from db import staff as rows
from db.engine import Database

Listed = rows.Listed


class Trouble(StrEnum):
    """Why a change of the staff was not made."""

    NO_NAME = "no_name"
    NAME_TAKEN = "name_taken"
    NO_ROLE = "no_role"
    NO_COMMUNE = "no_commune"  # a counsellor works for communes
    ODD_COMMUNE = "odd_commune"  # a code that is no commune of today
    OWN = "own"  # not one's own roles, link or end
    NOT_THERE = "not_there"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Invited:
    """`token` is the one-time link's; it is shown once and kept nowhere."""

    member: Member
    token: str
    until: datetime


class Staff:
    """`communes`: codes of the units of today. `by` None is the server itself, on its command line."""

    def __init__(
        self, database: Database, sealed: Sealed, clock: Clock, communes: Callable[[], Collection[str]]
    ) -> None:
        self._database, self._sealed, self._clock, self._communes = database, sealed, clock, communes

    async def invite(
        self, by: Member | None, name: str, roles: Collection[Role], communes: Collection[str]
    ) -> Invited | Trouble:
        """Add a member and make their one-time link."""
        name, now = clean_name(name), self._clock.now()
        if not name:
            return Trouble.NO_NAME
        if (wrong := self._wrong(roles, communes)) is not None:
            return wrong

        def work(tx: sa.Connection) -> Invited | Trouble:
            if by is not None:
                access.confirm(tx, by, Right.MANAGE_STAFF)
            member = rows.add(tx, name, roles, communes, now)
            return Trouble.NAME_TAKEN if member is None else self._link(tx, by, member, "invited", now)

        return await self._database.write(work)

    async def first_link(self) -> Invited | None:
        """Make the first administrator's link, anew as long as nobody came; None where there is staff already."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> Invited | None:
            if not rows.is_waiting_for_first(tx):
                return None
            kept = rows.find_named(tx, "")
            first = kept.member if kept else rows.add(tx, "", {Role.ADMIN}, (), now)
            return None if first is None else self._link(tx, None, first, "linked" if kept else "invited", now)

        return await self._database.write(work)

    async def link(self, by: Member | None, staff_id: int) -> Invited | Trouble:
        """Make a new one-time link for somebody who lost password or phone: until it is used they cannot sign in."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> Invited | Trouble:
            member = _changeable(tx, by, staff_id)
            if isinstance(member, Trouble):
                return member
            rows.lock(tx, staff_id, Standing.INVITED)
            sign_ins.end_all(tx, staff_id)
            return self._link(tx, by, member, "linked", now)

        return await self._database.write(work)

    async def assign(
        self, by: Member, staff_id: int, roles: Collection[Role], communes: Collection[str]
    ) -> Trouble | None:
        """Give a member these roles and communes and no others."""
        if (wrong := self._wrong(roles, communes)) is not None:
            return wrong
        now = self._clock.now()

        def work(tx: sa.Connection) -> Trouble | None:
            member = _changeable(tx, by, staff_id)
            if isinstance(member, Trouble):
                return member
            rows.assign(tx, staff_id, roles, communes)
            audit.note(tx, by.id, "assigned", access.STAFF.name, staff_id, now)
            return None

        return await self._database.write(work)

    async def end(self, by: Member, staff_id: int) -> Trouble | None:
        """End somebody's access at once; what they did stays in the audit."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> Trouble | None:
            member = _changeable(tx, by, staff_id)
            if isinstance(member, Trouble):
                return member
            rows.lock(tx, staff_id, Standing.ENDED, now)
            rows.withdraw(tx, staff_id)
            sign_ins.end_all(tx, staff_id)
            audit.note(tx, by.id, "ended", access.STAFF.name, staff_id, now)
            return None

        return await self._database.write(work)

    async def named(self, name: str) -> Member | None:
        kept = await self._database.read(lambda tx: rows.find_named(tx, name))
        return None if kept is None else kept.member

    async def every(self, by: Member, right: Right = Right.SEE_STAFF) -> Sequence[Listed]:
        """Return the members that `by` may see, or may take along (Right.EXPORT), and note that they did."""
        now, deed = self._clock.now(), "exported" if right is Right.EXPORT else "listed"

        def work(tx: sa.Connection) -> list[Listed]:
            today = access.confirm(tx, by, right)
            audit.note(tx, by.id, deed, access.STAFF.name, "", now)
            return [each for each in rows.every(tx) if access.reaches(today, right, each.member.communes)]

        return await self._database.write(work)

    async def one(self, by: Member, staff_id: int) -> Member | None:
        """Return a member's record for `by`, noted in the audit; None for one that is not theirs to see."""
        now = self._clock.now()
        return await self._database.write(lambda tx: access.fetch(tx, by, access.STAFF, staff_id, now))

    def _wrong(self, roles: Collection[Role], communes: Collection[str]) -> Trouble | None:
        if not roles:
            return Trouble.NO_ROLE
        if not set(communes) <= set(self._communes()):
            return Trouble.ODD_COMMUNE
        return Trouble.NO_COMMUNE if Role.COUNSELLOR in roles and not communes else None

    def _link(self, tx: sa.Connection, by: Member | None, member: Member, deed: str, now: datetime) -> Invited:
        token = invitations.issue(tx, self._sealed, member, now)
        audit.note(tx, by.id if by else None, deed, access.STAFF.name, member.id, now)
        return Invited(member, token, now + invitations.VALID)


def expired_links(tx: sa.Connection, member: Member, now: datetime) -> int:
    """How many invited people wait for a new link: theirs ran out. A queue of those who may make one."""
    if not access.may(member, Right.MANAGE_STAFF):
        return 0
    return sum(is_expired(each, now) for each in rows.every(tx))


def is_expired(listed: Listed, now: datetime) -> bool:
    until = listed.link_until
    return listed.member.standing is Standing.INVITED and until is not None and until <= now


def _changeable(tx: sa.Connection, by: Member | None, staff_id: int) -> Member | Trouble:
    if by is not None:
        access.confirm(tx, by, Right.MANAGE_STAFF, of=[staff_id])
    member = rows.find(tx, staff_id)
    if member is None:
        return Trouble.NOT_THERE
    if by is not None and by.id == staff_id:
        return Trouble.OWN
    return Trouble.ENDED if member.standing is Standing.ENDED else member
