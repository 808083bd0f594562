"""The sender: replies out of the outbox, oldest first, one in flight for each address. May stop and start anywhere.

`sending` is committed for each row immediately before its request, so that after a crash it is known what may have
arrived. A reply in `sending` at start, or whose request had no end, is sent again: better twice than never. Notes
that come together share a commit.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

import sqlalchemy as sa

from bot.core.errors import BotError
from bot.core.types import Attempt, Outcome
from bot.services.effects import stop
from bot.services.pace import Pace
from bot.services.patience import patiently
from bot.services.ports import Clock, Sender
from bot.services.sealed import Sealed
from db import messages
from db.engine import Database
from db.messages import Progress, ToSend

IN_FLIGHT: Final = 16  # requests at once: more cost CPU and bring nothing (measured)
CLAIM: Final = 64  # rows reserved at once
LEASE: Final = timedelta(minutes=1)  # a row reserved longer than this is free again
IDLE: Final = 5.0  # seconds after which the outbox is looked at without being asked
LEAST_WAIT: Final = timedelta(seconds=1)  # after LATER, so that no send spins
LONGEST_WAIT: Final = timedelta(minutes=1)  # between two sends of a reply that may have arrived
# A reply that may have arrived is sent again so often, with growing waits: better twice than never, and a platform that
# is out of order for three minutes loses nobody.
UNSURE_AGAIN: Final = 8
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
        self._open = 0  # rows reserved and not noted yet
        self._due: datetime | None = None  # of the next reply, where the last claim found none
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
                await self._claim()
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
        """Reserve due replies, one of each address, and start their sends; return whether there were any."""
        room = CLAIM - self._open
        if room <= 0 or self._pace.stopped_for():
            return False
        now, channel, busy = self._clock.now(), self._sender.channel, list(self._busy)

        def work(tx: sa.Connection) -> tuple[list[ToSend], datetime | None]:
            rows = messages.claim(tx, channel, now, now + LEASE, limit=room, but=busy)
            return rows, None if rows else messages.next_due(tx, channel, now)

        rows, self._due = await self._write(work)
        for row in rows:
            self._open += 1
            task = asyncio.create_task(self._send_and_rest(row))
            task.add_done_callback(partial(self._free, row.address_id))
            self._busy[row.address_id] = task
        return bool(rows)

    async def _wait(self) -> None:
        """Wait for news (an end of what was claimed is one), for the next reply that falls due, or IDLE seconds."""
        stopped = self._pace.stopped_for().total_seconds()
        if stopped:
            await self._sleep(min(stopped, IDLE))
            return
        try:
            async with asyncio.timeout(
                min(IDLE, (self._due - self._clock.now()).total_seconds()) if self._due else IDLE
            ):
                await self._news.wait()
        except TimeoutError:
            return

    async def _send_and_rest(self, row: ToSend) -> None:
        """Send one reply; its address rests before it gets the next one."""
        try:
            if self._stopping or self._pace.stopped_for():
                await self._release(row)
                return
            async with self._room:
                await self._send(row)
        finally:
            self._open -= 1
        if self._address_gap and not self._stopping:
            await self._sleep(self._address_gap.total_seconds())

    async def _send(self, row: ToSend) -> None:
        await self._pace.slot()
        if self._pace.stopped_for():
            await self._release(row)
            return
        if not await self._note(Progress(row.id, messages.SENDING)):
            return  # erased meanwhile
        try:
            message = self._sealed.read_message(row)
        except (BotError, ValueError, KeyError):  # one damaged row must not stop the others
            _LOG.error("Message %d cannot be read any more; it is not sent.", row.id)
            await self._note(Progress(row.id, messages.REFUSED))
            return
        self._database.steps.count()
        attempt = await self._sender.send(row.address, message)
        self._database.steps.count()
        await self._record(row, attempt)

    async def _release(self, row: ToSend) -> None:
        await self._write(lambda tx: messages.release(tx, [row.id]))

    async def _record(self, row: ToSend, attempt: Attempt) -> None:
        now, channel = self._clock.now(), self._sender.channel
        match attempt.outcome:
            case Outcome.SENT:
                await self._note(Progress(row.id, messages.SENT, sent_at=now))
            case Outcome.LATER:
                if attempt.wait:
                    self._pace.told_to_wait(row.address_id, attempt.wait)
                due = now + max(attempt.wait, LEAST_WAIT)
                await self._note(Progress(row.id, messages.PENDING, due=due, never_left=True))
            case Outcome.UNSURE if row.tries < UNSURE_AGAIN:
                _LOG.warning("%s: message %d may have arrived; it is sent again.", channel, row.id)
                due = now + min(LEAST_WAIT * 2**row.tries, LONGEST_WAIT)
                await self._note(Progress(row.id, messages.PENDING, due=due))
            case Outcome.UNSURE:
                _LOG.error("%s: message %d may have arrived.", channel, row.id)
                await self._note(Progress(row.id, messages.UNSURE))
            case Outcome.BLOCKED:
                await self._write(lambda tx: _block(tx, row))
            case Outcome.REFUSED:
                _LOG.error("%s will never take message %d.", channel, row.id)
                await self._note(Progress(row.id, messages.REFUSED))

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

    def _free(self, address_id: int, done: asyncio.Task[None]) -> None:
        self._busy.pop(address_id, None)
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
    stop(tx, row.address_id)
