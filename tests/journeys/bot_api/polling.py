"""getUpdates: one bot may wait at a time, and wakes at once when something comes."""

import asyncio
from collections.abc import Callable

from tests.journeys.bot_api.refusals import POLLED_BESIDE_WEBHOOK, POLLED_TWICE, WEBHOOK_TAKES_OVER, conflict
from tests.journeys.bot_api.state import Params, State
from tests.journeys.bot_api.updates import MOST, to_answer
from tests.journeys.bot_api.webhook import Webhook

LONGEST_WAIT = 50  # seconds

NEWS = ""  # what a waiting poll is woken with: news, or why it ends


class Polling:
    """Runs in the server's loop."""

    def __init__(self, state: State, webhook: Webhook) -> None:
        self._state, self._webhook = state, webhook
        self._waiting: asyncio.Future[str] | None = None

    async def get_updates(self, params: Params, alive: Callable[[], bool]) -> str:
        """Answer getUpdates, as JSON. `alive`: is the caller still there? Raises Refusal."""
        state = self._state
        offset = _number(params, "offset", 0)
        with state.woken:
            if self._webhook.hook is not None:
                raise conflict(POLLED_BESIDE_WEBHOOK)
            state.updates.allow(params.get("allowed_updates"))
            limit, timeout = state.updates.ask(
                offset, min(MOST, max(1, _number(params, "limit", MOST))), _number(params, "timeout", 0)
            )
            state.updates.confirm(offset)
            state.woken.notify_all()  # whoever waits for that need not wait for the end of this poll
            if state.updates.has_any() or timeout <= 0:
                return to_answer(state.updates.take(limit))
            self.end(POLLED_TWICE)
            mine = self._waiting = asyncio.get_running_loop().create_future()
        await asyncio.wait((mine,), timeout=min(timeout, LONGEST_WAIT))
        with state.woken:
            if self._waiting is mine:
                self._waiting = None
            if mine.done() and mine.result() != NEWS:
                raise conflict(mine.result())
            return to_answer(state.updates.take(limit) if alive() else ())

    def wake(self) -> None:
        """Something came."""
        self.end(NEWS)

    def end(self, why: str) -> None:
        """End the poll that waits, if one does: with its news, or a conflict."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(why)

    def give_way(self) -> None:
        """A webhook was set."""
        self.end(WEBHOOK_TAKES_OVER)


def _number(params: Params, name: str, default: int) -> int:
    try:
        return int(params.get(name) or default)
    except ValueError:
        return default
