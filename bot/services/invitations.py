"""One-time links: who holds one chooses a password, connects a phone and is signed in. After that the link is nothing.

Looking at a link changes nothing, so that a messenger's preview does not use it up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import sqlalchemy as sa

from bot.core.staff import Member, clean_name
from bot.services import locks
from bot.services.locks import Passwords
from bot.services.ports import Clock
from bot.services.sealed import Sealed
from bot.services.signing_in import start
from bot.services.throttle import LINE_FREE, Throttle
from db import audit, staff
from db.engine import Database

VALID: Final = timedelta(hours=72)


class Fault(StrEnum):
    """Why a step with a link did not go through."""

    GONE = "gone"  # unknown, used or too old: all look alike
    NO_NAME = "no_name"
    NAME_TAKEN = "name_taken"
    LENGTH = "length"  # of the password
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that counts. `secret` and `phone_link` are for the authenticator, once the password is chosen."""

    member: Member
    until: datetime
    secret: str
    phone_link: str
    has_password: bool


def issue(tx: sa.Connection, sealed: Sealed, member: Member, now: datetime) -> str:
    """Make a member's one-time link, ending an older one; return its token."""
    token = locks.new_token()
    staff.invite(tx, member.id, locks.digest(token), sealed.totp(locks.new_secret()), now + VALID)
    return token


class Invitations:
    def __init__(
        self, database: Database, sealed: Sealed, clock: Clock, throttle: Throttle, passwords: Passwords
    ) -> None:
        self._database, self._sealed, self._clock = database, sealed, clock
        self._throttle, self._passwords = throttle, passwords

    async def open(self, token: str, line: str) -> Opened | timedelta | None:
        """Return what a link leads to, None for one that is gone, a time to wait after too many of those."""
        now = self._clock.now()
        kept = await self._database.read(lambda tx: _in_time(tx, token, now))
        if kept is not None:
            secret = self._sealed.read_totp(kept.totp)
            name = kept.member.name or locks.ISSUER
            return Opened(kept.member, kept.until, secret, locks.link_for_phone(secret, name), bool(kept.password))
        who = self._throttle.line(line)
        return await self._database.write(lambda tx: self._throttle.take(tx, {who: LINE_FREE}, now)) or None

    async def choose_password(self, token: str, password: str, name: str = "") -> Fault | None:
        """Keep the password for when the phone is connected. `name` counts for a member who has none yet."""
        if not locks.is_long_enough(password):
            return Fault.LENGTH
        now = self._clock.now()
        if await self._database.read(lambda tx: _in_time(tx, token, now)) is None:
            return Fault.GONE  # before anything is hashed: that costs too much for whoever guesses links
        chosen = await self._passwords.hash(password)

        def work(tx: sa.Connection) -> Fault | None:
            kept = _in_time(tx, token, now)
            if kept is None:
                return Fault.GONE
            if not kept.member.name:
                if not clean_name(name):
                    return Fault.NO_NAME
                if not staff.rename(tx, kept.member.id, clean_name(name)):
                    return Fault.NAME_TAKEN
            staff.choose_password(tx, kept.member.id, chosen)
            return None

        return await self._database.write(work)

    async def accept(self, token: str, code: str, browser: str) -> str | Fault:
        """Use the link up with the first code from the phone; return the cookie's token of a fresh sign-in."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> str | Fault:
            kept = _in_time(tx, token, now)
            if kept is None or kept.password is None:
                return Fault.GONE
            step = locks.step_of(code, self._sealed.read_totp(kept.totp), now)
            if step is None:
                return Fault.CODE
            staff.activate(tx, kept.member.id, kept.password, kept.totp, step)
            staff.withdraw(tx, kept.member.id)
            audit.note(tx, kept.member.id, "joined", "staff", kept.member.id, now)
            return start(tx, kept.member, browser, now)

        return await self._database.write(work)


def _in_time(tx: sa.Connection, token: str, now: datetime) -> staff.Invitation | None:
    kept = staff.invitation(tx, locks.digest(token))
    return kept if kept is not None and now < kept.until else None
