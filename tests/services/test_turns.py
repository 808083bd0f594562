"""Events in, receipts out: stored once, answered in order, whatever an event holds and whatever the database does."""

import asyncio
import sqlite3
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.types import Kind
from bot.services.answering import HISTORY, SLOW
from bot.services.ports import Promise, Receipt
from bot.services.turns import Stopping
from db import tables
from db.messages import End
from tests.fakes import START, FakeOutlet
from tests.services.desk import KEYS, SHORT, Desk, bytes_in, event, on_file, working


async def test_a_receipt_holds_the_replies_of_the_turn(desk: Desk) -> None:
    receipt = await desk.turns.take(event("hello"))

    assert [reply.text for reply in receipt.replies] == ["1: hello"]
    assert not receipt.repeated


async def test_the_conversation_keeps_both_sides_in_order(desk: Desk) -> None:
    await desk.answers(event("a_b"), event("two"))

    assert await desk.conversation() == [r"a\_b", "1: a_b", "two", "2: two"]


async def test_events_of_one_address_chain_their_sessions_within_a_batch(desk: Desk) -> None:
    answers = await desk.answers(event("a"), event("b"), event("x", chat="2"), event("c"))

    assert answers == [("1: a",), ("2: b",), ("1: x",), ("3: c",)]


async def test_a_batch_is_one_commit(desk: Desk) -> None:
    before = desk.database.steps.counted

    await desk.answers(*(event("hello", chat=str(number)) for number in range(50)))

    assert desk.database.steps.counted - before == 2


async def test_a_repeated_event_has_no_second_turn_and_the_first_answer(desk: Desk) -> None:
    first = await desk.turns.take(event("hello"))

    again = await desk.turns.take(event("hello"))

    assert (again.replies, again.repeated) == (first.replies, True)
    assert desk.talk.stepped == ["1/hello"]


async def test_an_event_repeated_while_the_first_is_on_its_way_waits_for_it(desk: Desk) -> None:
    first, again = await desk.receipts(event("hello"), event("hello"))

    assert (first.repeated, again.repeated) == (False, True)
    assert first.replies == again.replies
    assert len(desk.talk.stepped) == 1


async def test_the_same_event_id_on_another_channel_is_another_event(desk: Desk) -> None:
    await desk.answers(event("hello", id="7"), event("hello", id="7", channel="telegram"))

    assert len(desk.talk.stepped) == 2


async def test_the_laws_day_is_the_local_day_on_which_the_event_was_received(desk: Desk) -> None:
    just_after_midnight = datetime(2026, 12, 31, 17, 0, 1, tzinfo=UTC)

    await desk.turns.take(event("hello", received=just_after_midnight))

    assert desk.talk.days == [date(2027, 1, 1)]


@on_file
async def test_nothing_the_person_wrote_stands_readable_in_the_database(desk: Desk, tmp_path: Path) -> None:
    texts = ["marker", "ask marker", "handover marker", "poison marker"]

    await desk.answers(*(event(text, id=str(number)) for number, text in enumerate(texts)))

    held = bytes_in(tmp_path)
    assert b"handover" in held  # the kind of a handover is readable: the search finds what is there
    assert b"marker" not in held


async def test_an_event_that_cannot_be_stepped_is_answered_with_an_apology_and_its_address_goes_on(desk: Desk) -> None:
    answers = await desk.answers(event("a"), event("poison"), event("b"), event("other", chat="2"))

    assert answers == [("1: a",), ("sorry",), ("2: b",), ("1: other",)]
    assert desk.talk.stepped.count("1/poison") == 3
    assert await desk.rows("SELECT event_id, state, tries FROM inbox WHERE state != 'done'") == [
        ("1/poison", "aside", 3)
    ]


async def test_the_others_of_a_batch_are_committed_before_the_failing_one_is_tried_again(desk: Desk) -> None:
    poison = asyncio.create_task(desk.turns.take(event("poison")))
    other = asyncio.create_task(desk.turns.take(event("hello", chat="2")))

    done, _ = await asyncio.wait([poison, other], return_when=asyncio.FIRST_COMPLETED)

    assert done == {other}
    await poison


async def test_no_payload_is_left_when_all_is_answered(desk: Desk) -> None:
    await desk.answers(event("a"), event("poison"), event("b"))

    assert await desk.rows("SELECT count(*) FROM inbox WHERE payload IS NOT NULL OR state = 'waiting'") == [(0,)]


@pytest.mark.parametrize("changed", [{"text": b"\xff"}, {"text": None}, {"kind": "hologram"}])
async def test_what_cannot_be_stored_as_it_came_is_answered_as_unreadable(
    desk: Desk, changed: dict[str, object]
) -> None:
    receipt = await desk.turns.take(replace(event("hello"), **changed))  # type: ignore[arg-type]

    assert [reply.text for reply in receipt.replies] == ["1: unreadable"]


async def test_odd_signs_are_replaced_on_the_way_in(desk: Desk) -> None:
    odd = event("a\x00b\ud800", chat="1\ud800", id="\ud800\x00", kind=Kind.TEXT)

    receipt = await desk.turns.take(odd)

    assert receipt.replies[0].text.startswith("1: a\ufffdb\ufffd")


async def test_a_moment_without_a_zone_counts_as_now(desk: Desk) -> None:
    receipt = await desk.turns.take(event("hello", received=datetime(2020, 1, 1)))  # noqa: DTZ001

    assert receipt.replies
    assert desk.talk.days == [date(2026, 11, 24)]


@on_file  # the trigger is SQLite's
async def test_rows_the_database_will_never_take_do_not_hold_up_the_others(desk: Desk) -> None:
    await desk.change(
        "CREATE TRIGGER refuse BEFORE INSERT ON sessions WHEN new.address_id = "
        "(SELECT id FROM addresses WHERE chat = 'odd') BEGIN SELECT RAISE(ABORT, 'never'); END"
    )

    answers = await desk.answers(event("a"), event("b", chat="odd"), event("c"), event("d", chat="odd"))

    assert answers == [("1: a",), (), ("2: c",), ()]


async def test_a_guarded_turn_is_shown_in_its_receipt_only(desk: Desk) -> None:
    await desk.turns.take(event("hello"))

    receipt = await desk.turns.take(event("guarded"))

    assert receipt.guarded
    assert [reply.text for reply in receipt.replies] == ["2: guarded"]
    assert await desk.conversation() == ["hello", "1: hello"]


async def test_a_repeated_guarded_event_sees_its_answer_for_ten_minutes(desk: Desk) -> None:
    first = await desk.turns.take(event("guarded"))

    desk.clock.pass_time(timedelta(minutes=9))
    in_time = await desk.turns.take(event("guarded"))
    desk.clock.pass_time(timedelta(minutes=2))
    too_late = await desk.turns.take(event("guarded"))

    assert (in_time.replies, in_time.guarded, in_time.repeated) == (first.replies, True, True)
    assert (too_late.replies, too_late.repeated) == ((), True)


async def test_an_unanswered_question_is_kept_without_address_and_pointed_to(desk: Desk) -> None:
    await desk.turns.take(event("ask something"))

    [(day, channel, commune, decision, text)] = await desk.rows(
        "SELECT day, channel, commune, decision, text FROM questions"
    )
    assert (str(day), channel, commune, decision) == ("2026-11-24", "web", "22858", "none")
    assert desk.sealed._keys.decrypt("question", text).decode() == "text of ask something"
    assert await desk.rows("SELECT by_person, question_id FROM messages ORDER BY id") == [(1, 1), (0, None)]


async def test_an_answered_question_keeps_no_text(desk: Desk) -> None:
    await desk.answers(event("asked one"), event("asked two", chat="2"))

    assert await desk.rows("SELECT topic, text FROM questions") == [("health.free_card", None)] * 2


async def test_a_handover_is_kept_encrypted_and_open(desk: Desk) -> None:
    await desk.turns.take(event("handover"))

    [(kind, state, body)] = await desk.rows("SELECT kind, state, body FROM handovers")
    assert (kind, state) == ("question", "open")
    assert b"help me" in desk.sealed._keys.decrypt("handover", body)


async def test_a_step_that_wants_the_history_sees_lines_of_its_own_batch(desk: Desk) -> None:
    await desk.turns.take(event("a"))

    answers = await desk.answers(event("b"), event("history"))

    assert answers[1] == ("a | 1: a | b | 2: b",)


async def test_an_erasing_turn_leaves_its_own_reply_alone(desk: Desk) -> None:
    await desk.answers(event("ask a"), event("handover"), event("b", chat="2"))

    await desk.answers(event("c"), event("erase"), event("d"))

    assert await desk.conversation() == ["erased", "d", "1: d"]
    assert await desk.conversation("2") == ["b", "1: b"]
    assert await desk.rows("SELECT (SELECT count(*) FROM questions), (SELECT count(*) FROM handovers)") == [(0, 0)]


async def test_events_that_come_with_an_erasure_and_after_it_are_answered_also_when_they_fail(desk: Desk) -> None:
    async with asyncio.timeout(10):
        answers = await desk.answers(event("a"), event("erase"), event("poison"), event("b"))

    assert answers == [("1: a",), ("erased",), ("sorry",), ("1: b",)]
    assert await desk.conversation() == ["erased", "sorry", "b", "1: b"]


async def reply_states(desk: Desk) -> list[str]:
    return [state for (state,) in await desk.rows("SELECT state FROM messages WHERE NOT by_person ORDER BY id")]


async def test_replies_on_a_channel_with_a_sender_wait_for_it_and_wake_it(url: str) -> None:
    outlet = FakeOutlet()
    async with working(Desk(url, outlets={"telegram": outlet})) as desk:
        await desk.turns.take(event("on the web"))
        assert not outlet.woken
        await desk.turns.take(event("hello", channel="telegram"))

        assert await reply_states(desk) == ["sent", "pending"]
    assert outlet.woken
    assert outlet.taken == [[]]


async def test_what_a_sender_promises_to_take_is_begun_by_the_commit_and_handed_over(url: str) -> None:
    outlet = FakeOutlet(Promise(room=2))
    async with working(Desk(url, outlets={"telegram": outlet})) as desk:
        await desk.answers(
            *(event(text, chat, channel="telegram") for text, chat in (("a", "1"), ("b", "2"), ("c", "1"), ("d", "3")))
        )

        assert await reply_states(desk) == ["sending", "sending", "pending", "pending"]
        [begun] = outlet.taken
        assert [(row.address.chat, desk.sealed.read_message(row).text) for row in begun] == [
            ("1", "1: a"),
            ("2", "1: b"),
        ]
        assert [(row.id, 1) for row in begun] == [
            tuple(row) for row in await desk.rows("SELECT id, tries FROM messages WHERE state = 'sending' ORDER BY id")
        ]
    assert outlet.woken


async def test_nothing_is_begun_to_an_address_that_rests_or_has_a_reply_waiting(url: str) -> None:
    outlet = FakeOutlet()
    async with working(Desk(url, outlets={"telegram": outlet})) as desk:
        await desk.answers(event("waits", channel="telegram"))
        await desk.answers(event("rests", "2", channel="telegram"))
        await desk.change("UPDATE messages SET state = 'sent' WHERE address_id = 2 AND NOT by_person")
        outlet.promised = Promise(room=16, but=[2])

        await desk.answers(*(event("a", chat, channel="telegram") for chat in "123"))

        assert [row.address.chat for row in outlet.taken[-1]] == ["3"]
        assert await reply_states(desk) == ["pending", "sent", "pending", "pending", "sending"]


async def test_what_the_person_erases_or_stops_in_the_same_batch_is_not_handed_over(url: str) -> None:
    outlet = FakeOutlet(Promise(room=16))
    async with working(Desk(url, outlets={"telegram": outlet})) as desk:
        await desk.answers(
            *(
                event(text, chat, channel="telegram")
                for text, chat in (("a", "1"), ("b", "2"), ("erase", "1"), ("stop", "2"))
            )
        )

        [begun] = outlet.taken
        rows = await desk.rows("SELECT id FROM messages WHERE state = 'sending'")
        assert {row.id for row in begun} <= {number for (number,) in rows}
        assert [desk.sealed.read_message(row).text for row in begun if row.address.chat == "1"] in ([], ["erased"])


async def test_a_sender_is_told_when_the_commit_it_promised_for_failed(file: Path) -> None:
    outlet, lock = FakeOutlet(Promise(room=16)), sqlite3.connect(file)

    async def until_free(_seconds: float) -> None:
        lock.rollback()

    async with working(Desk(file, outlets={"telegram": outlet}, sleep=until_free)) as desk:
        lock.execute("BEGIN IMMEDIATE")
        await desk.answers(event("a", channel="telegram"))
    lock.close()

    assert outlet.taken_back == [outlet.promised]
    assert [len(begun) for begun in outlet.taken] == [1]


async def test_the_commit_of_a_turn_notes_on_its_way_how_sends_ended(url: str) -> None:
    outlet = FakeOutlet(Promise(room=16))
    async with working(Desk(url, outlets={"telegram": outlet})) as desk:
        await desk.answers(event("a", channel="telegram"), event("x", "2", channel="telegram"))
        sent, blocked = outlet.taken[0]
        ends = [End(sent, "sent", sent_at=START), End(blocked, "blocked")]
        outlet.promised = Promise(room=16, ends=ends)

        await desk.answers(event("b", channel="telegram"))

        assert await reply_states(desk) == ["sent", "blocked", "sending"]
        assert await desk.rows("SELECT state FROM addresses ORDER BY chat") == [("active",), ("blocked",)]


async def test_a_session_that_cannot_be_read_begins_anew(desk: Desk) -> None:
    await desk.turns.take(event("a"))
    await desk.change("UPDATE sessions SET body = :body", body=b"\x00")

    receipt = await desk.turns.take(event("b"))

    assert [reply.text for reply in receipt.replies] == ["1: b"]


async def test_a_locked_database_delays_the_answer_and_loses_nothing(file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            other.execute("COMMIT")

    async with working(Desk(file, sleep=sleep)) as desk:
        answers = await desk.answers(event("a"), event("b"), event("c", chat="2"))

    other.close()
    assert answers == [("1: a",), ("2: b",), ("1: c",)]
    assert waits == [0.05, 0.1, 0.2]


@on_file
async def test_a_full_disk_delays_the_answer_and_loses_nothing(url: str) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            await desk.database.write(lambda tx: tx.exec_driver_sql("PRAGMA max_page_count = 1000000"))

    long = "long " * 20_000
    async with working(Desk(url, sleep=sleep)) as desk:
        await desk.turns.take(event("a"))
        await desk.database.write(lambda tx: tx.exec_driver_sql("PRAGMA max_page_count = 1"))
        answers = await desk.answers(event(long, id="long"), event("b"))

    assert answers == [(f"2: {long}",), ("3: b",)]
    assert len(waits) == 2


async def test_the_sign_of_life_stands_still_while_the_database_is_away(file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    seen: list[datetime] = []

    async def sleep(seconds: float) -> None:
        desk.clock.pass_time(timedelta(seconds=30))
        seen.append(desk.turns.alive_at)
        if len(seen) == 3:
            other.execute("COMMIT")

    async with working(Desk(file, sleep=sleep)) as desk:
        await desk.turns.take(event("a"))

    other.close()
    assert len(set(seen)) == 1
    assert desk.turns.alive_at - seen[0] == timedelta(seconds=90)


async def test_events_stored_without_their_turn_are_answered_first_after_a_start(url: str) -> None:
    async with working(Desk(url)) as desk:
        await desk.turns.take(event("a"))
        stored = {1: desk.sealed.event(event("b"))}
        await desk.change("UPDATE inbox SET state = 'waiting', event_id = '1/b'")
        await desk.database.write(lambda tx: tx.execute(sa.update(tables.inbox).values(payload=stored[1])))

    async with working(Desk(url)) as desk:
        answers = await desk.answers(event("c"))
        assert await desk.conversation() == ["a", "1: a", "b", "2: b", "c", "3: c"]

    assert answers == [("3: c",)]


async def test_an_event_that_took_the_process_down_three_times_is_not_tried_again(url: str) -> None:
    async with working(Desk(url)) as desk:
        await desk.turns.take(event("a"))
        payload = desk.sealed.event(event("a"))
        await desk.database.write(
            lambda tx: tx.execute(sa.update(tables.inbox).values(payload=payload, state="waiting", tries=3))
        )

    async with working(Desk(url)) as desk:
        await desk.turns.take(event("b"))

        assert desk.talk.stepped == ["1/b"]
        assert (await desk.conversation())[2] == "sorry"


async def test_a_caller_that_goes_away_leaves_its_event_to_the_worker(desk: Desk) -> None:
    caller = asyncio.create_task(desk.turns.take(event("hello")))
    await asyncio.sleep(0)
    caller.cancel()

    again = await desk.turns.take(event("hello"))

    assert [reply.text for reply in again.replies] == ["1: hello"]
    assert desk.talk.stepped == ["1/hello"]


async def test_callers_are_told_when_the_service_stops(url: str) -> None:
    desk = Desk(url)
    waiting = asyncio.create_task(desk.turns.take(event("hello")))
    await asyncio.sleep(0)

    worker = asyncio.create_task(desk.turns.run())
    await asyncio.sleep(0)
    worker.cancel()

    with pytest.raises(Stopping):
        await waiting
    with pytest.raises(Stopping):
        await desk.turns.take(event("later"))
    await desk.database.close()


WORDS = st.sampled_from(["hello", "poison", "guarded", "erase", "ask", "silent", "history"])
EVENTS = st.lists(st.tuples(st.sampled_from("123"), WORDS, st.integers(0, 5)), max_size=25)


@given(EVENTS)
@settings(max_examples=40, deadline=None)
def test_every_event_is_answered_once_and_in_order_whatever_comes_together(drawn: list[tuple[str, str, int]]) -> None:
    events = [event(f"{word} {number}", chat=chat) for chat, word, number in drawn]

    async def take_all() -> tuple[list[tuple[str, ...]], list[str]]:
        desk = Desk(None)
        await desk.database.write(tables.metadata.create_all)
        async with working(desk):
            return await desk.answers(*events), desk.talk.stepped

    answers, stepped = asyncio.run(take_all())

    count: dict[str, int] = defaultdict(int)
    first: dict[str, tuple[str, ...]] = {}
    for taken, answer in zip(events, answers, strict=True):
        if taken.event_id not in first:
            first[taken.event_id] = answer
            count[taken.address.chat] += not taken.text.startswith("poison")
            if taken.text.startswith(("hello", "guarded", "ask")):
                assert answer == (f"{count[taken.address.chat]}: {taken.text}",)
            if taken.text.startswith("poison"):
                assert answer == ("sorry",)
            if taken.text.startswith("erase"):
                count[taken.address.chat] = 0
        assert answer == first[taken.event_id]
    assert len([each for each in stepped if "poison" not in each]) == len(
        [each for each in first if "poison" not in each]
    )


async def test_a_poll_of_events_comes_back_in_its_order_with_what_failed(desk: Desk) -> None:
    first, again, other = await desk.turns.take_many([event("a"), event("a"), event("x", "2")])

    assert isinstance(first, Receipt)
    assert isinstance(again, Receipt)
    assert isinstance(other, Receipt)
    assert (first.repeated, again.repeated, other.replies[0].text) == (False, True, "1: x")


async def test_a_reply_longer_than_the_channel_carries_goes_out_in_pieces_with_the_buttons_last(desk: Desk) -> None:
    (receipt,) = await desk.receipts(event("buttons one two three", channel=SHORT))

    assert [(reply.text, len(reply.buttons)) for reply in receipt.replies] == [
        ("1: buttons", 0),
        ("one two", 0),
        ("three", 1),
    ]


async def test_who_stops_us_and_comes_back_within_one_poll_is_answered(desk: Desk) -> None:
    await desk.answers(
        event("a", channel="telegram"), event("stop", channel="telegram"), event("b", channel="telegram")
    )

    assert await desk.rows("SELECT state FROM messages WHERE NOT by_person ORDER BY id") == [("blocked",), ("pending",)]
    assert await desk.rows("SELECT state FROM addresses") == [("active",)]


async def test_who_stops_us_is_not_written_to_until_they_write_again(desk: Desk) -> None:
    await desk.answers(event("a", channel="telegram"), event("stop", channel="telegram"))
    assert await desk.rows("SELECT state FROM addresses") == [("blocked",)]

    await desk.answers(event("b", channel="telegram"))

    assert await desk.rows("SELECT state FROM addresses") == [("active",)]


async def test_a_step_knows_when_many_replies_to_its_person_still_wait(desk: Desk) -> None:
    assert await desk.answers(event("slow", channel="telegram")) == [("1: False",)]
    await desk.answers(*(event(f"hello {number}", channel="telegram") for number in range(SLOW)))

    told = await desk.answers(
        event("slow", id="later", channel="telegram"), event("slow", chat="2", channel="telegram")
    )

    assert told == [("10: True",), ("1: False",)]


async def test_a_vote_is_noted_at_its_question_and_only_a_wrong_answer_keeps_the_words(desk: Desk) -> None:
    await desk.answers(event("asked one"), event("vote yes"), event("asked two", chat="2"), event("vote no", chat="2"))

    rows = await desk.rows("SELECT vote, text IS NULL FROM questions ORDER BY id")
    (text,) = (await desk.rows("SELECT text FROM questions WHERE text IS NOT NULL"))[0]
    assert rows == [("right", 1), ("wrong", 0)]
    assert KEYS.decrypt("question", text).decode() == "asked two"


async def test_a_later_vote_takes_the_place_of_an_earlier_one(desk: Desk) -> None:
    await desk.answers(event("asked one"), event("vote no"), event("vote yes"))

    assert await desk.rows("SELECT vote, text IS NULL FROM questions") == [("right", 1)]


async def test_a_vote_without_its_question_changes_nothing(desk: Desk) -> None:
    await desk.answers(event("asked one"), event("vote no", chat="2"))

    assert await desk.rows("SELECT vote FROM questions") == [(None,)]


async def test_who_sends_many_messages_at_once_is_told_so_within_their_batch(desk: Desk) -> None:
    flood = (event(f"hello {number}", channel="telegram") for number in range(SLOW))

    *_, last = await desk.answers(*flood, event("slow", channel="telegram"))

    assert last == (f"{SLOW + 1}: True",)


async def test_a_step_looks_back_on_the_last_lines_only_however_long_the_conversation_is(desk: Desk) -> None:
    await desk.answers(*(event(f"hello {number}") for number in range(HISTORY)))

    ((told,),) = await desk.answers(event("history"))

    lines = told.split(" | ")
    assert len(lines) == HISTORY
    assert lines[-2:] == [f"hello {HISTORY - 1}", f"{HISTORY}: hello {HISTORY - 1}"]
