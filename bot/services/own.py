"""Reads what is kept of a person beside their conversation, for a step (core/own.py). Each kind adds its field."""

import sqlalchemy as sa

from bot.core.own import Own, OwnSlip
from db import handovers, slips


def read(tx: sa.Connection, address_id: int) -> Own:
    """Return it as the transaction sees it."""
    made = tuple(OwnSlip(each.id, each.day, each.last_day) for each in slips.of_address(tx, address_id))
    return Own(waits_for_staff=handovers.is_open(tx, address_id), slips=made)
