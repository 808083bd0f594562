"""What of the handovers waits for a member of staff: their lines on the first page of the console."""

from datetime import datetime

import sqlalchemy as sa

from bot.core.handover import DISTRESS, QUESTION, State
from bot.core.staff import Member, Role
from bot.services.access import HANDOVERS, Right, may, reaches_handover
from db import handovers as rows


def questions(tx: sa.Connection, member: Member, now: datetime) -> int:  # noqa: ARG001  # as every queue
    """Questions nobody has taken yet; a supervisor alone is asked only for what is overdue."""
    if not member.roles & {Role.EDITOR, Role.COUNSELLOR}:
        return 0
    found = rows.every(tx, (QUESTION,), (State.OPEN,))
    return sum(reaches_handover(member, each) for each in found)


def overdue(tx: sa.Connection, member: Member, now: datetime) -> int:
    """What has waited too long for its first answer: for supervisors."""
    if not member.has(Role.SUPERVISOR):
        return 0
    return sum(each.is_overdue(now) for each in rows.every(tx, (QUESTION,), (State.OPEN, State.CLAIMED)))


def calls(tx: sa.Connection, member: Member, now: datetime) -> int:  # noqa: ARG001  # as every queue
    """Calls for help in distress that nobody has taken yet."""
    if not may(member, Right.HELP):
        return 0
    return len(rows.every(tx, (DISTRESS,), (State.OPEN,)))


def own_talks(tx: sa.Connection, member: Member, now: datetime) -> int:  # noqa: ARG001  # as every queue
    """What this member has taken and not closed yet."""
    return sum(each.staff_id == member.id for each in rows.every(tx, tuple(HANDOVERS), (State.CLAIMED,)))
