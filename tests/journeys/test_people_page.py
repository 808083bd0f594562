"""Chromium on the real `bot serve`, 360 px wide: a person subscribes, sees, corrects, withdraws, links, erases."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.browser import Visitor
from tests.journeys.service import Service

both = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
MakeVisitor = Callable[..., Visitor]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("people"), TEST_CLOCK="2026-11-24T09:00:00+07:00").start()
    assert running.url, running.log.read_text()
    yield running
    running.kill()


def press(person: Visitor, name: str) -> None:
    person.page.get_by_role("button", name=name, exact=True).last.click()


def look(person: Visitor, name: str) -> None:
    """Take a picture for whoever wants to look (CAUNOI_PICTURES names a folder)."""
    if folder := os.environ.get("CAUNOI_PICTURES"):
        person.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@both
def test_a_person_subscribes_sees_corrects_and_withdraws(visitor: MakeVisitor, scripts: bool) -> None:
    person = visitor(scripts=scripts, width=360, height=740)
    person.say("xã Phước Hữu")
    person.sees("Phước Hữu")

    person.say("nhận tin")
    person.sees("Bạn chưa nhận tin việc nào")
    look(person, "news")
    press(person, "Nhận: Vay vốn")
    person.sees("đồng ý nhận tin")
    person.say("dữ liệu của tôi")
    person.sees("Những điều bạn đã đồng ý")
    look(person, "data")
    press(person, "Sửa")
    person.sees("Bạn muốn sửa điều nào?")
    press(person, "Bỏ, đừng nhớ xã")
    person.sees("Đã sửa")
    press(person, "Dữ liệu của tôi")
    press(person, "Rút lại đồng ý")
    person.sees("Bấm là rút liền")
    press(person, "Ngừng: Vay vốn")
    person.sees("Bạn không còn nhận tin nào")


@both
def test_a_person_erases_only_by_typing_the_words(visitor: MakeVisitor, scripts: bool) -> None:
    person = visitor(scripts=scripts, width=360, height=740)
    person.say("nhận tin vay vốn")
    person.sees("đồng ý nhận tin")
    person.say("dữ liệu của tôi")
    press(person, "Xóa hết dữ liệu của tôi")
    person.sees("Bạn chắc thì gõ")
    person.say("xóa đi")
    person.sees("Chưa xóa gì hết")
    press(person, "Xóa hết dữ liệu của tôi")
    person.sees("Bạn chắc thì gõ")
    person.say("xoa het")
    person.sees("Còn lại ở chỗ khác")
    look(person, "erased")
    person.page.reload()

    assert "đồng ý nhận tin" not in person.text


def test_two_phones_become_one_by_a_code(visitor: MakeVisitor) -> None:
    first, second = visitor(width=360, height=740), visitor(width=360, height=740)
    first.say("nhận tin vay vốn")
    first.sees("đồng ý nhận tin")
    first.say("nối máy")
    press(first, "Đồng ý, cho tôi mã")
    first.sees("Mã của bạn")
    code = first.text.partition("Mã của bạn: ")[2][:9]
    look(first, "code")

    second.say("nối máy")
    press(second, "Tôi có mã")
    second.sees("Bạn gõ mã tám chữ")
    second.say(code)
    second.sees("Mã đúng")
    press(second, "Đồng ý")
    second.sees("Đã nối hai máy")
    second.say("ngừng")
    second.sees("Đã ngừng tin")
    first.say("nhận tin")

    first.sees("Bạn chưa nhận tin việc nào")


def test_axe_finds_nothing_on_these_pages(visitor: MakeVisitor) -> None:
    person = visitor(width=360, height=740)
    for text, seen in (("nhận tin", "Nhận tất cả"), ("dữ liệu của tôi", "Những gì đang được giữ")):
        person.say(text)
        person.sees(seen)

    assert Axe().run(person.page).response["violations"] == []
