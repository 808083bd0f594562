"""What a person may see and take back."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.core.types import Address
from tests.services.desk import WEB, Desk, bytes_in, event, on_file

ME = Address(WEB, "1")


async def traces(desk: Desk) -> list[bytes]:
    """Some bytes of everything encrypted that is kept of chat 1."""
    rows: list[Any] = []
    for sql in (
        "SELECT body FROM messages WHERE address_id = 1",
        "SELECT body FROM sessions WHERE address_id = 1",
        "SELECT body FROM handovers WHERE address_id = 1",
        "SELECT body FROM slips WHERE address_id = 1",
        "SELECT text FROM questions WHERE text IS NOT NULL",
        "SELECT payload FROM inbox WHERE payload IS NOT NULL",
    ):
        rows += await desk.rows(sql)
    return [row[0][4:28] for row in rows]


async def test_somebody_unknown_has_no_conversation(desk: Desk) -> None:
    assert await desk.people.read(ME) == []


async def test_lines_carry_when_and_by_whom(desk: Desk) -> None:
    await desk.turns.take(event("hello"))

    said = await desk.people.read(ME)

    assert [(line.by_person, line.at) for line in said] == [(True, desk.clock.now()), (False, desk.clock.now())]
    assert said[1].message.version == "v1"


@on_file
@pytest.mark.parametrize("by_turn", [True, False])
async def test_an_erasure_leaves_no_byte_in_the_database_file_or_its_log(
    desk: Desk, tmp_path: Path, *, by_turn: bool
) -> None:
    await desk.answers(event("ask a"), event("handover"), event("slip"), event("b"))
    await desk.change("UPDATE inbox SET state = 'waiting', payload = (SELECT body FROM messages WHERE id = 1)")
    await desk.change("UPDATE inbox SET payload = randomblob(40)")
    kept = await traces(desk)
    assert len(kept) == 14
    assert all(trace in bytes_in(tmp_path) for trace in kept)

    if by_turn:
        await desk.turns.take(event("erase"))
    else:
        await desk.people.erase(ME)

    held = bytes_in(tmp_path)
    assert not [trace for trace in kept if trace in held]


async def test_an_erasure_takes_the_address_too_and_leaves_others_alone(desk: Desk) -> None:
    await desk.answers(event("ask a"), event("handover"), event("ask b", chat="2"))

    await desk.people.erase(ME)

    assert await desk.conversation() == []
    assert await desk.conversation("2") == ["ask b", "1: ask b"]
    assert await desk.rows("SELECT chat FROM addresses") == [("2",)]
    assert await desk.rows("SELECT count(*) FROM questions") == [(1,)]


async def test_an_event_repeated_after_the_erasure_brings_nothing_back(desk: Desk) -> None:
    await desk.turns.take(event("hello"))
    await desk.people.erase(ME)

    receipt = await desk.turns.take(event("hello"))

    assert (receipt.replies, receipt.repeated) == ((), True)
    assert await desk.conversation() == []


async def test_an_erasure_waits_for_what_is_on_its_way(desk: Desk) -> None:
    on_its_way = asyncio.create_task(desk.turns.take(event("hello")))
    await asyncio.sleep(0)

    await desk.people.erase(ME)

    assert on_its_way.done()
    assert await desk.conversation() == []


@on_file
async def test_an_erasure_that_a_reader_held_up_in_the_log_is_finished_later(desk: Desk, tmp_path: Path) -> None:
    await desk.answers(event("hello"))
    kept = await traces(desk)

    async def erase_while_somebody_reads() -> None:
        loop = asyncio.get_running_loop()
        erasing: list[asyncio.Future[None]] = []

        def work(tx: Any) -> None:
            tx.exec_driver_sql("SELECT * FROM messages").fetchall()
            erasing.append(asyncio.run_coroutine_threadsafe(desk.people.erase(ME), loop))  # type: ignore[arg-type]
            erasing[0].result()

        await desk.database.read(work)

    await erase_while_somebody_reads()
    assert desk.database.scrub_due

    await desk.database.scrub()

    assert not desk.database.scrub_due
    assert not [trace for trace in kept if trace in bytes_in(tmp_path)]
