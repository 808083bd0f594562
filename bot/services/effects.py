"""What turns leave behind, written in the transaction of the turns: lines of the conversation, effects, sessions.

A `Ledger` gathers the rows of a batch so that each table is written once. Guarded lines carry the moment after which
they are gone and leave no question.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from bot.core.campaigns import Delivered
from bot.core.markup import escape
from bot.core.types import (
    Address,
    EraseConversation,
    EraseLead,
    Incoming,
    RecordQuestion,
    Rendered,
    Said,
    Session,
    StopAddress,
    Turn,
    Vote,
)
from bot.services.announcing import note_announced
from bot.services.erasing import erase_person
from bot.services.keeping import KEEP
from bot.services.moment import Moment
from bot.services.outbox import GUARDED_FOR
from bot.services.ports import Platform, Promise
from bot.services.sealed import Sealed
from db import addresses, messages, questions, sessions
from db.deliveries import Ended
from db.messages import End, NewMessage, ToSend

RIGHT, WRONG = "right", "wrong"  # votes


@dataclass(frozen=True, slots=True)
class Stored:
    """An event and the numbers of its rows."""

    event: Incoming
    inbox_id: int
    address_id: int


@dataclass(frozen=True, slots=True)
class Done:
    """An event whose turn is decided, not yet written."""

    stored: Stored
    day: date  # the law's day: local day on which the event was received
    turn: Turn
    replies: tuple[Rendered, ...]


class Ledger:
    """The rows of one transaction. `add` keeps them in memory, `write` puts them into the database.

    Where the address's platform is settled, a reply is sent by the commit itself; elsewhere it waits for its sender,
    or is begun (`let_begin`), so that the sender can take it when it is committed.
    """

    def __init__(
        self, tx: sa.Connection, sealed: Sealed, now: datetime, platform: Callable[[Address], Platform]
    ) -> None:
        self.has_to_send = False  # replies wait for a sender
        self.has_erased = False
        self.begun: list[ToSend] = []  # replies whose sends are to begin right after the commit
        self._tx, self._sealed, self._now, self._platform = tx, sealed, now, platform
        self._unwritten: list[Done] = []
        self._sessions: dict[int, Session] = {}
        self._lines: dict[int, list[Said]] = {}
        self._stopped: set[int] = set()  # in this transaction
        self._room: dict[str, int] = {}  # by channel: sends that may be begun
        self._held_up: set[int] = set()  # addresses whose replies wait for others

    def let_begin(self, promises: Mapping[str, Promise], held_up: Iterable[int]) -> None:
        """Begin first replies as promised by channel, except to addresses that have replies waiting already."""
        self._room = {channel: promise.room for channel, promise in promises.items()}
        self._held_up = {*held_up, *(number for promise in promises.values() for number in promise.but)}

    def lines(self, address_id: int) -> tuple[Said, ...]:
        """Lines of this address that the database does not show yet, oldest first."""
        return tuple(self._lines.get(address_id, ()))

    def add(self, done: Done) -> None:
        """Take up a turn. An erasure happens at once: what came before it goes, what comes after it stays."""
        erasure = _erasure_of(done.turn)
        if erasure is not None:
            self.write()
            number, before = done.stored.address_id, done.stored.inbox_id
            for each in erase_person(self._tx, number, self._now, before=before, whole=erasure.whole_person):
                self._sealed.note_erased(addresses.address_of(self._tx, each))
                self._forget_begun(each)
            self.has_erased = True
        self._follow_stops(done)
        self._take_votes(done)
        self._unwritten.append(done)
        self._sessions[done.stored.address_id] = done.turn.session
        self._lines.setdefault(done.stored.address_id, []).extend(self._kept_lines(done))

    def write(self) -> None:
        """Write everything taken up so far."""
        numbers = self._write_questions()
        rows = [row for done in self._unwritten for row in self._rows(done, numbers)]
        self._note_begun(zip(messages.add(self._tx, rows), rows, strict=True))
        for done in self._unwritten:
            self._apply(done)
        saved = {address_id: self._sealed.session(session) for address_id, session in self._sessions.items()}
        sessions.save(self._tx, saved, self._now)
        self._unwritten, self._sessions, self._lines = [], {}, {}

    def _follow_stops(self, done: Done) -> None:
        """A person who stopped us gets nothing of what came before; with their next event they are back."""
        address_id = done.stored.address_id
        if any(isinstance(effect, StopAddress) for effect in done.turn.effects):
            self.write()
            stop(self._tx, address_id)
            self._stopped.add(address_id)
            self._forget_begun(address_id)
        elif address_id in self._stopped:
            addresses.resume(self._tx, address_id)
            self._stopped.remove(address_id)

    def _take_votes(self, done: Done) -> None:
        """Note whether an answer was what was meant; where not, keep its question's text for editors."""
        for effect in done.turn.effects:
            if isinstance(effect, Vote):
                self.write()  # the question may have come in this very batch
                asked = questions.last_of(self._tx, done.stored.address_id, effect.topic)
                if asked is not None:
                    text = None if effect.is_right else self._sealed.kept_question(asked.body)
                    questions.vote(self._tx, asked.number, RIGHT if effect.is_right else WRONG, text)

    def _write_questions(self) -> dict[int, int]:
        """Keep the questions asked; return the question's number by the number of its event."""
        asked = [(done, effect) for done in self._unwritten if (effect := _question_of(done.turn)) is not None]
        rows = [
            questions.NewQuestion(
                done.day,
                done.stored.event.address.channel,
                done.turn.session.language,
                done.turn.session.commune,
                effect.topic,
                effect.decision,
                self._sealed.question(effect.text),
            )
            for done, effect in asked
        ]
        numbers = questions.add(self._tx, rows)
        return {done.stored.inbox_id: number for (done, _), number in zip(asked, numbers, strict=True)}

    def _rows(self, done: Done, numbers: dict[int, int]) -> list[NewMessage]:
        """The person's line, if it may be kept, and the replies. The first of them points to the question."""
        question = numbers.get(done.stored.inbox_id)
        rows: list[NewMessage] = []
        for by_person, message, guarded in _said_in(done):
            state = None if by_person else self._reply_state(done.stored)
            rows.append(
                NewMessage(
                    done.stored.address_id,
                    done.stored.inbox_id,
                    len(rows),
                    by_person,
                    self._sealed.message(message),
                    message.version,
                    question if not rows else None,
                    self._now + GUARDED_FOR if guarded else None,
                    state,
                    self._now,
                )
            )
        return rows

    def _reply_state(self, stored: Stored) -> str:
        channel, address_id = stored.event.address.channel, stored.address_id
        if self._platform(stored.event.address).is_settled:
            return messages.SENT
        if self._room.get(channel, 0) and address_id not in self._held_up:
            self._room[channel] -= 1
            self._held_up.add(address_id)
            return messages.SENDING
        self.has_to_send = True
        return messages.PENDING

    def _note_begun(self, added: Iterable[tuple[int, NewMessage]]) -> None:
        """Take down what the commit begins, with the numbers that the database gave."""
        addressed = {done.stored.inbox_id: done.stored.event.address for done in self._unwritten}
        for number, row in added:
            if row.state == messages.SENDING and row.inbox_id is not None:
                self.begun.append(
                    ToSend(
                        number, row.address_id, addressed[row.inbox_id], row.body, row.content_version,
                        row.guarded_until is not None, tries=0,
                    )
                )  # fmt: skip

    def _forget_begun(self, address_id: int) -> None:
        self.begun = [row for row in self.begun if row.address_id != address_id]

    def _apply(self, done: Done) -> None:
        """Keep the effects that are rows of their own (the others have had their place)."""
        stored = done.stored
        for effect in done.turn.effects:
            self.has_erased |= isinstance(effect, EraseLead)
            keep = KEEP.get(type(effect))
            if keep is not None:
                address, session = stored.event.address, done.turn.session
                keep(Moment(self._tx, self._sealed, address, stored.address_id, session, done.day, self._now), effect)

    def _kept_lines(self, done: Done) -> list[Said]:
        return [Said(self._now, by_person, message) for by_person, message, guarded in _said_in(done) if not guarded]


def note_ends(tx: sa.Connection, ends: Sequence[End | Ended]) -> None:
    """Note how sends ended. Who stopped us gets neither this message nor those behind it."""
    messages.note(tx, [end for end in ends if isinstance(end, End)])
    note_announced(tx, [end for end in ends if isinstance(end, Ended)])
    for end in ends:
        if end.state in (messages.BLOCKED, Delivered.BLOCKED):
            stop(tx, end.row.address_id)


def stop(tx: sa.Connection, address_id: int) -> None:
    """The person stopped us: nothing more is sent until they write again."""
    messages.block(tx, address_id)
    addresses.block(tx, address_id)


def _said_in(done: Done) -> list[tuple[bool, Rendered, bool]]:
    """Return each line of a turn in order: by the person, what, guarded. After an erasure only the replies stand."""
    lines = [(False, reply, done.turn.guarded or reply.guarded) for reply in done.replies]
    if done.turn.said and _erasure_of(done.turn) is None:
        lines.insert(0, (True, Rendered(escape(done.turn.said)), done.turn.guarded))
    return lines


def _erasure_of(turn: Turn) -> EraseConversation | None:
    return next((effect for effect in turn.effects if isinstance(effect, EraseConversation)), None)


def _question_of(turn: Turn) -> RecordQuestion | None:
    """Return the question to record; a guarded turn leaves none."""
    if turn.guarded:
        return None
    return next((effect for effect in turn.effects if isinstance(effect, RecordQuestion)), None)
