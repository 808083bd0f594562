"""A channel's allowance."""

from datetime import timedelta
from itertools import pairwise

from bot.services.pace import AHEAD, Pace
from tests.fakes import START, FakeClock


def test_slots_are_evenly_spaced_from_the_first_on() -> None:
    clock = FakeClock()
    pace = Pace(clock, rate=4)
    moments = []

    for _ in range(5):
        wait = pace.take_slot()
        clock.pass_time(wait)
        moments.append(clock.now())

    assert [after - before for before, after in pairwise(moments)] == [timedelta(seconds=0.25)] * 4
    assert moments[0] == START


def test_time_without_sends_is_not_made_up_for_by_a_burst() -> None:
    clock = FakeClock()
    pace = Pace(clock, rate=4)
    pace.take_slot()
    clock.pass_time(timedelta(minutes=1))

    assert pace.take_slot() == timedelta(0)
    assert pace.take_slot() == timedelta(seconds=0.25)


def test_there_is_room_for_what_has_its_slot_within_the_time_ahead() -> None:
    clock = FakeClock()
    pace = Pace(clock, rate=1000)

    assert pace.room(16) == 16
    assert pace.room(100) == AHEAD // timedelta(milliseconds=1) + 1
    for _ in range(pace.room(100)):
        pace.take_slot()

    assert pace.room(100) == 0
    clock.pass_time(pace.wait())
    assert pace.room(100) == 1


def test_without_a_rate_there_is_always_room_and_no_wait() -> None:
    pace = Pace(FakeClock())

    assert [pace.take_slot() for _ in range(100)] == [timedelta(0)] * 100
    assert (pace.room(7), pace.wait()) == (7, timedelta(0))


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
