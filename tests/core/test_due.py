"""Amounts of a programme: for so many people and months, with their bounds; no figure where one is not firm."""

from datetime import date
from decimal import Decimal

import pytest

from bot.core.eligibility.diagram import Verdict
from bot.core.eligibility.due import due
from bot.core.eligibility.facts import Between, Facts
from bot.core.eligibility.programmes import Amount, Payer
from bot.core.parameters import Bound, Confidence, Parameter, Parameters, Value
from bot.core.types import Language, Source

DAY = date(2026, 11, 24)
TEXT = {Language.VI: "Mỗi tháng"}


def parameter(name: str, unit: str, low: int | None, high: int | None, bound: Bound, firm: bool = True) -> Parameter:
    confidence = Confidence.SEEN if firm else Confidence.UNCONFIRMED
    numbers = (None if end is None else Decimal(end) for end in (low, high))
    return Parameter(name, TEXT, unit, (Value(date(2020, 1, 1), None, *numbers, bound, confidence, (Source(name),)),))


PARAMETERS = Parameters({
    each.id: each
    for each in (
        parameter("pays", "VND/person/month", None, 34155, Bound.AT_MOST),
        parameter("lunch", "VND/pupil/month", 360000, 360000, Bound.EXACT),
        parameter("months", "months", None, 9, Bound.AT_MOST),
        parameter("least", "months", 2, None, Bound.AT_LEAST),
        parameter("recalled", "months", 5, 5, Bound.EXACT, firm=False),
    )
})  # fmt: skip


def shown(name: str, *times: str, facts: Facts | None = None) -> tuple[object, ...]:
    amount = Amount(TEXT, name, times, payer=Payer.STATE)
    made = due(amount, Verdict.YES, facts or {}, DAY, PARAMETERS)
    return (made.low, made.high, made.bound, made.unit)


def test_an_amount_keeps_its_parameters_bound() -> None:
    assert shown("pays") == (None, 34155, Bound.AT_MOST, "VND/person/month")


def test_an_amount_for_the_household_is_multiplied_by_its_people() -> None:
    assert shown("pays", "members", facts={"members": Decimal(4)}) == (
        None, 136620, Bound.AT_MOST, "VND/household/month",
    )  # fmt: skip


def test_without_the_number_of_people_it_is_said_per_person_and_what_is_missing_with_it() -> None:
    made = due(Amount(TEXT, "pays", ("members",)), Verdict.YES, {}, DAY, PARAMETERS)

    assert (made.high, made.unit, made.missing) == (34155, "VND/person/month", ("members",))


def test_a_number_of_people_known_as_a_range_makes_a_range() -> None:
    made = due(
        Amount(TEXT, "lunch", ("members",)), Verdict.YES, {"members": Between(Decimal(2), Decimal(3))}, DAY, PARAMETERS
    )

    assert (made.low, made.high, made.bound) == (720000, 1080000, Bound.RANGE)


def test_months_multiply_and_leave_the_unit_with_their_bound_and_their_source() -> None:
    made = due(Amount(TEXT, "lunch", ("months",)), Verdict.YES, {}, DAY, PARAMETERS)

    assert (made.low, made.high, made.bound, made.unit) == (None, 3240000, Bound.AT_MOST, "VND/pupil")
    assert [source.text for source in made.sources] == ["lunch", "months"]


@pytest.mark.parametrize(
    ("name", "times"), [("recalled", ()), ("lunch", ("recalled",)), ("lunch", ("months", "least"))]
)
def test_what_is_not_firm_or_has_no_end_left_has_no_figure(name: str, times: tuple[str, ...]) -> None:
    assert due(Amount(TEXT, name, times), Verdict.YES, {}, DAY, PARAMETERS).bound is None
