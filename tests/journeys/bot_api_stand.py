"""What the stand-in's own tests share: a clock that a test moves, a stand-in that runs, one raw request."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
from telegram import Bot

from tests.journeys.bot_api import BotApi

HAM, LAN, GROUP = 7, 8, -1001234567890
# One client for all: making one takes longer than a test. No connection outlives its request, nor its server.
HTTP = httpx.Client(timeout=20, limits=httpx.Limits(max_keepalive_connections=0))


@dataclass
class Clock:
    """Seconds that pass when a test says so."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def make_clock() -> Clock:
    return Clock()


def run_api(clock: Clock) -> Iterator[BotApi]:
    """Limits off, asking again at once allowed: each of the two has tests of its own."""
    running = BotApi(limits=False, strict_polling=False, clock=clock).start()
    yield running
    running.stop()


async def run_bot(api: BotApi) -> AsyncIterator[Bot]:
    async with Bot(api.token, base_url=f"{api.url}/bot") as bot:
        yield bot


def call(api: BotApi, method: str, **params: object) -> tuple[int, Any]:
    """One raw request with a JSON body; status and what the server says: the result, or why not."""
    answer = HTTP.post(
        f"{api.url}/bot{api.token}/{method}", content=json.dumps(params), headers={"Content-Type": "application/json"}
    )
    said = answer.json()
    assert said["ok"] == answer.is_success
    return answer.status_code, said["result"] if said["ok"] else said["description"]


def ids(api: BotApi, **params: object) -> list[int]:
    """The update ids of one getUpdates."""
    return [update["update_id"] for update in call(api, "getUpdates", **params)[1]]


def send(api: BotApi, chat: int, times: int = 1) -> list[int]:
    """Send that many messages; their statuses."""
    return [call(api, "sendMessage", chat_id=chat, text="a")[0] for _ in range(times)]


def keyboard(*rows: list[dict[str, str]]) -> Any:
    return {"inline_keyboard": list(rows)}
