"""Long polling: one batch of updates, one commit, the next offset. Nothing is confirmed before it is stored; only what
the database refuses TRIES times is named in the log and passed over, so that the others go on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.incoming import WANTED
from bot.channels.telegram.reception import Reception
from bot.channels.telegram.sender import TOKEN_REFUSED, wait_of
from bot.services.ports import Clock, Refused

POLL: Final = 25  # seconds a poll waits for news: shorter than supervision's patience
MARGIN: Final = 10.0  # seconds the answer to a poll may take beyond that
FIRST_WAIT, LONGEST_WAIT = 0.5, 10.0  # seconds between two tries, doubled each time

TRIES: Final = 5  # of updates that could not be stored; then the others go on without them

ANOTHER_POLLER: Final = (
    "Another program polls with this bot's token (409). Stop it, or give this service a bot of its own."
)
UNREACHABLE: Final = "Telegram cannot be reached; it is tried again and again."

_LOG: Final = logging.getLogger(__name__)


class Polling:
    """A part for supervision. `trouble` says what stands in the way at the moment, "" for nothing."""

    def __init__(
        self,
        bot: Bot,
        reception: Reception,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.alive_at, self.trouble = clock.now(), ""
        self._bot, self._reception, self._clock, self._sleep = bot, reception, clock, sleep
        self._offset, self._wait, self._tries = 0, FIRST_WAIT, 0

    async def run(self) -> None:
        """Poll until cancelled. Raises Refused when the token is."""
        while not await self._tried(self._bot.delete_webhook):  # one that is set forbids polling
            pass
        while True:
            await self._tried(self._poll)

    async def _poll(self) -> None:
        updates = await self._fetch()
        if self.trouble:
            _LOG.info("Telegram answers again.")
        self.trouble, self._wait = "", FIRST_WAIT
        if not updates:
            return
        if not await self._reception.take(updates) and self._tries < TRIES:
            self._tries += 1
            await self._sleep(FIRST_WAIT * 2**self._tries)
            return  # not confirmed: the same updates come again
        self._offset, self._tries = updates[-1]["update_id"] + 1, 0

    async def _fetch(self) -> list[dict[str, Any]]:
        """Ask for updates as they are: one that the library cannot read must not keep back the others."""
        asked = {"offset": self._offset, "timeout": POLL, "allowed_updates": WANTED}
        updates: Any = await self._bot.do_api_request("getUpdates", asked, read_timeout=POLL + MARGIN)
        return list(updates)

    async def _tried(self, work: Callable[[], Awaitable[Any]]) -> bool:
        """Do it; False after a failure that was waited for. Raises Refused when the token is."""
        try:
            await work()
        except InvalidToken as error:
            raise Refused(TOKEN_REFUSED) from error
        except RetryAfter as error:
            await self._sleep(wait_of(error).total_seconds())
            return False
        except TelegramError as error:
            await self._wait_for(ANOTHER_POLLER if isinstance(error, Conflict) else UNREACHABLE)
            return False
        finally:
            self.alive_at = self._clock.now()
        return True

    async def _wait_for(self, trouble: str) -> None:
        if trouble != self.trouble:
            _LOG.error("%s", trouble)
        self.trouble = trouble
        await self._sleep(self._wait)
        self._wait = min(2 * self._wait, LONGEST_WAIT)
