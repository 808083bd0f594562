"""What waits of job-seekers' leads for a member of staff: their lines on the first page of the console."""

from datetime import datetime

import sqlalchemy as sa

from bot.core.staff import Member
from bot.services import access
from bot.services.access import Right
from db import leads


def free(tx: sa.Connection, member: Member, now: datetime) -> int:  # noqa: ARG001  # as every queue
    """How many leads of their communes nobody has taken: a queue of counsellors."""
    if not access.may(member, Right.WORK_LEADS):
        return 0
    return leads.count(tx, access.scope(member, Right.WORK_LEADS))


def due(tx: sa.Connection, member: Member, now: datetime) -> int:
    """How many of their own leads have a next step that is due, or none. `now` is local."""
    if not access.may(member, Right.WORK_LEADS):
        return 0
    return leads.count(tx, access.scope(member, Right.WORK_LEADS), owner=member.id, due=now.date())


def resting(tx: sa.Connection, member: Member, now: datetime) -> int:
    """How many leads lie there though their time is over: a queue of the supervisors alone."""
    if not access.may(member, Right.HAND_OVER_LEADS):
        return 0
    return leads.count(tx, access.scope(member, Right.HAND_OVER_LEADS), risen=now)
