"""`bot campaign …`: from a file to a report, by the names of staff."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.core.errors import BotError

runner = CliRunner()
FILE = """\
title: Rà soát hộ nghèo
subject: poverty
texts: {vi: "Hỏi {{ office }} nha.", en: "Ask {{ office }}."}
buttons: [ok, help]
last_day: 2026-12-20
"""


@pytest.fixture(autouse=True)
def staffed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CAUNOI_DEMO", "1")
    monkeypatch.setenv("CAUNOI_TEST_CLOCK", "2026-11-24T10:00:00+07:00")
    assert run("demo")
    with closing(sqlite3.connect(tmp_path / "caunoi.db")) as file:
        file.execute("UPDATE staff SET standing = 'active'")  # as if all had used their links
        file.commit()


def run(*words: str) -> str:
    done = runner.invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


def test_a_campaign_goes_from_a_file_to_a_report(tmp_path: Path) -> None:
    (tmp_path / "F.yaml").write_text(FILE, encoding="utf-8")
    editor, approver = "Biên tập thử", "Người duyệt thử"

    number = run("campaign", "new", "F.yaml", "--as", editor)
    assert run("campaign", "submit", number, "--as", editor) == "submitted"
    assert run("campaign", "approve", number, "--as", approver) == "approved"
    assert run("campaign", "schedule", number, "--as", editor, "--at", "2026-11-25T09:00") == "scheduled"
    assert run("campaign", "send", number, "--as", editor) == "sending"
    assert run("campaign", "pause", number, "--as", editor) == "paused"
    assert run("campaign", "cancel", number, "--as", editor) == "cancelled"

    told = json.loads(run("campaign", "status", number, "--json"))
    states = ("pending", "sending", "sent", "blocked", "refused", "unsure", "skipped")
    assert list(told) == ["id", "state", "audience", *states, "code"]
    assert told["audience"] == sum(told[state] for state in states) == 3
    assert run("campaign", "report", number, "F.xlsx", "--as", editor) == "F.xlsx"
    assert (tmp_path / "F.xlsx").read_bytes()[:2] == b"PK"


def test_what_is_not_possible_is_said_and_not_done(tmp_path: Path) -> None:
    (tmp_path / "F.yaml").write_text(FILE.replace("nha", "trước 70%"), encoding="utf-8")
    done = runner.invoke(app, ["campaign", "new", "F.yaml", "--as", "Biên tập thử"], catch_exceptions=False)
    assert "the figure `70`" in done.stderr
    number = done.stdout.strip()

    with pytest.raises(BotError, match="cannot be sent as it is written"):
        runner.invoke(app, ["campaign", "submit", number, "--as", "Biên tập thử"], catch_exceptions=False)
    with pytest.raises(BotError, match="is draft"):
        runner.invoke(app, ["campaign", "pause", number, "--as", "Biên tập thử"], catch_exceptions=False)
    with pytest.raises(BotError, match="Nobody of the staff"):
        runner.invoke(app, ["campaign", "pause", number, "--as", "Ai đó"], catch_exceptions=False)
