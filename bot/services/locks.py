"""Passwords and one-time codes. Hashing takes tens of milliseconds and megabytes: in a thread, two at a time.

Passwords: argon2id with 19 MiB, 2 rounds, 1 lane (OWASP Password Storage Cheat Sheet), so that a small server with
250 MB keeps its memory. Length is the only rule (NIST SP 800-63B, 5.1.1.2). Codes: TOTP, RFC 6238, 6 digits of 30 s.
"""

import asyncio
import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.core.text import clean

SHORTEST, LONGEST = 12, 256  # signs of a password
STEP: Final = 30  # seconds that a code is shown
ISSUER: Final = "Cầu Nối"

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE: Final = 2
# The hash of a password that was thrown away: an unknown name is compared with it, and takes as long as a known one.
_NOBODYS: Final = "$argon2id$v=19$m=19456,t=2,p=1$SwPPFtvDYhZr6GZPJHbqJQ$YmQBvOUYVZvPhC7JHpYSrt1eRIPFrhYsGjD7It1CM+Q"
_TOKEN_BYTES: Final = 32


def new_token() -> str:
    """Return a token that nobody can guess, for a link or a cookie."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def digest(token: str) -> str:
    """Return what is kept of a token. It has 256 bits of chance, so a plain hash gives nothing away."""
    return sha256(token.encode()).hexdigest()


class Passwords:
    """Hashes and compares, without holding up the event loop."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: str) -> str:
        async with self._room:
            return await asyncio.to_thread(_HASHER.hash, clean(password))

    async def fits(self, password: str, kept: str | None) -> bool:
        """Whether this is the password; None is nobody's, and takes as long."""
        async with self._room:
            return await asyncio.to_thread(_fits, clean(password)[: LONGEST + 1], kept)


def is_long_enough(password: str) -> bool:
    return SHORTEST <= len(clean(password)) <= LONGEST


def new_secret() -> str:
    """Return a fresh secret for one-time codes."""
    return pyotp.random_base32()


def code_at(secret: str, now: datetime, steps: int = 0) -> str:
    """Return the code that a phone shows, `steps` times 30 seconds later."""
    return pyotp.TOTP(secret).at(now + timedelta(seconds=steps * STEP))


def step_of(code: str, secret: str, now: datetime) -> int | None:
    """Return which 30 seconds a code belongs to: those of now, or one before or after, as clocks differ."""
    typed = "".join(sign for sign in code if sign in "0123456789")
    found = None
    for steps in (-1, 0, 1):
        if hmac.compare_digest(code_at(secret, now, steps), typed):
            found = int(now.timestamp()) // STEP + steps
    return found


def link_for_phone(secret: str, name: str) -> str:
    """Return the otpauth link that an authenticator reads from its picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def _fits(password: str, kept: str | None) -> bool:
    try:
        return _HASHER.verify(kept or _NOBODYS, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
