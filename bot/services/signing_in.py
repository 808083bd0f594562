"""Signing in and out. A wrong name, password or code look alike and take about as long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from bot.core.staff import SIGN_IN_IDLE, SIGN_IN_LONGEST, Member, Standing, name_key
from bot.services import locks
from bot.services.locks import Passwords
from bot.services.ports import Clock
from bot.services.sealed import Sealed
from bot.services.throttle import ACCOUNT_FREE, LINE_FREE, Throttle
from db import audit, sign_ins, staff
from db.engine import Database
from db.sign_ins import SignIn

NOTED_EVERY: Final = timedelta(minutes=5)  # how exactly it is known when a sign-in was last used


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody typed, and where they are: their internet line and the kind of their browser."""

    name: str
    password: str
    code: str
    line: str
    browser: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Not signed in. `wait`: how long nothing is looked at any more; zero: something typed was wrong."""

    wait: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Signed:
    """Who is on the other side of a request."""

    member: Member
    sign_in: SignIn


class SignIns:
    def __init__(
        self, database: Database, sealed: Sealed, clock: Clock, throttle: Throttle, passwords: Passwords
    ) -> None:
        self._database, self._sealed, self._clock = database, sealed, clock
        self._throttle, self._passwords = throttle, passwords

    async def sign_in(self, given: Given, old_token: str = "") -> str | Refusal:
        """Return a fresh token for the cookie. One that the browser came with ends: nobody can have planted it."""
        now = self._clock.now()
        account, line = self._throttle.account(name_key(given.name)), self._throttle.line(given.line)

        def begin(tx: sa.Connection) -> tuple[timedelta, staff.Locks | None]:
            wait = self._throttle.take(tx, {account: ACCOUNT_FREE, line: LINE_FREE}, now)
            return wait, staff.find_named(tx, given.name)

        wait, kept = await self._database.write(begin)
        if wait:
            return Refusal(wait)
        fits = await self._passwords.fits(given.password, kept.password if kept else None)
        secret = self._sealed.read_totp(kept.totp) if kept and kept.totp else locks.new_secret()
        step = locks.step_of(given.code, secret, now)
        if kept is None or not fits or step is None:
            return Refusal()

        def finish(tx: sa.Connection) -> str | Refusal:
            if staff.find_named(tx, given.name) != kept or not staff.use_code(tx, kept.member.id, step):
                return Refusal()
            self._throttle.forgive(tx, account, line, now)
            sign_ins.end(tx, locks.digest(old_token))
            return start(tx, kept.member, given.browser, now)

        return await self._database.write(finish)

    async def who(self, token: str) -> Signed | None:
        """Return whose token this is; None for an unknown one, one that is too old or was not used for too long."""
        now = self._clock.now()

        def look(tx: sa.Connection) -> Signed | None:
            found = sign_ins.find(tx, locks.digest(token))
            member = None if found is None else staff.find(tx, found.staff_id)
            if found is None or member is None or member.standing is not Standing.ACTIVE or is_over(found, now):
                return None
            return Signed(member, found)

        signed = await self._database.read(look)
        if signed is not None and now - signed.sign_in.seen_at >= NOTED_EVERY:
            await self._database.write(lambda tx: sign_ins.touch(tx, signed.sign_in.id, now))
        return signed

    async def sign_out(self, token: str) -> None:
        await self._database.write(lambda tx: sign_ins.end(tx, locks.digest(token)))

    async def sign_out_everywhere(self, member: Member) -> None:
        """End all sign-ins of a member, this one too."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> None:
            sign_ins.end_all(tx, member.id)
            audit.note(tx, member.id, "signed_out_everywhere", "staff", member.id, now)

        await self._database.write(work)

    async def of(self, member: Member) -> Sequence[SignIn]:
        """Return where a member is signed in now, the one last used first."""
        now = self._clock.now()
        found = await self._database.read(lambda tx: sign_ins.of(tx, member.id))
        return [each for each in found if not is_over(each, now)]


def start(tx: sa.Connection, member: Member, browser: str, now: datetime) -> str:
    """Sign a member in; return the token for their cookie."""
    token = locks.new_token()
    sign_ins.add(tx, member.id, locks.digest(token), browser, now)
    audit.note(tx, member.id, "signed_in", "staff", member.id, now)
    return token


def is_over(sign_in: SignIn, now: datetime) -> bool:
    return now - sign_in.created_at >= SIGN_IN_LONGEST or now - sign_in.seen_at >= SIGN_IN_IDLE
