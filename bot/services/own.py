"""Reads what is kept of a person beside their conversation, for a step (core/own.py). Each kind adds its field."""

import sqlalchemy as sa

from bot.core.own import Own
from db import handovers


def read(tx: sa.Connection, address_id: int) -> Own:
    """Return it as the transaction sees it."""
    return Own(waits_for_staff=handovers.is_open(tx, address_id))
