"""Announcements that wait for a person, for the first page: whoever may run them."""

from datetime import datetime

import sqlalchemy as sa

from bot.core.campaigns import State
from bot.core.staff import Member
from bot.services.access import Right, may
from db import campaigns, deliveries


def paused(tx: sa.Connection, member: Member, now: datetime) -> int:  # noqa: ARG001  # a Count
    return _in_state(tx, member, State.PAUSED)


def approved(tx: sa.Connection, member: Member, now: datetime) -> int:  # noqa: ARG001  # a Count
    return _in_state(tx, member, State.APPROVED)


def unsure(tx: sa.Connection, member: Member, now: datetime) -> int:
    """Done, still in time to be sent again, and somebody may not have got it."""
    if not may(member, Right.RUN_CAMPAIGNS):
        return 0
    done = campaigns.in_state(tx, State.DONE)
    return sum(1 for each in done if each.last_day >= now.date() and deliveries.has_unsure(tx, each.id))


def _in_state(tx: sa.Connection, member: Member, state: State) -> int:
    return len(campaigns.in_state(tx, state)) if may(member, Right.RUN_CAMPAIGNS) else 0
