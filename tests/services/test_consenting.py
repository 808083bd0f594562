"""Consents, subscriptions, linked addresses, privacy requests: what turns leave of them, and what an erasure leaves."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.linking import TRIES
from bot.core.types import Address, Incoming, Kind
from bot.shelf import Content
from bot.wiring import Service, open_service
from tests.fakes import FakeClock
from tests.services.desk import bytes_in, on_file
from tests.services.service import rows, settings_for

ME, OTHER = Address("web", "me-00017"), Address("telegram", "99887766")


@pytest.fixture(scope="module")
def content() -> Content:
    return Content.read_at_once(Path(__file__).parents[2] / "content", None)


@pytest.fixture
async def service(
    url: str, tmp_path: Path, content: Content, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Service]:
    monkeypatch.chdir(tmp_path)  # of a server's database the erasure list lies in the folder of today
    async with open_service(settings_for(url, tmp_path), FakeClock(), content) as opened:
        working = asyncio.create_task(opened.turns.run())
        yield opened
        working.cancel()
        await asyncio.wait([working])


class Talker:
    """Somebody at one address: types and presses, reads what is answered."""

    def __init__(self, service: Service, address: Address) -> None:
        self._service, self._address, self._count = service, address, 0

    async def say(self, text: str) -> str:
        return await self._send(Kind.TEXT, text)

    async def press(self, action: str) -> str:
        return await self._send(Kind.CHOICE, action)

    async def _send(self, kind: Kind, text: str) -> str:
        self._count += 1
        event_id = f"{sum(map(ord, str(self._address)))}-{self._count}"  # never the chat: ids outlive an erasure
        event = Incoming(self._address, event_id, kind, text, self._service.clock.now())
        receipt = await self._service.turns.take(event)
        return "\n".join(reply.text for reply in receipt.replies)


@pytest.fixture
def me(service: Service) -> Talker:
    return Talker(service, ME)


@pytest.fixture
def other(service: Service) -> Talker:
    return Talker(service, OTHER)


async def link(me: Talker, other: Talker) -> None:
    await me.say("nối máy")
    code = code_in(await me.press("l:code"))
    await other.press("l:type")
    await other.say(code.lower())
    await other.press("l:join")


def code_in(text: str) -> str:
    return text.split("**")[1]


async def test_a_yes_keeps_its_text_version_channel_and_moment_and_subscribes(service: Service, me: Talker) -> None:
    await me.press("n:on:credit")

    (kept,) = await rows(service, "SELECT purpose, channel, language, ended_at, who FROM consents")
    (version,) = await rows(service, "SELECT version FROM consents")
    assert tuple(kept)[:4] == ("news.credit", "web", "vi", None)
    assert kept.who.split(".")[0] == service.keys.ids[0]
    assert version[0].startswith("subscription.started@")
    assert await rows(service, "SELECT subject FROM subscriptions") == [("credit",)]


async def test_a_withdrawal_ends_the_subscription_and_keeps_the_proof(service: Service, me: Talker) -> None:
    await me.press("n:on:credit")
    await me.press("au:class:poor")

    await me.say("ngừng")
    await me.press("au:off:class")

    assert await rows(service, "SELECT subject FROM subscriptions") == []
    ended = await rows(service, "SELECT purpose, told FROM consents WHERE ended_at IS NOT NULL ORDER BY purpose")
    assert ended == [("audience.class", ""), ("news.credit", "")]


async def test_a_linked_address_shares_subscriptions_and_one_stop_stops_both(
    service: Service, me: Talker, other: Talker
) -> None:
    await me.press("n:on:credit")

    await link(me, other)

    assert "Vay vốn" in await other.press("n:show")
    await other.say("ngừng")
    assert await rows(service, "SELECT subject FROM subscriptions") == []
    assert len(set(await rows(service, "SELECT person FROM addresses"))) == 1


async def test_a_code_counts_once_and_for_ten_minutes(service: Service, me: Talker, other: Talker) -> None:
    clock: Any = service.clock
    code = code_in(await me.press("l:code"))
    clock.pass_time(timedelta(minutes=10))
    await other.press("l:type")
    await other.say(code)
    assert await rows(service, "SELECT person FROM addresses WHERE person IS NOT NULL") == []

    await link(me, other)
    third = Talker(service, Address("telegram", "5"))
    await third.press("l:type")
    await third.say(code)

    assert len(await rows(service, "SELECT person FROM addresses WHERE person IS NOT NULL")) == 2


async def test_after_five_wrong_codes_even_the_right_one_is_not_read(
    service: Service, me: Talker, other: Talker
) -> None:
    code = code_in(await me.press("l:code"))
    await other.press("l:type")
    for _ in range(TRIES):
        await other.say("AAAABBBB")

    await other.say(code)
    await other.press("l:join")

    assert await rows(service, "SELECT person FROM addresses WHERE person IS NOT NULL") == []


async def test_parted_addresses_are_two_people_again(service: Service, me: Talker, other: Talker) -> None:
    await link(me, other)

    await other.press("l:part")

    assert await rows(service, "SELECT person FROM addresses WHERE person IS NOT NULL") == []


@on_file
@pytest.mark.parametrize("whole", [False, True])
async def test_gone_is_gone(service: Service, me: Talker, other: Talker, tmp_path: Path, *, whole: bool) -> None:
    await me.say("nhà tôi bị tốc mái, cận nghèo, số 0912345678")
    await me.press("n:on:credit")
    await me.press("au:class:poor")
    await me.press("pr:other")
    await me.say("xin đừng gọi nữa")
    await link(me, other)
    await other.say("sửa nhà hết bao nhiêu")
    assert ME.chat.encode() in bytes_in(tmp_path)

    await me.press("erase")
    await me.press("erase:all" if whole else "erase:this")
    await me.say("xóa hết")
    await service.database.write(lambda tx: tx.execute(sa.text("UPDATE messages SET state = 'sent'")))
    clock: Any = service.clock
    clock.pass_time(timedelta(minutes=11))
    await service.sweep.sweep_guarded()

    held = bytes_in(tmp_path)
    assert ME.chat.encode() not in held
    assert (OTHER.chat.encode() in held) is not whole
    proofs = await rows(service, "SELECT address_id, told FROM consents WHERE ended_at IS NOT NULL")
    assert proofs == [(None, ""), (None, "")]
    assert await rows(service, "SELECT address_id, body FROM privacy_requests") == [(None, None)]
    left = await rows(service, "SELECT channel FROM addresses")
    assert left == ([] if whole else [("telegram",)])


async def test_who_writes_again_within_the_ten_minutes_is_not_swept_away(service: Service, me: Talker) -> None:
    await me.press("erase")
    await me.say("xóa hết")
    await me.say("tiền điện")
    clock: Any = service.clock
    clock.pass_time(timedelta(minutes=11))

    await service.sweep.sweep_guarded()

    assert await rows(service, "SELECT state FROM addresses") == [("active",)]


async def test_a_subscription_outlives_the_conversation_and_a_stopped_one_lets_the_address_go(
    service: Service, me: Talker, other: Talker
) -> None:
    clock: Any = service.clock
    await me.press("n:on:credit")
    await other.press("n:on:jobs")
    await other.say("ngừng")
    clock.pass_time(timedelta(days=40))

    await service.sweep.sweep_old()

    assert await rows(service, "SELECT chat FROM addresses") == [(ME.chat,)]


async def test_a_dry_run_counts_what_would_go_and_changes_nothing(service: Service, me: Talker) -> None:
    clock: Any = service.clock
    await me.say("tiền điện")
    clock.pass_time(timedelta(days=40))
    before = await rows(service, "SELECT count(*) FROM messages")

    would_go = await service.sweep.would_go()

    assert would_go["messages"] == before[0][0] > 0
    assert await rows(service, "SELECT count(*) FROM messages") == before
    assert (await service.sweep.sweep_old())["messages"] == would_go["messages"]


async def test_a_privacy_request_is_due_after_two_working_days(service: Service, me: Talker) -> None:
    await me.press("pr:object")

    await me.say("đừng gọi tôi nữa")

    (kept,) = await rows(service, "SELECT kind, state, due FROM privacy_requests")
    today = service.clock.now().astimezone(service.settings.zone).date()
    assert (kept.kind, kept.state) == ("object", "open")
    assert date.fromisoformat(str(kept.due)) - today in (timedelta(days=2), timedelta(days=4))
