"""What the next step must know of each conversation: one encrypted record an address."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

import sqlalchemy as sa

from db.engine import insert, run
from db.handovers import kind_of_talk
from db.messages import is_open
from db.tables import messages, sessions


@dataclass(frozen=True, slots=True)
class Kept:
    """A session; how many replies to its address wait for their sender (or are under way); of what kind the handover
    is that a member of staff has with this person, "" for none."""

    body: bytes
    waiting: int
    talks_of: str = ""


def load(tx: sa.Connection, address_ids: Collection[int]) -> dict[int, Kept]:
    """Return the kept sessions by address number."""
    rows = tx.execute(_LOAD, {"addresses": list(address_ids)})
    return {row.address_id: Kept(row.body, row.waiting, row.talks_of or "") for row in rows}


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

_WAITING: Final = (
    sa.select(sa.func.count())
    .where(messages.c.address_id == sessions.c.address_id, is_open(messages))
    .scalar_subquery()
)
_LOAD: Final = sa.select(
    sessions.c.address_id, sessions.c.body, _WAITING.label("waiting"),
    kind_of_talk(sessions.c.address_id).label("talks_of"),
).where(sessions.c.address_id.in_(sa.bindparam("addresses", expanding=True)))  # fmt: skip


@cache
def _save(dialect: str) -> sa.Executable:
    adding = insert(dialect, sessions)
    return adding.on_conflict_do_update(
        index_elements=["address_id"],
        set_={"body": adding.excluded.body, "updated_at": adding.excluded.updated_at},
    )
