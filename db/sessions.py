"""What the next step must know of each conversation: one encrypted record an address."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from db.engine import insert
from db.handovers import kind_of_talk
from db.messages import is_open
from db.prepared import Prepared, among
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
    rows = _LOAD.run(tx, [{"addresses": list(address_ids)}])
    return {number: Kept(body, waiting, talks_of or "") for number, body, waiting, talks_of in rows}


def save(tx: sa.Connection, bodies: dict[int, bytes], now: datetime) -> None:
    """Keep each session in place of the one before."""
    rows = [{"address_id": each, "body": body, "updated_at": now} for each, body in bodies.items()]
    _SAVE.run(tx, rows)


def erase(tx: sa.Connection, address_id: int) -> None:
    tx.execute(sa.delete(sessions).where(sessions.c.address_id == address_id))


def forget_idle(tx: sa.Connection, moment: datetime) -> int:
    """Delete sessions unchanged since `moment`; return how many."""
    return (tx.execute(sa.delete(sessions).where(sessions.c.updated_at < moment))).rowcount


_WAITING: Final = (
    sa.select(sa.func.count())
    .where(messages.c.address_id == sessions.c.address_id, is_open(messages))
    .scalar_subquery()
)


def _load(dialect: str) -> sa.Select[Any]:
    told = sa.select(sessions.c.address_id, sessions.c.body, _WAITING, kind_of_talk(sessions.c.address_id))
    return told.where(among(dialect, sessions.c.address_id, "addresses"))


def _save(dialect: str) -> sa.UpdateBase:
    adding = insert(dialect, sessions)
    return adding.on_conflict_do_update(
        index_elements=["address_id"],
        set_={"body": adding.excluded.body, "updated_at": adding.excluded.updated_at},
    )


_LOAD: Final = Prepared(_load)
_SAVE: Final = Prepared(_save)
