"""Staff are told in Telegram that something waits: by a code that counts once, and without a word of anybody."""

import re
from datetime import timedelta

import sqlalchemy as sa

from bot.core.handover import DISTRESS
from bot.core.staff import Role
from bot.core.types import Address, BindStaff, Session
from bot.services import keeping
from bot.services.keeping import Moment
from db import addresses
from tests.console.console_stand import BAO_AN, ConsoleStand, Person
from tests.console.test_handovers import passed, sent

PHONE = Address("telegram", "77")


async def code_of(stand: ConsoleStand, person: Person) -> str:
    found = re.search(r"/start bind-([0-9a-f-]+)", (await stand.browser(person).get("/console/account")).text)
    return found[1] if found else ""


async def typed(stand: ConsoleStand, code: str, address: Address = PHONE) -> list[tuple[int, int]]:
    """Type a code to the bot; return who is bound where."""

    def work(tx: sa.Connection) -> list[tuple[int, int]]:
        now = stand.clock.now()
        number = addresses.note(tx, {address}, now)[address]
        keeping.bind_staff(Moment(tx, stand.sealed, address, number, Session(), now.date(), now), BindStaff(code))
        return [tuple(row) for row in tx.execute(sa.text("SELECT staff_id, address_id FROM staff_bindings"))]  # type: ignore[misc]

    return await stand.database.write(work)


async def test_a_code_binds_once_and_for_two_hours_at_most(stand: ConsoleStand) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)
    first = await code_of(stand, person)
    stand.clock.pass_time(timedelta(hours=2))
    late = await typed(stand, first)
    code = await code_of(stand, person)

    bound = await typed(stand, code)
    again = await typed(stand, code, Address("telegram", "78"))

    assert late == []
    assert [staff_id for staff_id, _ in bound] == [person.member.id]
    assert again == bound
    assert "Telegram is connected" in (await stand.browser(person).get("/console/account")).text


async def test_no_other_code_and_no_other_channel_binds(stand: ConsoleStand) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)
    viewer = await stand.person("Trần Văn Bình", Role.VIEWER)
    code = await code_of(stand, person)

    for odd in ("", "1", "1-", f"{person.member.id}-{'0' * 24}", f"{viewer.member.id}-{code.partition('-')[2]}", "é-é"):
        assert await typed(stand, odd) == [], odd
    assert await typed(stand, code, Address("web", "1")) == []
    assert await code_of(stand, viewer) == ""


async def test_who_may_have_it_is_told_once_and_nothing_of_the_person(stand: ConsoleStand) -> None:
    editor = await stand.person("Lê Thị Đào", Role.EDITOR)
    far = await stand.person("Phạm Thị Cúc", Role.COUNSELLOR, communes=[BAO_AN])
    for at, person in enumerate((editor, far)):
        await typed(stand, await code_of(stand, person), Address("telegram", str(at)))
    await passed(stand, "nhà tôi bị tốc mái")

    await stand.bindings.tell()
    await stand.bindings.tell()

    assert await sent(stand) == [
        "Có lời nhờ đang chờ cán bộ. Mở trang cán bộ để nhận: https://example.vn/console/handovers"
    ]
    rows = await stand.database.read(lambda tx: list(tx.execute(sa.text("SELECT state FROM messages"))))
    assert [row.state for row in rows] == ["pending"]


async def test_of_a_call_for_help_only_the_supervisor_is_told(stand: ConsoleStand) -> None:
    editor = await stand.person("Lê Thị Đào", Role.EDITOR)
    await typed(stand, await code_of(stand, editor))
    await passed(stand, kind=DISTRESS)

    await stand.bindings.tell()

    assert await sent(stand) == []
