"""The check typed by hand on the real `bot serve`, at 360 px and over Telegram: three households, and the slip."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.journeys.browser import Visitor, making_visitors, open_chromium
from tests.journeys.service import Service
from tests.journeys.telegram import Person, joined

MakeVisitor = Callable[..., Visitor]
# A poor farmer of 67 in Bác Ái Đông, for the whole of his household.
FARMER = (
    ("xem nha minh duoc gi", "Xem cho ai trong nhà?"),
    ("ca nha", "hộ gì?"),
    ("ho ngheo", "?"),
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("check"), TEST_CLOCK="2026-11-24T09:00:00+07:00").start()
    assert running.url, running.log.read_text()
    yield running
    running.kill()


@pytest.fixture
def visitor(chromium: Browser, service: Service) -> Iterator[MakeVisitor]:
    with making_visitors(chromium, service.url) as make:
        yield make


def keep_picture(person: Visitor, name: str) -> None:
    """With SHOTS set, the page's picture and its print are kept in that folder."""
    if folder := os.environ.get("SHOTS"):
        person.page.screenshot(path=f"{folder}/{name}.png", full_page=name.startswith("slip"))
        person.page.pdf(path=f"{folder}/{name}.pdf", format="A4", print_background=True)


def test_a_farmer_makes_a_slip_prints_it_and_erases_it_again(visitor: MakeVisitor) -> None:
    person = visitor(scripts=False)
    for text, seen in FARMER:
        person.say(text)
        person.sees(seen)
    person.say("ket qua")
    person.sees("Chỉ UBND xã, phường mới xét và xác nhận.")
    keep_picture(person, "farmer-result")
    person.press("Phiếu mang ra xã")
    person.sees("Phiếu này đưa xã, phường nào?")
    person.press("Nói xã, phường của tôi")
    person.say("bac ai dong")
    person.say("xem ket qua")
    person.press("Phiếu mang ra xã")
    person.sees("Ai mở đều được ghi lại.")
    keep_picture(person, "farmer-ask")
    person.press("Đồng ý, làm phiếu")
    person.sees("Mã phiếu:")
    keep_picture(person, "farmer-made")
    place = person.page.get_by_role("link", name="mở trang để in").get_attribute("href") or ""
    assert place.startswith(f"{person.url}/slip/")

    paper = visitor(scripts=False)
    answer = paper.page.goto(place)
    assert answer is not None
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["referrer-policy"] == "no-referrer"
    paper.sees("Đưa bộ phận một cửa UBND xã Bác Ái Đông")
    paper.sees(place.rpartition("/")[2])
    paper.sees("Thẻ BHYT miễn phí cho hộ nghèo")
    keep_picture(paper, "slip")
    assert paper.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    person.press("Dữ liệu của tôi")
    keep_picture(person, "data0")
    person.sees("Phiếu lập ngày 24/11/2026, tự xóa sau ngày 24/12/2026")
    keep_picture(person, "data")
    person.press("Xóa phiếu ngày 24/11/2026")
    person.sees("Đã xóa phiếu.")
    gone = paper.page.goto(place)
    assert gone is not None
    assert gone.status == 404
    paper.sees("Không mở được phiếu này")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_paper_is_fine_to_read(visitor: MakeVisitor, width: int) -> None:
    person = visitor(width=width)
    for text in ("xem nha minh duoc gi", "cho me toi", "ho can ngheo", "76 tuoi"):
        person.say(text)
        person.page.wait_for_timeout(300)
    person.say("ket qua")
    person.sees("Chỉ UBND xã, phường mới xét và xác nhận.")


__all__ = ["Axe", "Path", "Person", "joined"]
