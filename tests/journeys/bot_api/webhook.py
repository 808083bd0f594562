"""Delivery to a webhook: several posts at once, per chat in order, again with growing waits until answered 2xx."""

import asyncio
import re
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.journeys.bot_api.reading import read_number
from tests.journeys.bot_api.refusals import bad_request, too_many
from tests.journeys.bot_api.state import Params, State
from tests.journeys.bot_api.updates import DEFAULT_KINDS, Update

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
SECOND_CALL = 1.0  # a second setWebhook within this many seconds is refused
ANSWER_SECONDS = 60.0
SECRET = re.compile(r"[A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Hook:
    """What setWebhook asked for."""

    url: str
    secret: str
    connections: int


class Webhook:
    """The hook that is set, and the posts to it. Everything runs in the server's loop; `state` is locked as usual."""

    def __init__(self, state: State, first_wait: float, longest_wait: float) -> None:
        self.hook: Hook | None = None
        self.last_error = ""
        self._state, self._first, self._longest = state, first_wait, longest_wait
        self._set_at = -10.0
        self._loaded = 0  # the newest update that is in a queue
        self._queues: dict[int, deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._client: aiohttp.ClientSession | None = None

    def change(self, params: Params) -> None:
        """Take setWebhook's parameters. Raises Refusal."""
        url, secret = params.get("url", "").strip(), params.get("secret_token", "")
        now = self._state.clock()
        if url and now < self._set_at + SECOND_CALL:
            raise too_many(SECOND_CALL)
        self._set_at = now if url else self._set_at
        if url:
            _check(url, secret)
        if params.get("drop_pending_updates", "").lower() in {"true", "1", "yes"}:
            self._state.updates.clear()
        self.halt()
        self.last_error = ""
        self.hook = None
        if url:
            connections = read_number(params, "max_connections", 40)
            self.hook = Hook(url, secret, min(100, max(1, connections)))
            self._state.updates.allow(params.get("allowed_updates"))

    def info(self) -> dict[str, Any]:
        """getWebhookInfo's answer."""
        hook, updates = self.hook, self._state.updates
        known: dict[str, Any] = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(updates.waiting),
        }
        if hook:
            known |= {"max_connections": hook.connections, "ip_address": "127.0.0.1"}
        if self.last_error:
            known |= {"last_error_date": self._state.date, "last_error_message": self.last_error}
        if updates.allowed != DEFAULT_KINDS:
            known["allowed_updates"] = sorted(updates.allowed)
        return known

    def run(self) -> None:
        """Post what waits. To be called in the loop after every change: new updates, a new hook, a restart."""
        if self.hook is None:
            return
        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self.hook.connections),  # no more posts than that at once
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=ANSWER_SECONDS, sock_read=ANSWER_SECONDS),
            )
            self._queues = {}
            self._loaded = 0
        with self._state.woken:
            again = self._state.updates.take_again()
            new = list(takewhile(lambda each: each.number > self._loaded, reversed(self._state.updates.waiting)))[::-1]
            self._loaded = new[-1].number if new else self._loaded
        for update in (*again, *new):
            self._queue(update)

    def halt(self) -> None:
        """Stop posting; what was not taken waits on."""
        for task in self._tasks:
            task.cancel()
        client, self._client = self._client, None
        if client is not None:
            self._start(client.close(), self._closing)

    async def close(self) -> None:
        """Stop posting and wait until all connections are closed: the loop is about to end."""
        self.halt()
        while left := self._tasks | self._closing:
            await asyncio.wait(left)

    def _queue(self, update: Update) -> None:
        queue = self._queues.get(update.chat)
        if queue is not None:
            queue.append(update)
            return
        self._queues[update.chat] = deque([update])
        self._start(self._deliver(update.chat), self._tasks)

    def _start(self, work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _deliver(self, chat: int) -> None:
        """One chat's updates, each again and again until it is taken."""
        hook, client, queues = self.hook, self._client, self._queues
        assert hook is not None
        assert client is not None
        queue = queues[chat]
        while queue:
            wait = self._first
            while True:
                error = await post(client, hook.url, hook.secret, queue[0].body)
                if not error:
                    break
                self.last_error = error
                await asyncio.sleep(wait)
                wait = min(wait * 2, self._longest)
            with self._state.woken:
                self._state.updates.forget(queue.popleft())
                self._state.woken.notify_all()
        del queues[chat]


async def post(client: aiohttp.ClientSession, url: str, secret: str, body: str) -> str:
    """Post one update; return what went wrong, in Telegram's words, or nothing."""
    headers = {"Content-Type": "application/json", **({SECRET_HEADER: secret} if secret else {})}
    try:
        async with client.post(url, data=body.encode(), headers=headers, allow_redirects=False) as answer:
            await answer.read()
            taken = 200 <= answer.status < 300
            return "" if taken else f"Wrong response from the webhook: {answer.status} {answer.reason}"
    except TimeoutError:
        return "Read timeout expired"
    except aiohttp.ClientConnectorError:
        return "Connection refused"
    except aiohttp.ClientError:
        return "Webhook connection closed"


def _check(url: str, secret: str) -> None:
    # Telegram itself takes https only; a Bot API server of one's own (`--local`) takes http too.
    given = urlsplit(url if "://" in url else f"https://{url}")
    if given.scheme not in {"http", "https"} or not given.hostname:
        raise bad_request("invalid webhook URL specified")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
