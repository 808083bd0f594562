"""Vacancies in the console: importing, changing, taking down, taking along, and whom they may fit."""

from collections.abc import Mapping
from datetime import date, timedelta
from io import BytesIO
from typing import Any, Final

import httpx
import pytest
import sqlalchemy as sa
from xlsxwriter import Workbook

from bot.core.lead_record import Result
from bot.core.leads import Deed
from bot.core.staff import Role
from bot.core.vacancy_columns import COLUMNS
from bot.services.leads import Called, Trouble
from bot.services.vacancies import LARGEST_FILE, Wanted, read_rows
from db import vacancies
from tests.console.console_stand import HOST, Browser, ConsoleStand
from tests.console.test_leads import counsellor, register

ROW: Final[Mapping[str, Any]] = {
    "title": "Phụ hồ công trình", "employer": "Công ty Thử", "place": "Phường Đô Vinh", "wage": "6-8 triệu",
    "phone": "0259 3 888 999", "deadline": "31/12/2026", "source": "Trung tâm Thử", "posted": "20/11/2026",
}  # fmt: skip


def file_of(*rows: Mapping[str, Any]) -> bytes:
    body = BytesIO()
    with Workbook(body, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [COLUMNS[name][0] for name in COLUMNS])
        for line, row in enumerate(rows, start=1):
            sheet.write_row(line, 0, [row.get(name, "") for name in COLUMNS])
    return body.getvalue()


async def send(browser: Browser, body: bytes, **fields: str) -> httpx.Response:
    data = {"csrf": await browser.csrf(), **fields}
    headers = {"Origin": f"http://{HOST}"}
    return await browser.client.post("/console/vacancies/import", data=data, files={"file": body}, headers=headers)


async def kept(stand: ConsoleStand) -> list[Any]:
    return await stand.database.read(vacancies.every)


async def test_a_file_is_imported_twice_and_counted_by_what_is_new_changed_and_gone(stand: ConsoleStand) -> None:
    lan = await counsellor(stand)
    browser = stand.browser(lan)
    guard = {**ROW, "title": "Bảo vệ"}

    first = await stand.vacancies.take_in(lan.member, file_of(ROW, guard, {**ROW, "title": "Tạp vụ", "wage": "?"}))
    assert (first.new, first.changed, first.unchanged, first.gone, len(first.faults)) == (2, 0, 0, 0, 1)
    again = await stand.vacancies.take_in(lan.member, file_of({**ROW, "wage": "9 triệu"}))
    assert (again.new, again.changed, again.unchanged, again.gone, again.are_ended) == (0, 1, 0, 1, False)
    whole = await send(browser, file_of({**ROW, "wage": "9 triệu"}, {**guard, "phone": ""}), is_whole="yes")

    assert whole.status_code == 422
    assert "Line 3" in whole.text
    assert [each.ended_at for each in await kept(stand)] == [None, None]  # a line with a fault is in the file, too
    last = await stand.vacancies.take_in(lan.member, file_of({**ROW, "wage": "9 triệu"}), is_whole=True)
    assert (last.unchanged, last.gone, last.are_ended) == (1, 1, True)
    assert [each.ended_at is None for each in await kept(stand)] == [True, False]
    assert len(await stand.audit("imported")) == 4


async def test_a_csv_is_read_as_well_and_what_is_no_spreadsheet_changes_nothing(stand: ConsoleStand) -> None:
    lan = await counsellor(stand)
    text = (
        ";".join(COLUMNS[name][0] for name in COLUMNS) + "\r\n" + ";".join(str(ROW.get(name, "")) for name in COLUMNS)
    )

    assert (await stand.vacancies.take_in(lan.member, text.encode("utf-8-sig"))).new == 1
    for body in (b"PK\x03\x04 but no spreadsheet", "Tên".encode("utf-16"), b"\xd0\xcf\x11\xe0", b""):
        assert (await stand.vacancies.take_in(lan.member, body)).new == 0
    assert (await send(stand.browser(lan), b"PK\x03\x04")).status_code == 422
    assert (await send(stand.browser(lan), b"x" * LARGEST_FILE)).status_code == 413
    assert len(await kept(stand)) == 1


async def test_the_list_taken_along_and_imported_again_changes_nothing(stand: ConsoleStand) -> None:
    lan = await counsellor(stand)
    await stand.vacancies.take_in(lan.member, file_of(ROW, {**ROW, "title": "=1+1", "hours": "Bán thời gian"}))

    taken = await stand.browser(lan).get("/console/vacancies.xlsx")

    rows = read_rows(taken.content)
    assert rows is not None
    assert rows[2][1] == "=1+1"
    again = await stand.vacancies.take_in(lan.member, taken.content)
    assert (again.unchanged, again.new, again.changed, list(again.faults)) == (2, 0, 0, [])


async def test_one_is_typed_changed_taken_down_and_opened_again(stand: ConsoleStand) -> None:
    lan = await counsellor(stand)
    browser = stand.browser(lan)

    refused = await browser.post("/console/vacancies/new", **{**ROW, "phone": "x"})
    assert refused.status_code == 422
    assert "no phone number" in refused.text
    made = await browser.post("/console/vacancies/new", **ROW)
    place = made.headers["location"]
    await browser.post(place, **{**ROW, "title": "Thợ hồ"})
    await browser.post(f"{place}/end")
    (one,) = await kept(stand)
    assert (one.vacancy.title, one.ended_at is None) == ("Thợ hồ", False)
    assert "Thợ hồ" not in (await browser.get("/console/vacancies")).text
    assert "Thợ hồ" in (await browser.get("/console/vacancies?state=ended")).text

    await browser.post(place, **ROW)

    assert (await kept(stand))[0].ended_at is None
    assert [entry.deed for entry in await stand.audit()][:4] == ["changed", "taken_down", "changed", "added"]


async def test_a_vacancy_is_hidden_the_day_after_its_deadline(stand: ConsoleStand) -> None:
    lan = await counsellor(stand)
    await stand.vacancies.take_in(lan.member, file_of({**ROW, "deadline": "25/11/2026"}))

    async def shown(day: date) -> int:
        return len(await stand.database.read(lambda tx: vacancies.open_on(tx, day)))

    assert [await shown(date(2026, 11, 25)), await shown(date(2026, 11, 26))] == [1, 0]
    stand.clock.pass_time(timedelta(days=3))
    found = [len(await stand.vacancies.list(lan.member, Wanted(state))) for state in ("open", "over", "ended", "")]
    assert found == [0, 1, 0, 1]


async def test_a_lead_and_a_vacancy_find_each_other_with_reasons_in_words(stand: ConsoleStand) -> None:
    lan = await counsellor(stand)
    number = await register(stand)
    await stand.vacancies.take_in(lan.member, file_of(ROW, {**ROW, "title": "Lái xe tải"}))
    browser = stand.browser(lan)
    place = next(each.id for each in await kept(stand) if each.vacancy.title == ROW["title"])

    lead, vacancy = await browser.get(f"/console/leads/{number}"), await browser.get(f"/console/vacancies/{place}")

    assert "right trade, same commune, pays what is wished" in lead.text
    assert "Lái xe tải" not in lead.text
    assert f'href="/console/leads/{number}"' in vacancy.text
    assert "Hường" not in vacancy.text


async def test_a_seeker_is_told_of_a_job_only_with_their_yes(stand: ConsoleStand) -> None:
    lan = await counsellor(stand)
    number = await register(stand)
    await stand.vacancies.take_in(lan.member, file_of(ROW))
    (one,) = await kept(stand)
    await stand.leads.claim(lan.member, number)
    step = Called(Result.REACHED, Deed.CONTACT, next_step="hỏi", next_day=date(2026, 12, 1))
    await stand.leads.call(lan.member, number, step)
    introduced = Called(Result.REACHED, Deed.INTRODUCE, next_step="hỏi", next_day=date(2026, 12, 1), vacancy=one.id)

    async def said() -> int:
        return await stand.database.read(lambda tx: tx.scalar(sa.text("SELECT count(*) FROM messages")))

    assert await stand.leads.call(lan.member, number, introduced) is None
    assert await said() == 0
    told = Called(Result.REACHED, next_step="hỏi", next_day=date(2026, 12, 1), vacancy=one.id, is_told=True)
    assert await stand.leads.call(lan.member, number, told) is None
    assert await said() == 1
    assert "Phụ hồ công trình, Công ty Thử" in (await stand.browser(lan).get(f"/console/leads/{number}")).text
    await stand.vacancies.end(lan.member, one.id)
    assert await stand.leads.call(lan.member, number, told) is Trouble.NO_VACANCY


async def test_a_script_in_any_cell_is_text(stand: ConsoleStand) -> None:
    lan = await counsellor(stand)
    script = "<script>alert(1)</script>"
    free = ("title", "employer", "place", "source", "contact", "description")
    await stand.vacancies.take_in(lan.member, file_of({**ROW, **dict.fromkeys(free, script)}))
    faulty = await send(stand.browser(lan), file_of({**ROW, "wage": script}))

    (one,) = await kept(stand)
    for text in (faulty.text, *[(await stand.browser(lan).get(place)).text for place in
                                ("/console/vacancies", f"/console/vacancies/{one.id}")]):  # fmt: skip
        assert "<script" not in text
        assert "&lt;script&gt;" in text


@pytest.mark.parametrize("role", [Role.ADMIN, Role.APPROVER])
async def test_other_roles_open_no_vacancy(stand: ConsoleStand, role: Role) -> None:
    browser = stand.browser(await stand.person("Ai", role))

    assert (await browser.get("/console/vacancies")).status_code == 403
    assert (await send(browser, file_of(ROW))).status_code == 403


async def test_a_viewer_reads_and_changes_nothing(stand: ConsoleStand) -> None:
    viewer = await stand.person("Xem", Role.VIEWER)
    lan = await counsellor(stand)
    await stand.vacancies.take_in(lan.member, file_of(ROW))
    (one,) = await kept(stand)
    browser = stand.browser(viewer)

    page = await browser.get(f"/console/vacancies/{one.id}")

    assert "Công ty Thử" in page.text
    assert '<form method="post" action="/console/vacancies' not in page.text
    assert (await browser.post(f"/console/vacancies/{one.id}/end")).status_code == 403
