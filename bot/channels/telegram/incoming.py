"""Telegram's updates, as it sends them, as Incoming. Only what a step may need is read; nothing is fetched.

The library's own types would read every field of an update, at half the price of all else that receiving it takes,
and refuse a whole update for one field they do not know.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from telegram.constants import ChatMemberStatus, ChatType

from bot.channels.telegram.sender import CHANNEL
from bot.core.types import Address, Incoming, Kind

Told = Mapping[str, Any]

# What we ask Telegram for (allowed_updates).
WANTED: Final = ("message", "edited_message", "callback_query", "my_chat_member")

_START: Final = "/start"
_AWAY: Final = (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
# What a message of the platform about a chat holds: members come and go, a title changes, a pin.
_SERVICE: Final = frozenset((
    "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo",
    "group_chat_created", "supergroup_chat_created", "pinned_message", "migrate_to_chat_id", "migrate_from_chat_id",
    "message_auto_delete_timer_changed",
))  # fmt: skip


def to_incoming(update: Told, received: datetime) -> Incoming | None:
    """Return the event of an update, None where there is nobody to answer (channels, other bots, inline messages).

    Raises KeyError, TypeError or AttributeError for what is not as Telegram writes it.
    """
    name = next((each for each in WANTED if each in update), None)
    if name is None:
        return None
    part = update[name]
    told = _READERS[name](part)
    if told is None:
        return None
    kind, text = told
    return Incoming(_address(_chat_of(part)), str(update["update_id"]), kind, text, received)


def to_unreadable(update: Told, received: datetime) -> Incoming | None:
    """Return an update that cannot be read as an event that is answered; None without a private chat."""
    try:
        chat = _chat_of(next(update[name] for name in WANTED if name in update))
        if chat["type"] != ChatType.PRIVATE:
            return None
        return Incoming(_address(chat), str(int(update["update_id"])), Kind.UNREADABLE, "", received)
    except (StopIteration, KeyError, TypeError, ValueError, AttributeError):
        return None


def _read_message(message: Told) -> tuple[Kind, str] | None:
    if message.get("from", {}).get("is_bot"):
        return None
    if message["chat"]["type"] != ChatType.PRIVATE:
        return _read_group(message)
    if "text" in message:
        return _read_text(message["text"])
    if "contact" in message:
        return Kind.CONTACT, ""
    if "location" in message:  # a venue has one too
        return Kind.LOCATION, ""
    return (Kind.MEDIA, message.get("caption", "")) if _is_by_hand(message) else None


def _read_edited(message: Told) -> tuple[Kind, str] | None:
    """Changed words are words; a picture's new caption, a moving place are nothing new."""
    told = _read_message(message)
    if told is None or told[0] is Kind.GROUP:
        return told
    return (Kind.TEXT, message["text"]) if message.get("text") else None


def _read_text(text: str) -> tuple[Kind, str]:
    """A command's name may carry the bot's (`/menu@caunoi_bot`); `/start` may carry a deep link's payload."""
    if not text.startswith("/"):
        return Kind.TEXT, text
    command, _, rest = text.partition(" ")
    name = command.partition("@")[0]
    if name.lower() == _START:
        return Kind.START, rest.strip()
    return Kind.TEXT, f"{name} {rest}".strip()


def _read_press(query: Told) -> tuple[Kind, str] | None:
    if "message" not in query or "data" not in query:
        return None
    if query["message"]["chat"]["type"] != ChatType.PRIVATE:
        return Kind.GROUP, ""
    return Kind.CHOICE, query["data"]


def _read_membership(change: Told) -> tuple[Kind, str] | None:
    chat_type = change["chat"]["type"]
    if chat_type == ChatType.CHANNEL:
        return None
    if change["new_chat_member"]["status"] in _AWAY:
        return Kind.STOPPED, ""
    return (Kind.RESUMED if chat_type == ChatType.PRIVATE else Kind.GROUP), ""


def _read_group(message: Told) -> tuple[Kind, str] | None:
    """What is said in a group is not even looked at; that the group made or lost something is nobody's word."""
    return (Kind.GROUP, "") if message["chat"]["type"] != ChatType.CHANNEL and _is_by_hand(message) else None


def _is_by_hand(message: Told) -> bool:
    """Whether a person sent this, not the platform."""
    return _SERVICE.isdisjoint(message)


def _chat_of(part: Told) -> Told:
    """The chat of a message, of a membership, or of the message that a pressed button stands under."""
    chat: Told = part.get("message", part)["chat"]
    return chat


def _address(chat: Told) -> Address:
    return Address(CHANNEL, str(int(chat["id"])))


_READERS: Final[Mapping[str, Callable[[Told], tuple[Kind, str] | None]]] = {
    "message": _read_message,
    "edited_message": _read_edited,
    "callback_query": _read_press,
    "my_chat_member": _read_membership,
}
