"""A demonstration fills an empty database once, with what is plainly invented, and never a real one."""

from pathlib import Path

import pytest

from bot.core.errors import BotError
from bot.demo import fill
from bot.settings import CONTENT, Settings
from bot.shelf import Content
from bot.wiring import SystemClock, open_service
from tests.services.desk import Desk, event, working


@pytest.fixture(scope="module")
def content() -> Content:
    return Content.read_at_once(CONTENT, None)


def settings_for(url: str, **changed: str) -> Settings:
    key = ("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",)
    return Settings(_env_file=None, database_url=url, secret_key=key, **changed)  # type: ignore[call-arg, arg-type]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


async def count(url: str, what: str) -> int:
    desk = Desk(url)
    (found,) = (await desk.rows(f"SELECT count(*) FROM {what}"))[0]
    await desk.database.close()
    return int(found)


@pytest.mark.usefixtures("elsewhere")
async def test_an_empty_database_is_filled_with_something_for_every_page(url: str, content: Content) -> None:
    lines = await fill(settings_for(url), content)

    assert sum("/console/invitation/" in line for line in lines) == await count(url, "staff") == 6
    assert await count(url, "staff WHERE name NOT LIKE '%thử%'") == 0
    assert await count(url, "addresses WHERE chat NOT LIKE 'demo-%'") == 0
    assert await count(url, "handovers WHERE kind = 'question'") == 2
    assert await count(url, "handovers WHERE kind = 'distress'") == 1
    assert await count(url, "questions WHERE text IS NOT NULL") > 0
    assert await count(url, "subscriptions") > 2
    assert await count(url, "privacy_requests WHERE state = 'open'") == 2
    assert await count(url, "approvals WHERE stage = 'waiting'") == 1
    assert await count(url, "inbox WHERE state <> 'done'") == 0


@pytest.mark.usefixtures("elsewhere")
async def test_a_filled_database_is_left_as_it_is(url: str, content: Content) -> None:
    await fill(settings_for(url), content)
    before = await count(url, "messages")

    assert await fill(settings_for(url), content) == ()

    assert await count(url, "messages") == before


@pytest.mark.usefixtures("elsewhere")
async def test_a_database_that_somebody_uses_is_refused(url: str, content: Content) -> None:
    async with working(Desk(url)) as desk:
        await desk.answers(event("hello"))

    with pytest.raises(BotError, match="only an empty one"):
        await fill(settings_for(url), content)

    assert await count(url, "messages") == 2


@pytest.mark.usefixtures("elsewhere")
async def test_a_service_that_an_office_runs_is_refused(url: str, content: Content) -> None:
    with pytest.raises(BotError, match="OPERATOR"):
        await fill(settings_for(url, operator="UBND"), content)

    assert await count(url, "staff") == 0


@pytest.mark.usefixtures("elsewhere")
async def test_what_a_first_start_makes_by_itself_is_still_empty(url: str, content: Content) -> None:
    from bot.office import first_link

    settings = settings_for(url)
    async with open_service(settings, SystemClock(), content) as service:
        assert await first_link(service)

    assert len(await fill(settings, content)) > 6
