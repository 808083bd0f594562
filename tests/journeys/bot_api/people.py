"""What people do in Telegram, as updates of the shapes Telegram has."""

import re
from collections.abc import Mapping
from typing import Any

from tests.journeys.bot_api.html import count_units
from tests.journeys.bot_api.state import MYSELF, Chat, Message, State

BLOCKED = "bot was blocked by the user"
DEACTIVATED = "user is deactivated"
KICKED = "bot was kicked from the {} chat"
LEFT = "bot is not a member of the {} chat"

_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(@\w+)?")
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


class People:
    """Every act returns the id of its update. May be called from any thread."""

    def __init__(self, state: State) -> None:
        self._state = state

    def know(self, *chats: int) -> None:
        """These people started the bot long ago: it may write to them, and nothing waits."""
        with self._state.woken:
            for chat in chats:
                self._state.chat(chat)

    def write(self, chat: int, text: str, **more: Any) -> int:
        """A person writes in their private chat. `more` goes into the message as it is."""
        return self._say(chat, chat, {"text": text, **_commands(text), **more})

    def press_start(self, chat: int, payload: str = "") -> int:
        """The button under an empty chat, or a link t.me/…?start=payload (up to 64 of A-Z a-z 0-9 _ -)."""
        if not _PAYLOAD.fullmatch(payload):
            raise ValueError(f"Telegram opens no link with the payload {payload!r}")
        return self.write(chat, f"/start {payload}".rstrip())

    def press(self, chat: int, data: str, message_id: int | None = None) -> int:
        """A button is pressed: under the newest message that shows it, or under `message_id` as it is today.

        Raises LookupError when no message shows such a button; with `message_id` nothing is checked, for people
        press buttons of messages that changed or are gone meanwhile.
        """
        with self._state.woken:
            number = self._find_button(chat, data) if message_id is None else message_id
            query = f"{chat}{self._state.next_query:08d}"
            self._state.next_query += 1
            self._state.queries[query] = self._state.clock()
            content = {
                "id": query, "from": _person(chat), "message": self._show(chat, number),
                "chat_instance": str(chat), "data": data,
            }  # fmt: skip
            return self.update(chat, {"callback_query": content})

    def edit(self, chat: int, message_id: int, text: str) -> int:
        """A person changes what they wrote."""
        with self._state.woken:
            message = self._state.messages[chat, message_id]
            message.content, message.edited = {"text": text, **_commands(text)}, True
            return self.update(chat, {"edited_message": message.show()})

    def contact(self, chat: int, phone: str = "+84900000000", **more: Any) -> int:
        return self._say(chat, chat, {"contact": {"phone_number": phone, "first_name": "A", "user_id": chat, **more}})

    def location(self, chat: int, latitude: float = 11.5, longitude: float = 108.9) -> int:
        return self._say(chat, chat, {"location": {"latitude": latitude, "longitude": longitude}})

    def voice(self, chat: int, seconds: int = 3) -> int:
        return self._say(chat, chat, {"voice": {**_file("voice"), "duration": seconds, "mime_type": "audio/ogg"}})

    def photo(self, chat: int, caption: str = "") -> int:
        sizes = [{**_file(f"photo{width}"), "width": width, "height": width} for width in (90, 320, 800)]
        return self._say(chat, chat, {"photo": sizes, **({"caption": caption} if caption else {})})

    def sticker(self, chat: int, emoji: str = "👍") -> int:
        looks = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self._say(chat, chat, {"sticker": {**_file("sticker"), **looks, "emoji": emoji, "set_name": "A"}})

    def document(self, chat: int, name: str = "don.pdf", caption: str = "") -> int:
        about = {**_file("document"), "file_name": name, "mime_type": "application/pdf"}
        return self._say(chat, chat, {"document": about, **({"caption": caption} if caption else {})})

    def block(self, chat: int) -> int:
        """The person stops the bot: sends are 403 from now on, and the bot is told."""
        return self._change(chat, chat, BLOCKED, "member", "kicked")

    def unblock(self, chat: int) -> int:
        return self._change(chat, chat, "", "kicked", "member")

    def deactivate(self, chat: int) -> None:
        """The person's account is deleted: sends are 403, nothing is said."""
        with self._state.woken:
            self._state.chat(chat).closed = DEACTIVATED

    def add_to_group(self, group: int, by: int) -> int:
        """Somebody adds the bot to a group (a negative number; below -10^12 a supergroup)."""
        number = self._change(group, by, "", "left", "member")
        self._say(group, by, {"new_chat_members": [MYSELF]})
        return number

    def kick_from_group(self, group: int, by: int) -> int:
        with self._state.woken:
            kind = self._state.chat(group).kind
            return self._change(group, by, KICKED.format(kind), "member", "kicked")

    def write_in_group(self, group: int, person: int, text: str) -> int:
        """A member writes; the bot sees everything, as one that is an administrator does."""
        return self._say(group, person, {"text": text, **_commands(text)})

    def repeat(self, number: int) -> None:
        """Deliver an update that was delivered before once more, as after a confirmation that got lost."""
        with self._state.woken:
            self._state.updates.repeat(number)

    def update(self, chat: int, content: Mapping[str, Any]) -> int:
        """Queue any update: one key, its kind."""
        with self._state.woken:
            self._state.chat(chat)
            number = self._state.updates.put(chat, content)
            self._state.woken.notify_all()
            return number

    def _say(self, chat: int, person: int, content: dict[str, Any]) -> int:
        with self._state.woken:
            where = self._state.chat(chat)
            if where.closed and where.kind == "private":
                raise ValueError(f"{chat} cannot write: {where.closed}")
            message = self._state.add(where, content, _person(person))
            return self.update(chat, {"message": message.show()})

    def _change(self, chat: int, by: int, closed: str, before: str, after: str) -> int:
        with self._state.woken:
            where = self._state.chat(chat)
            where.closed = closed
            change = {
                "chat": where.show(), "from": _person(by), "date": self._state.date,
                "old_chat_member": _member(before), "new_chat_member": _member(after),
            }  # fmt: skip
            return self.update(chat, {"my_chat_member": change})

    def _find_button(self, chat: int, data: str) -> int:
        for (where, number), message in reversed(self._state.messages.items()):
            if where == chat and any(data == carried for _, carried in message.markup.buttons):
                return number
        raise LookupError(f"no message in chat {chat} shows a button with the data {data!r}")

    def _show(self, chat: int, number: int) -> dict[str, Any]:
        message: Message | None = self._state.messages.get((chat, number))
        where: Chat = self._state.chat(chat)
        return message.show() if message else {"chat": where.show(), "message_id": number, "date": 0}


def _person(number: int) -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": "A", "language_code": "vi"}


def _member(status: str) -> dict[str, Any]:
    return {"user": MYSELF, "status": status, **({"until_date": 0} if status == "kicked" else {})}


def _file(name: str) -> dict[str, Any]:
    return {"file_id": f"{name}-file", "file_unique_id": f"{name}-unique", "file_size": 1000}


def _commands(text: str) -> dict[str, Any]:
    """Telegram's clients mark commands; an address of another bot is marked too."""
    marked = [
        {"type": "bot_command", "offset": count_units(text[: found.start()]), "length": count_units(found[0])}
        for found in _COMMAND.finditer(text)
    ]
    return {"entities": marked} if marked else {}
