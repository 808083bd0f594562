"""Whatever page is added later: no form without its own mark, nothing without a sign-in, little for a viewer.

The other attacks have their tests beside what they attack: another commune's record (test_access, test_pages,
test_handovers, test_slips), scripts in free fields (test_pages, test_handovers, test_content_work, test_privacy),
fixation, guessing of sign-ins and links, open redirect (test_signing_in), codes that link two phones
(services/test_consenting), an author with a second role (test_access, test_content_work).
"""

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from bot.core.staff import Role
from tests.console.console_stand import ConsoleStand

DOOR = ("/static/", "/language", "/sign-in", "/invitation/")
VIEWERS_OWN = (
    "/", "/account", "/sign-out", "/sign-out-everywhere", "/approvals", "/leads/figures", "/vacancies", "/campaigns",
)  # fmt: skip
APPROVES = {"ruling": "approve", "shown": "x"}
WHICH = {
    "{programme}": "credit.student",
    "{place}": "1.when.all.1.any.1",
    "{id:number}": "1",
    "{parameter}": "social.pension",
    "{start}": "2026-01-01",
    "{order}": "cancel",
}


def places(stand: ConsoleStand, method: str) -> list[str]:
    """Every place of the console behind the door that takes this method."""
    assert isinstance(stand.app, Starlette)
    (mounted,) = (route for route in stand.app.routes if isinstance(route, Mount))
    found = [each for each in mounted.routes if isinstance(each, Route) and method in (each.methods or ())]
    behind = [each.path for each in found if not each.path.startswith(DOOR)]
    for name, value in WHICH.items():
        behind = [path.replace(name, value) for path in behind]
    assert not any("{" in path for path in behind)
    return behind


@pytest.fixture
async def stand_with_one_of_each(stand: ConsoleStand) -> ConsoleStand:
    await stand.asked_privacy("x")
    return stand


async def test_no_form_of_the_console_counts_without_its_own_mark_or_from_elsewhere(
    stand_with_one_of_each: ConsoleStand,
) -> None:
    stand = stand_with_one_of_each
    browser = stand.browser(await stand.person("Lê Thị Đào", *(each for each in Role if each is not Role.COUNSELLOR)))
    mark, before = await browser.csrf(), await stand.audit()

    forms = places(stand, "POST")
    without = {path: (await browser.post(f"/console{path}", "")).status_code for path in forms}
    elsewhere = {
        path: (await browser.post(f"/console{path}", mark, "https://evil.example")).status_code for path in forms
    }

    assert len(forms) > 20
    assert without == elsewhere == dict.fromkeys(forms, 403)
    assert await stand.audit() == before


async def test_nothing_behind_the_door_opens_without_a_sign_in(stand: ConsoleStand) -> None:
    await stand.person("Nguyễn Văn An", Role.ADMIN)
    browser = stand.browser()

    opened = [await browser.get(f"/console{path}") for path in places(stand, "GET")]
    sent = [await browser.post(f"/console{path}", "") for path in places(stand, "POST")]

    assert {each.status_code for each in (*opened, *sent)} == {303}
    assert all(each.headers["location"].startswith("/console/sign-in") for each in (*opened, *sent))


async def test_a_viewer_opens_sends_and_takes_along_nothing_but_their_own(stand_with_one_of_each: ConsoleStand) -> None:
    stand = stand_with_one_of_each
    browser = stand.browser(await stand.person("Hồ Văn Xem", Role.VIEWER))
    mark = await browser.csrf()

    closed = [path for path in places(stand, "GET") if path not in VIEWERS_OWN]
    answers = {path: (await browser.get(f"/console{path}")).status_code for path in closed}
    forms = [path for path in places(stand, "POST") if path not in VIEWERS_OWN]
    answers |= {f"POST {path}": (await browser.post(f"/console{path}", mark, **APPROVES)).status_code for path in forms}

    assert {path: status for path, status in answers.items() if status not in (403, 404)} == {}
