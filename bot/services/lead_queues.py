"""What waits of job-seekers' leads for a member of staff. Moments are local ones."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from bot.core.leads import OPEN, rests
from bot.core.staff import Member
from bot.services import access
from bot.services.access import Right
from db import leads
from db.leads import KeptLead


def free(tx: sa.Connection, member: Member, now: datetime) -> int:  # noqa: ARG001  # as every queue
    """How many leads of their communes nobody has taken: a queue of counsellors."""
    return _count(tx, member, lambda lead: lead.owner_id is None)


def due(tx: sa.Connection, member: Member, now: datetime) -> int:
    """How many of their own leads have a next step that is due. `now` is local."""
    today = now.date()
    return _count(tx, member, lambda lead: lead.owner_id == member.id and (lead.next_step or today) <= today)


def resting(tx: sa.Connection, member: Member, now: datetime) -> int:
    """How many leads lie there without a next step: a queue of the supervisors alone. `now` is local."""
    if not access.may(member, Right.HAND_OVER_LEADS):
        return 0
    zone = now.tzinfo
    return _count(tx, member, lambda lead: rests(lead.state, lead.moved_at.astimezone(zone), lead.next_step, now))


def _count(tx: sa.Connection, member: Member, counts: Callable[[KeptLead], bool]) -> int:
    if not access.may(member, Right.WORK_LEADS):
        return 0
    return sum(1 for lead in leads.within(tx, access.scope(member, Right.SEE_LEADS), OPEN) if counts(lead))
