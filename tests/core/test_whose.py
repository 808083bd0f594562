"""A sum is never told to a class of household that it is not for."""

from pathlib import Path

import pytest

from bot.core.types import Decision, Language, Ranking
from bot.core.whose import class_named, for_class
from bot.core.world import Ranker
from bot.shelf import Content

HOUSEHOLDS = {
    "poor": ("ho ngheo", "so ngheo"),
    "near_poor": ("ho can ngheo", "can ngheo"),
    "newly_escaped": ("thoat ngheo",),
}
OF_TOPICS = {"health.poor_card": "poor", "health.near_poor_subsidy": "near_poor"}


def ranked(*labels: str, decision: Decision = Decision.ANSWER, second: str = "") -> Ranking:
    return Ranking(decision, labels, tuple(0.8 / n for n in range(1, len(labels) + 1)), Language.VI, second)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ho can ngheo co the khong", "near_poor"),
        ("ho ngheo co the khong", "poor"),
        ("ho ngheo va ho can ngheo", ""),
        ("nha vua thoat ngheo", "newly_escaped"),
        ("mua bao hiem o dau", ""),
    ],
)
def test_the_one_class_that_is_named_is_known(text: str, named: str) -> None:
    assert class_named(text.split(), HOUSEHOLDS) == named


def test_the_topic_of_the_class_takes_the_place_of_another_class_s() -> None:
    changed = for_class(ranked("health.poor_card", "health.near_poor_subsidy", "poverty.exit"), "near_poor", OF_TOPICS)

    assert changed.labels == ("health.near_poor_subsidy", "health.poor_card", "poverty.exit")
    assert changed.decision is Decision.ANSWER


def test_without_a_topic_of_the_class_it_is_asked_what_was_meant() -> None:
    changed = for_class(ranked("health.poor_card", "poverty.exit", second="poverty.exit"), "newly_escaped", OF_TOPICS)

    assert (changed.decision, changed.second) == (Decision.OFFER, "")


@pytest.mark.parametrize("named", ["", "poor"])
def test_what_fits_the_class_or_names_none_stays(named: str) -> None:
    ranking = ranked("health.poor_card", "health.near_poor_subsidy")

    assert for_class(ranking, named, OF_TOPICS) == ranking


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return Content.read(Path(__file__).parents[2] / "content", None).ranker


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("cận nghèo thẻ y tế miễn phí", "health.near_poor_subsidy"),
        ("ho can ngheo the bhyt mien phi", "health.near_poor_subsidy"),
        ("hộ nghèo mua bảo hiểm y tế được giảm bao nhiêu", "health.poor_card"),
        ("hcn co the y te mien phi ko", "health.near_poor_subsidy"),
    ],
)
def test_no_near_poor_household_hears_of_a_free_card_nor_a_poor_one_of_a_price(
    ranker: Ranker, text: str, topic: str
) -> None:
    assert ranker.rank(text).labels[0] == topic
