"""Facts at the edge: what is given is read as it was meant, what does not fit is named with what would."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.core.eligibility.facts import Between, FactError, Kind, Membership, Of, months_between, read_facts
from tests.core.rules import DAY, FACTS, make_fact

KNOWN = {**FACTS, "years": replace(make_fact("years", Kind.NUMBER, high=120), of=Of.MEMBER)}


def test_facts_of_the_household_and_of_the_member_are_read_together() -> None:
    facts = read_facts({"class": "poor", "income": 1500000.5, "member": {"years": "76"}}, KNOWN, DAY)

    assert facts == {"class": "poor", "income": Decimal("1500000.5"), "years": Decimal(76)}


def test_what_is_null_is_not_known() -> None:
    assert read_facts({"class": None, "member": None}, KNOWN, DAY) == {}


@pytest.mark.parametrize(("raw", "read"), [(True, "yes"), (False, "no"), ("no", "no")])
def test_yes_and_no_may_be_words_or_truth_values(raw: Any, read: str) -> None:
    assert read_facts({"pension": raw}, KNOWN, DAY) == {"pension": read}


def test_a_list_is_the_whole_set_and_an_object_what_is_known_of_it() -> None:
    whole = read_facts({"zone": ["hill"]}, KNOWN, DAY)["zone"]
    part = read_facts({"zone": {"has": ["hill"]}}, KNOWN, DAY)["zone"]

    assert whole == Membership(frozenset({"hill"}), frozenset({"coast"}))
    assert part == Membership(frozenset({"hill"}), frozenset())


def test_a_number_may_be_known_as_a_range() -> None:
    facts = read_facts({"income": {"low": 2, "high": 3}, "age": {"low": 5, "high": 5}}, KNOWN, DAY)

    assert facts == {"income": Between(Decimal(2), Decimal(3)), "age": Decimal(5)}


def test_months_are_counted_from_month_to_month() -> None:
    facts = read_facts({"exit": "2023-11"}, KNOWN, DAY)

    assert facts == {"exit": date(2023, 11, 1)}
    assert months_between(date(2023, 11, 1), DAY) == 36


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ([], "must be an object"),
        ({"shoe_size": 4}, "no such fact of the household"),
        ({"years": 76}, "write it under `member`"),
        ({"member": {"class": "poor"}}, "at the top"),
        ({"member": 76}, "write one member's facts as an object"),
        ({"class": "rich"}, "poor or near_poor"),
        ({"class": 5}, "class: 5 does not fit"),
        ({"pension": "maybe"}, "yes or no"),
        ({"age": 7}, "a whole number from 0 to 6"),
        ({"age": 2.5}, "a whole number"),
        ({"age": True}, "is no number"),
        ({"income": "much"}, "is no number"),
        ({"income": "NaN"}, "does not fit"),
        ({"income": -1}, "a number from 0"),
        ({"income": {"low": 3, "high": 2}}, "turn them round"),
        ({"income": {"low": 3}}, "both ends"),
        ({"zone": "hill"}, "write a list"),
        ({"zone": ["moon"]}, "none of coast, hill"),
        ({"zone": {"has": ["hill"], "lacks": ["hill"]}}, "both `has` and `lacks`"),
        ({"exit": "last year"}, "write it as 2025-03"),
        ({"exit": "2026-12"}, "comes after 2026-11-24"),
    ],
)
def test_what_does_not_fit_is_named_with_what_would(raw: Any, told: str) -> None:
    with pytest.raises(FactError) as caught:
        read_facts(raw, KNOWN, DAY)

    assert told in str(caught.value)
