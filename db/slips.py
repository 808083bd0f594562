"""Slips for the commune: one encrypted record under the keyed hash of its code."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

import sqlalchemy as sa

from db.tables import slips


@dataclass(frozen=True, slots=True)
class NewSlip:
    code_hash: str
    address_id: int
    commune: str
    body: bytes
    day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class KeptSlip:
    """`commune` is a code of places.csv. Days are local; nobody opens it after `last_day`."""

    id: int
    commune: str
    body: bytes
    day: date
    last_day: date


def add(tx: sa.Connection, slip: NewSlip) -> None:
    tx.execute(sa.insert(slips).values(**asdict(slip)))


def find(tx: sa.Connection, number: int) -> KeptSlip | None:
    row = tx.execute(_KEPT.where(slips.c.id == number)).one_or_none()
    return None if row is None else KeptSlip(*row)


def find_coded(tx: sa.Connection, hashes: Collection[str], today: date) -> KeptSlip | None:
    """Return the slip of a code (its hash by every key) that is not over."""
    row = tx.execute(_KEPT.where(slips.c.code_hash.in_(hashes), slips.c.last_day >= today)).one_or_none()
    return None if row is None else KeptSlip(*row)


def of_address(tx: sa.Connection, address_id: int) -> list[KeptSlip]:
    """Return an address's slips, oldest first."""
    return [KeptSlip(*row) for row in tx.execute(_KEPT.where(slips.c.address_id == address_id).order_by(slips.c.id))]


def erase(tx: sa.Connection, address_id: int, number: int | None = None) -> None:
    """Erase an address's slips, or the one of this number if it is theirs."""
    statement = sa.delete(slips).where(slips.c.address_id == address_id)
    tx.execute(statement if number is None else statement.where(slips.c.id == number))


def forget_over(tx: sa.Connection, today: date) -> int:
    """Delete the slips whose time is over; return how many."""
    return tx.execute(sa.delete(slips).where(slips.c.last_day < today)).rowcount


_KEPT: Final = sa.select(slips.c.id, slips.c.commune, slips.c.body, slips.c.day, slips.c.last_day)
