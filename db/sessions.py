"""What the next step must know of each conversation: one encrypted record an address."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Final

import sqlalchemy as sa

from db.engine import insert, run
from db.tables import sessions


def load(tx: sa.Connection, address_ids: Collection[int]) -> dict[int, bytes]:
    """Return the kept sessions by address number."""
    return {row.address_id: row.body for row in tx.execute(_LOAD, {"addresses": list(address_ids)})}


def save(tx: sa.Connection, bodies: dict[int, bytes], now: datetime) -> None:
    """Keep each session in place of the one before."""
    rows = [{"address_id": each, "body": body, "updated_at": now} for each, body in bodies.items()]
    run(tx, _save(tx.dialect.name), rows)


def erase(tx: sa.Connection, address_id: int) -> None:
    tx.execute(sa.delete(sessions).where(sessions.c.address_id == address_id))


def forget_idle(tx: sa.Connection, moment: datetime) -> int:
    """Delete sessions unchanged since `moment`; return how many."""
    return (tx.execute(sa.delete(sessions).where(sessions.c.updated_at < moment))).rowcount


# Made once: to put a statement together costs more than to execute it.

_LOAD: Final = sa.select(sessions.c.address_id, sessions.c.body).where(
    sessions.c.address_id.in_(sa.bindparam("addresses", expanding=True))
)


@cache
def _save(dialect: str) -> sa.Executable:
    adding = insert(dialect, sessions)
    return adding.on_conflict_do_update(
        index_elements=["address_id"],
        set_={"body": adding.excluded.body, "updated_at": adding.excluded.updated_at},
    )
