"""What staff do with what people passed to them: find, claim, read, answer, release, hand on, close.

Before somebody has claimed it, nobody reads it: commune, language, age and kind are all there is to see. Each look and
each change stands in the audit. States: core/handover.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import sqlalchemy as sa

from bot.core.handover import BY_STAFF, DISTRESS, END, TABLE, Action, Handover, Reason, State
from bot.core.home import MENU, STAFF
from bot.core.markup import parse, plain
from bot.core.staff import Member, Role
from bot.core.states import move
from bot.core.text import clean
from bot.services import access
from bot.services.access import HANDOVERS, Right, reaches_handover
from bot.services.ports import Clock
from bot.services.sealed import Sealed
from bot.services.talks import Talks
from db import addresses, audit, staff
from db import handovers as rows
from db.engine import Database

LONGEST: Final = 4000  # characters of one answer


class Trouble(StrEnum):
    """Why something was not done."""

    NOT_THERE = "not_there"  # gone, or not theirs to see
    TAKEN = "taken"  # somebody was faster
    NOT_YOURS = "not_yours"  # somebody else has it
    EMPTY = "empty"
    TOO_LONG = "too_long"
    STOPPED = "stopped"  # the person does not want to hear from us
    NO_REASON = "no_reason"
    NOT_FOR_THEM = "not_for_them"  # the colleague may not have it


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a talk as staff read it. `by` "": the person."""

    at: datetime
    by: str
    by_person: bool
    text: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A handover as a member sees it. `lines` and `colleagues` are empty unless it is theirs."""

    handover: Handover
    is_mine: bool
    may_take_over: bool
    is_reachable: bool
    lines: tuple[Said, ...] = ()
    colleagues: tuple[Member, ...] = ()


class Handovers:
    def __init__(self, database: Database, sealed: Sealed, clock: Clock, talks: Talks) -> None:
        self._database, self._sealed, self._clock, self._talks = database, sealed, clock, talks

    async def every(self, by: Member, *, closed: bool = False) -> Sequence[Handover]:
        """Return what this member may know of, oldest first; `closed`: what is over, the newest first."""
        states = (State.CLOSED,) if closed else (State.OPEN, State.CLAIMED)
        now = self._clock.now()

        def work(tx: sa.Connection) -> list[Handover]:
            me = access.confirm(tx, by, Right.ANSWER)
            audit.note(tx, me.id, "listed", access.HANDOVER.name, "", now)
            found = [each for each in rows.every(tx, tuple(HANDOVERS), states) if reaches_handover(me, each)]
            return found[::-1] if closed else found

        return await self._database.write(work)

    async def open(self, by: Member, number: int) -> Opened | None:
        """Return a handover for `by` to look at, noted in the audit; its words only where they have it."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> Opened | None:
            found = _fetch(tx, by, number, now)
            if found is None:
                return None
            is_mine = found.staff_id == by.id
            kept = addresses.read(tx, found.address_id)
            opened = Opened(
                found,
                is_mine,
                may_take_over=found.state is State.CLAIMED and not is_mine and by.has(Role.SUPERVISOR),
                is_reachable=kept is not None and kept.state == addresses.ACTIVE,
            )
            if not is_mine:
                return opened
            rows.note_read(tx, number, now)
            colleagues = _colleagues(tx, by, found)
            return Opened(found, True, False, opened.is_reachable, self._lines(tx, found), colleagues)

        return await self._database.write(work)

    async def claim(self, by: Member, number: int) -> Trouble | None:
        """Take what waits. Of two at the same moment one has it; the person is told that somebody reads."""
        return await self._act(by, number, lambda tx, found, now: self._claim(tx, by, found, now))

    async def take_over(self, by: Member, number: int) -> Trouble | None:
        """A supervisor takes what a colleague has and does not come to."""

        def act(tx: sa.Connection, found: Handover, now: datetime) -> Trouble | None:
            if not by.has(Role.SUPERVISOR) or found.staff_id in (None, by.id):
                return Trouble.NOT_YOURS
            return _give(tx, by, found, by.id, now)

        return await self._act(by, number, act)

    async def answer(self, by: Member, number: int, text: str) -> Trouble | None:
        """Write to the person. `text` may hold our markup: a part of a topic keeps its form."""
        text = clean(text).replace("\r\n", "\n").strip()
        if not text:
            return Trouble.EMPTY
        if len(text) > LONGEST:
            return Trouble.TOO_LONG

        def act(tx: sa.Connection, found: Handover, now: datetime) -> Trouble | None:
            if not _has(by, found):
                return Trouble.NOT_YOURS
            if not self._talks.tell(tx, found, now, "handover.answer", END, words=text):
                return Trouble.STOPPED
            rows.add_line(tx, number, by.id, self._sealed.line(text), now)
            rows.note_answer(tx, number, now)
            audit.note(tx, by.id, "answered", HANDOVERS[found.kind].name, number, now)
            return None

        return await self._act(by, number, act)

    async def release(self, by: Member, number: int) -> Trouble | None:
        """Give it back: it waits again for whoever may; the person is told that the bot answers meanwhile."""

        def act(tx: sa.Connection, found: Handover, now: datetime) -> Trouble | None:
            if not _has(by, found):
                return Trouble.NOT_YOURS
            after = move(TABLE, found.state, Action.RELEASE)
            rows.move(tx, number, found.state, after, held_by=by.id, staff_id=None)
            self._talks.tell_left(tx, found, now)
            audit.note(tx, by.id, "released", HANDOVERS[found.kind].name, number, now)
            return None

        return await self._act(by, number, act)

    async def hand_on(self, by: Member, number: int, to: int) -> Trouble | None:
        """Give it to a colleague who may have it."""

        def act(tx: sa.Connection, found: Handover, now: datetime) -> Trouble | None:
            if not _has(by, found):
                return Trouble.NOT_YOURS
            if to not in {each.id for each in _colleagues(tx, by, found)}:
                return Trouble.NOT_FOR_THEM
            return _give(tx, by, found, to, now)

        return await self._act(by, number, act)

    async def close(self, by: Member, number: int, reason: str) -> Trouble | None:
        """End it; the person is told kindly, and the bot answers again."""
        if reason not in BY_STAFF:
            return Trouble.NO_REASON

        def act(tx: sa.Connection, found: Handover, now: datetime) -> Trouble | None:
            if not _has(by, found):
                return Trouble.NOT_YOURS
            after = move(TABLE, found.state, Action.CLOSE)
            rows.move(tx, number, found.state, after, held_by=by.id, closed_at=now, reason=Reason(reason))
            self._talks.tell(tx, found, now, "handover.closed", MENU, STAFF)
            audit.note(tx, by.id, "closed", HANDOVERS[found.kind].name, number, now)
            return None

        return await self._act(by, number, act)

    async def _act(
        self, by: Member, number: int, act: Callable[[sa.Connection, Handover, datetime], Trouble | None]
    ) -> Trouble | None:
        """Run `act` on a handover that `by` may reach at this moment; afterwards the senders look."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> Trouble | None:
            me = staff.find(tx, by.id)
            found = rows.find(tx, number)
            if me is None or found is None or not reaches_handover(me, found):
                return Trouble.NOT_THERE
            return act(tx, found, now)

        trouble = await self._database.write(work)
        if trouble is None:
            self._talks.wake()
        return trouble

    def _claim(self, tx: sa.Connection, by: Member, found: Handover, now: datetime) -> Trouble | None:
        if found.state is not State.OPEN:
            return Trouble.TAKEN
        after = move(TABLE, found.state, Action.CLAIM)
        if not rows.move(tx, found.id, State.OPEN, after, staff_id=by.id, read_at=now):
            return Trouble.TAKEN
        key = "handover.taken_distress" if found.kind == DISTRESS else "handover.taken"
        self._talks.tell(tx, found, now, key, END)
        audit.note(tx, by.id, "claimed", HANDOVERS[found.kind].name, found.id, now)
        return None

    def _lines(self, tx: sa.Connection, found: Handover) -> tuple[Said, ...]:
        first = self._sealed.read_handover(rows.body(tx, found.id))
        later = (
            Said(line.at, line.name, line.staff_id is None, _as_read(self._sealed.read_line(line.body), line.staff_id))
            for line in rows.lines(tx, found.id)
        )
        return (*(Said(found.created_at, "", True, text) for text in first), *later)


def _fetch(tx: sa.Connection, by: Member, number: int, now: datetime) -> Handover | None:
    for kind in HANDOVERS.values():
        found = access.fetch(tx, by, kind, number, now)
        if found is not None:
            return found
    return None


def _has(member: Member, handover: Handover) -> bool:
    return handover.state is State.CLAIMED and handover.staff_id == member.id


def _give(tx: sa.Connection, by: Member, found: Handover, to: int, now: datetime) -> Trouble | None:
    if found.state is not State.CLAIMED:
        return Trouble.TAKEN
    after = move(TABLE, found.state, Action.HAND)
    if not rows.move(tx, found.id, found.state, after, held_by=found.staff_id, staff_id=to, read_at=now):
        return Trouble.TAKEN
    audit.note(tx, by.id, "handed", HANDOVERS[found.kind].name, found.id, now)
    return None


def _colleagues(tx: sa.Connection, by: Member, found: Handover) -> tuple[Member, ...]:
    return tuple(
        each.member for each in staff.every(tx) if each.member.id != by.id and reaches_handover(each.member, found)
    )


def _as_read(text: str, staff_id: int | None) -> str:
    """The person's words are theirs as typed; what staff wrote may hold markup."""
    return text if staff_id is None else plain(parse(text))
