"""The process dies at every one of its steps while five people use Telegram: everybody is answered, in order, once.

Twice only what was under way when it died. Which steps are tried: see the module `test_dying`; of those every other
one by polling and the rest by webhook. `JOURNEY_STEPS=all` tries every one both ways, `JOURNEY_STEPS=17,18` these.
"""

import os
import shutil
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from tests.journeys.bot_api import BotApi
from tests.journeys.service import start_where_it_died
from tests.journeys.telegram import (
    ANSWERED_BY_TWO_TURNS,
    FAST,
    LOOK,
    PATIENCE,
    Mailbox,
    Read,
    TelegramService,
    Way,
    both_ways,
    collapse,
    telegram,
)
from tests.journeys.test_dying import KEPT, folder_for, steps_to_try

AT_ONCE = 2  # lives at the same time: a start costs more than all the rest
DISTRESS = "chong cu hay danh toi voi con"

# What five people do: one act of each in turn, all five at once.
LIVES = (
    (
        "write:nha toi can ngheo mua bhyt duoc ho tro bao nhieu", "write:xa Phuoc Dinh",
        "press:p:health.near_poor_subsidy:papers", "edit:tien dien ho ngheo", "write:o dau", "press:t:health.coverage",
    ),
    (
        "write:/start social-electricity", "press:skip", "write:/dulieu", "press:erase", "write:xóa hết",
        "write:hoc nghe mien phi",
    ),
    (
        "write:tro cap nguoi gia", f"write:{DISTRESS}", "press:distress", "press:distress:yes",
        "write:tien dien ho ngheo", "press:menu",
    ),
    (
        "write:/ngonngu", "press:lang:en", "write:what help is there with school fees", "write:zzz qqq",
        "write:/canbo", "press:handover:yes",
    ),
    ("photo:vay tien", "location:", "contact:", "block:", "unblock:", "write:/start"),
)  # fmt: skip
ROUNDS = list(zip(*LIVES, strict=True))


@dataclass
class Told:
    """What five people read; what is kept at the end; how often the process died, and with how much under way."""

    deaths: int = 0
    under_way: int = 0
    got: list[list[Read]] = field(default_factory=list)
    kept: list[Any] = field(default_factory=list)
    by_two_turns: list[Any] = field(default_factory=list)

    @property
    def twice(self) -> int:
        return sum(len(messages) - len(collapse(messages)) for messages in self.got)


def act(api: BotApi, chat: int, what: str) -> int:
    """Do it; return the number of its update."""
    kind, _, words = what.partition(":")
    match kind:
        case "write":
            return api.write(chat, words)
        case "press":
            return api.press(chat, words)
        case "edit":  # the first thing they wrote
            message = {
                "message_id": 1,
                "from": {"id": chat, "is_bot": False, "first_name": "A"},
                "date": 1,
                "text": words,
            }
            return api.update(chat, {"edited_message": {**message, "chat": {"id": chat, "type": "private"}}})
        case "photo":
            return api.photo(chat, words)
        case _:
            number: int = getattr(api, kind)(chat)
            return number


def live_through(folder: Path, way: Way, die_at: int | None) -> Told:
    """Let five people do all they do; where the service dies, start it again."""
    told, done = Told(), list[int]()
    with telegram(limits=False) as api:
        service = TelegramService(folder, api, way, **FAST)
        service.start(**({"TEST_DIE_AT": str(die_at)} if die_at else {}))
        try:
            for acts in ROUNDS:
                if done:
                    api.repeat(done[-len(LIVES)])  # an update of the round before comes once more
                done += [act(api, chat, what) for chat, what in enumerate(acts, start=1)]
                settle(service, len(done), told)
            told.kept = [sorted(service.rows(sql), key=repr) for sql in KEPT]
            told.by_two_turns = service.rows(ANSWERED_BY_TWO_TURNS)
        finally:
            service.kill()
        mailbox = Mailbox(api)
        told.got = [mailbox[chat] for chat in range(1, len(LIVES) + 1)]
    return told


def settle(service: TelegramService, events: int, told: Told) -> None:
    """Wait until everything is answered and sent; start the service again where it dies."""
    until = time.monotonic() + PATIENCE
    while not service.is_settled(events):
        assert time.monotonic() < until, service.logged()
        if not service.alive:
            told.deaths += 1
            told.under_way += service.in_flight()
            start_where_it_died(service)
        time.sleep(LOOK)


def steps_for(way: Way) -> tuple[Iterable[int], str]:
    """Return the steps, and how to say which. Both ways share the work where nobody asked for certain steps."""
    steps, which = steps_to_try()
    if os.environ.get("JOURNEY_STEPS"):
        return steps, which
    return islice(steps, list(Way).index(way), None, len(Way)), f"{which}, shared by both ways"


def die_at_each(parent: Path, way: Way, steps: Iterable[int]) -> Iterable[tuple[int, Told]]:
    """Live one life for each step, some at the same time, until one comes to its end before its step."""
    left = iter(steps)

    def live(step: int) -> Told:
        folder = folder_for(parent, f"{way}-{step}")
        told = live_through(folder, way, step)
        shutil.rmtree(folder)
        return told

    with ThreadPoolExecutor(AT_ONCE) as threads:
        while some := list(islice(left, AT_ONCE)):
            for step, told in zip(some, threads.map(live, some), strict=True):
                if not told.deaths:
                    return
                yield step, told


@both_ways
def test_whatever_step_the_process_dies_at_everybody_reads_what_they_would_have_read(way: Way, tmp_path: Path) -> None:
    undisturbed = live_through(folder_for(tmp_path, "whole"), way, None)
    steps, which = steps_for(way)
    died, twice = list[int](), 0

    for die_at, told in die_at_each(tmp_path, way, steps):
        again = f"{way}, died at {die_at} ({which}); see it again with JOURNEY_STEPS={die_at}"
        for got, wanted in zip(told.got, undisturbed.got, strict=True):
            assert collapse(got) == wanted, again
        assert told.kept == undisturbed.kept, again
        assert told.by_two_turns == [], again
        assert told.twice <= told.under_way <= len(LIVES), again
        assert told.deaths == 1, again
        died.append(die_at)
        twice += told.twice

    print(f"{way}: died at {which}: {died}; {twice} messages came twice.")
    assert died


def test_an_undisturbed_life_answers_every_act_and_keeps_no_distress(tmp_path: Path) -> None:
    """What the other test compares with is right itself."""
    told = live_through(tmp_path, Way.POLLING, None)

    assert told.deaths == told.twice == 0
    for got in told.got:
        assert not any(one == other for one, other in pairwise(got))
    assert [len(got) for got in told.got] == [8, 9, 8, 8, 6]
    assert dict(told.kept[3]) == {"distress": 1, "question": 1}
