"""A batch of events to replies, in one transaction: store, load, step, render, save.

An event whose step fails is stored to wait for a turn of its own, with those of its address that came after it; the
others of its batch are committed meanwhile. After TRIES it is put aside with an apology, so that its address goes on.
Logs name rows, never what was said.
"""

import logging
import secrets
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from pathlib import PurePath
from typing import Final

import sqlalchemy as sa

from bot.core import codes
from bot.core.markup import split
from bot.core.types import Address, EndTalk, EraseConversation, Incoming, Language, Rendered, Reply, Session, Turn
from bot.core.world import Look, World
from bot.services import own, presence, registrations, vacancies
from bot.services.effects import Done, Ledger, Stored, note_ends
from bot.services.ports import Clock, Outlet, Platform, Receipt
from bot.services.sealed import Sealed
from db import addresses, inbox, messages, sessions
from db.engine import Database, is_away
from db.inbox import EventKey, NewEvent, Waiting

TRIES: Final = 3
SLOW: Final = 8  # replies waiting for one person: more are said to come one after the other
HISTORY: Final = 40  # lines of a conversation that a step may look back on
APOLOGY: Final = "turn.apology"  # message key

_LOG: Final = logging.getLogger(__name__)

Step = Callable[[Session, Incoming, World], Turn]
LooksAt = Callable[[Session, Incoming, World], Collection[Look]]
MakeWorld = Callable[[date, Address, bool], World]  # the last: replies to this person wait
Render = Callable[[Reply, Language, date, str], Rendered]  # the last is the commune's code, "" if unknown


@dataclass(frozen=True, slots=True)
class Talk:
    """What is said: functions of core and content, passed in so that tests can talk more simply."""

    step: Step
    looks_at: LooksAt
    world: MakeWorld
    render: Render


@dataclass(slots=True)
class _Batch:
    """What a transaction holds of its batch."""

    inbox_ids: dict[EventKey, int]
    address_ids: dict[Address, int]
    sessions: dict[int, Session]
    receipts: dict[EventKey, Receipt] = field(default_factory=dict)
    waiting: dict[int, bytes] = field(default_factory=dict)  # inbox number to payload
    failed: set[int] = field(default_factory=set)  # inbox numbers whose first try failed
    talks: dict[int, str] = field(default_factory=dict)  # address to the kind of the handover that staff have with it
    held_up: set[int] = field(default_factory=set)  # addresses that have an event waiting
    queued: dict[int, int] = field(default_factory=dict)  # address to replies that wait for the channel's allowance


def key_of(event: Incoming) -> EventKey:
    return event.address.channel, event.event_id


class Answering:
    """Runs turns. `zone` is where the law's day begins; `outlets` are the channels' senders."""

    def __init__(
        self,
        database: Database,
        sealed: Sealed,
        clock: Clock,
        talk: Talk,
        *,
        zone: tzinfo,
        platforms: Mapping[str, Platform],
        outlets: Mapping[str, Outlet],
    ) -> None:
        self._database, self._sealed, self._clock, self._talk = database, sealed, clock, talk
        self._zone, self._platforms, self._outlets = zone, platforms, outlets

    async def together(self, events: Sequence[Incoming], *, one_by_one: bool = False) -> dict[EventKey, Receipt]:
        """Run the turns of a batch, events of one address in order. Return what is answered after the commit.

        An event that is missing in the result is stored and waits (`waiting`); `one_by_one` lets all of them wait.
        Events must differ in their keys. Raises what the database raises; then nothing of the batch is stored.
        """

        outlets = {channel: outlet for channel, outlet in self._outlets.items() if _speaks(events, channel)}
        promises = {channel: outlet.promise() for channel, outlet in outlets.items()}

        def work(tx: sa.Connection) -> tuple[_Batch, Ledger]:
            ledger = self._ledger(tx)
            for promise in promises.values():  # first: an address whose reply was sent has none waiting any more
                note_ends(tx, promise.ends)
            batch = self._store(tx, events)
            ledger.let_begin(promises, (number for number, waiting in batch.queued.items() if waiting))
            for event in events:
                if key_of(event) in batch.inbox_ids:
                    self._take_up(tx, ledger, batch, event, wait=one_by_one)
            ledger.write()
            inbox.let_wait(tx, batch.waiting, failed=batch.failed)
            self._repeat(tx, events, batch)
            return batch, ledger

        try:
            batch, ledger = await self._database.write(work)
        except BaseException:
            for channel, outlet in outlets.items():
                outlet.take_back(promises[channel])
            raise
        for channel, outlet in outlets.items():
            outlet.take([row for row in ledger.begun if row.address.channel == channel])
        await self._after(ledger)
        return batch.receipts

    async def waiting(self) -> list[Waiting]:
        """Return the stored events without their turn, in order."""
        return await self._database.read(inbox.waiting)

    async def alone(self, row: Waiting) -> Receipt:
        """Run the turn of a stored event until it succeeds or is put aside. Raises what the database raises."""
        stored = Stored(self._sealed.read_event(row), row.id, row.address_id)
        for _ in range(row.tries, TRIES):
            await self._database.write(lambda tx: inbox.count_try(tx, row.id))
            try:
                return await self._finish(stored, inbox.DONE)
            except Exception as error:  # whatever the event's content makes of a step or a row
                if is_away(error):
                    raise
                _LOG.warning("Event %d failed when tried alone: %s", row.id, where(error))
        return await self._put_aside(stored)

    def _store(self, tx: sa.Connection, events: Sequence[Incoming]) -> _Batch:
        now = self._clock.now()
        numbers = addresses.note(tx, {event.address for event in events}, now)
        rows = [
            NewEvent(event.address.channel, event.event_id, numbers[event.address], event.received) for event in events
        ]
        stored = inbox.put(tx, rows, now)
        kept = sessions.load(tx, numbers.values())
        queued = {
            number: kept[number].waiting if number in kept else 0
            for address, number in numbers.items()
            if not self._platform(address).is_settled
        }
        found = {number: self._session(kept, number) for number in numbers.values()}
        talks = {number: each.talks_of for number, each in kept.items() if each.talks_of}
        return _Batch(stored, numbers, found, queued=queued, talks=talks)

    def _session(self, kept: Mapping[int, sessions.Kept], address_id: int) -> Session:
        return self._sealed.read_session(kept[address_id].body if address_id in kept else None)

    def _take_up(self, tx: sa.Connection, ledger: Ledger, batch: _Batch, event: Incoming, *, wait: bool) -> None:
        """Step one new event, or let it wait."""
        inbox_id, address_id = batch.inbox_ids[key_of(event)], batch.address_ids[event.address]
        if wait or address_id in batch.held_up:
            batch.waiting[inbox_id] = self._sealed.event(event)
            return
        try:
            stored = Stored(event, inbox_id, address_id)
            is_slow = batch.queued.get(address_id, 0) >= SLOW
            session, talks_of = batch.sessions[address_id], batch.talks.get(address_id, "")
            done = self._decide(tx, ledger, stored, session, is_slow=is_slow, talks_of=talks_of)
        except Exception as error:  # whatever the event's content makes of a step
            if is_away(error):
                raise
            _LOG.warning("Event %d failed; it is tried alone: %s", inbox_id, where(error))
            batch.held_up.add(address_id)
            batch.failed.add(inbox_id)
            batch.waiting[inbox_id] = self._sealed.event(event)
            return
        ledger.add(done)
        if any(isinstance(effect, EndTalk | EraseConversation) for effect in done.turn.effects):
            batch.talks.pop(address_id, None)
        if address_id in batch.queued:  # a hundred messages may come in one batch
            batch.queued[address_id] += len(done.replies)
        batch.sessions[address_id] = done.turn.session
        batch.receipts[key_of(event)] = _receipt(done.replies, guarded=done.turn.guarded)
        self._database.breathe()  # a batch of steps at once would hold up every socket

    def _decide(
        self,
        tx: sa.Connection,
        ledger: Ledger,
        stored: Stored,
        session: Session,
        *,
        is_slow: bool = False,
        talks_of: str = "",
    ) -> Done:
        """Step one event and render its replies; nothing is written."""
        event, day = stored.event, self._day_of(stored.event)
        world = self._talk.world(day, event.address, is_slow)
        if talks_of:
            world = replace(world, talks_of=talks_of)
        looks = self._talk.looks_at(session, event, world)
        if Look.HISTORY in looks:
            kept = messages.read(tx, stored.address_id, last=HISTORY)
            history = (*(self._sealed.read_said(row) for row in kept), *ledger.lines(stored.address_id))
            local = (replace(line, at=line.at.astimezone(self._zone)) for line in history)  # its day is told
            world = replace(world, history=tuple(local))
        if Look.OWN in looks:
            ledger.write()  # what the events before in this batch have left counts as well
            reading = own.Reading(tx, self._sealed, self._zone, self._clock.now())
            world = replace(world, own=own.read(reading, stored.address_id, session, event))
        if Look.RECEIPT in looks:
            ledger.write()
            now = self._clock.now()
            found = registrations.by_receipt(tx, self._sealed, stored.address_id, event.text, now, self._zone)
            world = replace(world, receipt=found)
        if Look.VACANCIES in looks:
            world = replace(world, vacancies=vacancies.open_on(tx, day))
        if Look.STAFF in looks:
            now = event.received.astimezone(self._zone)
            world = replace(world, staff=presence.of(tx, session.commune, now))
        if Look.CODE in looks:
            world = replace(world, code=codes.draw(secrets.choice))
        turn = self._talk.step(session, event, world)
        language, commune = turn.session.language, turn.session.commune
        rendered = (self._talk.render(reply, language, day, commune) for reply in turn.replies)
        return Done(stored, day, turn, tuple(self._fitted(rendered, event.address)))

    def _fitted(self, replies: Iterable[Rendered], address: Address) -> Iterator[Rendered]:
        """Cut replies into what the channel can carry; the buttons stay under the last piece."""
        longest = self._platform(address).longest
        for reply in replies:
            pieces = split(reply.text, longest) if longest else (reply.text,)
            for piece in pieces[:-1]:
                yield replace(reply, text=piece, buttons=())
            yield replace(reply, text=pieces[-1]) if len(pieces) > 1 else reply

    def _platform(self, address: Address) -> Platform:
        return self._platforms.get(address.channel, Platform())

    def _repeat(self, tx: sa.Connection, events: Sequence[Incoming], batch: _Batch) -> None:
        """Read back what was answered to events that had come before."""
        repeated = [key for event in events if (key := key_of(event)) not in batch.inbox_ids]
        if not repeated:
            return
        known = inbox.find(tx, repeated)
        answered = {key: number for key, (number, state) in known.items() if state != inbox.WAITING}
        rows = messages.replies_to(tx, answered.values(), self._clock.now())
        for key, number in answered.items():
            replies = tuple(self._sealed.read_message(row) for row in rows if row.inbox_id == number)
            batch.receipts[key] = _receipt(replies, repeated=True)

    async def _finish(self, stored: Stored, state: str) -> Receipt:
        """Answer a stored event, with its turn or (ASIDE) with an apology, and empty it."""

        def work(tx: sa.Connection) -> tuple[Done, Ledger]:
            ledger = self._ledger(tx)
            kept = sessions.load(tx, [stored.address_id])
            session = self._session(kept, stored.address_id)
            if state == inbox.DONE:
                talks_of = kept[stored.address_id].talks_of if kept else ""
                done = self._decide(tx, ledger, stored, session, talks_of=talks_of)
            else:
                done = self._apologise(stored, session)
            ledger.add(done)
            ledger.write()
            inbox.finish(tx, stored.inbox_id, state, self._clock.now())
            return done, ledger

        done, ledger = await self._database.write(work)
        await self._after(ledger)
        return _receipt(done.replies, guarded=done.turn.guarded)

    async def _put_aside(self, stored: Stored) -> Receipt:
        """Close an event that failed too often. Whatever happens, its address goes on."""
        _LOG.error("Event %d failed %d times; it is put aside with an apology.", stored.inbox_id, TRIES)
        try:
            return await self._finish(stored, inbox.ASIDE)
        except Exception as error:
            if is_away(error):
                raise
            _LOG.error("Event %d is put aside in silence: %s", stored.inbox_id, where(error))
        now = self._clock.now()
        await self._database.write(lambda tx: inbox.finish(tx, stored.inbox_id, inbox.ASIDE, now))
        return Receipt(())

    def _apologise(self, stored: Stored, session: Session) -> Done:
        day = self._day_of(stored.event)
        reply = Reply(APOLOGY)
        rendered = self._talk.render(reply, session.language, day, session.commune)
        return Done(stored, day, Turn(session, (reply,)), (rendered,))

    def _day_of(self, event: Incoming) -> date:
        """The law's day: the local day on which the event was received."""
        return event.received.astimezone(self._zone).date()

    def _ledger(self, tx: sa.Connection) -> Ledger:
        return Ledger(tx, self._sealed, self._clock.now(), self._platform)

    async def _after(self, ledger: Ledger) -> None:
        """After the commit: wake the senders; take what was erased out of the log."""
        if ledger.has_to_send:
            for outlet in self._outlets.values():
                outlet.wake()
        if ledger.has_erased and not await self._database.scrub():
            _LOG.info("The log still holds erased rows, a reader was in the way; the sweep tries again.")


def where(error: BaseException) -> str:
    """Return kind and place of an error, without its words: they may quote what a person said."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    last = frames[-1]
    return f"{type(error).__name__} in {PurePath(last.filename).name}:{last.lineno} ({last.name})"


def _speaks(events: Iterable[Incoming], channel: str) -> bool:
    return any(event.address.channel == channel for event in events)


def _receipt(replies: tuple[Rendered, ...], *, guarded: bool = False, repeated: bool = False) -> Receipt:
    return Receipt(replies, guarded or any(reply.guarded for reply in replies), repeated)
