"""Dated amounts: which value holds on a day, what may be said, what changes soon."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import NoValueOnDate
from bot.core.formula import parse_formula
from bot.core.parameters import Bound, Confidence, Confirmed, Parameter, Parameters, Value
from bot.core.types import Language, Source

LABEL = {Language.VI: "Mức", Language.EN: "Level"}


def row(start: str, value: int, *, until: str = "", source: str = "NĐ", seen: bool = True, **more: object) -> Value:
    bounds = {"low": Decimal(value), "high": Decimal(value), "bound": Bound.EXACT, **more}
    return Value(
        start=date.fromisoformat(start),
        until=date.fromisoformat(until) if until else None,
        confidence=Confidence.SEEN if seen else Confidence.UNCONFIRMED,
        sources=(Source(source, date(2026, 6, 30)),),
        **bounds,  # type: ignore[arg-type]
    )


def parameters(**rows: tuple[Value, ...] | str) -> Parameters:
    made = {}
    for name, held in rows.items():
        formula = parse_formula(held) if isinstance(held, str) else None
        values = () if isinstance(held, str) else held
        made[f"a.{name}"] = Parameter(f"a.{name}", LABEL, "VND", values, formula)
    return Parameters(made)


def test_a_value_holds_from_its_first_day_to_the_day_before_the_next() -> None:
    both = parameters(x=(row("2024-07-01", 234), row("2026-07-01", 253)))

    before, after = both.value_on("a.x", date(2026, 6, 30)), both.value_on("a.x", date(2026, 7, 1))

    assert (before.low, before.until) == (234, date(2026, 6, 30))
    assert (after.low, after.until) == (253, None)


@pytest.mark.parametrize("day", [date(2024, 6, 30), date(2026, 1, 1)])
def test_before_the_first_day_and_after_the_last_there_is_no_value(day: date) -> None:
    ended = parameters(x=(row("2024-07-01", 5, until="2025-12-31"),))

    with pytest.raises(NoValueOnDate, match=f"{day:%d/%m/%Y}"):
        ended.value_on("a.x", day)


def test_a_value_that_is_not_firm_is_never_said() -> None:
    recalled = parameters(x=(row("2024-07-01", 5, seen=False),))

    assert recalled.firm_on("a.x", date(2026, 1, 1)) is None


def test_the_last_value_is_the_one_that_ended_last() -> None:
    ended = parameters(x=(row("2024-01-01", 10), row("2025-01-01", 5, until="2025-12-31")))

    last = ended.last_before("a.x", date(2026, 11, 24))

    assert last is not None
    assert (last.low, last.until) == (5, date(2025, 12, 31))


def test_a_computed_value_has_all_sources_the_latest_start_and_the_earliest_end() -> None:
    computed = parameters(
        x=(row("2024-07-01", 200, source="NĐ 1"), row("2026-07-01", 300, source="NĐ 2")),
        y=(row("2025-01-01", 5, source="NĐ 3", until="2026-12-31"),),
        z="a.x * a.y / 100",
    )

    value = computed.value_on("a.z", date(2026, 8, 1))

    assert value.low == value.high == 15
    assert (value.start, value.until) == (date(2026, 7, 1), date(2026, 12, 31))
    assert [source.text for source in value.sources] == ["NĐ 2", "NĐ 3"]


def test_a_computed_value_is_as_weak_as_its_weakest_input() -> None:
    computed = parameters(x=(row("2024-07-01", 2),), y=(row("2024-07-01", 3, seen=False),), z="a.x * a.y")

    assert computed.firm_on("a.z", date(2026, 1, 1)) is None


def test_a_computed_value_turns_the_bound_round() -> None:
    computed = parameters(x=(row("2024-07-01", 70, high=None, bound=Bound.AT_LEAST),), z="100 - a.x")

    value = computed.value_on("a.z", date(2026, 1, 1))

    assert (value.low, value.high, value.bound) == (None, 30, Bound.AT_MOST)


def test_a_computed_value_is_confirmed_only_when_every_input_is() -> None:
    checked = Confirmed(date(2026, 12, 2), "Sở Y tế")
    half = parameters(x=(row("2024-07-01", 2, confirmed=checked),), y=(row("2024-07-01", 3),), z="a.x * a.y")
    whole = parameters(x=(row("2024-07-01", 2, confirmed=checked),), z="a.x * 12")

    assert half.value_on("a.z", date(2026, 12, 3)).confirmed is None
    assert whole.value_on("a.z", date(2026, 12, 3)).confirmed == checked


def test_a_change_within_sixty_days_is_found_and_a_later_one_is_not() -> None:
    line = parameters(x=(row("2022-01-01", 15), row("2027-01-01", 22)))

    near, far = line.next_change("a.x", date(2026, 11, 24)), line.next_change("a.x", date(2026, 10, 1))

    assert near is not None
    assert near.value is not None
    assert (near.day, near.value.low) == (date(2027, 1, 1), 22)
    assert far is None


def test_a_new_document_with_the_same_figure_is_no_change() -> None:
    share = parameters(x=(row("2018-12-01", 70, source="NĐ 146"), row("2025-08-15", 70, source="NĐ 188")))

    assert share.next_change("a.x", date(2025, 8, 1)) is None


def test_the_end_of_what_is_known_is_a_change_to_nothing() -> None:
    tax = parameters(x=(row("2025-07-01", 8, until="2026-12-31"),), z="a.x * 2")

    changes = [tax.next_change(name, date(2026, 11, 24)) for name in ("a.x", "a.z")]

    assert [(change.day, change.value) for change in changes if change] == [(date(2027, 1, 1), None)] * 2


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sets(st.integers(0, 3000), min_size=1, max_size=6))
def test_at_most_one_value_holds_on_any_day_and_it_is_the_latest_begun(day: date, starts: set[int]) -> None:
    rows = tuple(
        row(date.fromordinal(date(2020, 1, 1).toordinal() + start).isoformat(), start + 1) for start in sorted(starts)
    )
    begun = [each for each in rows if each.start <= day]

    value = parameters(x=rows).firm_on("a.x", day)

    assert (value.low if value else None) == (begun[-1].low if begun else None)
