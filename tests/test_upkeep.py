"""The database from the command line: backups are whole, what was erased stays gone, nothing is replaced unasked."""

import asyncio
import itertools
import logging
import os
import shutil
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.errors import BotError, KeyMissing
from bot.core.types import Address, EraseLead, Incoming, Kind, OpenLead, Session
from bot.services import registrations
from bot.services.erasures import Erasures
from bot.services.keys import Keys
from bot.services.moment import Moment
from bot.services.records import Records
from bot.settings import CONTENT, Settings
from bot.shelf import Content
from bot.upkeep import backup, restore
from bot.wiring import Service, open_service
from db import addresses, leads
from db.backup import NoBackup
from db.engine import InUse
from tests import whole_person
from tests.fakes import START, FakeClock
from tests.services.desk import bytes_in
from tests.whole_person import LAPTOP, PHONE

HER, HIM = Address("telegram", "7700112233"), Address("telegram", "7700445566")
EVENTS = itertools.count()
WORDS = "nhà tôi ở gần cây me lớn đầu xóm, mái tôn bay hết"


@pytest.fixture(scope="module")
def content() -> Content:
    return Content.read_at_once(CONTENT, None)


def settings_for(file: Path, **changed: Any) -> Settings:
    return Settings(_env_file=None, database_url=f"sqlite+aiosqlite:///{file}", **changed)


@asynccontextmanager
async def serving(file: Path, content: Content, clock: FakeClock) -> AsyncIterator[Service]:
    async with open_service(settings_for(file), clock, content) as service:
        working = asyncio.create_task(service.turns.run())
        try:
            yield service
        finally:
            working.cancel()
            await asyncio.wait([working])


async def say(service: Service, address: Address, *texts: str) -> None:
    for text in texts:
        at = service.clock.now()
        kind = Kind.CHOICE if ":" in text or text == "erase" else Kind.TEXT
        await service.turns.take(Incoming(address, f"{next(EVENTS)}", kind, text, at))


async def lines(service: Service, address: Address) -> int:
    return len(await service.people.read(address))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def file(tmp_path: Path, content: Content, clock: FakeClock) -> Path:
    """A database in which two people have said something; one of them was handed over."""
    place = tmp_path / "bot.db"
    async with serving(place, content, clock) as service:
        await say(service, HER, WORDS, "gặp cán bộ", "handover:yes")
        await say(service, HIM, "xin chào")
    return place


async def test_a_backup_is_whole_private_and_without_the_key(file: Path, tmp_path: Path) -> None:
    to = tmp_path / "kept.db"

    said = await backup(settings_for(file), to)

    assert "verified" in said
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    assert rows_of(to) == rows_of(file)
    key = (tmp_path / "caunoi.key").read_bytes().strip()
    assert key not in to.read_bytes()
    assert names_in(tmp_path, "kept*") == ["kept.db"]


async def test_a_backup_beside_a_running_service_holds_one_moment(
    file: Path, tmp_path: Path, content: Content, clock: FakeClock
) -> None:
    async with serving(file, content, clock) as service:
        talking = asyncio.create_task(say(service, HIM, *(f"chào lần {number}" for number in range(20))))
        await backup(settings_for(file), tmp_path / "kept.db")
        await talking

    assert rows_of(tmp_path / "kept.db")["addresses"] == 2


async def test_a_backup_takes_no_ones_place(file: Path, tmp_path: Path) -> None:
    to = tmp_path / "kept.db"
    to.write_text("something else")

    for other in (to, file):
        with pytest.raises(BotError, match=r"there already|database itself"):
            await backup(settings_for(file), other)

    assert to.read_text() == "something else"


async def test_what_is_no_backup_is_refused_and_the_database_stays(file: Path, tmp_path: Path) -> None:
    odd = tmp_path / "odd.db"
    cut = tmp_path / "cut.db"
    foreign = tmp_path / "foreign.db"
    odd.write_text("no database, but long enough to be looked at " * 40)
    await backup(settings_for(file), cut)
    with cut.open("r+b") as broken:
        broken.seek(8192)
        broken.write(os.urandom(16384))
    with closing(sqlite3.connect(foreign)) as made:
        made.execute("CREATE TABLE a (b)")
    before = rows_of(file)

    for wrong in (odd, cut, foreign, tmp_path / "nowhere.db"):
        with pytest.raises(NoBackup):
            await restore(settings_for(file), wrong, replace=True)

    assert rows_of(file) == before
    assert names_in(tmp_path, "*restoring*") == []


async def test_a_database_that_holds_something_is_replaced_only_when_told(file: Path, tmp_path: Path) -> None:
    await backup(settings_for(file), tmp_path / "kept.db")

    with pytest.raises(BotError, match="--replace"):
        await restore(settings_for(file), tmp_path / "kept.db", replace=False)


async def test_a_database_in_use_is_never_replaced(
    file: Path, tmp_path: Path, content: Content, clock: FakeClock
) -> None:
    await backup(settings_for(file), tmp_path / "kept.db")

    async with serving(file, content, clock):
        with pytest.raises(InUse):
            await restore(settings_for(file), tmp_path / "kept.db", replace=True)


async def test_a_backup_without_its_key_is_refused_by_name(file: Path, tmp_path: Path) -> None:
    await backup(settings_for(file), tmp_path / "kept.db")
    elsewhere = tmp_path / "elsewhere" / "bot.db"
    elsewhere.parent.mkdir()

    with pytest.raises(KeyMissing, match=r"caunoi\.key"):
        await restore(settings_for(elsewhere), tmp_path / "kept.db", replace=False)

    assert list(elsewhere.parent.iterdir()) == []


async def test_a_backup_comes_back_on_another_machine_with_the_key(
    file: Path, tmp_path: Path, content: Content, clock: FakeClock
) -> None:
    await backup(settings_for(file), tmp_path / "kept.db")
    elsewhere = tmp_path / "elsewhere" / "bot.db"
    elsewhere.parent.mkdir()
    shutil.copy(tmp_path / "caunoi.key", elsewhere.parent)

    await restore(settings_for(elsewhere), tmp_path / "kept.db", replace=False)

    async with serving(elsewhere, content, clock) as service:
        assert await lines(service, HER) > 0


@pytest.mark.parametrize("by_chat", [True, False])
async def test_gone_is_gone_from_files_log_exports_backup_and_yesterdays_backup(
    file: Path, tmp_path: Path, content: Content, clock: FakeClock, caplog: pytest.LogCaptureFixture, *, by_chat: bool
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(file, content, clock) as service:
        colleague = await whole_person.live(service)
    kept = whole_person.sealed_of_her(file)
    await backup(settings_for(file), tmp_path / "yesterday.db")
    clock.pass_time(timedelta(minutes=5))

    async with serving(file, content, clock) as service:
        await say(service, HIM, "hôm nay có gì mới")
        if by_chat:
            await whole_person.say(service, LAPTOP, "dữ liệu của tôi", "erase", "erase:all", "xóa hết")
            clock.pass_time(timedelta(minutes=11))  # the last reply tells it, and goes with the address
            await service.sweep.sweep_guarded()
        else:
            records = Records(service.database, service.sealed, clock, service.people)
            assert await records.erase(colleague.member, PHONE)
        held = bytes_in(tmp_path)
        taken = await whole_person.exports(service, colleague, [HIM])
    await backup(settings_for(file), tmp_path / "today.db")

    traces = [*kept, *(each.encode() for each in (*whole_person.TEXTS, PHONE.chat, LAPTOP.chat))]
    told = held + taken + (tmp_path / "today.db").read_bytes() + caplog.text.encode()
    assert HIM.chat.encode() in taken
    assert not [trace for trace in traces if trace in told]
    assert PHONE.chat.encode() in (tmp_path / "yesterday.db").read_bytes()

    said = await restore(settings_for(file), tmp_path / "yesterday.db", replace=True)

    assert "Erased again since that backup: 2." in said
    assert not [trace for trace in traces if trace in bytes_in(tmp_path)]
    async with serving(file, content, clock) as service:
        assert [await lines(service, each) for each in (PHONE, LAPTOP)] == [0, 0]
        assert await lines(service, HIM) > 0
        await whole_person.exports(service, colleague, [HIM])


async def test_an_erasure_is_listed_as_a_hash_and_a_day(file: Path, content: Content, clock: FakeClock) -> None:
    async with serving(file, content, clock) as service:
        await service.people.erase(HER)
        await service.people.erase(Address("telegram", "who never wrote"))

    listed = file.with_name("bot.db.erased")
    assert stat.S_IMODE(listed.stat().st_mode) == 0o600
    assert listed.read_text().split() == [listed.read_text().split()[0], "2026-11-24"]
    assert HER.chat not in listed.read_text()


async def test_who_came_back_after_an_erasure_keeps_what_they_said_since(
    file: Path, tmp_path: Path, content: Content, clock: FakeClock
) -> None:
    async with serving(file, content, clock) as service:
        await service.people.erase(HER)
        clock.pass_time(timedelta(days=2))
        await say(service, HER, "xin chào lại")
    await backup(settings_for(file), tmp_path / "kept.db")

    said = await restore(settings_for(file), tmp_path / "kept.db", replace=True)

    assert "since that backup: 0." in said
    async with serving(file, content, clock) as service:
        assert await lines(service, HER) > 0


async def test_one_erased_registration_does_not_come_back_with_a_backup(
    file: Path, tmp_path: Path, content: Content, clock: FakeClock
) -> None:
    async with serving(file, content, clock) as service:
        await say(service, HER, WORDS)
        for receipt in ("CN-2222-2222", "CN-3333-3333"):
            await service.database.write(lambda tx, receipt=receipt: open_for_her(tx, service, receipt))
    await backup(settings_for(file), tmp_path / "kept.db")
    async with serving(file, content, clock) as service:
        await service.database.write(lambda tx: registrations.erase(moment_of_her(tx, service), EraseLead(1)))

    said = await restore(settings_for(file), tmp_path / "kept.db", replace=True)

    assert "since that backup: 1." in said
    async with serving(file, content, clock) as service:
        assert [lead.id for lead in await service.database.read(lambda tx: leads.within(tx, None))] == [2]


def moment_of_her(tx: sa.Connection, service: Service) -> Moment:
    number, now = addresses.find(tx, HER), service.clock.now()
    assert number is not None
    return Moment(tx, service.sealed, HER, number, Session(), now.date(), now)


def open_for_her(tx: sa.Connection, service: Service, receipt: str) -> None:
    answers = {"name": "Hường", "phone": "+84912345678", "commune": "22738:", "work": "phụ hồ"}
    registrations.open_lead(moment_of_her(tx, service), OpenLead(receipt, answers, False, "2026-11-24"))


def test_a_line_cut_short_spoils_no_other_and_old_lines_go(tmp_path: Path) -> None:
    days = iter([date(2026, 1, 1), date(2026, 6, 1)])
    erasures = Erasures(tmp_path / "list", Keys([b"k" * 32]), lambda: next(days))
    erasures.note(HER)
    with (tmp_path / "list").open("a") as cut:
        cut.write("\n12ab")
    erasures.note(HIM)

    assert erasures.forget(date(2026, 3, 1)) == 1

    assert (tmp_path / "list").read_text().endswith("2026-06-01")
    assert list(erasures.keys_named()) == list(Keys([b"k" * 32]).ids)


async def test_on_a_server_the_erasures_alone_are_applied_and_its_own_tools_are_named(
    url: str, content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if url.startswith("sqlite"):
        pytest.skip("this is about a server")
    monkeypatch.chdir(tmp_path)
    settings = Settings(_env_file=None, database_url=url, secret_key=("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",))  # type: ignore[call-arg]
    clock = FakeClock()
    async with open_service(settings, clock, content) as service:
        working = asyncio.create_task(service.turns.run())
        await say(service, HER, WORDS)
        Erasures(settings.erasure_list(), service.keys, START.date).note(HER)
        working.cancel()
        await asyncio.wait([working])

    with pytest.raises(BotError, match=r"pg_dump --format=custom"):
        await backup(settings, tmp_path / "kept.dump")
    assert "since that backup: 1." in await restore(settings, None, replace=False)


async def test_on_a_server_no_row_of_an_erased_person_is_left(
    url: str, content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if url.startswith("sqlite"):
        pytest.skip("this is about a server: a file is searched whole")
    monkeypatch.chdir(tmp_path)
    settings = Settings(_env_file=None, database_url=url, secret_key=("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",))  # type: ignore[call-arg]
    async with open_service(settings, FakeClock(), content) as service:
        working = asyncio.create_task(service.turns.run())
        await whole_person.live(service)

        await service.people.erase(PHONE, whole=True)

        left = await service.database.read(whole_person.rows_with_a_person)
        working.cancel()
        await asyncio.wait([working])
    assert left == {}


def names_in(folder: Path, pattern: str) -> list[str]:
    return sorted(each.name for each in folder.glob(pattern))


def rows_of(file: Path) -> dict[str, int]:
    tables = [name for (name,) in table(file, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: table(file, f"SELECT count(*) FROM {name}")[0][0] for name in tables}


def table(file: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(sql).fetchall()
