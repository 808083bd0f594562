"""What people do in Telegram reaches a bot in Telegram's shapes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest
from telegram import Bot, Update
from telegram.error import Forbidden

from tests.journeys.bot_api import BotApi
from tests.journeys.bot_api.crowd import Crowd
from tests.journeys.bot_api_stand import GROUP, HAM, call, make_clock, run_api, run_bot

clock = pytest.fixture(make_clock)
api = pytest.fixture(run_api)
bot = pytest.fixture(run_bot)

ACTS: dict[str, tuple[Callable[[BotApi], object], Callable[[Update], object]]] = {
    "write": (lambda api: api.write(HAM, "a"), lambda seen: seen.message and seen.message.text == "a"),
    "start": (
        lambda api: api.press_start(HAM, "health-bhyt"),
        lambda seen: (
            seen.message and seen.message.text == "/start health-bhyt" and seen.message.entities[0].length == 6
        ),
    ),
    "edit": (
        lambda api: (api.write(HAM, "a"), api.edit(HAM, api.written(HAM)[-1], "b"))[1],
        lambda seen: seen.edited_message and seen.edited_message.text == "b" and seen.edited_message.edit_date,
    ),
    "press": (
        lambda api: api.press(HAM, "x", 5),
        lambda seen: seen.callback_query and seen.callback_query.data == "x" and seen.effective_chat,
    ),
    "contact": (
        lambda api: api.contact(HAM, "+84912"),
        lambda seen: seen.message and seen.message.contact and seen.message.contact.user_id == HAM,
    ),
    "location": (lambda api: api.location(HAM), lambda seen: seen.message and seen.message.location),
    "voice": (lambda api: api.voice(HAM), lambda seen: seen.message and seen.message.voice),
    "photo": (
        lambda api: api.photo(HAM, caption="a"),
        lambda seen: seen.message and len(seen.message.photo) == 3 and seen.message.caption == "a",
    ),
    "sticker": (lambda api: api.sticker(HAM), lambda seen: seen.message and seen.message.sticker),
    "document": (lambda api: api.document(HAM), lambda seen: seen.message and seen.message.document),
    "block": (lambda api: api.block(HAM), lambda seen: status_after(seen) == "kicked"),
    "unblock": (lambda api: api.unblock(HAM), lambda seen: status_after(seen) == "member"),
    "add_to_group": (
        lambda api: api.add_to_group(GROUP, HAM),
        lambda seen: (
            (seen.my_chat_member and status_after(seen) == "member")
            or (seen.message and seen.message.new_chat_members[0].is_bot)
        ),
    ),
    "kick_from_group": (lambda api: api.kick_from_group(GROUP, HAM), lambda seen: status_after(seen) == "kicked"),
    "write_in_group": (
        lambda api: api.write_in_group(GROUP, HAM, "/menu@caunoi_bot"),
        lambda seen: (
            seen.message
            and (seen.message.chat.type, seen.message.from_user and seen.message.from_user.id) == ("supergroup", HAM)
            and seen.message.entities[0].length == 16
        ),
    ),
}


def status_after(update: Update) -> str:
    assert update.my_chat_member is not None
    return str(update.my_chat_member.new_chat_member.status)


@pytest.mark.parametrize("act", ACTS)
def test_what_people_do_has_telegrams_shape(api: BotApi, act: str) -> None:
    do, looks = ACTS[act]

    number = do(api)

    given = [each for each in call(api, "getUpdates")[1] if each["update_id"] >= number]
    updates = [Update.de_json(each) for each in given]
    assert updates
    for update, raw in zip(updates, given, strict=True):
        assert update is not None
        assert looks(update)
        assert update.api_kwargs == {}
        assert update.to_dict() == raw | update.to_dict()


async def test_who_blocked_the_bot_is_not_reached_until_they_come_back(api: BotApi, bot: Bot) -> None:
    api.write(HAM, "một")
    api.block(HAM)

    with pytest.raises(Forbidden, match=r"^Forbidden: bot was blocked by the user$"):
        await bot.send_message(HAM, "một")
    with pytest.raises(ValueError, match="cannot write"):
        api.write(HAM, "hai")
    api.unblock(HAM)
    await bot.send_message(HAM, "hai")

    assert api.texts(HAM) == ["hai"]


async def test_a_deleted_account_is_not_reached(api: BotApi, bot: Bot) -> None:
    api.write(HAM, "một")
    api.deactivate(HAM)

    with pytest.raises(Forbidden, match=r"^Forbidden: user is deactivated$"):
        await bot.send_message(HAM, "một")


@pytest.mark.parametrize(("group", "kind"), [(-5, "group"), (GROUP, "supergroup")])
async def test_a_group_can_be_left_and_a_bot_can_be_put_out(api: BotApi, bot: Bot, group: int, kind: str) -> None:
    api.add_to_group(group, HAM)
    await bot.send_message(group, "một")

    await bot.leave_chat(group)
    with pytest.raises(Forbidden, match=rf"^Forbidden: bot is not a member of the {kind} chat$"):
        await bot.send_message(group, "hai")
    api.add_to_group(group, HAM)
    api.kick_from_group(group, HAM)
    with pytest.raises(Forbidden, match=rf"^Forbidden: bot was kicked from the {kind} chat$"):
        await bot.send_message(group, "ba")


def test_a_start_payload_telegram_would_not_open_is_a_mistake_of_the_test(api: BotApi) -> None:
    with pytest.raises(ValueError, match="payload"):
        api.press_start(HAM, "health.bhyt")


# Many people at once ------------------------------------------------------------------------------


async def echo(bot: Bot) -> None:
    """A bot that answers everything with the same text."""
    offset = 0
    while True:
        for update in await bot.get_updates(offset=offset, timeout=10):
            offset = update.update_id + 1
            if update.message is not None:
                await bot.send_message(update.message.chat.id, str(update.message.text))


@pytest.fixture
async def echoing(bot: Bot) -> AsyncIterator[None]:
    task = asyncio.create_task(echo(bot))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_crowd_talks_on_as_it_is_answered(api: BotApi, echoing: None) -> None:
    crowd = Crowd(api, range(1, 4), texts=("một", "hai"))

    measured = await asyncio.to_thread(crowd.talk, 5, 20)

    assert len(measured.waits) == len(api.sent) == 15
    assert sorted(api.texts(1) + api.texts(2) + api.texts(3)) == ["hai"] * 7 + ["một"] * 8
    assert measured.waits[0] <= measured.wait(0.5) <= measured.wait(1.0) == measured.waits[-1] < measured.seconds
    assert measured.per_second == 15 / measured.seconds


async def test_a_crowd_writes_at_a_pace_of_its_own(api: BotApi, echoing: None) -> None:
    crowd = Crowd(api, (HAM, 8))

    measured = await asyncio.to_thread(crowd.write, 10, 100, 20)

    assert len(measured.waits) == 10
    assert measured.seconds > 9 / 100
    assert (len(api.texts(HAM)), len(api.texts(8))) == (5, 5)


def test_a_crowd_nobody_answers_says_how_far_it_came(api: BotApi) -> None:
    with pytest.raises(TimeoutError, match="0 of 3 messages"):
        Crowd(api, range(1, 4)).talk(each=1, seconds=0.05)
