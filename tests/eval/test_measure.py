"""The measure itself: what counts as wrong, helped and out of scope."""

import pytest

from bot.core.types import Decision, Language, Ranking
from tests.eval.measure import Asked, count, folds, read, unmarked

QUESTION = Asked("1", "vay vốn", "credit.loan", frozenset({"credit.loan", "credit.other"}), "short")
NOT_OURS = Asked("2", "giá vàng", "out_of_scope", frozenset({"out_of_scope"}), "short")


def ranked(decision: Decision, *labels: str) -> Ranking:
    return Ranking(decision, labels, tuple(1.0 for _ in labels), Language.VI)


@pytest.mark.parametrize(
    ("decision", "labels"),
    [
        (Decision.ANSWER, ("health.card", "credit.loan")),
        (Decision.ANSWER, ("distress",)),
        (Decision.SMALLTALK, ("smalltalk.thanks",)),
        (Decision.HANDOVER, ("handoff.human",)),
    ],
)
def test_a_wrong_answer_small_talk_or_a_handover_count_as_wrong(decision: Decision, labels: tuple[str, ...]) -> None:
    assert count([(QUESTION, ranked(decision, *labels))]).wrong == 100


@pytest.mark.parametrize("decision", [Decision.OFFER, Decision.NONE])
def test_asking_back_and_an_honest_none_are_not_wrong(decision: Decision) -> None:
    assert count([(QUESTION, ranked(decision, "health.card"))]).wrong == 0


def test_any_of_the_right_topics_is_right_and_only_the_first_three_are_offered() -> None:
    answered = count([(QUESTION, ranked(Decision.ANSWER, "credit.other"))])
    offered = count([(QUESTION, ranked(Decision.OFFER, "a.a", "a.b", "credit.loan"))])
    fourth = count([(QUESTION, ranked(Decision.OFFER, "a.a", "a.b", "a.c", "credit.loan"))])

    assert (answered.answered_right, answered.helped) == (100, 100)
    assert (offered.answered_right, offered.helped) == (0, 100)
    assert fourth.helped == 0


def test_only_an_answer_counts_against_a_question_that_is_not_ours() -> None:
    answered, offered = ranked(Decision.ANSWER, "credit.loan"), ranked(Decision.OFFER, "credit.loan")

    assert count([(NOT_OURS, answered), (NOT_OURS, offered)]).out_answered == 50


def test_what_is_held_out_is_not_trained_and_the_rest_is() -> None:
    examples = {"a.a": ["một", "hai", "ba", "label"], "a.b": ["bốn", "năm"]}
    asked = {"a.a": ["một", "hai", "ba"], "a.b": ["bốn", "năm"]}

    for kept, questions in folds(examples, asked, 2):
        held = {question.text for question in questions}
        trained = {text for texts in kept.values() for text in texts}
        assert "label" in trained
        assert not held & trained
        assert held | trained == {"một", "hai", "ba", "bốn", "năm", "label"}


def test_the_dev_questions_are_read_whole_and_lose_only_their_marks() -> None:
    questions = read("dev")

    assert len(questions) > 250
    assert all(question.topic in question.right for question in questions)
    assert all(each.text.count("đ") == 0 for each in unmarked(questions))
