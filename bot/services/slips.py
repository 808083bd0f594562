"""Slips for the commune, opened again: the paper for whoever holds the code, the answers for staff who may see them.

A code has 80 bits; staff who try many all the same are slowed down. Judging and rendering go to a thread: on a day
that nobody asked for yet it takes longer than the event loop may be held up.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Final

import sqlalchemy as sa

from bot.core.interview import slip as core
from bot.core.staff import Member
from bot.core.types import Language, Rendered, Reply, Slip
from bot.core.world import World
from bot.services import access
from bot.services.access import RecordKind, Right
from bot.services.ports import Clock, Paper
from bot.services.sealed import Sealed
from bot.services.throttle import Throttle
from db import slips
from db.engine import Database
from db.slips import KeptSlip

FREE: Final = 30  # codes that a member may look up before the first wait; one that is right forgives the others

MakeWorld = Callable[[date], World]
Render = Callable[[Reply, Language, date, str], Rendered]  # the last is the commune's code, "" if unknown


SLIP: Final[RecordKind[KeptSlip]] = RecordKind("slip", Right.OPEN_SLIPS, slips.find, lambda slip: {slip.commune})


@dataclass(frozen=True, slots=True)
class Opened:
    """What staff see. `told`: the answers, in the mini markup; `now`: the result as of today, None where the paper's
    day is today."""

    number: int
    told: str
    paper: Paper
    now: Paper | None


class Slips:
    """`world`: what may be looked at on a day; `zone` is where a day begins."""

    def __init__(
        self,
        database: Database,
        sealed: Sealed,
        clock: Clock,
        throttle: Throttle,
        *,
        world: MakeWorld,
        render: Render,
        zone: tzinfo,
    ) -> None:
        self._database, self._sealed, self._clock, self._throttle = database, sealed, clock, throttle
        self._world, self._render, self._zone = world, render, zone

    async def paper(self, typed: str) -> Paper | None:
        """Return the paper of a code, in its person's language; None for a code that opens nothing (any more)."""
        code, today = core.read_code(typed), self._today()
        if not code:
            return None
        hashes = self._sealed.slip_hashes(code)
        kept = await self._database.read(lambda tx: slips.find_coded(tx, hashes, today))
        if kept is None:
            return None
        slip = self._sealed.read_slip(kept.body)
        return await asyncio.to_thread(self._paper, code, kept, slip, slip.day, slip.language, for_staff=False)

    async def open(self, by: Member, typed: str, language: Language) -> Opened | timedelta | None:
        """Open a slip for a member, noted in the audit. None: none of theirs; a time: so long to wait first."""
        code, today, now = core.read_code(typed), self._today(), self._clock.now()
        hashes, tries = self._sealed.slip_hashes(code), self._throttle.codes(by.id)

        def work(tx: sa.Connection) -> KeptSlip | timedelta | None:
            wait = self._throttle.take(tx, {tries: FREE}, now)
            if wait:
                return wait
            coded = slips.find_coded(tx, hashes, today) if code else None
            kept = access.fetch(tx, by, SLIP, coded.id, now) if coded else None
            if kept is not None:
                self._throttle.forget(tx, tries)
            return kept

        kept = await self._database.write(work)
        if not isinstance(kept, KeptSlip):
            return kept
        slip = self._sealed.read_slip(kept.body)
        return await asyncio.to_thread(self._opened, code, kept, slip, today, language)

    def _opened(self, code: str, kept: KeptSlip, slip: Slip, today: date, language: Language) -> Opened:
        then = self._paper(code, kept, slip, slip.day, language, for_staff=True)
        now = None if slip.day == today else self._paper(code, kept, slip, today, language, for_staff=True)
        told = self._render(core.told(slip, self._world(slip.day)), language, slip.day, slip.commune).text
        return Opened(kept.id, told, then, now)

    def _paper(self, code: str, kept: KeptSlip, slip: Slip, day: date, language: Language, *, for_staff: bool) -> Paper:
        world = self._world(day)
        parts: Mapping[str, str] = {
            reply.key.removeprefix("slip."): self._render(reply, language, day, slip.commune).text
            for reply in (Reply("slip.page_for"), *core.paper(slip, world, for_staff=for_staff))
        }
        version = world.catalogue.version
        return Paper(code, language, day, kept.last_day, slip.version, version, parts)

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()
