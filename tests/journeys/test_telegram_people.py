"""What people see in Telegram: commands, links, buttons, edits, everything that is no text, groups, odd input."""

import json
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram.profile import COMMANDS
from bot.core.types import Language
from tests.journeys.bot_api import BotApi, Params
from tests.journeys.bot_api.html import count_units
from tests.journeys.service import ROOT
from tests.journeys.telegram import (
    FAST,
    Person,
    TelegramService,
    Way,
    Wording,
    both_ways,
    joined,
    read,
    serving,
    telegram,
    wait_until,
)

ELECTRICITY = "tien dien ho ngheo"
LONGEST = 4096  # UTF-16 units of one message

Line = tuple[BotApi, TelegramService]
Meet = Callable[[], Person]


@pytest.fixture(scope="module")
def wording() -> Wording:
    return Wording()


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with joined(tmp_path_factory.mktemp("people")) as both:
        yield both


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return count(1000)


@pytest.fixture
def meet(line: Line, numbers: Iterator[int]) -> Meet:
    """People nobody has met before."""
    return lambda: Person(*line, next(numbers))


@pytest.fixture
def known(meet: Meet) -> Person:
    """Somebody who has read the first notice."""
    person = meet()
    person.write("/start")
    return person


def test_start_greets_with_the_notice_that_messages_pass_servers_abroad(meet: Meet, wording: Wording) -> None:
    notice, welcome = meet().write("/start")

    at_home = wording.message("notice.first", operator="", is_abroad=False, conversation_days=30, handover_days=30)
    assert notice.text == wording.notice()
    assert notice.text.startswith(at_home) != (notice.text == at_home)
    assert welcome.text == wording.message("menu.welcome", operator="")
    assert welcome.actions[:2] == ["e:start", "s:poverty"]


def test_a_link_opens_its_topic(meet: Meet, line: Line, wording: Wording) -> None:
    person = meet()

    notice, answer, commune = person.does(lambda: line[0].press_start(person.chat, "social-electricity"))

    assert notice.text == wording.notice()
    assert answer.text == wording.part("social.electricity")
    assert commune.actions == ["skip"]


@pytest.mark.parametrize(
    ("command", "key"),
    [
        ("/menu", "menu.subjects"), ("/menu@caunoi_bot", "menu.subjects"), ("/help", "talk.help"),
        ("/huy", "talk.cancelled"),
        ("/ngung", "subscription.nothing"), ("/don", "lead.none"), ("/kiemtra AB12", "campaign.not_ours"),
        ("/kiemtra", "campaign.not_ours"), ("/ngonngu", "talk.which_language"), ("/MENU", "menu.subjects"),
    ],
)  # fmt: skip
def test_a_command_is_the_word_one_can_always_type(known: Person, wording: Wording, command: str, key: str) -> None:
    told = wording.message(key, has_code=False) if key == "campaign.not_ours" else wording.message(key)

    assert [message.text for message in known.write(command)] == [told]


def test_a_command_for_staff_asks_first_and_work_and_data_are_shown(known: Person, wording: Wording) -> None:
    assert [message.actions for message in known.write("/canbo")] == [["handover:yes", "handover:no"]]
    assert known.write("/timviec")[0].text == wording.part("jobs.register")
    assert [message.actions for message in known.write("/dulieu")] == [
        ["d:correct", "n:show", "l:show", "pr:ask", "erase", "menu"]
    ]


def test_announcements_are_shown_agreed_to_and_stopped_by_commands(known: Person, wording: Wording) -> None:
    subjects = [each.id for each in wording.catalogue.subjects]

    shown, yes, which, stopped = (known.write(text) for text in ("/nhantin", "/nhantin tatca", "/ngung", "/ngung"))

    assert [message.text for message in shown] == [wording.news("show")]
    assert [message.text for message in yes] == [wording.news("started", *subjects)]
    assert "n:off:credit" in which[0].actions
    assert sorted(stopped[0].text.split("\n")) == sorted(wording.news("stopped", *subjects).split("\n"))


def test_a_person_sees_corrects_withdraws_and_erases(line: Line, known: Person, wording: Wording) -> None:
    known.write("xã Phước Hữu")
    known.write("/nhantin")
    known.press("n:on:credit")
    (seen,) = known.write("/dulieu")
    assert "Xã Phước Hữu" in seen.text
    assert "Vay vốn" in seen.text

    known.press("d:correct")
    known.press("d:forget:commune")
    known.write("/dulieu")
    known.press("d:withdraw")
    (stopped,) = known.press("n:off:credit")
    assert stopped.text == wording.news("stopped", "credit")

    known.write("/dulieu")
    known.press("erase")
    (kept,) = known.write("xóa đi")
    assert kept.text == wording.message("data.not_erased_word")
    known.press("erase")
    (gone,) = known.write("xoa het")

    assert gone.text.startswith("Đã xóa hết.")
    assert "Telegram" in gone.text
    assert "Xã Phước Hữu" not in known.write("/dulieu")[0].text


def test_every_command_of_the_bots_menu_is_understood(known: Person, wording: Wording) -> None:
    not_understood = {wording.message("rank.none"), wording.message("rank.offer")}

    told = {command: known.write(f"/{command}") for command in COMMANDS}

    assert all(told.values())
    assert [command for command, got in told.items() if got[0].text in not_understood] == []


def test_english_is_spoken_after_its_button(known: Person, wording: Wording) -> None:
    known.write("/ngonngu")

    known.press("lang:en")

    assert known.write("/menu")[0].text == wording.message("menu.subjects", Language.EN)


def test_a_yes_pressed_twice_hands_over_once_and_is_told_so(line: Line, known: Person, wording: Wording) -> None:
    _, service = line
    known.write("zzz qqq khong ai tra loi duoc")
    known.write("/canbo")
    handovers = "SELECT count(*) FROM handovers"
    before = service.rows(handovers)[0][0]

    first = known.press("handover:yes")
    asked = next(sent for sent in reversed(line[0].sent_to(known.chat)) if "handover:yes" in read(sent).actions)
    second = known.press("handover:yes", asked.message_id)

    nobody = {"staff_present": False, "is_open": False, "opens_day": None, "opens_at": ""}
    assert first[0].text == wording.message("handover.kept_question", operator="", **nobody)
    assert second[0].text == wording.message("button.old")
    assert service.rows(handovers)[0][0] == before + 1


def test_a_topics_button_may_be_pressed_again_and_again(line: Line, known: Person, wording: Wording) -> None:
    api, _ = line
    known.write(ELECTRICITY)
    before = len(api.answered)

    first, second = known.press("p:social.electricity:papers"), known.press("p:social.electricity:papers")

    assert (
        [each.text for each in first]
        == [each.text for each in second]
        == [wording.part("social.electricity", "papers")]
    )
    assert api.wait_for(lambda: len(api.answered) == before + 2)  # no waiting sign is left on the button


@pytest.mark.parametrize(
    "action", ["t:gone.topic", "p:social.electricity:gone", "c:00000:", "nonsense", "\x00", "x" * 64]
)
def test_an_old_button_is_explained(line: Line, known: Person, wording: Wording, action: str) -> None:
    shown = line[0].sent_to(known.chat)[-1].message_id

    (got,) = known.press(action, shown)

    assert got.text in {wording.message("button.old"), wording.message("rank.part_missing")}


@pytest.mark.parametrize(
    ("before", "action"), [("/canbo", "handover:no"), (ELECTRICITY, "skip"), ("/dulieu", "erase:no")]
)
def test_buttons_of_a_question_are_taken_away_with_its_answer(
    line: Line, known: Person, before: str, action: str
) -> None:
    api, _ = line
    known.write(before)
    if action == "erase:no":
        known.press("erase")
    asked = next(sent for sent in reversed(api.sent_to(known.chat)) if action in read(sent).actions)

    assert known.press(action)

    assert api.wait_for(
        lambda: (
            [(each.message_id, each.buttons) for each in api.edited if each.chat == known.chat]
            == [(asked.message_id, ())]
        )
    )


def test_an_edited_message_is_answered_by_its_new_words(line: Line, known: Person, wording: Wording) -> None:
    api, _ = line
    known.write("zzz qqq")
    written = api.sent_to(known.chat)[-1].message_id - 1

    got = known.does(lambda: api.edit(known.chat, written, ELECTRICITY))

    assert got[0].text == wording.part("social.electricity")


@pytest.mark.parametrize(
    ("act", "key"),
    [
        ("contact", "talk.contact"), ("location", "talk.location"), ("voice", "talk.media"), ("photo", "talk.media"),
        ("document", "talk.media"), ("sticker", "talk.media"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_kindly_refused(line: Line, known: Person, wording: Wording, act: str, key: str) -> None:
    got = known.does(lambda: getattr(line[0], act)(known.chat))

    assert [message.text for message in got] == [wording.message(key)]


def test_after_a_place_on_the_map_the_communes_name_is_read(line: Line, known: Person, wording: Wording) -> None:
    known.does(lambda: line[0].location(known.chat))

    (got,) = known.write("phuoc dinh")

    assert got.text == wording.message("commune.saved", type="Xã", name="Phước Dinh")


def test_words_under_a_picture_are_answered(line: Line, known: Person, wording: Wording) -> None:
    got = known.does(lambda: line[0].photo(known.chat, ELECTRICITY))

    assert [message.text for message in got[:2]] == [
        wording.message("talk.caption_only"),
        wording.part("social.electricity"),
    ]


def test_a_group_hears_one_line_and_then_nothing_also_after_a_restart(
    line: Line, known: Person, wording: Wording
) -> None:
    api, service = line
    group = Person(api, service, -77)

    first = group.does(lambda: api.add_to_group(-77, by=known.chat))
    later = group.does(lambda: api.write_in_group(-77, known.chat, "/menu"))
    service.kill()
    service.start()
    later += group.does(lambda: api.write_in_group(-77, known.chat, ELECTRICITY))

    assert [message.text for message in first] == [wording.message("talk.group")]
    assert later == []
    assert known.write("/menu")[0].text == wording.message("menu.subjects")


def test_who_blocks_us_gets_nothing_more_and_is_answered_when_they_come_back(
    line: Line, known: Person, wording: Wording
) -> None:
    api, service = line

    def tried() -> list[str]:
        mine = [params for method, params in api.calls if method == "sendMessage"]
        return [params["text"] for params in mine if params["chat_id"] == str(known.chat)]

    def wait_a_little(method: str, _number: int, params: Params) -> str:
        return "429:1" if method == "sendMessage" and params["chat_id"] == str(known.chat) else ""

    before = len(tried())
    api.faults = wait_a_little
    api.write(known.chat, ELECTRICITY)
    assert api.wait_for(lambda: len(tried()) > before)

    silence = known.does(lambda: api.block(known.chat))
    api.faults = None
    api.unblock(known.chat)
    back = known.write("/start")

    assert silence == []
    assert [message.text for message in back] == [wording.message("menu.welcome", operator="")]
    assert tried().count(tried()[before]) == 1
    assert service.rows("SELECT count(*) FROM messages WHERE state = 'blocked'") == [(2,)]


@pytest.mark.parametrize(
    "text",
    [
        "\x00", "a\x00b", "\ud800", "ho ngheo \udfff \ud83d", "😀" * (LONGEST // 2), "😀" * LONGEST, "<b>",
        "</b><script>alert(1)</script>", "&lt;b&gt; &amp; & <a href='x'>", "{{7*7}} {% raw %}",
        "**[x](javascript:a)** `x` _y_", "nghe\u0300o", "\u202e\u200b", "/" , "/start " + "x" * 3000,
        "%s %d {0} ${x}", "a " * 5000,
    ],
)  # fmt: skip
def test_odd_words_are_answered_and_shown_as_they_were_written(
    line: Line, meet: Meet, wording: Wording, text: str
) -> None:
    api, _ = line
    odd, next_person = meet(), meet()

    got = odd.write(text)
    data = odd.write("/dulieu")

    assert len(got) >= 2
    assert data[0].actions == ["d:correct", "n:show", "l:show", "pr:ask", "erase", "menu"]
    assert ("49" in data[0].text) is False
    if "<" in text:
        assert text in data[0].text
    assert [message.text for message in next_person.write("/menu")][1:] == [wording.message("menu.subjects")]
    assert {code for method, code, _ in api.refusals if method == "sendMessage"} <= {429, 403}


def test_updates_that_cannot_be_read_keep_nobody_waiting(line: Line, known: Person, wording: Wording) -> None:
    api, _ = line
    chat = {"id": known.chat, "type": "private", "first_name": "A"}
    odd: list[dict[str, Any]] = [
        {"message": {}}, {"message": None}, {"message": {"message_id": "x", "date": "y", "chat": 7}},
        {"callback_query": {"id": 1}}, {"my_chat_member": {"chat": chat}}, {"message": {"chat": {"id": None}}},
    ]  # fmt: skip
    for content in odd:
        api.update(known.chat, content)

    unread = known.does(
        lambda: api.update(known.chat, {"message": {"message_id": 1, "date": 1, "chat": chat, "text": 5}})
    )

    assert unread[-1].text == wording.message("talk.unreadable")
    assert known.write("/menu")[0].text == wording.message("menu.subjects")


def test_a_reply_that_is_too_long_comes_in_pieces_with_its_buttons_under_the_last(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(ROOT / "content", content)
    long = "\n\n".join(f"{number} " + "dài " * 60 for number in range(30))
    file = content / "messages" / "talk.yaml"
    messages = file.read_text(encoding="utf-8")
    cancelled = messages[messages.index("cancelled:\n  vi: ") :].splitlines()[1]
    file.write_text(messages.replace(cancelled, f"  vi: {json.dumps(long, ensure_ascii=False)}"), encoding="utf-8")

    with joined(tmp_path, CONTENT=str(content)) as (api, service):
        _, *pieces = Person(api, service, 7).write("/huy")

    assert len(pieces) == 2
    assert all(count_units(piece.text) <= LONGEST for piece in pieces)
    assert " ".join(" ".join(piece.text for piece in pieces).split()) == " ".join(long.split())
    assert [piece.actions for piece in pieces] == [[], ["menu"]]


@both_ways
def test_the_profile_is_set_in_both_languages_and_being_told_to_wait_is_survived(way: Way, tmp_path: Path) -> None:
    seen = set[str]()

    def refuse_each_once(method: str, _number: int, _params: Params) -> str:
        fresh = method not in seen and method != "sendMessage"
        seen.add(method)
        return "429:1" if fresh else ""

    with telegram(limits=False) as api:
        api.faults = refuse_each_once
        with serving(TelegramService(tmp_path, api, way, **FAST)) as service:
            complete = lambda: len(api.short_descriptions) == 2  # noqa: E731  # the last thing that is set
            assert api.wait_for(complete)
            api.write(7, "/menu")
            assert api.wait_for(lambda: len(api.texts(7)) == 2)
            assert wait_until(lambda: service.health()["status"] == "ok")

    assert set(api.commands) == {("default", ""), ("default", "en")}
    for commands in api.commands.values():
        assert [command["command"] for command in commands] == list(COMMANDS)
    assert set(api.descriptions) == set(api.short_descriptions) == {"", "en"}
    assert api.descriptions[""] != api.descriptions["en"]
    assert api.menu_buttons == {0: {"type": "commands"}}
    assert {"setMyCommands", "setChatMenuButton", "setMyDescription"} <= seen


def test_the_check_of_a_household_is_typed_and_pressed_to_its_result(known: Person) -> None:
    """One who knows little at first, and then changes two answers."""
    known.write("nha toi duoc gi")
    known.press("e:for:parent")
    known.write("nha toi co so can ngheo")
    for _ in range(30):
        shown = known.write("khong biet")[-1]
        if "e:go" in shown.actions:
            shown = known.press("e:go")[-1]
        if "e:edit" in shown.actions:
            break
    known.press("e:edit")
    known.press("e:c:age")
    asked = known.write("76 tuổi")[-1]
    assert "e:a:has_pension:no" in asked.actions
    known.write("không có")
    known.write("menu")
    yes, more = known.write("kết quả")

    assert "t:social.monthly" in yes.actions
    assert len(yes.actions) <= 8
    assert "e:what" in more.actions
