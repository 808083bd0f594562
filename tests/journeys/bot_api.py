"""A strict stand-in for Telegram's Bot API server, over real HTTP on loopback.

It keeps what a bot relies on: getUpdates with offsets and conflicts, webhooks with their secret and retries, Telegram's
own wording of 400/401/403/404/409/429, HTML entities, lengths in UTF-16 units, buttons of 64 bytes, callback queries
that grow old, one message a second per chat and thirty a second in all. Faults are planned by the test: resets before
and after acceptance, 502s, restarts (`forget` nothing: the updates wait).
"""

import asyncio
import json
import re
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "tg-spoiler", "span", "blockquote"}
)
LONGEST = 4096  # UTF-16 units after entities
CALLBACK_BYTES = 64
CALLBACK_SECONDS = 15.0  # a query can be answered for a short while only


@dataclass(frozen=True)
class Sent:
    """A message the bot sent and the server accepted."""

    chat: int
    message_id: int
    text: str  # as read: entities taken out
    html: str
    buttons: tuple[tuple[str, str], ...]  # (label, callback data)
    at: float


class Refusal(Exception):
    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.retry_after = code, description, retry_after


class Reset(Exception):
    """The connection is cut without an answer."""


@dataclass
class Faults:
    """What goes wrong, decided per request: a function of (method, running number) to one of the words below or ""."""

    plan: Callable[[str, int], str] = lambda _method, _number: ""  # "reset_before" | "reset_after" | "502" | "429:<s>"


@dataclass
class BotApi:
    """The server's state. Use `running()`; everything else may be called from the test's thread."""

    token: str = "42:TEST"
    per_chat: float = 1.0  # messages a second in one chat
    per_chat_burst: int = 3
    per_second: float = 30.0
    burst: int = 30
    limits: bool = True
    faults: Faults = field(default_factory=Faults)
    blocked: set[int] = field(default_factory=set)
    sent: list[Sent] = field(default_factory=list)
    edited: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    refusals: list[tuple[str, int, str]] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self._updates: deque[dict[str, Any]] = deque()
        self._next_update = 1000
        self._next_message = 1
        self._chats: set[int] = set()
        self._polls = 0
        self._webhook: dict[str, str] | None = None
        self._webhook_set_at = -10.0
        self._allowance: dict[Any, tuple[float, float]] = {}
        self._queries: dict[str, float] = {}
        self._count: dict[str, int] = defaultdict(int)
        self._wake = threading.Condition()
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    # What people do ------------------------------------------------------------------------------

    def write(self, chat: int, text: str, **more: Any) -> int:
        """A person writes; returns the update's id."""
        entities = (
            [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}] if text.startswith("/") else []
        )
        message = {"text": text, **({"entities": entities} if entities else {}), **more}
        return self.update(chat, {"message": self._message(chat, message)})

    def press(self, chat: int, data: str, message_id: int = 1) -> int:
        """A person presses a button under a message."""
        query = f"{chat}-{self._next_update}"
        self._queries[query] = time.monotonic()
        shown = self._message(chat, {"text": "…"}) | {"message_id": message_id}
        return self.update(
            chat,
            {
                "callback_query": {
                    "id": query,
                    "from": _user(chat),
                    "message": shown,
                    "chat_instance": "1",
                    "data": data,
                }
            },
        )

    def update(self, chat: int, content: Mapping[str, Any]) -> int:
        """Put any update into the queue (edited messages, my_chat_member, media, groups)."""
        with self._wake:
            self._chats.add(chat)
            number = self._next_update
            self._next_update += 1
            self._updates.append({"update_id": number, **content})
            self._wake.notify_all()
        return number

    def repeat(self, number: int, content: Mapping[str, Any]) -> None:
        """Deliver an update id once more, as after a lost confirmation."""
        with self._wake:
            self._updates.append({"update_id": number, **content})
            self._wake.notify_all()

    def texts(self, chat: int) -> list[str]:
        return [each.text for each in self.sent if each.chat == chat]

    def wait_for(self, done: Callable[[], bool], seconds: float = 20.0) -> bool:
        """Wait until `done`, woken by every request."""
        until = time.monotonic() + seconds
        with self._wake:
            while not done():
                left = until - time.monotonic()
                if left <= 0 or not self._wake.wait(min(left, 1.0)):
                    if time.monotonic() >= until:
                        return done()
        return True

    # The server ----------------------------------------------------------------------------------

    def start(self, port: int = 0) -> "BotApi":
        """Listen on loopback; the same port again after `stop` is a restart of the server."""
        app = Starlette(routes=[Route("/bot{token}/{method}", self._serve, methods=["GET", "POST"])], lifespan=_nothing)
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off", ws="none")
        self._server = uvicorn.Server(config)
        self._server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)
        listening = self._server.servers[0].sockets[0].getsockname()
        self.url = f"http://127.0.0.1:{listening[1]}"
        return self

    def stop(self) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._server.should_exit = self._server.force_exit = True
        with self._wake:
            self._wake.notify_all()
        self._thread.join(10)

    async def _serve(self, request: Request) -> Response:
        method = request.path_params["method"]
        params = await _params(request)
        if request.path_params["token"] != self.token:
            return _refuse(401, "Unauthorized")
        handler = getattr(self, f"_do_{method}", None)
        if handler is None:
            return _refuse(404, "Not Found")
        self._count[method] += 1
        fault = self.faults.plan(method, self._count[method])
        if fault == "reset_before":
            raise Reset
        if fault == "502":
            return Response("<html>Bad Gateway</html>", 502, media_type="text/html")
        try:
            if fault.startswith("429:"):
                seconds = int(fault[4:])
                raise Refusal(429, f"Too Many Requests: retry after {seconds}", seconds)
            result = handler(params)
            if asyncio.iscoroutine(result):
                result = await result
        except Refusal as refusal:
            self.refusals.append((method, refusal.code, refusal.description))
            return _refuse(refusal.code, refusal.description, refusal.retry_after)
        finally:
            with self._wake:
                self.calls.append((method, params))
                self._wake.notify_all()
        if fault == "reset_after":
            raise Reset
        return JSONResponse({"ok": True, "result": result})

    # Methods -------------------------------------------------------------------------------------

    def _do_getMe(self, _params: Mapping[str, Any]) -> Any:
        return {
            "id": 42, "is_bot": True, "first_name": "Cầu Nối", "username": "caunoi_bot", "can_join_groups": True,
            "can_read_all_group_messages": False, "supports_inline_queries": False,
        }  # fmt: skip

    async def _do_getUpdates(self, params: Mapping[str, Any]) -> Any:
        if self._webhook:
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            )
        self._polls += 1
        mine = self._polls
        offset, limit = int(params.get("offset", 0)), int(params.get("limit", 100))
        until = time.monotonic() + float(params.get("timeout", 0))
        while True:
            if self._polls != mine:
                raise Refusal(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
            with self._wake:
                while self._updates and offset and self._updates[0]["update_id"] < offset:
                    self._updates.popleft()
                waiting = list(self._updates)[:limit]
            stopping = self._server is not None and self._server.should_exit
            if waiting or time.monotonic() >= until or stopping:
                return waiting
            await asyncio.sleep(0.01)

    def _do_setWebhook(self, params: Mapping[str, Any]) -> Any:
        now = time.monotonic()
        if now - self._webhook_set_at < 1.0:
            raise Refusal(429, "Too Many Requests: retry after 1", 1)
        self._webhook_set_at = now
        if not str(params.get("url", "")):
            self._webhook = None
            return True
        self._webhook = {"url": str(params["url"]), "secret": str(params.get("secret_token", ""))}
        return True

    def _do_deleteWebhook(self, params: Mapping[str, Any]) -> Any:
        self._webhook = None
        if str(params.get("drop_pending_updates", "")).lower() == "true":
            self._updates.clear()
        return True

    def _do_getWebhookInfo(self, _params: Mapping[str, Any]) -> Any:
        return {
            "url": self._webhook["url"] if self._webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
        }

    def _do_sendMessage(self, params: Mapping[str, Any]) -> Any:
        chat = self._chat(params)
        html = str(params.get("text", ""))
        text = _read_html(html) if params.get("parse_mode") == "HTML" else html
        if not text.strip():
            raise Refusal(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > LONGEST:
            raise Refusal(400, "Bad Request: message is too long")
        buttons = _read_buttons(params.get("reply_markup"))
        self._allow(chat)
        number = self._next_message
        self._next_message += 1
        self.sent.append(Sent(chat, number, text.strip(), html, buttons, time.monotonic()))
        return self._message(chat, {"text": text.strip()}, number) | {"from": self._do_getMe({})}

    def _do_editMessageReplyMarkup(self, params: Mapping[str, Any]) -> Any:
        chat = self._chat(params)
        number = int(params["message_id"])
        if number >= self._next_message:
            raise Refusal(400, "Bad Request: message to edit not found")
        _read_buttons(params.get("reply_markup"))
        self.edited.append(("editMessageReplyMarkup", params))
        return self._message(chat, {"text": "…"}, number)

    def _do_answerCallbackQuery(self, params: Mapping[str, Any]) -> Any:
        asked = self._queries.pop(str(params["callback_query_id"]), None)
        if asked is None or time.monotonic() - asked > CALLBACK_SECONDS:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.answered.append(str(params["callback_query_id"]))
        return True

    def _accept(self, _params: Mapping[str, Any]) -> Any:
        return True

    _do_setMyCommands = _do_setChatMenuButton = _do_setMyDescription = _do_setMyShortDescription = _accept
    _do_sendChatAction = _do_leaveChat = _do_logOut = _do_close = _accept

    # Rules ---------------------------------------------------------------------------------------

    def _chat(self, params: Mapping[str, Any]) -> int:
        chat = int(params["chat_id"])
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat not in self._chats:
            raise Refusal(400, "Bad Request: chat not found")
        return chat

    def _allow(self, chat: int) -> None:
        """Two buckets: one per chat, one for the bot. An empty one answers 429 with the time to wait."""
        if not self.limits:
            return
        for key, rate, burst in ((chat, self.per_chat, self.per_chat_burst), ("all", self.per_second, self.burst)):
            now = time.monotonic()
            level, at = self._allowance.get(key, (float(burst), now))
            level = min(float(burst), level + (now - at) * rate)
            if level < 1:
                seconds = max(1, round((1 - level) / rate))
                raise Refusal(429, f"Too Many Requests: retry after {seconds}", seconds)
            self._allowance[key] = (level - 1, now)

    def _message(self, chat: int, content: Mapping[str, Any], number: int | None = None) -> dict[str, Any]:
        if number is None:
            number = self._next_message
            self._next_message += 1
        kind = "private" if chat > 0 else "group"
        where = {"id": chat, "type": kind, **({"first_name": "A"} if chat > 0 else {"title": "Thôn"})}
        return {"message_id": number, "date": 1795485600, "chat": where, "from": _user(abs(chat)), **content}

    # Webhook delivery ----------------------------------------------------------------------------

    def deliver(self, *, seconds: float = 30.0, wrong_secret: bool = False) -> bool:
        """Post every waiting update to the webhook, in order, again until it answers 2xx. False: time ran out."""
        assert self._webhook is not None, "no webhook was set"
        until = time.monotonic() + seconds
        with httpx.Client(timeout=10) as client:
            while self._updates and time.monotonic() < until:
                if self._post(client, self._updates[0], wrong_secret):
                    self._updates.popleft()
        return not self._updates

    def _post(self, client: httpx.Client, update: Mapping[str, Any], wrong_secret: bool) -> bool:
        assert self._webhook is not None
        secret = "wrong" if wrong_secret else self._webhook["secret"]
        try:
            answer = client.post(
                self._webhook["url"], content=json.dumps(update),
                headers={"content-type": "application/json", "x-telegram-bot-api-secret-token": secret},
            )  # fmt: skip
        except httpx.TransportError:
            return False
        return answer.is_success


class _Entities(HTMLParser):
    """Telegram's HTML: a few tags, each closed; everything else is an error with its wording."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self._open = "", list[str]()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in TAGS:
            raise Refusal(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}" at byte offset 0')
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise Refusal(400, f'Bad Request: can\'t parse entities: Unmatched end tag "{tag}" at byte offset 0')

    def handle_data(self, data: str) -> None:
        self.text += data

    def close(self) -> None:
        super().close()
        if self._open:
            raise Refusal(
                400,
                f"Bad Request: can't parse entities: Can't find end tag corresponding to start tag {self._open[-1]}",
            )


def _read_html(html: str) -> str:
    if re.search(r"<(?![a-z/])", html) or re.search(r"&(?!(lt|gt|amp|quot|#\d+|#x[0-9a-f]+);)", html):
        raise Refusal(400, "Bad Request: can't parse entities: Unexpected character at byte offset 0")
    reader = _Entities()
    reader.feed(html)
    reader.close()
    return reader.text


def _read_buttons(markup: Any) -> tuple[tuple[str, str], ...]:
    if not markup:
        return ()
    rows = (json.loads(markup) if isinstance(markup, str) else markup).get("inline_keyboard", [])
    buttons = []
    for button in (button for row in rows for button in row):
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= CALLBACK_BYTES:
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        if not button.get("text"):
            raise Refusal(400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed")
        buttons.append((button["text"], button.get("callback_data", "")))
    return tuple(buttons)


async def _params(request: Request) -> Mapping[str, Any]:
    if request.method == "GET":
        return dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(await request.json())
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def _user(number: int) -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": "A", "language_code": "vi"}


def _refuse(code: int, description: str, retry_after: int | None = None) -> JSONResponse:
    more = {"parameters": {"retry_after": retry_after}} if retry_after is not None else {}
    return JSONResponse({"ok": False, "error_code": code, "description": description, **more}, code)


@asynccontextmanager
async def _nothing(_app: Starlette) -> Any:
    yield
