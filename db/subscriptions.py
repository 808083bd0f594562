"""Who wants to hear of which subject. A subscription belongs to the person: to all addresses they linked."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from db.engine import insert
from db.tables import subscriptions


def add(tx: sa.Connection, address_id: int, subject: str, now: datetime) -> None:
    adding = insert(tx.dialect.name, subscriptions).on_conflict_do_nothing()
    tx.execute(adding, {"address_id": address_id, "subject": subject, "since": now})


def end(tx: sa.Connection, address_ids: Collection[int], subject: str) -> None:
    mine = sa.and_(subscriptions.c.address_id.in_(address_ids), subscriptions.c.subject == subject)
    tx.execute(sa.delete(subscriptions).where(mine))


def read(tx: sa.Connection, address_ids: Collection[int]) -> Mapping[str, datetime]:
    """Return the subjects of these addresses, each with its first day."""
    columns = subscriptions.c
    statement = sa.select(columns.subject, columns.since).where(columns.address_id.in_(address_ids))
    found: dict[str, datetime] = {}
    for subject, since in tx.execute(statement.order_by(columns.since.desc())):
        found[subject] = since
    return found


def erase(tx: sa.Connection, address_id: int) -> None:
    tx.execute(sa.delete(subscriptions).where(subscriptions.c.address_id == address_id))
