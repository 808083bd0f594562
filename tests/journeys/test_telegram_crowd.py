"""Five hundred questions of sixty people over Telegram while things break: everybody is answered, in order.

Twice at most what may have been under way when a process died, or was accepted and then not told.
"""

import random
import resource
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.services.delivery import IN_FLIGHT
from tests.journeys.bot_api import Params
from tests.journeys.telegram import Crowd, TelegramService, Way, both_ways, joined

QUESTIONS = 500
KILLS = 10
LOCKED = 10.0  # seconds
FULL = 3.0  # seconds
LEAST = 64 * 1024  # bytes that a file may still have on the full disk: less than the write-ahead log has by then
AWAY = "The database is away"


class Mishaps:
    """What goes wrong with requests: one in a hundred is lost before, one after it was accepted, one meets a 502; and
    three times a row of sends is told to wait. `may_double`: sends that were accepted and not told so."""

    def __init__(self) -> None:
        self.may_double = 0
        self._chance = random.Random(11)

    def __call__(self, method: str, number: int, _params: Params) -> str:
        if method == "sendMessage" and number % 300 in range(200, 210):
            return "429:1"
        fault = {0: "reset_before", 1: "reset_after", 2: "502"}.get(self._chance.randrange(100), "")
        self.may_double += (method, fault) == ("sendMessage", "reset_after")
        return fault


@contextmanager
def locked(service: TelegramService) -> Iterator[None]:
    """Another process writes and does not come to an end."""
    with closing(sqlite3.connect(service.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("COMMIT")


@contextmanager
def full(service: TelegramService) -> Iterator[None]:
    """No file of the service may grow any more, as on a full disk.

    SQLite then says "disk I/O error"; its "database or disk is full" is tried in tests/services.
    """
    wal = service.database.with_name(f"{service.database.name}-wal")
    assert wal.stat().st_size > LEAST + service.log.stat().st_size
    room = resource.prlimit(service.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (LEAST + service.log.stat().st_size, room[1]))
    try:
        yield
    finally:
        resource.prlimit(service.pid, resource.RLIMIT_FSIZE, room)


def go_on(crowd: Crowd, seconds: float) -> None:
    """Let the crowd ask for a while."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        crowd.ask()
        crowd.wait_for_news()


def go_on_until(crowd: Crowd, answered: int) -> None:
    """Let the crowd ask until so many questions are answered."""
    while crowd.answered < answered:
        crowd.ask()
        crowd.wait_for_news()


@both_ways
def test_five_hundred_questions_survive_ten_kills(way: Way, tmp_path: Path) -> None:
    chance = random.Random()  # another one each time: what fails must not depend on when
    moments = sorted(chance.sample(range(20, QUESTIONS - 20), KILLS))
    under_way = list[int]()

    with joined(tmp_path, way) as (api, service):
        crowd = Crowd(api, service, questions=QUESTIONS)
        crowd.learn()
        for moment in moments:
            go_on_until(crowd, moment)
            service.kill()
            under_way.append(service.in_flight())
            api.repeat(chance.choice(crowd.updates))
            assert service.start().url
        go_on_until(crowd, QUESTIONS)
        crowd.check()

    assert len(under_way) == KILLS
    assert max(under_way) <= IN_FLIGHT
    assert crowd.twice <= sum(under_way)
    print(f"{way}: under way at each kill {under_way}, answered twice {crowd.twice}.")


@both_ways
def test_five_hundred_questions_survive_a_bad_day(way: Way, tmp_path: Path) -> None:
    """Requests break, Telegram is gone for a moment, the disk is full, somebody else locks the database."""
    mishaps = Mishaps()

    with joined(tmp_path, way) as (api, service):
        crowd = Crowd(api, service, questions=QUESTIONS)
        crowd.learn()
        api.faults = mishaps
        go_on_until(crowd, QUESTIONS // 5)
        api.stop()
        api.start()
        go_on_until(crowd, 2 * QUESTIONS // 5)
        with full(service):
            go_on(crowd, FULL)
            assert service.logged().count(AWAY) > 1
        go_on_until(crowd, 3 * QUESTIONS // 5)
        before = service.logged().count(AWAY)
        with locked(service):
            go_on(crowd, LOCKED)
        go_on_until(crowd, QUESTIONS)
        crowd.check()
        assert service.logged().count(AWAY) > before

    assert crowd.twice <= mishaps.may_double + IN_FLIGHT
    print(f"{way}: accepted and not told {mishaps.may_double}, answered twice {crowd.twice}.")
