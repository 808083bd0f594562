"""The queue of updates: what waits, what a bot asked for, what it confirmed; by polling or for the webhook.

The offset works as in TDLib's TQueue: everything below it is gone; an offset more than ten beyond the newest update
confirms nothing; a negative one keeps that many. A bot that asks for the same offset again within half a second gets
one update only, and within three seconds waits three: Telegram's answer to a bot in a hurry.
"""

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

DEFAULT_KINDS = frozenset(
    {
        "message", "edited_message", "channel_post", "edited_channel_post", "inline_query", "chosen_inline_result",
        "callback_query", "shipping_query", "pre_checkout_query", "poll", "poll_answer", "my_chat_member",
        "chat_join_request",
    }
)  # fmt: skip
ALL_KINDS = DEFAULT_KINDS | {"chat_member", "message_reaction", "message_reaction_count", "chat_boost"}
MOST = 100  # updates in one answer
FUTURE = 10
HURRIED, IMPATIENT = 0.5, 3.0  # seconds


@dataclass(frozen=True, slots=True)
class Update:
    """`body` is the update as JSON; `chat` orders deliveries to a webhook."""

    number: int
    chat: int
    body: str


class Updates:
    """Not locked: the owner holds its lock around every call. `on_put` is told of everything that is put in."""

    def __init__(self, clock: Callable[[], float], *, strict: bool = True) -> None:
        self.waiting: deque[Update] = deque()
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self.next_number = 1000
        self.on_put: Callable[[], object] = lambda: None
        self._clock, self._strict = clock, strict
        self._seen: dict[int, Update] = {}
        self._again: list[Update] = []
        self._asked: tuple[int, float] = (0, -100.0)  # offset, when

    def put(self, chat: int, content: Mapping[str, Any]) -> int:
        """Queue `content` (one key, the update's kind) unless the bot did not ask for its kind. Returns its id."""
        number = self.next_number
        self.next_number += 1
        if next(iter(content)) in self.allowed:
            update = Update(number, chat, json.dumps({"update_id": number, **content}))
            self._seen[number] = update
            self.waiting.append(update)
            self.on_put()
        return number

    def repeat(self, number: int) -> None:
        """Deliver an update once more, whatever the bot confirms: its next answer or post has it again."""
        self._again.append(self._seen[number])
        self.on_put()

    def allow(self, kinds: str | None) -> None:
        """Remember `allowed_updates` (JSON). Absent keeps what was; empty or unreadable means the default."""
        if kinds is None:
            return
        try:
            given = json.loads(kinds)
        except ValueError:
            given = None
        known = ALL_KINDS.intersection(given) if isinstance(given, list) else frozenset()
        self.allowed = known or DEFAULT_KINDS

    def ask(self, offset: int, limit: int, timeout: float) -> tuple[int, float]:
        """Note a getUpdates call; return the limit and the time-out (seconds) it really gets."""
        before, when = self._asked
        now = self._clock()
        self._asked = (offset, now)
        if self._strict and offset == before:
            if now < when + IMPATIENT:
                timeout = max(timeout, IMPATIENT)
            if now < when + HURRIED:
                limit = 1
        return limit, timeout

    def confirm(self, offset: int) -> None:
        """Let go what is below `offset`; a negative one keeps the newest -offset."""
        if offset < 0:
            while len(self.waiting) > -offset:
                self.waiting.popleft()
        elif offset <= self.next_number + FUTURE:
            while self.waiting and self.waiting[0].number < offset:
                self.waiting.popleft()

    def take(self, limit: int) -> list[Update]:
        """Up to `limit` updates for an answer; they wait on until they are confirmed."""
        again, self._again = self._again[:limit], self._again[limit:]
        return [*again, *_first(self.waiting, limit - len(again))]

    def take_again(self) -> list[Update]:
        """What is to be posted to the webhook once more."""
        again, self._again = self._again, []
        return again

    def has_any(self) -> bool:
        return bool(self.waiting or self._again)

    def forget(self, update: Update) -> None:
        """The webhook took it."""
        if self.waiting and self.waiting[0] is update:
            self.waiting.popleft()
        elif update in self.waiting:
            self.waiting.remove(update)

    def clear(self) -> None:
        self.waiting.clear()
        self._again.clear()


def to_answer(updates: Iterable[Update]) -> str:
    return f"[{','.join(update.body for update in updates)}]"


def _first(waiting: deque[Update], count: int) -> list[Update]:
    return [waiting[place] for place in range(min(count, len(waiting)))]
