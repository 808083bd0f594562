"""Telegram posts updates to us: secret checked, 200 only after the commit of the turn. A bare ASGI application."""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from telegram import Bot
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.incoming import WANTED
from bot.channels.telegram.polling import FIRST_WAIT, LONGEST_WAIT, UNREACHABLE
from bot.channels.telegram.reception import Reception
from bot.channels.telegram.sender import TOKEN_REFUSED, wait_of
from bot.services.ports import Clock, Refused

SECRET_HEADER: Final = b"x-telegram-bot-api-secret-token"
LARGEST: Final = 1024 * 1024  # bytes of an update
AT_ONCE: Final = 40  # connections Telegram may open
SIGN: Final = 20.0  # seconds between two signs of life

NOT_TELEGRAM: Final = (
    "Somebody posts to the webhook without its secret. If Telegram's own posts are refused too, "
    "set CAUNOI_TELEGRAM_WEBHOOK_SECRET alike everywhere and start again."
)

_LOG: Final = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class Webhook:
    """A part for supervision (it sets the webhook) and the ASGI application that answers at `path`.

    `secret`: 1-256 of A-Z a-z 0-9 _ -. `trouble` as in Polling.
    """

    def __init__(
        self,
        bot: Bot,
        reception: Reception,
        clock: Clock,
        *,
        url: str,
        secret: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.alive_at, self.trouble = clock.now(), ""
        self._bot, self._reception, self._clock, self._sleep = bot, reception, clock, sleep
        self._url, self._secret, self._named_strangers = url, secret, False

    async def run(self) -> None:
        """Tell Telegram where we listen, then only show that we live. Raises Refused when the token is."""
        wait = FIRST_WAIT
        while not await self._set():
            await self._sleep(wait)
            self.alive_at = self._clock.now()
            wait = min(2 * wait, LONGEST_WAIT)
        while True:
            self.alive_at = self._clock.now()
            await self._sleep(SIGN)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Take one update. 403 without the secret, 400 for what is no update, 503 for what could not be stored."""
        if scope["method"] != "POST":
            await _answer(send, 405)
            return
        given = next((value for name, value in scope["headers"] if name == SECRET_HEADER), b"")
        if not hmac.compare_digest(given, self._secret.encode()):
            if not self._named_strangers:  # once: a stranger who posts all day must not fill the log
                _LOG.error("%s", NOT_TELEGRAM)
            self.trouble, self._named_strangers = NOT_TELEGRAM, True
            await _answer(send, 403)
            return
        if self.trouble == NOT_TELEGRAM:  # Telegram's own posts have the secret: it was a stranger
            self.trouble = ""
        body = await _read(receive)
        try:
            update = json.loads(body) if body is not None else None
        except ValueError:
            update = None
        if not isinstance(update, dict):
            await _answer(send, 400)
            return
        try:
            is_taken = await self._reception.take([update])
        except asyncio.CancelledError:  # the service stops: Telegram posts it again
            await _answer(send, 503)
            raise
        await _answer(send, 200 if is_taken else 503)

    async def _set(self) -> bool:
        """Tell Telegram; False where it has to be told again (a second call within a second is refused)."""
        try:
            await self._bot.set_webhook(
                self._url, secret_token=self._secret, max_connections=AT_ONCE, allowed_updates=WANTED
            )
        except InvalidToken as error:
            raise Refused(TOKEN_REFUSED) from error
        except RetryAfter as error:
            await self._sleep(wait_of(error).total_seconds())
            return False
        except TelegramError as error:
            trouble = f"{UNREACHABLE} The webhook is not set ({type(error).__name__})."
            if trouble != self.trouble:
                _LOG.error("%s", trouble)
            self.trouble = trouble
            return False
        self.trouble = ""
        return True


async def _read(receive: Receive) -> bytes | None:
    """Read a body; None for one that is larger than LARGEST or broke off."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > LARGEST:
            return None
        if not message.get("more_body"):
            return bytes(body)


async def _answer(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
