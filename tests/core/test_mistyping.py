"""Slips of the thumb, made for the model to learn from."""

from difflib import SequenceMatcher

from hypothesis import given
from hypothesis import strategies as st

from bot.core.mistyping import mistyped
from bot.core.text import strip_marks

WORDS = st.lists(st.sampled_from(["hộ", "nghèo", "vay", "vốn", "ngân", "hàng", "được", "nhiêu", "tiền"]), max_size=30)


@given(WORDS)
def test_a_slip_loses_no_word_and_little_of_any(words: list[str]) -> None:
    text = " ".join(words)

    typed = mistyped(text)

    assert abs(len(typed) - len(text)) <= 2 * len(words)
    assert set(typed) <= set(strip_marks(text))


def test_the_same_text_slips_in_the_same_way_and_stays_near() -> None:
    text = "hộ nghèo vay vốn ngân hàng chính sách xã hội được bao nhiêu tiền, lãi suất một tháng mấy phần trăm"

    assert mistyped(text) == mistyped(text) != strip_marks(text)
    assert SequenceMatcher(None, mistyped(text), strip_marks(text)).ratio() > 0.85


@given(st.text())
def test_any_text_can_slip(text: str) -> None:
    assert mistyped(text).split() == mistyped(text).split(" ") or not mistyped(text)
