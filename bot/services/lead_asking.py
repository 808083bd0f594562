"""Asks seekers later what becomes of them (core/lead_questions.py): once, in the chat they registered from, by day."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, tzinfo
from typing import Final

import sqlalchemy as sa

from bot.core.lead_questions import (
    DAYTIME,
    FIRST_RESULT,
    LAST_RESULT,
    SILENT,
    TOO_LATE,
    PlacementResult,
    Question,
    buttons,
    question_of,
)
from bot.core.types import Address, Language, Reply
from bot.services import outbox
from bot.services.outbox import Say
from bot.services.patience import patiently
from bot.services.ports import Clock, Outlet, Platform
from bot.services.registrations import KIND, standing_of
from bot.services.sealed import Sealed
from db import audit, leads
from db.engine import Database
from db.leads import KeptLead

EVERY: Final = 30.0  # seconds between two looks: supervision calls a part dead that gave no sign for a minute
BATCH: Final = 100  # leads in one transaction


class LeadAsking:
    """A part for supervision (`run`, `alive_at`)."""

    def __init__(
        self,
        database: Database,
        sealed: Sealed,
        clock: Clock,
        zone: tzinfo,
        say: Say,
        platforms: Mapping[str, Platform],
        outlets: Mapping[str, Outlet],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.alive_at = clock.now()
        self._database, self._sealed, self._clock, self._zone = database, sealed, clock, zone
        self._say, self._platforms, self._outlets, self._sleep = say, platforms, outlets, sleep

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            await patiently(self.ask, self._sleep)
            self.alive_at = self._clock.now()
            await self._sleep(EVERY)

    async def ask(self) -> int:
        """Ask whoever is to be asked now; return how many were. At night nobody is."""
        now = self._clock.now()
        if not DAYTIME[0] <= now.astimezone(self._zone).time() < DAYTIME[1]:
            return 0
        lengths = (SILENT, FIRST_RESULT, LAST_RESULT, TOO_LATE)
        due = await self._database.read(lambda tx: leads.silent_or_placed(tx, *(now - each for each in lengths)))
        asked = 0
        for start in range(0, len(due), BATCH):
            numbers = due[start : start + BATCH]
            asked += await self._database.write(
                lambda tx, numbers=numbers: self._ask(tx, numbers, now)  # type: ignore[misc]
            )
        if asked:
            for outlet in self._outlets.values():
                outlet.wake()
        return asked

    def _ask(self, tx: sa.Connection, numbers: list[int], now: datetime) -> int:
        """Return how many were asked; of whom the chat takes nothing, that is noted."""
        asked = 0
        for number in numbers:
            lead = leads.hold(tx, number)
            question = None if lead is None else question_of(standing_of(lead), now)
            if lead is not None and question is not None:
                is_told = self._put(tx, lead, question, now)
                result = PlacementResult.ASKED if is_told else PlacementResult.UNREACHED
                change = {"reconfirm_at": now} if question is Question.LOOKING else {f"result_{question}": result}
                leads.save(tx, lead.id, change)
                if is_told:
                    asked += 1
                    audit.note(tx, None, "asked", KIND, lead.id, now)
        return asked

    def _put(self, tx: sa.Connection, lead: KeptLead, question: Question, now: datetime) -> bool:
        if lead.address_id is None:
            return False
        receipt = self._sealed.read_lead(lead.body).receipt
        days = 0 if question is Question.LOOKING else int(question)
        key = "lead.still_looking" if question is Question.LOOKING else "lead.still_working"
        reply = Reply(key, {"receipt": receipt, "is_other": lead.is_other, "days": days}, buttons(lead.id, question))
        told = self._say(reply, Language(lead.language), lead.commune)
        return outbox.put(tx, self._sealed, self._platform, lead.address_id, told, now)

    def _platform(self, address: Address) -> Platform:
        return self._platforms.get(address.channel, Platform())
