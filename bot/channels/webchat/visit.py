"""Who is on the other side of a request: the cookie, the forms rendered for it, how much it may send.

The token in the cookie is all that ties a browser to its conversation; the services see only a keyed hash of it.
"""

import hashlib
import hmac
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from bot.core.types import Language

COOKIE_DAYS: Final = 30  # sliding: every page of the chat sets it anew
REMEMBERED: Final = 20_000  # visitors, and lines, of which something is remembered in memory
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


class Allowances:
    """Token buckets in memory, one for each key. The key longest away is forgotten first: it begins anew."""

    def __init__(self, per_minute: float, burst: int) -> None:
        self._per_second, self._burst = per_minute / 60, float(burst)
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, key: str, now: datetime) -> bool:
        """Take one off the key's allowance; False when nothing is left of it."""
        left, at = self._left.get(key, (self._burst, now))
        left = min(self._burst, left + (now - at).total_seconds() * self._per_second)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        self._left.move_to_end(key)
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        return allowed

    def forget(self, key: str) -> None:
        self._left.pop(key, None)


class Languages:
    """The language last spoken with each visitor, in memory: for pages that must do without the database."""

    def __init__(self) -> None:
        self._spoken: OrderedDict[str, Language] = OrderedDict()

    def note(self, token: str, language: Language) -> None:
        self._spoken[token] = language
        self._spoken.move_to_end(token)
        if len(self._spoken) > REMEMBERED:
            self._spoken.popitem(last=False)

    def of(self, token: str) -> Language | None:
        return self._spoken.get(token)

    def forget(self, token: str) -> None:
        self._spoken.pop(token, None)
