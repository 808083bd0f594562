"""Many people at once, for measuring: each writes on when answered, or all write at a fixed pace.

api = BotApi(limits=False).start()
measured = Crowd(api, range(1, 51), texts).talk(each=200)   # the bot under test polls or has set its webhook
print(measured.per_second, measured.wait(0.95))
"""

import math
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle

from tests.journeys.bot_api import BotApi, Sent

PATIENCE = 120.0  # seconds until a run counts as stuck


@dataclass(frozen=True, slots=True)
class Measured:
    """`waits`: seconds from each message to its answer, shortest first."""

    seconds: float
    waits: tuple[float, ...]

    @property
    def per_second(self) -> float:
        return len(self.waits) / self.seconds

    def wait(self, share: float) -> float:
        """Seconds in which that share of the messages was answered: 0.95 is p95."""
        return self.waits[max(0, math.ceil(share * len(self.waits)) - 1)]


class Crowd:
    """People (chats) who write `texts` in turn; `replies` messages of the bot are the answer to one of theirs."""

    def __init__(self, api: BotApi, people: Iterable[int], texts: Sequence[str] = ("…",), replies: int = 1) -> None:
        self._api, self._people, self._texts, self._replies = api, tuple(people), cycle(texts), replies
        self._asked: dict[int, deque[float]] = {person: deque() for person in self._people}
        self._heard: Counter[int] = Counter()
        self._left: Counter[int] = Counter()
        self._waits: list[float] = []
        self._total = 0
        self._done = threading.Event()

    def talk(self, each: int, seconds: float = PATIENCE) -> Measured:
        """Everybody writes `each` messages, the next as soon as the last is answered.

        Raises TimeoutError when answers are missing after `seconds`.
        """
        return self._measure(each * len(self._people), lambda: self._begin(each), seconds)

    def write(self, times: int, per_second: float, seconds: float = PATIENCE) -> Measured:
        """`times` messages at an even pace, from one person after the other, answered or not. Raises TimeoutError."""
        return self._measure(times, lambda: self._write_evenly(times, per_second), seconds)

    def _measure(self, total: int, begin: Callable[[], None], seconds: float) -> Measured:
        self._total, self._waits = total, []
        self._done.clear()
        self._api.on_sent = self._hear
        started = time.monotonic()
        try:
            begin()
            if not self._done.wait(seconds):
                raise TimeoutError(f"{len(self._waits)} of {total} messages were answered in {seconds} s")
        finally:
            self._api.on_sent = None
        return Measured(time.monotonic() - started, tuple(sorted(self._waits)))

    def _begin(self, each: int) -> None:
        self._left = Counter(dict.fromkeys(self._people, each - 1))
        for person in self._people:
            self._ask(person)

    def _write_evenly(self, times: int, per_second: float) -> None:
        self._left.clear()
        due = time.monotonic()
        for person, _ in zip(cycle(self._people), range(times), strict=False):
            time.sleep(max(0.0, due - time.monotonic()))
            self._ask(person, due)  # a message that is late by our own fault has waited too
            due += 1 / per_second

    def _ask(self, person: int, at: float | None = None) -> None:
        self._asked[person].append(time.monotonic() if at is None else at)
        self._api.write(person, next(self._texts))

    def _hear(self, sent: Sent) -> None:
        asked = self._asked.get(sent.chat)
        if not asked:
            return
        self._heard[sent.chat] += 1
        if self._heard[sent.chat] % self._replies:
            return
        self._waits.append(time.monotonic() - asked.popleft())
        if self._left[sent.chat] > 0:
            self._left[sent.chat] -= 1
            self._ask(sent.chat)
        if len(self._waits) >= self._total:
            self._done.set()
