"""Updates reach a bot as Telegram brings them: by polling with offsets and conflicts, or to a webhook."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx
import pytest
from aiohttp import web
from telegram import Bot, Update
from telegram.error import Conflict

from tests.journeys.bot_api import SECRET_HEADER, BotApi
from tests.journeys.bot_api.updates import Updates
from tests.journeys.bot_api_stand import HAM, LAN, Clock, call, ids, make_clock, run_api, run_bot

clock = pytest.fixture(make_clock)
api = pytest.fixture(run_api)
bot = pytest.fixture(run_bot)


async def test_an_update_waits_until_a_later_offset_confirms_it(api: BotApi, bot: Bot) -> None:
    first, second = api.write(HAM, "một"), api.write(LAN, "hai")

    before = await bot.get_updates()
    again = await bot.get_updates(offset=first)
    after = await bot.get_updates(offset=first + 1)
    gone = await bot.get_updates(offset=first)

    assert [update.update_id for update in before] == [first, second]
    assert [update.update_id for update in again] == [first, second]
    assert [update.update_id for update in after] == [second]
    assert [update.update_id for update in gone] == [second]
    assert api.pending == 1


def test_a_negative_offset_keeps_only_the_newest(api: BotApi) -> None:
    written = [api.write(HAM, str(number)) for number in range(5)]

    assert ids(api, offset=-2) == written[-2:]
    assert ids(api) == written[-2:]


def test_an_offset_far_beyond_the_newest_update_confirms_nothing(api: BotApi) -> None:
    written = api.write(HAM, "một")

    assert ids(api, offset=written + 1000) == [written]
    assert ids(api, offset=written + 2) == []


def test_an_answer_holds_at_most_limit_updates(api: BotApi) -> None:
    written = [api.write(HAM, str(number)) for number in range(150)]

    assert ids(api, limit=3) == written[:3]
    assert ids(api, limit=1000) == ids(api) == written[:100]


def test_a_waiting_poll_wakes_at_once(api: BotApi) -> None:
    with ThreadPoolExecutor() as pool:
        asked = time.monotonic()
        poll = pool.submit(ids, api, timeout=15)
        api.wait_for(lambda: api.calls)

        written = api.write(HAM, "một")

        assert poll.result() == [written]
        assert time.monotonic() - asked < 10


def test_a_poll_without_news_ends_empty_when_its_time_is_over(api: BotApi) -> None:
    asked = time.monotonic()

    assert ids(api, timeout=1) == []
    assert time.monotonic() - asked >= 0.9


def test_only_the_kinds_a_bot_asked_for_come_and_that_is_remembered(api: BotApi) -> None:
    call(api, "getUpdates", allowed_updates=["message"])

    api.block(HAM)
    written = api.write(LAN, "một")
    remembered = ids(api)
    call(api, "getUpdates", offset=written + 1, allowed_updates=[])
    blocked = api.block(LAN)

    assert remembered == [written]
    assert ids(api) == [blocked]


def test_the_older_of_two_polls_ends_with_a_conflict(api: BotApi) -> None:
    with ThreadPoolExecutor() as pool:
        older = pool.submit(call, api, "getUpdates", timeout=15)
        api.wait_for(lambda: api.calls)
        newer = pool.submit(ids, api, timeout=15)

        refused = older.result()
        written = api.write(HAM, "một")

        assert refused == (
            409,
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        )
        assert newer.result() == [written]


async def test_polling_beside_a_webhook_is_a_conflict(api: BotApi, bot: Bot) -> None:
    await bot.set_webhook("https://example.org/hook")

    with pytest.raises(Conflict) as refused:
        await bot.get_updates()

    assert refused.value.message == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )


def test_setting_a_webhook_ends_the_poll_that_waits(api: BotApi) -> None:
    with ThreadPoolExecutor() as pool:
        poll = pool.submit(call, api, "getUpdates", timeout=15)
        api.wait_for(lambda: api.calls)

        call(api, "setWebhook", url="https://example.org/hook")

        assert poll.result() == (409, "Conflict: terminated by setWebhook request")


def test_a_bot_that_asks_for_the_same_offset_at_once_gets_one_update_only(clock: Clock) -> None:
    api = BotApi(clock=clock).start()
    written = [api.write(HAM, str(number)) for number in range(3)]

    first, hurried = ids(api), ids(api)
    clock.now += 0.6
    calm = ids(api)
    api.stop()

    assert (first, hurried, calm) == (written, written[:1], written)


def test_a_bot_that_asks_for_the_same_offset_again_waits_three_seconds(clock: Clock) -> None:
    updates = Updates(clock)

    asked = [updates.ask(1000, 100, 0)]
    clock.now += 2.9
    asked.append(updates.ask(1000, 100, 0))
    clock.now += 3.1
    asked.append(updates.ask(1000, 100, 0))

    assert asked == [(100, 0), (100, 3), (100, 0)]


def test_an_update_can_come_a_second_time_although_it_was_confirmed(api: BotApi) -> None:
    written = api.write(HAM, "một")
    assert ids(api, offset=written + 1) == []

    api.repeat(written)

    assert ids(api, offset=written + 1) == [written]
    assert ids(api, offset=written + 1) == []


def test_what_is_not_confirmed_waits_through_a_restart_of_the_server(api: BotApi) -> None:
    written = [api.write(HAM, "một")]
    url = api.url

    api.stop()
    with pytest.raises(httpx.ConnectError):
        call(api, "getMe")
    written.append(api.write(HAM, "hai"))
    api.start()

    assert api.url == url
    assert ids(api) == written


def test_a_stop_cuts_the_poll_that_waits(api: BotApi) -> None:
    with ThreadPoolExecutor() as pool:
        poll = pool.submit(call, api, "getUpdates", timeout=15)
        api.wait_for(lambda: api.calls)

        api.stop()

        assert isinstance(poll.exception(), httpx.TransportError)


@dataclass
class Receiver:
    """A webhook of ours: keeps what it is given, answers what `plan` says, counts how many posts are here at once."""

    url: str = ""
    plan: Callable[[int], int] = lambda _number: 200
    given: list[tuple[int, str]] = field(default_factory=list)  # (chat, text), accepted or not
    secrets: list[str | None] = field(default_factory=list)
    most: int = 0
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    _came: asyncio.Event = field(default_factory=asyncio.Event)
    _here: set[int] = field(default_factory=set)

    async def take(self, request: web.BaseRequest) -> web.Response:
        update = Update.de_json(await request.json())
        assert update is not None
        assert update.message is not None
        chat, text = update.message.chat.id, str(update.message.text)
        assert chat not in self._here, "two posts of one chat at once"
        self.given.append((chat, text))
        self.secrets.append(request.headers.get(SECRET_HEADER))
        status = self.plan(len(self.given))
        self._came.set()
        self._here.add(chat)
        self.most = max(self.most, len(self._here))
        await self.hold.wait()
        self._here.discard(chat)
        return web.Response(status=status)

    async def reach(self, posts: int) -> None:
        """Wait until so many posts came."""
        while len(self.given) < posts:
            self._came.clear()
            await asyncio.wait_for(self._came.wait(), 10)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    receiver.hold.set()
    runner = web.ServerRunner(web.Server(receiver.take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def wait(api: BotApi, done: Callable[[], object]) -> bool:
    return await asyncio.to_thread(api.wait_for, done, 10)


async def test_a_webhook_is_given_what_waits_and_what_comes_with_its_secret(
    api: BotApi, bot: Bot, receiver: Receiver
) -> None:
    api.write(HAM, "trước")
    await bot.set_webhook(receiver.url, secret_token="bi-mat")
    api.write(HAM, "sau")

    assert await wait(api, lambda: api.pending == 0)
    assert receiver.given == [(HAM, "trước"), (HAM, "sau")]
    assert receiver.secrets == ["bi-mat", "bi-mat"]
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_a_post_is_repeated_until_it_is_taken_and_later_ones_of_its_chat_wait(
    api: BotApi, bot: Bot, receiver: Receiver
) -> None:
    receiver.plan = lambda number: 500 if number < 3 else 200
    await bot.set_webhook(receiver.url)
    api.write(HAM, "một")
    api.write(HAM, "hai")

    assert await wait(api, lambda: api.pending == 0)
    assert receiver.given == [(HAM, "một"), (HAM, "một"), (HAM, "một"), (HAM, "hai")]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"


async def test_several_chats_are_posted_at_once_but_no_more_than_asked_for(
    api: BotApi, bot: Bot, receiver: Receiver
) -> None:
    receiver.hold.clear()
    await bot.set_webhook(receiver.url, max_connections=3)
    for chat in range(1, 6):
        api.write(chat, "một")
        api.write(chat, "hai")

    await receiver.reach(3)
    assert (await bot.get_webhook_info()).pending_update_count == 10
    receiver.hold.set()

    assert await wait(api, lambda: api.pending == 0)
    assert receiver.most == 3
    assert all([text for chat, text in receiver.given if chat == each] == ["một", "hai"] for each in range(1, 6))


async def test_an_update_can_be_posted_a_second_time(api: BotApi, bot: Bot, receiver: Receiver) -> None:
    await bot.set_webhook(receiver.url)
    written = api.write(HAM, "một")
    assert await wait(api, lambda: api.pending == 0)

    api.repeat(written)
    api.write(HAM, "hai")

    assert await wait(api, lambda: api.pending == 0)
    assert receiver.given == [(HAM, "một"), (HAM, "một"), (HAM, "hai")]


async def test_a_deleted_webhook_gives_what_waits_back_to_polling(api: BotApi, bot: Bot, receiver: Receiver) -> None:
    receiver.plan = lambda _number: 503
    await bot.set_webhook(receiver.url)
    written = api.write(HAM, "một")
    await receiver.reach(1)

    await bot.delete_webhook()

    assert [update.update_id for update in await bot.get_updates()] == [written]
    assert (await bot.get_webhook_info()).url == ""


async def test_a_webhook_set_before_a_restart_is_given_its_updates_after_it(
    api: BotApi, bot: Bot, receiver: Receiver
) -> None:
    await bot.set_webhook(receiver.url)
    await asyncio.to_thread(api.stop)
    api.write(HAM, "một")

    await asyncio.to_thread(api.start)

    assert await wait(api, lambda: api.pending == 0)
    assert receiver.given == [(HAM, "một")]


async def test_a_stranger_can_post_with_a_secret_of_theirs(api: BotApi, bot: Bot, receiver: Receiver) -> None:
    receiver.plan = lambda _number: 403
    await bot.set_webhook(receiver.url, secret_token="right")

    status = await asyncio.to_thread(api.forge, HAM, "xóa hết")

    assert status == 403
    assert receiver.secrets == ["wrong"]


async def test_pending_updates_can_be_dropped_with_the_webhook(api: BotApi, bot: Bot) -> None:
    api.write(HAM, "một")

    await bot.delete_webhook(drop_pending_updates=True)

    assert await bot.get_updates() == ()


def test_a_second_webhook_within_a_second_is_too_many(api: BotApi, clock: Clock) -> None:
    first = call(api, "setWebhook", url="https://example.org/hook")
    second = call(api, "setWebhook", url="https://example.org/other")
    clock.now += 1.1
    third = call(api, "setWebhook", url="https://example.org/other")

    assert (first, third) == ((200, True), (200, True))
    assert second == (429, "Too Many Requests: retry after 1")


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"url": "ftp://example.org"}, "invalid webhook URL specified"),
        ({"url": "https://example.org", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "https://example.org", "secret_token": "a" * 257}, "secret token is too long"),
    ],
)
def test_a_webhook_that_cannot_be_is_refused(api: BotApi, params: dict[str, str], why: str) -> None:
    assert call(api, "setWebhook", **params) == (400, f"Bad Request: {why}")
    assert call(api, "getWebhookInfo")[1]["url"] == ""
