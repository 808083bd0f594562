"""Formulas on intervals: bounds travel through the sum, and what has no bound is refused."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import ContentError
from bot.core.formula import Interval, parse_formula

AT_LEAST_70 = Interval(Decimal(70), None)
AT_MOST_40 = Interval(None, Decimal(40))
EXACT_5 = Interval(Decimal(5), Decimal(5))


def reading(**intervals: Interval) -> Callable[[str], Interval]:
    return lambda name: intervals[name.removeprefix("a.")]


def test_a_hundred_less_at_least_seventy_is_at_most_thirty() -> None:
    formula = parse_formula("100 - a.share")

    assert formula.value(reading(share=AT_LEAST_70)) == Interval(None, Decimal(30))


def test_a_product_of_exact_numbers_is_exact() -> None:
    formula = parse_formula("a.x * a.y / 100")

    result = formula.value(reading(x=Interval(Decimal(2530000), Decimal(2530000)), y=Interval(*[Decimal("4.5")] * 2)))

    assert result == Interval(Decimal(113850), Decimal(113850))


@given(*[st.decimals(min_value=1, max_value=1000, places=2)] * 4)
def test_every_product_and_quotient_lies_within_the_computed_bounds(
    a: Decimal, b: Decimal, c: Decimal, d: Decimal
) -> None:
    x, y = Interval(min(a, b), max(a, b)), Interval(min(c, d), max(c, d))

    product = parse_formula("a.x * a.y").value(reading(x=x, y=y))
    quotient = parse_formula("a.x / a.y").value(reading(x=x, y=y))

    assert product.low is not None
    assert product.high is not None
    assert product.low <= a * c <= product.high
    assert quotient.low is not None
    assert quotient.high is not None
    assert quotient.low <= a / d <= quotient.high


@pytest.mark.parametrize("text", ["a.least + a.most", "a.least * a.most", "a.most - a.most"])
def test_bounds_in_opposite_directions_are_refused(text: str) -> None:
    formula = parse_formula(text)

    with pytest.raises(ContentError, match="opposite directions"):
        formula.value(reading(least=AT_LEAST_70, most=AT_MOST_40))


def test_a_division_by_nothing_gives_no_figure() -> None:
    formula = parse_formula("a.x / a.zero")

    with pytest.raises(ContentError):
        formula.value(reading(x=EXACT_5, zero=Interval(Decimal(0), Decimal(0))))


@pytest.mark.parametrize(
    "text", ["1 +", "a.b ** 2", "__import__('os')", "a.b.c", "a[0]", "a.b if 1 else 2", "'x' * a.b", "a.b % 2", "a"]
)
def test_anything_but_a_sum_over_parameters_is_refused(text: str) -> None:
    with pytest.raises(ContentError):
        parse_formula(text)


def test_a_formula_that_reads_no_parameter_is_refused() -> None:
    with pytest.raises(ContentError, match="reads no parameter"):
        parse_formula("2 * 3")


def test_the_parameters_read_are_named_once_in_reading_order() -> None:
    formula = parse_formula("a.y * (a.x + a.y) / 12")

    assert formula.names == ("a.y", "a.x")
