"""An announcement to 2,000 people over the stand-in: each gets it once, killed or not, and the report adds up.

`JOURNEY_KILLS=20` kills the service so often (6 unless told otherwise).
"""

import asyncio
import json
import os
import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import httpx

from bot.dispatch import new, obey, status
from bot.settings import Settings
from tests.journeys.bot_api import BotApi
from tests.journeys.bot_api.crowd import Crowd
from tests.journeys.telegram import FAST, MORNING, TelegramService, serving, telegram, wait_until

PEOPLE = range(100_000, 102_000)
KILLS = int(os.environ.get("JOURNEY_KILLS", "6"))
FILE = """\
title: Rà soát hộ nghèo
subject: poverty
texts: {vi: "Nhà có tên thì hỏi {{ office }} nha.", en: "Ask {{ office }}."}
buttons: [ok, help]
last_day: 2026-12-20
"""
AUTHOR, OTHER = "Biên tập thử", "Người duyệt thử"
MINUTES = 150.0  # seconds


class Office:
    """Staff at the command line of a service."""

    def __init__(self, service: TelegramService) -> None:
        self.service = service
        self.settings = Settings(
            database_url=f"sqlite+aiosqlite:///{service.database}", demo=True, test_clock=MORNING,
            telegram_token="42:anything",  # only whether there is one counts here
        )  # fmt: skip

    def start(self, people: range) -> int:
        """Let people subscribe, and send them an announcement that two wrote and approved; return its number."""
        self._let_subscribe(people)
        number, problems = asyncio.run(new(self.settings, FILE.encode(), AUTHOR))
        assert (number, problems) == (1, ())
        for order, by in (("submit", AUTHOR), ("approve", OTHER), ("send", AUTHOR)):
            asyncio.run(obey(self.settings, order, 1, by))
        return 1

    def count(self) -> dict[str, int]:
        told: dict[str, int] = json.loads(json.dumps(asyncio.run(status(self.settings, 1))))
        return told

    def is_done(self) -> bool:
        return self.service.look("SELECT count(*) FROM campaigns WHERE state = 'done'")[0][0] == 1

    def _let_subscribe(self, people: range) -> None:
        at = "2026-11-24 02:00:00.000000"
        with closing(sqlite3.connect(self.service.database, timeout=20)) as file:
            file.execute("UPDATE staff SET standing = 'active'")
            file.executemany(
                "INSERT INTO addresses (channel, chat, state, created_at, seen_at) VALUES (?, ?, 'active', ?, ?)",
                [("telegram", str(chat), at, at) for chat in people],
            )
            chosen = "channel = 'telegram' AND CAST(chat AS INTEGER) >= ?"
            file.execute(
                f"INSERT INTO subscriptions SELECT id, 'poverty', ? FROM addresses WHERE {chosen}", (at, people[0])
            )
            file.commit()


def announced(api: BotApi) -> Counter[int]:
    """How often each chat got the announcement."""
    return Counter(sent.chat for sent in api.sent if "Mã tin" in sent.text)


def test_two_thousand_get_it_once_while_fifty_ask_and_are_answered_at_once(tmp_path: Path) -> None:
    asking = range(1, 51)
    fast = {**FAST, "TELEGRAM_RATE": "200", "DEMO": "1"}
    with telegram(limits=False) as api, serving(TelegramService(tmp_path, api, **fast)) as service:
        crowd = Crowd(api, asking, ("tien dien ho ngheo",), replies=1)
        for person in asking:
            api.write(person, "/start")
        assert wait_until(
            lambda: service.look("SELECT count(*) FROM inbox WHERE state = 'done' AND channel = 'telegram'")[0][0] == 50
        )
        assert wait_until(
            lambda: service.look("SELECT count(*) FROM messages WHERE state IN ('pending', 'sending')")[0][0] == 0
        )
        office = Office(service)

        api.know(*PEOPLE)
        office.start(PEOPLE)
        measured = crowd.write(50, 5.0)

        assert wait_until(office.is_done, MINUTES), office.count()
        assert announced(api) == dict.fromkeys(PEOPLE, 1)
        assert len({sent.text for sent in api.sent if "Mã tin" in sent.text}) == 1
        told = office.count()
        assert told["sent"] == told["audience"] == len(PEOPLE) + 3  # and three on the web
        assert measured.wait(0.95) < 1.5
        assert "Rà soát hộ nghèo" in httpx.get(f"{service.url}/verify/{told['code']}").text
        assert httpx.get(f"{service.url}/verify/BBB222").status_code == 404


def test_killed_again_and_again_nobody_is_skipped_and_nobody_gets_it_twice(tmp_path: Path) -> None:
    chance, under_way = random.Random(7), 0
    fast = {**FAST, "TELEGRAM_RATE": "150", "DEMO": "1"}
    with telegram(limits=False) as api, serving(TelegramService(tmp_path, api, **fast)) as service:
        office = Office(service)
        api.know(*PEOPLE)
        office.start(PEOPLE)

        for _ in range(KILLS):
            time.sleep(chance.uniform(0.2, 1.2))
            service.kill()
            under_way += service.rows("SELECT count(*) FROM deliveries WHERE state = 'sending'")[0][0]
            service.start()

        assert wait_until(office.is_done, MINUTES), office.count()
        told, got = office.count(), announced(api)
        assert told["audience"] == len(PEOPLE) + 3
        assert told["sent"] + told["unsure"] == told["audience"]
        assert told["unsure"] <= under_way
        assert set(got.values()) == {1}
        assert len(PEOPLE) - len(got) <= told["unsure"]
