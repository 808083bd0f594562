"""Reads what is kept of a person beside their conversation, for a step (core/own.py). Each kind adds its field."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

import sqlalchemy as sa

from bot.core.announced import FRESH_DAYS
from bot.core.announced import code_in as code_in_text
from bot.core.linking import JOINING, TRIES, TYPING, code_in
from bot.core.own import Agreed, Ours, Own, OwnSlip, Requested, Typed
from bot.core.types import Incoming, Session
from bot.services import registrations
from bot.services.sealed import Sealed
from db import addresses, audit, campaigns, consents, deliveries, handovers, links, privacy, slips, subscriptions
from db.privacy import KeptRequest

PERSON = "person"  # in the audit: a person by the number of an address
ON_PAPER = ("printed", "exported", "exported_by_server")  # deeds that leave something outside the database


@dataclass(frozen=True, slots=True)
class Reading:
    """The transaction to read in, and how: days are days of `zone`."""

    tx: sa.Connection
    sealed: Sealed
    zone: tzinfo
    now: datetime

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


def read(reading: Reading, address_id: int, session: Session | None = None, event: Incoming | None = None) -> Own:
    """Return it as the transaction sees it. Session and event say whether a code to link was typed."""
    tx = reading.tx
    mine = addresses.of_person(tx, address_id)
    return Own(
        waits_for_staff=handovers.is_open(tx, address_id),
        slips=tuple(OwnSlip(each.id, each.day, each.last_day) for each in slips.of_address(tx, address_id)),
        subscriptions=tuple(sorted(subscriptions.read(tx, mine))),
        consents=_consents(reading, mine),
        linked=tuple(addresses.channels(tx, mine[1:])),
        papers=papers(reading, mine),
        leads=registrations.of_addresses(tx, reading.sealed, mine, reading.zone),
        new_receipt=registrations.new_receipt(),
        requests=tuple(_request(reading, each) for each in privacy.of_addresses(tx, mine)),
        typed=_typed(reading, address_id, session, event),
        received=tuple(Ours(title, reading.day(at)) for title, at in deliveries.of_addresses(tx, mine)),
        announced=deliveries.newest_subject(tx, mine, reading.now - timedelta(days=FRESH_DAYS)),
        ours=_ours(reading, event),
    )


def _ours(reading: Reading, event: Incoming | None) -> Ours | None:
    code = code_in_text(event.text) if event is not None else ""
    kept = campaigns.coded(reading.tx, code) if code else None
    if kept is None or kept.started_at is None:
        return None
    return Ours(kept.title, reading.day(kept.started_at))


def papers(reading: Reading, address_ids: Sequence[int]) -> tuple[date, ...]:
    """Return the days on which staff printed or exported something of these addresses."""
    moments = audit.moments(reading.tx, ON_PAPER, PERSON, [str(each) for each in address_ids])
    return tuple(dict.fromkeys(reading.day(each) for each in moments))


def _consents(reading: Reading, address_ids: Sequence[int]) -> tuple[Agreed, ...]:
    return tuple(
        Agreed(
            each.purpose, each.told, each.channel, reading.day(each.given_at),
            None if each.ended_at is None else reading.day(each.ended_at),
        )
        for each in consents.read(reading.tx, address_ids)
    )  # fmt: skip


def _request(reading: Reading, kept: KeptRequest) -> Requested:
    closed = None if kept.closed_at is None else reading.day(kept.closed_at)
    reason = reading.sealed.read_privacy(kept.reason)
    return Requested(kept.kind, reading.day(kept.received_at), kept.due, closed, reason)


def _typed(reading: Reading, address_id: int, session: Session | None, event: Incoming | None) -> Typed:
    """What the code is that is typed now, or was typed before and waits for a yes."""
    if session is None or event is None:
        return Typed.WRONG
    code = session.flow.removeprefix(JOINING) if session.flow.startswith(JOINING) else ""
    if session.flow == TYPING:
        code = code_in(event.text)
        if code and links.tries(reading.tx, address_id, reading.now) >= TRIES:
            return Typed.TOO_OFTEN
    shown_by = links.offered_by(reading.tx, reading.sealed.link_codes(code), reading.now) if code else None
    if shown_by is None:
        return Typed.WRONG
    return Typed.OWN if shown_by == address_id else Typed.RIGHT
