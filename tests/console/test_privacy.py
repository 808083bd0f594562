"""Requests about one's data in the console: who sees them, in which order, and how one is closed."""

import pytest

from bot.core.staff import Role
from tests.console.console_stand import DO_VINH, ConsoleStand, Person, cells_of

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
async def admin(stand: ConsoleStand) -> Person:
    return await stand.person("Nguyễn Văn An", Role.ADMIN)


async def test_the_list_shows_what_is_due_soonest_first_marks_what_is_overdue_and_holds_no_words(
    stand: ConsoleStand, admin: Person
) -> None:
    await stand.asked_privacy("later", due_in=3)
    await stand.asked_privacy("sooner", kind="show", due_in=-1)

    page = (await stand.browser(admin).get("/console/privacy?state=open")).text

    assert page.index("no. 2") < page.index("no. 1")
    assert "Overdue since" in page
    assert "sooner" not in page
    assert "no. 1" not in (await stand.browser(admin).get("/console/privacy?kind=show")).text


async def test_what_waits_stands_on_the_first_page_of_an_administrator_alone(
    stand: ConsoleStand, admin: Person
) -> None:
    await stand.asked_privacy("x")
    viewer = await stand.person("Lê Thị Đào", Role.VIEWER)

    assert "/console/privacy?state=open" in (await stand.browser(admin).get("/console/")).text
    assert "/console/privacy" not in (await stand.browser(viewer).get("/console/")).text


async def test_a_request_is_read_and_closed_with_a_reason_and_both_stand_in_the_log(
    stand: ConsoleStand, admin: Person
) -> None:
    await stand.asked_privacy(SCRIPT)
    browser = stand.browser(admin)

    page = (await browser.get("/console/privacy/1")).text
    refused = await browser.post("/console/privacy/1/close", reason="   ")
    closed = await browser.post("/console/privacy/1/close", reason="đã giải thích")

    assert SCRIPT not in page
    assert (refused.status_code, closed.status_code) == (422, 303)
    assert "đã giải thích" in (await browser.get("/console/privacy/1")).text
    assert [(each.deed, each.subject_id) for each in await stand.audit("closed")] == [("closed", "1")]
    assert {each.subject for each in await stand.audit("seen")} == {"privacy_request"}
    assert (await browser.post("/console/privacy/1/close", reason="again")).status_code == 422


async def test_scripts_in_words_reasons_and_filters_stay_words(stand: ConsoleStand, admin: Person) -> None:
    await stand.asked_privacy(SCRIPT)
    browser = stand.browser(admin)
    await browser.post("/console/privacy/1/close", reason=SCRIPT)

    pages = [
        await browser.get("/console/privacy/1"),
        await browser.get(f"/console/privacy?state={SCRIPT}&kind={SCRIPT}"),
    ]

    assert pages[0].text.count("&lt;script&gt;") == 2
    assert not any(SCRIPT in page.text for page in pages)


async def test_a_request_that_is_not_there_is_not_found(stand: ConsoleStand, admin: Person) -> None:
    assert (await stand.browser(admin).get("/console/privacy/7")).status_code == 404


async def test_the_list_is_taken_along_as_it_is_shown_without_anybodys_words_and_that_is_noted(
    stand: ConsoleStand, admin: Person
) -> None:
    await stand.asked_privacy("tên tôi là Me")
    await stand.asked_privacy("đừng gọi", kind="show")

    answer = await stand.browser(admin).get("/console/privacy.xlsx?kind=show")

    told = cells_of(answer.content)
    assert answer.headers["content-disposition"] == 'attachment; filename="privacy-2026-11-24.xlsx"'
    assert told[:6] == ["Number", "What for", "State", "Received", "Due", "Done"]
    assert told[6:] == ["To be shown, explained", "Waits"]
    noted = (await stand.audit("exported"))[0]
    assert (noted.by, noted.subject) == (admin.member.id, "privacy_request")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_nobody_but_an_administrator_takes_it_along(stand: ConsoleStand, admin: Person, role: Role) -> None:
    other = await stand.person("Lê Thị Đào", role, communes=[DO_VINH])

    assert (await stand.browser(other).get("/console/privacy.xlsx")).status_code == 403
