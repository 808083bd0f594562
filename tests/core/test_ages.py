"""Ages as people type them, in full years on a day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.eligibility.facts import Between
from bot.core.interview.ages import read_age

DAY = date(2026, 11, 24)


def ages(text: str, day: date = DAY) -> tuple[int, int] | None:
    age = read_age(text, day)
    if age is None:
        return None
    return (int(age.low), int(age.high)) if isinstance(age, Between) else (int(age), int(age))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("76", 76, 76),
        ("mẹ em 76 tuổi", 76, 76),
        ("bảy mươi sáu", 76, 76),
        ("nam nay 40", 40, 40),
        ("sinh năm 1950", 75, 76),
        ("24/11/1950", 76, 76),
        ("25/11/1950", 75, 75),
        ("tháng 3 năm 1950", 76, 76),
        ("11/1950", 75, 76),
        ("18 tháng", 1, 1),
        ("6 tháng tuổi", 0, 0),
        ("bảy mươi mấy", 71, 79),
        ("hơn 70", 70, 120),
        ("gần 80", 0, 79),
    ],
)
def test_an_age_is_read_as_people_mean_it(text: str, low: int, high: int) -> None:
    assert ages(text) == (low, high)


@pytest.mark.parametrize("text", ["", "không biết", "300", "2030", "12/13/1950", "mẹ 76 con 5"])
def test_what_is_no_age_is_none(text: str) -> None:
    assert read_age(text, DAY) is None


@given(st.dates(date(1930, 1, 1), date(2026, 1, 1)), st.integers(0, 300))
def test_a_birth_year_leaves_the_age_of_every_birthday_in_it_and_no_other(born: date, later: int) -> None:
    day = date(2026, 1, 1) + timedelta(days=later)
    full = day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    span = ages(f"sinh năm {born.year}", day)

    assert span is not None
    assert span[0] <= full <= span[1] <= span[0] + 1
    assert read_age(f"{born.day}/{born.month}/{born.year}", day) == Decimal(full)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_an_age_within_bounds_or_none(text: str) -> None:
    span = ages(text)

    assert span is None or 0 <= span[0] <= span[1] <= 120
