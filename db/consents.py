"""What each person agreed to, and when. The proof outlives the person: then only a keyed hash says who it was."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from db.tables import consents


@dataclass(frozen=True, slots=True)
class NewConsent:
    """`who`: keyed hash of the address. `told`: what they let be known, "" where the purpose says it all."""

    address_id: int
    who: str
    purpose: str
    told: str
    version: str
    channel: str
    language: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class KeptConsent:
    purpose: str
    told: str
    version: str
    channel: str
    given_at: datetime
    ended_at: datetime | None


def add(tx: sa.Connection, consent: NewConsent) -> None:
    tx.execute(sa.insert(consents).values(**asdict(consent)))


def end(tx: sa.Connection, address_ids: Collection[int], purpose: str, now: datetime) -> None:
    """End what these addresses agreed to for a purpose; that it was given stays, what was told goes."""
    mine = sa.and_(consents.c.address_id.in_(address_ids), consents.c.purpose == purpose, consents.c.ended_at.is_(None))
    tx.execute(sa.update(consents).where(mine).values(ended_at=now, told=""))


def read(tx: sa.Connection, address_ids: Collection[int]) -> Sequence[KeptConsent]:
    """Return what these addresses ever agreed to, oldest first."""
    columns = consents.c
    statement = sa.select(
        columns.purpose, columns.told, columns.version, columns.channel, columns.given_at, columns.ended_at
    ).where(columns.address_id.in_(address_ids))
    return [KeptConsent(*row) for row in tx.execute(statement.order_by(columns.id))]


def erase(tx: sa.Connection, address_id: int, now: datetime) -> None:
    """Take the person out: a consent that still held ends, what was told goes, the proof stays."""
    mine = consents.c.address_id == address_id
    ended = sa.func.coalesce(consents.c.ended_at, sa.literal(now, consents.c.ended_at.type))
    tx.execute(sa.update(consents).where(mine).values(address_id=None, told="", ended_at=ended))


def forget(tx: sa.Connection, before: datetime) -> int:
    """Delete proofs of what ended before `before`; return how many."""
    return tx.execute(sa.delete(consents).where(consents.c.ended_at < before)).rowcount


def let_go(tx: sa.Connection, before: datetime) -> int:
    """Take the person out of what ended before `before`: an old yes keeps nobody's address; return how many."""
    old = sa.and_(consents.c.address_id.is_not(None), consents.c.ended_at < before)
    return tx.execute(sa.update(consents).where(old).values(address_id=None, told="")).rowcount
