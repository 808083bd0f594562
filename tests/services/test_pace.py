"""A channel's allowance."""

from datetime import timedelta
from itertools import pairwise

from bot.services.pace import Pace
from tests.fakes import FakeClock


async def test_slots_are_evenly_spaced_from_the_first_on() -> None:
    clock = FakeClock()
    pace = Pace(clock, rate=4, sleep=clock.sleep)
    moments = []

    for _ in range(5):
        await pace.slot()
        moments.append(clock.now())

    assert [after - before for before, after in pairwise(moments)] == [timedelta(seconds=0.25)] * 4
    assert clock.slept == [0.25] * 4


async def test_time_without_sends_is_not_made_up_for_by_a_burst() -> None:
    clock = FakeClock()
    pace = Pace(clock, rate=4, sleep=clock.sleep)
    await pace.slot()
    clock.pass_time(timedelta(minutes=1))

    await pace.slot()
    await pace.slot()

    assert clock.slept == [0.25]


async def test_one_address_told_to_wait_stops_nobody_else() -> None:
    clock = FakeClock()
    pace = Pace(clock)

    pace.told_to_wait(1, timedelta(seconds=30))
    pace.told_to_wait(1, timedelta(seconds=30))

    assert not pace.stopped_for()


async def test_two_addresses_told_to_wait_within_five_seconds_stop_the_channel_until_the_deadline() -> None:
    clock = FakeClock()
    pace = Pace(clock)

    pace.told_to_wait(1, timedelta(seconds=30))
    clock.pass_time(timedelta(seconds=5))
    pace.told_to_wait(2, timedelta(seconds=30))
    clock.pass_time(timedelta(seconds=10))

    assert pace.stopped_for() == timedelta(seconds=20)


async def test_two_addresses_told_to_wait_further_apart_stop_nothing() -> None:
    clock = FakeClock()
    pace = Pace(clock)

    pace.told_to_wait(1, timedelta(seconds=30))
    clock.pass_time(timedelta(seconds=6))
    pace.told_to_wait(2, timedelta(seconds=30))

    assert not pace.stopped_for()
