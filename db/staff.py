"""Members of staff, their roles and communes, and the one-time links by which they come in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from bot.core.staff import Member, Role, Standing, name_key
from db.engine import run
from db.tables import invitations, staff, staff_bindings, staff_communes, staff_roles

_KNOWN: Final = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Locks:
    """What a sign-in is compared with: argon2's form of the password, and the sealed secret of the codes."""

    member: Member
    password: str | None
    totp: bytes | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time link that was not used yet. `totp` is sealed; `password` None: not chosen yet."""

    member: Member
    until: datetime
    totp: bytes
    password: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A member as the list shows them. `link_until`: until when an unused one-time link counts."""

    member: Member
    link_until: datetime | None = None


def add(
    tx: sa.Connection, name: str, roles: Collection[Role], communes: Collection[str], now: datetime
) -> Member | None:
    """Add an invited member; None where the name is taken."""
    if find_named(tx, name) is not None:
        return None
    row = {"name": name, "name_key": name_key(name), "standing": Standing.INVITED, "created_at": now}
    number: int = tx.execute(sa.insert(staff).values(row).returning(staff.c.id)).scalar_one()
    assign(tx, number, roles, communes)
    return find(tx, number)


def is_waiting_for_first(tx: sa.Connection) -> bool:
    """Whether there is nobody but a first administrator without a name, who was invited and never came."""
    return tx.scalar(sa.select(staff.c.id).where(staff.c.name != "").limit(1)) is None


def hold(tx: sa.Connection, staff_ids: Collection[int]) -> None:
    """Let nobody else change these members until this transaction ends (SQLite has one writer anyway).

    In the order of their numbers: two who hold the same members wait for each other, and never both.
    """
    held = sa.select(staff.c.id).where(staff.c.id.in_(staff_ids)).order_by(staff.c.id)
    tx.execute(held.with_for_update())


def find(tx: sa.Connection, staff_id: int) -> Member | None:
    rows = _read(tx, staff.c.id == staff_id)
    return rows[0].member if rows else None


def find_named(tx: sa.Connection, name: str) -> Locks | None:
    rows = _read(tx, staff.c.name_key == name_key(name))
    return rows[0] if rows else None


def every(tx: sa.Connection) -> Sequence[Listed]:
    """Return all members by name, those who ended too."""
    links: dict[int, datetime] = {
        row.staff_id: row.until for row in tx.execute(sa.select(invitations.c.staff_id, invitations.c.until))
    }
    return [Listed(each.member, links.get(each.member.id)) for each in _read(tx, sa.true())]


def assign(tx: sa.Connection, staff_id: int, roles: Collection[Role], communes: Collection[str]) -> None:
    """Give a member these roles and communes and no others."""
    tx.execute(sa.delete(staff_roles).where(staff_roles.c.staff_id == staff_id))
    tx.execute(sa.delete(staff_communes).where(staff_communes.c.staff_id == staff_id))
    run(tx, sa.insert(staff_roles), [{"staff_id": staff_id, "role": role} for role in sorted(roles)])
    run(tx, sa.insert(staff_communes), [{"staff_id": staff_id, "commune": code} for code in sorted(communes)])


def rename(tx: sa.Connection, staff_id: int, name: str) -> bool:
    """Give a member a name; False where somebody else has it."""
    taken = find_named(tx, name)
    if taken is not None and taken.member.id != staff_id:
        return False
    tx.execute(sa.update(staff).where(staff.c.id == staff_id).values(name=name, name_key=name_key(name)))
    return True


def activate(tx: sa.Connection, staff_id: int, password: str, totp: bytes, used: int) -> None:
    """Let a member sign in. `used`: the 30 seconds whose code proved that they have the secret."""
    change = {"standing": Standing.ACTIVE, "password": password, "totp": totp, "totp_used": used}
    tx.execute(sa.update(staff).where(staff.c.id == staff_id).values(change))


def lock(tx: sa.Connection, staff_id: int, standing: Standing, ended_at: datetime | None = None) -> None:
    """Take password and secret away: the member cannot sign in until a new link is used."""
    change = {"standing": standing, "password": None, "totp": None, "ended_at": ended_at}
    tx.execute(sa.update(staff).where(staff.c.id == staff_id).values(change))


def use_code(tx: sa.Connection, staff_id: int, step: int) -> bool:
    """Note that the code of these 30 seconds was used; False where it, or a later one, had been used before."""
    unused = sa.or_(staff.c.totp_used.is_(None), staff.c.totp_used < step)
    done = tx.execute(sa.update(staff).where(staff.c.id == staff_id, unused).values(totp_used=step))
    return done.rowcount == 1


def invite(tx: sa.Connection, staff_id: int, token: str, totp: bytes, until: datetime) -> None:
    """Keep a one-time link; an older one of this member no longer counts."""
    withdraw(tx, staff_id)
    row = {"staff_id": staff_id, "token": token, "totp": totp, "until": until}
    tx.execute(sa.insert(invitations).values(row))


def invitation(tx: sa.Connection, token: str) -> Invitation | None:
    """Return what an unused link leads to, None for an unknown or used one; whether it is in time is not asked."""
    row = tx.execute(sa.select(invitations).where(invitations.c.token == token)).one_or_none()
    member = None if row is None else find(tx, row.staff_id)
    if row is None or member is None:
        return None
    return Invitation(member, row.until, row.totp, row.password)


def choose_password(tx: sa.Connection, staff_id: int, password: str) -> None:
    tx.execute(sa.update(invitations).where(invitations.c.staff_id == staff_id).values(password=password))


def withdraw(tx: sa.Connection, staff_id: int) -> None:
    """Forget the member's one-time link: it was used, or shall not be."""
    tx.execute(sa.delete(invitations).where(invitations.c.staff_id == staff_id))


def bind(tx: sa.Connection, staff_id: int, address_id: int) -> None:
    """Let a member be told at this address that something waits; an older one of theirs no longer counts."""
    tx.execute(sa.delete(staff_bindings).where(staff_bindings.c.staff_id == staff_id))
    tx.execute(sa.insert(staff_bindings).values(staff_id=staff_id, address_id=address_id))


def bound(tx: sa.Connection) -> dict[int, int]:
    """Return the numbers of the addresses by those of the members."""
    return {row.staff_id: row.address_id for row in tx.execute(sa.select(staff_bindings))}


def unbind(tx: sa.Connection, address_id: int) -> None:
    """Nobody of the staff is told anything at this address any more."""
    tx.execute(sa.delete(staff_bindings).where(staff_bindings.c.address_id == address_id))


def _read(tx: sa.Connection, which: sa.ColumnElement[bool]) -> list[Locks]:
    """Read members by name. Roles this version does not know are left out: they open nothing."""
    rows = tx.execute(sa.select(staff).where(which).order_by(staff.c.name_key, staff.c.id)).all()
    numbers = [row.id for row in rows]
    roles: dict[int, set[Role]] = {}
    communes: dict[int, set[str]] = {}
    for row in tx.execute(sa.select(staff_roles).where(staff_roles.c.staff_id.in_(numbers))):
        if row.role in _KNOWN:
            roles.setdefault(row.staff_id, set()).add(Role(row.role))
    for row in tx.execute(sa.select(staff_communes).where(staff_communes.c.staff_id.in_(numbers))):
        communes.setdefault(row.staff_id, set()).add(row.commune)
    return [
        Locks(
            Member(
                row.id,
                row.name,
                frozenset(roles.get(row.id, ())),
                frozenset(communes.get(row.id, ())),
                Standing(row.standing),
            ),
            row.password,
            row.totp,
        )
        for row in rows
    ]
