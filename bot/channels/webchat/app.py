"""The web chat's routes: a form's POST becomes an Incoming, the conversation comes back as a page.

A GET writes nothing, but that what came late (staff's answer) was seen. A POST carries its form's own event id, so that
the same POST twice is one turn; it answers with a redirect to the page, but for guarded replies, which are shown in the
answer itself and nowhere else.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.channels.webchat.page import END, LONGEST, Again, Menu, Options, Pages, Texts, View, read_assets
from bot.channels.webchat.visit import Allowances, Cookie, Languages, is_of
from bot.core.campaigns import read_code
from bot.core.own import Ours
from bot.core.types import Address, Incoming, Kind, Language, Said
from bot.services.ports import Clock, Conversations, Intake, Paper, Receipt
from bot.web import (
    SafeHeaders,
    TooLarge,
    guess_language,
    harden,
    is_own_form,
    place_of,
    read_form,
    where,
)

log = logging.getLogger(__name__)

QUICK: Final = 2.0  # seconds: leaving never waits longer for the database
LONGEST_ACTION: Final = 64  # characters: the core makes none longer
START: Final = re.compile(r"[A-Za-z0-9_-]{0,64}")  # a deep link's payload, as on the other channels
# Not "cookies": that would clear those of every neighbouring host under the same domain.
FORGET: Final = '"cache", "storage"'

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a page must know of an address beside its lines. `language` None: nothing is kept of it yet."""

    language: Language | None = None
    waiting: bool = False  # a handover is open


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the web chat is given.

    `new_id` makes ids nobody can guess (at least 128 bits, only A-Z a-z 0-9 _ -). `address_of` is a keyed hash
    of the cookie's token. `health` says whether all is well, and the parts' states, without personal data. `paper`
    reads the slip of a code, `ours` the announcement of one.
    """

    intake: Intake
    conversations: Conversations
    texts: Texts
    menu: Menu
    standing: Callable[[Address], Awaitable[Standing]]
    health: Callable[[], Awaitable[tuple[bool, Mapping[str, Any]]]]
    paper: Callable[[str], Awaitable[Paper | None]]
    ours: Callable[[str], Awaitable[Ours | None]]
    address_of: Callable[[str], Awaitable[Address]]
    new_id: Callable[[], str]
    clock: Clock


def create_app(surroundings: Surroundings, options: Options) -> Starlette:
    """Return the web chat as an ASGI application."""
    chat = WebChat(surroundings, options)
    return Starlette(
        routes=[
            Route("/", chat.show),
            Route("/say", chat.say, methods=["POST"]),
            Route("/press", chat.press, methods=["POST"]),
            Route("/xoa", chat.erase, methods=["POST"]),
            Route("/thoat", chat.leave, methods=["POST"]),
            Route("/tam-biet", chat.farewell),
            Route("/slip/{code}", chat.slip),
            Route("/verify/{code}", chat.verify),
            Route("/static/{name}", chat.static),
            Route("/healthz", chat.health),
        ],
        middleware=[
            Middleware(SafeHeaders, secure=options.secure),
            Middleware(GZipMiddleware, minimum_size=600),
        ],
        exception_handlers={HTTPException: chat.refused, TooLarge: chat.too_large, Exception: chat.broken},
    )


class WebChat:
    """The handlers. Each translates and hands over."""

    def __init__(self, surroundings: Surroundings, options: Options) -> None:
        self._out, self._options = surroundings, options
        self._assets = read_assets()
        self._pages = Pages(surroundings.texts, surroundings.menu, options, self._assets, surroundings.new_id)
        self._cookie = Cookie(options.secure)
        self._sends = Allowances(options.per_minute, options.burst)
        self._lines = Allowances(options.line_per_minute, options.line_burst)
        self._languages = Languages()
        self._public_host = urlsplit(options.public_url).netloc
        self._running: set[asyncio.Task[Any]] = set()

    async def show(self, request: Request) -> Response:
        """GET /: the whole conversation. `?start=…` is a deep link; it is offered as a button."""
        token = self._cookie.read(request)
        start = request.query_params.get("start")
        view = View(
            token=token or self._out.new_id(),
            language=self._language(request, token),
            start=start if start is not None and START.fullmatch(start) else None,
            note="erased" if "da-xoa" in request.query_params else "",
        )
        if not token:  # nobody we know: nothing to read
            return self._page(view)
        return await self._whole(view)

    async def say(self, request: Request) -> Response:
        """POST /say: the words of the box."""
        form = await self._form(request)
        if isinstance(form, Response):
            return form
        view, event, fields = form
        text = fields.get("text", "").replace("\r\n", "\n")
        view = replace(view, draft=text, event=event)
        if not text.strip():
            return await self._whole(replace(view, draft="", note="empty"), 422)
        if len(text) > LONGEST:
            return self._page(replace(view, note="too_long", whole=False), 413)
        return await self._take(request, view, Kind.TEXT, text, event)

    async def press(self, request: Request) -> Response:
        """POST /press: a button's action, unchanged; or `start`, a deep link's payload."""
        form = await self._form(request)
        if isinstance(form, Response):
            return form
        view, event, fields = form
        if "start" in fields and START.fullmatch(fields["start"]):
            view = replace(view, again=Again("start", fields["start"], event))
            return await self._take(request, view, Kind.START, fields["start"], event)
        action = fields.get("action", "")[:LONGEST_ACTION]
        view = replace(view, again=Again("action", action, event))
        return await self._take(request, view, Kind.CHOICE, action, event)

    async def erase(self, request: Request) -> Response:
        """POST /xoa: erase the conversation and stay."""
        if not is_own_form(request.headers, self._public_host):
            return self._foreign(request)
        token = self._cookie.read(request)
        if token:
            erased = await self._within(self._erase(token), self._options.patience)
            if erased is None:
                return self._page(View(token, self._language(request, token), note="not_erased", whole=False), 503)
        return self._to("/?da-xoa", token)

    async def leave(self, request: Request) -> Response:
        """POST /thoat: leave at once, and nothing stays behind: quick exit, and the end of a turn at a shared phone."""
        if not is_own_form(request.headers, self._public_host):
            return self._foreign(request)
        token = self._cookie.read(request)
        language = self._language(request, token)
        if token:
            await self._within(self._erase(token), min(QUICK, self._options.patience))
            self._sends.forget(token)
            self._languages.forget(token)
        response = RedirectResponse(f"/tam-biet?lang={language}", 303, {"Clear-Site-Data": FORGET})
        self._cookie.clear(response)
        return response

    async def farewell(self, request: Request) -> Response:
        """GET /tam-biet: a page that says nothing of what was spoken of, and knows nobody."""
        language = Language.EN if request.query_params.get("lang") == Language.EN else Language.VI
        return HTMLResponse(self._pages.farewell(language))

    async def slip(self, request: Request) -> Response:
        """GET /slip/CODE: the paper for the commune, to print or to show. Knows nobody, sets no cookie."""
        kept = await self._within(self._paper(request.path_params["code"]), self._options.patience)
        if kept is None:
            return self._plain(request, "slip.page_away", 503, {"Retry-After": "5"})
        paper, headers = kept[0], {"Referrer-Policy": "no-referrer"}
        if paper is None:
            return self._plain(request, "slip.page_gone", 404, headers)
        base = self._options.public_url.rstrip("/") or str(request.base_url).rstrip("/")
        return HTMLResponse(self._pages.slip(paper, f"{base}/slip/{paper.code}"), headers=headers)

    async def verify(self, request: Request) -> Response:
        """GET /verify/CODE: whether an announcement is ours. Knows nobody, sets no cookie."""
        code = read_code(request.path_params["code"])
        found = await self._within(self._ours(code), self._options.patience)
        if found is None:
            return self._plain(request, "slip.page_away", 503, {"Retry-After": "5"})
        language = guess_language(request.headers.get("accept-language", ""))
        return HTMLResponse(self._pages.verified(language, code, found[0]), 200 if found[0] else 404)

    async def _ours(self, code: str) -> tuple[Ours | None]:
        return (await self._out.ours(code) if code else None,)

    async def _paper(self, code: str) -> tuple[Paper | None]:
        return (await self._out.paper(code),)

    async def static(self, request: Request) -> Response:
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        known = request.query_params.get("v") == asset.version
        keep = "public, max-age=31536000, immutable" if known else "public, max-age=60"
        return Response(asset.body, media_type=asset.media_type, headers={"Cache-Control": keep})

    async def health(self, _request: Request) -> Response:
        well, parts = await self._out.health()
        return JSONResponse(dict(parts), 200 if well else 503)

    async def refused(self, request: Request, error: Exception) -> Response:
        """A page that is not there, or not for this method."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = error.headers if isinstance(error, HTTPException) else None
        return self._plain(request, "not_found" if status == 404 else "not_this_way", status, headers)

    async def too_large(self, request: Request, _error: Exception) -> Response:
        # The rest of the body was not read: the connection cannot be used again.
        return self._plain(request, "too_large", 413, {"Connection": "close"})

    async def broken(self, request: Request, _error: Exception) -> Response:
        response = self._plain(request, "broken", 500)
        harden(response.headers, secure=self._options.secure)  # stands outside of the middleware
        return response

    async def _form(self, request: Request) -> tuple[View, str, Mapping[str, str]] | Response:
        """Read a POST of the chat: who, which event, its fields. A response where it cannot be taken."""
        if not is_own_form(request.headers, self._public_host):
            return self._foreign(request)
        fields = await read_form(request)
        token, event = self._cookie.read(request), fields.get("event", "")
        language = self._language(request, token)
        if not is_of(event, token):
            # The cookie is gone, or is not the one the form was made for. The words are not shown again:
            # whoever sends an old page once more after leaving need not be the one who wrote them.
            view = View(token or self._out.new_id(), language, note="stale")
            return await self._whole(view, 409) if token else self._page(view, 409)
        return View(token, language), event, fields

    async def _take(self, request: Request, view: View, kind: Kind, text: str, event: str) -> Response:
        """Hand an event over and answer with the page (to the script at once, which leaves no POST in the browser's
        history; else by a redirect); with the same form again where that failed."""
        now, direct = self._out.clock.now(), request.headers.get("x-chat-script") == "1"
        line = place_of(request.client.host if request.client else "")
        if not (self._sends.take(view.token, now) and self._lines.take(line, now)):
            return self._page(replace(view, note="too_many", whole=False), 429, {"Retry-After": "10"})

        async def take() -> Receipt:
            address = await self._out.address_of(view.token)
            return await self._out.intake.take(Incoming(address, event, kind, text, now))

        receipt = await self._within(take(), self._options.patience)
        if receipt is None:
            return self._page(replace(view, note="away", whole=False), 503, {"Retry-After": "5"})
        shown = View(view.token, view.language, guarded=receipt.replies if receipt.guarded else ())
        if receipt.guarded or direct:
            return await self._whole(shown)
        return self._to(f"/#{END}", view.token)

    async def _whole(self, view: View, status: int = 200) -> Response:
        """Add the conversation to a page; where it cannot be read in time, say so and keep the box."""
        kept = await self._within(self._read(view.token), self._options.patience)
        if kept is None:
            if view.guarded:  # what cannot be shown again comes before all else
                return self._page(replace(view, whole=False), status)
            return self._page(replace(view, note="away", whole=False), 503, {"Retry-After": "5"})
        standing, lines = kept
        language = standing.language or view.language
        self._languages.note(view.token, language)
        page = self._page(replace(view, language=language, waiting=standing.waiting, lines=lines), status)
        news = [line.at for line in lines if line.is_news]
        if news:
            seen = self._note_seen(view.token, max(news))
            await self._within(seen, min(QUICK, self._options.patience))
        return page

    async def _note_seen(self, token: str, until: datetime) -> None:
        await self._out.conversations.note_seen(await self._out.address_of(token), until)

    async def _read(self, token: str) -> tuple[Standing, tuple[Said, ...]]:
        address = await self._out.address_of(token)
        return await self._out.standing(address), tuple(await self._out.conversations.read(address))

    async def _erase(self, token: str) -> bool:
        """Erase, and do not give up: the person may have left already."""
        wait = 0.5
        while True:
            try:
                await self._out.conversations.erase(await self._out.address_of(token))
            except Exception as error:  # the outermost loop of this work; the database may be away
                log.error("not erased yet, trying again in %s s: %s", wait, where(error))
                await asyncio.sleep(wait)
                wait = min(wait * 2, 60.0)
            else:
                return True

    async def _within(self, work: Coroutine[Any, Any, Kept], seconds: float) -> Kept | None:
        """Wait for work, but not for ever: None where it failed or is not done. It goes on by itself: an event
        that is taken later is found by whoever presses again."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        done, _ = await asyncio.wait({task}, timeout=seconds)
        return task.result() if done and not task.cancelled() and task.exception() is None else None

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("work for the web chat failed: %s", where(error))

    def _page(self, view: View, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        response = HTMLResponse(self._pages.chat(view, self._out.clock.now()), status, headers)
        self._cookie.set(response, view.token)
        return response

    def _to(self, place: str, token: str) -> Response:
        response = RedirectResponse(place, 303)
        if token:
            self._cookie.set(response, token)
        return response

    def _plain(
        self, request: Request, name: str, status: int, headers: Mapping[str, str] | None = None
    ) -> HTMLResponse:
        language = guess_language(request.headers.get("accept-language", ""))
        return HTMLResponse(self._pages.plain(language, name), status, headers)

    def _foreign(self, request: Request) -> Response:
        return self._plain(request, "foreign", 403, {"Connection": "close"})

    def _language(self, request: Request, token: str) -> Language:
        return self._languages.of(token) or guess_language(request.headers.get("accept-language", ""))
