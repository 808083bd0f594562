"""Codes by which a person links a second address, and wrong codes typed: one row an address, gone with its time."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from db.engine import insert
from db.tables import link_codes


def offer(tx: sa.Connection, address_id: int, code: str, until: datetime) -> None:
    """Let an address show a code; it takes the place of the one before."""
    adding = insert(tx.dialect.name, link_codes)
    replacing = adding.on_conflict_do_update(
        index_elements=["address_id"], set_={"code": adding.excluded.code, "until": adding.excluded.until}
    )
    tx.execute(replacing, {"address_id": address_id, "code": code, "tries": 0, "until": until})


def offered_by(tx: sa.Connection, codes: Collection[str], now: datetime) -> int | None:
    """Return the address that shows one of these codes at this moment."""
    wanted = sa.and_(link_codes.c.code.in_(codes), link_codes.c.until > now)
    number: int | None = tx.scalar(sa.select(link_codes.c.address_id).where(wanted))
    return number


def tries(tx: sa.Connection, address_id: int, now: datetime) -> int:
    """Return how many wrong codes were typed on this address of late."""
    wanted = sa.and_(link_codes.c.address_id == address_id, link_codes.c.until > now)
    return tx.scalar(sa.select(link_codes.c.tries).where(wanted)) or 0


def count_try(tx: sa.Connection, address_id: int, until: datetime, now: datetime) -> None:
    """Note a wrong code; the count is forgotten at `until`."""
    so_far = tries(tx, address_id, now)
    adding = insert(tx.dialect.name, link_codes)
    counting = adding.on_conflict_do_update(
        index_elements=["address_id"], set_={"tries": adding.excluded.tries, "until": adding.excluded.until}
    )
    tx.execute(counting, {"address_id": address_id, "code": None, "tries": so_far + 1, "until": until})


def erase(tx: sa.Connection, address_id: int) -> None:
    tx.execute(sa.delete(link_codes).where(link_codes.c.address_id == address_id))


def forget(tx: sa.Connection, now: datetime) -> int:
    """Delete what has had its time; return how many."""
    return tx.execute(sa.delete(link_codes).where(link_codes.c.until <= now)).rowcount
