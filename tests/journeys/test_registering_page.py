"""Chromium on the real `bot serve`, a phone of 360 px and a desk: a man registers, changes two answers, reads jobs."""

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.browser import Visitor
from tests.journeys.service import Service
from tests.journeys.test_registering import NOW, import_vacancy, mark_as_filled, with_lan

MakeVisitor = Callable[..., Visitor]
widths = pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 800)], ids=["phone", "desk"])
ABOUT_HIM: Final = (
    ("Bạn tên gì?", "Katơr Văn Bá"), ("Bạn sinh năm nào?", "88"), ("Bạn là nam hay nữ?", "nam"),
    ("Cán bộ gọi bạn số nào?", "0912 000 111"), ("Bạn ở xã, phường nào?", "Phước Dinh"),
    ("Thôn, khu phố nào?", "bỏ qua"), ("Nhà mình năm nay là hộ gì?", "hộ nghèo"), ("Học tới đâu rồi?", "lớp 9"),
    ("Có học nghề, có bằng gì chưa?", "chưa"), ("Hiện giờ có đang đi làm không?", "thất nghiệp"),
    ("Muốn làm việc gì?", "Muốn phụ hồ"), ("Muốn làm ở đâu?", "gần nhà"),
    ("Lương chừng bao nhiêu thì bạn chịu làm?", "7tr"), ("Làm cả ngày hay làm bán thời gian?", "cả ngày"),
    ("Làm lâu dài hay làm tạm?", "lâu dài"), ("Cần giúp chuyện gì nhất?", "tìm việc"),
)  # fmt: skip


def apart(work: Callable[..., object], *given: object) -> None:
    """Do something with a loop of its own: the browser's runs in this thread."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(work, *given).result()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    apart(mark_as_filled, tmp_path)
    running = Service(tmp_path, TEST_CLOCK=NOW, DEMO="1", TEST_WEB_RATE="100000").start()
    assert running.url, running.log.read_text()
    yield running
    running.kill()


def look(person: Visitor, name: str) -> None:
    """A page that fits, that axe finds nothing on. With SHOTS set, its picture is kept in that folder."""
    if folder := os.environ.get("SHOTS"):
        assert person.page.viewport_size is not None
        width = person.page.viewport_size["width"]
        person.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    found = Axe().run(person.page)
    assert found.violations_count == 0, found.generate_report()
    assert person.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@widths
def test_a_man_registers_changes_two_answers_and_reads_the_jobs(
    visitor: MakeVisitor, service: Service, width: int, height: int
) -> None:
    apart(with_lan, service)
    apart(import_vacancy, service)
    person = visitor(width=width, height=height)
    person.say("tim viec")
    person.sees("Bạn đồng ý cho giữ và dùng như vậy không?")
    look(person, "consent")
    person.press("Đồng ý")
    person.sees("Bạn đăng ký cho ai?")
    person.press("Cho tôi")
    for question, answer in ABOUT_HIM:
        person.sees(question)
        person.say(answer)
    for _ in range(2):  # what is sensitive is asked for first, and may stay untold
        person.sees("Không nói vẫn được gọi như thường")
        person.press("Không muốn trả lời")
    person.sees("Đúng hết chưa?")
    look(person, "review")
    for field, question, answer in (("lương mong muốn", "Lương chừng bao nhiêu", "300k một ngày"),
                                    ("số điện thoại", "gọi bạn số nào", "0912 000 222")):  # fmt: skip
        person.press("Đổi một câu trả lời")
        person.sees("Bạn muốn đổi câu nào?")
        person.press(field)
        person.sees(question)
        person.say(answer)
        person.sees("Đúng hết chưa?")
    person.sees("300.000 đồng một ngày")
    person.press("Gửi đơn")
    person.sees("Đã nhận đơn.")
    look(person, "sent")
    assert re.search(r"CN-[0-9A-Z]{4}-[0-9A-Z]{4}", person.text)

    person.press("Đang có việc gì")
    person.sees("danh sách của văn phòng")
    person.press("Xem việc đang tuyển")
    person.sees("Phụ bếp quán ăn")
    look(person, "jobs")
    person.press("Việc ở xã tôi")
    person.sees("Xã Phước Dinh")
    person.say("dữ liệu của tôi")
    person.sees("giữ đơn tìm việc, cho cán bộ gọi")
    look(person, "my-data")
    person.press("Đơn của tôi")
    person.sees("chưa cán bộ nào nhận lo")
    person.press("Xóa đơn")
    person.sees("Xóa đơn là mất luôn")
    person.press("Xóa đơn")
    person.sees("Đã xóa đơn.")
    assert service.rows("SELECT count(*) FROM leads") == [(0,)]
    assert service.rows("SELECT count(*) FROM consents WHERE ended_at IS NULL") == [(0,)]
