"""The stand-in for Telegram says yes and no as Telegram does: messages, buttons, edits, what a bot sets."""

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis.strategies import text
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, MenuButtonCommands
from telegram.error import BadRequest, InvalidToken

from tests.journeys.bot_api import BotApi
from tests.journeys.bot_api.html import count_units, read_html, read_plain
from tests.journeys.bot_api.refusals import Refusal
from tests.journeys.bot_api_stand import HAM, HTTP, Clock, call, keyboard, make_clock, run_api, run_bot, send

clock = pytest.fixture(make_clock)
api = pytest.fixture(run_api)
bot = pytest.fixture(run_bot)

ROOT = Path(__file__).parents[2]


async def test_a_message_is_kept_as_people_read_it_and_shown_as_telegram_shows_it(api: BotApi, bot: Bot) -> None:
    api.know(HAM)
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Bao nhiêu?", callback_data="how")]])

    shown = await bot.send_message(
        HAM, ' <b>Hộ nghèo</b> &lt;3 <a href="https://example.org">x</a>', parse_mode="HTML", reply_markup=markup
    )

    assert api.texts(HAM) == [shown.text] == ["Hộ nghèo <3 x"]
    assert api.sent[0].html.startswith(" <b>")
    assert api.sent[0].buttons == (("Bao nhiêu?", "how"),)
    assert api.sent[0].message_id == shown.message_id
    assert [shown.parse_entity(entity) for entity in shown.entities] == ["Hộ nghèo", "x"]
    assert shown.reply_markup == markup
    assert shown.from_user is not None
    assert shown.from_user.id == bot.id


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<b>a</b><strong>b</strong><i>c</i><em>d</em><u>e</u><ins>f</ins><s>g</s><del>h</del>", "abcdefgh"),
        ('<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>', "ab"),
        ('<pre><code class="language-python">a</code></pre><code>b</code>', "ab"),
        ("<blockquote>a</blockquote><blockquote expandable>b</blockquote>", "ab"),
        ("<B>a</b >", "a"),
        ('<b><i>a</i> <a href="https://example.org/?a=1&amp;b=2">b</a></b>', "a b"),
        ("&lt;&gt;&amp;&quot;&#39;&#x1F600;", "<>&\"'😀"),
        ("a > b", "a > b"),
        ("a\x00b\r\n\tc", "a b\n c"),
    ],
)
def test_telegrams_html_is_read(api: BotApi, html: str, text: str) -> None:
    api.know(HAM)

    status, said = call(api, "sendMessage", chat_id=HAM, text=html, parse_mode="HTML")

    assert (status, api.texts(HAM)) == (200, [text]), said


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<b>a", "Can't find end tag corresponding to start tag b"),
        ("ộ<p>a</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("a<br>", 'Unsupported start tag "br" at byte offset 1'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("a <", "Unclosed start tag at byte offset 2"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a ="x">a</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href>a</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ("<a href=x/y>a</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x>a</a>', "Unclosed start tag at byte offset 0"),
        ("a&nbsp;b", "Unsupported HTML entity at byte offset 1"),
        ("a & b", "Unsupported HTML entity at byte offset 2"),
        (
            "&#xD800;",
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate "
            "code units",
        ),
    ],
)
def test_other_html_is_refused_with_the_place(api: BotApi, html: str, why: str) -> None:
    api.know(HAM)

    refused = call(api, "sendMessage", chat_id=HAM, text=html, parse_mode="HTML")

    assert refused == (400, f"Bad Request: can't parse entities: {why}")
    assert api.sent == []


@given(text())
def test_an_escaped_text_is_read_as_it_was(words: str) -> None:
    assert read_html(f"<b>{escape(words)}</b>").text == read_plain(words).text


@given(text("<>/ab =\"'&;#1lt-"))
def test_whatever_a_bot_writes_is_read_or_refused(html: str) -> None:
    with suppress(Refusal):
        read = read_html(html)
        ends = [entity["offset"] + entity["length"] for entity in read.entities]
        assert max(ends, default=0) <= count_units(read.text)


def test_entities_are_counted_in_utf16_units_and_move_when_white_space_is_cut(api: BotApi) -> None:
    api.know(HAM)

    _, shown = call(api, "sendMessage", chat_id=HAM, text=" \n 😀<b> hộ 😀 </b>", parse_mode="HTML")

    assert shown["text"] == "😀 hộ 😀"
    assert shown["entities"] == [{"type": "bold", "offset": 2, "length": 6}]


def test_a_text_without_parse_mode_is_taken_as_it_stands(api: BotApi) -> None:
    api.know(HAM)

    call(api, "sendMessage", chat_id=HAM, text="<b>a & b")

    assert api.texts(HAM) == ["<b>a & b"]


@pytest.mark.parametrize(("text", "status"), [("😀" * 2048, 200), ("😀" * 2048 + "a", 400), ("<b>" * 2 + "a", 400)])
def test_a_text_holds_4096_utf16_units_after_entities(api: BotApi, text: str, status: int) -> None:
    api.know(HAM)

    assert call(api, "sendMessage", chat_id=HAM, text=text, parse_mode="HTML")[0] == status


def test_tags_do_not_count_for_the_length(api: BotApi) -> None:
    api.know(HAM)

    long = call(api, "sendMessage", chat_id=HAM, text=f"<b>{'a' * 4096}</b>", parse_mode="HTML")
    longer = call(api, "sendMessage", chat_id=HAM, text=f"<b>{'a' * 4097}</b>", parse_mode="HTML")

    assert long[0] == 200
    assert longer == (400, "Bad Request: message is too long")


DATA = {"text": "a", "callback_data": "b"}


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        (keyboard([{"text": "a", "callback_data": "ộ" * 22}]), "BUTTON_DATA_INVALID"),
        (keyboard([{"text": " ", "callback_data": "b"}]), "inline keyboard button text is empty"),
        (
            keyboard([{"text": "a", "callback_data": ""}]),
            "can't parse InlineKeyboardButton: Text buttons are not allowed in the inline keyboard",
        ),
        (keyboard([{"callback_data": "b"}]), "can't parse InlineKeyboardButton: Can't find field \"text\""),
        (keyboard([DATA] * 101), "reply markup is too long"),
        (keyboard([{"text": "a" * 6000, "callback_data": "b"}] * 2), "reply markup is too long"),
        (
            keyboard([{"text": "a", "url": "tel:111"}]),
            "inline keyboard button URL 'tel:111' is invalid: Wrong HTTP URL",
        ),
        ({"inline_keyboard": [DATA]}, 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
        ([], "object expected as reply markup"),
        ("{", "can't parse reply keyboard markup JSON object"),
    ],
)
def test_a_keyboard_that_cannot_be_is_refused(api: BotApi, markup: object, why: str) -> None:
    api.know(HAM)

    refused = call(api, "sendMessage", chat_id=HAM, text="a", reply_markup=markup)

    assert refused == (400, f"Bad Request: {why}")


def test_a_hundred_buttons_are_shown_and_each_may_carry_64_bytes(api: BotApi) -> None:
    api.know(HAM)
    row = [{"text": str(number), "callback_data": "a" * 64 if number == 0 else "b"} for number in range(50)]

    assert call(api, "sendMessage", chat_id=HAM, text="a", reply_markup=keyboard(row, row))[0] == 200
    assert len(api.sent[0].buttons) == 100


@pytest.mark.parametrize(
    ("method", "params", "code", "why"),
    [
        ("sendMessage", {"chat_id": 99, "text": "a"}, 400, "Bad Request: chat not found"),
        ("sendMessage", {"chat_id": "@ai", "text": "a"}, 400, "Bad Request: chat not found"),
        ("sendMessage", {"text": "a"}, 400, "Bad Request: chat_id is empty"),
        ("sendMessage", {"chat_id": HAM}, 400, "Bad Request: message text is empty"),
        ("sendMessage", {"chat_id": HAM, "text": " \n"}, 400, "Bad Request: text must be non-empty"),
        (
            "sendMessage",
            {"chat_id": HAM, "text": "<b></b>", "parse_mode": "HTML"},
            400,
            "Bad Request: text must be non-empty",
        ),
        ("sendMessage", {"chat_id": HAM, "text": "a", "parse_mode": "X"}, 400, "Bad Request: unsupported parse_mode"),
        ("sendMessage", {"chat_id": HAM, "text": "\ud800"}, 400, "Bad Request: strings must be encoded in UTF-8"),
        (
            "sendMessage",
            {"chat_id": HAM, "text": "a", "reply_parameters": {"message_id": 99}},
            400,
            "Bad Request: message to be replied not found",
        ),
        (
            "editMessageText",
            {"chat_id": HAM, "message_id": 99, "text": "a"},
            400,
            "Bad Request: message to edit not found",
        ),
        ("editMessageReplyMarkup", {"chat_id": HAM}, 400, "Bad Request: message identifier is not specified"),
        ("editMessageReplyMarkup", {"chat_id": HAM, "message_id": 1}, 400, "Bad Request: message can't be edited"),
        ("deleteMessage", {"chat_id": HAM, "message_id": 99}, 400, "Bad Request: message to delete not found"),
        (
            "answerCallbackQuery",
            {"callback_query_id": "1"},
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        ),
        ("sendChatAction", {"chat_id": HAM, "action": "x"}, 400, "Bad Request: wrong parameter action in request"),
        ("getChat", {"chat_id": 99}, 400, "Bad Request: chat not found"),
        ("sendPigeon", {}, 404, "Not Found"),
    ],
)
def test_telegram_says_no_in_its_own_words(
    api: BotApi, method: str, params: dict[str, Any], code: int, why: str
) -> None:
    api.write(HAM, "một")

    assert call(api, method, **params) == (code, why)
    assert api.refusals == [(method, code, why)]


@pytest.mark.parametrize(("token", "code", "why"), [("42:OTHER", 401, "Unauthorized"), ("42", 404, "Not Found")])
async def test_a_token_that_is_nobodys_is_refused(api: BotApi, token: str, code: int, why: str) -> None:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"{api.url}/bot{token}/getMe")

    assert (answer.status_code, answer.json()["description"]) == (code, why)
    with pytest.raises(InvalidToken):
        async with Bot(token, base_url=f"{api.url}/bot"):
            pass


@pytest.mark.parametrize("style", ["query", "form", "multipart", "json"])
def test_parameters_come_in_every_style(api: BotApi, style: str) -> None:
    api.know(HAM)
    params = {"chat_id": str(HAM), "text": "Hộ nghèo & +1%", "reply_markup": json.dumps(keyboard([DATA]))}
    ways: dict[str, dict[str, Any]] = {
        "query": {"params": params},
        "form": {"data": params},
        "multipart": {"files": {name: (None, value) for name, value in params.items()}},
        "json": {"json": {**params, "chat_id": HAM, "reply_markup": keyboard([DATA])}},
    }

    answer = HTTP.post(f"{api.url}/bot{api.token}/SENDMESSAGE", **ways[style])

    assert answer.is_success, answer.text
    assert api.texts(HAM) == ["Hộ nghèo & +1%"]
    assert api.sent[0].buttons == (("a", "b"),)
    assert api.calls == [("sendMessage", params)]


async def test_a_message_is_edited_and_not_twice_to_the_same(api: BotApi, bot: Bot) -> None:
    api.know(HAM)
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a")]])
    sent = await bot.send_message(HAM, "một", reply_markup=markup)

    await bot.edit_message_reply_markup(HAM, sent.message_id, reply_markup=None)
    with pytest.raises(BadRequest, match=r"^Message is not modified: specified new message content and reply markup"):
        await bot.edit_message_reply_markup(HAM, sent.message_id, reply_markup=None)
    await bot.edit_message_text("<b>hai</b>", HAM, sent.message_id, parse_mode="HTML", reply_markup=markup)
    with pytest.raises(BadRequest, match=r"^Message is not modified"):
        await bot.edit_message_text("<b>hai</b>", HAM, sent.message_id, parse_mode="HTML", reply_markup=markup)

    assert [(edit.text, edit.buttons) for edit in api.edited] == [("một", ()), ("hai", (("A", "a"),))]
    assert api.texts(HAM) == ["một"]
    assert [(each.text, each.buttons) for each in api.shown(HAM)] == [("hai", (("A", "a"),))]


async def test_a_message_is_deleted_once_and_within_48_hours(api: BotApi, bot: Bot, clock: Clock) -> None:
    api.know(HAM)
    first, second = await bot.send_message(HAM, "một"), await bot.send_message(HAM, "hai")

    await bot.delete_message(HAM, first.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(HAM, first.message_id)
    clock.now += 48 * 3600 + 1
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await bot.delete_message(HAM, second.message_id)

    assert api.deleted == [(HAM, first.message_id)]
    assert [each.message_id for each in api.shown(HAM)] == [second.message_id]


async def test_a_callback_query_is_answered_once_and_for_a_short_while_only(
    api: BotApi, bot: Bot, clock: Clock
) -> None:
    api.know(HAM)
    await bot.send_message(
        HAM, "một", reply_markup=InlineKeyboardMarkup.from_button(InlineKeyboardButton("A", callback_data="a"))
    )
    api.press(HAM, "a")
    api.press(HAM, "a")
    first, second = (update.callback_query for update in await bot.get_updates())
    assert first is not None
    assert second is not None

    await first.answer()
    with pytest.raises(BadRequest, match="Query is too old"):
        await first.answer()
    clock.now += 16
    with pytest.raises(BadRequest, match="Query is too old"):
        await second.answer()

    assert api.answered == [first.id]


def test_a_press_is_on_the_newest_message_with_that_button(api: BotApi) -> None:
    api.know(HAM)
    shown = [
        call(api, "sendMessage", chat_id=HAM, text=text, reply_markup=keyboard([DATA]))[1]["message_id"]
        for text in ("một", "hai")
    ]
    send(api, HAM)

    api.press(HAM, DATA["callback_data"])

    assert call(api, "getUpdates")[1][0]["callback_query"]["message"]["message_id"] == shown[-1]


async def test_a_press_shows_the_message_as_it_is_today(api: BotApi, bot: Bot) -> None:
    api.know(HAM)
    markup = InlineKeyboardMarkup.from_button(InlineKeyboardButton("A", callback_data="a"))
    sent = await bot.send_message(HAM, "một", reply_markup=markup)
    await bot.edit_message_reply_markup(HAM, sent.message_id)

    with pytest.raises(LookupError):
        api.press(HAM, "a")
    api.press(HAM, "a", sent.message_id)
    api.press(HAM, "a", 999)

    known, gone = (update.callback_query for update in await bot.get_updates())
    assert known is not None
    assert gone is not None
    assert known.message is not None
    assert gone.message is not None
    assert (known.message.is_accessible, gone.message.is_accessible) == (True, False)
    assert known.message.to_dict()["text"] == "một"


async def test_what_a_bot_sets_about_itself_is_kept(api: BotApi, bot: Bot) -> None:
    commands = [BotCommand("menu", "Bắt đầu")]
    await bot.set_my_commands(commands, language_code="vi")
    await bot.set_my_description("Cầu Nối", language_code="vi")
    await bot.set_my_short_description("Hỏi gì cũng được")
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())

    assert list(await bot.get_my_commands(language_code="vi")) == commands
    assert await bot.get_my_commands() == ()
    assert api.commands == {("default", "vi"): [{"command": "menu", "description": "Bắt đầu"}]}
    assert (api.descriptions, api.short_descriptions) == ({"vi": "Cầu Nối"}, {"": "Hỏi gì cũng được"})
    assert api.menu_buttons == {0: {"type": "commands"}}
    with pytest.raises(BadRequest, match=r"(?i)BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand("Gặp", "x")])


async def test_a_chat_and_the_bot_can_be_looked_at(api: BotApi, bot: Bot) -> None:
    api.know(HAM)

    assert (await bot.get_chat(HAM)).type == "private"
    assert (await bot.get_me()).username == "caunoi_bot"
    assert await bot.send_chat_action(HAM, "typing")


def test_wait_for_is_woken_by_a_request(api: BotApi) -> None:
    api.know(HAM)
    threading.Timer(0.05, send, (api, HAM)).start()

    assert api.wait_for(lambda: api.texts(HAM), 10)


def test_wait_for_says_no_when_its_time_is_over(api: BotApi) -> None:
    assert not api.wait_for(lambda: api.texts(HAM), 0.01)


def test_many_threads_at_once_lose_nothing(api: BotApi) -> None:
    api.know(*range(1, 9))
    with ThreadPoolExecutor(8) as pool:
        written = [
            number
            for many in pool.map(lambda chat: [api.write(chat, "a") for _ in range(50)], range(1, 9))
            for number in many
        ]
        list(pool.map(lambda chat: send(api, chat, 20), range(1, 9)))

    assert len(set(written)) == api.pending == 400
    assert len({each.message_id for each in api.sent}) == 160


def test_it_runs_as_a_process_of_its_own() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.bot_api", "--know", "9", "--no-limits"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout as output:
        url = output.readline().strip()
        answer = HTTP.post(f"{url}/bot42:TEST/sendMessage", data={"chat_id": 9, "text": "a"})
        process.terminate()
        process.wait(10)

    assert answer.json()["result"]["text"] == "a"
