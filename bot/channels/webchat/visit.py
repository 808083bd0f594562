"""Who is on the other side of a request: the cookie, the forms rendered for it, how much it may send.

The token in the cookie is all that ties a browser to its conversation; the services see only a keyed hash of it.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from bot.core.types import Language

COOKIE_DAYS: Final = 30  # sliding: every page of the chat sets it anew
REMEMBERED: Final = 20_000  # visitors whose allowance is kept in memory; the one longest away is forgotten first
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{16,128}")
_MARK: Final = 16  # hex digits of an event id that bind it to its cookie


@dataclass(frozen=True, slots=True)
class Cookie:
    """The one cookie. With https its name forbids a neighbouring host to set it (`__Host-`)."""

    secure: bool

    @property
    def name(self) -> str:
        return "__Host-caunoi" if self.secure else "caunoi"

    def read(self, request: Request) -> str:
        """Return the token, or "" where there is none or it is not ours."""
        token = request.cookies.get(self.name, "")
        return token if _TOKEN.fullmatch(token) else ""

    def set(self, response: Response, token: str) -> None:
        response.set_cookie(
            self.name, token, max_age=COOKIE_DAYS * 86_400, path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    def clear(self, response: Response) -> None:
        response.delete_cookie(self.name, path="/", secure=self.secure, httponly=True, samesite="lax")


def issue_event(token: str, new_id: Callable[[], str]) -> str:
    """Make a form's event id: fresh, and of use only with this cookie.

    So a page that outlived its cookie (quick exit, then Back and "send the form again?") sends nothing, and
    no stranger's page can write into a conversation.
    """
    fresh = new_id()
    return f"{fresh}.{_mark(token, fresh)}"


def is_of(event: str, token: str) -> bool:
    """Whether this event id was made for this cookie."""
    fresh, _, mark = event.rpartition(".")
    return bool(fresh and token) and hmac.compare_digest(mark.encode(), _mark(token, fresh).encode())


def _mark(token: str, fresh: str) -> str:
    return hmac.new(token.encode(), fresh.encode(), hashlib.sha256).hexdigest()[:_MARK]


@dataclass(slots=True)
class _Seen:
    allowance: float
    at: datetime
    language: Language | None = None


class Visitors:
    """What is remembered of visitors between two requests, in memory: allowance (a token bucket) and language."""

    def __init__(self, per_minute: float, burst: int) -> None:
        self._per_second, self._burst = per_minute / 60, float(burst)
        self._seen: dict[str, _Seen] = {}

    def may_send(self, token: str, now: datetime) -> bool:
        """Take one message off the visitor's allowance; False when nothing is left of it."""
        seen = self._visitor(token, now)
        seen.allowance = min(self._burst, seen.allowance + (now - seen.at).total_seconds() * self._per_second)
        seen.at = now
        if seen.allowance < 1:
            return False
        seen.allowance -= 1
        return True

    def remember_language(self, token: str, language: Language, now: datetime) -> None:
        self._visitor(token, now).language = language

    def language(self, token: str) -> Language | None:
        """The language last spoken with this visitor: for pages that must do without the database."""
        seen = self._seen.get(token)
        return seen.language if seen else None

    def forget(self, token: str) -> None:
        self._seen.pop(token, None)

    def _visitor(self, token: str, now: datetime) -> _Seen:
        seen = self._seen.pop(token, None) or _Seen(self._burst, now)
        self._seen[token] = seen  # last in the dict = last seen
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return seen
