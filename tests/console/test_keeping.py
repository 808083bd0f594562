"""What is kept of staff, for how long, and what the server's own commands do with it."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.core.errors import BotError
from bot.core.staff import SIGN_IN_LONGEST, Role, Standing
from bot.core.world import Retention
from bot.services.sweep import Sweep
from bot.services.throttle import FORGIVEN_AFTER
from db import staff
from db.engine import open_database
from db.tables import audit, sign_in_tries, sign_ins
from tests.build import write_content
from tests.console.console_stand import ConsoleStand


@pytest.mark.parametrize(
    ("table", "length"),
    [
        (sign_ins, SIGN_IN_LONGEST),
        (sign_in_tries, FORGIVEN_AFTER + timedelta(seconds=1)),
        (audit, timedelta(days=Retention().audit, seconds=1)),
    ],
)
async def test_what_is_kept_of_staff_has_its_time(stand: ConsoleStand, table: sa.Table, length: timedelta) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)
    browser = stand.browser(person)
    await stand.browser().sign_in("Nobody At All", "000000")
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    sweep = Sweep(stand.database, stand.clock, Retention(), zone=zone, erasures=stand.erasures, talks=stand.talks)

    async def rows() -> int:
        await sweep.sweep_old()
        return len(await stand.database.read(lambda tx: tx.execute(sa.select(table)).all()))

    before, passed = await rows(), timedelta(0)
    while passed + timedelta(hours=11) < min(length, timedelta(days=7)):  # a sign-in that is used
        stand.clock.pass_time(timedelta(hours=11))
        passed += timedelta(hours=11)
        await browser.get("/console/")
    stand.clock.pass_time(length - passed - timedelta(minutes=1))
    shortly_before = await rows()
    stand.clock.pass_time(timedelta(minutes=1))

    assert before > 0
    assert shortly_before > 0
    assert await rows() == 0


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A server's folder, with small content."""
    file = tmp_path / "bot.db"
    monkeypatch.setenv("CAUNOI_DATABASE_URL", f"sqlite+aiosqlite:///{file}")
    monkeypatch.setenv("CAUNOI_CONTENT", str(write_content(tmp_path / "content")))
    return file


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["staff", *words])


def member(file: Path, name: str) -> staff.Locks | None:
    async def look() -> staff.Locks | None:
        database = open_database(f"sqlite+aiosqlite:///{file}")
        try:
            return await database.read(lambda tx: staff.find_named(tx, name))
        finally:
            await database.close()

    return asyncio.run(look())


def test_the_server_invites_and_makes_a_new_link(machine: Path) -> None:
    invited = run("invite", "Lê Thị Đào", "--role", "editor", "--role", "approver")
    linked = run("link", "le thi dao")

    links = [
        re.fullmatch(r"http://127\.0\.0\.1:8080/console/invitation/[\w-]{43}\n", each.output)
        for each in (invited, linked)
    ]
    assert all(links)
    assert invited.output != linked.output
    kept = member(machine, "Lê Thị Đào")
    assert kept is not None
    assert (kept.member.roles, kept.member.standing) == ({Role.EDITOR, Role.APPROVER}, Standing.INVITED)


def test_a_link_leads_to_where_the_service_listens_or_where_the_world_finds_it(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.with_name("bot.db.place").write_text("http://127.0.0.1:8731")

    here = run("invite", "Lê Thị Đào", "--role", "editor")
    monkeypatch.setenv("CAUNOI_PUBLIC_URL", "https://cau-noi.example")
    public = run("link", "Lê Thị Đào")

    assert here.output.startswith("http://127.0.0.1:8731/console/invitation/")
    assert public.output.startswith("https://cau-noi.example/console/invitation/")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["invite", "Lê Thị Đào"], "Say what Lê Thị Đào may do, --role once for each: admin, supervisor, editor"),
        (["invite", "Lê Thị Đào", "--role", "counsellor"], "--commune CODE, once for each: "),
        (["invite", "Lê Thị Đào", "--role", "editor", "--commune", "1"], "no commune of today. The codes are: "),
        (["invite", "  ", "--role", "editor"], "needs a name"),
        (["link", "Lê Thị Đào"], "Nobody of the staff is called Lê Thị Đào."),
    ],
)
def test_the_server_says_what_an_invitation_lacks(machine: Path, words: list[str], said: str) -> None:
    result = run(*words)

    assert isinstance(result.exception, BotError)
    assert said in str(result.exception)
    assert member(machine, "Lê Thị Đào") is None
