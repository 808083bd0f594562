"""Job-seekers' leads: what stands in clear (commune, state, times), and one encrypted body each.

"Open" is every state but closed.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.core.leads import LeadState, Reason
from db.tables import leads, receipt_tries


@dataclass(frozen=True, slots=True)
class NewLead:
    address_id: int
    receipt: str  # keyed hash
    phone: str  # keyed hash
    commune: str
    language: str
    is_other: bool
    body: bytes
    created_at: datetime
    rises_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeptLead:
    """A row as it stands; `address_id` None: its conversation is gone."""

    id: int
    address_id: int | None
    receipt: str
    phone: str
    commune: str
    language: str
    is_other: bool
    is_confirmed: bool
    state: LeadState
    reason: Reason | None
    owner_id: int | None
    body: bytes
    calls: int
    created_at: datetime
    moved_at: datetime
    contacted_at: datetime
    next_step: date | None
    rises_at: datetime | None
    reached_at: datetime | None
    reconfirm_at: datetime | None
    placed_at: datetime | None
    result_30: str | None
    result_90: str | None


@dataclass(frozen=True, slots=True)
class Times:
    """What is counted of a lead (core/tallies.py): nothing that is encrypted."""

    commune: str
    state: LeadState
    created_at: datetime
    reached_at: datetime | None
    placed_at: datetime | None
    result_90: str | None


_NAMES: Final = [field.name for field in fields(KeptLead)]
_STATE, _REASON = _NAMES.index("state"), _NAMES.index("reason")
_KEPT: Final = sa.select(*(leads.c[field.name] for field in fields(KeptLead)))


def add(tx: sa.Connection, lead: NewLead) -> int:
    """Open a lead; return its number."""
    row = {field.name: getattr(lead, field.name) for field in fields(lead)}
    row |= {
        "state": LeadState.NEW, "calls": 0, "is_confirmed": not lead.is_other, "moved_at": lead.created_at,
        "contacted_at": lead.created_at,
    }  # fmt: skip
    number: int = tx.execute(sa.insert(leads).values(row).returning(leads.c.id)).scalar_one()
    return number


def find(tx: sa.Connection, lead_id: int) -> KeptLead | None:
    return _one(tx, leads.c.id == lead_id)


def hold(tx: sa.Connection, lead_id: int) -> KeptLead | None:
    """Return a lead that nobody else changes before this transaction ends."""
    row = tx.execute(_KEPT.where(leads.c.id == lead_id).with_for_update()).one_or_none()
    return None if row is None else _kept(row)


def by_receipt(tx: sa.Connection, hashes: Collection[str]) -> KeptLead | None:
    return _one(tx, leads.c.receipt.in_(hashes))


def of_addresses(tx: sa.Connection, address_ids: Collection[int]) -> list[KeptLead]:
    """Newest first."""
    return _many(tx, _KEPT.where(leads.c.address_id.in_(address_ids)).order_by(leads.c.id.desc()))


def within(tx: sa.Connection, communes: Collection[str] | None, states: Collection[LeadState] = ()) -> list[KeptLead]:
    """Return the leads of these communes (None: of all), unowned first, the oldest of them first."""
    wanted = _KEPT.order_by(leads.c.owner_id.is_not(None), leads.c.created_at, leads.c.id)
    if communes is not None:
        wanted = wanted.where(leads.c.commune.in_(communes))
    return _many(tx, wanted.where(leads.c.state.in_(states)) if states else wanted)


def times(tx: sa.Connection, communes: Collection[str]) -> list[Times]:
    """Return what is counted of the leads of these communes."""
    wanted = sa.select(*(leads.c[field.name] for field in fields(Times))).where(leads.c.commune.in_(communes))
    return [Times(**dict(row._mapping) | {"state": LeadState(row.state)}) for row in tx.execute(wanted)]


def silent_or_placed(
    tx: sa.Connection, silent: datetime, first: datetime, last: datetime, too_late: datetime
) -> list[int]:
    """Return the numbers of leads of whom something may have to be asked: those open and without contact since
    `silent`; those placed between `last` and `first`, or `too_late` and `last`, of whom nothing is known since."""
    column = leads.c
    wanted = sa.or_(
        sa.and_(
            column.state.not_in((LeadState.CLOSED, LeadState.PLACED)), column.reconfirm_at.is_(None),
            column.contacted_at <= silent,
        ),
        sa.and_(column.result_30.is_(None), column.placed_at <= first, column.placed_at > last),
        sa.and_(column.result_90.is_(None), column.placed_at <= last, column.placed_at > too_late),
    )  # fmt: skip
    return list(tx.scalars(sa.select(column.id).where(wanted).order_by(column.id)))


def count(
    tx: sa.Connection,
    communes: Collection[str] | None,
    *,
    owner: int | None = None,
    due: date | None = None,
    risen: datetime | None = None,
) -> int:
    """Count open leads of these communes (None: of all) that nobody has, or `owner`; with `risen`, whoever has them.

    `due`: only those with a next step on that day or before, or without one; `risen`: those that have risen by then.
    """
    wanted = [leads.c.state != LeadState.CLOSED]
    if communes is not None:
        wanted.append(leads.c.commune.in_(communes))
    if risen is not None:
        wanted.append(leads.c.rises_at < risen)
    else:
        wanted.append(leads.c.owner_id.is_(owner) if owner is None else leads.c.owner_id == owner)
    if due is not None:
        wanted.append(sa.or_(leads.c.next_step.is_(None), leads.c.next_step <= due))
    return tx.scalar(sa.select(sa.func.count()).where(*wanted)) or 0


def receipts(tx: sa.Connection) -> list[tuple[int, str]]:
    """Every lead's number, with the keyed hash of its receipt."""
    return [(row.id, row.receipt) for row in tx.execute(sa.select(leads.c.id, leads.c.receipt))]


def with_phone(tx: sa.Connection, phones: Collection[str], but: int) -> list[int]:
    """Return the numbers of other leads with the same phone: possible duplicates."""
    found = sa.select(leads.c.id).where(leads.c.phone.in_(phones), leads.c.id != but).order_by(leads.c.id)
    return list(tx.scalars(found))


def claim(tx: sa.Connection, lead_id: int, owner: int, now: datetime, rises_at: datetime | None) -> bool:
    """Give an unowned new lead to a counsellor; False where somebody was first."""
    free = sa.and_(leads.c.id == lead_id, leads.c.owner_id.is_(None), leads.c.state == LeadState.NEW)
    change = {"owner_id": owner, "state": LeadState.CLAIMED, "moved_at": now, "rises_at": rises_at}
    return tx.execute(sa.update(leads).where(free).values(change)).rowcount == 1


def save(tx: sa.Connection, lead_id: int, change: dict[str, Any]) -> None:
    """Write changed columns of a lead that is held."""
    tx.execute(sa.update(leads).where(leads.c.id == lead_id).values(change))


def erase(tx: sa.Connection, address_id: int) -> None:
    """Erase every lead that came from an address."""
    tx.execute(sa.delete(leads).where(leads.c.address_id == address_id))


def erase_one(tx: sa.Connection, lead_id: int) -> None:
    tx.execute(sa.delete(leads).where(leads.c.id == lead_id))


def forget(tx: sa.Connection, moment: datetime) -> int:
    """Delete leads whose last contact was before `moment`; return how many."""
    return tx.execute(sa.delete(leads).where(leads.c.contacted_at < moment)).rowcount


def tries(tx: sa.Connection, who: str, since: datetime) -> int:
    """How often somebody asked by receipt since `since`."""
    found = sa.select(sa.func.count()).where(receipt_tries.c.who == who, receipt_tries.c.at > since)
    return tx.scalar(found) or 0


def note_try(tx: sa.Connection, whos: Collection[str], now: datetime) -> None:
    tx.execute(sa.insert(receipt_tries), [{"who": who, "at": now} for who in whos])


def forget_tries(tx: sa.Connection, moment: datetime) -> int:
    return tx.execute(sa.delete(receipt_tries).where(receipt_tries.c.at < moment)).rowcount


def _one(tx: sa.Connection, which: sa.ColumnElement[bool]) -> KeptLead | None:
    row = tx.execute(_KEPT.where(which)).one_or_none()
    return None if row is None else _kept(row)


def _many(tx: sa.Connection, wanted: sa.Select[Any]) -> list[KeptLead]:
    return [_kept(row) for row in tx.execute(wanted)]


def _kept(row: sa.Row[Any]) -> KeptLead:
    told = list(row)  # in the order of the fields: ten thousand of them are read for one list
    told[_STATE] = LeadState(row.state)
    told[_REASON] = Reason(row.reason) if row.reason else None
    return KeptLead(*told)
