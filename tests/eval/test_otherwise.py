"""The tools that measure stability and reliability: what they make of a question, and what they count."""

import pytest

from bot.core.ranking import OUT
from bot.core.types import Decision, Language, Ranking
from tests.benchmarks.reliability import Step, calibration_error, plot, steps
from tests.benchmarks.stability import elsewhere, placed, stability, teencode
from tests.eval.measure import Asked
from tests.eval.pairs import JOINED, pairs

NAMES = ["Bác Ái", "Bác Ái Tây", "Cà Ná", "Phước Dinh"]


class Told:
    """A ranker that answers what a text begins with."""

    def __init__(self, planned: dict[str, tuple[str, float]]) -> None:
        self._planned = planned

    def rank(self, text: str) -> Ranking:
        label, score = next(said for begin, said in self._planned.items() if text.startswith(begin))
        return Ranking(Decision.ANSWER, (label,), (score,), Language.VI)


def asked(text: str, topic: str) -> Asked:
    return Asked(text, text, topic, frozenset({topic}), "short")


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("hộ nghèo có được vay không", "hn có dc vay ko"),
        ("ho ngheo co duoc vay khong", "hn co dc vay ko"),
        ("lam sao", "lam sao"),  # làm, lắm
        ("Nước sạch", "nc sạch"),
    ],
)
def test_teencode_writes_what_people_write(text: str, typed: str) -> None:
    assert teencode(text, 0) == typed


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("nhà ở Cà Ná mua thẻ", "nhà ở Phước Dinh mua thẻ"),
        ("nha o xa ca na mua the", "nha o xa phuoc dinh mua the"),
        ("nhà ở Bác Ái Tây được gì", "nhà ở Bác Ái Tây được gì"),
        ("mua thẻ", "mua thẻ"),
    ],
)
def test_another_commune_is_put_in_place_of_the_named_one(text: str, changed: str) -> None:
    assert elsewhere(text, 0, NAMES) == changed


def test_a_commune_is_put_before_in_the_questions_own_way_of_typing() -> None:
    assert placed("thẻ y tế", "Cà Ná") == "ở xã Cà Ná, thẻ y tế"
    assert placed("the y te", "Cà Ná") == "o xa ca na, the y te"


def test_only_questions_that_the_change_touches_count_and_only_other_decisions_are_changes() -> None:
    ranker = Told({"a": ("health.a", 0.9), "x": ("health.x", 0.9)})

    found = stability(
        ranker, [asked("a", "health.a"), asked("ab", "health.a")], lambda text, _: text.replace("a", "x", 1)
    )
    same = stability(ranker, [asked("a", "health.a")], lambda text, _: f"{text} nha")
    none = stability(ranker, [asked("a", "health.a")], lambda text, _: text)

    assert (found.asked, found.changed) == (2, 100)
    assert (same.asked, same.changed) == (1, 0)
    assert (none.asked, none.changed) == (0, 0)


def test_confidence_is_held_against_what_was_right_also_of_questions_that_are_not_ours() -> None:
    ranker = Told({"sure": ("health.a", 0.95), "half": ("health.a", 0.55)})
    questions = [asked("sure", "health.a"), asked("half", "health.a"), asked("half of it", OUT)]

    found = steps(ranker, questions)

    assert found == [Step(2, 0.55, 0.5), Step(1, 0.95, 1.0)]
    assert calibration_error(found) == pytest.approx((2 * 0.05 + 0.05) / 3)
    assert plot({"dev": found}).count("<circle") == 2


def test_every_pair_is_of_two_topics() -> None:
    made = list(pairs())

    assert len(made) == len(JOINED) == 40
    assert all(not first & second for _, first, second in made)
