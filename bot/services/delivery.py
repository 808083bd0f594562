"""The sender: replies out of the outbox, oldest first, one in flight for each address. May stop and start anywhere.
Announcements (announcing.py) leave where no reply can.

`sending` is committed for each row immediately before its request, so that after a crash it is known what may have
arrived. A reply in `sending` at start, or whose request had no end, is sent again: better twice than never. One
transaction notes how sends ended and begins the next ones: as many as can leave at once, none is reserved for later.
An announcement in `sending` at start is UNSURE: a person decides, it is never sent twice by itself.
A reply that can leave at once is begun by the commit of its own turn (`promise`, `take`).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

import sqlalchemy as sa

from bot.core.campaigns import Delivered
from bot.core.errors import BotError
from bot.core.types import Attempt, Outcome
from bot.services.announcing import Announcing
from bot.services.effects import note_ends
from bot.services.pace import Pace
from bot.services.patience import patiently
from bot.services.ports import Clock, Promise, Sender
from bot.services.sealed import Sealed
from db import messages
from db.deliveries import Ended, ToAnnounce
from db.engine import Database
from db.messages import End, ToSend

IN_FLIGHT: Final = 16  # requests at once: more cost CPU and bring nothing (measured)
IDLE: Final = timedelta(seconds=5)  # after which the outbox is looked at without being asked
ALONG: Final = 0.005  # seconds in which the commit of a turn may note ends on its way: spares one commit for each reply
LEAST_WAIT: Final = timedelta(seconds=1)  # after LATER, so that no send spins
LONGEST_WAIT: Final = timedelta(minutes=1)  # between two sends of a reply that may have arrived
# A reply that may have arrived is sent again so often, with growing waits: better twice than never, and a platform that
# is out of order for three minutes loses nobody.
UNSURE_AGAIN: Final = 8
ENDS: Final = {
    Outcome.SENT: Delivered.SENT,
    Outcome.BLOCKED: Delivered.BLOCKED,
    Outcome.REFUSED: Delivered.REFUSED,
    Outcome.UNSURE: Delivered.UNSURE,
}
FAREWELL: Final = 5.0  # seconds that requests under way get when the service stops

_LOG: Final = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class Delivery:
    """One channel's sender (ports.Outlet). `run` is a part for supervision.

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
        announcing: Announcing | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.alive_at = clock.now()
        self._database, self._sealed, self._clock, self._sender = database, sealed, clock, sender
        self._sleep, self._address_gap = sleep, address_gap
        self._announcing = announcing
        self._pace = Pace(clock, rate)
        self._news = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}  # by address: a send under way, or a rest after one
        self._under_way = 0
        self._ends: list[End | Ended] = []  # of sends, not noted yet
        self._promised = 0  # sends that a commit under way may begin itself
        self._may_wait = True  # there may be pending replies
        self._may_announce = announcing is not None  # there may be announcements that wait
        self._look_at = clock.now()  # when the outbox is looked at whatever is known of it
        self._rounding: asyncio.Task[bool] | None = None
        self._failure: BaseException | None = None
        self._has_begun, self._stopping = False, False

    def promise(self) -> Promise:
        """Promise to take what can leave at once; half of it where others may wait: these come first or as fast.

        Nothing before `begin` has made everything else pending again.
        """
        ends = self._take_ends()
        room = self._room() if self._has_begun else 0
        self._promised = room // 2 if self._may_wait else room
        return Promise(self._promised, list(self._busy), ends)

    def take(self, begun: Sequence[ToSend]) -> None:
        """Send what a commit has begun."""
        self._promised = 0
        for row in begun:
            self._start(row)
        if self._ends or self._may_wait:
            self._news.set()

    def take_back(self, promise: Promise) -> None:
        """Note the ends later; begin what waits."""
        self._ends = [*promise.ends, *self._ends]
        self.take([])

    def wake(self) -> None:
        """Say that there may be something to send."""
        self._may_wait = True
        self._news.set()

    def announce(self) -> None:
        """Say that there may be announcements to send."""
        if self._announcing is not None and not self._may_announce:
            self._may_announce = True
            self._news.set()

    async def run(self) -> None:
        """Send until cancelled; requests under way are then given FAREWELL seconds."""
        try:
            await self.begin()
            while True:
                self._news.clear()
                if self._ends and not self._may_wait and not self._may_announce:
                    await self._sleep(ALONG)
                self._rounding = asyncio.create_task(self._round())
                await asyncio.shield(self._rounding)  # what it began must not be forgotten
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
        announcing = self._announcing
        if announcing is not None:
            lost = await self._write(lambda tx: announcing.lose_sight(tx, channel, now))
            if lost:
                _LOG.warning("%s: %d announcements were on their way; they may have arrived.", channel, lost)
        self._has_begun = True
        if again:
            _LOG.info("%s: %d replies are sent again, their sends had no end.", channel, again)

    async def drain(self) -> None:
        """Send what is due now, then return. Raises what the sender raises."""
        self._may_wait, self._may_announce = True, self._announcing is not None
        while await self._round() or self._busy or self._ends or not self._pace.stopped_for():
            if self._busy:
                await asyncio.wait(self._busy.values(), return_when=asyncio.FIRST_COMPLETED)
            elif wait := self._pace.wait():
                await self._sleep(wait.total_seconds())
            elif not self._ends:
                return
            if self._failure is not None:
                raise self._failure

    async def _round(self) -> bool:
        """Note how sends ended and begin the next ones, one for each address; return whether there were any.

        Only what can leave at once is begun: what is `sending` when the process dies may have arrived.
        """
        room, now, ends = self._room(), self._clock.now(), self._take_ends()
        if now >= self._look_at:
            self._may_wait, self._look_at = True, now + IDLE
            self._may_announce = self._announcing is not None
        look, announce = room > 0 and self._may_wait, room > 0 and self._may_announce
        if not look and not announce and not ends:
            return False
        channel, busy = self._sender.channel, list(self._busy)

        def work(tx: sa.Connection) -> tuple[list[ToSend], list[ToAnnounce], list[datetime]]:
            note_ends(tx, ends)
            begun = messages.begin(tx, channel, now, limit=room, but=busy) if look else []
            due = [messages.next_due(tx, channel)] if look and not begun else []
            announced: Sequence[ToAnnounce] = []
            if announce and self._announcing is not None and len(begun) < room:
                taken = [*busy, *(row.address_id for row in begun)]
                announced = self._announcing.begin(tx, channel, now, limit=room - len(begun), but=taken)
                due += [] if announced else [self._announcing.next_due(tx, channel, now)]
            return begun, list(announced), [moment for moment in due if moment is not None]

        if look:
            self._may_wait = False  # whoever says otherwise meanwhile is right
        if announce:
            self._may_announce = False
        begun, announced, due = await self._write(work)
        rows: list[ToSend | ToAnnounce] = [*begun, *announced]
        for row in rows:
            self._start(row)
        is_due = any(moment <= now for moment in due)
        # More may stand behind these, or behind what is under way.
        self._may_wait |= bool(begun) or (is_due and look)
        self._may_announce |= bool(announced) or (announce and (bool(begun) or is_due))
        self._look_at = min([self._look_at, *(moment for moment in due if moment > now)])
        return bool(begun or announced)

    def _take_ends(self) -> list[End | Ended]:
        """Hand out the ends that are to be noted."""
        ends, self._ends = self._ends, []
        for end in ends:
            if isinstance(end, Ended):
                self._may_announce |= end.state is Delivered.PENDING
            else:
                self._may_wait |= end.state == messages.PENDING
        return ends

    def _room(self) -> int:
        """How many sends can be begun now."""
        return 0 if self._stopping else self._pace.room(IN_FLIGHT - self._under_way - self._promised)

    async def _wait(self) -> None:
        """Wait for news (an end of a send is one), for a slot where one is needed, or until it is time to look."""
        longest = self._look_at - self._clock.now()
        slot = self._pace.wait()
        if (self._may_wait or self._may_announce) and slot:
            longest = min(longest, slot)
        try:
            async with asyncio.timeout(longest.total_seconds()):
                await self._news.wait()
        except TimeoutError:
            return

    def _start(self, row: ToSend | ToAnnounce) -> None:
        self._under_way += 1
        task = asyncio.create_task(self._send_and_rest(row, self._pace.take_slot()))
        task.add_done_callback(partial(self._free, row.address_id))
        self._busy[row.address_id] = task

    async def _send_and_rest(self, row: ToSend | ToAnnounce, wait: timedelta) -> None:
        """Send one message in its slot; its address rests before it gets the next one."""
        try:
            if wait:
                await self._sleep(wait.total_seconds())
            end = await self._send(row)
            self._ends.append(end)
        finally:
            self._under_way -= 1
        if self._address_gap and not self._stopping:
            self._news.set()
            await self._sleep(self._address_gap.total_seconds())

    async def _send(self, row: ToSend | ToAnnounce) -> End | Ended:
        is_held_up = self._stopping or bool(self._pace.stopped_for())
        if isinstance(row, ToAnnounce):
            return await self._announce(row) if not is_held_up else self._announced(row, Attempt(Outcome.LATER))
        if is_held_up:
            return self._not_tried(row)
        try:
            message = self._sealed.read_message(row)
        except (BotError, ValueError, KeyError):  # one damaged row must not stop the others
            _LOG.error("Message %d cannot be read any more; it is not sent.", row.id)
            return End(row, messages.REFUSED)
        self._database.steps.count()
        attempt = await self._sender.send(row.address, message)
        self._database.steps.count()
        return self._end_of(row, attempt)

    async def _announce(self, row: ToAnnounce) -> Ended:
        self._database.steps.count()
        attempt = await self._sender.send(row.address, row.message)
        self._database.steps.count()
        return self._announced(row, attempt)

    def _announced(self, row: ToAnnounce, attempt: Attempt) -> Ended:
        """Say what an attempt makes of its delivery."""
        now = self._clock.now()
        if attempt.outcome is Outcome.LATER:
            if attempt.wait:
                self._pace.told_to_wait(row.address_id, attempt.wait)
            back_off = min(LEAST_WAIT * 2 ** min(row.tries, 6), LONGEST_WAIT)
            return Ended(row, Delivered.PENDING, now, now + max(attempt.wait, back_off))
        if attempt.outcome is Outcome.UNSURE:
            _LOG.warning("%s: delivery %d may have arrived.", self._sender.channel, row.id)
        return Ended(row, ENDS[attempt.outcome], now)

    def _not_tried(self, row: ToSend) -> End:
        return End(row, messages.PENDING, due=self._clock.now(), never_left=True)

    def _end_of(self, row: ToSend, attempt: Attempt) -> End:
        """Say what an attempt makes of its row."""
        now, channel = self._clock.now(), self._sender.channel
        match attempt.outcome:
            case Outcome.SENT:
                return End(row, messages.SENT, sent_at=now)
            case Outcome.LATER:
                if attempt.wait:
                    self._pace.told_to_wait(row.address_id, attempt.wait)
                return End(row, messages.PENDING, due=now + max(attempt.wait, LEAST_WAIT), never_left=True)
            case Outcome.UNSURE if row.tries < UNSURE_AGAIN:
                _LOG.warning("%s: message %d may have arrived; it is sent again.", channel, row.id)
                return End(row, messages.PENDING, due=now + min(LEAST_WAIT * 2**row.tries, LONGEST_WAIT))
            case Outcome.UNSURE:
                _LOG.error("%s: message %d may have arrived.", channel, row.id)
                return End(row, messages.UNSURE)
            case Outcome.BLOCKED:
                return End(row, messages.BLOCKED)
            case Outcome.REFUSED:
                _LOG.error("%s will never take message %d.", channel, row.id)
                return End(row, messages.REFUSED)

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
        if self._rounding is not None:
            await asyncio.wait([self._rounding])
        if self._busy:
            _, late = await asyncio.wait(self._busy.values(), timeout=FAREWELL)
            for task in late:
                task.cancel()
        if self._ends:
            await self._round()
