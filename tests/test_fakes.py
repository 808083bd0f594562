"""The stand-ins do what their ports promise."""

from datetime import timedelta

from bot.core.types import Address, Attempt, Outcome, Rendered
from bot.services.ports import Clock, Sender
from tests.fakes import START, FakeClock, FakeSender

SOMEBODY = Address("telegram", "1")


async def test_the_clock_moves_only_when_told() -> None:
    clock: Clock = FakeClock()
    assert isinstance(clock, FakeClock)

    clock.pass_time(timedelta(seconds=1))
    await clock.sleep(2)

    assert clock.now() == clock.now() == START + timedelta(seconds=3)
    assert clock.slept == [2]


async def test_the_sender_remembers_and_follows_its_plan_before_it_sends_everything() -> None:
    fake = FakeSender(planned={"1": [Attempt(Outcome.UNSURE)]})
    sender: Sender = fake

    outcomes = [(await sender.send(SOMEBODY, Rendered(text))).outcome for text in ("a", "b")]

    assert outcomes == [Outcome.UNSURE, Outcome.SENT]
    assert fake.sent == [("1", "a"), ("1", "b")]
