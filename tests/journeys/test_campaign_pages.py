# ruff: noqa: F811 (fixtures of another file)
"""Announcements in Chromium, on a phone of 360 px and at a desk: written, approved by another, sent, counted."""

from collections.abc import Callable

import sqlalchemy as sa

from bot.core.staff import Role
from bot.core.types import Address
from db import addresses, subscriptions
from tests.console.console_stand import ConsoleStand, Person
from tests.journeys.browser import Server, Visitor
from tests.journeys.test_console import is_fine, server, visitor, widths  # noqa: F401  # fixtures
from tests.journeys.test_console import signed_in as sign_in

MakeVisitor = Callable[..., Visitor]
VI = "Nhà có tên trong danh sách rà soát thì đến {{ office }} trước ngày họp thôn.\n\nĐem theo **sổ hộ nghèo** cũ."
EN = "If your household is on the review list, come to {{ office }} before the village meeting."


def signed_in(visitor: MakeVisitor, server: Server[ConsoleStand], who: Person, width: int, height: int) -> Visitor:
    person = visitor(width=width, height=height)
    sign_in(person, who)
    person.page.goto(f"{server.url}/console/")
    return person


def subscribe(stand: ConsoleStand, tx: sa.Connection) -> None:
    now = stand.clock.now()
    for chat in ("a", "b", "c"):
        address = Address("web", chat)
        subscriptions.add(tx, addresses.note(tx, [address], now)[address], "poverty", now)


@widths
def test_an_announcement_is_written_approved_by_another_sent_and_counted(
    visitor: MakeVisitor,
    server: Server[ConsoleStand],
    width: int,
    height: int,
) -> None:
    stand = server.stand
    server.result_of(stand.database.write(lambda tx: subscribe(stand, tx)))
    author = server.result_of(stand.person("Lê Thị Đào", Role.EDITOR, Role.APPROVER))
    other = server.result_of(stand.person("Trần Văn Duyệt", Role.APPROVER))
    writing, approving = (signed_in(visitor, server, who, width, height) for who in (author, other))

    writing.page.get_by_role("link", name="Gửi tin", exact=True).click()
    writing.page.get_by_role("link", name="Soạn tin").click()
    writing.sees("Ngày cuối còn được gửi tới bà con")
    is_fine(writing, "campaign-form")
    writing.page.get_by_label("Tiêu đề").fill("Rà soát hộ nghèo")
    writing.page.get_by_label("Mục", exact=True).select_option("poverty")
    writing.page.get_by_label("Nội dung tiếng Việt").fill(VI)
    writing.page.get_by_label("Nội dung tiếng Anh").fill(EN)
    writing.page.get_by_label("Ngày cuối còn được gửi").fill("2026-12-20")
    for button in ("“Đã rõ”: được đếm", "“Cần giúp”: chuyển cho cán bộ"):
        writing.page.get_by_text(button).click()
    writing.page.get_by_role("button", name="Lưu bản nháp").click()
    writing.sees("3 trên 3 người đã đăng ký.")
    is_fine(writing, "campaign-draft")
    writing.page.get_by_role("button", name="Gửi duyệt").click()
    writing.page.get_by_role("link", name="Phê duyệt số 1").click()
    writing.sees("Bạn viết việc này.")
    assert writing.page.get_by_role("button", name="Đồng ý", exact=True).count() == 0

    approving.page.goto(f"{server.url}/console/approvals/1")
    approving.sees("Bà con đọc thấy")
    is_fine(approving, "campaign-approval")
    approving.page.locator("button.primary").click()
    approving.page.goto(f"{server.url}/console/campaigns/1")
    approving.page.get_by_role("button", name="Gửi ngay").click()
    approving.sees("Đang gửi")
    server.result_of(stand.campaigning.look())
    approving.page.get_by_role("link", name="Xem số mới nhất").click()
    approving.sees("3 trên 3 người đã xong")
    is_fine(approving, "campaign-done")
    approving.page.get_by_role("link", name="Về danh sách").click()
    is_fine(approving, "campaigns")
