"""Telegram's ways in and out against the stand-in: every outcome as the error can know it, nothing confirmed early."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from telegram import Bot

from bot.channels.telegram.polling import ANOTHER_POLLER, TRIES, UNREACHABLE, Polling
from bot.channels.telegram.profile import COMMANDS, introduce
from bot.channels.telegram.reception import Reception
from bot.channels.telegram.request import AiohttpRequest
from bot.channels.telegram.sender import TelegramSender
from bot.channels.telegram.webhook import LARGEST, NOT_TELEGRAM, Webhook
from bot.core.errors import BotError
from bot.core.types import Address, Attempt, Incoming, Outcome, Rendered, RenderedButton
from bot.services.ports import Receipt, Refused
from tests.fakes import FakeClock
from tests.journeys.bot_api import BotApi

HERE = Address("telegram", "7")
SECRET = "word"


class FakeIntake:
    """ports.Intake: remembers what it was given; holds it back until `go_on`."""

    def __init__(self) -> None:
        self.taken: list[Incoming] = []
        self.go_on, self.fails = asyncio.Event(), set[str]()  # texts that cannot be stored
        self.go_on.set()

    async def take(self, event: Incoming) -> Receipt:
        await self.go_on.wait()
        self.taken.append(event)
        return Receipt(())

    async def take_many(self, events: Sequence[Incoming]) -> list[Receipt | BaseException]:
        taken = [await self.take(event) for event in events]
        return [
            BotError("no") if event.text in self.fails else receipt
            for event, receipt in zip(events, taken, strict=True)
        ]


@pytest.fixture
def api() -> Iterator[BotApi]:
    running = BotApi(limits=False).start()
    running.know(7)
    yield running
    running.stop()


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with open_bot(api.url) as made:
        yield made


@asynccontextmanager
async def open_bot(url: str, token: str = "42:TEST") -> AsyncIterator[Bot]:
    requests = AiohttpRequest(4), AiohttpRequest(1)
    for request in requests:
        await request.initialize()
    yield Bot(token, f"{url}/bot", request=requests[0], get_updates_request=requests[1])
    for request in requests:
        await request.shutdown()


async def send(bot: Bot, text: str = "chào", chat: str = "7") -> Attempt:
    return await TelegramSender(bot).send(Address("telegram", chat), Rendered(text))


async def test_a_message_arrives_as_it_reads_with_its_buttons(api: BotApi, bot: Bot) -> None:
    message = Rendered("**Một** \\<b\\> & hai", (RenderedButton("Mục lục", "menu"),))

    assert await TelegramSender(bot).send(HERE, message) == Attempt(Outcome.SENT)

    (sent,) = api.sent_to(7)
    assert (sent.text, sent.buttons) == ("Một \\<b> & hai", (("Mục lục", "menu"),))


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("reset_before", Outcome.UNSURE),  # from here it looks like the next one
        ("reset_after", Outcome.UNSURE),
        ("502", Outcome.UNSURE),
        ("500", Outcome.UNSURE),
    ],
)
async def test_a_request_without_a_clear_end_is_unsure(api: BotApi, bot: Bot, fault: str, outcome: Outcome) -> None:
    api.faults = lambda _method, _number, _params: fault

    assert await send(bot) == Attempt(outcome)


async def test_a_request_to_wait_is_later_with_its_length(api: BotApi, bot: Bot) -> None:
    api.faults = lambda _method, _number, _params: "429:30"

    assert await send(bot) == Attempt(Outcome.LATER, timedelta(seconds=30))


async def test_a_connection_that_never_opened_is_later(api: BotApi, bot: Bot) -> None:
    api.stop()

    assert await send(bot) == Attempt(Outcome.LATER)
    api.start()


async def test_who_blocked_the_bot_or_never_started_it_is_blocked(api: BotApi, bot: Bot) -> None:
    api.block(7)

    assert await send(bot) == Attempt(Outcome.BLOCKED)
    assert await send(bot, chat="8") == Attempt(Outcome.BLOCKED)


async def test_a_message_that_telegram_will_never_take_is_refused_and_not_quoted(
    api: BotApi, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    assert await send(bot, "mật " * 2000) == Attempt(Outcome.REFUSED)

    assert "refuses a message" in caplog.text
    assert "mật" not in caplog.text


@pytest.mark.parametrize("token", ["42:WRONG", "42"])
async def test_a_refused_token_ends_the_sender(api: BotApi, token: str) -> None:
    async with open_bot(api.url, token) as bot:
        with pytest.raises(Refused, match="token"):
            await send(bot)


class Running:
    """A polling loop over the stand-in."""

    def __init__(self, api: BotApi, bot: Bot) -> None:
        self.api, self.intake, self.clock = api, FakeIntake(), FakeClock()
        self.waits: asyncio.Queue[float] = asyncio.Queue()
        self.polling = Polling(bot, Reception(bot, self.intake, self.clock), self.clock, self.sleep)
        self.task = asyncio.create_task(self.polling.run())

    async def sleep(self, seconds: float) -> None:
        self.waits.put_nowait(seconds)
        await asyncio.sleep(0.01)

    async def until(self, done: Any) -> None:
        assert await asyncio.to_thread(self.api.wait_for, done, 10.0)

    async def close(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])


@pytest.fixture
async def running(api: BotApi, bot: Bot) -> AsyncIterator[Running]:
    made = Running(api, bot)
    yield made
    await made.close()


async def test_updates_are_confirmed_only_after_they_are_taken(api: BotApi, running: Running) -> None:
    running.intake.go_on.clear()
    api.write(7, "a")
    api.write(7, "b")
    await running.until(lambda: [name for name, _ in api.calls].count("getUpdates") >= 1)
    assert api.pending == 2

    running.intake.go_on.set()
    await running.until(lambda: api.pending == 0)

    assert [event.text for event in running.intake.taken] == ["a", "b"]


async def test_a_press_is_acknowledged_and_only_a_question_that_has_its_answer_loses_its_buttons(
    api: BotApi, bot: Bot, running: Running
) -> None:
    buttons = (RenderedButton("Đồng ý", "handover:yes"), RenderedButton("Thẻ", "t:health.free_card"))
    await TelegramSender(bot).send(HERE, Rendered("hỏi", buttons))
    asked = api.sent_to(7)[0].message_id

    api.press(7, "t:health.free_card", asked)
    await running.until(lambda: len(api.answered) == 1)
    assert api.edited == []

    api.press(7, "handover:yes", asked)
    await running.until(lambda: api.edited)
    assert [(each.message_id, each.buttons) for each in api.edited] == [(asked, ())]


async def test_an_api_that_does_not_answer_is_named_and_tried_again(api: BotApi, running: Running) -> None:
    api.faults = lambda method, _number, _params: "" if method != "getUpdates" else "reset_before"
    assert [await running.waits.get() for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0]
    assert running.polling.trouble == UNREACHABLE

    api.faults = None
    api.write(7, "a")
    await running.until(lambda: api.pending == 0)
    assert running.polling.trouble == ""


async def test_a_second_poller_with_the_same_token_is_named(api: BotApi, running: Running) -> None:
    other = AiohttpRequest(1)
    await other.initialize()
    for _ in range(20):
        if running.polling.trouble == ANOTHER_POLLER:
            break
        await other.do_request(f"{api.url}/bot42:TEST/getUpdates?timeout=0", "GET")
    await other.shutdown()

    assert running.polling.trouble == ANOTHER_POLLER


async def test_polling_with_a_refused_token_stops(api: BotApi) -> None:
    async with open_bot(api.url, "42:WRONG") as bot:
        running = Running(api, bot)
        with pytest.raises(Refused, match="token"):
            await running.task


async def post(webhook: Webhook, body: bytes, secret: str = SECRET, method: str = "POST") -> int:
    """Post to the webhook as Telegram does; return the status."""
    said: list[dict[str, Any]] = []
    headers = [(b"x-telegram-bot-api-secret-token", secret.encode())] if secret else []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def answer(message: dict[str, Any]) -> None:
        said.append(message)

    await webhook({"type": "http", "method": method, "headers": headers}, receive, answer)
    return int(said[0]["status"])


def update(text: str) -> bytes:
    chat = {"id": 7, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat, "text": text}
    return json.dumps({"update_id": 5, "message": message}).encode()


def webhook_of(bot: Bot, intake: FakeIntake, **changed: Any) -> Webhook:
    reception = Reception(bot, intake, FakeClock())
    return Webhook(bot, reception, FakeClock(), url="http://127.0.0.1:1/x", secret=SECRET, **changed)


async def test_a_post_is_answered_after_its_update_is_taken(bot: Bot) -> None:
    intake = FakeIntake()
    intake.go_on.clear()
    posting = asyncio.create_task(post(webhook_of(bot, intake), update("a")))
    await asyncio.sleep(0)
    assert not posting.done()

    intake.go_on.set()

    assert await posting == 200
    assert [event.text for event in intake.taken] == ["a"]


@pytest.mark.parametrize("secret", ["", "wrong"])
async def test_a_post_without_the_secret_is_refused_and_named_once(
    bot: Bot, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    intake = FakeIntake()
    webhook = webhook_of(bot, intake)

    statuses = [await post(webhook, update("a"), secret) for _ in range(3)]

    assert (statuses, intake.taken, webhook.trouble) == ([403] * 3, [], NOT_TELEGRAM)
    assert caplog.text.count("without its secret") == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"1" * (LARGEST + 1)])
async def test_what_is_no_update_is_refused(bot: Bot, body: bytes) -> None:
    assert await post(webhook_of(bot, FakeIntake()), body) == 400


async def test_only_posts_are_taken(bot: Bot) -> None:
    assert await post(webhook_of(bot, FakeIntake()), b"", method="GET") == 405


async def test_an_update_of_nobody_is_acknowledged_lest_it_comes_for_ever(bot: Bot) -> None:
    intake = FakeIntake()

    assert await post(webhook_of(bot, intake), b'{"update_id": 5, "poll": {}}') == 200
    assert intake.taken == []


async def test_a_webhook_refused_for_haste_is_set_again(api: BotApi, bot: Bot) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(seconds if seconds < 3 else 0.01)

    await bot.set_webhook("http://127.0.0.1:1/other")
    task = asyncio.create_task(webhook_of(bot, FakeIntake(), sleep=sleep).run())
    await asyncio.to_thread(api.wait_for, lambda: [name for name, _ in api.calls].count("setWebhook") >= 3)
    info = await bot.get_webhook_info()
    task.cancel()
    await asyncio.wait([task])

    assert info.url == "http://127.0.0.1:1/x"
    assert slept[0] == 1


async def test_the_profile_is_set_in_both_languages_and_waits_when_asked_to(
    api: BotApi, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    api.faults = lambda method, number, _params: "429:5" if (method, number) == ("setMyCommands", 1) else ""

    await introduce(bot, lambda key, language: f"{key} {language}", sleep)

    assert slept == [5]
    assert {tuple(command["command"] for command in commands) for commands in api.commands.values()} == {COMMANDS}
    assert dict(api.descriptions) == {"": "telegram.description vi", "en": "telegram.description en"}
    assert caplog.text == ""


async def test_what_could_not_be_stored_is_not_confirmed_and_comes_again(api: BotApi, running: Running) -> None:
    running.intake.fails = {"odd"}
    api.write(7, "odd")
    assert await running.waits.get() == 1.0
    assert api.pending == 1

    running.intake.fails = set()
    await running.until(lambda: api.pending == 0)

    assert [event.text for event in running.intake.taken] == ["odd", "odd"]


async def test_one_update_that_can_never_be_stored_does_not_hold_up_the_others_for_ever(
    api: BotApi, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    running.intake.fails = {"odd"}
    api.write(7, "odd")
    for _ in range(TRIES):
        await running.waits.get()
    api.write(7, "b")
    await running.until(lambda: api.pending == 0)

    assert running.intake.taken[-1].text == "b"
    assert "could not be taken" in caplog.text


async def test_a_post_whose_update_could_not_be_stored_is_asked_for_again(bot: Bot) -> None:
    intake = FakeIntake()
    intake.fails = {"odd"}

    assert await post(webhook_of(bot, intake), update("odd")) == 503


async def test_an_answer_that_is_none_of_telegrams_leaves_the_send_unsure() -> None:
    async def portal(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\nConnection: close\r\n\r\n<html>x</html>")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(portal, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, open_bot(f"http://127.0.0.1:{port}") as bot:
        assert await send(bot) == Attempt(Outcome.UNSURE)
