"""One message out, and what became of it: exactly as much as the error can know."""

import logging
from datetime import timedelta
from typing import Final

from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channels.telegram.request import NEVER_LEFT
from bot.channels.telegram.writer import keyboard, write
from bot.core.types import Address, Attempt, Outcome, Rendered
from bot.services.ports import Refused

CHANNEL: Final = "telegram"
TOKEN_REFUSED: Final = "Telegram refuses the token. Look at CAUNOI_TELEGRAM_TOKEN, or ask @BotFather for a new one."  # noqa: S105
# Telegram's words (lower case) for an address that is there no more; its other 400s are about the message.
_GONE: Final = ("chat not found", "user not found", "peer_id_invalid", "user_is_blocked", "not enough rights to send")
_NO_PREVIEW: Final = {"is_disabled": True}

_LOG: Final = logging.getLogger(__name__)


class TelegramSender:
    """ports.Sender."""

    channel = CHANNEL

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, address: Address, message: Rendered) -> Attempt:
        """Send one message. Raises Refused when the token is."""
        try:
            # As plain values: the library's types, of the keyboard and of an answer that nobody reads, cost more than
            # the request itself (tests/benchmarks).
            told = {
                "chat_id": int(address.chat),
                "text": write(message.text),
                "parse_mode": ParseMode.HTML.value,
                "reply_markup": keyboard(message.buttons),
                "link_preview_options": _NO_PREVIEW,
            }
            await self._bot.do_api_request("sendMessage", told)
        except RetryAfter as error:
            return Attempt(Outcome.LATER, wait_of(error))
        except InvalidToken as error:
            raise Refused(TOKEN_REFUSED) from error
        except (Forbidden, ChatMigrated):
            return Attempt(Outcome.BLOCKED)
        except BadRequest as error:  # before NetworkError: it is one
            return Attempt(_of_bad_request(error))
        except NetworkError as error:
            # A connection that never opened sent nothing; a gateway's 502 or a silence may have come after the message.
            return Attempt(Outcome.LATER if isinstance(error.__cause__, NEVER_LEFT) else Outcome.UNSURE)
        except TelegramError as error:  # an answer that is none of Telegram's: something stands in between
            _LOG.warning("Telegram's answer could not be read: %s", type(error).__name__)
            return Attempt(Outcome.UNSURE)
        return Attempt(Outcome.SENT)


def wait_of(error: RetryAfter) -> timedelta:
    """How long Telegram asks us to wait."""
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def _of_bad_request(error: BadRequest) -> Outcome:
    said = error.message.lower()
    if any(words in said for words in _GONE):
        return Outcome.BLOCKED
    _LOG.error("Telegram refuses a message: %s", said.partition(":")[0])  # what follows may quote the message
    return Outcome.REFUSED
