"""Income as people type it, worked out per person and month; what was not said is asked."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.eligibility.facts import Between, Fact, Kind, Of
from bot.core.interview.income import Income, Per, Unclear, per_person, read_income
from bot.core.text import strip_marks
from bot.core.types import Language

TEXT = {Language.VI: "thu nhập"}
INCOME = Fact("income", Of.HOUSEHOLD, Kind.NUMBER, TEXT, TEXT, high=Decimal(1_000_000_000), whole=False)
DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def span(text: str) -> tuple[int, int | None]:
    income = read_income(text)
    assert isinstance(income, Income), (text, income)
    return int(income.low), None if income.high is None else int(income.high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2tr rưỡi", 2_500_000, 2_500_000),
        ("triệu rưỡi", 1_500_000, 1_500_000),
        ("2tr5", 2_500_000, 2_500_000),
        ("hai triệu mấy", 2_000_000, 2_999_999),
        ("mười mấy triệu", 11_000_000, 19_999_999),
        ("hai ba triệu", 2_000_000, 3_000_000),
        ("từ 2tr đến 2tr5", 2_000_000, 2_500_000),
        ("tu nam trieu den bay trieu", 5_000_000, 7_000_000),
        ("hai triệu năm", 2_500_000, 2_500_000),
        ("hai mươi lăm triệu một năm", 25_000_000, 25_000_000),
        ("một trăm hai mươi triệu một năm", 120_000_000, 120_000_000),
        ("năm trăm", 500_000, 500_000),
        ("2tr 4 người", 2_000_000, 2_000_000),
        ("tầm 2 triệu", 2_000_000, 2_000_000),
        ("1 500 000 đ", 1_500_000, 1_500_000),
        ("dưới 2 triệu", 0, 1_999_999),
        ("không quá 2 triệu", 0, 2_000_000),
        ("hơn 2 triệu", 2_000_001, None),
        ("không có thu nhập", 0, 0),
    ],
)
def test_an_amount_is_read_as_people_mean_it(text: str, low: int, high: int | None) -> None:
    assert span(text) == (low, high)


@given(st.integers(1, 99), st.integers(1, 9), st.booleans())
def test_every_way_of_typing_an_amount_is_the_same_amount(millions: int, tenth: int, marked: bool) -> None:
    thousands = millions * 1000 + tenth * 100
    ways = [
        f"{millions}tr{tenth}", f"{millions},{tenth} triệu", f"{millions}.{tenth}tr", f"{thousands}k",
        f"{millions} triệu {tenth}00 nghìn", f"{millions}tr{tenth}00", f"{millions}.{tenth}00.000", f"{thousands}000đ",
        f"{millions} triệu {tenth} một tháng", f"khoảng {millions} triệu {tenth}", f"{millions} trieu {tenth}00 ngan",
    ]  # fmt: skip
    if millions < 10:
        ways += [f"{DIGITS[millions]} triệu {DIGITS[tenth]}", f"{DIGITS[millions]} triệu {DIGITS[tenth]} trăm nghìn"]

    read = {span(way if marked else strip_marks(way)) for way in ways}

    assert read == {(thousands * 1000, thousands * 1000)}


@given(st.text(alphabet=st.sampled_from("0123456789.,-/ đtrkmấyhaibonămtriệu"), max_size=30))
def test_whatever_is_typed_is_an_amount_in_order_or_a_question(text: str) -> None:
    income = read_income(text)

    assert isinstance(income, Unclear) or (income.low >= 0 and (income.high is None or income.low <= income.high))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("không biết", Unclear.NUMBER),
        ("2", Unclear.UNIT),
        ("2000", Unclear.UNIT),
        ("chồng 3tr vợ 2tr", Unclear.SEVERAL),
    ],
)
def test_what_cannot_be_read_says_what_to_ask(text: str, asked: Unclear) -> None:
    assert read_income(text) is asked


@pytest.mark.parametrize(
    ("text", "per", "is_household"),
    [
        ("mỗi tháng 4 triệu cả nhà", Per.MONTH, True),
        ("30 triệu một vụ", Per.SEASON, None),
        ("1tr5/người/tháng", Per.MONTH, False),
        ("200k mot ngay", Per.DAY, None),
        ("ba mươi triệu một năm, nhà em", Per.YEAR, True),
        ("6 triệu 3 tháng", None, None),
        ("30 triệu năm", None, None),
    ],
)
def test_for_what_time_and_for_whom_is_read_where_it_is_said(
    text: str, per: Per | None, is_household: bool | None
) -> None:
    income = read_income(text)

    assert isinstance(income, Income)
    assert (income.per, income.is_household) == (per, is_household)


def test_a_yearly_income_of_the_household_is_shared_out_over_months_and_people() -> None:
    income = Income(Decimal(54_000_000), Decimal(54_000_000), Per.YEAR, is_household=True)

    assert per_person(income, INCOME, members=3) == Decimal(1_500_000)


def test_two_seasons_a_year_count_twice() -> None:
    income = Income(Decimal(30_000_000), Decimal(30_000_000), Per.SEASON, is_household=True)

    assert per_person(income, INCOME, members=5, times=Decimal(2)) == Decimal(1_000_000)


def test_a_range_stays_a_range_and_an_open_end_goes_as_far_as_the_fact() -> None:
    several = Income(Decimal(2_000_000), Decimal(2_999_999), Per.MONTH, is_household=False)
    more = replace_high(several, None)

    assert per_person(several, INCOME) == Between(Decimal(2_000_000), Decimal(2_999_999))
    assert per_person(more, INCOME) == Between(Decimal(2_000_000), Decimal(1_000_000_000))


@pytest.mark.parametrize(
    ("per", "is_household", "asked"),
    [
        (None, True, Unclear.PERIOD),
        (Per.MONTH, None, Unclear.WHOSE),
        (Per.MONTH, True, Unclear.MEMBERS),
        (Per.SEASON, False, Unclear.SEASONS),
        (Per.DAY, False, Unclear.DAYS),
    ],
)
def test_what_was_not_said_is_asked_and_never_assumed(
    per: Per | None, is_household: bool | None, asked: Unclear
) -> None:
    assert per_person(Income(Decimal(1), Decimal(1), per, is_household), INCOME) is asked


def replace_high(income: Income, high: Decimal | None) -> Income:
    return Income(income.low, high, income.per, income.is_household)
