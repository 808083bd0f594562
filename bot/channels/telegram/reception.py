"""Both ways in meet here: updates are stored and answered together, presses are acknowledged at once."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram.incoming import to_incoming, to_unreadable
from bot.core.home import ONCE
from bot.core.types import Incoming
from bot.services.ports import Clock, Intake

AT_ONCE: Final = 8  # presses acknowledged at the same time: replies need the connections too

_LOG: Final = logging.getLogger(__name__)


class Reception:
    """Takes updates as Telegram's JSON."""

    def __init__(self, bot: Bot, intake: Intake, clock: Clock) -> None:
        self._bot, self._intake, self._clock = bot, intake, clock
        self._room = asyncio.Semaphore(AT_ONCE)
        self._acknowledging: set[asyncio.Task[None]] = set()

    async def take(self, updates: Sequence[Mapping[str, Any]]) -> bool:
        """Return after everything that these updates say is stored and answered in the outbox.

        False where some of it could not be stored (it is named in the log): then nothing of it may be confirmed to
        Telegram, which brings it again; what was stored has no second turn.
        """
        events = [event for update in updates if (event := self._read(update)) is not None]
        results = await self._intake.take_many(events)
        for event, result in zip(events, results, strict=True):
            if isinstance(result, asyncio.CancelledError):
                raise result
            if isinstance(result, BaseException):
                _LOG.error("Update %s could not be taken: %s", event.event_id, type(result).__name__)
        return not any(isinstance(result, BaseException) for result in results)

    async def close(self) -> None:
        """End what is only a courtesy."""
        for task in self._acknowledging:
            task.cancel()
        await asyncio.gather(*self._acknowledging, return_exceptions=True)

    def _read(self, told: Mapping[str, Any]) -> Incoming | None:
        now = self._clock.now()
        try:
            event = to_incoming(told, now)
        except Exception as error:  # whatever a new kind of update makes of our reading
            _LOG.warning("Update %s could not be read: %s", told.get("update_id"), type(error).__name__)
            return to_unreadable(told, now)
        query = told.get("callback_query")
        if query is not None:
            task = asyncio.create_task(self._acknowledge(query))
            self._acknowledging.add(task)
            task.add_done_callback(self._acknowledging.discard)
        return event

    async def _acknowledge(self, query: Mapping[str, Any]) -> None:
        """End the waiting sign on the button; take away the buttons of a question that has its answer.

        A courtesy: one that comes too late, or not at all, is no failure.
        """
        async with self._room:
            try:
                await self._bot.answer_callback_query(query.get("id", ""))
                under = query.get("message")
                if under is not None and query.get("data", "").startswith(ONCE):
                    await self._bot.edit_message_reply_markup(under["chat"]["id"], under["message_id"])
            except (TelegramError, KeyError, TypeError, AttributeError) as error:
                _LOG.debug("A press was not acknowledged: %s", type(error).__name__)
