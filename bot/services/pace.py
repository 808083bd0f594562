"""A channel's allowance: evenly spaced sends, and the platform's word to wait."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from bot.services.ports import Clock

NEAR: Final = timedelta(seconds=5)  # two addresses told to wait within this: the whole channel is meant


class Pace:
    """One view of what a channel may send. `rate`: messages a second; None: as fast as they come."""

    def __init__(
        self,
        clock: Clock,
        rate: float | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._gap = timedelta(seconds=1 / rate) if rate else timedelta(0)
        self._next = clock.now()
        self._stopped_until = clock.now()
        self._last_told: tuple[int, datetime] | None = None  # address, when

    async def slot(self) -> None:
        """Wait for the next moment at which a message may leave. No burst makes up for idle time."""
        if not self._gap:
            return
        now = self._clock.now()
        mine = max(now, self._next)
        self._next = mine + self._gap
        if mine > now:
            await self._sleep((mine - now).total_seconds())

    def told_to_wait(self, address_id: int, wait: timedelta) -> None:
        """Note that the platform made an address wait: that address alone, unless another one was told just before."""
        now = self._clock.now()
        if self._last_told is not None:
            other, moment = self._last_told
            if other != address_id and now - moment <= NEAR:
                self._stopped_until = max(self._stopped_until, now + wait)
        self._last_told = address_id, now

    def stopped_for(self) -> timedelta:
        """How much longer nothing may leave at all; zero when sends may go on."""
        return max(self._stopped_until - self._clock.now(), timedelta(0))
