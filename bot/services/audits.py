"""Reading the audit: by day, by member, by kind of deed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

import sqlalchemy as sa

from bot.core.staff import Member
from bot.services import access
from bot.services.access import Right
from bot.services.ports import Clock
from db import audit, staff
from db.audit import Entry, Wanted
from db.engine import Database

PAGE: Final = 100  # entries
MOST: Final = 100_000  # entries that are taken along at once


@dataclass(frozen=True, slots=True)
class Filter:
    """`day` is a local day; `below`: only entries older than this one."""

    by: int | None = None
    day: date | None = None
    deed: str = ""
    below: int | None = None


class Audits:
    def __init__(self, database: Database, clock: Clock, zone: tzinfo) -> None:
        self._database, self._clock, self._zone = database, clock, zone

    async def read(self, by: Member, chosen: Filter) -> Sequence[Entry]:
        """Return a page of entries, newest first. Raises NotAllowed."""
        wanted = self._wanted(chosen)

        def work(tx: sa.Connection) -> Sequence[Entry]:
            access.confirm(tx, by, Right.READ_AUDIT)
            return audit.read(tx, wanted, PAGE)

        return await self._database.read(work)

    async def export(self, by: Member, chosen: Filter) -> Sequence[Entry]:
        """Return all entries, newest first, to take along; note that they were taken. Raises NotAllowed."""
        wanted, now = self._wanted(replace(chosen, below=None)), self._clock.now()

        def work(tx: sa.Connection) -> Sequence[Entry]:
            access.confirm(tx, by, Right.READ_AUDIT)
            access.confirm(tx, by, Right.EXPORT)
            audit.note(tx, by.id, "exported", "audit", "", now)
            return audit.read(tx, wanted, MOST)

        return await self._database.write(work)

    def _wanted(self, chosen: Filter) -> Wanted:
        since = until = None
        if chosen.day is not None:
            since = datetime.combine(chosen.day, time(), self._zone)
            until = datetime.combine(chosen.day + timedelta(days=1), time(), self._zone)
        return Wanted(chosen.by, chosen.deed, since, until, chosen.below)

    async def members(self, by: Member) -> Sequence[Member]:
        """Return all who may stand in it, by name. Raises NotAllowed."""

        def work(tx: sa.Connection) -> list[Member]:
            access.confirm(tx, by, Right.READ_AUDIT)
            return [each.member for each in staff.every(tx)]

        return await self._database.read(work)
