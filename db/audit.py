"""Who looked at and changed what: numbers and kinds, never values. Written in the transaction of the deed itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from db.tables import audit, staff


@dataclass(frozen=True, slots=True)
class Entry:
    """`by` None: the server itself. `name` is the member's today."""

    id: int
    at: datetime
    by: int | None
    name: str
    deed: str
    subject: str
    subject_id: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are shown. `since` and before `until`: moments. `below`: only entries older than this one."""

    by: int | None = None
    deed: str = ""
    since: datetime | None = None
    until: datetime | None = None
    below: int | None = None


def note(tx: sa.Connection, by: int | None, deed: str, subject: str, subject_id: object, now: datetime) -> None:
    """Write down one deed. `by` is a member's number, None for the server itself."""
    row = {"at": now, "staff_id": by, "deed": deed, "subject": subject, "subject_id": str(subject_id)}
    tx.execute(sa.insert(audit).values(row))


def read(tx: sa.Connection, wanted: Wanted, most: int) -> Sequence[Entry]:
    """Return entries, newest first, at most so many."""
    statement = sa.select(
        audit.c.id, audit.c.at, audit.c.staff_id, sa.func.coalesce(staff.c.name, ""),
        audit.c.deed, audit.c.subject, audit.c.subject_id,
    ).outerjoin_from(audit, staff, audit.c.staff_id == staff.c.id)  # fmt: skip
    if wanted.by is not None:
        statement = statement.where(audit.c.staff_id == wanted.by)
    if wanted.deed:
        statement = statement.where(audit.c.deed == wanted.deed)
    if wanted.since is not None:
        statement = statement.where(audit.c.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(audit.c.at < wanted.until)
    if wanted.below is not None:
        statement = statement.where(audit.c.id < wanted.below)
    return [Entry(*row) for row in tx.execute(statement.order_by(audit.c.id.desc()).limit(most))]


def moments(
    tx: sa.Connection, deeds: Collection[str], subject: str, subject_ids: Collection[str]
) -> Sequence[datetime]:
    """Return when one of these deeds was done to one of these records, oldest first."""
    statement = sa.select(audit.c.at).where(
        audit.c.deed.in_(deeds), audit.c.subject == subject, audit.c.subject_id.in_(subject_ids)
    )
    return list(tx.scalars(statement.order_by(audit.c.id)))


def forget(tx: sa.Connection, before: datetime) -> int:
    """Delete entries older than `before`; return how many."""
    return tx.execute(sa.delete(audit).where(audit.c.at < before)).rowcount
