"""In Chromium: a question nobody answered becomes an approved example and is then understood; a figure is confirmed."""

import asyncio
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.core.staff import Role
from tests.console.console_stand import ConsoleStand, Person
from tests.journeys.browser import Visitor, making_visitors
from tests.journeys.service import ROOT, Service, running
from tests.journeys.test_console import SIZES, is_fine, signed_in

NOW = "2026-11-24T10:00:00+07:00"
ODD = "ca rum ba ma bu lu khach"  # nobody's words
ASKED = "làm đơn xin xét hộ nghèo theo mẫu nào"  # an example of poverty.registration
MINUTES = 240.0  # seconds: a few trainings of few examples


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The real content with eight examples a topic: the model is made in seconds."""
    folder = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    for file in folder.glob("topics/*/*.yaml"):
        head, examples, rest = re.split(r"(?<=\nexamples:\n)((?:  - .*\n)+)", file.read_text(encoding="utf-8"))
        kept = [line for line in examples.splitlines() if "#" not in line][:8]
        file.write_text(head + "\n".join(kept) + "\n" + rest, encoding="utf-8")
    return folder


@pytest.fixture
def service(tmp_path: Path, content: Path) -> Iterator[Service]:
    with running(Service(tmp_path, trains=True, CONTENT=str(content), TEST_CLOCK=NOW).start()) as made:
        made.wait_for("The model is trained.", MINUTES)
        yield made


@pytest.fixture
def people(service: Service) -> tuple[Person, Person]:
    """An editor and an approver, signed in."""

    async def come() -> tuple[Person, Person]:
        stand = ConsoleStand(f"sqlite+aiosqlite:///{service.database}")
        try:
            # An editor with every role: their own stays refused.
            author = await stand.person("Lê Thị Đào", Role.EDITOR, Role.APPROVER, Role.ADMIN)
            return author, await stand.person("Trần Văn Duyệt", Role.APPROVER)
        finally:
            await stand.database.close()

    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, come()).result()


@pytest.fixture
def visitor(chromium: Browser, service: Service) -> Iterator[Callable[..., Visitor]]:
    with making_visitors(chromium, service.url) as make:
        yield make


def at_work(visitor: Callable[..., Visitor], who: Person, path: str) -> Visitor:
    """Somebody signed in, on a phone."""
    made = visitor(path="/console/")
    signed_in(made, who)
    made.open(path)
    return made


def is_fine_everywhere(person: Visitor, name: str) -> None:
    """A page is looked at on both screens: the service and its model are made once for both."""
    for width, height in reversed(SIZES):
        person.page.set_viewport_size({"width": width, "height": height})
        is_fine(person, name)


def approve(page: Visitor) -> None:
    page.page.get_by_role("button", name="Đồng ý", exact=True).click()
    page.sees("Đã đồng ý")


def test_a_question_nobody_answered_becomes_an_approved_example_and_is_then_understood(
    visitor: Callable[..., Visitor], people: tuple[Person, Person], service: Service
) -> None:
    author, other = people
    person = visitor()
    person.say(ODD)
    person.sees(ODD)
    desk = at_work(visitor, author, "/console/questions")
    desk.sees(ODD)
    is_fine_everywhere(desk, "questions")

    desk.page.get_by_role("link", name=f"Xử lý: {ODD}").click()
    is_fine_everywhere(desk, "make")
    desk.page.locator("#label").select_option("programme.about")
    desk.page.get_by_role("button", name="Soạn câu mẫu này").click()
    desk.sees("Tệp thay đổi ra sao")
    is_fine_everywhere(desk, "change")
    desk.page.get_by_role("button", name="Trình duyệt").click()
    desk.sees("Bạn viết việc này")
    assert desk.page.get_by_role("button", name="Đồng ý", exact=True).count() == 0
    place = desk.page.url.removeprefix(service.url)

    second = at_work(visitor, other, "/console/approvals")
    is_fine_everywhere(second, "approvals")
    second.open(place)
    second.sees("Đang đo")
    is_fine_everywhere(second, "measuring")
    for _ in range(int(MINUTES)):
        if second.page.get_by_role("button", name="Đồng ý", exact=True).count():
            break
        second.page.wait_for_timeout(1000)
        second.page.get_by_role("link", name="Xem lại").click()
    second.sees("Các câu mẫu, mỗi câu một lần không cho học")
    is_fine_everywhere(second, "approval")
    approve(second)
    is_fine_everywhere(second, "approved")
    service.wait_for("serves", MINUTES)
    for _ in range(int(MINUTES)):
        if service.log.read_text(encoding="utf-8").count("The model is trained.") == 2:
            break
        second.page.wait_for_timeout(1000)

    later = visitor()
    later.say(ODD)
    later.page.get_by_role("button", name="Chưa đúng ý").last.wait_for()  # under an answer alone
    assert service.rows("SELECT decision, topic FROM questions ORDER BY id") == [
        ("none", ""), ("answer", "programme.about")
    ]  # fmt: skip


def test_a_figure_that_the_office_confirmed_is_told_with_its_name_and_day(
    visitor: Callable[..., Visitor], people: tuple[Person, Person], service: Service
) -> None:
    author, other = people
    desk = at_work(visitor, author, "/console/figures?area=poverty")
    is_fine_everywhere(desk, "figures")
    desk.page.get_by_role("link", name="Ngày trả lời, tính từ lúc bắt đầu đợt rà soát tháng").click()
    is_fine_everywhere(desk, "figure")
    desk.page.get_by_label("Số văn bản").fill("NĐ 00/2049/NĐ-CP")
    desk.page.get_by_label("Điều, khoản").fill("Điều 3")
    desk.page.get_by_label("Ngày bạn đọc văn bản").fill("2026-11-20")
    desk.page.get_by_label("Cơ quan, theo tên người dân quen gọi").fill("UBND xã Thử")
    desk.page.get_by_role("button", name="Trình duyệt").click()
    desk.sees("Bạn viết việc này")
    place = desk.page.url.removeprefix(service.url)

    second = at_work(visitor, other, place)
    is_fine_everywhere(second, "approval-figure")
    approve(second)
    service.wait_for("serves", MINUTES)

    person = visitor()
    person.say(ASKED)
    person.sees("Đã kiểm ngày 20/11/2026, bởi UBND xã Thử")
    assert "Lê Thị Đào" not in person.source
