"""What the stand-in knows: chats, messages, callback queries, what the bot set, and what a test looks at."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.journeys.bot_api.buttons import NOTHING, Markup
from tests.journeys.bot_api.html import EMPTY, Formatted
from tests.journeys.bot_api.limits import Limits, Rates
from tests.journeys.bot_api.updates import Updates

Params = Mapping[str, str]  # every value as text, as a form sends it; objects as JSON

BOT = 42
ME: dict[str, Any] = {
    "id": BOT, "is_bot": True, "first_name": "Cầu Nối", "username": "caunoi_bot", "can_join_groups": True,
    "can_read_all_group_messages": True, "supports_inline_queries": False,
}  # fmt: skip
MYSELF = {name: ME[name] for name in ("id", "is_bot", "first_name", "username")}


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as the bot sent or edited it: `text` as people read it, `html` as it came, `at` monotonic seconds."""

    chat: int
    message_id: int
    text: str
    html: str
    buttons: tuple[tuple[str, str], ...]  # (label, callback data, or the address of a link)
    at: float


@dataclass(slots=True)
class Chat:
    """`closed`: why the bot cannot write there, in Telegram's words; empty while it can."""

    number: int
    kind: str  # private | group | supergroup
    closed: str = ""

    def show(self) -> dict[str, Any]:
        name = {"first_name": "A"} if self.kind == "private" else {"title": "Thôn"}
        return {"id": self.number, "type": self.kind, **name}


@dataclass(slots=True)
class Message:
    """A message in a chat: the bot's own (`mine`) or a person's."""

    chat: Chat
    number: int
    date: int
    content: dict[str, Any]  # text, or a medium
    sender: dict[str, Any]
    at: float  # monotonic seconds
    markup: Markup = NOTHING
    formatted: Formatted = EMPTY
    html: str = ""
    edited: bool = False

    @property
    def mine(self) -> bool:
        return self.sender is MYSELF

    def record(self, at: float) -> Sent:
        """As a test looks at it."""
        return Sent(self.chat.number, self.number, self.formatted.text, self.html, self.markup.buttons, at)

    def show(self) -> dict[str, Any]:
        """As the Bot API shows it."""
        more: dict[str, Any] = {"reply_markup": {"inline_keyboard": self.markup.rows}} if self.markup.rows else {}
        if self.edited:
            more["edit_date"] = self.date
        return {
            "message_id": self.number, "from": self.sender, "chat": self.chat.show(), "date": self.date,
            **self.content, **more,
        }  # fmt: skip


@dataclass
class State:
    """All of it, behind one lock. `woken` is notified after every request and every update."""

    token: str = "42:TEST"
    rates: Rates = field(default_factory=Rates)
    limited: bool = True
    callback_seconds: float = 15.0  # a query can be answered for a short while only
    delete_seconds: float = 48 * 3600.0
    date: int = 1795485600  # of every message, seconds since 1970: no test reads the machine's date
    strict_polling: bool = True
    clock: Callable[[], float] = time.monotonic

    sent: list[Sent] = field(default_factory=list)
    edited: list[Sent] = field(default_factory=list)
    deleted: list[tuple[int, int]] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    calls: list[tuple[str, Params]] = field(default_factory=list)
    refusals: list[tuple[str, int, str]] = field(default_factory=list)
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)  # (scope, language)
    descriptions: dict[str, str] = field(default_factory=dict)  # by language
    short_descriptions: dict[str, str] = field(default_factory=dict)
    menu_buttons: dict[int, dict[str, Any]] = field(default_factory=dict)  # by chat; 0 is everybody's

    chats: dict[int, Chat] = field(default_factory=dict)
    messages: dict[tuple[int, int], Message] = field(default_factory=dict)
    queries: dict[str, float] = field(default_factory=dict)  # callback queries not answered: id to when
    on_sent: Callable[[Sent], object] | None = None  # told of every message, in the server's thread
    next_message: int = 1
    next_query: int = 1

    def __post_init__(self) -> None:
        self.woken = threading.Condition(threading.RLock())
        self.limits = Limits(self.rates, self.clock, self.limited)
        self.updates = Updates(self.clock, strict=self.strict_polling)

    def chat(self, number: int, kind: str = "") -> Chat:
        """The chat, known from now on."""
        if number not in self.chats:
            by_number = "private" if number > 0 else "supergroup" if number < -(10**12) else "group"
            self.chats[number] = Chat(number, kind or by_number)
        return self.chats[number]

    def add(self, chat: Chat, content: dict[str, Any], sender: dict[str, Any], **more: Any) -> Message:
        """Put a message into a chat. Numbers are shared by all chats of a bot, as in Telegram."""
        message = Message(chat, self.next_message, self.date, content, sender, self.clock(), **more)
        self.next_message += 1
        self.messages[chat.number, message.number] = message
        return message
