"""Everybody who subscribed to a subject: their addresses, sessions and what they let be known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from db.tables import addresses, consents, sessions, subscriptions

TOLD = "audience."  # begins the purposes by which something is let be known


@dataclass(frozen=True, slots=True)
class Row:
    """An address of a subscriber. `session`: sealed, None where nothing is kept; `language`: of their consent."""

    person: int
    address_id: int
    channel: str
    state: str
    seen_at: datetime
    session: bytes | None
    language: str


def rows(tx: sa.Connection, subject: str) -> Sequence[Row]:
    """Return every address of everybody who subscribed, of one person together."""
    key = _person(addresses)
    subscribed = addresses.alias()
    persons = (
        sa.select(_person(subscribed))
        .join(subscriptions, subscriptions.c.address_id == subscribed.c.id)
        .where(subscriptions.c.subject == subject)
    )
    language = (
        sa.select(consents.c.language)
        .where(consents.c.address_id == addresses.c.id, consents.c.ended_at.is_(None))
        .order_by(consents.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        sa.select(
            key.label("person"), addresses.c.id, addresses.c.channel, addresses.c.state, addresses.c.seen_at,
            sessions.c.body, language.label("language"),
        )
        .outerjoin(sessions, sessions.c.address_id == addresses.c.id)
        .where(key.in_(persons))
        .order_by(key, addresses.c.id)
    )  # fmt: skip
    return [
        Row(row.person, row.id, row.channel, row.state, row.seen_at, row.body, row.language or "")
        for row in tx.execute(statement)
    ]


def told(tx: sa.Connection) -> Mapping[int, Mapping[str, str]]:
    """Return, for each person, what they let be known by consents that hold: purpose -> what."""
    statement = (
        sa.select(_person(addresses).label("person"), consents.c.purpose, consents.c.told)
        .join(addresses, addresses.c.id == consents.c.address_id)
        .where(consents.c.purpose.startswith(TOLD), consents.c.ended_at.is_(None))
        .order_by(consents.c.id)
    )
    found: dict[int, dict[str, str]] = {}
    for person, purpose, what in tx.execute(statement):
        found.setdefault(person, {})[purpose] = what
    return found


def _person(table: sa.FromClause) -> sa.ColumnElement[int]:
    return sa.func.coalesce(table.c.person, table.c.id, type_=sa.BigInteger)
