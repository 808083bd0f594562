"""Messages that asked, kept without address; and the counts of closed days, which outlive them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from db.engine import insert
from db.tables import content_edits, daily_counts, messages, questions

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
    """Erase questions, and the words of drafts that were made of them and that nobody has approved."""
    if numbers:
        edits = sa.select(questions.c.edit_id).where(questions.c.id.in_(numbers), questions.c.edit_id.is_not(None))
        unread = sa.and_(content_edits.c.id.in_(edits), content_edits.c.stage.not_in(("approved", "written")))
        tx.execute(sa.update(content_edits).where(unread).values(body=None, stage="dropped"))
        tx.execute(sa.delete(questions).where(questions.c.id.in_(numbers)))


@dataclass(frozen=True, slots=True)
class Kept:
    """A question whose text is kept. `vote` "wrong": answered, and not with what was meant. `edit_id`: the change of
    the content that was made of it."""

    number: int
    day: date
    channel: str
    language: str
    commune: str
    topic: str
    decision: str
    vote: str | None
    edit_id: int | None
    text: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which questions with a text; "" and None: all. `since` and before `until`: local days."""

    commune: str = ""
    language: str = ""
    channel: str = ""
    decision: str = ""  # none | wrong
    since: date | None = None
    until: date | None = None
    is_open: bool = True  # only those of which nothing was made yet


def kept(tx: sa.Connection, wanted: Wanted, most: int) -> list[Kept]:
    """Return questions nobody answered, and those answered amiss, the newest first, at most so many."""
    columns = [questions.c[name] for name in (
        "id", "day", "channel", "language", "commune", "topic", "decision", "vote", "edit_id", "text",
    )]  # fmt: skip
    statement = sa.select(*columns).where(questions.c.text.is_not(None))
    for name in ("commune", "language", "channel"):
        if value := getattr(wanted, name):
            statement = statement.where(questions.c[name] == value)
    if wanted.decision == "wrong":
        statement = statement.where(questions.c.vote == "wrong")
    elif wanted.decision:
        statement = statement.where(questions.c.decision == wanted.decision, questions.c.vote.is_distinct_from("wrong"))
    if wanted.since is not None:
        statement = statement.where(questions.c.day >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(questions.c.day < wanted.until)
    if wanted.is_open:
        statement = statement.where(questions.c.edit_id.is_(None))
    return [Kept(*row) for row in tx.execute(statement.order_by(questions.c.id.desc()).limit(most))]


def number_open(tx: sa.Connection) -> int:
    """How many have a text and nothing made of them yet."""
    waits = sa.and_(questions.c.text.is_not(None), questions.c.edit_id.is_(None))
    number: int = tx.execute(sa.select(sa.func.count()).select_from(questions).where(waits)).scalar_one()
    return number


def belong_to(tx: sa.Connection, numbers: Collection[int], edit_id: int) -> None:
    """Note that a change of the content was made of these."""
    if numbers:
        changed = sa.update(questions).where(questions.c.id.in_(numbers), questions.c.text.is_not(None))
        tx.execute(changed.values(edit_id=edit_id))


def free(tx: sa.Connection, edit_id: int) -> None:
    """Put the questions of a change that does not come back among those nobody answered."""
    tx.execute(sa.update(questions).where(questions.c.edit_id == edit_id).values(edit_id=None))


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
