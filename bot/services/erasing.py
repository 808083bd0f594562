"""What an erasure takes away. Whoever keeps something of a person adds its line here."""

import sqlalchemy as sa

from db import handovers, inbox, leads, messages, questions, sessions, slips, staff


def erase(tx: sa.Connection, address_id: int, *, before: int | None = None) -> None:
    """Erase what is kept of an address: messages, the questions they point to, session, handovers, slips,
    registrations for work, waiting events.

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
    inbox.empty(tx, address_id, before=before)
