"""The law changes at midnight in Vietnam: what was received before gets the old line, wherever the machine stands."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.conversation import step
from bot.core.markup import parse, plain
from bot.core.types import Address, Incoming, Kind
from bot.services.answering import Step
from bot.services.ports import Receipt
from bot.services.turns import Stopping, Turns
from bot.settings import Settings
from bot.shelf import Content
from bot.wiring import open_service
from db.engine import KILLED
from tests.fakes import FakeClock
from tests.journeys.odd_service import OddStep
from tests.journeys.service import Line, Service, bring_model, running, visiting

BEFORE, AFTER, HOUR_LATER = "2026-12-31T16:59:30Z", "2026-12-31T17:00:30Z", "2026-12-31T17:59:30Z"
ASKED = "chuan ngheo la bao nhieu"
OLD, NEW = "1.500.000", "2.200.000"  # VND, the line of the countryside: content/parameters/poverty/income_rural.yaml
AMOUNT = re.compile(r"[\d.]+(?= đồng)")
ELSEWHERE = ("America/New_York", "Pacific/Kiritimati")  # there midnight is long to come, or long past


def line_in(lines: list[Line]) -> str:
    """The first amount that the bot names: the line in force. What changes soon comes later in the answer."""
    return next(found[0] for line in lines if not line.by_person and (found := AMOUNT.search(line.text)))


@pytest.mark.parametrize("zone", ELSEWHERE)
def test_the_line_changes_at_midnight_in_vietnam_on_a_machine_of_any_zone(tmp_path: Path, zone: str) -> None:
    with (
        running(Service(tmp_path, machine={"TZ": zone}).start(TEST_CLOCK=BEFORE)) as service,
        visiting(service, 1) as (person,),
    ):
        before = person.say(ASKED)
        assert service.stop() == 0
        service.start(TEST_CLOCK=AFTER)
        after = person.say(ASKED)

    assert line_in(before.lines) == OLD
    assert after.lines[: len(before.lines)] == before.lines
    assert line_in(after.lines[len(before.lines) :]) == NEW


def test_a_question_stored_before_midnight_and_answered_after_it_gets_the_old_line(tmp_path: Path) -> None:
    dying = ("-m", "tests.journeys.odd_service", "dies", ASKED)
    with (
        running(Service(tmp_path, machine={"TZ": ELSEWHERE[0]}).start(dying, TEST_CLOCK=BEFORE)) as service,
        visiting(service, 1) as (person,),
    ):
        form = person.open().writing()

        def start_an_hour_later() -> None:
            assert service.ended() == KILLED
            assert service.rows("SELECT state, tries FROM inbox") == [("waiting", 2)]
            service.start(TEST_CLOCK=HOUR_LATER)

        answered = person.insist(form, start_an_hour_later, text=ASKED)
        asked_now = person.submit(answered.writing(), text=ASKED)

    assert answered.said == [ASKED]
    assert line_in(answered.lines) == OLD
    assert line_in(asked_now.lines[len(answered.lines) :]) == NEW


class Gone(BaseException):
    """The process is no more."""


def end() -> None:
    raise Gone


@asynccontextmanager
async def working(folder: Path, clock: FakeClock, step: Step = step) -> AsyncIterator[Turns]:
    """The services over the real content, their worker running."""
    bring_model(folder)
    settings = Settings(database_url=f"sqlite+aiosqlite:///{folder}/bot.db", _env_file=None)
    async with open_service(settings, clock, Content.read(settings.content, folder), step=step) as service:
        worker = asyncio.create_task(service.turns.run())
        yield service.turns
        worker.cancel()
        await asyncio.wait([worker])


def asked(received: datetime, event_id: str = "1") -> Incoming:
    return Incoming(Address("web", "somebody"), event_id, Kind.TEXT, ASKED, received)


def told(receipt: Receipt) -> list[Line]:
    return [Line(False, plain(parse(reply.text))) for reply in receipt.replies]


async def test_the_day_is_that_of_receiving_however_late_the_turn_is(tmp_path: Path) -> None:
    midnight = datetime(2026, 12, 31, 17, tzinfo=UTC)
    moment = timedelta(microseconds=1)

    async with working(tmp_path, FakeClock(midnight + timedelta(hours=1))) as turns:
        before, after = await turns.take_many([asked(midnight - moment, "1"), asked(midnight, "2")])

    assert line_in(told(before)) == OLD
    assert line_in(told(after)) == NEW


async def test_an_event_that_waited_over_midnight_for_the_next_process_gets_the_old_line(tmp_path: Path) -> None:
    clock = FakeClock(datetime.fromisoformat(BEFORE))
    event = asked(clock.now())
    async with working(tmp_path, clock, OddStep(ASKED, end)) as turns:
        with pytest.raises(Stopping):
            await turns.take(event)
    clock.pass_time(timedelta(hours=1))

    async with working(tmp_path, clock) as turns:
        waited, now = await turns.take(event), await turns.take(asked(clock.now(), "2"))

    assert line_in(told(waited)) == OLD
    assert line_in(told(now)) == NEW
