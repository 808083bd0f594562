"""The numbers of the work on job-seekers (core/tallies.py), for the communes that a member works for."""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta, tzinfo

from bot.core.hours import Hours
from bot.core.leads import LeadState
from bot.core.staff import Member
from bot.core.tallies import Counted, Tallies, count
from bot.services import access
from bot.services.access import NotAllowed, Right
from bot.services.ports import Clock
from db import leads
from db.engine import Database
from db.leads import Times


class LeadFigures:
    """`hours`, `patience`: as services/leads.py has them."""

    def __init__(
        self, database: Database, clock: Clock, zone: tzinfo, hours: Callable[[], Hours], patience: timedelta
    ) -> None:
        self._database, self._clock, self._zone = database, clock, zone
        self._hours, self._patience = hours, patience

    async def read(self, by: Member, communes: Collection[str]) -> tuple[Tallies, Collection[str]]:
        """Return the numbers, and the communes they are of: of `communes` (all there are) those that `by` may see."""
        if not access.may(by, Right.SEE_FIGURES):
            raise NotAllowed(by, Right.SEE_FIGURES)
        scope = access.scope(by, Right.SEE_FIGURES)
        own = [code for code in communes if scope is None or code in scope]
        today, hours = self._clock.now().astimezone(self._zone).date(), self._hours()
        kept = await self._database.read(lambda tx: leads.times(tx, own))
        counted = [self._counted(each) for each in kept]
        # Working time of ten thousand registrations takes a while: not on the loop that answers everybody.
        return await asyncio.to_thread(count, counted, own, tuple(LeadState), today, hours, self._patience), own

    def _counted(self, each: Times) -> Counted:
        return Counted(
            each.commune, each.state, each.created_at.astimezone(self._zone), self._local(each.reached_at),
            self._local(each.placed_at), each.result_90,
        )  # fmt: skip

    def _local(self, moment: datetime | None) -> datetime | None:
        return None if moment is None else moment.astimezone(self._zone)
