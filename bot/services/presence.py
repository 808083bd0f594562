"""Whether anybody of the staff could take what a person passes on: true information for a step (`World.staff`)."""

from datetime import datetime

import sqlalchemy as sa

from bot.core.world import Staff
from bot.services.access import Right, reaches
from db import staff


def of(tx: sa.Connection, commune: str, now: datetime) -> Staff:
    """Say who could take something of this commune ("" = not known). `now`: the local moment of the message."""
    members = [each.member for each in staff.every(tx)]

    def may(right: Right) -> bool:
        return any(reaches(member, right, {commune}) for member in members)

    return Staff(may(Right.ANSWER), may(Right.HELP), now)
