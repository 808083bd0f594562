"""`bot person show|export|erase`, `bot db sweep --dry-run`: what the one who runs it does for a person."""

import asyncio
import json
import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app, main
from bot.core.types import Address, Incoming, Kind
from bot.settings import read_settings
from bot.shelf import Content
from bot.wiring import SystemClock, open_service

ME = "web:me-00017"


@pytest.fixture(scope="module")
def content() -> Content:
    return Content.read_at_once(read_settings().content, None)


@pytest.fixture
def folder(tmp_path: Path, content: Content, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A database with a person who said something, an administrator and a viewer."""
    monkeypatch.setenv("CAUNOI_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    monkeypatch.setattr("sys.argv", ["bot"])
    asyncio.run(talk(content))
    with sqlite3.connect(tmp_path / "bot.db") as file:
        for number, name, role in ((1, "An", "admin"), (2, "Cuc", "viewer")):
            file.execute(
                "INSERT INTO staff (id, name, name_key, standing, created_at) VALUES (?, ?, ?, 'active', '2026-11-24')",
                (number, name, name.lower()),
            )
            file.execute("INSERT INTO staff_roles VALUES (?, ?)", (number, role))
    file.close()
    return tmp_path


async def talk(content: Content) -> None:
    async with open_service(read_settings(), SystemClock(), content) as service:
        working = asyncio.create_task(service.turns.run())
        channel, _, chat = ME.partition(":")
        for number, (kind, text) in enumerate([(Kind.TEXT, "nhà tôi bị tốc mái"), (Kind.CHOICE, "n:on:credit")]):
            await service.turns.take(Incoming(Address(channel, chat), str(number), kind, text, datetime.now(UTC)))
        working.cancel()


def run(*words: str) -> str:
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def deeds(folder: Path) -> list[tuple[int, str]]:
    with sqlite3.connect(folder / "bot.db") as file:
        found = file.execute("SELECT staff_id, deed FROM audit ORDER BY id").fetchall()
    file.close()
    return found


def test_show_and_export_tell_everything_in_plain_words_and_stand_in_the_log(folder: Path) -> None:
    shown = json.loads(run("person", "show", ME, "--as", "An"))
    run("person", "export", ME, "--as", "An", "--to", str(folder / "me.json"))

    exported = folder / "me.json"
    assert shown["conversation"][0]["text"] == "nhà tôi bị tốc mái"
    assert list(shown["subscriptions"]) == ["credit"]
    assert json.loads(exported.read_text(encoding="utf-8")) == shown
    assert stat.S_IMODE(exported.stat().st_mode) == 0o600
    assert deeds(folder) == [(1, "shown_by_server"), (1, "exported_by_server")]


def test_erase_leaves_nothing_of_the_person(folder: Path) -> None:
    run("person", "erase", ME, "--as", "An")

    held = b"".join(file.read_bytes() for file in folder.glob("bot.db*"))
    assert b"me-00017" not in held
    assert deeds(folder) == [(1, "erased_by_server")]


@pytest.mark.parametrize(
    ("address", "by", "said"),
    [
        ("web:nobody", "An", "Nothing is kept of web:nobody."),
        ("me-00017", "An", "no address"),
        (ME, "Nobody", "Nobody of the staff is called Nobody."),
        (ME, "Cuc", "for administrators"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, address: str, by: str, said: str
) -> None:
    for deed in ("show", "export", "erase"):
        monkeypatch.setattr("sys.argv", ["bot", "person", deed, address, "--as", by])

        with pytest.raises(SystemExit) as end:
            main()

        told = capsys.readouterr().err
        assert end.value.code == 1
        assert said in told
        assert len(told.splitlines()) == 1
    assert deeds(folder) == []


def test_a_dry_run_of_the_sweep_counts_each_kind(folder: Path) -> None:
    counted = run("db", "sweep", "--dry-run")

    assert "0 messages" in counted
    assert "addresses" in counted
