"""The pages of the console: what they show to whom, and what they refuse."""

import re

import pytest

from bot.core.staff import Role
from bot.services.invitations import VALID
from tests.console.console_stand import BAC_AI_TAY, BAO_AN, DO_VINH, ConsoleStand, Person, cells_of

SCRIPT = "<script>alert(1)</script>"
GONE = "There is nothing here, or it is not for you to see."


@pytest.fixture
async def admin(stand: ConsoleStand) -> Person:
    return await stand.person("Nguyễn Văn An", Role.ADMIN)


async def test_a_record_of_another_commune_and_one_that_is_not_there_look_alike(
    stand: ConsoleStand, admin: Person
) -> None:
    here = await stand.person("Lê Thị Đào", Role.COUNSELLOR, communes=[DO_VINH])
    far = await stand.person("Phạm Thị Cúc", Role.COUNSELLOR, communes=[BAC_AI_TAY])
    browser = stand.browser(here)

    foreign, unknown = [await browser.get(f"/console/staff/{number}") for number in (far.member.id, 4711)]

    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert len({re.sub(r"/console/staff/\d+", "", page.text) for page in (foreign, unknown)}) == 1
    assert GONE in foreign.text
    assert "Phạm Thị Cúc" not in (await browser.get("/console/staff")).text


async def test_the_staff_list_shows_a_counsellor_the_colleagues_of_their_communes(
    stand: ConsoleStand, admin: Person
) -> None:
    here = await stand.person("Lê Thị Đào", Role.COUNSELLOR, communes=[DO_VINH])
    await stand.person("Trần Văn Bình", Role.COUNSELLOR, communes=[DO_VINH, BAO_AN])

    page = (await stand.browser(here).get("/console/staff")).text

    assert "Trần Văn Bình" in page
    assert "Nguyễn Văn An" not in page
    assert "Invite somebody" not in page


PAGES_OF_ADMINS = ("/console/staff/invite", "/console/audit", "/console/privacy", "/console/privacy/1")
FORMS_OF_ADMINS = (
    "/console/staff/invite",
    "/console/staff/1/roles",
    "/console/staff/1/link",
    "/console/staff/1/end",
    "/console/privacy/1/close",
)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_only_administrators_open_what_manages_staff(stand: ConsoleStand, admin: Person, role: Role) -> None:
    browser = stand.browser(await stand.person("Lê Thị Đào", role, communes=[DO_VINH]))

    assert {(await browser.get(page)).status_code for page in PAGES_OF_ADMINS} == {403}
    assert {(await browser.post(form, sure="yes", role="admin")).status_code for form in FORMS_OF_ADMINS} == {403}


async def test_without_a_sign_in_every_page_leads_to_the_door(stand: ConsoleStand, admin: Person) -> None:
    browser = stand.browser()

    for page in ("/console/", "/console/account", "/console/staff", "/console/staff/1", *PAGES_OF_ADMINS):
        assert (await browser.get(page)).headers["location"].startswith("/console/sign-in?next=%2Fconsole%2F")
    for form in ("/console/sign-out", "/console/sign-out-everywhere", *FORMS_OF_ADMINS):
        assert (await browser.post(form, "", sure="yes")).headers["location"] == "/console/sign-in"
    assert (await stand.browser(admin).get("/console/")).status_code == 200


async def test_an_invitation_shows_its_link_once_and_the_link_works(stand: ConsoleStand, admin: Person) -> None:
    browser = stand.browser(admin)

    page = await browser.post(
        "/console/staff/invite", name="Lê Thị Đào", role=["counsellor"], commune=[DO_VINH, BAO_AN]
    )

    found = re.search(r"http://console\.example(/console/invitation/[\w-]{43})<", page.text)
    assert found is not None
    assert "Step 1 of 2" in (await stand.browser().get(found[1])).text
    assert found[1] not in (await browser.get("/console/staff")).text
    member = await stand.staff.named("Lê Thị Đào")
    assert member is not None
    assert (member.roles, member.communes) == ({Role.COUNSELLOR}, {DO_VINH, BAO_AN})
    newest = (await stand.audit("invited"))[0]
    assert (newest.by, newest.subject_id) == (admin.member.id, str(member.id))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": " ", "role": "editor"}, "Write a name."),
        ({"name": "nguyen VAN an", "role": "editor"}, "Somebody else has this name"),
        ({"name": "Lê Thị Đào"}, "Choose at least one role."),
        ({"name": "Lê Thị Đào", "role": "king"}, "Choose at least one role."),
        ({"name": "Lê Thị Đào", "role": "counsellor"}, "needs at least one commune"),
        ({"name": "Lê Thị Đào", "role": "editor", "commune": "99999"}, "does not exist today"),
    ],
)
async def test_an_invitation_that_lacks_something_says_what(
    stand: ConsoleStand, admin: Person, fields: dict[str, str], said: str
) -> None:
    page = await stand.browser(admin).post("/console/staff/invite", **fields)

    assert page.status_code == 422
    assert said in page.text
    assert await stand.staff.named("Lê Thị Đào") is None


async def test_roles_are_changed_and_count_at_once(stand: ConsoleStand, admin: Person) -> None:
    person = await stand.person("Lê Thị Đào", Role.VIEWER)
    theirs = stand.browser(person)
    assert (await theirs.get("/console/staff")).status_code == 403

    await stand.browser(admin).post(f"/console/staff/{person.member.id}/roles", role=["supervisor", "editor"])

    assert (await theirs.get("/console/staff")).status_code == 200
    assert (await stand.audit("assigned"))[0].by == admin.member.id


async def test_an_end_wants_the_box_ticked(stand: ConsoleStand, admin: Person) -> None:
    person = await stand.person("Lê Thị Đào", Role.VIEWER)
    browser, place = stand.browser(admin), f"/console/staff/{person.member.id}/end"

    await browser.post(place)
    assert (await stand.browser(person).get("/console/")).status_code == 200
    await browser.post(place, sure="yes")

    assert (await stand.browser(person).get("/console/")).status_code == 303
    assert "Ended" in (await browser.get(f"/console/staff/{person.member.id}")).text


async def test_the_list_is_filtered_by_name_role_and_standing(stand: ConsoleStand, admin: Person) -> None:
    await stand.person("Lê Thị Đào", Role.EDITOR)
    await stand.invited("Trần Văn Mới", Role.EDITOR)
    browser = stand.browser(admin)

    async def shown(query: str) -> set[str]:
        page = (await browser.get(f"/console/staff?{query}")).text
        return {name for name in ("Nguyễn Văn An", "Lê Thị Đào", "Trần Văn Mới") if f"<strong>{name}" in page}

    assert await shown("") == {"Nguyễn Văn An", "Lê Thị Đào", "Trần Văn Mới"}
    assert await shown("name=dao") == {"Lê Thị Đào"}
    assert await shown("role=editor") == {"Lê Thị Đào", "Trần Văn Mới"}
    assert await shown("standing=invited&role=editor") == {"Trần Văn Mới"}
    assert await shown("standing=expired") == set()


async def test_an_invitation_that_ran_out_waits_for_administrators_alone(stand: ConsoleStand, admin: Person) -> None:
    viewer = await stand.person("Lê Thị Đào", Role.VIEWER)
    await stand.invited("Trần Văn Mới", Role.EDITOR)
    before = await stand.browser(admin).get("/console/")
    stand.clock.pass_time(VALID)
    pages = []
    for person in (admin, viewer):
        browser = stand.browser()
        await browser.sign_in(person.member.name, stand.next_code(person.secret))
        pages.append((await browser.get("/console/")).text)

    assert "Nothing waits for you now." in before.text
    assert 'href="/console/staff?standing=expired"' in pages[0]
    assert "Nothing waits for you now." in pages[1]


async def test_the_log_is_filtered_by_member_day_and_deed(stand: ConsoleStand, admin: Person) -> None:
    person = await stand.person("Lê Thị Đào", Role.SUPERVISOR)
    await stand.browser(person).get(f"/console/staff/{admin.member.id}")
    browser = stand.browser(admin)

    async def rows(query: str) -> int:
        return (await browser.get(f"/console/audit?{query}")).text.count("<li><time")

    assert await rows(f"by={person.member.id}&deed=seen") == 1
    assert await rows("deed=seen&day=2026-11-24") == 1
    assert await rows("deed=seen&day=2026-11-25") == 0
    assert await rows("day=tomorrow&by=x&below=-1") == await rows("") > 1


async def test_the_log_goes_on_page_by_page(stand: ConsoleStand, admin: Person) -> None:
    browser = stand.browser(admin)
    for _ in range(101):
        await stand.staff.one(admin.member, admin.member.id)

    first = await browser.get("/console/audit?deed=seen")
    older = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert older is not None
    second = await browser.get(older[1].replace("&amp;", "&"))

    assert (first.text.count("<li><time"), second.text.count("<li><time")) == (100, 1)
    assert 'rel="next"' not in second.text


@pytest.mark.parametrize("csrf", ["", "0" * 64, "other"])
async def test_a_form_without_this_sign_ins_own_mark_changes_nothing(
    stand: ConsoleStand, admin: Person, csrf: str
) -> None:
    person = await stand.person("Lê Thị Đào", Role.ADMIN)
    mark = await stand.browser(person).csrf() if csrf == "other" else csrf
    browser = stand.browser(admin)

    pages = [
        await browser.post(f"/console/staff/{person.member.id}/end", mark, sure="yes"),
        await browser.post("/console/sign-out-everywhere", mark),
        await browser.post("/console/staff/invite", mark, name="Kẻ Lạ", role="admin"),
    ]

    assert {page.status_code for page in pages} == {403}
    assert (await stand.browser(person).get("/console/")).status_code == 200
    assert (await browser.get("/console/")).status_code == 200
    assert await stand.staff.named("Kẻ Lạ") is None


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://console.example.evil.example", None])
async def test_a_form_from_elsewhere_is_refused_also_at_the_door(
    stand: ConsoleStand, admin: Person, origin: str | None
) -> None:
    browser = stand.browser(admin)
    mark = await browser.csrf()
    invited = await stand.invited("Lê Thị Đào", Role.EDITOR)

    pages = [
        await browser.post("/console/sign-out", mark, origin),
        await browser.post("/console/sign-in", "", origin, name="a", password="b", code="c"),
        await browser.post("/console/language", "", origin, to="en"),
        await browser.post(f"/console/invitation/{invited.token}", "", origin, password="x" * 20),
    ]

    assert {page.status_code for page in pages} == {403}
    assert (await browser.get("/console/")).status_code == 200


async def test_a_script_in_a_free_field_stays_words(stand: ConsoleStand, admin: Person) -> None:
    browser = stand.browser(admin)
    await stand.person(SCRIPT, Role.EDITOR)
    invited = await stand.invited(f'"><img src=x onerror=alert(1)>{SCRIPT}', Role.EDITOR)
    number = invited.member.id

    pages = [
        await browser.get("/console/staff"),
        await browser.get(f"/console/staff/{number}"),
        await browser.get(f"/console/staff?name={SCRIPT}&role={SCRIPT}&standing={SCRIPT}"),
        await browser.get(f'/console/audit?by={SCRIPT}&day={SCRIPT}&deed="{SCRIPT}&below={SCRIPT}'),
        await browser.get("/console/audit"),
        await browser.get(f"/console/invitation/{invited.token}"),
        await browser.post("/console/staff/invite", name=f'">{SCRIPT}', role=SCRIPT, commune=f'">{SCRIPT}'),
        await browser.post(f"/console/staff/{number}/link"),
        await browser.post(f"/console/staff/{number}/roles", role="editor", commune=SCRIPT),
        await stand.browser().sign_in(f'">{SCRIPT}', SCRIPT, SCRIPT, next=f'">{SCRIPT}'),
        await stand.browser().get(f'/console/sign-in?next=">{SCRIPT}'),
        await stand.browser().get(f"/console/{SCRIPT}"),
    ]

    for page in pages:
        assert "<script" not in page.text
        assert "<img" not in page.text
        assert page.status_code in {200, 404, 422}
    assert "&lt;script&gt;" in pages[0].text


async def test_every_answer_forbids_scripts_of_others_frames_and_keeping(stand: ConsoleStand, admin: Person) -> None:
    browser = stand.browser(admin)
    for page in ("/console/", "/console/staff", "/console/nowhere", "/console/sign-in", "/console/invitation/x"):
        headers = (await browser.get(page)).headers

        assert "unsafe" not in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
    place = re.findall(r'href="(/console/static/console.css[^"]+)"', (await browser.get("/console/")).text)
    style = await browser.get(place[0])
    assert "immutable" in style.headers["cache-control"]


async def test_pages_hold_no_style_and_no_script_of_their_own(stand: ConsoleStand, admin: Person) -> None:
    browser = stand.browser(admin)
    invited = await stand.invited("Lê Thị Đào", Role.EDITOR)
    place = f"/console/invitation/{invited.token}"
    await stand.browser().post(place, "", password="x" * 20)

    for page in ("/console/", "/console/staff", "/console/staff/1", "/console/audit", "/console/account", place):
        text = (await browser.get(page)).text
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", text), page


async def test_the_language_is_the_browsers_until_somebody_chooses(stand: ConsoleStand, admin: Person) -> None:
    browser = stand.browser(admin)
    assert 'lang="en"' in (await browser.get("/console/")).text

    back = await browser.post("/console/language", "", to="vi", next="/console/account")

    assert back.headers["location"] == "/console/account"
    assert "Nơi bạn đang đăng nhập" in (await browser.get("/console/account")).text
    elsewhere = await browser.post("/console/language", "", to="vi", next="//evil.example")
    assert elsewhere.headers["location"] == "/console/"


async def test_too_much_at_once_is_refused_unread(stand: ConsoleStand) -> None:
    page = await stand.browser().sign_in("x" * 200_000, "000000")

    assert page.status_code == 413


async def test_what_is_not_there_for_a_method_is_said(stand: ConsoleStand, admin: Person) -> None:
    browser = stand.browser(admin)

    assert (await browser.get("/console/sign-out")).status_code == 405
    assert (await browser.get("/console/staff/abc")).status_code == 404
    assert (await browser.get("/console/staff/99999999999999999999999")).status_code == 404


async def test_the_staff_list_is_taken_along_as_it_is_shown_and_that_is_noted(
    stand: ConsoleStand, admin: Person
) -> None:
    await stand.person("=HYPERLINK(1)", Role.COUNSELLOR, communes=[DO_VINH])

    answer = await stand.browser(admin).get("/console/staff.xlsx?role=counsellor")

    assert answer.headers["content-disposition"] == 'attachment; filename="staff-2026-11-24.xlsx"'
    assert cells_of(answer.content)[4:] == ["=HYPERLINK(1)", "Counsellor", "Works here", "Phường Đô Vinh"]
    noted = (await stand.audit("exported"))[0]
    assert (noted.by, noted.subject) == (admin.member.id, "staff")


async def test_the_log_is_taken_along_by_those_who_may_read_it(stand: ConsoleStand, admin: Person) -> None:
    answer = await stand.browser(admin).get(f"/console/audit.xlsx?by={admin.member.id}")

    told = cells_of(answer.content)
    assert told[:5] == ["Moment", "Who", "Deed", "Record", "Number"]
    assert {"used their link", "took along as a spreadsheet"} <= set(told)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMIN, Role.SUPERVISOR)])
async def test_nobody_takes_along_what_is_not_theirs_to_take(stand: ConsoleStand, admin: Person, role: Role) -> None:
    browser = stand.browser(await stand.person("Lê Thị Đào", role, communes=[DO_VINH]))

    answer = await browser.get("/console/staff.xlsx")

    assert (await browser.get("/console/audit.xlsx")).status_code == 403
    if role is Role.COUNSELLOR:
        assert "Nguyễn Văn An" not in cells_of(answer.content)
    else:
        assert answer.status_code == 403
        assert await stand.audit("exported") == []
