"""Communes in what people type: old names and new, alike names asked back, never guessed."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import Place
from bot.core.places import Candidate, Found, find_places, without_places
from bot.core.text import fold

FILE = Path(__file__).parents[2] / "content" / "places.csv"
ROWS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))
PLACES = tuple(
    Place(
        row["old_code"],
        row["old_type"],
        row["old_name"],
        row["old_district"],
        date.fromisoformat(row["old_from"]) if row["old_from"] else None,
        date.fromisoformat(row["old_to"]),
        row["new_code"],
        row["new_type"],
        row["new_name"],
    )
    for row in ROWS
)
BAO_AN, VINH_HAI, DONG_HAI, PHUOC_DINH, NINH_PHUOC = "22741", "22846", "22780", "22888", "22870"


@pytest.mark.parametrize("row", [row for row in ROWS if row["relation"] != "part"], ids=lambda row: row["old_name"])
def test_every_old_name_leads_to_its_new_commune(row: dict[str, str]) -> None:
    found = find_places(f"nhà tôi ở {row['old_type'].lower()} {row['old_name']}", PLACES)

    assert row["new_code"] in [each.new_code for each in found.candidates]


@pytest.mark.parametrize(
    ("text", "candidate"),
    [
        ("xa phuoc dai", Candidate("22801", "22801")),
        ("me em o phuoc thanh", Candidate("22801", "22798")),
        ("tôi ở xã Phước Hoà", Candidate("22786", "22786")),
        ("xã Ninh Phước", Candidate(NINH_PHUOC)),
        ("ở Phước Dinh nộp chỗ nào", Candidate(PHUOC_DINH)),
        ("xã Phước Chiến, huyện Thuận Bắc", Candidate("22840", "22837")),
    ],
)
def test_a_commune_that_is_named_as_a_place_is_certain_whatever_its_spelling(text: str, candidate: Candidate) -> None:
    found = find_places(text, PLACES)

    assert found.candidates == (candidate,)


def test_a_name_standing_alone_is_found_but_not_certain() -> None:
    assert find_places("ca na", PLACES) == Found((Candidate("22909"),), certain=False)
    assert find_places("o ca na", PLACES).certain


def test_the_split_ward_has_two_candidates() -> None:
    found = find_places("phuong dong hai", PLACES)

    assert {each.new_code for each in found.candidates} == {DONG_HAI, PHUOC_DINH}
    assert not found.certain


def test_two_names_that_are_one_without_marks_are_both_offered() -> None:
    found = find_places("o thanh hai", PLACES)

    assert {each.new_code for each in found.candidates} == {BAO_AN, VINH_HAI}
    assert not found.certain


@pytest.mark.parametrize(("text", "new_code"), [("ở Thành Hải", BAO_AN), ("ở Thanh Hải", VINH_HAI)])
def test_marks_tell_two_such_names_apart(text: str, new_code: str) -> None:
    assert [each.new_code for each in find_places(text, PLACES).candidates] == [new_code]


def test_a_name_of_a_commune_and_an_old_district_says_so_and_offers_both() -> None:
    found = find_places("ninh phuoc", PLACES)

    assert found.district == "ninh phước"
    assert NINH_PHUOC in [each.new_code for each in found.candidates]
    assert len(found.candidates) > 1


def test_a_district_never_makes_a_place_certain() -> None:
    assert not find_places("o huyen bac ai", PLACES).certain


@pytest.mark.parametrize("text", ["", "ở Hà Nội", "ngày ăn hai bữa", "con tôi học lớp ba", "phước"])
def test_other_words_are_no_place(text: str) -> None:
    assert find_places(text, PLACES) == Found()


@given(st.text(max_size=80))
def test_no_text_makes_the_search_fail(text: str) -> None:
    found = find_places(text, PLACES)

    assert len({each.new_code for each in found.candidates}) == len(found.candidates)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("nha toi o xa phuoc dinh, mua bao hiem o dau", "nha toi, mua bao hiem o dau"),
        ("Ở xã Bác Ái Đông, tiền điện được bao nhiêu?", "tiền điện được bao nhiêu?"),
        ("con học ở Cà Ná phải đóng gì", "con học phải đóng gì"),
        ("tui o phuoc thang cu, the y te", "tui, the y te"),
        ("huyện Ninh Hải cho vay hông", "cho vay hông"),
        ("Xóm ở Nhị Hà cúp nước", "xóm cúp nước"),
        ("Thuận Nam có lớp may không", "có lớp may không"),
        ("dieu giong de trong tren ray ma noi", "dieu giong de trong tren ray ma noi"),
        ("moi thang dong hai tram", "moi thang dong hai tram"),
        ("o bac ai lam nha duoc ho tro khong", "o bac ai lam nha duoc ho tro khong"),
        ("Phước Dinh", "phước dinh"),
    ],
)
def test_a_question_is_left_without_its_commune_unless_the_name_may_be_other_words(text: str, rest: str) -> None:
    assert without_places(text, PLACES) == rest


@given(st.text(max_size=80))
def test_leaving_places_out_only_takes_words_away(text: str) -> None:
    rest = without_places(text, PLACES)

    assert set(fold(rest).split()) <= set(fold(text).split())
    assert bool(fold(rest)) == bool(fold(text))
