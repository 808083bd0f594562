"""The web chat's pages. A form carries its own event id, so that a press sent twice is one turn with one answer.

Guarded answers are written straight into the response and kept nowhere a page could show them again.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.web.html import to_html
from bot.core.errors import BotError
from bot.core.markup import parse
from bot.core.types import Address, Incoming, Kind, Language, Rendered
from bot.services.ports import Clock, Conversations, Intake, Receipt

HERE: Final = Path(__file__).parent
COOKIE: Final = "caunoi"
LARGEST_BODY: Final = 64 * 1024  # bytes of a posted form
LONGEST_TEXT: Final = 10_000  # characters of a message
LONGEST_EVENT: Final = 64
PATIENCE: Final = 10.0  # seconds a press waits for a database that is away
BURST, PER_MINUTE = 12, 24  # presses of one session
SESSIONS: Final = 20_000  # remembered by the limit; the oldest is forgotten first

HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}

Texts = Callable[[str, Language, Mapping[str, Any]], str]  # message key, language, params to plain words


@dataclass(frozen=True, slots=True)
class Options:
    """What the page says and how its cookie is set. `days` is how long a conversation is kept."""

    operator: str = ""
    demo: bool = False
    secure: bool = False
    days: int = 30


@dataclass(frozen=True, slots=True)
class Outside:
    """What the web chat is given by wiring."""

    intake: Intake
    conversations: Conversations
    texts: Texts
    address_of: Callable[[str], Address]
    new_id: Callable[[], str]
    clock: Clock
    health: Callable[[], Awaitable[tuple[bool, Mapping[str, Any]]]]


def create_app(outside: Outside, options: Options) -> Starlette:
    """Return the ASGI app of the web chat."""
    chat = _Chat(outside, options)
    routes = [
        Route("/", chat.page, methods=["GET", "HEAD"]),
        Route("/say", chat.say, methods=["POST"]),
        Route("/press", chat.press, methods=["POST"]),
        Route("/erase", chat.erase, methods=["POST"]),
        Route("/exit", chat.leave, methods=["POST"]),
        Route("/tam-biet", chat.farewell, methods=["GET"]),
        Route("/static/{name}", chat.static, methods=["GET"]),
        Route("/healthz", chat.healthz, methods=["GET"]),
    ]
    handlers: Mapping[Any, Any] = {HTTPException: chat.failed}
    return Starlette(routes=routes, exception_handlers=handlers, middleware=[Middleware(_Headers)])


@dataclass(slots=True)
class _Limit:
    """A bucket for each session: BURST presses at once, PER_MINUTE in the long run."""

    buckets: dict[str, tuple[float, datetime]] = field(default_factory=dict)

    def allows(self, session: str, now: datetime) -> bool:
        level, at = self.buckets.pop(session, (float(BURST), now))
        level = min(float(BURST), level + (now - at).total_seconds() * PER_MINUTE / 60)
        allowed = level >= 1
        self.buckets[session] = (level - 1 if allowed else level, now)
        while len(self.buckets) > SESSIONS:
            self.buckets.pop(next(iter(self.buckets)))
        return allowed


class _Chat:
    def __init__(self, outside: Outside, options: Options) -> None:
        self._outside, self._options = outside, options
        self._limit = _Limit()
        self._static = _read_static()
        pages = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
        self._page, self._plain = pages.get_template("page.html"), pages.get_template("plain.html")

    async def page(self, request: Request) -> Response:
        token = request.cookies.get(COOKIE) or self._outside.new_id()
        return self._keep(await self._render(request, token), token)

    async def say(self, request: Request) -> Response:
        form = await _form(request)
        text = form.get("text", "")
        if not text.strip():
            return await self._again(request, form, "page.empty", 200)
        if len(text) > LONGEST_TEXT:
            return await self._again(request, form, "page.too_long", 413)
        return await self._take(request, form, Kind.TEXT, text)

    async def press(self, request: Request) -> Response:
        form = await _form(request)
        return await self._take(request, form, Kind.CHOICE, form.get("action", ""))

    async def erase(self, request: Request) -> Response:
        _own_page_only(request)
        if token := request.cookies.get(COOKIE):
            await self._outside.conversations.erase(self._outside.address_of(token))
        return RedirectResponse("/", 303)

    async def leave(self, request: Request) -> Response:
        """Erase and leave: the cookie goes with the conversation, the next page is a plain one of ours."""
        await self.erase(request)
        answer = RedirectResponse("/tam-biet", 303)
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=self._options.secure)
        answer.headers["clear-site-data"] = '"cache", "storage"'
        return answer

    async def farewell(self, request: Request) -> Response:
        return self._told(request, "page.farewell", "page.farewell_text", 200, home=False)

    async def static(self, request: Request) -> Response:
        found = self._static.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        body, kind = found
        return Response(body, media_type=kind, headers={"cache-control": "public, max-age=31536000, immutable"})

    async def healthz(self, _request: Request) -> Response:
        well, told = await self._outside.health()
        return JSONResponse(dict(told), 200 if well else 503)

    async def failed(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        key = {404: "page.missing", 413: "page.too_long", 503: "page.away"}.get(status, "page.refused")
        return self._told(request, "page.title", key, status, home=True)

    async def _take(self, request: Request, form: Mapping[str, str], kind: Kind, text: str) -> Response:
        """Pass the press on as an event and show its answer."""
        token = request.cookies.get(COOKIE) or self._outside.new_id()
        address = self._outside.address_of(token)
        now = self._outside.clock.now()
        if not self._limit.allows(address.chat, now):
            return await self._again(request, form, "page.too_fast", 429)
        # The id is the form's, within this address: nobody can stand in the way of somebody else's event.
        event_id = f"{address.chat[:16]}.{form.get('event', '')[:LONGEST_EVENT] or self._outside.new_id()}"
        event = Incoming(address, event_id, kind, text, now)
        try:
            receipt = await asyncio.wait_for(self._outside.intake.take(event), PATIENCE)
        except (TimeoutError, BotError):
            return await self._again(request, form, "page.away", 503)
        if receipt.guarded:
            return self._keep(await self._render(request, token, guarded=receipt), token)
        return self._keep(RedirectResponse("/#cuoi", 303), token)

    async def _again(self, request: Request, form: Mapping[str, str], key: str, status: int) -> Response:
        """Show the page with a kind line, the draft and the same event id."""
        token = request.cookies.get(COOKIE) or self._outside.new_id()
        draft, event = form.get("text", "")[:LONGEST_TEXT], form.get("event", "")[:LONGEST_EVENT]
        try:
            answer = await self._render(request, token, hint=key, draft=draft, event=event, status=status)
        except BotError:
            raise HTTPException(503) from None
        return self._keep(answer, token)

    async def _render(
        self,
        request: Request,
        token: str,
        *,
        guarded: Receipt | None = None,
        hint: str = "",
        draft: str = "",
        event: str = "",
        status: int = 200,
    ) -> Response:
        said = await self._outside.conversations.read(self._outside.address_of(token))
        language = self._language(request)
        texts = self._outside.texts
        lines = [
            _shown(line.message, mine=line.by_person, newest=at == len(said)) for at, line in enumerate(said, start=1)
        ]
        params = {"operator": self._options.operator, "days": self._options.days}
        html = self._page.render(
            lang=language.value,
            t=lambda key: texts(key, language, {}),
            notice=texts("page.notice", language, params),
            lines=lines,
            guarded=[_shown(each, mine=False, newest=True) for each in guarded.replies] if guarded else [],
            hint=texts(hint, language, {}) if hint else "",
            draft=draft,
            event=event,
            new_id=self._outside.new_id,
            other="lang:vi" if language is Language.EN else "lang:en",
            demo=self._options.demo,
            css=self._name("chat.css"),
            js=self._name("chat.js"),
        )
        return Response(html, status, media_type="text/html")

    def _told(self, request: Request, title: str, key: str, status: int, *, home: bool) -> Response:
        language = self._language(request)
        texts = self._outside.texts
        html = self._plain.render(
            lang=language.value,
            title=texts(title, language, {}),
            text=texts(key, language, {}),
            home=texts("page.home", language, {}) if home else "",
            css=self._name("chat.css"),
        )
        return Response(html, status, media_type="text/html")

    def _language(self, request: Request) -> Language:
        """The page's own words follow the browser; answers follow the person."""
        first = request.headers.get("accept-language", "vi").split(",")[0].strip().lower()
        return Language.EN if first.startswith("en") else Language.VI

    def _name(self, plain: str) -> str:
        stem, _, kind = plain.partition(".")
        return next(name for name in self._static if name.startswith(stem) and name.endswith(kind))

    def _keep(self, answer: Response, token: str) -> Response:
        answer.set_cookie(
            COOKIE,
            token,
            max_age=self._options.days * 86400,
            path="/",
            httponly=True,
            samesite="lax",
            secure=self._options.secure,
        )
        return answer


class _Headers:
    """Strict headers on every answer; nothing but static files is stored anywhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                headers.extend((name.encode(), value.encode()) for name, value in HEADERS.items())
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
            await send(message)

        await self._app(scope, receive, sent if scope["type"] == "http" else send)


def _shown(message: Rendered, *, mine: bool, newest: bool) -> Mapping[str, Any]:
    return {"html": to_html(parse(message.text)), "buttons": message.buttons, "mine": mine, "newest": newest}


def _read_static() -> dict[str, tuple[bytes, str]]:
    """Static files under a name that changes with their content."""
    kinds = {".css": "text/css", ".js": "text/javascript"}
    found = {}
    for file in sorted((HERE / "static").iterdir()):
        if file.suffix in kinds:
            body = file.read_bytes()
            found[f"{file.stem}-{hashlib.sha256(body).hexdigest()[:10]}{file.suffix}"] = (body, kinds[file.suffix])
    return found


def _own_page_only(request: Request) -> None:
    """Refuse a form that another site's page sent."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    foreign = origin not in (None, "null") and urlsplit(origin or "").netloc != request.headers.get("host", "")
    if site not in ("same-origin", "none") or foreign:
        raise HTTPException(403)


async def _form(request: Request) -> Mapping[str, str]:
    """Read a posted form of at most LARGEST_BODY bytes."""
    _own_page_only(request)
    size = request.headers.get("content-length", "")
    if not size.isdigit() or int(size) > LARGEST_BODY:
        raise HTTPException(413)
    try:
        form = await request.form()
    except ClientDisconnect:
        raise HTTPException(400) from None
    return {name: value for name, value in form.items() if isinstance(value, str)}
