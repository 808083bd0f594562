"""People in Telegram who ask and wait for the reply, over the stand-in with its limits off. Times in seconds.

Each update must get exactly one reply: a run in which one got none, or two, is no measurement and raises.
"""

import random
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from tests.benchmarks.telegram.processes import Process
from tests.journeys.bot_api import BotApi, Sent

# Each is answered with one message, once the commune was asked for.
TEXTS = (
    "hộ nghèo có được hỗ trợ tiền điện không",
    "ho ngheo duoc cap the bao hiem y te khong",
    "chuẩn nghèo ở nông thôn là bao nhiêu",
    "học nghề có được hỗ trợ không",
    "cho tôi hỏi vay vốn làm ăn",
    "cảm ơn nhé",
)
SKIP = "bỏ qua"  # what people say who do not want to name their commune
PATIENCE = 60.0  # seconds until an answer counts as lost; the first start trains the model
QUIET = 0.5  # seconds without a message after which nothing more is expected
WARM = 1.0  # seconds at the begin of each measurement that do not count


@dataclass(frozen=True, slots=True)
class Measured:
    """`a_second`: updates answered. `cpu`: seconds of the bot's processor an update. `driver`: share of its core that
    the driver used (near 1 it is the driver that is measured). `latencies`: seconds from asking to reply, sorted."""

    a_second: float
    cpu: float
    driver: float
    latencies: tuple[float, ...]

    def percentile(self, share: float) -> float:
        return self.latencies[min(int(share * len(self.latencies)), len(self.latencies) - 1)]


class Crowd:
    """People 1 to `chats` of one bot."""

    def __init__(self, api: BotApi, bot: Process, chats: int) -> None:
        self._api, self._bot, self._chats = api, bot, range(1, chats + 1)
        self._seen = 0  # messages of the bot that were looked at
        self._asked: dict[int, deque[float]] = defaultdict(deque)  # by chat: when, of what has no reply yet
        self._said: Counter[int] = Counter()
        self._latencies: list[tuple[float, float]] = []  # when the reply came, how long it took

    def greet(self) -> None:
        """Bring every chat past what a bot says once. The first answer may take as long as the bot's start."""
        for text in (TEXTS[0], SKIP, TEXTS[0]):
            before = len(self._api.sent)
            for chat in self._chats:
                self._api.write(chat, text)
            self._wait(partial(self._is_everybody_answered, before))
            self._wait_for_quiet()

    def take_turns(self, chats: int, seconds: float) -> Measured:
        """Closed loop: each of the first `chats` people asks again when the reply came."""
        begin = time.monotonic() + WARM
        for chat in self._chats[:chats]:
            self._ask(chat, time.monotonic())

        def again(reply: Sent) -> None:
            if reply.at < begin + seconds:
                self._ask(reply.chat, time.monotonic())

        self._look_until(begin, again)
        used = _Used(self._bot)
        self._look_until(begin + seconds, again)
        return self._sum_up(used, begin)

    def ask_at(self, rate: float, seconds: float, seed: int) -> Measured:
        """Open loop: `rate` questions a second, by chance (Poisson), whatever is answered meanwhile.

        A latency counts from the moment that chance gave, also where the driver was late.
        """
        chance = random.Random(seed)
        begin = time.monotonic() + WARM
        moment, number, used = time.monotonic(), 0, None
        while moment < begin + seconds:
            self._look_until(moment)
            if used is None and moment >= begin:
                used = _Used(self._bot)
            self._ask(self._chats[number % len(self._chats)], moment)
            number += 1
            moment += chance.expovariate(rate)
        assert used is not None
        return self._sum_up(used, begin)

    def _ask(self, chat: int, moment: float) -> None:
        self._asked[chat].append(moment)
        self._api.write(chat, TEXTS[(self._said[chat] + chat) % len(TEXTS)])
        self._said[chat] += 1

    def _look_until(self, moment: float, on_reply: Callable[[Sent], None] = lambda _reply: None) -> None:
        """Take in what the bot sends until `moment`."""
        while (left := moment - time.monotonic()) > 0:
            self._api.wait_for(lambda: len(self._api.sent) > self._seen, left)
            self._look(on_reply)

    def _look(self, on_reply: Callable[[Sent], None] = lambda _reply: None) -> None:
        news: Sequence[Sent] = self._api.sent[self._seen :]
        self._seen += len(news)
        for reply in news:
            if not self._asked[reply.chat]:
                last = "\n".join(text[:60].replace("\n", " ") for text in self._api.texts(reply.chat)[-12:])
                raise AssertionError(f"one reply too many; what this person last read:\n{last}\n{self._bot.log}")
            self._latencies.append((reply.at, reply.at - self._asked[reply.chat].popleft()))
            on_reply(reply)

    def _sum_up(self, used: "_Used", begin: float) -> Measured:
        """Let everybody be answered, then count what came since `begin`."""
        lasted, cpu, driver = used.since()
        end = begin + lasted
        self._look()
        self._wait(lambda: len(self._api.sent) >= self._seen + sum(len(each) for each in self._asked.values()))
        self._look()
        answered = [took for at, took in self._latencies if begin <= at]
        in_time = sum(begin <= at < end for at, _ in self._latencies)
        self._latencies.clear()
        if not in_time:
            raise AssertionError(f"nobody was answered in {lasted:.1f} seconds\n{self._bot.log}")
        return Measured(in_time / lasted, cpu / in_time, driver / lasted, tuple(sorted(answered)))

    def _is_everybody_answered(self, before: int) -> bool:
        """Since the message number `before`."""
        return len({each.chat for each in self._api.sent[before:]}) == len(self._chats)

    def _wait_for_quiet(self) -> None:
        self._seen = 0
        while self._api.wait_for(lambda: len(self._api.sent) > self._seen, QUIET):
            self._seen = len(self._api.sent)

    def _wait(self, done: Callable[[], bool]) -> None:
        if not self._api.wait_for(done, PATIENCE):
            raise AssertionError(f"replies are missing\n{self._bot.log}")


class _Used:
    """What bot and driver use of their processors from now on."""

    def __init__(self, bot: Process) -> None:
        self._bot, self._before = bot, (time.monotonic(), bot.seconds, time.process_time())

    def since(self) -> tuple[float, float, float]:
        """Seconds passed, the bot's, the driver's."""
        now = time.monotonic(), self._bot.seconds, time.process_time()
        passed, bot, driver = (after - before for after, before in zip(now, self._before, strict=True))
        return passed, bot, driver
