"""Which open vacancies may fit a job-seeker, and which seekers a vacancy, each with its reasons (core/matching.py)."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Final

from bot.core.catalogue import Catalogue
from bot.core.leads import LeadState
from bot.core.matching import Match, best, match
from bot.core.staff import Member
from bot.core.vacancies import KeptVacancy
from bot.services import access
from bot.services.access import Right
from bot.services.lead_lists import LeadLists, Shown, Wanted
from bot.services.ports import Clock
from db import vacancies
from db.engine import Database

MOST: Final = 5  # a counsellor on the phone reads no more


class Matches:
    def __init__(
        self, database: Database, clock: Clock, zone: tzinfo, lists: LeadLists, catalogue: Callable[[], Catalogue]
    ) -> None:
        self._database, self._clock, self._zone = database, clock, zone
        self._lists, self._catalogue = lists, catalogue

    async def vacancies_for(self, shown: Shown) -> Sequence[tuple[KeptVacancy, Match]]:
        """The best open vacancies for a lead, as far as whoever looks may read it."""
        if shown.lead.state in (LeadState.CLOSED, LeadState.PLACED):
            return ()
        today = self._clock.now().astimezone(self._zone).date()
        trades, answers = self._catalogue().trades, shown.record.answers
        found = await self._database.read(lambda tx: vacancies.open_on(tx, today))
        return best([(each, match(answers, each.vacancy, trades)) for each in found], MOST)

    async def leads_for(self, by: Member, kept: KeptVacancy) -> Sequence[tuple[Shown, Match]]:
        """The best leads of their communes for a vacancy, masked where they are not theirs; the look is noted."""
        if not access.may(by, Right.SEE_LEADS):
            return ()
        trades = self._catalogue().trades
        looking = [
            each for each in await self._lists.all(by, Wanted(), "listed") if each.lead.state is not LeadState.PLACED
        ]
        return best([(each, match(each.record.answers, kept.vacancy, trades)) for each in looking], MOST)
