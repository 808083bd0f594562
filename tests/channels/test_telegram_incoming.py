"""What Telegram sends as events: only what a step may need, each with the address it belongs to."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.channels.telegram.incoming import to_incoming, to_unreadable
from bot.core.types import Address, Kind
from tests.fakes import START

PERSON = {"id": 7, "is_bot": False, "first_name": "A"}
PRIVATE = {"id": 7, "type": "private", "first_name": "A"}
GROUP = {"id": -100, "type": "supergroup", "title": "Thôn"}
FILE = {"file_id": "a", "file_unique_id": "b"}


def message(chat: Mapping[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:
    return {"message_id": 1, "date": 1795485600, "chat": dict(chat), "from": PERSON, **content}


def read(**content: Any) -> tuple[Kind, str] | None:
    event = to_incoming({"update_id": 5, **content}, START)
    return (event.kind, event.text) if event else None


def membership(status: str, chat: Mapping[str, Any] = PRIVATE) -> dict[str, Any]:
    bot = {"id": 42, "is_bot": True, "first_name": "Cầu Nối"}
    now = {"status": status, "user": bot, **({"until_date": 0} if status == "kicked" else {})}
    return {
        "chat": dict(chat), "from": PERSON, "date": 1795485600,
        "old_chat_member": {"status": "left", "user": bot}, "new_chat_member": now,
    }  # fmt: skip


def test_an_event_carries_its_update_s_id_and_the_chat_it_came_from() -> None:
    event = to_incoming({"update_id": 5, "message": message(text="chào")}, START)

    assert event is not None
    assert (event.address, event.event_id, event.received) == (Address("telegram", "7"), "5", START)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"text": "hộ nghèo"}, (Kind.TEXT, "hộ nghèo")),
        ({"text": "/menu"}, (Kind.TEXT, "/menu")),
        ({"text": "/menu@caunoi_bot"}, (Kind.TEXT, "/menu")),
        ({"text": "/kiemtra@caunoi_bot AB12"}, (Kind.TEXT, "/kiemtra AB12")),
        ({"text": "/start"}, (Kind.START, "")),
        ({"text": "/start social-electricity"}, (Kind.START, "social-electricity")),
        ({"text": "/START@caunoi_bot x"}, (Kind.START, "x")),
        ({"text": "email a@b.vn"}, (Kind.TEXT, "email a@b.vn")),
        ({"contact": {"phone_number": "+84900000000", "first_name": "A"}}, (Kind.CONTACT, "")),
        ({"location": {"latitude": 11.5, "longitude": 108.9}}, (Kind.LOCATION, "")),
        ({"voice": {**FILE, "duration": 3}}, (Kind.MEDIA, "")),
        ({"photo": [{**FILE, "width": 9, "height": 9}], "caption": "giấy này"}, (Kind.MEDIA, "giấy này")),
        ({"document": FILE}, (Kind.MEDIA, "")),
        ({"dice": {"emoji": "🎲", "value": 3}}, (Kind.MEDIA, "")),
        ({"something_of_next_year": {"a": 1}}, (Kind.MEDIA, "")),
        ({"pinned_message": message(text="x")}, None),
    ],
)
def test_a_message_is_read_by_what_it_holds(content: dict[str, Any], expected: tuple[Kind, str] | None) -> None:
    assert read(message=message(**content)) == expected


def test_changed_words_are_read_again_and_a_changed_caption_is_not() -> None:
    assert read(edited_message=message(text="hộ cận nghèo")) == (Kind.TEXT, "hộ cận nghèo")
    assert read(edited_message=message(photo=[{**FILE, "width": 9, "height": 9}], caption="x")) is None


def test_a_press_carries_its_button_s_action() -> None:
    query = {
        "id": "1",
        "from": PERSON,
        "chat_instance": "1",
        "data": "t:health.free_card",
        "message": message(text="x"),
    }

    assert read(callback_query=query) == (Kind.CHOICE, "t:health.free_card")
    assert read(callback_query={**query, "message": message(GROUP, text="x")}) == (Kind.GROUP, "")
    assert read(callback_query={key: value for key, value in query.items() if key != "message"}) is None


@pytest.mark.parametrize(
    ("status", "chat", "expected"),
    [
        ("kicked", PRIVATE, (Kind.STOPPED, "")),
        ("member", PRIVATE, (Kind.RESUMED, "")),
        ("left", GROUP, (Kind.STOPPED, "")),
        ("member", GROUP, (Kind.GROUP, "")),
        ("member", {"id": -9, "type": "channel", "title": "Kênh"}, None),
    ],
)
def test_who_stops_us_comes_back_or_takes_us_into_a_group(
    status: str, chat: dict[str, Any], expected: tuple[Kind, str] | None
) -> None:
    assert read(my_chat_member=membership(status, chat)) == expected


def test_what_is_said_in_a_group_is_not_read() -> None:
    assert read(message=message(GROUP, text="nhà tôi nghèo")) == (Kind.GROUP, "")
    assert read(message=message(GROUP, new_chat_title="Thôn mới")) is None


def test_other_bots_and_channels_are_nobody_to_answer() -> None:
    assert read(message={**message(text="x"), "from": {"id": 9, "is_bot": True, "first_name": "B"}}) is None
    assert read(channel_post=message({"id": -9, "type": "channel", "title": "Kênh"}, text="x")) is None


@pytest.mark.parametrize(
    ("update", "chat"),
    [
        ({"update_id": 5, "message": {"chat": {"id": 7, "type": "private"}}}, "7"),
        ({"update_id": 5, "callback_query": {"message": {"chat": {"id": 7, "type": "private"}}}}, "7"),
        ({"update_id": 5, "message": {"chat": {"id": -7, "type": "group"}}}, None),
        ({"update_id": 5, "poll": {}}, None),
        ({"update_id": 5, "message": None}, None),
        ({}, None),
    ],
)
def test_an_update_that_cannot_be_read_is_answered_where_it_names_a_person(
    update: dict[str, Any], chat: str | None
) -> None:
    event = to_unreadable(update, START)

    assert (event.address.chat if event else None) == chat
    assert event is None or (event.kind, event.event_id) == (Kind.UNREADABLE, "5")
