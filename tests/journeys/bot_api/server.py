"""The HTTP side: requests to methods, answers in Telegram's shape, a thread with a loop of its own."""

import asyncio
import json
import re
import threading
from collections import Counter
from collections.abc import Coroutine
from typing import Any, TypeVar
from urllib.parse import unquote

from aiohttp import web

from tests.journeys.bot_api.faults import BAD_GATEWAY, Cut, Plan, abort, cut, plan_nothing, strike_after, strike_before
from tests.journeys.bot_api.methods import METHODS
from tests.journeys.bot_api.polling import Polling
from tests.journeys.bot_api.reading import read_params
from tests.journeys.bot_api.refusals import NOT_FOUND, UNAUTHORIZED, Refusal
from tests.journeys.bot_api.state import Params, State
from tests.journeys.bot_api.webhook import Webhook

Result = TypeVar("Result")
PATIENCE = 10.0  # seconds until a start or a stop counts as failed
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
WAITING_METHODS = {
    name.lower(): name for name in ("getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo")
}  # they need the loop


class Server:
    """One bot's server. `failure` is the first thing that went wrong in here: never a reason to pass a test."""

    def __init__(self, state: State, webhook: Webhook) -> None:
        self.state, self.webhook = state, webhook
        self.plan: Plan = plan_nothing
        self.failure: BaseException | None = None
        self.url = ""
        self._polling = Polling(state, webhook)
        self._counts: Counter[str] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None
        self._thread: threading.Thread | None = None

    def start(self, port: int) -> None:
        """Listen on the loopback; 0 is any free port. Raises OSError when the port is taken."""
        assert self._thread is None, "it runs already"
        started = threading.Event()
        problems: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, args=(port, started, problems), daemon=True)
        self._thread.start()
        assert started.wait(PATIENCE), "the stand-in did not start"
        if problems:
            self._thread = None
            raise problems[0]

    def stop(self) -> None:
        """Cut every connection and stop listening, as a restart of the real one does. What is kept stays."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        assert self._loop is not None
        assert self._ending is not None
        self._loop.call_soon_threadsafe(self._ending.set)
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the stand-in did not stop"

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something in the server's loop, from another thread, and wait for it."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def _run(self, port: int, started: threading.Event, problems: list[BaseException]) -> None:
        try:
            asyncio.run(self._serve(port, started))
        except BaseException as problem:  # start() raises it; later on, whoever waits or stops does
            problems.append(problem)
            self.failure = self.failure or (problem if started.is_set() else None)
            started.set()

    async def _serve(self, port: int, started: threading.Event) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        server = web.Server(self._handle, access_log=None, handler_cancellation=True)  # a poll ends with its line
        listening = await self._loop.create_server(server, "127.0.0.1", port)
        self.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        loop = self._loop
        with self.state.woken:
            self.state.updates.on_put = lambda: loop.call_soon_threadsafe(self._news)
        self._news()
        started.set()
        await self._ending.wait()
        with self.state.woken:
            self.state.updates.on_put = lambda: None
        listening.close()
        for connection in server.connections:
            if connection.transport is not None:
                abort(connection.transport)
        await self.webhook.close()
        await server.shutdown(timeout=0)
        with self.state.woken:
            self.state.woken.notify_all()

    def _news(self) -> None:
        self.webhook.run()
        if self.webhook.hook is None:
            self._polling.wake()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        asked, method = _find_method(request.raw_path)
        try:
            if not TOKEN.fullmatch(asked):
                raise Refusal(*NOT_FOUND)
            if asked != self.state.token:
                raise Refusal(*UNAUTHORIZED)
            result = await self._call(request, method)
        except Refusal as refusal:
            with self.state.woken:
                self.state.refusals.append((method, refusal.code, refusal.description))
                self.state.woken.notify_all()
            return _refuse(refusal)
        except Cut:
            cut(request)
            return web.Response()
        except Exception as problem:
            with self.state.woken:
                self.failure = self.failure or problem
                self.state.woken.notify_all()
            raise
        return web.Response(body=b'{"ok":true,"result":' + result + b"}", content_type="application/json")

    async def _call(self, request: web.BaseRequest, method: str) -> bytes:
        """Run a method and what is planned to go wrong with it; return its result as JSON."""
        params = await read_params(request)
        state = self.state
        with state.woken:
            self._counts[method] += 1
            state.calls.append((method, params))
            fault = self.plan(method, self._counts[method], params)
        if fault:
            await strike_before(fault, state, params)
        if method.lower() in METHODS:
            with state.woken:
                result: Any = METHODS[method.lower()][1](state, params)
                answer = json.dumps(result)
                state.woken.notify_all()
        elif method == "getUpdates":
            answer = await self._polling.get_updates(params, lambda: request.transport is not None)
        elif method in WAITING_METHODS.values():
            answer = json.dumps(self._hook(method, params))
        else:
            raise Refusal(*NOT_FOUND)
        if fault:
            await strike_after(fault)
        return answer.encode()

    def _hook(self, method: str, params: Params) -> Any:
        with self.state.woken:
            if method == "getWebhookInfo":
                return self.webhook.info()
            self.webhook.change(params if method == "setWebhook" else {**params, "url": ""})
            if self.webhook.hook is not None:
                self._polling.give_way()
            self.webhook.run()
            self.state.woken.notify_all()
            return True


def _find_method(path: str) -> tuple[str, str]:
    """Split `/bot<token>/<method>`: token and the method's name as documented (any case is taken)."""
    parts = unquote(path.partition("?")[0]).split("/")
    if len(parts) != 3 or not parts[1].startswith("bot"):
        return "", path
    known = METHODS.get(parts[2].lower())
    return parts[1][3:], known[0] if known else WAITING_METHODS.get(parts[2].lower(), parts[2])


def _refuse(refusal: Refusal) -> web.Response:
    if refusal.code == 502:
        return web.Response(text=BAD_GATEWAY, status=502, content_type="text/html")
    body: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    headers = {}
    if refusal.retry_after is not None:
        body["parameters"] = {"retry_after": refusal.retry_after}
        headers["Retry-After"] = str(refusal.retry_after)
    return web.Response(text=json.dumps(body), status=refusal.code, content_type="application/json", headers=headers)
