"""`bot db rotate-key` and `bot db restore` killed at random moments: all reads, all is there, the erased stay erased.

Two kills each; `JOURNEY_KILLS=20` tries as many. The moments lie in the part of a run in which it works on the files.
"""

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.types import Address
from bot.services.keys import open_keys
from bot.services.rotation import reseal
from bot.services.sealed import Sealed
from bot.settings import CONTENT, Settings
from bot.shelf import Content
from bot.upkeep import backup, restore
from bot.wiring import open_service
from db import addresses, messages
from db.backup import verified
from db.engine import open_database
from tests import whole_person
from tests.fakes import FakeClock
from tests.journeys.service import ROOT
from tests.whole_person import LAPTOP, PHONE

KILLS = int(os.environ.get("JOURNEY_KILLS", "2"))
HIM = Address("telegram", "7700445566")
MANY = 6_000  # lines of his: a change of keys is at work for a while
CHANGING = ("keys", "sqlite_sequence")  # a change of keys adds one and takes one away
WORK_BEGINS = 0.4  # of a whole run: before, Python loads


@dataclass(frozen=True, slots=True)
class Stood:
    """What is in a database, and which of whose lines read."""

    rows: dict[str, int]
    hers: int
    his: int


@pytest.fixture(scope="module")
def content() -> Content:
    return Content.read_at_once(CONTENT, None)


@pytest.fixture
def before(tmp_path: Path, content: Content) -> Path:
    """A folder with a database in which two people have said something, one of them very much."""
    folder = tmp_path / "before"
    folder.mkdir()
    asyncio.run(fill(folder / "bot.db", content, erase=False))
    return folder


def settings_for(file: Path) -> Settings:
    return Settings(_env_file=None, database_url=f"sqlite+aiosqlite:///{file}")  # type: ignore[call-arg]


async def fill(file: Path, content: Content, *, erase: bool) -> None:
    """Let both talk (once), or let her be erased on the next day."""
    clock = FakeClock()
    if erase:
        clock.pass_time(timedelta(days=1))
    async with open_service(settings_for(file), clock, content) as service:
        working = asyncio.create_task(service.turns.run())
        if erase:
            await service.people.erase(PHONE, whole=True)
        else:
            await whole_person.live(service)
            await whole_person.say(service, HIM, "xin chào")
        working.cancel()
        await asyncio.wait([working])
    if not erase:
        with closing(sqlite3.connect(file)) as connection, connection:
            columns = "seq, by_person, body, content_version, state, created_at, tries"
            connection.execute(
                f"INSERT INTO messages (address_id, {columns}) SELECT address_id, {columns} FROM messages, "
                f"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY}) SELECT i FROM n) "
                "WHERE messages.id = (SELECT max(id) FROM messages)"
            )


async def stands(file: Path) -> Stood:
    """Read all there is; everything that is sealed has to read with the keys beside it."""
    database = open_database(f"sqlite+aiosqlite:///{file}")
    try:
        keys = await open_keys(database, (), file)
        sealed = Sealed(keys)
        assert (await reseal(database, keys)).unreadable == 0

        def lines(address: Address) -> int:
            return len([sealed.read_said(row) for row in kept[address]])

        kept = {}
        for address in (PHONE, LAPTOP, HIM):
            kept[address] = await database.read(
                lambda tx, address=address: (  # type: ignore[misc]
                    messages.read(tx, number) if (number := addresses.find(tx, address)) is not None else []
                )
            )
        rows = {name: number for name, number in verified(file).items() if name not in CHANGING}
        return Stood(rows, lines(PHONE) + lines(LAPTOP), lines(HIM))
    finally:
        await database.close()


def run(folder: Path, *words: str, seconds: float | None = None) -> bool:
    """Run a command of ours; killed after so many seconds. Whether it came to its end before."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CAUNOI_")}
    environment |= {"CAUNOI_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bot.db'}", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", *words], cwd=folder, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        try:
            told, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return False
        assert process.returncode == 0, told
        return True


def moments(folder: Path, *words: str) -> Sequence[float]:
    """Return when to kill a command, by how long a whole run on a copy of this folder takes."""
    copy = shutil.copytree(folder, folder.with_name("timed"))
    begun = time.monotonic()
    assert run(copy, *words)
    length = time.monotonic() - begun
    return [random.uniform(WORK_BEGINS * length, length) for _ in range(KILLS)]


def test_a_change_of_keys_killed_at_any_moment_is_finished_by_the_next(before: Path) -> None:
    whole, died = asyncio.run(stands(shutil.copytree(before, before.with_name("whole")) / "bot.db")), 0
    assert whole.hers > 10
    assert whole.his > MANY

    for number, moment in enumerate(moments(before, "db", "rotate-key")):
        folder = shutil.copytree(before, before.with_name(str(number)))
        died += not run(folder, "db", "rotate-key", seconds=moment)
        cut = shutil.copytree(folder, before.with_name(f"{number}-cut"))
        assert asyncio.run(stands(cut / "bot.db")) == whole, f"killed after {moment:.3f} s"
        assert run(folder, "db", "rotate-key")
        assert asyncio.run(stands(folder / "bot.db")) == whole, f"killed after {moment:.3f} s, then finished"
        shutil.rmtree(folder)
        shutil.rmtree(cut)

    print(f"Killed {died} of {KILLS} changes of keys.")


def test_what_is_brought_back_is_all_of_it_or_nothing_and_never_whom_the_list_names(
    before: Path, content: Content
) -> None:
    file, yesterday = before / "bot.db", before / "yesterday"
    asyncio.run(backup(settings_for(file), yesterday))
    asyncio.run(fill(file, content, erase=True))
    now = asyncio.run(stands(shutil.copytree(before, before.with_name("now")) / "bot.db"))
    back = shutil.copytree(before, before.with_name("back"))
    asyncio.run(restore(settings_for(back / "bot.db"), yesterday, replace=True))
    brought, died = asyncio.run(stands(back / "bot.db")), 0
    command = ("db", "restore", str(yesterday), "--replace")
    assert (now.hers, brought.hers) == (0, 0)

    for number, moment in enumerate(moments(before, *command)):
        folder = shutil.copytree(before, before.with_name(str(number)))
        died += not run(folder, *command, seconds=moment)
        cut = shutil.copytree(folder, before.with_name(f"{number}-cut"))
        assert asyncio.run(stands(cut / "bot.db")) in (now, brought), f"killed after {moment:.3f} s"
        assert run(folder, *command)
        assert asyncio.run(stands(folder / "bot.db")) == brought, f"killed after {moment:.3f} s, then again"
        held = b"".join(part.read_bytes() for part in folder.glob("bot.db*"))
        assert not [trace for trace in (PHONE.chat, LAPTOP.chat) if trace.encode() in held]
        assert sorted(part.name for part in folder.glob("*restoring*")) == []
        shutil.rmtree(folder)
        shutil.rmtree(cut)

    print(f"Killed {died} of {KILLS} restores.")
