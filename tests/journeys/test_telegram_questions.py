"""Every development question over Telegram: each person reads what `bot ask` decides, once, and nobody is left out."""

import csv
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.core.places import find_places
from bot.core.types import Decision, Language
from tests.journeys.service import ROOT
from tests.journeys.telegram import (
    ANSWERED_BY_TWO_TURNS,
    QUESTIONS,
    Mailbox,
    Read,
    TelegramService,
    Way,
    Wording,
    both_ways,
    joined,
    wait_until,
)

OFFERED = 3
# Words that one can always type come before what the question would be ranked as (design section 5).
COMMANDS = {"đăng ký nhận tin": "subscription.show"}
MOST = 5  # messages to one question: the notice, a warning, two parts, the commune


@pytest.fixture(scope="module")
def wording() -> Wording:
    return Wording()


def questions() -> dict[str, str]:
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def ask_by_command(service: TelegramService) -> dict[str, Mapping[str, Any]]:
    """What `bot ask` decides, by question. Run beside the service, whose folder has the trained model."""
    command = [sys.executable, "-m", "bot", "ask", "--file", str(QUESTIONS), "--jsonl"]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "", "LC_ALL": "C.UTF-8"}
    told = subprocess.run(
        command, cwd=service.folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=True
    )
    return {line["id"]: line for line in map(json.loads, told.stdout.splitlines())}


def is_told(message: Read, text: str, decided: Mapping[str, Any], wording: Wording) -> bool:
    """Whether a message is what this decision about `text` says to a person."""
    if text in COMMANDS:
        return message.text == wording.news("show")
    best, language, commune = (*decided["topics"], "")[0], Language(decided["language"]), commune_in(text, wording)
    match Decision(decided["decision"]):
        case Decision.ANSWER if best == "distress":
            return message.text == wording.message("distress.answer", language)
        case Decision.ANSWER:
            return message.text == wording.part(best, "answer", language, commune)
        case Decision.OFFER:
            return message.actions == [*(f"t:{topic}" for topic in decided["topics"][:OFFERED]), "none"]
        case Decision.SMALLTALK:
            return message.text == wording.message(f"talk.{best.removeprefix('smalltalk.')}", language)
        case Decision.HANDOVER:
            return message.actions == ["handover:yes", "handover:no"]
        case _:
            return message.text == wording.message("rank.none", language, commune)


def commune_in(text: str, wording: Wording) -> str:
    """The commune that a question names for certain: its answer names that office."""
    found = find_places(text, wording.catalogue.places)
    return found.candidates[0].new_code if found.certain and len(found.candidates) == 1 else ""


@both_ways
def test_every_development_question_is_answered_once_and_as_bot_ask_decides(
    way: Way, tmp_path: Path, wording: Wording
) -> None:
    asked = questions()
    chats = {name: 1000 + number for number, name in enumerate(asked)}

    with joined(tmp_path, way) as (api, service):
        for name, text in asked.items():
            api.write(chats[name], text)
        assert wait_until(lambda: service.is_settled(len(asked)))
        decided, twice = ask_by_command(service), service.rows(ANSWERED_BY_TWO_TURNS)
        mailbox = Mailbox(api)

    assert len(decided) == len(asked) == 282
    assert twice == []
    notices = {wording.notice(language) for language in Language}
    for name, chat in chats.items():
        got = mailbox[chat]
        shown = [message for message in got if is_told(message, asked[name], decided[name], wording)]
        assert len(shown) == 1, (asked[name], decided[name], [message.text for message in got])
        assert sum(message.text in notices for message in got) == 1, asked[name]
        assert len(set(got)) == len(got) <= MOST, asked[name]
