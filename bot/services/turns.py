"""Events in, receipts out: `take` returns after the commit of the event's turn. One worker, natural batches.

While a batch is being committed the next one gathers; waiting longer for more buys nothing (measured). Events of one
address are stored in the order they came, never n+1 while n is only in memory. When the database is away the batch
is kept and tried again with growing waits, and its callers wait.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import Final

from bot.core.errors import BotError
from bot.core.text import clean
from bot.core.types import Address, Incoming, Kind
from bot.services.answering import Answering, LooksAt, MakeWorld, Render, Step, Talk, key_of, where
from bot.services.patience import patiently
from bot.services.ports import Clock, Outlet, Platform, Receipt
from bot.services.sealed import Sealed
from db.engine import Database, is_away
from db.inbox import EventKey

BATCH: Final = 64  # events a transaction: a lock held longer would be felt by the sender
IDLE: Final = 10.0  # seconds without events after which the worker shows that it lives

_LOG: Final = logging.getLogger(__name__)


class Stopping(BotError):
    """The service stops; what was not committed yet was not acknowledged either."""


class Turns:
    """ports.Intake. `run` is the worker, one in a process; without it `take` waits.

    `platforms`: by channel, what each can carry. `outlets`: the senders of those that are not settled by
    the commit. `alive_at` is the worker's last sign of life; it stands still while the database is away.
    """

    def __init__(
        self,
        database: Database,
        sealed: Sealed,
        clock: Clock,
        *,
        step: Step,
        looks_at: LooksAt,
        world: MakeWorld,
        render: Render,
        zone: tzinfo,
        platforms: Mapping[str, Platform],
        outlets: Mapping[str, Outlet],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.alive_at = clock.now()
        self._clock, self._sleep = clock, sleep
        self._answering = Answering(
            database,
            sealed,
            clock,
            Talk(step, looks_at, world, render),
            zone=zone,
            platforms=platforms,
            outlets=outlets,
        )
        self._queue: deque[Incoming] = deque()
        self._asked: dict[EventKey, tuple[Address, asyncio.Future[Receipt]]] = {}
        self._has_work = asyncio.Event()
        self._stopped = False

    async def take(self, event: Incoming) -> Receipt:
        """Store the event, run its turn, return after the commit. Raises nothing the event's content may cause.

        The same event again, also while the first is on its way, returns the first turn's replies, `repeated`.
        A caller that is cancelled leaves its event to the worker. Raises Stopping when the service ends before.
        """
        event = self._fit(event)
        key = key_of(event)
        on_its_way = self._asked.get(key)
        if on_its_way is not None:
            return replace(await asyncio.shield(on_its_way[1]), repeated=True)
        if self._stopped:
            raise Stopping("The service is stopping; nothing of this event was stored.")
        answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._asked[key] = event.address, answer
        self._queue.append(event)
        self._has_work.set()
        return await asyncio.shield(answer)

    async def take_many(self, events: Sequence[Incoming]) -> list[Receipt | BaseException]:
        """Take a poll's events together; return in their order what `take` would return or raise."""
        return await asyncio.gather(*(self.take(event) for event in events), return_exceptions=True)

    async def settle(self, address: Address) -> None:
        """Wait until nothing of this address is on its way."""
        while pending := [answer for mine, answer in self._asked.values() if mine == address]:
            await asyncio.wait(pending)

    async def run(self) -> None:
        """Answer events until cancelled; first those that an earlier process stored and did not answer."""
        try:
            await self._patiently(self.resume)
            while True:
                batch = await self._gather()
                if batch:
                    await self._answer(batch)
                self.alive_at = self._clock.now()
        finally:
            self._stop()

    async def resume(self) -> None:
        """Run the turns of stored events, in order. `run` does so before anything new."""
        for row in await self._answering.waiting():
            receipt = await self._answering.alone(row)
            self._resolve((row.channel, row.event_id), receipt)
            self.alive_at = self._clock.now()

    async def _gather(self) -> list[Incoming]:
        """Return what waits, up to BATCH; nothing when nothing came for IDLE seconds."""
        if not self._queue:
            self._has_work.clear()
            try:
                async with asyncio.timeout(IDLE):
                    await self._has_work.wait()
            except TimeoutError:
                return []
        return [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]

    async def _answer(self, batch: list[Incoming]) -> None:
        try:
            await self._patiently(lambda: self._together(batch))
            if any(key_of(event) in self._asked for event in batch):
                await self._patiently(self.resume)
        except Exception as error:  # a bug of ours; the service goes on, these callers are told
            _LOG.error("A batch of %d events could not be stored: %s", len(batch), where(error))
            for event in batch:
                self._fail(key_of(event), BotError("The event could not be stored; the log says why."))

    async def _together(self, batch: list[Incoming]) -> None:
        try:
            receipts = await self._answering.together(batch)
        except Exception as error:  # rows that the database will never take
            if is_away(error):
                raise
            _LOG.warning("A batch of %d events is tried one by one: %s", len(batch), where(error))
            receipts = await self._answering.together(batch, one_by_one=True)
        for key, receipt in receipts.items():
            self._resolve(key, receipt)

    async def _patiently(self, work: Callable[[], Awaitable[None]]) -> None:
        await patiently(work, self._sleep)

    def _fit(self, event: Incoming) -> Incoming:
        """Return the event as every database can hold it; what cannot be made to fit becomes UNREADABLE."""
        address = Address(clean(str(event.address.channel)), clean(str(event.address.chat)))
        received = event.received if event.received.tzinfo else self._clock.now()
        try:
            kind, text = Kind(event.kind), clean(event.text)
        except (ValueError, TypeError, AttributeError):  # text that is none, a kind nobody knows
            kind, text = Kind.UNREADABLE, ""
        return Incoming(address, clean(str(event.event_id)), kind, text, received.astimezone(UTC))

    def _resolve(self, key: EventKey, receipt: Receipt) -> None:
        _, answer = self._asked.pop(key, (None, None))
        if answer is not None and not answer.done():
            answer.set_result(receipt)

    def _fail(self, key: EventKey, reason: BotError) -> None:
        _, answer = self._asked.pop(key, (None, None))
        if answer is not None and not answer.done():
            answer.set_exception(reason)
            answer.exception()  # its caller may have gone: nobody has to hear it

    def _stop(self) -> None:
        self._stopped = True
        for key in list(self._asked):
            self._fail(key, Stopping("The service is stopping; the event was not acknowledged. Send it again."))
