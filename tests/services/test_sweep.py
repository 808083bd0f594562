"""What has had its time goes; closed days are counted once before."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.types import Rendered
from bot.core.world import Retention
from bot.services.erasures import Erasures
from bot.services.sweep import Sweep
from bot.services.talks import Talks
from db import tables
from tests.services.desk import KEYS, ZONE, Desk, bytes_in, event, on_file

NOBODY = Erasures(None, KEYS, date.today)  # no list: the database lies in no file


def talks_of(desk: Desk) -> Talks:
    return Talks(desk.sealed, lambda reply, *_: Rendered(reply.key), {}, {})


def sweep_of(desk: Desk) -> Sweep:
    return Sweep(
        desk.database, desk.clock, Retention(), zone=ZONE, erasures=NOBODY, talks=talks_of(desk), sleep=desk.clock.sleep
    )


async def count(desk: Desk, table: str) -> int:
    [(number,)] = await desk.rows(f"SELECT count(*) FROM {table}")
    return int(number)


async def test_guarded_lines_go_after_ten_minutes(desk: Desk) -> None:
    await desk.answers(event("hello"), event("guarded"))

    desk.clock.pass_time(timedelta(minutes=9))
    early = await sweep_of(desk).sweep_guarded()
    desk.clock.pass_time(timedelta(minutes=1))
    late = await sweep_of(desk).sweep_guarded()

    assert (early, late) == (0, 1)
    assert await count(desk, "messages") == 2


async def test_a_guarded_answer_that_was_not_sent_yet_stays_until_it_is(desk: Desk) -> None:
    await desk.turns.take(event("guarded", channel="telegram"))
    desk.clock.pass_time(timedelta(minutes=11))

    waiting = await sweep_of(desk).sweep_guarded()
    await desk.change("UPDATE messages SET state = 'sent'")
    sent = await sweep_of(desk).sweep_guarded()

    assert (waiting, sent) == (0, 1)


@pytest.mark.parametrize(
    ("table", "days"), [("inbox", 7), ("messages", 30), ("sessions", 30), ("addresses", 30), ("questions", 365)]
)
async def test_everything_is_kept_for_its_time_and_no_longer(desk: Desk, table: str, days: int) -> None:
    await desk.turns.take(event("ask something"))
    sweep = sweep_of(desk)

    desk.clock.pass_time(timedelta(days=days))
    await sweep.sweep_old()
    before = await count(desk, table)
    desk.clock.pass_time(timedelta(days=1))
    await sweep.sweep_old()

    assert before > 0
    assert await count(desk, table) == 0


async def test_an_answered_question_goes_with_its_conversation_and_stays_counted(desk: Desk) -> None:
    await desk.answers(event("asked one"), event("asked two", chat="2"))
    sweep = sweep_of(desk)

    desk.clock.pass_time(timedelta(days=31))
    await sweep.sweep_old()

    assert await count(desk, "questions") == 0
    counted = await desk.rows("SELECT day, topic, decision, count FROM daily_counts")
    assert [(str(day), *rest) for day, *rest in counted] == [("2026-11-24", "health.free_card", "answer", 2)]


async def test_a_day_is_counted_once_when_it_is_over_and_late_questions_are_added(desk: Desk) -> None:
    await desk.turns.take(event("asked one"))
    sweep = sweep_of(desk)

    same_day = await sweep.sweep_old()
    desk.clock.pass_time(timedelta(days=1))
    await sweep.sweep_old()
    await sweep.sweep_old()
    await desk.turns.take(event("asked late"))  # received on the day before
    await sweep.sweep_old()

    assert same_day == {}
    assert await desk.rows("SELECT count FROM daily_counts") == [(2,)]


async def test_an_event_that_still_waits_is_never_swept(desk: Desk) -> None:
    await desk.turns.take(event("hello"))
    await desk.change("UPDATE inbox SET state = 'waiting'")

    desk.clock.pass_time(timedelta(days=40))
    await sweep_of(desk).sweep_old()

    assert await count(desk, "inbox") == 1


async def test_a_handover_goes_after_it_was_closed_not_before(desk: Desk) -> None:
    await desk.turns.take(event("handover"))
    sweep = sweep_of(desk)

    desk.clock.pass_time(timedelta(days=100))
    await sweep.sweep_old()
    still_open = await count(desk, "handovers")
    closed = sa.update(tables.handovers).values(state="closed", closed_at=desk.clock.now())
    await desk.database.write(lambda tx: tx.execute(closed))
    desk.clock.pass_time(timedelta(days=31))
    await sweep.sweep_old()

    assert (still_open, await count(desk, "handovers"), await count(desk, "addresses")) == (1, 0, 0)


@on_file
async def test_what_was_swept_leaves_no_byte_in_the_log(desk: Desk, tmp_path: Path) -> None:
    await desk.turns.take(event("hello"))
    [(body,)] = await desk.rows("SELECT body FROM sessions")
    assert body[4:28] in bytes_in(tmp_path)

    desk.clock.pass_time(timedelta(days=31))
    await sweep_of(desk).sweep_old()

    assert body[4:28] not in bytes_in(tmp_path)


async def test_running_sweeps_guarded_lines_each_minute_and_the_rest_each_hour(desk: Desk) -> None:
    done: list[str] = []
    begun = desk.clock.now()

    class Counted(Sweep):
        async def sweep_guarded(self) -> int:
            done.append("guarded")
            return 0

        async def sweep_old(self) -> dict[str, int]:
            done.append("old")
            return {}

    class Over(Exception):
        pass

    async def sleep(seconds: float) -> None:
        await desk.clock.sleep(seconds)
        if desk.clock.now() - begun > timedelta(hours=2):
            raise Over

    sweep: Any = Counted(
        desk.database, desk.clock, Retention(), zone=ZONE, erasures=NOBODY, talks=talks_of(desk), sleep=sleep
    )
    with pytest.raises(Over):
        await sweep.run()

    assert done.count("guarded") >= 120
    assert done.count("old") == 3
    assert desk.clock.now() - sweep.alive_at < timedelta(minutes=1)


async def test_a_slip_can_be_opened_on_its_last_day_and_is_gone_after_it(desk: Desk) -> None:
    await desk.turns.take(event("slip"))

    desk.clock.pass_time(timedelta(days=30))
    await sweep_of(desk).sweep_old()
    before = await count(desk, "slips")
    desk.clock.pass_time(timedelta(days=1))
    await sweep_of(desk).sweep_old()

    assert (before, await count(desk, "slips")) == (1, 0)
