"""The sender: replies out of the outbox, oldest first, one in flight for each address. May stop and start anywhere.

`sending` is committed for each row immediately before its request, so that after a crash it is known what may have
arrived. At start a reply in `sending` is sent again: better twice than never. Notes that come together share a commit.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

import sqlalchemy as sa

from bot.core.types import Attempt, Outcome
from bot.services.pace import Pace
from bot.services.patience import patiently
from bot.services.ports import Clock, Sender
from bot.services.sealed import Sealed
from db import addresses, messages
from db.engine import Database
from db.messages import Progress, ToSend

IN_FLIGHT: Final = 16  # requests at once: more cost CPU and bring nothing (measured)
CLAIM: Final = 64  # rows reserved at once
LEASE: Final = timedelta(minutes=1)  # a row reserved longer than this is free again
IDLE: Final = 5.0  # seconds after which the outbox is looked at without being asked
LEAST_WAIT: Final = timedelta(seconds=1)  # after LATER, so that no send spins
FAREWELL: Final = 5.0  # seconds that requests under way get when the service stops

_LOG: Final = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class Delivery:
    """One channel's sender. `run` is a part for supervision; call `wake` after a commit that left pending rows.

    `rate`: messages a second, evenly spaced; None: as fast as the platform takes them. `address_gap`: least time
    between two messages to one address. `alive_at` is the last sign of life; it stands still while the database is
    away. What the sender raises (a refused token) ends `run` with it.
    """

    def __init__(
        self,
        database: Database,
        sealed: Sealed,
        clock: Clock,
        sender: Sender,
        *,
        rate: float | None = None,
        address_gap: timedelta = timedelta(0),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.alive_at = clock.now()
        self._database, self._sealed, self._clock, self._sender = database, sealed, clock, sender
        self._sleep, self._address_gap = sleep, address_gap
        self._pace = Pace(clock, rate, sleep)
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._news = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}  # by address
        self._claimed = 0  # rows that those tasks hold
        self._failure: BaseException | None = None
        self._stopping = False
        self._notes: deque[tuple[Progress, asyncio.Future[bool]]] = deque()
        self._noting: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Say that there may be something to send."""
        self._news.set()

    async def run(self) -> None:
        """Send until cancelled; requests under way are then given FAREWELL seconds."""
        try:
            await self.begin()
            while True:
                self._news.clear()
                if not await self._claim():
                    await self._wait()
                self.alive_at = self._clock.now()
                if self._failure is not None:
                    raise self._failure
        finally:
            await self._part()

    async def begin(self) -> None:
        """Make pending again what an earlier process left under way."""
        channel, now = self._sender.channel, self._clock.now()
        again = await self._write(lambda tx: messages.send_again(tx, channel, now))
        if again:
            _LOG.info("%s: %d replies are sent again, their sends had no end.", channel, again)

    async def drain(self) -> None:
        """Send what is due now, then return. Raises what the sender raises."""
        while await self._claim() or self._busy:
            await asyncio.gather(*self._busy.values())

    async def _claim(self) -> bool:
        """Reserve due replies and start a task for each address; return whether there were any."""
        room = CLAIM - self._claimed
        if room <= 0 or self._pace.stopped_for():
            return False
        now, channel, busy = self._clock.now(), self._sender.channel, list(self._busy)
        rows = await self._write(lambda tx: messages.claim(tx, channel, now, now + LEASE, limit=room, but=busy))
        by_address: dict[int, deque[ToSend]] = {}
        for row in rows:
            by_address.setdefault(row.address_id, deque()).append(row)
        for address_id, mine in by_address.items():
            self._claimed += len(mine)
            task = asyncio.create_task(self._send_in_order(mine))
            task.add_done_callback(partial(self._free, address_id, len(mine)))
            self._busy[address_id] = task
        return bool(rows)

    async def _wait(self) -> None:
        """Wait for news, for the next reply that falls due, or IDLE seconds."""
        channel, now = self._sender.channel, self._clock.now()
        due = await patiently(lambda: self._database.read(lambda tx: messages.next_due(tx, channel, now)), self._sleep)
        length = min(IDLE, (due - now).total_seconds()) if due else IDLE
        stopped = self._pace.stopped_for().total_seconds()
        if stopped:
            await self._sleep(min(stopped, IDLE))
            return
        try:
            async with asyncio.timeout(length):
                await self._news.wait()
        except TimeoutError:
            return

    async def _send_in_order(self, rows: deque[ToSend]) -> None:
        """Send an address's replies one after the other, until one has to wait or the person stopped us."""
        while rows and not self._stopping and not self._pace.stopped_for():
            row = rows.popleft()
            async with self._room:
                goes_on = await self._send(row)
            if not goes_on:
                break
            if self._address_gap:
                await self._sleep(self._address_gap.total_seconds())
        if rows:
            left = [row.id for row in rows]
            await self._write(lambda tx: messages.release(tx, left))

    async def _send(self, row: ToSend) -> bool:
        """Send one reply; return whether its address may get the next one."""
        message = self._sealed.read_message(row)
        await self._pace.slot()
        if self._pace.stopped_for():
            await self._write(lambda tx: messages.release(tx, [row.id]))
            return False
        if not await self._note(Progress(row.id, messages.SENDING)):
            return True  # erased meanwhile
        self._database.steps.count()
        attempt = await self._sender.send(row.address, message)
        self._database.steps.count()
        return await self._record(row, attempt)

    async def _record(self, row: ToSend, attempt: Attempt) -> bool:
        now = self._clock.now()
        match attempt.outcome:
            case Outcome.SENT:
                await self._note(Progress(row.id, messages.SENT, sent_at=now))
            case Outcome.LATER:
                wait = max(attempt.wait, LEAST_WAIT)
                if attempt.wait:
                    self._pace.told_to_wait(row.address_id, attempt.wait)
                await self._note(Progress(row.id, messages.PENDING, due=now + wait))
                return False
            case Outcome.BLOCKED:
                await self._write(lambda tx: _block(tx, row))
                return False
            case Outcome.REFUSED:
                _LOG.error("%s will never take message %d.", self._sender.channel, row.id)
                await self._note(Progress(row.id, messages.REFUSED))
            case Outcome.UNSURE:
                _LOG.warning("%s: message %d may have arrived.", self._sender.channel, row.id)
                await self._note(Progress(row.id, messages.UNSURE))
        return True

    async def _note(self, progress: Progress) -> bool:
        """Commit how far a send got, with whatever else is to be noted now. False: the row is gone."""
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._notes.append((progress, kept))
        if self._noting is None or self._noting.done():
            self._noting = asyncio.create_task(self._write_notes())
        return await kept

    async def _write_notes(self) -> None:
        while self._notes:
            batch = list(self._notes)
            self._notes.clear()
            try:
                gone = await self._write(partial(messages.note, steps=[note for note, _ in batch]))
            except Exception as error:  # each sender whose note it was is told
                for _, kept in batch:
                    if not kept.done():
                        kept.set_exception(error)
                continue
            for note, kept in batch:
                if not kept.done():
                    kept.set_result(note.id not in gone)

    async def _write(self, work: Callable[[sa.Connection], _Result]) -> _Result:
        return await patiently(lambda: self._database.write(work), self._sleep)

    def _free(self, address_id: int, size: int, done: asyncio.Task[None]) -> None:
        self._busy.pop(address_id, None)
        self._claimed -= size
        if not done.cancelled() and done.exception() is not None:
            self._failure = done.exception()
        self._news.set()

    async def _part(self) -> None:
        """Let requests under way end and be noted."""
        self._stopping = True
        if self._busy:
            _, late = await asyncio.wait(self._busy.values(), timeout=FAREWELL)
            for task in late:
                task.cancel()


def _block(tx: sa.Connection, row: ToSend) -> None:
    """The person stopped us: neither this reply nor those behind it will be sent."""
    messages.note(tx, [Progress(row.id, messages.BLOCKED)])
    messages.block(tx, row.address_id)
    addresses.block(tx, row.address_id)
