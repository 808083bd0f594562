"""Changes of the content that staff drafted: what each is, how far it is, what it would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core.editing import Kind, Stage
from db.tables import approvals, content_edits, staff


@dataclass(frozen=True, slots=True)
class Kept:
    """`body` is encrypted, None once it is forgotten. `compared`: JSON. `reason`: why it was refused. `author`,
    `name`: the member's number and name of today."""

    id: int
    kind: Kind
    target: str
    body: bytes | None
    stage: Stage
    author: int
    name: str
    approval_id: int | None
    compared: str | None
    reason: str
    created_at: datetime
    changed_at: datetime


def add(tx: sa.Connection, kind: Kind, target: str, body: bytes, author: int, now: datetime) -> int:
    """Keep a draft; return its number."""
    row = {
        "kind": kind, "target": target, "body": body, "stage": Stage.DRAFT, "author_id": author,
        "created_at": now, "changed_at": now,
    }  # fmt: skip
    number: int = tx.execute(sa.insert(content_edits).values(row).returning(content_edits.c.id)).scalar_one()
    return number


def find(tx: sa.Connection, edit_id: int) -> Kept | None:
    rows = _read(tx, content_edits.c.id == edit_id, 1)
    return rows[0] if rows else None


def newest(tx: sa.Connection, most: int) -> Sequence[Kept]:
    return _read(tx, sa.true(), most)


def unwritten(tx: sa.Connection, most: int) -> Sequence[Kept]:
    """Return what is approved and not in the folder yet."""
    return _read(tx, content_edits.c.stage == Stage.APPROVED, most)


def move(tx: sa.Connection, edit_id: int, before: Stage, after: Stage, now: datetime) -> bool:
    """Write a new stage; False where somebody else moved it first."""
    same = sa.and_(content_edits.c.id == edit_id, content_edits.c.stage == before)
    return tx.execute(sa.update(content_edits).where(same).values(stage=after, changed_at=now)).rowcount == 1


def ask(tx: sa.Connection, edit_id: int, approval_id: int) -> None:
    tx.execute(sa.update(content_edits).where(content_edits.c.id == edit_id).values(approval_id=approval_id))


def compare(tx: sa.Connection, edit_id: int, compared: str) -> None:
    tx.execute(sa.update(content_edits).where(content_edits.c.id == edit_id).values(compared=compared))


def forget(tx: sa.Connection, before: datetime) -> int:
    """Delete the words of changes last moved before that moment; return how many."""
    old = sa.and_(content_edits.c.changed_at < before, content_edits.c.body.is_not(None))
    return tx.execute(sa.update(content_edits).where(old).values(body=None)).rowcount


def _read(tx: sa.Connection, which: sa.ColumnElement[bool], most: int) -> list[Kept]:
    c = content_edits.c
    statement = (
        sa.select(
            c.id, c.kind, c.target, c.body, c.stage, c.author_id, staff.c.name, c.approval_id, c.compared,
            sa.func.coalesce(approvals.c.reason, ""), c.created_at, c.changed_at,
        )
        .join_from(content_edits, staff, c.author_id == staff.c.id)
        .outerjoin(approvals, c.approval_id == approvals.c.id)
        .where(which)
        .order_by(c.id.desc())
        .limit(most)
    )  # fmt: skip
    rows: list[Any] = list(tx.execute(statement))
    return [Kept(row[0], Kind(row[1]), row[2], row[3], Stage(row[4]), *row[5:]) for row in rows]
