"""Vacancies read from rows, and shown in the chat."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.load import load
from bot.core.catalogue import Catalogue
from bot.core.vacancies import AGREE, Vacancy
from bot.core.vacancy_columns import COLUMNS, REQUIRED, WORDS
from bot.core.vacancy_sheet import Problem, cells_of, read_day, read_row, read_sheet
from tests.build import REAL
from tests.core.interviewing import DAY, Talker, make_world

DO_VINH: Final = "22738"
CELLS: Final[dict[str, Any]] = {
    "title": "Thợ may công nghiệp", "employer": "Công ty Thử", "place": "Phường Đô Vinh", "wage": "6-8 triệu",
    "phone": "0259 3 888 999", "deadline": date(2026, 12, 31), "source": "Trung tâm Thử", "posted": date(2026, 11, 20),
}  # fmt: skip
VACANCY: Final = Vacancy(
    key="k", title="Thợ may", employer="Công ty Thử", phone="+842593888999", place="Phường Đô Vinh",
    wage="6000000-8000000/month", deadline=date(2026, 12, 31), source="Nguồn", posted=date(2026, 11, 20),
    commune=DO_VINH,
)  # fmt: skip


@cache
def real() -> Catalogue:
    return load(REAL)


@pytest.fixture
def catalogue() -> Catalogue:
    return real()


def row(catalogue: Catalogue, **changed: Any) -> Vacancy | tuple[Problem, ...]:
    read = read_row(CELLS | changed, catalogue, DAY)
    return read if isinstance(read, Vacancy) else tuple(fault.problem for fault in read)


def sheet_of(*rows: dict[str, Any]) -> list[list[Any]]:
    names = tuple(COLUMNS)
    return [[COLUMNS[name][0] for name in names], *([each.get(name, "") for name in names] for each in rows)]


def test_a_sound_row_is_read_as_people_write_it(catalogue: Catalogue) -> None:
    vacancy = row(catalogue, hours="Toàn thời gian", schooling="Tốt nghiệp THCS", training="Không yêu cầu", count=12.0)

    assert isinstance(vacancy, Vacancy)
    assert (vacancy.commune, vacancy.wage, vacancy.phone) == (DO_VINH, "6000000-8000000/month", "+842593888999")
    assert (vacancy.hours, vacancy.schooling, vacancy.training, vacancy.count) == (
        "full_time",
        "lower_secondary",
        "",
        12,
    )


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        *(({name: ""}, Problem.MISSING) for name in REQUIRED),
        ({"deadline": "31/02/2027"}, Problem.NO_DAY),
        ({"deadline": date(2026, 11, 1), "posted": date(2026, 10, 1)}, Problem.OVER),
        ({"posted": date(2027, 1, 1)}, Problem.ORDER),
        ({"phone": "hỏi chị Lan"}, Problem.NO_PHONE),
        ({"count": "nhiều"}, Problem.NO_COUNT),
        ({"count": -3}, Problem.NO_COUNT),
        ({"wage": "cao"}, Problem.NO_PAY),
        ({"schooling": "giỏi"}, Problem.NO_CHOICE),
        ({"title": "x" * 201}, Problem.TOO_LONG),
    ],
)
def test_what_is_wrong_with_a_cell_is_named(catalogue: Catalogue, changed: dict[str, Any], problem: Problem) -> None:
    assert row(catalogue, **changed) == (problem,)


def test_a_phone_that_a_spreadsheet_took_for_a_sum_has_its_zero_back(catalogue: Catalogue) -> None:
    vacancy = row(catalogue, phone=912345678.0)

    assert isinstance(vacancy, Vacancy)
    assert vacancy.phone == "+84912345678"


def test_pay_may_be_agreed(catalogue: Catalogue) -> None:
    vacancy = row(catalogue, wage="Thỏa thuận khi phỏng vấn")

    assert isinstance(vacancy, Vacancy)
    assert vacancy.wage == AGREE


def test_sound_rows_are_kept_beside_those_with_a_fault_which_are_named_by_their_row(catalogue: Catalogue) -> None:
    other = CELLS | {"title": "Bảo vệ"}
    sheet = read_sheet([[""], *sheet_of(CELLS, CELLS | {"wage": ""}, {}, other, CELLS)], catalogue, DAY)

    assert [each.title for each in sheet.vacancies] == ["Thợ may công nghiệp", "Bảo vệ"]
    assert [(fault.row, fault.column, fault.problem) for fault in sheet.faults] == [
        (4, "wage", Problem.MISSING), (7, "title", Problem.TWICE),
    ]  # fmt: skip
    assert sheet.doubtful == {sheet.vacancies[0].key}


def test_a_file_without_a_column_that_is_needed_says_which(catalogue: Catalogue) -> None:
    rows = [["Tên công việc *", "Doanh nghiệp", "Màu"], ["Thợ may", "Thử", "đỏ"]]
    sheet = read_sheet(rows, catalogue, DAY)

    assert not sheet.vacancies
    assert {fault.column for fault in sheet.faults} == set(REQUIRED) - {"title", "employer"}
    assert sheet.unknown == ("Màu",)
    assert [fault.problem for fault in read_sheet([], catalogue, DAY).faults] == [Problem.NO_ROWS]
    assert [fault.problem for fault in read_sheet(sheet_of(), catalogue, DAY).faults] == [Problem.NO_ROWS]


def test_the_codes_are_those_of_the_job_seekers_form(catalogue: Catalogue) -> None:
    form = catalogue.forms["job_seeker"]

    for name, words in WORDS.items():
        if name != "where":
            assert set(words) - {""} <= set(form.fields[name].choices)


@pytest.mark.parametrize(
    "text", ["31/12/2026", "31-12-2026", "31.12.2026", "2026-12-31", datetime(2026, 12, 31, tzinfo=UTC)]
)
def test_a_day_is_read_as_it_is_written(text: Any) -> None:
    assert read_day(text) == date(2026, 12, 31)


WAGES: Final = ("6000000-8000000/month", "250000-250000/day", "7000000-/month", AGREE)


@pytest.mark.parametrize("wage", WAGES)
@pytest.mark.parametrize("number", ["", "A-12"])
def test_what_is_written_out_is_read_again_just_as_it_is(catalogue: Catalogue, wage: str, number: str) -> None:
    first = read_row(CELLS | {"number": number, "hours": "part_time", "schooling": "THPT"}, catalogue, DAY)
    assert isinstance(first, Vacancy)
    vacancy = replace(first, wage=wage, contact="Chị Thử", count=3)

    assert read_row(cells_of(vacancy), catalogue, DAY) == vacancy


@given(
    st.dictionaries(st.sampled_from(tuple(COLUMNS)), st.text(max_size=30) | st.floats() | st.integers() | st.dates())
)
def test_any_cells_are_a_vacancy_or_named_faults(cells: dict[str, Any]) -> None:
    read = read_row(CELLS | cells, real(), DAY)

    assert isinstance(read, Vacancy) or (read and all(fault.column in COLUMNS for fault in read))


def talker_with(catalogue: Catalogue, *found: Vacancy) -> Talker:
    return Talker(replace(make_world(catalogue), vacancies=found))


def test_open_jobs_are_shown_three_at_a_time_with_employer_contact_source_and_days(catalogue: Catalogue) -> None:
    talker = talker_with(catalogue, *(replace(VACANCY, title=f"Việc {number}") for number in range(5)))

    talker.press("t:jobs.vacancies", "j:all:0")
    assert "Việc 2" in talker.text
    assert "Việc 3" not in talker.text
    for said in ("Công ty Thử", "02593888999", "31/12/2026", "Nguồn", "20/11/2026", "6.000.000"):
        assert said in talker.text
    talker.press("j:all:3")
    assert "Việc 3" in talker.text
    assert "j:all:6" not in talker.actions


def test_jobs_of_a_commune_and_of_a_trade_are_found_and_none_is_said_plainly(catalogue: Catalogue) -> None:
    talker = talker_with(catalogue, VACANCY, replace(VACANCY, title="Phụ hồ", commune=""))

    talker.press("j:here:0")
    talker.say("Đô Vinh")
    talker.press("j:here:0")
    assert "Thợ may" in talker.text
    assert "Phụ hồ" not in talker.text
    talker.press("j:trades")
    assert {"j:t:sewing:0", "j:t:construction:0"} <= set(talker.actions)
    talker.press("j:t:construction:0")
    assert "Phụ hồ" in talker.text
    talker.press("j:t:guard:0")
    assert "Hôm nay chưa có việc loại này" in talker.text


def test_without_any_vacancy_nothing_is_invented(catalogue: Catalogue) -> None:
    talker = talker_with(catalogue)

    talker.press("j:all:0")

    assert "chưa có việc nào" in talker.text


@pytest.mark.parametrize("action", ["j:", "j:all", "j:all:x", "j:t:none:0", "j:x:0", "j:trades:1"])
def test_an_odd_button_is_explained(catalogue: Catalogue, action: str) -> None:
    talker = talker_with(catalogue, VACANCY)

    talker.press(action)

    assert [reply.key for reply in talker.turns[-1].replies] == ["button.old"]
