"""Staff who are told in Telegram that something waits: binding by a code, and telling. Off without Telegram.

The code of an account page counts for up to two hours and once: it is a keyed hash of the member, the hour and the
address bound before. What is told holds a link to the console, and nothing of the person.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final

import sqlalchemy as sa

from bot.core.staff import Member
from bot.core.types import Address, Language, Reply
from bot.services import access, outbox
from bot.services.outbox import Say
from bot.services.patience import patiently
from bot.services.ports import Clock, Outlet, Platform
from bot.services.sealed import Sealed
from db import handovers, staff
from db.engine import Database

BINDABLE: Final = ("telegram",)
EVERY: Final = 20.0  # seconds between two looks for something that staff were not told of
HOUR: Final = timedelta(hours=1)


def read(tx: sa.Connection, sealed: Sealed, code: str, now: datetime) -> int | None:
    """Return the number of the member whose code this is; None for one that does not count."""
    number, _, mark = code.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    member, bound = staff.find(tx, int(number)), staff.bound(tx).get(int(number))
    if member is None or not access.may(member, access.Right.ANSWER):
        return None
    fits = (compare_digest(mark.encode(), _mark(sealed, member.id, bound, at).encode()) for at in (now, now - HOUR))
    return member.id if any(list(fits)) else None


def _mark(sealed: Sealed, staff_id: int, bound: int | None, at: datetime) -> str:
    return sealed.mark(f"bind {staff_id} {bound} {at:%Y-%m-%d %H}")


class Bindings:
    """`link` is the console's page of handovers, "" where the service does not know its own address.

    A part for supervision (`run`, `alive_at`).
    """

    def __init__(
        self,
        database: Database,
        sealed: Sealed,
        clock: Clock,
        say: Say,
        outlets: Mapping[str, Outlet],
        link: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.alive_at = clock.now()
        self._database, self._sealed, self._clock, self._say = database, sealed, clock, say
        self._outlets, self._link, self._sleep = outlets, link, sleep

    async def standing(self, by: Member) -> tuple[str, bool]:
        """Return the code with which this member connects Telegram, and whether they have already."""
        now = self._clock.now()
        bound = (await self._database.read(staff.bound)).get(by.id)
        return f"{by.id}-{_mark(self._sealed, by.id, bound, now)}", bound is not None

    async def run(self) -> None:
        """Tell staff until cancelled."""
        while True:
            await patiently(self.tell, self._sleep)
            self.alive_at = self._clock.now()
            await self._sleep(EVERY)

    async def tell(self) -> None:
        """Tell whoever may have it, once, that something new waits."""
        if not await self._database.read(handovers.untold):
            return
        now = self._clock.now()
        if await self._database.write(lambda tx: self._tell(tx, now)):
            for outlet in self._outlets.values():
                outlet.wake()

    def _tell(self, tx: sa.Connection, now: datetime) -> bool:
        waiting, bound = handovers.untold(tx), staff.bound(tx)
        members = [each.member for each in staff.every(tx) if each.member.id in bound]
        to = [bound[each.id] for each in members if any(access.reaches_handover(each, one) for one in waiting)]
        message = self._say(Reply("handover.waits", {"link": self._link}), Language.VI, "")
        for address_id in to:
            outbox.put(tx, self._sealed, _unsettled, address_id, message, now)
        handovers.note_told(tx, [each.id for each in waiting], now)
        return bool(to)


def _unsettled(_address: Address) -> Platform:
    return Platform()
