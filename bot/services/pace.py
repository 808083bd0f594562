"""A channel's allowance: evenly spaced sends, and the platform's word to wait."""

from datetime import datetime, timedelta
from typing import Final

from bot.services.ports import Clock

NEAR: Final = timedelta(seconds=5)  # two addresses told to wait within this: the whole channel is meant
AHEAD: Final = timedelta(milliseconds=20)  # a send is begun (and noted) so long before its slot at most


class Pace:
    """One view of what a channel may send. `rate`: messages a second; None: as fast as they come."""

    def __init__(self, clock: Clock, rate: float | None = None) -> None:
        self._clock = clock
        self._gap = timedelta(seconds=1 / rate) if rate else timedelta(0)
        self._next = clock.now()  # slot
        self._stopped_until = clock.now()
        self._last_told: tuple[int, datetime] | None = None  # address, when

    def room(self, most: int) -> int:
        """How many messages may be begun now, up to `most`: those whose slot comes within AHEAD."""
        if self.wait():
            return 0
        if not self._gap:
            return most
        now = self._clock.now()
        return min(most, (now + AHEAD - max(now, self._next)) // self._gap + 1)

    def wait(self) -> timedelta:
        """How long there will be no room; zero when there is some."""
        return max(self._next - AHEAD - self._clock.now(), self.stopped_for(), timedelta(0))

    def take_slot(self) -> timedelta:
        """Take the next slot; return how long it is until then. No burst makes up for idle time."""
        now = self._clock.now()
        mine = max(now, self._next)
        self._next = mine + self._gap
        return mine - now

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
