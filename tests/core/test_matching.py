"""Vacancies and job-seekers beside one another, with reasons."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.load import load
from bot.core.matching import WEIGHTS, Match, Point, best, match
from bot.core.trades import Trades
from bot.core.vacancies import ABROAD, Vacancy
from tests.build import REAL

DO_VINH: Final = "22738"
SEWING: Final = Vacancy(
    key="k", title="Công nhân may", employer="Thử", phone="", place="", wage="6000000-8000000/month",
    deadline=date(2026, 12, 31), source="", posted=date(2026, 11, 20), commune=DO_VINH, hours="full_time",
    schooling="lower_secondary",
)  # fmt: skip
SEEKER: Final = {
    "commune": f"{DO_VINH}:", "work": "may gia công", "where": "near_home", "wage": "5000000-/month",
    "hours": "full_time", "schooling": "upper_secondary",
}  # fmt: skip


@pytest.fixture(scope="module")
def trades() -> Trades:
    return load(REAL).trades


def test_reasons_for_are_named(trades: Trades) -> None:
    found = match(SEEKER, SEWING, trades)

    assert set(found.fits) == {Point.TRADE, Point.COMMUNE, Point.PAY, Point.HOURS, Point.SCHOOLING}
    assert found.speaks_against == ()


def test_reasons_against_are_named(trades: Trades) -> None:
    seeker = SEEKER | {"commune": "22741:", "wage": "500000-500000/day", "hours": "part_time", "schooling": "primary"}

    found = match(seeker, SEWING, trades)

    assert set(found.speaks_against) == {Point.FAR, Point.LOW_PAY, Point.OTHER_HOURS, Point.MORE_SCHOOLING}
    assert not found.counts


@pytest.mark.parametrize(
    ("work", "point"),
    [("việc gì cũng được", Point.ANYTHING), ("viec gi cung dc, lam lien gi cung duoc", Point.ANYTHING),
     ("tho may", Point.TRADE)],
)  # fmt: skip
def test_work_is_understood_without_tone_marks(trades: Trades, work: str, point: Point) -> None:
    assert point in match(SEEKER | {"work": work}, SEWING, trades).fits


def test_another_trade_is_no_match_and_nobody_is_sent_abroad_unasked(trades: Trades) -> None:
    assert not match(SEEKER | {"work": "lái xe"}, SEWING, trades).counts
    abroad = replace(SEWING, commune="", where=ABROAD)
    assert Point.FAR in match({"work": "may áo"}, abroad, trades).speaks_against
    assert Point.REACHABLE in match({"work": "may áo", "where": ABROAD}, abroad, trades).fits


def test_nothing_sensitive_counts(trades: Trades) -> None:
    plain = match(SEEKER, SEWING, trades)

    assert match(SEEKER | {"disability": "yes", "ethnic": "raglai", "household": "poor"}, SEWING, trades) == plain


@given(st.lists(st.lists(st.sampled_from(Point), max_size=4).map(tuple), max_size=8), st.integers(0, 5))
def test_the_best_come_first_and_only_what_counts(points: list[tuple[Point, ...]], most: int) -> None:
    def of(each: tuple[Point, ...]) -> Match:
        return Match(tuple(p for p in each if WEIGHTS[p] > 0), tuple(p for p in each if WEIGHTS[p] < 0))

    chosen = best([(number, of(each)) for number, each in enumerate(points)], most)

    assert len(chosen) <= most
    assert all(found.counts for _, found in chosen)
    assert [found.score for _, found in chosen] == sorted((found.score for _, found in chosen), reverse=True)
