"""Answers to a form, as people type them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.form_reading import read_name, read_phone, read_text, read_wage, read_year

DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "year"),
    [
        ("1985", "1985"), ("85", "1985"), ("sinh năm 85", "1985"), ("sn 05", "2005"), ("em sinh nam 1990 a", "1990"),
        ("41 tuổi", "1985"), ("41", "1985"), ("bốn mươi mốt tuổi", "1985"), ("12/3/1985", "1985"), ("'85", "1985"),
        ("sinh năm nào cũng được", None), ("1890", None), ("2030", None), ("", None),
    ],
)  # fmt: skip
def test_a_year_of_birth_is_read_as_people_say_it(typed: str, year: str | None) -> None:
    assert read_year(typed, DAY) == year


@pytest.mark.parametrize(
    ("typed", "wage"),
    [
        ("5-7tr", "5000000-7000000/month"), ("5-7", "5000000-7000000/month"), ("7 triệu", "7000000-7000000/month"),
        ("300k một ngày", "300000-300000/day"), ("trên 8 triệu", "8000001-/month"),
        ("5 đến 7 triệu", "5000000-7000000/month"), ("nhiêu cũng được", None), ("", None),
        ("99999999999999999999", None),
        ("từ 7tr", "7000000-/month"), ("7 triệu trở lên", "7000000-/month"),
    ],
)  # fmt: skip
def test_a_wage_is_read_as_people_say_it(typed: str, wage: str | None) -> None:
    assert read_wage(typed) == wage


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("0912345678", "+84912345678"), ("số em là 0912 345 678 nha", "+84912345678"),
        ("+84 912.345.678", "+84912345678"),
        ("091234567", None), ("0912345678 hoặc 0987654321", None), ("không có", None), ("012345678901", None),
    ],
)  # fmt: skip
def test_a_phone_number_is_read_wherever_it_stands(typed: str, phone: str | None) -> None:
    assert read_phone(typed) == phone


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Nguyễn Thị Lan", "Nguyễn Thị Lan"), ("nguyễn thị lan", "Nguyễn Thị Lan"),
        ("tôi tên là Đổng Văn Bá", "Đổng Văn Bá"),
        ("TEN LA: KATOR THI MAI", "Kator Thi Mai"), ("Chamaléa Thị Hương", "Chamaléa Thị Hương"), ("Huy", "Huy"),
        ("0912345678", None), ("Lan 1985", None), ("<script>alert(1)</script>", None), ("a", None),
    ],
)  # fmt: skip
def test_a_name_is_read_without_what_introduces_it(typed: str, name: str | None) -> None:
    assert read_name(typed) == name


def test_free_text_keeps_no_number_of_a_card_or_a_person() -> None:
    assert read_text("phụ hồ, căn cước 058085001234") == "phụ hồ, căn cước [id]"


@given(st.integers(1940, 2011), st.sampled_from(["{}", "sinh năm {}", "sinh nam {} a", "tôi sinh {}", "{} nha"]))
def test_every_year_is_read_in_every_phrase(year: int, phrase: str) -> None:
    assert read_year(phrase.format(year), DAY) == str(year)


@given(st.integers(1, 99), st.integers(1, 99), st.sampled_from(["tr", " triệu", " cu"]))
def test_every_range_of_millions_keeps_its_ends(low: int, more: int, unit: str) -> None:
    high = low + more

    assert read_wage(f"{low}-{high}{unit}") == f"{low}000000-{high}000000/month"


@given(st.integers(0, 9_999_999), st.sampled_from(["09", "03", "08"]), st.sampled_from(["", " ", "."]))
def test_every_mobile_number_is_read_however_it_is_grouped(rest: int, begin: str, sign: str) -> None:
    digits = f"{begin}6{rest:07}"
    typed = sign.join((digits[:4], digits[4:7], digits[7:]))

    assert read_phone(f"so {typed} nha") in (f"+84{digits[1:]}", None)
    assert begin != "09" or read_phone(typed) == f"+84{digits[1:]}"


@given(st.text(max_size=400))
def test_nothing_that_is_typed_breaks_a_reader(typed: str) -> None:
    for read in (read_name, read_phone, read_wage, read_text):
        assert read(typed) is None or isinstance(read(typed), str)
    assert read_year(typed, DAY) is None or len(read_year(typed, DAY) or "") == 4
