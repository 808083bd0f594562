"""Questions passed to staff, after the person's yes, and what is said while a member of staff has one."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core.handover import Handover, Reason, State
from db.tables import handover_lines, handovers, staff


@dataclass(frozen=True, slots=True)
class NewHandover:
    address_id: int
    kind: str
    body: bytes
    commune: str
    language: str
    created_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a talk. `staff_id` None: the person wrote it."""

    staff_id: int | None
    name: str
    body: bytes
    at: datetime


def add(tx: sa.Connection, handover: NewHandover) -> int:
    row = {**asdict(handover), "state": State.OPEN}
    number: int = tx.execute(sa.insert(handovers).values(row).returning(handovers.c.id)).scalar_one()
    return number


def find(tx: sa.Connection, number: int) -> Handover | None:
    rows = _read(tx, handovers.c.id == number)
    return rows[0] if rows else None


def every(tx: sa.Connection, kinds: Collection[str], states: Collection[State]) -> Sequence[Handover]:
    """Return handovers of these kinds and states, the oldest first."""
    return _read(tx, sa.and_(handovers.c.kind.in_(kinds), handovers.c.state.in_(states)))


def body(tx: sa.Connection, number: int) -> bytes:
    """The messages that were handed over."""
    found: bytes = tx.execute(sa.select(handovers.c.body).where(handovers.c.id == number)).scalar_one()
    return found


def move(tx: sa.Connection, number: int, before: State, after: State, **changed: Any) -> bool:
    """Write the next state; False where the handover is not in the state before any more: somebody was faster."""
    same = sa.and_(handovers.c.id == number, handovers.c.state == before)
    if "held_by" in changed:
        same = sa.and_(same, handovers.c.staff_id == changed.pop("held_by"))
    done = tx.execute(sa.update(handovers).where(same).values(state=after, **changed))
    return done.rowcount == 1


def note_read(tx: sa.Connection, number: int, now: datetime) -> None:
    tx.execute(sa.update(handovers).where(handovers.c.id == number).values(read_at=now))


def note_answer(tx: sa.Connection, number: int, now: datetime) -> None:
    """Note that staff wrote; the first time stops the clock."""
    first = sa.func.coalesce(handovers.c.answered_at, sa.bindparam("now", now, handovers.c.answered_at.type))
    tx.execute(sa.update(handovers).where(handovers.c.id == number).values(answered_at=first, read_at=now))


def add_line(tx: sa.Connection, number: int, staff_id: int | None, body: bytes, now: datetime) -> None:
    row = {"handover_id": number, "staff_id": staff_id, "body": body, "created_at": now}
    tx.execute(sa.insert(handover_lines).values(row))


def lines(tx: sa.Connection, number: int) -> Sequence[Line]:
    """Return what was said while somebody had it, oldest first."""
    statement = (
        sa.select(
            handover_lines.c.staff_id, sa.func.coalesce(staff.c.name, ""), handover_lines.c.body,
            handover_lines.c.created_at,
        )
        .outerjoin_from(handover_lines, staff, staff.c.id == handover_lines.c.staff_id)
        .where(handover_lines.c.handover_id == number)
        .order_by(handover_lines.c.id)
    )  # fmt: skip
    return [Line(*row) for row in tx.execute(statement)]


def of_address(tx: sa.Connection, address_id: int) -> Sequence[Handover]:
    """Return what this address passed to staff, oldest first."""
    return _read(tx, handovers.c.address_id == address_id)


# As the person has it


def is_open(tx: sa.Connection, address_id: int) -> bool:
    """Whether something this address passed to staff is not closed yet."""
    return waiting(tx, address_id) is not None


def waiting(tx: sa.Connection, address_id: int, kind: str | None = None) -> int | None:
    """Return this address's handover (of one kind) that is not closed: the one somebody has, else the newest."""
    mine = sa.and_(handovers.c.address_id == address_id, handovers.c.state != State.CLOSED)
    if kind is not None:
        mine = sa.and_(mine, handovers.c.kind == kind)
    claimed_first = sa.case((handovers.c.state == State.CLAIMED, 0), else_=1)
    number: int | None = tx.scalar(
        sa.select(handovers.c.id).where(mine).order_by(claimed_first, handovers.c.id.desc()).limit(1)
    )
    return number


def newest(tx: sa.Connection, address_id: int) -> int | None:
    number: int | None = tx.scalar(sa.select(sa.func.max(handovers.c.id)).where(handovers.c.address_id == address_id))
    return number


def end_talks(tx: sa.Connection, address_id: int, now: datetime) -> None:
    """The person has done with whoever of the staff has their handover."""
    mine = sa.and_(handovers.c.address_id == address_id, handovers.c.state == State.CLAIMED)
    tx.execute(sa.update(handovers).where(mine).values(state=State.CLOSED, closed_at=now, reason=Reason.BY_PERSON))


def erase(tx: sa.Connection, address_id: int) -> None:
    _forget(tx, handovers.c.address_id == address_id)


# As the sweep has it


def forget_closed(tx: sa.Connection, moment: datetime) -> int:
    """Delete handovers closed before `moment`; return how many."""
    return _forget(tx, sa.and_(handovers.c.state == State.CLOSED, handovers.c.closed_at < moment))


def release_idle(tx: sa.Connection, moment: datetime) -> Sequence[Handover]:
    """Let wait again what its holder has not looked at since `moment`; return what that was."""
    idle = _read(tx, sa.and_(handovers.c.state == State.CLAIMED, handovers.c.read_at < moment))
    same = sa.and_(handovers.c.id.in_([each.id for each in idle]), handovers.c.state == State.CLAIMED)
    tx.execute(sa.update(handovers).where(same).values(state=State.OPEN, staff_id=None, told_at=None))
    return idle


def untold(tx: sa.Connection) -> Sequence[Handover]:
    """Return what waits and staff were not told of yet."""
    return _read(tx, sa.and_(handovers.c.state == State.OPEN, handovers.c.told_at.is_(None)))


def note_told(tx: sa.Connection, numbers: Collection[int], now: datetime) -> None:
    tx.execute(sa.update(handovers).where(handovers.c.id.in_(numbers)).values(told_at=now))


def kind_of_talk(address_id: sa.ColumnElement[int]) -> sa.ScalarSelect[str]:
    """The kind of the handover that a member of staff has with this address: for statements of every message.

    In the very words of the index of talks: bound values would not match it.
    """
    talks = sa.and_(handovers.c.address_id == address_id, handovers.c.state == sa.literal_column("'claimed'"))
    return sa.select(handovers.c.kind).where(talks).order_by(handovers.c.id.desc()).limit(1).scalar_subquery()


def _forget(tx: sa.Connection, which: sa.ColumnElement[bool]) -> int:
    gone = sa.select(handovers.c.id).where(which)
    tx.execute(sa.delete(handover_lines).where(handover_lines.c.handover_id.in_(gone)))
    return tx.execute(sa.delete(handovers).where(which)).rowcount


def _read(tx: sa.Connection, which: sa.ColumnElement[bool]) -> list[Handover]:
    news = sa.exists().where(
        handover_lines.c.handover_id == handovers.c.id,
        handover_lines.c.staff_id.is_(None),
        handover_lines.c.created_at > sa.func.coalesce(handovers.c.read_at, handovers.c.created_at),
    )
    statement = (
        sa.select(handovers, sa.func.coalesce(staff.c.name, "").label("staff_name"), news.label("has_news"))
        .outerjoin_from(handovers, staff, staff.c.id == handovers.c.staff_id)
        .where(which)
        .order_by(handovers.c.id)
    )
    return [
        Handover(
            row.id, row.address_id, row.kind, row.commune, row.language, State(row.state), row.created_at, row.due_at,
            row.closed_at, row.answered_at, row.staff_id, row.staff_name, row.reason or "", bool(row.has_news),
        )
        for row in tx.execute(statement)
    ]  # fmt: skip
