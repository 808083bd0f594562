"""Reads what is kept of a person beside their conversation, for a step (core/own.py). Each kind adds its field."""

from datetime import tzinfo

import sqlalchemy as sa

from bot.core.own import Own, OwnSlip
from bot.services import registrations
from bot.services.sealed import Sealed
from db import handovers, slips


def read(tx: sa.Connection, sealed: Sealed, address_id: int, zone: tzinfo) -> Own:
    """Return it as the transaction sees it. Days are those of `zone`."""
    return Own(
        waits_for_staff=handovers.is_open(tx, address_id),
        slips=tuple(OwnSlip(each.id, each.day, each.last_day) for each in slips.of_address(tx, address_id)),
        leads=registrations.of_address(tx, sealed, address_id, zone),
        new_receipt=registrations.new_receipt(),
    )
