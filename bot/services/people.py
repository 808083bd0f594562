"""What a person may see and take back: their conversation."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from bot.core.types import Address, Language, Said
from bot.services.erasing import erase_person
from bot.services.outbox import GUARDED_FOR
from bot.services.ports import Clock
from bot.services.sealed import Sealed
from db import addresses, deliveries, handovers, messages, sessions
from db.engine import Database

_LOG: Final = logging.getLogger(__name__)


class People:
    """ports.Conversations. `settle` waits until nothing of an address is on its way (`Turns.settle`)."""

    def __init__(
        self, database: Database, sealed: Sealed, clock: Clock, settle: Callable[[Address], Awaitable[None]]
    ) -> None:
        self._database, self._sealed, self._clock, self._settle = database, sealed, clock, settle

    async def web_address(self, token: str) -> Address:
        """Return the address of a cookie: a keyed hash. After a change of keys people are known by their older one."""
        hashes = self._sealed.hashes(token)
        if len(hashes) == 1:
            return Address("web", hashes[0])
        kept = await self._database.read(lambda tx: addresses.known(tx, "web", hashes))
        return Address("web", next((each for each in hashes if each in kept), hashes[0]))

    async def read(self, address: Address) -> Sequence[Said]:
        """What a page may show of this address's conversation, oldest first: what is kept, guarded news."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> list[messages.KeptMessage]:
            number = addresses.find(tx, address)
            return [] if number is None else messages.read(tx, number, now=now)

        return [self._sealed.read_said(row) for row in await self._database.read(work)]

    async def note_seen(self, address: Address, until: datetime) -> None:
        """Note that a page was served that held what staff wrote, or an announcement, up to that moment."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> None:
            number = addresses.find(tx, address)
            if number is not None:
                messages.note_seen(tx, number, until, now + GUARDED_FOR)
                deliveries.note_seen(tx, number, until, now)

        await self._database.write(work)

    async def standing(self, address: Address) -> tuple[Language | None, bool]:
        """The conversation's language (None: nothing is kept of it), and whether a handover waits."""

        def work(tx: sa.Connection) -> tuple[sessions.Kept | None, bool]:
            number = addresses.find(tx, address)
            if number is None:
                return None, False
            return sessions.load(tx, [number]).get(number), handovers.is_open(tx, number)

        kept, waits = await self._database.read(work)
        return (None if kept is None else self._sealed.read_session(kept.body).language), waits

    async def erase(self, address: Address, *, whole: bool = False) -> None:
        """Erase all that is kept of an address (`whole`: of all that are linked with it) and the address, at once.

        An event on its way is answered before: its turn would otherwise bring the conversation back.
        """
        for each in await self._database.read(lambda tx: _of_person(tx, address)) if whole else [address]:
            await self._settle(each)

        def work(tx: sa.Connection) -> None:
            number = addresses.find(tx, address)
            if number is not None:
                for each in erase_person(tx, number, self._clock.now(), whole=whole):
                    self._sealed.note_erased(addresses.address_of(tx, each))
                    addresses.forget(tx, each)

        await self._database.write(work)
        if not await self._database.scrub():
            _LOG.info("The log still holds erased rows, a reader was in the way; the sweep tries again.")


def _of_person(tx: sa.Connection, address: Address) -> list[Address]:
    number = addresses.find(tx, address)
    return [] if number is None else [addresses.address_of(tx, each) for each in addresses.of_person(tx, number)]
