"""Chromium on the real `bot serve`: an answer with its papers, parts, the way out and Back, the first load, axe."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

from tests.journeys.browser import Visitor
from tests.journeys.service import Service

ASKED = "nha toi can ngheo mua bhyt duoc ho tro bao nhieu"
ANSWERED = "34.155 đồng"
DANGER = "chong cu hay danh toi voi con"
FIRST_LOAD = 60_000  # bytes over the wire (design: a first load on a weak network)

both = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
MakeVisitor = Callable[..., Visitor]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("whole"), TEST_CLOCK="2026-11-24T09:00:00+07:00").start()
    assert running.url, running.log.read_text()
    yield running
    running.kill()


@both
def test_a_farmer_asks_without_marks_and_goes_on_by_thumb(visitor: MakeVisitor, scripts: bool) -> None:
    person = visitor(scripts=scripts)

    person.say(ASKED)
    person.sees(ANSWERED)
    person.press("Bỏ qua")
    person.sees("Bạn cứ hỏi tiếp")
    person.page.get_by_role("button", name="Hạn tới khi nào?").last.click()
    person.sees("Không có hạn chót chung")
    person.say("nop o dau")
    person.sees("Đóng tiền ở bưu điện")

    assert "ít nhất 70%" in person.text
    assert person.complaints == []


@both
def test_after_the_quick_exit_back_shows_nothing(visitor: MakeVisitor, scripts: bool) -> None:
    person = visitor(scripts=scripts)
    person.say(ASKED)
    person.sees(ANSWERED)

    person.press("Thoát nhanh")
    person.page.wait_for_url("**/tam-biet**")
    for _ in range(3):
        person.page.go_back()
        seen = person.source
        assert ANSWERED not in seen
        assert ASKED not in seen


@both
def test_distress_is_shown_once_and_nowhere_afterwards(visitor: MakeVisitor, scripts: bool) -> None:
    person = visitor(scripts=scripts)
    person.say(DANGER)
    person.sees("113")
    assert DANGER not in person.text
    assert person.page.get_by_role("button", name="Nhờ cán bộ giúp").count() == 1
    assert person.page.locator('a[href="tel:113"]').count() == 1

    with suppress(Error):  # without scripts: "send the form again?" is an error page to the driver
        person.page.reload()
    person.open()

    assert "113" not in person.text
    assert DANGER not in person.source


def test_a_first_load_is_small(visitor: MakeVisitor) -> None:
    person = visitor()
    told = person.context.new_cdp_session(person.page)
    told.send("Network.enable")
    told.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    told.on("Network.loadingFinished", lambda each: sizes.append(each["encodedDataLength"]))

    person.page.reload(wait_until="networkidle")

    assert len(sizes) >= 3  # page, style, script
    assert sum(sizes) < FIRST_LOAD


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_axe_finds_nothing_wrong_in_a_real_conversation(visitor: MakeVisitor, width: int) -> None:
    person = visitor(width=width, height=800)
    person.say(ASKED)
    person.sees(ANSWERED)
    person.say("vay tien")
    person.sees("Bạn hỏi ý nào")

    found = Axe().run(person.page)

    assert found.violations_count == 0, found.generate_report()
    assert person.page.evaluate("document.documentElement.scrollWidth") <= width
