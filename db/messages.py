"""What was said both ways. Rows for the person to read, not yet sent, are the outbox."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.core.types import Address
from db.prepared import Prepared
from db.tables import addresses, messages

# Delivery states (the words of the design); None stands for what the person said.
PENDING: Final = "pending"
SENDING: Final = "sending"
SENT: Final = "sent"
SEEN: Final = "seen"  # came later than a turn, and a page that held it was served
BLOCKED: Final = "blocked"
REFUSED: Final = "refused"
UNSURE: Final = "unsure"

_OPEN: Final = (PENDING, SENDING)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A row to insert. `guarded_until`: shown once, gone after that moment."""

    address_id: int
    inbox_id: int | None
    seq: int
    by_person: bool
    body: bytes
    content_version: str
    question_id: int | None
    guarded_until: datetime | None
    state: str | None
    created_at: datetime

    def row(self) -> dict[str, Any]:
        sent, is_open = self.state == SENT, self.state in _OPEN
        return {
            "address_id": self.address_id, "inbox_id": self.inbox_id, "seq": self.seq, "by_person": self.by_person,
            "body": self.body, "content_version": self.content_version, "question_id": self.question_id,
            "guarded_until": self.guarded_until, "state": self.state, "created_at": self.created_at,
            "due": self.created_at if is_open else None, "sent_at": self.created_at if sent else None,
            "tries": int(self.state == SENDING),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeptMessage:
    inbox_id: int | None
    at: datetime
    by_person: bool
    body: bytes
    content_version: str
    guarded: bool
    is_news: bool = False  # came later than a turn, and no page that held it was served yet


@dataclass(frozen=True, slots=True)
class ToSend:
    """A reply that waits for its sender. `tries`: sends begun before that may have arrived."""

    id: int
    address_id: int
    address: Address
    body: bytes
    content_version: str
    guarded: bool
    tries: int


def add(tx: sa.Connection, rows: Sequence[NewMessage]) -> list[int]:
    """Add lines; return their numbers in the same order."""
    return [number for (number,) in _ADD.run(tx, [each.row() for each in rows])]


def read(
    tx: sa.Connection, address_id: int, *, last: int | None = None, now: datetime | None = None
) -> list[KeptMessage]:
    """Return an address's conversation, oldest first, without guarded lines; all of it, or its `last` lines.

    `now`: for a page that is about to be served, with guarded lines that came later than their turn.
    """
    stays: sa.ColumnElement[bool] = messages.c.guarded_until.is_(None)
    if now is not None:
        stays = sa.or_(stays, sa.and_(messages.c.inbox_id.is_(None), messages.c.guarded_until > now))
    mine = _kept().where(messages.c.address_id == address_id, stays)
    newest_first = mine.order_by(messages.c.id.desc()).limit(last)
    return _as_kept(tx.execute(newest_first))[::-1]


def note_seen(tx: sa.Connection, address_id: int, until: datetime, guarded_until: datetime) -> None:
    """Note that what came later than its turn, up to that moment, stood on a page that was served.

    What is guarded goes at `guarded_until`.
    """
    news = sa.and_(
        messages.c.address_id == address_id, messages.c.inbox_id.is_(None), messages.c.state == SENT,
        messages.c.created_at <= until,
    )  # fmt: skip
    goes = sa.case(
        (messages.c.guarded_until.is_not(None), sa.bindparam("goes", guarded_until, messages.c.guarded_until.type))
    )
    tx.execute(sa.update(messages).where(news).values(state=SEEN, guarded_until=goes))


def replies_to(tx: sa.Connection, inbox_ids: Collection[int], now: datetime) -> list[KeptMessage]:
    """Return what was answered to these events, in order; guarded lines only until their time is over."""
    in_time = sa.or_(messages.c.guarded_until.is_(None), messages.c.guarded_until > now)
    statement = _kept().where(messages.c.inbox_id.in_(inbox_ids), sa.not_(messages.c.by_person), in_time)
    return _as_kept(tx.execute(statement.order_by(messages.c.inbox_id, messages.c.seq)))


def erase(tx: sa.Connection, address_id: int) -> list[int]:
    """Delete an address's whole conversation; return the numbers of the questions it pointed to."""
    mine = messages.c.address_id == address_id
    asked = tx.scalars(sa.select(messages.c.question_id).where(mine, messages.c.question_id.is_not(None)))
    numbers = [number for number in asked if number is not None]
    tx.execute(sa.delete(messages).where(mine))
    return numbers


def forget_before(tx: sa.Connection, moment: datetime) -> int:
    """Delete what was said before `moment`; return how many rows."""
    return (tx.execute(sa.delete(messages).where(messages.c.created_at < moment))).rowcount


def forget_guarded(tx: sa.Connection, now: datetime) -> int:
    """Delete guarded rows whose time is over; one not sent yet stays until it is. Return how many."""
    over = sa.and_(messages.c.guarded_until.is_not(None), messages.c.guarded_until <= now)
    still_open = sa.func.coalesce(messages.c.state, "").in_(_OPEN)
    return (tx.execute(sa.delete(messages).where(over, sa.not_(still_open)))).rowcount


# The outbox


def begin(tx: sa.Connection, channel: str, now: datetime, *, limit: int, but: Collection[int]) -> list[ToSend]:
    """Begin the sends of up to `limit` replies of this channel that are due, oldest first, one of each address.

    `but` are numbers of addresses that may not be written to yet. A reply waits for those before it of its address.
    """
    given = {"channel": channel, "now": now, "but": list(but), "limit": limit}
    rows = tx.execute(_DUE, given).all()
    if rows:
        tx.execute(_BEGIN, {"ids": [row.id for row in rows]})
    return [
        ToSend(
            row.id, row.address_id, Address(row.channel, row.chat), row.body, row.content_version,
            row.guarded_until is not None, row.tries,
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class End:
    """How a send ended. `due` for PENDING, `sent_at` for SENT; `never_left`: nothing of it can have arrived."""

    row: ToSend
    state: str
    due: datetime | None = None
    sent_at: datetime | None = None
    never_left: bool = False


def note(tx: sa.Connection, ends: Iterable[End]) -> None:
    """Note how sends ended. A row that was erased meanwhile stays gone."""
    rows = [
        {"number": end.row.id, "to": end.state, "due": end.due, "sent_at": end.sent_at, "less": int(end.never_left)}
        for end in ends
    ]
    _END.run(tx, rows)


def block(tx: sa.Connection, address_id: int) -> None:
    """Nothing that waits for this address will be sent: the person stopped us."""
    waiting = sa.and_(messages.c.address_id == address_id, messages.c.state == PENDING)
    tx.execute(sa.update(messages).where(waiting).values(state=BLOCKED, due=None))


def send_again(tx: sa.Connection, channel: str, now: datetime) -> int:
    """At start: make replies whose send was under way pending again. Return how many."""
    of_channel = sa.select(addresses.c.id).where(addresses.c.channel == channel)
    was_sending = sa.and_(messages.c.state == SENDING, messages.c.address_id.in_(of_channel))
    return tx.execute(sa.update(messages).where(was_sending).values(state=PENDING, due=now)).rowcount


def next_due(tx: sa.Connection, channel: str) -> datetime | None:
    """Return when the first pending reply of this channel fell or falls due; None when none is pending."""
    moment: datetime | None = tx.scalar(_NEXT_DUE, {"channel": channel})
    return moment


def is_open(table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Not sent yet, in the very words of the index of open replies: bound values would not match it."""
    return table.c.state.in_([sa.literal_column(f"'{state}'") for state in _OPEN])


def _held_up() -> sa.ColumnElement[bool]:
    """A reply of the same address stands before it."""
    before = messages.alias()
    earlier = sa.and_(before.c.address_id == messages.c.address_id, before.c.id < messages.c.id)
    return sa.exists().where(earlier, is_open(before))


def _kept() -> sa.Select[Any]:
    return sa.select(
        messages.c.inbox_id, messages.c.created_at, messages.c.by_person, messages.c.body, messages.c.content_version,
        messages.c.guarded_until, messages.c.state,
    )  # fmt: skip


def _as_kept(rows: Iterable[Any]) -> list[KeptMessage]:
    return [
        KeptMessage(
            row.inbox_id,
            row.created_at,
            row.by_person,
            row.body,
            row.content_version,
            row.guarded_until is not None,
            row.inbox_id is None and row.state == SENT,
        )
        for row in rows
    ]


# Statements of every single send, made once: to put one together costs more than to execute it (measured).

_NOW: Final = sa.bindparam("now", type_=messages.c.due.type)
_DUE: Final = (
    sa.select(
        messages.c.id, messages.c.address_id, messages.c.body, messages.c.content_version, messages.c.guarded_until,
        messages.c.tries, addresses.c.channel, addresses.c.chat,
    )
    .join(addresses, addresses.c.id == messages.c.address_id)
    .where(is_open(messages), messages.c.state == PENDING, messages.c.due <= _NOW, sa.not_(_held_up()))
    .where(addresses.c.channel == sa.bindparam("channel"))
    .where(messages.c.address_id.not_in(sa.bindparam("but", expanding=True)))
    .order_by(messages.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .with_for_update(of=messages, skip_locked=True)  # PostgreSQL; SQLite has one writer
)  # fmt: skip
_BEGIN: Final = (
    sa.update(messages)
    .where(messages.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(state=SENDING, tries=messages.c.tries + 1)
)
_ADD: Final = Prepared(lambda _dialect: sa.insert(messages).returning(messages.c.id, sort_by_parameter_order=True))
_END: Final = Prepared(
    lambda _dialect: sa.update(messages)
    .where(messages.c.id == sa.bindparam("number"), messages.c.state == SENDING)
    .values(
        state=sa.bindparam("to"), due=sa.bindparam("due"), sent_at=sa.bindparam("sent_at"),
        tries=messages.c.tries - sa.bindparam("less"),
    )
)  # fmt: skip
_NEXT_DUE: Final = sa.select(sa.func.min(messages.c.due, type_=messages.c.due.type)).where(
    is_open(messages),  # by the index of open replies: without it every message ever sent is looked at
    messages.c.state == PENDING,
    messages.c.address_id.in_(sa.select(addresses.c.id).where(addresses.c.channel == sa.bindparam("channel"))),
)
