"""Reads what is kept of a person beside their conversation, for a step (core/own.py). Each kind adds its field."""

from datetime import tzinfo

import sqlalchemy as sa

from bot.core.own import Own
from bot.services import registrations
from bot.services.sealed import Sealed
from db import handovers


def read(tx: sa.Connection, sealed: Sealed, address_id: int, zone: tzinfo) -> Own:
    """Return it as the transaction sees it. Days are those of `zone`."""
    return Own(
        waits_for_staff=handovers.is_open(tx, address_id),
        leads=registrations.of_address(tx, sealed, address_id, zone),
        new_receipt=registrations.new_receipt(),
    )
