"""Where a message of two questions can be cut, and what has the form of a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.clauses import LONGEST, MOST, Cut, asks, cuts
from bot.core.text import fold


@pytest.mark.parametrize(
    ("text", "first", "second", "strong"),
    [
        ("tien dien ho ngheo voi lai hoc phi con toi sao", "tien dien ho ngheo", "hoc phi con toi sao", True),
        ("tiền điện được nhiêu? học phí nộp đâu", "tiền điện được nhiêu?", "học phí nộp đâu", True),
        ("tiền điện được nhiêu\nhọc phí nộp đâu", "tiền điện được nhiêu", "học phí nộp đâu", True),
        ("vay vốn ở đâu, còn tiền điện thì sao", "vay vốn ở đâu,", "tiền điện thì sao", True),
        ("vay von o dau roi con tien dien", "vay von o dau", "tien dien", True),
        ("the y te mua o dau ma tien dien co khong", "the y te mua o dau", "tien dien co khong", False),
        ("thẻ y tế mua ở đâu, tiền điện có không", "thẻ y tế mua ở đâu,", "tiền điện có không", False),
    ],
)
def test_a_message_is_cut_where_two_questions_may_meet(text: str, first: str, second: str, strong: bool) -> None:
    assert Cut(first, second, strong) in cuts(text)


@pytest.mark.parametrize("text", ["", "vay vốn", "má em có được vay không", "con tôi học lớp một thì được gì?"])
def test_a_question_without_joints_stays_whole(text: str) -> None:
    assert cuts(text) == []


def test_a_story_is_not_cut() -> None:
    assert cuts("mua thẻ ở đâu? " + "rồi tôi đi " * LONGEST) == []


@pytest.mark.parametrize("text", ["con tôi được miễn học phí không", "duoc may tram", "nộp ở đâu", "the het han chua"])
def test_words_of_asking_are_heard_with_and_without_marks(text: str) -> None:
    assert asks(text, text.split())


@pytest.mark.parametrize("text", ["nhà tôi cận nghèo", "chị dâu tôi bệnh", "so can ngheo", "ba noi 72 tuoi"])
def test_what_only_tells_asks_nothing(text: str) -> None:
    assert not asks(text, text.split())


@given(st.text(alphabet="mà còn với lại rồi .,?\nvay", max_size=120))
def test_the_halves_are_the_text_without_what_stood_between(text: str) -> None:
    found = cuts(text)

    assert len(found) <= MOST
    for cut in found:
        assert fold(text).startswith(fold(cut.first))
        assert fold(text).endswith(fold(cut.second))
