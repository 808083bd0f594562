"""Reads who subscribed, and chooses who gets a campaign (core/audience.py)."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa

from bot.core.audience import Picture, Reach, Subscriber, choose
from bot.core.campaigns import Campaign
from bot.core.types import Language
from bot.services.ports import Platform
from bot.services.sealed import Sealed
from db import addresses, audience
from db.audience import Row
from db.engine import Database


class Audiences:
    """`served`: the channels that are there at this moment."""

    def __init__(
        self,
        database: Database,
        sealed: Sealed,
        platforms: Mapping[str, Platform],
        served: Callable[[], frozenset[str]],
    ) -> None:
        self._database, self._sealed, self._platforms, self._served = database, sealed, platforms, served

    async def of(self, campaign: Campaign, now: datetime) -> Picture:
        """Return who would get it now, and how many would not, and why."""

        def read(tx: sa.Connection) -> tuple[Sequence[Row], Mapping[int, Mapping[str, str]]]:
            return audience.rows(tx, campaign.subject), audience.told(tx)

        rows, told = await self._database.read(read)
        return await asyncio.to_thread(self._choose, campaign, rows, told, now)

    def _choose(
        self, campaign: Campaign, rows: Sequence[Row], told: Mapping[int, Mapping[str, str]], now: datetime
    ) -> Picture:
        subscribers = (
            Subscriber(person, tuple(self._reach(row) for row in of_one), told.get(person, {}))
            for person, of_one in groupby(rows, key=lambda row: row.person)
        )
        return choose(subscribers, campaign.audience, self._served(), now)

    def _reach(self, row: Row) -> Reach:
        platform = self._platforms.get(row.channel, Platform())
        language = Language(row.language) if row.language in set(Language) else Language.VI
        if row.session is not None:
            language = self._sealed.read_session(row.session).language
        is_stopped = row.state != addresses.ACTIVE
        return Reach(row.address_id, row.channel, platform.is_settled, is_stopped, row.seen_at, language)
