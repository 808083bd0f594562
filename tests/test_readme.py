"""The README holds: its commands exist, its files are there, every setting stands in it."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import NOT_USED_YET, PREFIX, Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BARE = re.compile(r"`(?:\.venv/bin/)?bot ([^`]+)`")


def commands() -> list[str]:
    return sorted({found[1] for found in BARE.finditer(README)})


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_readme_exists_with_its_options(command: str) -> None:
    words = shlex.split(command)
    names = [word for word in words if re.fullmatch(r"[a-z]+", word)][
        : 2 if words[0] in {"db", "staff", "person", "leads", "vacancies", "campaign"} else 1
    ]

    helped = CliRunner().invoke(app, [*names, "--help"])

    assert helped.exit_code == 0, helped.output
    for option in (word for word in words if word.startswith("--")):
        assert option in helped.output


def test_the_readme_opens_with_the_two_commands_of_one_line_each() -> None:
    lines = [line for line in README.splitlines() if line.startswith("python3 -m venv")]

    assert [line.rpartition("/")[2] for line in lines] == ["bot serve", "pytest"]
    assert all("pip install -c constraints.txt -e" in line for line in lines)


def test_every_file_the_readme_names_is_there() -> None:
    named = re.findall(r"`((?:bot|db|content|tests)/[\w./-]*[\w/])`", README)

    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_setting_stands_in_the_readme() -> None:
    known = [name.upper() for name in Settings.model_fields]

    assert [name for name in known if f"`{name}`" not in README] == []
    assert [name for name in NOT_USED_YET if f"`{name.removeprefix(PREFIX)}`" in README] == []
