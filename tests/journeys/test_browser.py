"""The web chat in Chromium: with scripts and without, with keyboard and thumb, at 320 px and at a desk."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error

from bot.core.types import Kind
from tests.channels.webchat_stand import Stand
from tests.journeys.browser import Server, Visitor, find_chromium, making_visitors

ASKED = "nhà tôi cận nghèo mua bảo hiểm đóng nhiêu"
ANSWERED = "34.155 đồng"
DANGER = "chong cu hay danh toi"
HELPED = "Bạn cần được an toàn trước đã"

both = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
MakeVisitor = Callable[..., Visitor]


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(Stand(patience=5.0))
    yield server
    server.close()


@pytest.fixture
def visitor(chromium: Browser, server: Server) -> Iterator[MakeVisitor]:
    with making_visitors(chromium, server.url) as make:
        yield make


def taken(server: Server) -> list[tuple[Kind, str]]:
    return [(event.kind, event.text) for event in server.stand.talk.taken]


@both
def test_a_question_is_answered_on_the_page(visitor: MakeVisitor, server: Server, scripts: bool) -> None:
    person = visitor(scripts=scripts)

    person.say(ASKED)
    person.sees(ANSWERED)

    assert ASKED in person.text
    assert taken(server) == [(Kind.TEXT, ASKED)]
    assert person.page.get_by_label("Câu hỏi của bạn").input_value() == ""
    assert person.complaints == []


@both
def test_a_button_under_an_answer_goes_on(visitor: MakeVisitor, server: Server, scripts: bool) -> None:
    person = visitor(scripts=scripts)
    person.say(ASKED)
    person.sees(ANSWERED)

    person.press("Cần giấy gì?")
    person.sees("thẻ căn cước")

    assert taken(server)[-1] == (Kind.CHOICE, "p:health.near_poor_subsidy:papers")


@both
def test_send_pressed_twice_because_nothing_happened_is_one_turn(
    visitor: MakeVisitor, server: Server, scripts: bool
) -> None:
    person = visitor(scripts=scripts)
    server.do(server.stand.talk.open.clear)
    person.write(ASKED)

    for _ in range(2):
        person.page.get_by_role("button", name="Gửi", exact=True).click(no_wait_after=True)
    server.do(server.stand.talk.open.set)
    person.sees(ANSWERED)

    assert taken(server) == [(Kind.TEXT, ASKED)]
    assert person.text.count(ASKED) == 1


def test_the_same_form_sent_again_shows_the_first_answer(visitor: MakeVisitor, server: Server) -> None:
    person = visitor(scripts=False)
    person.write(ASKED)
    event = person.page.locator("#write input[name=event]").input_value()
    person.send()
    person.sees(ANSWERED)

    again = person.page.request.post(
        person.url + "/say", form={"event": event, "text": ASKED}, headers={"Origin": person.url}
    )

    assert ANSWERED in again.text()
    assert len(taken(server)) == 1


@both
def test_erasing_leaves_the_person_on_an_empty_page_also_after_back(visitor: MakeVisitor, scripts: bool) -> None:
    person = visitor(scripts=scripts)
    person.say(ASKED)
    person.sees(ANSWERED)

    person.page.get_by_text("Xóa cuộc trò chuyện", exact=True).last.click()
    person.press("Xóa hết")
    person.sees("Đã xóa hết")
    person.page.go_back()

    assert ANSWERED not in person.text
    assert ASKED not in person.text


@both
@pytest.mark.parametrize("button", ["Thoát nhanh", "Máy này là máy chung"])
def test_after_leaving_back_shows_nothing(visitor: MakeVisitor, server: Server, scripts: bool, button: str) -> None:
    person = visitor(scripts=scripts)
    person.say(ASKED)
    person.sees(ANSWERED)
    person.write("lời nháp")

    person.press(button)
    person.page.wait_for_url("**/tam-biet**")
    farewell = person.text + person.page.title()
    for _ in range(3):
        person.page.go_back()
        seen = person.source
        assert not any(words in seen for words in (ANSWERED, ASKED, "lời nháp"))

    for words in ("nghèo", "hỏi", "hỗ trợ", "Cầu Nối"):
        assert words not in farewell
    assert server.stand.talk.lines == {}


@both
def test_after_a_guarded_answer_leaving_and_back_show_nothing_of_it(
    visitor: MakeVisitor, server: Server, scripts: bool
) -> None:
    person = visitor(scripts=scripts)
    person.say(DANGER)
    person.sees(HELPED)
    assert DANGER not in person.text

    person.press("Thoát nhanh")
    person.page.wait_for_url("**/tam-biet**")
    with suppress(Error):  # "send the form again?" is an error page to the driver
        person.page.go_back()
    with suppress(Error):
        person.page.reload()

    assert HELPED not in person.source
    assert DANGER not in person.source
    assert len(taken(server)) == 1


def test_a_guarded_answer_is_gone_after_a_reload_of_the_smooth_page(visitor: MakeVisitor) -> None:
    person = visitor()
    person.say(DANGER)
    person.sees(HELPED)

    person.page.reload()

    assert HELPED not in person.text
    assert DANGER not in person.text


def test_the_focus_stays_in_the_box_and_the_answer_is_told_and_in_sight(visitor: MakeVisitor) -> None:
    person = visitor()
    person.write(ASKED)
    person.page.keyboard.press("Enter")
    person.sees(ANSWERED)

    assert person.page.evaluate("document.activeElement.id") == "text"
    assert ANSWERED in person.page.locator("#live").inner_text()
    assert person.page.locator("#cuoi").evaluate(
        "each => each.getBoundingClientRect().top >= 0 && each.getBoundingClientRect().top < innerHeight / 2"
    )


def test_a_message_that_did_not_get_through_is_kept_and_sent_again_as_the_same_event(
    visitor: MakeVisitor, server: Server
) -> None:
    person = visitor()
    person.write(ASKED)
    event = person.page.locator("#write input[name=event]").input_value()
    person.context.set_offline(True)

    person.send()
    person.sees("Mạng yếu, tin chưa gửi được. Bấm gửi lại.")
    assert person.page.get_by_label("Câu hỏi của bạn").input_value() == ASKED
    person.context.set_offline(False)
    person.send()
    person.sees(ANSWERED)

    assert [each.event_id for each in server.stand.talk.taken] == [event]
    assert person.page.get_by_text("Mạng yếu").count() == 0


def test_what_is_typed_while_an_answer_is_on_its_way_stays(visitor: MakeVisitor, server: Server) -> None:
    person = visitor()
    server.do(server.stand.talk.open.clear)
    person.say(ASKED)
    person.sees("Đang gửi…")

    person.write("câu sau")
    server.do(server.stand.talk.open.set)
    person.sees(ANSWERED)

    assert person.page.get_by_label("Câu hỏi của bạn").input_value() == "câu sau"


@both
def test_english_is_one_press_away_and_so_is_the_way_back(visitor: MakeVisitor, scripts: bool) -> None:
    person = visitor(scripts=scripts)

    person.press("English")
    person.sees("I speak English from now on")

    assert person.page.locator("html").get_attribute("lang") == "en"
    assert person.page.get_by_label("Your question").count() == 1
    assert person.page.get_by_role("button", name="Tiếng Việt").count() == 1


@both
def test_a_deep_link_starts_with_one_press(visitor: MakeVisitor, server: Server, scripts: bool) -> None:
    person = visitor(scripts=scripts)
    person.open("/?start=health-near_poor_subsidy")
    assert taken(server) == []

    person.press("Bắt đầu")
    person.sees(ANSWERED)

    assert taken(server) == [(Kind.START, "health-near_poor_subsidy")]


def test_everything_can_be_reached_by_keyboard_beginning_with_the_way_to_the_box(visitor: MakeVisitor) -> None:
    person = visitor(scripts=False)

    person.page.keyboard.press("Tab")
    assert person.page.locator(":focus").inner_text() == "Tới ô gõ câu hỏi"
    person.page.keyboard.press("Enter")
    person.page.keyboard.type(ASKED)
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Enter")

    person.sees(ANSWERED)


def first(_person: Visitor) -> None:
    """The first page."""


def answered(person: Visitor) -> None:
    person.say(ASKED)
    person.sees(ANSWERED)


def guarded(person: Visitor) -> None:
    person.say(DANGER)
    person.sees(HELPED)


def missing(person: Visitor) -> None:
    person.open("/khong-co")


def stale(person: Visitor) -> None:
    person.context.clear_cookies()
    person.say(ASKED)
    person.sees("Trang vừa rồi đã đóng")


def left(person: Visitor) -> None:
    person.press("Thoát nhanh")
    person.page.wait_for_url("**/tam-biet**")


PLACES = [first, answered, guarded, missing, stale, left]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("reach", PLACES, ids=lambda each: each.__name__)
def test_axe_finds_nothing_wrong(
    visitor: MakeVisitor, reach: Callable[[Visitor], None], width: int, dark: bool
) -> None:
    person = visitor(width=width, dark=dark)
    reach(person)

    found = Axe().run(person.page)

    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("reach", PLACES, ids=lambda each: each.__name__)
@pytest.mark.parametrize("text_size", [1, 2])
def test_on_the_narrowest_phone_nothing_runs_off_and_every_target_fits_a_thumb(
    visitor: MakeVisitor, reach: Callable[[Visitor], None], text_size: int
) -> None:
    person = visitor(width=320, height=568)
    reach(person)

    person.page.locator("html").evaluate(f"each => each.style.fontSize = '{112.5 * text_size}%'")

    assert person.page.evaluate("document.documentElement.scrollWidth") <= 320
    sizes = person.page.locator("button:visible, summary:visible, a.button:visible").evaluate_all(
        "all => all.map(each => [each.innerText, each.getBoundingClientRect().width, "
        "each.getBoundingClientRect().height, each.getBoundingClientRect().right])"
    )
    assert sizes
    assert [each for each in sizes if each[1] < 44 or each[2] < 44 or each[3] > 320] == []


@pytest.mark.parametrize("text_size", [1, 2])
def test_the_exit_is_in_sight_wherever_one_has_scrolled_to(visitor: MakeVisitor, text_size: int) -> None:
    person = visitor(width=320, height=568)
    answered(person)
    person.page.locator("html").evaluate(f"each => each.style.fontSize = '{112.5 * text_size}%'")

    for place in ("0", "document.body.scrollHeight / 2", "document.body.scrollHeight"):
        person.page.evaluate(f"scrollTo(0, {place})")
        box = person.page.get_by_role("button", name="Thoát nhanh").bounding_box()
        assert box is not None
        assert 0 <= box["y"] < 120
        assert box["x"] + box["width"] <= 320


def test_without_chromium_the_journeys_are_left_out_but_never_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Chromium is missing"):
        find_chromium()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="Chromium is missing"):
        find_chromium()
