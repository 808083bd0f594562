"""Telegram's updates as Incoming. Only what a step may need is read; nothing is fetched."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus, ChatType

from bot.channels.telegram.sender import CHANNEL
from bot.core.types import Address, Incoming, Kind

# What we ask Telegram for (allowed_updates).
WANTED: Final = ("message", "edited_message", "callback_query", "my_chat_member")

_START: Final = "/start"
_AWAY: Final = (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)


def to_incoming(update: Update, received: datetime) -> Incoming | None:
    """Return the event of an update, None where there is nobody to answer (channels, other bots, inline messages)."""
    told = _read(update)
    if told is None or update.effective_chat is None:
        return None
    kind, text = told
    return Incoming(_address(update.effective_chat.id), str(update.update_id), kind, text, received)


def to_unreadable(update: Mapping[str, Any], received: datetime) -> Incoming | None:
    """Return an update that the library cannot read as an event that is answered; None without a private chat."""
    try:
        part: Any = next(update[name] for name in WANTED if name in update)
        chat = part.get("message", part)["chat"]
        if chat["type"] != ChatType.PRIVATE:
            return None
        return Incoming(_address(int(chat["id"])), str(int(update["update_id"])), Kind.UNREADABLE, "", received)
    except (StopIteration, KeyError, TypeError, ValueError, AttributeError):
        return None


def _read(update: Update) -> tuple[Kind, str] | None:
    if update.callback_query is not None:
        return _read_press(update.callback_query)
    if update.my_chat_member is not None:
        return _read_membership(update.my_chat_member)
    message = update.message or update.edited_message
    if message is None or (message.from_user is not None and message.from_user.is_bot):
        return None
    if message.chat.type != ChatType.PRIVATE:
        return _read_group(message)
    if update.edited_message is not None:
        return (
            (Kind.TEXT, message.text) if message.text else None
        )  # a picture's new caption, a moving place: nothing new
    return _read_message(message)


def _read_message(message: Message) -> tuple[Kind, str] | None:
    if message.text is not None:
        return _read_text(message.text)
    if message.contact is not None:
        return Kind.CONTACT, ""
    if message.location is not None or message.venue is not None:
        return Kind.LOCATION, ""
    if message.effective_attachment is not None or message.caption is not None:
        return Kind.MEDIA, message.caption or ""
    return (Kind.MEDIA, "") if _is_by_hand(message) else None


def _read_text(text: str) -> tuple[Kind, str]:
    """A command's name may carry the bot's (`/menu@caunoi_bot`); `/start` may carry a deep link's payload."""
    if not text.startswith("/"):
        return Kind.TEXT, text
    command, _, rest = text.partition(" ")
    name = command.partition("@")[0]
    if name.lower() == _START:
        return Kind.START, rest.strip()
    return Kind.TEXT, f"{name} {rest}".strip()


def _read_press(query: CallbackQuery) -> tuple[Kind, str] | None:
    if query.message is None or query.data is None:
        return None
    if query.message.chat.type != ChatType.PRIVATE:
        return Kind.GROUP, ""
    return Kind.CHOICE, query.data


def _read_membership(change: ChatMemberUpdated) -> tuple[Kind, str] | None:
    if change.chat.type == ChatType.CHANNEL:
        return None
    if change.new_chat_member.status in _AWAY:
        return Kind.STOPPED, ""
    if change.chat.type != ChatType.PRIVATE:
        return Kind.GROUP, ""
    return Kind.RESUMED, ""


def _read_group(message: Message) -> tuple[Kind, str] | None:
    """What is said in a group is not even looked at; that the group made or lost something is nobody's word."""
    return (Kind.GROUP, "") if message.chat.type != ChatType.CHANNEL and _is_by_hand(message) else None


def _is_by_hand(message: Message) -> bool:
    """Whether a person sent this, not the platform about a chat (members come and go, a title changes, a pin)."""
    service = (
        message.new_chat_members, message.left_chat_member, message.new_chat_title, message.new_chat_photo,
        message.delete_chat_photo, message.group_chat_created, message.supergroup_chat_created, message.pinned_message,
        message.migrate_to_chat_id, message.migrate_from_chat_id, message.message_auto_delete_timer_changed,
    )  # fmt: skip
    return not any(service)


def _address(chat: int) -> Address:
    return Address(CHANNEL, str(chat))
