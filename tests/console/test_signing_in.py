"""The door: one-time links, passwords, codes, sign-ins, and who is kept out."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from bot.console.visit import kind_of_browser, safe_next
from bot.core.staff import SIGN_IN_IDLE, SIGN_IN_LONGEST, Role, Standing
from bot.services import locks
from bot.services.invitations import VALID
from bot.services.throttle import ACCOUNT_FREE, LINE_FREE, LONGEST_WAIT, waiting
from db import staff as rows
from db.tables import invitations, sign_in_tries, sign_ins, staff
from tests.console.console_stand import PASSWORD, ConsoleStand, open_stand

WRONG = "is not right"
LATER = timedelta(minutes=1)


async def test_a_link_leads_over_password_and_phone_to_the_first_page(stand: ConsoleStand) -> None:
    invited = await stand.invited("Lê Thị Đào", Role.EDITOR)
    browser, place = stand.browser(), f"/console/invitation/{invited.token}"

    assert "Step 1 of 2" in (await browser.get(place)).text
    chosen = await browser.post(place, "", password=PASSWORD)
    assert chosen.headers["location"] == place
    phone = await browser.get(place)
    secret = await stand.secret_of(invited.token)
    assert "Step 2 of 2" in phone.text
    assert "<svg" in phone.text
    finished = await browser.post(f"{place}/phone", "", code=stand.code(secret))

    assert finished.headers["location"] == "/console/"
    assert "Hello, Lê Thị Đào." in (await browser.get("/console/")).text
    assert [entry.deed for entry in await stand.audit()] == ["signed_in", "joined", "invited"]


async def test_a_link_is_used_once(stand: ConsoleStand) -> None:
    invited = await stand.invited("Lê Thị Đào", Role.EDITOR)
    await stand.come(invited)

    again = await stand.browser().get(f"/console/invitation/{invited.token}")

    assert again.status_code == 410
    assert await stand.invitations.choose_password(invited.token, "another long password") == "gone"


async def test_a_link_that_was_only_looked_at_still_counts(stand: ConsoleStand) -> None:
    invited = await stand.invited("Lê Thị Đào", Role.EDITOR)

    for _ in range(3):
        await stand.browser().get(f"/console/invitation/{invited.token}")

    assert (await stand.come(invited)).member.standing is Standing.ACTIVE


async def test_a_link_ends_after_three_days(stand: ConsoleStand) -> None:
    invited = await stand.invited("Lê Thị Đào", Role.EDITOR)
    stand.clock.pass_time(VALID)

    page = await stand.browser().get(f"/console/invitation/{invited.token}")

    assert page.status_code == 410
    assert await stand.invitations.accept(invited.token, "123456", "") == "gone"


@pytest.mark.parametrize(("password", "status"), [("mười một ký", 422), ("đúng mười hai", 303), ("x" * 257, 422)])
async def test_length_is_the_only_rule_for_a_password(stand: ConsoleStand, password: str, status: int) -> None:
    invited = await stand.invited("Lê Thị Đào", Role.EDITOR)

    page = await stand.browser().post(f"/console/invitation/{invited.token}", "", password=password)

    assert page.status_code == status
    assert password not in page.text


async def test_a_wrong_code_leaves_the_link_as_it_was(stand: ConsoleStand) -> None:
    invited = await stand.invited("Lê Thị Đào", Role.EDITOR)
    browser, place = stand.browser(), f"/console/invitation/{invited.token}"
    await browser.post(place, "", password=PASSWORD)

    page = await browser.post(f"{place}/phone", "", code="000000")

    assert page.status_code == 422
    assert "code is not right" in page.text
    assert not browser.token


async def test_the_first_administrator_chooses_a_name_and_the_link_comes_anew_until_then(stand: ConsoleStand) -> None:
    first, second = await stand.staff.first_link(), await stand.staff.first_link()
    assert first is not None
    assert second is not None
    browser = stand.browser()
    assert (await browser.get(f"/console/invitation/{first.token}")).status_code == 410
    place = f"/console/invitation/{second.token}"
    assert (await browser.post(place, "", password=PASSWORD)).status_code == 422

    await browser.post(place, "", password=PASSWORD, name="  Nguyễn  Văn An ")
    await browser.post(f"{place}/phone", "", code=stand.code(await stand.secret_of(second.token)))

    assert "Hello, Nguyễn Văn An." in (await browser.get("/console/")).text
    assert await stand.staff.first_link() is None


async def test_name_password_and_code_open_the_page_that_was_wanted(stand: ConsoleStand) -> None:
    person = await stand.person("Lê Thị Đào", Role.ADMIN)
    browser = stand.browser()
    asked = await browser.get("/console/staff?role=editor")
    assert asked.headers["location"] == "/console/sign-in?next=%2Fconsole%2Fstaff%3Frole%3Deditor"

    done = await browser.sign_in("le thi dao", stand.next_code(person.secret), next="/console/staff?role=editor")

    assert done.headers["location"] == "/console/staff?role=editor"
    assert (await browser.get("/console/staff")).status_code == 200


async def test_unknown_name_wrong_password_and_wrong_code_look_alike(stand: ConsoleStand) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)
    await stand.invited("Trần Văn Mới", Role.EDITOR)
    code = stand.next_code(person.secret)

    pages = [
        await stand.browser().sign_in("Lê Thị Đào", code, password="not the password"),
        await stand.browser().sign_in("Lê Thị Đào", "000000"),
        await stand.browser().sign_in("Nobody At All", code),
        await stand.browser().sign_in("Trần Văn Mới", code),
    ]

    assert {page.status_code for page in pages} == {422}
    assert all(WRONG in page.text for page in pages)
    same = {
        page.text.replace("Nobody At All", "X").replace("Trần Văn Mới", "X").replace("Lê Thị Đào", "X")
        for page in pages
    }
    assert len(same) == 1


async def test_a_code_counts_once(stand: ConsoleStand) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)
    code = stand.next_code(person.secret)

    first, second = [await stand.browser().sign_in("Lê Thị Đào", code) for _ in range(2)]

    assert (first.status_code, second.status_code) == (303, 422)


async def test_the_code_of_the_first_sign_in_does_not_count_again(stand: ConsoleStand) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)

    assert (await stand.browser().sign_in("Lê Thị Đào", stand.code(person.secret))).status_code == 422


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (0, 303), (1, 303), (2, 422)])
async def test_a_phone_may_go_wrong_by_half_a_minute(stand: ConsoleStand, steps: int, status: int) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)
    stand.clock.pass_time(LATER * 5)
    code = locks.code_at(person.secret, stand.clock.now(), steps)

    assert (await stand.browser().sign_in("Lê Thị Đào", code)).status_code == status


async def test_guessing_at_an_account_waits_longer_and_longer_also_after_a_restart(
    stand: ConsoleStand, tmp_path: Path
) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)
    stand.clock.pass_time(LATER)
    for number in range(ACCOUNT_FREE):
        page = await stand.browser(line=f"198.51.100.{number}").sign_in("Lê Thị Đào", "000000")
        assert page.status_code == 422
    restarted = await open_stand(tmp_path)
    restarted.clock.pass_time(LATER)
    right = locks.code_at(person.secret, restarted.clock.now())

    page = await restarted.browser(line="203.0.113.9").sign_in("le thi DAO", right)

    assert page.status_code == 429
    await restarted.database.close()


async def test_many_tries_at_once_are_many_tries(stand: ConsoleStand) -> None:
    await stand.person("Lê Thị Đào", Role.EDITOR)
    stand.clock.pass_time(LATER)

    pages = await asyncio.gather(*(stand.browser().sign_in("Lê Thị Đào", "000000") for _ in range(ACCOUNT_FREE + 6)))

    assert sorted(page.status_code for page in pages) == [422] * (ACCOUNT_FREE) + [429] * 6


async def test_a_name_that_is_not_there_waits_just_as_long(stand: ConsoleStand) -> None:
    pages = [await stand.browser().sign_in("Nobody At All", "000000") for _ in range(ACCOUNT_FREE + 1)]

    assert [page.status_code for page in pages] == [422] * ACCOUNT_FREE + [429]
    assert "Wait 1 minute" in pages[-1].text


async def test_whoever_waited_may_try_again(stand: ConsoleStand) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)
    for _ in range(ACCOUNT_FREE + 1):
        await stand.browser().sign_in("Lê Thị Đào", "000000")
    stand.clock.pass_time(LONGEST_WAIT)

    assert (await stand.browser().sign_in("Lê Thị Đào", stand.code(person.secret))).status_code == 303


async def test_one_line_that_tries_many_names_waits_and_another_line_does_not(stand: ConsoleStand) -> None:
    for number in range(LINE_FREE):
        assert (await stand.browser().sign_in(f"name {number}", "000000")).status_code == 422

    assert (await stand.browser().sign_in("one more", "000000")).status_code == 429
    assert (await stand.browser(line="203.0.113.9").sign_in("one more", "000000")).status_code == 422


async def test_guessing_links_waits_too_and_a_right_link_still_opens(stand: ConsoleStand) -> None:
    invited = await stand.invited("Lê Thị Đào", Role.EDITOR)
    browser = stand.browser()

    pages = [await browser.get(f"/console/invitation/{'x' * 42}{number % 10}") for number in range(LINE_FREE + 1)]

    assert [page.status_code for page in pages] == [410] * LINE_FREE + [429]
    assert (await browser.get(f"/console/invitation/{invited.token}")).status_code == 200


def test_waits_grow_to_a_quarter_of_an_hour_and_no_further() -> None:
    waits = [waiting(over) for over in range(-2, 400)]

    assert waits == sorted(waits)
    assert waits[:4] == [timedelta(0), timedelta(0), timedelta(seconds=30), timedelta(minutes=1)]
    assert waits[-1] == LONGEST_WAIT


async def test_a_sign_in_has_a_token_of_its_own_whatever_the_browser_came_with(stand: ConsoleStand) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)
    stranger = await stand.person("Trần Văn Bình", Role.VIEWER)
    browser = stand.browser(stranger)  # somebody planted their own sign-in in this browser

    await browser.post(
        "/console/sign-in", "", name="Lê Thị Đào", password=PASSWORD, code=stand.next_code(person.secret)
    )

    values = {cookie.value for cookie in browser.client.cookies.jar if cookie.name == "caunoi-console"}
    assert len(values) == 1
    assert stranger.token not in values
    assert "Hello, Lê Thị Đào." in (await browser.get("/console/")).text
    assert (await stand.browser(stranger).get("/console/")).status_code == 303, "the planted sign-in has ended"


async def test_a_cookie_is_worth_nothing_after_signing_out(stand: ConsoleStand) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)

    done = await stand.browser(person).post("/console/sign-out")

    assert done.headers["location"] == "/console/sign-in"
    assert (await stand.browser(person).get("/console/")).headers["location"].startswith("/console/sign-in")


async def test_signing_out_everywhere_ends_the_other_browsers_too(stand: ConsoleStand) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)
    other = stand.browser()
    await other.sign_in("Lê Thị Đào", stand.next_code(person.secret))
    assert (await other.get("/console/account")).text.count("Firefox, Linux") == 2

    await stand.browser(person).post("/console/sign-out-everywhere")

    assert (await other.get("/console/")).status_code == 303


async def test_a_sign_in_of_somebody_who_does_not_work_here_opens_nothing(stand: ConsoleStand) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)

    await stand.database.write(lambda tx: rows.lock(tx, person.member.id, Standing.INVITED))

    assert (await stand.browser(person).get("/console/")).status_code == 303


@pytest.mark.parametrize("length", [SIGN_IN_IDLE, SIGN_IN_LONGEST])
async def test_a_sign_in_ends_unused_or_after_a_week(stand: ConsoleStand, length: timedelta) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)
    browser, used = stand.browser(person), timedelta(0)
    step = SIGN_IN_IDLE - timedelta(minutes=1)
    while length == SIGN_IN_LONGEST and used + step < length:
        stand.clock.pass_time(step)
        used += step
        assert (await browser.get("/console/")).status_code == 200

    stand.clock.pass_time(length - used)

    assert (await browser.get("/console/")).status_code == 303


@pytest.mark.parametrize(
    "place",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/console/\r\nX: y", "javascript:alert(1)", "/",
     "/consolebad", "/console/../", "/console//evil.example", "/console/@evil.example", ""],
)  # fmt: skip
async def test_signing_in_never_leads_out_of_the_console(stand: ConsoleStand, place: str) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)

    done = await stand.browser().sign_in("Lê Thị Đào", stand.next_code(person.secret), next=place)

    assert safe_next(place) == "/console/"
    assert done.headers["location"] == "/console/"


async def test_the_cookie_is_for_the_console_alone_and_no_script_reads_it(tmp_path: Path) -> None:
    stand = await open_stand(tmp_path, public_url="https://caunoi.example")
    person = await stand.person("Lê Thị Đào", Role.EDITOR)

    done = await stand.browser().sign_in("Lê Thị Đào", stand.next_code(person.secret))

    cookie = done.headers["set-cookie"]
    assert cookie.startswith("__Secure-caunoi-console=")
    assert "Path=/console" in cookie
    assert {"HttpOnly", "SameSite=lax", "Secure"} <= set(cookie.split("; "))
    await stand.database.close()


async def test_nothing_that_opens_a_door_stands_in_the_database(stand: ConsoleStand, tmp_path: Path) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)
    waiting = await stand.invited("Trần Văn Mới", Role.EDITOR)
    secret = await stand.secret_of(waiting.token)
    await stand.browser(line="203.0.113.77").sign_in("Somebody Typed This", "000000")
    await stand.database.scrub()

    kept = (tmp_path / "bot.db").read_bytes()

    words = (PASSWORD, person.token, person.secret, waiting.token, secret, "203.0.113.77", "Somebody Typed This")
    for word in words:
        assert word.encode() not in kept
    for table in (staff, invitations, sign_ins, sign_in_tries):
        assert await stand.database.read(
            lambda tx, table=table: tx.scalar(sa.select(sa.func.count()).select_from(table))
        )


def test_the_hash_of_nobody_costs_what_any_hash_costs() -> None:
    assert not PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).check_needs_rehash(locks._NOBODYS)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:151.0) Gecko/20100101 Firefox/151.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/156.0.0.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_of_a_browser_only_its_kind_is_kept(told: str, kind: str) -> None:
    assert kind_of_browser(told) == kind
