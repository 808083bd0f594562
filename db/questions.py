"""Messages that asked, kept without address; and the counts of closed days, which outlive them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from db.engine import insert
from db.tables import daily_counts, messages, questions

_ADD = sa.insert(questions).returning(questions.c.id, sort_by_parameter_order=True)
_KINDS = ("day", "channel", "language", "commune", "topic", "decision")


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A row to insert; no address. `text` (encrypted) only where nobody answered it."""

    day: date
    channel: str
    language: str
    commune: str
    topic: str
    decision: str
    text: bytes | None

    def row(self) -> dict[str, Any]:
        return {
            "day": self.day, "channel": self.channel, "language": self.language, "commune": self.commune,
            "topic": self.topic, "decision": self.decision, "text": self.text, "vote": None, "counted": False,
        }  # fmt: skip


def add(tx: sa.Connection, rows: Sequence[NewQuestion]) -> list[int]:
    """Keep questions; return their numbers in the same order."""
    if not rows:
        return []
    values = [each.row() for each in rows]
    return [number for (number,) in tx.execute(_ADD, values)]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the line of the conversation that asked it."""

    number: int
    body: bytes


def last_of(tx: sa.Connection, address_id: int, topic: str) -> Asked | None:
    """Return this address's last question that was answered with a topic; None where none is kept."""
    statement = (
        sa.select(questions.c.id, messages.c.body)
        .join(messages, messages.c.question_id == questions.c.id)
        .where(messages.c.address_id == address_id, messages.c.by_person, questions.c.topic == topic)
        .order_by(messages.c.id.desc())
        .limit(1)
    )
    row = tx.execute(statement).first()
    return None if row is None else Asked(row.id, row.body)


def vote(tx: sa.Connection, number: int, told: str, text: bytes | None) -> None:
    """Note a vote; a later one takes the place of an earlier one. `text` as in NewQuestion."""
    tx.execute(sa.update(questions).where(questions.c.id == number).values(vote=told, text=text))


def erase(tx: sa.Connection, numbers: Collection[int]) -> None:
    if numbers:
        tx.execute(sa.delete(questions).where(questions.c.id.in_(numbers)))


def count_closed(tx: sa.Connection, today: date) -> int:
    """Add the questions of days before `today` to the daily counts, each question once; return how many."""
    closed = sa.and_(questions.c.day < today, sa.not_(questions.c.counted))
    kinds = [questions.c[name] for name in _KINDS]
    counted = sa.select(*kinds, sa.func.count().label("count")).where(closed).group_by(*kinds)
    rows = [dict(row) for row in (tx.execute(counted)).mappings()]
    if rows:
        adding = insert(tx.dialect.name, daily_counts)
        more = {"count": daily_counts.c.count + adding.excluded["count"]}
        tx.execute(adding.on_conflict_do_update(index_elements=list(_KINDS), set_=more), rows)
        tx.execute(sa.update(questions).where(closed).values(counted=True))
    return sum(row["count"] for row in rows)


def forget_texts(tx: sa.Connection, before: date) -> int:
    """Delete the kept texts of questions asked before that day; return how many."""
    old = sa.and_(questions.c.day < before, questions.c.text.is_not(None))
    return (tx.execute(sa.update(questions).where(old).values(text=None))).rowcount


def forget(tx: sa.Connection, before: date) -> int:
    """Delete counted questions without text, asked before that day, to which no message points; return how many."""
    pointed_to = sa.exists().where(messages.c.question_id == questions.c.id)
    old = sa.and_(questions.c.day < before, questions.c.counted, questions.c.text.is_(None), sa.not_(pointed_to))
    return (tx.execute(sa.delete(questions).where(old))).rowcount
