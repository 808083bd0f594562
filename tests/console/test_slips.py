"""Slips in the console: who opens which, what it shows, what the log keeps, and how fast one may guess."""

from datetime import timedelta

import pytest

from bot.core.staff import Role
from bot.core.types import Address, Slip
from bot.services.slips import FREE
from db import addresses, slips
from tests.console.console_stand import BAC_AI_TAY, DO_VINH, ConsoleStand, Person, content

CODE = "ABCD-EFGH-JKLM-NPQR"
NOT_THERE = "No slip of your communes has this code."


async def bring(stand: ConsoleStand) -> Person:
    """Keep a slip for Đô Vinh under CODE; return a counsellor of Đô Vinh."""
    today = stand.clock.now().astimezone(stand.options.zone).date()
    answers = {"e:for": '"child"', "e:household_class": '"poor"', "e:age": "4", "e:disability": '"severe"'}
    slip = Slip(answers, today, content().version, commune=DO_VINH)
    number = (
        await stand.database.write(lambda tx: addresses.note(tx, {Address("web", "x")}, stand.clock.now()))
    )[Address("web", "x")]  # fmt: skip
    row = slips.NewSlip(
        stand.sealed.slip_hash(CODE), number, DO_VINH, stand.sealed.slip(slip), today, today + timedelta(days=30)
    )
    await stand.database.write(lambda tx: slips.add(tx, row))
    return await stand.person("Lê Thị Đào", Role.COUNSELLOR, communes=[DO_VINH])


@pytest.fixture
async def clerk(stand: ConsoleStand) -> Person:
    return await bring(stand)


async def test_the_code_opens_the_answers_and_the_result_and_the_log_says_who_looked(
    stand: ConsoleStand, clerk: Person
) -> None:
    page = await stand.browser(clerk).post("/console/slips", code=f" {CODE.lower().replace('-', ' ')} ")

    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    for told in ("Severe", "age: 4", "a child or grandchild", "Free health card", "Result as of the day it was made"):
        assert told in page.text
    assert "Result as of today" not in page.text
    (entry,) = [each for each in await stand.audit("seen") if each.subject == "slip"]
    assert (entry.by, entry.subject_id) == (clerk.member.id, "1")


async def test_on_a_later_day_the_result_of_that_day_stands_first(stand: ConsoleStand, clerk: Person) -> None:
    stand.clock.pass_time(timedelta(days=3))
    clerk = await stand.person("Trần Văn Bình", Role.COUNSELLOR, communes=[DO_VINH])

    page = (await stand.browser(clerk).post("/console/slips", code=CODE)).text

    assert page.index("Result as of today") < page.index("Result as of the day it was made")


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPERVISOR])
async def test_supervisors_and_admins_open_every_slip(stand: ConsoleStand, clerk: Person, role: Role) -> None:
    person = await stand.person("Nguyễn Văn An", role)

    assert (await stand.browser(person).post("/console/slips", code=CODE)).status_code == 200


async def test_a_slip_of_another_commune_looks_like_one_that_is_not_there(stand: ConsoleStand, clerk: Person) -> None:
    far = stand.browser(await stand.person("Phạm Thị Cúc", Role.COUNSELLOR, communes=[BAC_AI_TAY]))

    foreign, unknown = [await far.post("/console/slips", code=code) for code in (CODE, CODE[:-1] + "Z")]

    assert (foreign.status_code, unknown.status_code) == (422, 422)
    assert NOT_THERE in foreign.text
    assert foreign.text.replace(CODE, "") == unknown.text.replace(CODE[:-1] + "Z", "")
    assert not [each for each in await stand.audit("seen") if each.subject == "slip"]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.APPROVER, Role.VIEWER])
async def test_other_roles_open_no_slips(stand: ConsoleStand, clerk: Person, role: Role) -> None:
    browser = stand.browser(await stand.person("Võ Văn Tư", role))

    assert (await browser.get("/console/slips")).status_code == 403
    assert (await browser.post("/console/slips", code=CODE)).status_code == 403
    assert "/console/slips" not in (await browser.get("/console/")).text


async def test_after_its_last_day_it_opens_no_more(stand: ConsoleStand, clerk: Person) -> None:
    stand.clock.pass_time(timedelta(days=31))
    late = await stand.person("Trần Văn Bình", Role.COUNSELLOR, communes=[DO_VINH])

    assert NOT_THERE in (await stand.browser(late).post("/console/slips", code=CODE)).text


async def test_who_tries_many_codes_has_to_wait_also_with_the_right_one(stand: ConsoleStand, clerk: Person) -> None:
    browser = stand.browser(clerk)
    for _ in range(FREE + 1):
        wrong = await browser.post("/console/slips", code=CODE[:-1] + "Z")
    assert wrong.status_code in (422, 429)

    page = await browser.post("/console/slips", code=CODE)

    assert page.status_code == 429
    assert int(page.headers["retry-after"]) > 0


async def test_a_right_code_forgives_the_wrong_ones(stand: ConsoleStand, clerk: Person) -> None:
    browser = stand.browser(clerk)
    for _ in range(3):
        for _ in range(FREE // 2):
            await browser.post("/console/slips", code=CODE[:-1] + "Z")
        assert (await browser.post("/console/slips", code=CODE)).status_code == 200
