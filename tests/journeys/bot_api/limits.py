"""How fast a bot may send: about one message a second in a chat, thirty a second in all, twenty a minute in a group.

Telegram publishes no more than these numbers; the bursts are settings, so that a test can be harsher than Telegram.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.journeys.bot_api.refusals import too_many


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages a second and how many at once after a rest; for groups, messages in any 60 seconds."""

    chat: float = 1.0
    chat_burst: int = 3
    bot: float = 30.0
    bot_burst: int = 30
    group_minute: int = 20


@dataclass(slots=True)
class Bucket:
    """Fills with `rate` a second up to `burst`; a message takes one."""

    rate: float
    burst: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until a message may go; 0 when it may go now."""
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        # A hair of tolerance: a bot that waits exactly 1/30 s is not too fast by the rounding of a float.
        return 0.0 if self.level >= 1 - 1e-6 else (1 - self.level) / self.rate


@dataclass(slots=True)
class Limits:
    """Who may send now. `clock` in seconds, monotonic."""

    rates: Rates
    clock: Callable[[], float]
    on: bool = True
    _buckets: dict[int | str, Bucket] = field(default_factory=dict)
    _groups: dict[int, deque[float]] = field(default_factory=dict)
    _held: dict[int, float] = field(default_factory=dict)

    def take(self, chat: int) -> None:
        """Let one message to `chat` pass. Raises Refusal 429; a refused message takes nothing."""
        self.check_held(chat)
        if not self.on:
            return
        now = self.clock()
        buckets = (
            self._bucket(chat, self.rates.chat, self.rates.chat_burst, now),
            self._bucket("bot", self.rates.bot, self.rates.bot_burst, now),
        )
        wait = max(*(bucket.wait(now) for bucket in buckets), self._wait_of_group(chat, now))
        if wait > 0:
            raise too_many(wait)
        for bucket in buckets:
            bucket.level -= 1
        if chat < 0:
            self._groups[chat].append(now)

    def check_held(self, chat: int) -> None:
        """Raises Refusal 429 while `chat` is held."""
        left = self._held[chat] - self.clock() if chat in self._held else 0.0
        if left > 0:
            raise too_many(left)

    def hold(self, chat: int, seconds: float) -> None:
        """Refuse everything to `chat` for so long, limits on or off: Telegram's longer 429."""
        self._held[chat] = self.clock() + seconds

    def _bucket(self, key: int | str, rate: float, burst: int, now: float) -> Bucket:
        if key not in self._buckets:
            self._buckets[key] = Bucket(rate, burst, burst, now)
        return self._buckets[key]

    def _wait_of_group(self, chat: int, now: float) -> float:
        if chat >= 0:
            return 0.0
        sent = self._groups.setdefault(chat, deque())
        while sent and sent[0] <= now - 60:
            sent.popleft()
        return sent[0] + 60 - now if len(sent) >= self.rates.group_minute else 0.0
