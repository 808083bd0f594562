"""A second person says yes or no. The rules: core/approvals.py. Each ruling stands in the audit."""

from datetime import datetime

import sqlalchemy as sa

from bot.core import approvals as core
from bot.core.approvals import Approval, Objection, Ruling, Subject
from bot.core.staff import Member
from bot.services import access
from bot.services.access import Right
from db import approvals as rows
from db import audit


def ask(tx: sa.Connection, by: Member, subject: Subject, shown: str, until: datetime, now: datetime) -> int:
    """Ask a second person for a subject as it is shown (`shown`: its hash); return the approval's number."""
    audit.note(tx, by.id, "submitted", subject.kind, subject.id, now)
    return rows.add(tx, Approval(subject, shown, by.id, until), now)


def rule(
    tx: sa.Connection, by: Member, approval_id: int, ruling: Ruling, shown: str, now: datetime, reason: str = ""
) -> Approval | Objection | None:
    """Rule on what `by` was shown (its hash). None: no such approval; an Objection: the ruling does not count.

    Raises NotAllowed without the right to approve; to take one's own back needs none.
    """
    if ruling is not Ruling.WITHDRAW:
        access.confirm(tx, by, Right.APPROVE)
    kept = rows.find(tx, approval_id)
    if kept is None:
        return None
    after = core.rule(kept.approval, ruling, by=by.id, shown=shown, now=now)
    if isinstance(after, Objection):
        return after
    if not rows.save(tx, approval_id, kept.approval.stage, after, now, reason):
        return Objection.DECIDED
    audit.note(tx, by.id, after.stage, after.subject.kind, after.subject.id, now)
    return after


def waiting(tx: sa.Connection, member: Member, now: datetime) -> int:
    """How much waits for this member's yes or no: a queue."""
    return len(rows.waiting_for(tx, member.id, now)) if access.may(member, Right.APPROVE) else 0
