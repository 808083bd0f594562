"""Helping somebody who calls or stands at the desk: the officer types, the same engine answers.

Nothing of it is kept but each question's row (channel `desk`, without address): the talk lives in memory, one for each
sign-in, and is gone when the next caller comes, after IDLE, or with the process.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

import sqlalchemy as sa

from bot.core.markup import escape
from bot.core.types import (
    Address,
    EraseConversation,
    Incoming,
    Kind,
    Language,
    OpenHandover,
    RecordQuestion,
    Rendered,
    Reply,
    Said,
    Session,
    Turn,
)
from bot.core.world import Look, World
from bot.services.answering import LooksAt, Step
from bot.services.ports import Clock
from bot.services.sealed import Sealed
from db import questions
from db.engine import Database

CHANNEL: Final = "desk"  # marks a question as assisted
IDLE: Final = timedelta(hours=1)
MOST: Final = 500  # talks at once; the one longest away is forgotten first
LONGEST: Final = 2000  # characters of one message

Render = Callable[[Reply, Language, date, str], Rendered]


@dataclass(frozen=True, slots=True)
class Talk:
    """One caller. `turns` counts what was answered, so that the same form twice is one turn."""

    session: Session
    at: datetime
    lines: tuple[Said, ...] = ()
    turns: int = 0


class Assisting:
    """`world` makes what a step may look at, for a day. Keys are numbers of sign-ins."""

    def __init__(
        self,
        database: Database,
        sealed: Sealed,
        clock: Clock,
        zone: tzinfo,
        *,
        step: Step,
        looks_at: LooksAt,
        world: Callable[[date], World],
        render: Render,
    ) -> None:
        self._database, self._sealed, self._clock, self._zone = database, sealed, clock, zone
        self._step, self._looks_at, self._world, self._render = step, looks_at, world, render
        self._talks: OrderedDict[int, Talk] = OrderedDict()

    def read(self, key: int) -> Talk:
        """Return the talk of a sign-in; a fresh one where there is none, or it has lain idle."""
        now = self._clock.now()
        talk = self._talks.get(key)
        if talk is None or now - talk.at > IDLE:
            return Talk(Session(greeted=True), now)
        return talk

    def begin(self, key: int) -> None:
        """The next caller: nothing of the one before stays."""
        self._talks.pop(key, None)

    async def take(self, key: int, kind: Kind, text: str, turn: int) -> None:
        """Answer what was typed or pressed; a form that was answered already changes nothing."""
        talk = self.read(key)
        if turn != talk.turns or not text.strip():
            return
        now = self._clock.now()
        day = now.astimezone(self._zone).date()
        event = Incoming(Address(CHANNEL, "assisted"), f"{key}.{turn}", kind, text[:LONGEST], now)
        world = self._world(day)
        if Look.HISTORY in self._looks_at(talk.session, event, world):
            world = replace(world, history=talk.lines)
        done = _without_address(self._step(talk.session, event, world), talk.session)
        await self._database.write(lambda tx: self._keep(tx, done, day))
        self._talks[key] = self._after(talk, event, done, day)
        self._talks.move_to_end(key)
        if len(self._talks) > MOST:
            self._talks.popitem(last=False)

    def _keep(self, tx: sa.Connection, turn: Turn, day: date) -> None:
        """The question's row is all that stays."""
        session = turn.session
        rows = [
            questions.NewQuestion(
                day, CHANNEL, session.language, session.commune, effect.topic, effect.decision,
                self._sealed.question(effect.text),
            )
            for effect in turn.effects
            if isinstance(effect, RecordQuestion) and not turn.guarded
        ]  # fmt: skip
        questions.add(tx, rows)

    def _after(self, talk: Talk, event: Incoming, turn: Turn, day: date) -> Talk:
        """Add the lines of a turn. What is guarded is shown once: the next turn takes it away."""
        session, now = turn.session, event.received
        told = [self._render(reply, session.language, day, session.commune) for reply in turn.replies]
        typed = [Said(now, True, Rendered(escape(event.text), guarded=turn.guarded))] if event.kind is Kind.TEXT else []
        said = (*typed, *(Said(now, False, replace(each, guarded=each.guarded or turn.guarded)) for each in told))
        kept = tuple(line for line in talk.lines if not line.message.guarded)
        if EraseConversation() in turn.effects:
            kept = ()
        return Talk(session, now, (*kept, *said), talk.turns + 1)


def _without_address(turn: Turn, before: Session) -> Turn:
    """What needs the person's own address cannot be done for a caller: the officer is the staff."""
    if any(isinstance(effect, OpenHandover) for effect in turn.effects):
        return Turn(replace(before, flow=""), (Reply("handover.at_desk"),), guarded=turn.guarded)
    return turn
