"""Campaigns are scheduled, started, watched, paused, resumed and ended. A part for supervision.

Twice a second it looks: what is due starts; what is no longer what was approved goes back or pauses; whom nobody waits
for any more is done; the web's people get theirs into their conversations. A campaign starts with one row for each
person; only when all are there does it move to `sending`, so that a crash in between loses nobody and doubles nobody.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from bot.core.approvals import Approval, Subject
from bot.core.campaigns import CHANGED, EXPIRED, MISSED, TABLE, Action, Delivered, Skip, State
from bot.core.errors import BotError
from bot.core.staff import Member
from bot.core.states import move
from bot.core.types import Address
from bot.services import access, outbox
from bot.services.access import Right
from bot.services.announcing import Announcing
from bot.services.audiences import Audiences
from bot.services.campaigns import APPROVED_FOR, KIND, Campaigns, Sheet, Trouble
from bot.services.patience import patiently
from bot.services.ports import Clock, Outlet, Platform
from bot.services.sealed import Sealed
from db import approvals as asked
from db import audit, deliveries
from db import campaigns as rows
from db.campaigns import Kept
from db.deliveries import Ended, NewDelivery
from db.engine import Database

EVERY: Final = 0.5  # seconds between two looks: a command takes effect within a second
LATE: Final = timedelta(hours=1)  # a schedule missed by more waits for a person
BATCH: Final = 1000  # rows of one transaction at the start
AT_ONCE: Final = 100  # of the web's people in one transaction

_NOT_YET: Final = (State.SUBMITTED, State.APPROVED, State.SCHEDULED)
_RUNNING: Final = (State.SENDING, State.PAUSED)
_LOG: Final = logging.getLogger(__name__)


class Campaigning:
    """`version`: of the content in use. `outlets`: the senders that are told when there is something to send."""

    def __init__(
        self,
        database: Database,
        sealed: Sealed,
        clock: Clock,
        campaigns: Campaigns,
        audiences: Audiences,
        announcing: Announcing,
        outlets: Mapping[str, Outlet],
        platforms: Mapping[str, Platform],
        version: Callable[[], str],
        zone: tzinfo,
        *,
        is_operated: bool,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.alive_at = clock.now()
        self._database, self._sealed, self._clock = database, sealed, clock
        self._campaigns, self._audiences, self._announcing = campaigns, audiences, announcing
        self._outlets, self._platforms, self._version, self._zone = outlets, platforms, version, zone
        self._is_operated, self._sleep = is_operated, sleep
        self._looked: dict[int, tuple[date, str, str]] = {}  # on which day, by which content each was looked at

    # --- What staff say

    async def schedule(self, by: Member, number: int, at: datetime) -> Trouble | None:
        """Let it start at a moment. Raises NotAllowed."""
        now = self._clock.now()

        def fits(kept: Kept) -> Trouble | None:
            if at <= now:
                return Trouble.PAST
            ends = (kept.submitted_at or now) + APPROVED_FOR
            is_late = at >= ends or at.astimezone(self._zone).date() > kept.last_day
            return Trouble.TOO_LATE if is_late else None

        return await self._order(by, number, Action.SCHEDULE, "scheduled", fits, due_at=at)

    async def send(self, by: Member, number: int) -> Trouble | None:
        """Start it now. Raises NotAllowed."""
        kept = await self._allowed(by, number)
        if kept is None or Action.SEND not in TABLE.get(kept.state, {}):
            return Trouble.NOT_THERE if kept is None else Trouble.NOT_NOW
        return await self._start(kept, by)

    async def pause(self, by: Member, number: int) -> Trouble | None:
        """Let nothing more leave until it is resumed. Raises NotAllowed."""
        return await self._order(by, number, Action.PAUSE, "paused")

    async def resume(self, by: Member, number: int) -> Trouble | None:
        """Go on where it was paused, if it still is what was approved. Raises NotAllowed."""
        sheet = await self._campaigns.one(by, number)
        if sheet is not None and (sheet.problems or sheet.hash != sheet.kept.hash) and sheet.kept.state is State.PAUSED:
            return Trouble.CHANGED
        trouble = await self._order(by, number, Action.RESUME, "resumed", watched_from=self._clock.now())
        self._announce()
        return trouble

    async def cancel(self, by: Member, number: int) -> Trouble | None:
        """End it: who has not got it yet will not get it. Raises NotAllowed."""
        now = self._clock.now()

        def end(tx: sa.Connection) -> None:
            asked.withdraw(tx, Subject(KIND, str(number)), now)
            deliveries.skip_rest(tx, number, Skip.CANCELLED, now)

        return await self._order(by, number, Action.CANCEL, "cancelled", also=end, ended_at=now)

    async def resend(self, by: Member, number: int) -> Trouble | None:
        """Send once more to those alone whom it may not have reached. Raises NotAllowed."""
        now = self._clock.now()
        sheet = await self._campaigns.one(by, number)
        if sheet is None or sheet.problems or sheet.hash != sheet.kept.hash:
            return Trouble.NOT_THERE if sheet is None else Trouble.CHANGED

        def work(tx: sa.Connection) -> Trouble | None:
            access.confirm(tx, by, Right.RUN_CAMPAIGNS)
            kept = rows.find(tx, number)
            if kept is None or Action.RESEND not in TABLE.get(kept.state, {}):
                return Trouble.NOT_NOW
            if not deliveries.resend(tx, number, now):
                return Trouble.NOBODY
            after = move(TABLE, kept.state, Action.RESEND)
            rows.move(tx, number, kept.state, after, kept.reason, watched_from=now, ended_at=None)
            audit.note(tx, by.id, "resent", KIND, number, now)
            return None

        trouble = await self._database.write(work)
        self._announce()
        return trouble

    # --- What goes on by itself

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await patiently(self.look, self._sleep)
            self.alive_at = self._clock.now()
            await self._sleep(EVERY)

    async def look(self) -> None:
        """Look once at every campaign that is under way."""
        under_way = await self._database.read(lambda tx: rows.in_state(tx, *_NOT_YET, *_RUNNING))
        for kept in under_way:
            try:
                await self._look_at(kept)
            except BotError as error:  # one that cannot be read must not keep the others
                _LOG.error("Campaign %d: %s", kept.id, error)
        if any(kept.state is State.SENDING for kept in under_way):
            await self._to_the_settled()
            self._announce()
            await self._finish()

    async def _look_at(self, kept: Kept) -> None:
        if await self._is_over(kept) or await self._has_changed(kept):
            return
        if kept.state is State.SCHEDULED and kept.due_at is not None and kept.due_at <= self._clock.now():
            await self._begin(kept, kept.due_at)

    async def _begin(self, kept: Kept, due: datetime) -> None:
        now = self._clock.now()
        if now - due > LATE:
            after = move(TABLE, kept.state, Action.MISS)
            await self._database.write(lambda tx: rows.move(tx, kept.id, kept.state, after, MISSED, due_at=None))
            _LOG.warning("Campaign %d was due while nobody served; it waits for a person.", kept.id)
            return
        await self._start(kept, None)

    async def _start(self, kept: Kept, by: Member | None) -> Trouble | None:
        """Make the rows, then move to `sending`. What is no longer what was approved goes back instead."""
        if not self._is_operated:
            return Trouble.NO_OPERATOR
        sheet, now = await asyncio.to_thread(self._campaigns.sheet, kept), self._clock.now()
        if sheet.problems or sheet.hash != kept.hash:
            await self._void(kept, sheet)
            return Trouble.CHANGED
        picture = await self._audiences.of(sheet.campaign, now)
        texts = await self._database.read(lambda tx: rows.texts(tx, kept.id))
        numbers = {(text.language, text.commune): number for number, text in texts}
        made = [
            NewDelivery(
                each.reach.address_id, each.subscriber.person, each.reach.channel,
                numbers.get((each.reach.language, each.commune)) or numbers[each.reach.language, ""],
                each.reach.language, each.commune,
            )
            for each in picture.chosen
        ]  # fmt: skip
        for at in range(0, len(made), BATCH):
            add = partial(deliveries.add, campaign_id=kept.id, rows=made[at : at + BATCH], now=now)
            await self._database.write(add)

        def work(tx: sa.Connection) -> Trouble | None:
            if by is not None:
                access.confirm(tx, by, Right.RUN_CAMPAIGNS)
            after = move(TABLE, kept.state, Action.SEND)
            if not rows.move(tx, kept.id, kept.state, after, started_at=now, watched_from=now):
                if (today := rows.find(tx, kept.id)) is not None and today.state is State.CANCELLED:
                    deliveries.skip_rest(tx, kept.id, Skip.CANCELLED, now)
                return Trouble.NOT_NOW
            audit.note(tx, by.id if by else None, "sent", KIND, kept.id, now)
            return None

        trouble = await self._database.write(work)
        self._announce()
        return trouble

    async def _is_over(self, kept: Kept) -> bool:
        """Whether its approval or its last day is over; then it is moved on."""
        now = self._clock.now()
        if kept.state in _NOT_YET:
            if kept.submitted_at is None or now < kept.submitted_at + APPROVED_FOR:
                return False

            def expire(tx: sa.Connection) -> None:
                asked.withdraw(tx, Subject(KIND, str(kept.id)), now)
                rows.move(tx, kept.id, kept.state, move(TABLE, kept.state, Action.EXPIRE), EXPIRED, due_at=None)

            await self._database.write(expire)
            return True
        if now.astimezone(self._zone).date() <= kept.last_day:
            return False

        def end(tx: sa.Connection) -> None:
            deliveries.skip_rest(tx, kept.id, Skip.OUT_OF_DATE, now)
            if not deliveries.is_open(tx, kept.id):
                after = move(TABLE, kept.state, Action.FINISH)
                rows.move(tx, kept.id, kept.state, after, kept.reason, ended_at=now)

        await self._database.write(end)
        return True

    async def _has_changed(self, kept: Kept) -> bool:
        """Whether it is no longer what was approved: looked at once for each day and each content."""
        seen = (self._clock.now().astimezone(self._zone).date(), self._version(), kept.hash)
        if self._looked.get(kept.id) == seen:
            return False
        sheet = await asyncio.to_thread(self._campaigns.sheet, kept)
        if not sheet.problems and sheet.hash == kept.hash:
            self._looked[kept.id] = seen
            return False
        if kept.state in _NOT_YET:
            await self._void(kept, sheet)
        elif kept.state is State.SENDING:
            await self._stop_short(kept)
        return True

    async def _void(self, kept: Kept, sheet: Sheet) -> None:
        """Ask again for what it says now; where it cannot be sent at all, its author looks at it."""
        now, subject = self._clock.now(), Subject(KIND, str(kept.id))

        def work(tx: sa.Connection) -> None:
            asked.withdraw(tx, subject, now)
            if sheet.problems or not sheet.hash:
                after = move(TABLE, kept.state, Action.TAKE_BACK)
                rows.move(tx, kept.id, kept.state, after, CHANGED, due_at=None)
                return
            after = move(TABLE, kept.state, Action.VOID)
            if rows.move(tx, kept.id, kept.state, after, CHANGED, hash=sheet.hash, submitted_at=now, due_at=None):
                rows.put_texts(tx, kept.id, sheet.variants)
                asked.add(tx, Approval(subject, sheet.hash, kept.author, now + APPROVED_FOR), now)
                audit.note(tx, None, "voided", KIND, kept.id, now)

        await self._database.write(work)

    async def _stop_short(self, kept: Kept) -> None:
        """A figure changed while it was being sent: nobody gets the old one any more."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> None:
            if rows.move(tx, kept.id, kept.state, move(TABLE, kept.state, Action.PAUSE), CHANGED):
                deliveries.skip_rest(tx, kept.id, Skip.OUT_OF_DATE, now)
                audit.note(tx, None, "paused", KIND, kept.id, now)

        await self._database.write(work)

    async def _to_the_settled(self) -> None:
        """Put it into the conversations of channels that are read, not rung: sent by the commit itself."""
        for channel in (name for name, platform in self._platforms.items() if platform.is_settled):
            while await self._database.write(partial(self._settle, channel=channel)):
                pass

    def _settle(self, tx: sa.Connection, channel: str) -> int:
        now = self._clock.now()
        begun = self._announcing.begin(tx, channel, now, limit=AT_ONCE, but=())
        ends = []
        for row in begun:
            is_there = outbox.put(tx, self._sealed, self._platform, row.address_id, row.message, now)
            ends.append(Ended(row, Delivered.SENT if is_there else Delivered.BLOCKED, now))
        deliveries.note(tx, ends)
        return len(begun)

    async def _finish(self) -> None:
        now = self._clock.now()

        def work(tx: sa.Connection) -> None:
            for kept in rows.in_state(tx, State.SENDING):
                if not deliveries.is_open(tx, kept.id):
                    rows.move(tx, kept.id, State.SENDING, move(TABLE, State.SENDING, Action.FINISH), ended_at=now)

        await self._database.write(work)

    # ---

    async def _allowed(self, by: Member, number: int) -> Kept | None:
        def work(tx: sa.Connection) -> Kept | None:
            access.confirm(tx, by, Right.RUN_CAMPAIGNS)
            return rows.find(tx, number)

        return await self._database.read(work)

    async def _order(
        self,
        by: Member,
        number: int,
        action: Action,
        deed: str,
        fits: Callable[[Kept], Trouble | None] = lambda _kept: None,
        also: Callable[[sa.Connection], None] = lambda _tx: None,
        **change: Any,
    ) -> Trouble | None:
        """Do one action on a campaign, in one transaction with its entry in the audit."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> Trouble | None:
            access.confirm(tx, by, Right.RUN_CAMPAIGNS)
            kept = rows.find(tx, number)
            if kept is None:
                return Trouble.NOT_THERE
            if action not in TABLE.get(kept.state, {}):
                return Trouble.NOT_NOW
            trouble = fits(kept)
            if trouble is not None:
                return trouble
            if not rows.move(tx, number, kept.state, move(TABLE, kept.state, action), **change):
                return Trouble.NOT_NOW
            also(tx)
            audit.note(tx, by.id, deed, KIND, number, now)
            return None

        return await self._database.write(work)

    def _announce(self) -> None:
        for outlet in self._outlets.values():
            outlet.announce()

    def _platform(self, address: Address) -> Platform:
        return self._platforms.get(address.channel, Platform())
