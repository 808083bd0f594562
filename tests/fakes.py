"""Stand-ins for our ports: one for each, remembering what it was given."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.core.types import Address, Attempt, Outcome, Rendered
from bot.services.ports import Promise
from db.messages import ToSend

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # 10 in the morning in Vietnam


class FakeClock:
    """A clock that stands still until told otherwise; its `sleep` takes no time but moves it on."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._now

    def pass_time(self, length: timedelta) -> None:
        self._now += length

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class FakeSender:
    """A Sender that remembers. `planned` says what each chat's next sends come to; after that all are SENT."""

    def __init__(self, channel: str = "telegram", planned: dict[str, list[Attempt]] | None = None) -> None:
        self.channel = channel
        self.sent: list[tuple[str, str]] = []
        self._planned = planned or {}

    async def send(self, address: Address, message: Rendered) -> Attempt:
        self.sent.append((address.chat, message.text))
        attempts = self._planned.get(address.chat)
        return attempts.pop(0) if attempts else Attempt(Outcome.SENT)


class FakeOutlet:
    """An Outlet that promises what it is told to and remembers what it was given."""

    def __init__(self, promised: Promise | None = None) -> None:
        self.promised = promised or Promise()
        self.taken: list[list[ToSend]] = []
        self.taken_back: list[Promise] = []
        self.woken = 0

    def promise(self) -> Promise:
        return self.promised

    def take(self, begun: Sequence[ToSend]) -> None:
        self.taken.append(list(begun))

    def take_back(self, promise: Promise) -> None:
        self.taken_back.append(promise)

    def wake(self) -> None:
        self.woken += 1

    def announce(self) -> None:
        self.woken += 1
