"""The shelf makes the rules of the days that people are told of ahead: no turn makes them."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.content.render import Renderer
from bot.core.catalogue import Catalogue
from bot.core.eligibility.rules import rule_of_day
from bot.shelf import Content, Shelf
from tests.core.interviewing import NobodysRanker, Talker, make_catalogue, make_world
from tests.fakes import FakeClock
from tests.journeys.telegram import wait_until

EVENING = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)  # a minute before midnight in Vietnam
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(EVENING)


@pytest.fixture
def shelf(tmp_path: Path, clock: FakeClock) -> Shelf:
    catalogue = make_catalogue(tmp_path / "content")
    content = Content(catalogue, Renderer(catalogue), NobodysRanker({}))
    return Shelf(content, tmp_path / "content", None, clock, ZoneInfo("Asia/Ho_Chi_Minh"))


def rules_made_by_turns(catalogue: Catalogue, day: date) -> int:
    """How many rules have to be made for a whole check on this day, with "what if"."""
    before = rule_of_day.cache_info().misses
    talker = Talker(make_world(catalogue, day=day))
    talker.press("e:start", "e:for:me", "e:a:household_class:poor", "e:show", "e:not", "e:what")
    return rule_of_day.cache_info().misses - before


async def test_a_turn_after_midnight_finds_the_rules_of_the_new_day_made(shelf: Shelf) -> None:
    await shelf.warm()

    assert rules_made_by_turns(shelf.content.catalogue, NEW_YEAR) == 0


async def test_after_midnight_the_rules_of_the_day_to_come_are_made(shelf: Shelf, clock: FakeClock) -> None:
    await shelf.warm()
    clock.pass_time(timedelta(minutes=2))
    await shelf.warm()

    assert rules_made_by_turns(shelf.content.catalogue, NEW_YEAR + timedelta(days=1)) == 0


async def test_the_rules_of_changed_content_are_made_before_it_serves(shelf: Shelf) -> None:
    before = shelf.content.catalogue
    running = asyncio.create_task(shelf.run())
    shelf.read_again()
    assert await asyncio.to_thread(wait_until, lambda: shelf.content.catalogue is not before), shelf.trouble
    made = rules_made_by_turns(shelf.content.catalogue, NEW_YEAR)
    running.cancel()
    await asyncio.wait([running])

    assert made == 0
