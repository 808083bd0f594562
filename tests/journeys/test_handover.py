"""A person on the web chat and an officer in the console, in Chromium: passed on, taken, answered, closed, seen."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from bot.services import locks
from bot.wiring import SystemClock
from tests.console.console_stand import PASSWORD
from tests.journeys.browser import Visitor, making_visitors
from tests.journeys.service import ROOT, Service, running
from tests.journeys.test_console import is_fine

LOOK = 15_000  # ms between two looks of the page for an answer
QUESTION = "nhà tôi bị tốc mái, gọi tôi 0912345678"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path)
    with running(service.start()):
        yield service


@pytest.fixture
def visitor(chromium: Browser, service: Service) -> Iterator[Callable[..., Visitor]]:
    with making_visitors(chromium, service.url) as make:
        yield make


def officer(service: Service, visitor: Callable[..., Visitor], name: str, role: str, **how: object) -> Visitor:
    """Invite somebody on the server's command line; they come at once."""
    command = [sys.executable, "-m", "bot", "staff", "invite", name, "--role", role]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CAUNOI_")}
    environment |= {"CAUNOI_DATABASE_URL": f"sqlite+aiosqlite:///{service.database}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=service.folder, env=environment, capture_output=True, text=True, check=True)
    printed = done.stdout
    link = re.search(r"/console/invitation/\S+", printed)
    assert link is not None
    staff = visitor(path=link[0], **how)
    staff.page.get_by_label("Mật khẩu").fill(PASSWORD)
    staff.page.get_by_role("button", name="Tiếp tục").click()
    key = staff.page.locator(".key").inner_text().replace(" ", "")
    staff.page.get_by_label("Gõ 6 số").fill(locks.code_at(key, SystemClock().now()))
    staff.page.get_by_role("button", name="Xong, đăng nhập").click()
    staff.sees(f"Chào {name}.")
    return staff


def pass_on(person: Visitor, question: str = QUESTION) -> None:
    person.say("gặp cán bộ")
    person.sees("Bạn đồng ý không?")
    person.press("Đồng ý")
    person.sees("Bạn gõ câu muốn hỏi cán bộ")
    person.say(question)
    person.sees("Lời của bạn đã được giữ lại")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 800)], ids=["phone", "desk"])
def test_staff_answer_on_one_page_what_a_person_asked_on_another(
    service: Service, visitor: Callable[..., Visitor], scripts: bool, width: int, height: int
) -> None:
    staff = officer(service, visitor, "Lê Thị Đào", "editor", width=width, height=height)
    person = visitor(scripts=scripts, width=width, height=height)
    if scripts:
        person.page.clock.install()
        person.open()

    def looks() -> None:
        if scripts:
            person.page.clock.fast_forward(LOOK + 1000)
        else:
            person.page.get_by_role("link", name="Xem có trả lời chưa").click()

    pass_on(person)
    take_up(staff)
    looks()
    person.sees("Cán bộ đã nhận lời của bạn")
    person.say("tôi ở thôn 2 <b>x</b>")
    person.sees("Đã chuyển cho cán bộ.")

    answer_with_a_topic(staff)
    looks()
    person.sees("Cán bộ trả lời:")
    person.sees("Chào bạn.")
    if scripts:
        assert "Chào bạn." in person.page.locator("#live").inner_text()
        assert Axe().run(person.page).violations_count == 0
    shoot(person, f"person-{'scripts' if scripts else 'plain'}-{width}")

    close(staff)
    looks()
    person.sees("Cán bộ đã xong việc này")
    if scripts:
        assert person.page.get_by_role("link", name="Xem có trả lời chưa").count() == 0
    assert person.complaints == []
    log = service.log.read_text(encoding="utf-8")
    assert "tốc mái" not in log
    assert "Chào bạn" not in log


def take_up(staff: Visitor) -> None:
    """From the first page to the words themselves, which nobody sees before they have it."""
    staff.open("/console/")
    staff.page.get_by_role("link", name="câu hỏi gửi cán bộ đang chờ").click()
    is_fine(staff, "handovers")
    assert "tốc mái" not in staff.text
    staff.page.locator("a.card").click()
    is_fine(staff, "handover-open")
    staff.page.get_by_role("button", name="Nhận và đọc").click()
    staff.sees("nhà tôi bị tốc mái")
    assert "0912345678" not in staff.source


def answer_with_a_topic(staff: Visitor) -> None:
    """Begin an answer, find a topic, put its part in, send; what the person wrote meanwhile is there."""
    draft = staff.page.get_by_label("Lời bạn gửi người hỏi")
    draft.fill("Chào bạn.")
    staff.page.get_by_label("Tìm chủ đề").fill("hộ nghèo sửa nhà được hỗ trợ bao nhiêu")
    staff.page.get_by_role("button", name="Tìm", exact=True).click()
    staff.sees("tôi ở thôn 2 <b>x</b>")
    is_fine(staff, "handover-ready")
    staff.page.get_by_role("button", name="Tóm tắt").first.click()
    staff.page.locator("input[name=used]").wait_for(state="attached")
    assert draft.input_value().startswith("Chào bạn.\n\n")
    assert "Nguồn" in draft.input_value()
    is_fine(staff, "handover-draft")
    staff.page.get_by_role("button", name="Gửi cho người hỏi").click()
    staff.page.locator(".ours").wait_for()
    is_fine(staff, "handover-answered")


def close(staff: Visitor) -> None:
    staff.page.get_by_label("Đã trả lời").check()
    staff.page.get_by_role("button", name="Kết thúc việc này").click()
    staff.page.get_by_role("heading", name="Trả lời").wait_for(state="detached")
    is_fine(staff, "handover-closed")


def test_in_distress_staff_answer_and_leave_and_nothing_of_it_is_kept_in_the_talk(
    service: Service, visitor: Callable[..., Visitor]
) -> None:
    staff = officer(service, visitor, "Phan Thị Hai", "supervisor")
    person = visitor(scripts=False, width=360, height=740)
    person.say("chong toi danh toi voi con")
    person.press("Nhờ cán bộ giúp")
    person.press("Đồng ý")
    person.sees("Đã ghi lại là bạn cần người giúp")

    staff.open("/console/handovers/1")
    staff.page.get_by_role("button", name="Nhận và đọc").click()
    staff.sees("Lời bạn viết không được giữ trên trang của họ")
    staff.page.get_by_label("Lời bạn gửi người hỏi").fill("Chị qua trạm y tế nghe.")
    staff.page.get_by_role("button", name="Gửi cho người hỏi").click()
    staff.page.locator(".ours").wait_for()
    person.open("/")
    person.sees("Chị qua trạm y tế nghe.")
    person.sees("ít phút nữa sẽ mất khỏi trang")
    shoot(person, "distress-answered")
    staff.page.get_by_role("button", name="Trả lại").click()
    staff.page.get_by_role("button", name="Nhận và đọc").wait_for()
    person.open("/")

    person.sees("Lúc này không có cán bộ nào đọc ở đây")
    assert service.rows("SELECT count(*) FROM messages WHERE guarded_until IS NULL") == [(0,)]
    assert service.rows("SELECT count(*) FROM messages WHERE state = 'seen'") == [(3,)]


def test_the_words_in_the_box_stay_when_an_answer_comes(service: Service, visitor: Callable[..., Visitor]) -> None:
    staff = officer(service, visitor, "Lê Thị Đào", "editor")
    person = visitor()
    person.page.clock.install()
    person.open()
    pass_on(person)
    person.write("còn một chuyện nữa")

    staff.open("/console/handovers/1")
    staff.page.get_by_role("button", name="Nhận và đọc").click()
    staff.sees("nhà tôi bị tốc mái")
    person.page.clock.fast_forward(LOOK + 1000)

    person.sees("Cán bộ đã nhận lời của bạn")
    assert person.page.get_by_label("Câu hỏi của bạn").input_value() == "còn một chuyện nữa"
    assert person.page.evaluate("document.activeElement.id") == "text"
    person.send()
    person.sees("Đã chuyển cho cán bộ.")


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 800)], ids=["phone", "desk"])
def test_an_officer_types_for_a_caller(
    service: Service, visitor: Callable[..., Visitor], width: int, height: int
) -> None:
    staff = officer(service, visitor, "Lê Thị Đào", "editor", width=width, height=height)
    staff.page.get_by_role("link", name="Giúp người gọi").click()
    is_fine(staff, "desk-empty")

    staff.page.get_by_label("Câu hỏi của người gọi").fill("nhà tôi cận nghèo mua bảo hiểm đóng nhiêu")
    staff.page.get_by_role("button", name="Hỏi", exact=True).click()
    staff.sees("ít nhất 70%")
    is_fine(staff, "desk-answered")
    staff.page.get_by_role("button", name="Người tiếp theo").click()
    staff.page.locator(".talk").wait_for(state="detached")

    assert service.rows("SELECT channel FROM questions") == [("desk",)]
    assert service.rows("SELECT count(*) FROM messages") == [(0,)]


def shoot(visitor: Visitor, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        visitor.page.screenshot(path=f"{folder}/{name}.png", full_page=True)
