"""The console in Chromium, on a phone of 360 px and at a desk: invited, signed in with the phone's code, at work."""

import asyncio
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from bot.core.editing import AddExample
from bot.core.handover import DISTRESS, QUESTION
from bot.core.staff import Role
from bot.core.types import Address
from bot.services import locks
from bot.wiring import SystemClock
from tests.console.console_stand import BAO_AN, DO_VINH, PASSWORD, ConsoleStand, Person, open_stand
from tests.console.test_handovers import passed
from tests.console.test_leads import register
from tests.console.test_slips import CODE, bring
from tests.console.test_vacancies import ROW, file_of
from tests.journeys.browser import Server, Visitor, making_visitors
from tests.journeys.service import Service

# What is pressed is at least 44 px high; a box to tick counts with its label.
TOO_SMALL = """
[...document.querySelectorAll("button, .button, nav a, input:not([type=hidden]), select")]
  .map(each => each.closest("label") || each)
  .filter(each => { const high = each.getBoundingClientRect().height; return high > 0 && high < 44; })
  .map(each => each.outerHTML)
"""
MakeVisitor = Callable[..., Visitor]
SIZES = ((360, 740), (1280, 800))
widths = pytest.mark.parametrize(("width", "height"), SIZES, ids=["phone", "desk"])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server[ConsoleStand]]:
    with ThreadPoolExecutor(1) as apart:  # the browser's own loop runs in this thread
        stand = apart.submit(asyncio.run, open_stand(tmp_path, operator="Sở thử")).result()
    server = Server(stand)
    yield server
    server.result_of(server.stand.database.close())
    server.close()


@pytest.fixture
def visitor(chromium: Browser, server: Server[ConsoleStand]) -> Iterator[MakeVisitor]:
    with making_visitors(chromium, server.url) as make:
        yield lambda **how: make(path="/console/", **how)


def is_fine(visitor: Visitor, name: str) -> None:
    """Assert that a page is accessible and fits its width. With SHOTS set, its picture is kept in that folder."""
    if folder := os.environ.get("SHOTS"):
        assert visitor.page.viewport_size is not None
        visitor.page.screenshot(path=f"{folder}/{name}-{visitor.page.viewport_size['width']}.png", full_page=True)
    found = Axe().run(visitor.page)
    assert found.violations_count == 0, found.generate_report()
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert visitor.page.evaluate(TOO_SMALL) == []
    assert visitor.complaints == []


@widths
def test_somebody_invited_comes_in_with_password_and_phone(
    visitor: MakeVisitor, server: Server[ConsoleStand], width: int, height: int
) -> None:
    stand = server.stand
    admin = server.result_of(stand.person("Nguyễn Văn An", Role.ADMIN))
    person = visitor(width=width, height=height)
    is_fine(person, "sign-in")
    person.page.get_by_label("Tên").fill("nguyen van an")
    person.page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    person.page.get_by_label("Mã trên điện thoại").fill(stand.next_code(admin.secret))
    person.page.get_by_role("button", name="Đăng nhập").click()
    person.sees("Chào Nguyễn Văn An.")
    is_fine(person, "start")

    person.page.get_by_role("link", name="Cán bộ", exact=True).click()
    person.page.get_by_role("link", name="Mời cán bộ").click()
    person.sees("Tên mà đồng nghiệp quen gọi.")
    is_fine(person, "invite")
    person.page.get_by_label("Tên").fill("Lê Thị Đào")
    person.page.get_by_label("Tư vấn viên").check()
    person.page.get_by_label("Phường Đô Vinh").check()
    person.page.get_by_role("button", name="Tạo đường dẫn mời").click()
    link = person.page.get_by_label("Đường dẫn", exact=True).input_value()
    person.sees("Chép ngay")
    is_fine(person, "link")

    new = visitor(width=width, height=height)
    new.page.goto(link)
    new.sees("Bước 1 trong 2")
    is_fine(new, "password")
    new.page.get_by_label("Mật khẩu").fill(PASSWORD)
    new.page.get_by_role("button", name="Tiếp tục").click()
    new.sees("Bước 2 trong 2")
    is_fine(new, "phone")
    key = new.page.locator(".key").inner_text().replace(" ", "")
    new.page.get_by_label("Gõ 6 số mà ứng dụng đang hiện").fill("000000")
    new.page.get_by_role("button", name="Xong, đăng nhập").click()
    new.sees("Mã chưa đúng")
    new.complaints.clear()  # the browser tells of every 422
    is_fine(new, "phone-wrong")
    new.page.get_by_label("Gõ 6 số mà ứng dụng đang hiện").fill(stand.code(key))
    new.page.get_by_role("button", name="Xong, đăng nhập").click()

    new.sees("Chào Lê Thị Đào.")
    new.sees("Hiện không có gì chờ bạn.")
    is_fine(new, "start-new")


@widths
def test_staff_log_and_account_are_fine_to_read_and_use(
    visitor: MakeVisitor, server: Server[ConsoleStand], width: int, height: int
) -> None:
    admin = server.result_of(settled(server.stand))
    server.result_of(server.stand.asked_privacy("Tôi muốn biết ai đã đọc lời nhắn của tôi.", due_in=-1))
    server.result_of(server.stand.asked_privacy("Đừng nhắn tin cho tôi nữa.", kind="restrict"))
    person = visitor(width=width, height=height)
    signed_in(person, admin)

    for name, path in (
        ("staff", "/console/staff"),
        ("member", f"/console/staff/{admin.member.id + 1}"),
        ("audit", "/console/audit"),
        ("account", "/console/account"),
        ("privacy", "/console/privacy"),
        ("privacy-request", "/console/privacy/1"),
        ("not-found", "/console/staff/4711"),
    ):
        if name == "not-found":
            person.page.goto(person.url + path)
            person.complaints.clear()  # the browser tells of every 404
        else:
            person.open(path)
        is_fine(person, name)


@widths
def test_the_pages_of_work_with_people_and_texts_are_fine_to_read_and_use(
    visitor: MakeVisitor, server: Server[ConsoleStand], width: int, height: int
) -> None:
    """Every page that the tests above and of the content work do not open."""
    stand = server.stand
    worker = server.result_of(at_work(stand))
    person = visitor(width=width, height=height)
    signed_in(person, worker)

    for name, path in (
        ("start-full", "/console/"),
        ("handovers", "/console/handovers"),
        ("handover-waits", "/console/handovers/1"),
        ("handover-mine", "/console/handovers/2"),
        ("call-mine", "/console/handovers/3"),
        ("desk", "/console/desk"),
        ("questions", "/console/questions"),
        ("content", "/console/content"),
        ("change", "/console/content/1"),
        ("figures", "/console/figures"),
        ("conditions", "/console/figures/conditions"),
        ("condition", "/console/figures/conditions/credit.student/1.when.all.1.any.1"),
        ("approvals", "/console/approvals"),
        ("approval", "/console/approvals/1"),
        ("privacy-full", "/console/privacy"),
        ("slips", "/console/slips"),
        ("invite", "/console/staff/invite"),
    ):
        person.open(path)
        is_fine(person, name)
    person.open("/console/figures")
    person.page.locator("a.card").first.click()
    is_fine(person, "figure")


@widths
def test_a_slip_is_opened_by_its_code(
    visitor: MakeVisitor, server: Server[ConsoleStand], width: int, height: int
) -> None:
    clerk = server.result_of(bring(server.stand))
    person = visitor(width=width, height=height)
    signed_in(person, clerk)
    person.open("/console/")
    person.page.get_by_role("link", name="Phiếu", exact=True).click()
    is_fine(person, "slips")

    person.page.get_by_label("Mã phiếu").fill(CODE[:-1] + "2")
    person.page.get_by_role("button", name="Mở phiếu").click()
    person.sees("Không có phiếu nào của xã bạn mang mã này")
    person.complaints.clear()  # the browser tells of every 422
    is_fine(person, "slips-wrong")
    person.page.get_by_label("Mã phiếu").fill(CODE.lower())
    person.page.get_by_role("button", name="Mở phiếu").click()

    person.sees("Lời đã khai")
    person.sees("mức khuyết tật: Nặng")
    is_fine(person, "slip-opened")


def test_in_the_dark_the_console_is_as_readable(visitor: MakeVisitor, server: Server[ConsoleStand]) -> None:
    admin = server.result_of(settled(server.stand))
    person = visitor(dark=True)
    signed_in(person, admin)

    for path in ("/console/staff", f"/console/staff/{admin.member.id + 1}", "/console/account"):
        person.open(path)
        is_fine(person, f"dark-{path.rsplit('/', 1)[1]}")


def test_everything_is_reached_by_keyboard_and_seen(visitor: MakeVisitor, server: Server[ConsoleStand]) -> None:
    admin = server.result_of(settled(server.stand))
    person = visitor(width=1280, height=800)
    signed_in(person, admin)
    person.open("/console/staff/invite")

    person.page.keyboard.press("Tab")
    assert person.page.evaluate("document.activeElement.className") == "skip"
    person.page.keyboard.press("Enter")
    person.page.keyboard.press("Tab")  # back to the list
    person.page.keyboard.press("Tab")
    person.page.keyboard.type("Trần Văn Bình")
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Space")

    assert person.page.get_by_label("Tên").input_value() == "Trần Văn Bình"
    assert person.page.get_by_label("Quản trị").is_checked()
    assert person.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_first_administrator_comes_by_the_link_that_the_service_prints(chromium: Browser, tmp_path: Path) -> None:
    service = Service(tmp_path).start()
    try:
        printed = service.printed_until("/console/invitation/")
        link = re.search(r"http://\S+/console/invitation/\S+", printed)
        assert link is not None
        with making_visitors(chromium, service.url) as make:
            person = make(path=link[0].removeprefix(service.url))
            person.page.get_by_label("Tên của bạn").fill("Nguyễn Văn An")
            person.page.get_by_label("Mật khẩu").fill(PASSWORD)
            person.page.get_by_role("button", name="Tiếp tục").click()
            key = person.page.locator(".key").inner_text().replace(" ", "")
            person.page.get_by_label("Gõ 6 số").fill(locks.code_at(key, SystemClock().now()))
            person.page.get_by_role("button", name="Xong, đăng nhập").click()
            person.sees("Chào Nguyễn Văn An.")
        log = service.log.read_text(encoding="utf-8")
        assert PASSWORD not in log
        assert link[0].rsplit("/", 1)[1] not in log
        assert "Nguyễn" not in log
    finally:
        service.kill()


async def settled(stand: ConsoleStand) -> Person:
    """An office with some people in it; return an administrator."""
    admin = await stand.person("Nguyễn Văn An", Role.ADMIN, Role.EDITOR)
    await stand.person("Lê Thị Đào", Role.COUNSELLOR, Role.EDITOR, communes=[DO_VINH, BAO_AN])
    await stand.person("Công Tằng Tôn Nữ Thị Một Cái Tên Rất Dài Để Thử Bề Ngang", Role.SUPERVISOR)
    await stand.invited("Trần Văn Mới", Role.VIEWER)
    await stand.staff.one(admin.member, admin.member.id + 1)
    return admin


async def at_work(stand: ConsoleStand) -> Person:
    """Something of every kind waits for somebody with every role."""
    worker = await stand.person("Lê Thị Đào", *(each for each in Role if each is not Role.COUNSELLOR))
    for number, kind in enumerate((QUESTION, QUESTION, DISTRESS), start=1):
        words = () if kind == DISTRESS else ("Nhà tôi ở gần chợ, mái tôn bay hết rồi, xin hỏi xã có giúp tiền không?",)
        await passed(stand, *words, kind=kind, at=Address("web", f"{number}"))
    for number in (2, 3):
        assert await stand.handovers.claim(worker.member, number) is None
        assert await stand.handovers.answer(worker.member, number, "Dạ, mai cán bộ qua.") is None
    await stand.asked("chợ phiên xã mình mấy giờ họp", "cho phien hop may gio", "xe đò lên Bác Ái chạy giờ nào")
    await stand.asked_privacy("Đừng nhắn tin cho tôi nữa.", kind="restrict")
    draft = await stand.editing.draft(worker.member, AddExample("poverty.standard", "muc nao thi ke la ngheo vay a"))
    assert isinstance(draft, int)
    assert isinstance(await stand.editing.submit(worker.member, draft), int)
    return worker


def signed_in(person: Visitor, who: Person) -> None:
    person.context.add_cookies([{"name": "caunoi-console", "value": who.token, "url": f"{person.url}/console/"}])


@widths
def test_a_counsellor_takes_a_job_seeker_calls_and_closes(
    visitor: MakeVisitor, server: Server[ConsoleStand], width: int, height: int
) -> None:
    stand = server.stand
    lan = server.result_of(stand.person("Lê Thị Đào", Role.COUNSELLOR, Role.SUPERVISOR, communes=[DO_VINH]))
    server.result_of(stand.person("Trần Văn Bình", Role.COUNSELLOR, communes=[DO_VINH]))
    number = server.result_of(register(stand, is_other=True))
    server.result_of(register(stand, {"name": "Katơr Văn Bá", "work": "lái xe, bốc vác"}))
    person = visitor(width=width, height=height)
    signed_in(person, lan)
    person.open("/console/")
    person.sees("đơn tìm việc chưa ai nhận")
    person.open("/console/leads")
    person.sees("N. T. H.")
    is_fine(person, "leads")
    person.open(f"/console/leads/{number}")
    is_fine(person, "lead-masked")

    person.page.get_by_role("button", name="Tôi nhận người này").click()
    person.sees("Nguyễn Thị Hường")
    is_fine(person, "lead")
    person.page.get_by_label("Gọi ra sao?").select_option(label="Gặp được")
    person.page.get_by_role("button", name="Lưu").click()
    person.sees("Ghi việc tới và ngày làm")
    person.complaints.clear()  # the browser tells of every 422
    person.page.get_by_label("Chính người này đồng ý").check()
    person.page.get_by_label("Kết quả thế nào?").select_option(label="Đã nói chuyện")
    person.page.get_by_label("Việc tới là gì?").fill("Hỏi chỗ quán ăn")
    person.page.get_by_label("Ngày nào?").fill("2027-01-05")
    person.page.get_by_role("button", name="Lưu").click()
    person.sees("Hỏi chỗ quán ăn")
    is_fine(person, "lead-called")

    imports_vacancies(person)
    person.open(f"/console/leads/{number}")
    person.sees("đúng nghề, cùng xã, lương đạt ý muốn")
    is_fine(person, "lead-matched")
    person.page.get_by_label("Gọi ra sao?").select_option(label="Gặp được")
    person.page.get_by_label("Kết quả thế nào?").select_option(label="Đã giới thiệu chỗ làm")
    person.page.get_by_label("Chỉ khi giới thiệu: chỗ làm nào?").select_option(label="Phụ hồ công trình, Công ty Thử")
    person.page.get_by_label("Họ muốn nhận thông tin").check()
    person.page.get_by_label("Việc tới là gì?").fill("Hỏi xem đi làm chưa")
    person.page.get_by_label("Ngày nào?").fill("2027-01-08")
    person.page.get_by_role("button", name="Lưu").click()
    person.sees("Hỏi xem đi làm chưa")
    is_fine(person, "lead-introduced")
    person.page.get_by_label("Gọi ra sao?").select_option(label="Gặp được")
    person.page.get_by_label("Kết quả thế nào?").select_option(label="Kết thúc việc này")
    person.page.get_by_label("Chỉ khi đóng đơn: vì sao?").select_option(label="Đã tìm được việc")
    person.page.get_by_role("button", name="Lưu").click()

    person.sees("Đã kết thúc: Đã tìm được việc")
    is_fine(person, "lead-closed")


@widths
def test_a_viewer_reads_how_the_work_goes_in_numbers(
    visitor: MakeVisitor, server: Server[ConsoleStand], width: int, height: int
) -> None:
    who = server.result_of(server.stand.person("Xem", Role.VIEWER))
    for number in range(17):
        server.result_of(register(server.stand, {"commune": f"{DO_VINH if number < 9 else BAO_AN}:"}))
    person = visitor(width=width, height=height)
    signed_in(person, who)

    person.open("/console/leads/figures")

    person.sees("Theo tháng đăng ký")
    is_fine(person, "figures-of-leads")


def imports_vacancies(person: Visitor) -> None:
    """A file with one sound line and one with a fault; the sound one is looked at, and changed."""
    person.open("/console/vacancies/import")
    is_fine(person, "vacancies-import")
    body = file_of(ROW, {**ROW, "title": "Bảo vệ", "phone": "hỏi sau"})
    person.page.get_by_label("Bảng tính (.xlsx").set_input_files(
        {"name": "viec.xlsx", "mimeType": "application/octet-stream", "buffer": body}
    )
    person.page.get_by_role("button", name="Nhập", exact=True).click()
    person.sees("Dòng 3")
    person.complaints.clear()  # the browser tells of every 422
    is_fine(person, "vacancies-imported")
    person.open("/console/vacancies")
    is_fine(person, "vacancies")
    person.page.get_by_role("link", name="Phụ hồ công trình").click()
    person.sees("Người tìm việc có thể hợp")
    is_fine(person, "vacancy")
    person.page.get_by_label("Người liên hệ").fill("Chị Thử")
    person.page.get_by_role("button", name="Lưu").click()
    person.sees("Gỡ xuống")
