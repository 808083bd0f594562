"""Parts under one watch: what ends by itself ends the process with its reason; a refused channel stops alone."""

import asyncio
from datetime import datetime, timedelta

from bot.services.ports import Refused
from bot.services.supervision import Supervision
from tests.fakes import START, FakeClock


class Waiting:
    """A part that waits until it is cancelled, or until its event is set."""

    def __init__(self, alive_at: datetime = START) -> None:
        self.alive_at, self.enough = alive_at, asyncio.Event()
        self.was_cancelled = False

    async def run(self) -> None:
        try:
            await self.enough.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise


class Failing(Waiting):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    async def run(self) -> None:
        raise self.error


def watch(clock: FakeClock | None = None, **parts: Waiting) -> Supervision:
    supervision = Supervision(clock or FakeClock())
    for name, part in parts.items():
        supervision.add(name, part)
    return supervision


async def test_a_part_that_fails_ends_all_with_its_reason() -> None:
    other = Waiting()

    reason = await watch(turns=Failing(ValueError("odd")), web=other).run()

    assert reason == "The part `turns` ended: ValueError('odd')"
    assert other.was_cancelled


async def test_a_part_that_returns_ends_all_too() -> None:
    part = Waiting()
    part.enough.set()

    assert await watch(sweep=part, web=Waiting()).run() == "The part `sweep` ended by itself."


async def test_the_end_that_was_asked_for_has_no_reason_and_begins_at_the_gate() -> None:
    web, turns, seen = Waiting(), Waiting(), list[bool]()
    supervision = watch(web=web, turns=turns)

    def close() -> None:
        seen.append(turns.was_cancelled)
        web.enough.set()

    running = asyncio.create_task(supervision.run(close, gate="web"))
    await asyncio.sleep(0)
    supervision.stop()

    assert await running == ""
    assert seen == [False]
    assert not web.was_cancelled
    assert turns.was_cancelled


async def test_a_refused_channel_stops_alone_and_is_named() -> None:
    supervision = watch(telegram=Failing(Refused("The token was refused.")), web=Waiting())
    running = asyncio.create_task(supervision.run())
    for _ in range(3):  # the parts begin, one of them ends
        await asyncio.sleep(0)

    well, told = supervision.health()

    assert well
    assert told["status"] == "degraded"
    assert told["telegram"]["trouble"] == "The token was refused."
    supervision.stop()
    assert await running == ""


async def test_a_part_without_a_sign_of_life_for_a_minute_is_not_well() -> None:
    clock = FakeClock()
    supervision = watch(clock, turns=Waiting(), web=Waiting(START + timedelta(seconds=30)))

    clock.pass_time(timedelta(seconds=59))
    assert supervision.health()[0]
    clock.pass_time(timedelta(seconds=1))
    well, told = supervision.health()

    assert not well
    assert told == {"status": "failing", "turns": {"silent_seconds": 60}, "web": {"silent_seconds": 30}}


async def test_a_part_in_trouble_is_shown_and_does_not_fail_the_service() -> None:
    supervision = Supervision(FakeClock())
    supervision.add("telegram", Waiting(), lambda: "Telegram cannot be reached.")

    well, told = supervision.health()

    assert (well, told["status"]) == (True, "degraded")
    assert told["telegram"]["trouble"] == "Telegram cannot be reached."
