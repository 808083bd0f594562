"""A strict stand-in for Telegram's Bot API, spoken to over real HTTP on the loopback, and the people who use it.

    api = BotApi().start()
    api.write(7, "hộ nghèo được gì")            # a person writes
    assert api.wait_for(lambda: api.texts(7))   # the bot under test answered
    api.stop()

In a thread of its own inside a test, or as a process: `python -m tests.journeys.bot_api --port 8081`. Everything may
be called from any thread. `wait_for` blocks: in an async test, `await asyncio.to_thread(api.wait_for, …)`.
"""

import json
import time
from collections.abc import Callable
from typing import Any

import aiohttp

from tests.journeys.bot_api.faults import Plan, plan_nothing
from tests.journeys.bot_api.limits import Rates
from tests.journeys.bot_api.people import People
from tests.journeys.bot_api.server import Server
from tests.journeys.bot_api.state import Message, Params, Sent, State
from tests.journeys.bot_api.webhook import SECRET_HEADER, Webhook

__all__ = ["SECRET_HEADER", "BotApi", "Params", "Plan", "Rates", "Sent"]

SECONDS = 20.0  # how long a test waits for something that should happen at once


class BotApi(People):
    """One bot's server.

    `limits`: are sends counted at all; `rates`: how fast and with which bursts. `webhook_waits`: seconds before a
    post is tried again, first and longest (Telegram: about 1 and 60, growing). `strict_polling`: slow down a bot that
    asks for the same offset again at once, as Telegram does. `date`: of every message, seconds since 1970.
    """

    def __init__(
        self,
        token: str = "42:TEST",
        *,
        limits: bool = True,
        rates: Rates | None = None,
        callback_seconds: float = 15.0,
        webhook_waits: tuple[float, float] = (0.05, 1.0),
        strict_polling: bool = True,
        date: int = 1795485600,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(
            State(
                token, rates or Rates(), limits, callback_seconds, date=date, strict_polling=strict_polling, clock=clock
            )
        )
        self._server = Server(self._state, Webhook(self._state, *webhook_waits))
        self._port = 0
        self.token = token
        state = self._state
        self.sent, self.edited, self.deleted, self.answered = state.sent, state.edited, state.deleted, state.answered
        self.calls, self.refusals = state.calls, state.refusals
        self.commands, self.menu_buttons = state.commands, state.menu_buttons
        self.descriptions, self.short_descriptions = state.descriptions, state.short_descriptions

    def start(self, port: int = 0) -> "BotApi":
        """Listen on the loopback. After `stop()`, without a port: on the same one as before."""
        self._server.start(port or self._port)
        self._port = int(self.url.rpartition(":")[2])
        return self

    def stop(self) -> None:
        """Cut every connection and stop listening. What waits, waits on; `start()` is then a restart.

        Raises what went wrong inside the stand-in, if anything did: such a test has proved nothing.
        """
        self._server.stop()
        self._complain()

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def faults(self) -> Plan:
        """What goes wrong, per request: see the module `faults`."""
        return self._server.plan

    @faults.setter
    def faults(self, plan: Plan | None) -> None:
        self._server.plan = plan or plan_nothing

    @property
    def limits(self) -> bool:
        return self._state.limits.on

    @limits.setter
    def limits(self, on: bool) -> None:
        self._state.limits.on = on

    @property
    def on_sent(self) -> Callable[[Sent], object] | None:
        """Is told of every message at once, in the server's thread: for measuring, see `crowd`."""
        return self._state.on_sent

    @on_sent.setter
    def on_sent(self, hear: Callable[[Sent], object] | None) -> None:
        self._state.on_sent = hear

    @property
    def pending(self) -> int:
        """Updates the bot has not confirmed or taken."""
        with self._state.woken:
            return len(self._state.updates.waiting)

    def texts(self, chat: int) -> list[str]:
        """What the bot sent to a chat, as people read it, in order."""
        return [each.text for each in self.sent_to(chat)]

    def sent_to(self, chat: int) -> list[Sent]:
        with self._state.woken:
            return [each for each in self.sent if each.chat == chat]

    def shown(self, chat: int) -> list[Sent]:
        """The bot's messages as a chat shows them today: edited, without those that were deleted."""
        with self._state.woken:
            return [each.record(each.at) for each in self._messages(chat) if each.mine]

    def written(self, chat: int) -> list[int]:
        """The numbers of the messages people wrote in a chat, oldest first: what `edit` takes."""
        with self._state.woken:
            return [each.number for each in self._messages(chat) if not each.mine]

    def wait_for(self, done: Callable[[], object], seconds: float = SECONDS) -> bool:
        """Wait until `done` says something true; it is asked after every request and every update.

        False: it did not within `seconds`. Raises what went wrong inside the stand-in.
        """
        until = time.monotonic() + seconds
        with self._state.woken:
            while not done():
                self._complain()
                left = until - time.monotonic()
                if left <= 0:
                    return False
                self._state.woken.wait(left)
            return True

    def forge(self, chat: int, text: str, secret: str = "wrong") -> int:
        """Post a message to the bot's webhook as a stranger would, with a secret of theirs. Returns the HTTP status."""
        hook = self._server.webhook.hook
        assert hook is not None, "no webhook is set"
        with self._state.woken:
            message = self._state.add(
                self._state.chat(chat), {"text": text}, {"id": chat, "is_bot": False, "first_name": "A"}
            )
            number = self._state.updates.next_number
            self._state.updates.next_number += 1
        body = {"update_id": number, "message": message.show()}
        return self._server.run(_post(hook.url, body, {SECRET_HEADER: secret} if secret else {}))

    def _messages(self, chat: int) -> list[Message]:
        return [each for each in self._state.messages.values() if each.chat.number == chat]

    def _complain(self) -> None:
        if self._server.failure is not None:
            raise self._server.failure


async def _post(url: str, body: dict[str, Any], headers: dict[str, str]) -> int:
    async with (
        aiohttp.ClientSession() as client,
        client.post(url, data=json.dumps(body), headers={"Content-Type": "application/json", **headers}) as answer,
    ):
        return answer.status
