"""What people see of the bot before they write: commands, menu button, description, in both languages."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from telegram import Bot, BotCommand, MenuButtonCommands
from telegram.error import RetryAfter, TelegramError

from bot.channels.telegram.sender import wait_of
from bot.core.types import Language

# Telegram's names of the words one can always type (design section 5), in the order of its menu.
COMMANDS: Final = ("menu", "canbo", "timviec", "don", "nhantin", "ngung", "dulieu", "kiemtra", "ngonngu", "help", "huy")
TRIES: Final = 5

_LOG: Final = logging.getLogger(__name__)


async def introduce(
    bot: Bot,
    texts: Callable[[str, Language], str],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Set everything. A courtesy: what Telegram does not take is named in the log, and tried at the next start."""
    steps: list[Callable[[], Awaitable[Any]]] = [partial(bot.set_chat_menu_button, menu_button=MenuButtonCommands())]
    for language in Language:
        # Without a language code: what everybody sees whose own language has nothing.
        code = None if language is Language.VI else language.value
        commands = [BotCommand(name, texts(f"telegram.command_{name}", language)) for name in COMMANDS]
        long, short = (texts(f"telegram.{name}", language) for name in ("description", "short_description"))
        steps += [
            partial(bot.set_my_commands, commands, language_code=code),
            partial(bot.set_my_description, long, language_code=code),
            partial(bot.set_my_short_description, short, language_code=code),
        ]
    for step in steps:
        await _insist(step, sleep)


async def _insist(step: Callable[[], Awaitable[Any]], sleep: Callable[[float], Awaitable[None]]) -> None:
    for _ in range(TRIES):
        try:
            await step()
        except RetryAfter as error:
            await sleep(wait_of(error).total_seconds())
        except TelegramError as error:
            _LOG.warning("Telegram did not take a part of the bot's profile: %s", type(error).__name__)
            return
        else:
            return
