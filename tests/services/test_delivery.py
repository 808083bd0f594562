"""The sender: in order for each address, evenly spaced, every outcome where it belongs, nothing lost between starts."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.core.errors import BotError
from bot.core.types import Address, Attempt, Incoming, Outcome, Rendered
from bot.services.delivery import IN_FLIGHT, LONGEST_WAIT, UNSURE_AGAIN, Delivery
from bot.services.ports import Outlet
from tests.fakes import FakeSender
from tests.services.desk import Desk, event, working

CHANNEL = "telegram"
LATER = Attempt(Outcome.LATER, timedelta(seconds=30))


def said(text: str, chat: str = "1") -> Incoming:
    return event(text, chat, channel=CHANNEL)


def delivery(desk: Desk, sender: Any, **changed: Any) -> Delivery:
    return Delivery(desk.database, desk.sealed, desk.clock, sender, sleep=desk.clock.sleep, **changed)


async def states(desk: Desk) -> list[str]:
    return [state for (state,) in await desk.rows("SELECT state FROM messages WHERE NOT by_person ORDER BY id")]


async def test_replies_are_sent_in_order_and_noted_as_sent(desk: Desk) -> None:
    await desk.answers(said("a"), said("b"), said("x", "2"), said("c"))
    sender = FakeSender()

    await delivery(desk, sender).drain()

    assert [text for chat, text in sender.sent if chat == "1"] == ["1: a", "2: b", "3: c"]
    assert ("2", "1: x") in sender.sent
    assert await states(desk) == ["sent"] * 4


async def test_nothing_of_another_channel_is_sent(desk: Desk) -> None:
    await desk.answers(event("hello"), event("hello", channel="zalo"))
    sender = FakeSender()

    await delivery(desk, sender).drain()

    assert sender.sent == []


async def test_one_address_never_has_two_sends_under_way(desk: Desk) -> None:
    class Watching(FakeSender):
        def __init__(self) -> None:
            super().__init__()
            self.under_way: dict[str, int] = {}
            self.most = 0

        async def send(self, address: Address, message: Rendered) -> Attempt:
            self.under_way[address.chat] = self.under_way.get(address.chat, 0) + 1
            self.most = max(self.most, self.under_way[address.chat])
            await asyncio.sleep(0)
            self.under_way[address.chat] -= 1
            return await super().send(address, message)

    sender = Watching()
    await desk.answers(*(said(str(number), str(number % 3)) for number in range(30)))

    await delivery(desk, sender).drain()

    assert len(sender.sent) == 30
    assert sender.most == 1


async def test_a_row_is_noted_as_sending_before_its_request(desk: Desk) -> None:
    seen: list[str] = []

    class Looking(FakeSender):
        async def send(self, address: Address, message: Rendered) -> Attempt:
            seen.extend(await states(desk))
            return await super().send(address, message)

    await desk.answers(said("a"), said("b"))

    await delivery(desk, Looking()).drain()

    assert seen == ["sending", "pending", "sent", "sending"]


async def test_later_puts_a_reply_back_until_its_time_and_those_behind_it_wait(desk: Desk) -> None:
    await desk.answers(said("a"), said("b"), said("x", "2"))
    sender = FakeSender(planned={"1": [LATER]})
    sending = delivery(desk, sender)

    await sending.drain()
    assert sorted(sender.sent) == [("1", "1: a"), ("2", "1: x")]
    assert await states(desk) == ["pending", "pending", "sent"]

    desk.clock.pass_time(timedelta(seconds=29))
    await sending.drain()
    assert len(sender.sent) == 2

    desk.clock.pass_time(timedelta(seconds=1))
    await sending.drain()
    assert [text for chat, text in sender.sent if chat == "1"] == ["1: a", "1: a", "2: b"]
    assert await states(desk) == ["sent"] * 3


async def test_who_stopped_the_bot_gets_nothing_more_until_they_write_again(desk: Desk) -> None:
    await desk.answers(said("a"), said("b"))
    sender = FakeSender(planned={"1": [Attempt(Outcome.BLOCKED)]})
    sending = delivery(desk, sender)

    await sending.drain()

    assert sender.sent == [("1", "1: a")]
    assert await states(desk) == ["blocked", "blocked"]
    assert await desk.rows("SELECT state FROM addresses") == [("blocked",)]

    await desk.answers(said("c"))
    await sending.drain()

    assert sender.sent[-1] == ("1", "3: c")
    assert await desk.rows("SELECT state FROM addresses") == [("active",)]


async def test_a_refused_reply_is_not_tried_again_and_holds_up_nothing(desk: Desk) -> None:
    await desk.answers(said("a"), said("b"))
    sender = FakeSender(planned={"1": [Attempt(Outcome.REFUSED)]})

    await delivery(desk, sender).drain()

    assert sender.sent == [("1", "1: a"), ("1", "2: b")]
    assert await states(desk) == ["refused", "sent"]


async def test_a_reply_that_may_have_arrived_is_sent_again_before_the_next_one(desk: Desk) -> None:
    await desk.answers(said("a"), said("b"))
    sender = FakeSender(planned={"1": [Attempt(Outcome.UNSURE)]})
    sending = delivery(desk, sender)

    await sending.drain()
    assert await states(desk) == ["pending", "pending"]
    desk.clock.pass_time(timedelta(seconds=1))
    await sending.drain()

    assert sender.sent == [("1", "1: a"), ("1", "1: a"), ("1", "2: b")]
    assert await states(desk) == ["sent", "sent"]


async def test_a_reply_whose_sends_never_have_an_end_stays_unsure_and_holds_up_nothing(desk: Desk) -> None:
    await desk.answers(said("a"), said("b"))
    sender = FakeSender(planned={"1": [Attempt(Outcome.UNSURE)] * (UNSURE_AGAIN + 1)})
    sending = delivery(desk, sender)

    for _ in range(UNSURE_AGAIN + 1):
        await sending.drain()
        desk.clock.pass_time(LONGEST_WAIT)

    assert sender.sent == [("1", "1: a")] * (UNSURE_AGAIN + 1) + [("1", "2: b")]
    assert await states(desk) == ["unsure", "sent"]


async def test_a_platform_that_is_gone_and_then_out_of_order_for_minutes_loses_no_reply(desk: Desk) -> None:
    gone, out_of_order = [Attempt(Outcome.LATER)] * 2 * UNSURE_AGAIN, [Attempt(Outcome.UNSURE)] * UNSURE_AGAIN
    await desk.answers(said("a"), said("b"))
    sender = FakeSender(planned={"1": [*gone, *out_of_order]})
    sending = delivery(desk, sender)

    for _ in range(5 * 60):
        await sending.drain()
        desk.clock.pass_time(timedelta(seconds=1))

    assert Counter(sender.sent) == {("1", "1: a"): len(gone) + len(out_of_order) + 1, ("1", "2: b"): 1}
    assert await states(desk) == ["sent", "sent"]


async def test_one_person_with_many_replies_does_not_keep_another_waiting(desk: Desk) -> None:
    await desk.answers(*(said(f"hello {number}") for number in range(300)))
    await desk.answers(said("x", "2"))
    sender = FakeSender()

    await delivery(desk, sender, address_gap=timedelta(seconds=1)).drain()

    assert [chat for chat, _ in sender.sent[:3]].count("2") == 1
    assert len(sender.sent) == 301


async def test_every_send_waits_for_its_place_in_the_allowance(desk: Desk) -> None:
    await desk.answers(said("a"), *(said("a", str(number)) for number in range(2, 10)))
    begun = desk.clock.now()

    await delivery(desk, FakeSender(), rate=4).drain()

    assert desk.clock.now() - begun >= 8 * timedelta(seconds=0.25)


async def test_one_address_is_not_written_to_faster_than_its_gap(desk: Desk) -> None:
    await desk.answers(said("a"), said("b"), said("c"))
    begun = desk.clock.now()

    await delivery(desk, FakeSender(), address_gap=timedelta(seconds=1)).drain()

    assert desk.clock.now() - begun >= timedelta(seconds=2)


async def test_two_addresses_told_to_wait_stop_the_channel(desk: Desk) -> None:
    await desk.answers(said("a"), said("b", "2"))
    sender = FakeSender(planned={"1": [LATER], "2": [LATER]})
    sending = delivery(desk, sender)
    await sending.drain()

    await desk.answers(said("c", "3"))
    await sending.drain()
    assert len(sender.sent) == 2

    desk.clock.pass_time(timedelta(seconds=30))
    await sending.drain()
    assert len(sender.sent) == 5


async def test_what_was_under_way_when_the_process_died_is_sent_again(desk: Desk) -> None:
    await desk.answers(said("a"), said("b"))
    await desk.change("UPDATE messages SET state = 'sending' WHERE id = 2")
    sender = FakeSender()
    sending = delivery(desk, sender)

    await sending.begin()
    await sending.drain()

    assert sender.sent == [("1", "1: a"), ("1", "2: b")]


async def test_a_reply_erased_before_its_send_is_not_sent(desk: Desk) -> None:
    class Erasing(FakeSender):
        async def send(self, address: Address, message: Rendered) -> Attempt:
            await desk.people.erase(address)
            return await super().send(address, message)

    await desk.answers(said("a"), said("b"))
    sender = Erasing()

    await delivery(desk, sender).drain()

    assert sender.sent == [("1", "1: a")]


@pytest.fixture
async def chatting(url: str) -> AsyncIterator[tuple[Desk, FakeSender, asyncio.Task[None]]]:
    """A service with its sender running, woken by commits alone."""
    sender, outlets = FakeSender(), dict[str, Outlet]()
    desk = Desk(url, outlets=outlets)
    outlets[CHANNEL] = sending = delivery(desk, sender)
    async with working(desk):
        task = asyncio.create_task(sending.run())
        yield desk, sender, task
        task.cancel()
        await asyncio.wait([task])


async def test_a_commit_wakes_the_sender(chatting: tuple[Desk, FakeSender, asyncio.Task[None]]) -> None:
    desk, sender, _ = chatting
    for _ in range(20):  # the sender settles down to wait
        await desk.rows("SELECT 1")

    await desk.answers(said("a"))

    async with asyncio.timeout(2):  # far less than the sender would look by itself
        while not sender.sent:
            await desk.rows("SELECT 1")


async def test_replies_that_wait_behind_another_follow_at_once(
    chatting: tuple[Desk, FakeSender, asyncio.Task[None]],
) -> None:
    desk, sender, _ = chatting

    await desk.answers(said("a"), said("b"), said("c"))

    async with asyncio.timeout(2):  # far less than the sender would look by itself
        while len(sender.sent) < 3:
            await desk.rows("SELECT 1")
    assert [text for _, text in sender.sent] == ["1: a", "2: b", "3: c"]


async def test_a_reply_that_came_while_another_was_under_way_follows_at_once(url: str) -> None:
    """Also where the sender looks for it in the very moment in which the other one ends."""
    outlets = dict[str, Outlet]()
    desk = Desk(url, outlets=outlets)

    class Answering(FakeSender):
        async def send(self, address: Address, message: Rendered) -> Attempt:
            attempt = await super().send(address, message)
            if len(self.sent) % 2:
                await desk.answers(said(f"again {len(self.sent)}"))
            return attempt

    sender = Answering()
    outlets[CHANNEL] = sending = delivery(desk, sender)
    async with working(desk):
        task = asyncio.create_task(sending.run())

        for number in range(1, 11):
            await desk.answers(said(f"hello {number}"))
            async with asyncio.timeout(2):  # far less than the sender would look by itself
                while len(sender.sent) < 2 * number:
                    await desk.rows("SELECT 1")

        task.cancel()
        await asyncio.wait([task])


async def test_an_error_about_us_ends_the_sender_with_it(url: str) -> None:
    class Refused(FakeSender):
        async def send(self, address: Address, message: Rendered) -> Attempt:  # noqa: ARG002
            raise BotError("The token was refused.")

    async with working(Desk(url)) as desk:
        await desk.answers(said("a"))

        with pytest.raises(BotError, match="token"):
            await delivery(desk, Refused()).run()

        assert await states(desk) == ["sending"]


async def test_a_sender_that_is_stopped_lets_its_request_end(url: str) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    class Slow(FakeSender):
        async def send(self, address: Address, message: Rendered) -> Attempt:
            begun.set()
            await go_on.wait()
            return await super().send(address, message)

    async with working(Desk(url)) as desk:
        await desk.answers(said("a"), said("b"))
        task = asyncio.create_task(delivery(desk, Slow()).run())
        await begun.wait()

        task.cancel()
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.wait([task])

        assert await states(desk) == ["sent", "pending"]


async def test_no_more_is_begun_than_can_leave_at_once(desk: Desk) -> None:
    """What is begun when the process dies may have arrived."""
    seen: list[int] = []

    class Looking(FakeSender):
        async def send(self, address: Address, message: Rendered) -> Attempt:
            seen.append((await states(desk)).count("sending"))
            return await super().send(address, message)

    await desk.answers(*(said("a", str(number)) for number in range(3 * IN_FLIGHT)))

    await delivery(desk, Looking()).drain()
    assert max(seen) == IN_FLIGHT

    seen.clear()
    await desk.answers(*(said("b", str(number)) for number in range(5)))
    await delivery(desk, Looking(), rate=28).drain()
    assert max(seen) == 1


async def test_a_sender_stopped_while_it_begins_a_send_leaves_the_reply_as_it_was(url: str) -> None:
    async with working(Desk(url)) as desk:
        await desk.answers(said("a"))
        sender = FakeSender()
        task = asyncio.create_task(delivery(desk, sender).run())
        while not await desk.rows("SELECT 1 FROM messages WHERE state = 'sending'"):
            pass  # until the transaction that begins it is committed

        task.cancel()
        await asyncio.wait([task])

        kept = await desk.rows("SELECT state, tries FROM messages WHERE NOT by_person")
        assert (sender.sent, kept) in (([], [("pending", 0)]), ([("1", "1: a")], [("sent", 1)]))


async def test_a_promise_leaves_half_of_the_room_to_replies_that_wait(desk: Desk) -> None:
    await desk.answers(*(said("a", str(number)) for number in range(3 * IN_FLIGHT)))
    gone_on = asyncio.Event()

    class Slow(FakeSender):
        async def send(self, address: Address, message: Rendered) -> Attempt:
            await gone_on.wait()
            return await super().send(address, message)

    sending = delivery(desk, Slow())
    await sending.begin()

    assert sending.promise().room == IN_FLIGHT // 2
    draining = asyncio.create_task(sending.drain())
    while "sending" not in await states(desk):
        pass  # until the first round
    assert (await states(desk)).count("sending") == IN_FLIGHT - IN_FLIGHT // 2

    sending.take([])
    gone_on.set()
    await draining
    assert await states(desk) == ["sent"] * 3 * IN_FLIGHT


async def test_where_nobody_waits_a_promise_is_all_the_room_there_is(url: str) -> None:
    async with working(Desk(url)) as desk:
        sending = delivery(desk, FakeSender())
        await sending.begin()
        await sending.drain()

        assert sending.promise().room == IN_FLIGHT


async def test_ends_that_a_failed_commit_did_not_note_are_noted_later(url: str) -> None:
    outlets, resting = dict[str, Outlet](), asyncio.Event()

    async def until_the_end(_seconds: float) -> None:
        resting.set()
        await asyncio.Event().wait()

    desk = Desk(url, outlets=outlets)
    async with working(desk):
        sending = Delivery(desk.database, desk.sealed, desk.clock, FakeSender(), sleep=until_the_end)
        task = asyncio.create_task(sending.run())
        for _ in range(20):  # the sender looks, finds nothing and settles down to wait
            await desk.rows("SELECT 1")
        outlets[CHANNEL] = sending
        await desk.answers(said("a"))
        async with asyncio.timeout(5):
            await resting.wait()  # for a commit that takes the end along

        promise = sending.promise()
        assert [end.state for end in promise.ends] == ["sent"]
        assert await states(desk) == ["sending"]
        sending.take_back(promise)
        task.cancel()
        await asyncio.wait([task])

        assert await states(desk) == ["sent"]


async def test_nothing_is_promised_before_what_an_earlier_process_left_is_pending_again(desk: Desk) -> None:
    sending = delivery(desk, FakeSender())

    assert sending.promise().room == 0


async def test_what_a_commit_has_begun_is_sent_and_noted(url: str) -> None:
    outlets, sender = dict[str, Outlet](), FakeSender()
    desk = Desk(url, outlets=outlets)
    async with working(desk):
        outlets[CHANNEL] = sending = delivery(desk, sender, address_gap=timedelta(seconds=1))
        await sending.begin()

        await desk.answers(said("a"), said("b"), said("x", "2"))
        assert await states(desk) == ["sending", "pending", "sending"]
        await sending.drain()

        assert sorted(sender.sent) == [("1", "1: a"), ("1", "2: b"), ("2", "1: x")]
        assert await states(desk) == ["sent"] * 3


async def test_a_row_that_cannot_be_read_any_more_is_refused_and_holds_up_nothing(desk: Desk) -> None:
    await desk.answers(said("a"), said("b"), said("x", "2"))
    first = "(SELECT min(id) FROM messages WHERE NOT by_person)"
    await desk.change(f"UPDATE messages SET body = :body WHERE id = {first}", body=b"\x00")
    sender = FakeSender()

    await delivery(desk, sender).drain()

    assert sorted(sender.sent) == [("1", "2: b"), ("2", "1: x")]
    assert sorted(await states(desk)) == ["refused", "sent", "sent"]
