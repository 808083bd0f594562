"""Who is signed in where, and how often somebody tried. Tokens stand here as their SHA-256 only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from db.engine import insert
from db.tables import sign_in_tries, sign_ins


@dataclass(frozen=True, slots=True)
class SignIn:
    """`browser` is its kind ("Firefox, Linux"), never the whole of what it says of itself."""

    id: int
    staff_id: int
    browser: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Tries:
    """How often somebody tried in a row, and until when they must wait."""

    tries: int
    last_at: datetime
    wait_until: datetime


def add(tx: sa.Connection, staff_id: int, token: str, browser: str, now: datetime) -> None:
    row = {"staff_id": staff_id, "token": token, "browser": browser, "created_at": now, "seen_at": now}
    tx.execute(sa.insert(sign_ins).values(row))


def find(tx: sa.Connection, token: str) -> SignIn | None:
    row = tx.execute(sa.select(*_SHOWN).where(sign_ins.c.token == token)).one_or_none()
    return None if row is None else SignIn(*row)


def of(tx: sa.Connection, staff_id: int) -> Sequence[SignIn]:
    """Return a member's sign-ins, the one last used first."""
    statement = sa.select(*_SHOWN).where(sign_ins.c.staff_id == staff_id)
    return [SignIn(*row) for row in tx.execute(statement.order_by(sign_ins.c.seen_at.desc(), sign_ins.c.id.desc()))]


def touch(tx: sa.Connection, sign_in_id: int, now: datetime) -> None:
    tx.execute(sa.update(sign_ins).where(sign_ins.c.id == sign_in_id).values(seen_at=now))


def end(tx: sa.Connection, token: str) -> None:
    tx.execute(sa.delete(sign_ins).where(sign_ins.c.token == token))


def end_all(tx: sa.Connection, staff_id: int) -> int:
    """End every sign-in of a member; return how many."""
    return tx.execute(sa.delete(sign_ins).where(sign_ins.c.staff_id == staff_id)).rowcount


def forget(tx: sa.Connection, created_before: datetime, seen_before: datetime) -> int:
    """Delete sign-ins that count no more; return how many."""
    old = sa.or_(sign_ins.c.created_at <= created_before, sign_ins.c.seen_at <= seen_before)
    return tx.execute(sa.delete(sign_ins).where(old)).rowcount


def hold_tries(tx: sa.Connection, who: str, now: datetime) -> Tries:
    """Return how often somebody tried, and keep others from counting until this transaction ends."""
    adding = insert(tx.dialect.name, sign_in_tries).values(who=who, tries=0, last_at=now, wait_until=now)
    held = adding.on_conflict_do_update(index_elements=["who"], set_={"tries": sign_in_tries.c.tries})
    row = tx.execute(held.returning(sign_in_tries.c.tries, sign_in_tries.c.last_at, sign_in_tries.c.wait_until)).one()
    return Tries(*row)


def note_tries(tx: sa.Connection, who: str, tries: Tries) -> None:
    """Write down the tries of somebody who is held."""
    values = {"tries": tries.tries, "last_at": tries.last_at, "wait_until": tries.wait_until}
    tx.execute(sa.update(sign_in_tries).where(sign_in_tries.c.who == who).values(values))


def forgive(tx: sa.Connection, who: str) -> None:
    tx.execute(sa.delete(sign_in_tries).where(sign_in_tries.c.who == who))


def forget_tries(tx: sa.Connection, before: datetime) -> int:
    """Delete what was last tried before; return how many."""
    return tx.execute(sa.delete(sign_in_tries).where(sign_in_tries.c.last_at < before)).rowcount


_SHOWN = (sign_ins.c.id, sign_ins.c.staff_id, sign_ins.c.browser, sign_ins.c.created_at, sign_ins.c.seen_at)
