"""What an erasure takes away. Whoever keeps something of a person adds its line here."""

from datetime import datetime

import sqlalchemy as sa

from db import (
    addresses,
    consents,
    deliveries,
    handovers,
    inbox,
    leads,
    links,
    messages,
    privacy,
    questions,
    sessions,
    slips,
    staff,
    subscriptions,
)


def erase(tx: sa.Connection, address_id: int, now: datetime, *, before: int | None = None) -> None:
    """Erase what is kept of an address: messages, the questions they point to, session, handovers, slips,
    registrations for work, waiting events, subscriptions. Of consents and privacy requests the rows stay, without
    person and words.

    `before`: the event that asked for it; it and later ones go on. Afterwards the caller takes the rows out of the
    log (`scrub`).
    """
    asked = messages.erase(tx, address_id)
    questions.erase(tx, asked)
    handovers.erase(tx, address_id)
    leads.erase(tx, address_id)
    slips.erase(tx, address_id)
    staff.unbind(tx, address_id)
    sessions.erase(tx, address_id)
    subscriptions.erase(tx, address_id)
    consents.erase(tx, address_id, now)
    privacy.erase(tx, address_id)
    links.erase(tx, address_id)
    deliveries.erase(tx, address_id, now)
    inbox.empty(tx, address_id, before=before)


def erase_person(
    tx: sa.Connection, address_id: int, now: datetime, *, before: int | None = None, whole: bool = False
) -> list[int]:
    """Erase an address (`whole`: with all that are linked); return the addresses that hold nothing any more.

    Their rows stay as long as the last reply is on its way (`forget_erased`).
    """
    erased = list(addresses.of_person(tx, address_id)) if whole else [address_id]
    addresses.part(tx, address_id)
    for number in erased:
        erase(tx, number, now, before=before if number == address_id else None)
        addresses.note_erased(tx, number)
    return erased


def forget_erased(tx: sa.Connection, before: datetime, now: datetime) -> int:
    """Take away addresses erased before a moment, with the line that said so; return how many."""
    numbers = addresses.erased_before(tx, before)
    for number in numbers:
        erase(tx, number, now)
        addresses.forget(tx, number)
    return len(numbers)
