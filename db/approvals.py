"""What waits for a second person, and what was ruled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.core.approvals import Approval, Stage, Subject
from db.tables import approvals, staff


@dataclass(frozen=True, slots=True)
class Kept:
    id: int
    approval: Approval
    reason: str = ""  # of a refusal
    author: str = ""  # name of today


def add(tx: sa.Connection, approval: Approval, now: datetime) -> int:
    """Keep a new approval; return its number."""
    row = {
        "subject": approval.subject.kind,
        "subject_id": approval.subject.id,
        "hash": approval.hash,
        "author_id": approval.author,
        "stage": approval.stage,
        "until": approval.until,
        "created_at": now,
    }
    number: int = tx.execute(sa.insert(approvals).values(row).returning(approvals.c.id)).scalar_one()
    return number


def find(tx: sa.Connection, approval_id: int) -> Kept | None:
    rows = _read(tx, approvals.c.id == approval_id)
    return rows[0] if rows else None


def of(tx: sa.Connection, subject: Subject) -> Sequence[Kept]:
    """Return all approvals of a subject, the newest first."""
    return _read(tx, sa.and_(approvals.c.subject == subject.kind, approvals.c.subject_id == subject.id))


def waiting_for(tx: sa.Connection, staff_id: int, now: datetime) -> Sequence[Kept]:
    """Return what waits, in time, for somebody who is not its author: what this member may rule on."""
    waits = sa.and_(approvals.c.stage == Stage.WAITING, approvals.c.until > now)
    return _read(tx, sa.and_(waits, approvals.c.author_id != staff_id))


def by_author(tx: sa.Connection, staff_id: int, most: int) -> Sequence[Kept]:
    """Return what a member asked for, the newest first."""
    return _read(tx, approvals.c.author_id == staff_id)[:most]


def save(
    tx: sa.Connection, approval_id: int, before: Stage, approval: Approval, now: datetime, reason: str = ""
) -> bool:
    """Write a ruling; False where somebody else ruled first."""
    same = sa.and_(approvals.c.id == approval_id, approvals.c.stage == before)
    change = {"stage": approval.stage, "approver_id": approval.approver, "ruled_at": now, "reason": reason}
    return tx.execute(sa.update(approvals).where(same).values(change)).rowcount == 1


def withdraw(tx: sa.Connection, subject: Subject, now: datetime) -> None:
    """Take back whatever waits or was said yes to: the subject is no longer what it was."""
    of = sa.and_(approvals.c.subject == subject.kind, approvals.c.subject_id == subject.id)
    open_ones = approvals.c.stage.in_((Stage.WAITING, Stage.APPROVED))
    tx.execute(sa.update(approvals).where(of, open_ones).values(stage=Stage.WITHDRAWN, ruled_at=now))


def _read(tx: sa.Connection, which: sa.ColumnElement[bool]) -> list[Kept]:
    statement = sa.select(approvals, staff.c.name).join_from(approvals, staff, approvals.c.author_id == staff.c.id)
    rows = tx.execute(statement.where(which).order_by(approvals.c.id.desc()))
    return [
        Kept(
            row.id,
            Approval(
                Subject(row.subject, row.subject_id),
                row.hash,
                row.author_id,
                row.until,
                Stage(row.stage),
                row.approver_id,
            ),
            row.reason,
            row.name,
        )
        for row in rows
    ]
