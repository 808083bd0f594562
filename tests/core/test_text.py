"""Vietnamese as people type it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.text import clean, fold, has_marks, is_syllable, sentences, strip_marks, untelex


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("Hộ nghèo", "ho ngheo"),
        ("ĐƯỢC BAO NHIÊU???", "duoc bao nhieu"),
        ("  cần   giấy_gì ? ", "can giay gi"),
        (unicodedata.normalize("NFD", "thủ tục"), "thu tuc"),
        ("/huy", "huy"),
        ("…", ""),
    ],
)
def test_texts_are_compared_without_marks_signs_and_capitals(typed: str, compared: str) -> None:
    assert fold(typed) == compared


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text)

    assert fold(once) == once
    assert once == " ".join(once.split())


@given(st.text(alphabet=st.characters(codec="utf-16", exclude_categories=[])))
def test_what_was_cleaned_can_be_stored_anywhere(text: str) -> None:
    held = clean(text)

    assert "\x00" not in held
    assert held.encode() == unicodedata.normalize("NFC", held).encode()


def test_nul_and_lone_surrogates_are_replaced_not_lost() -> None:
    assert clean("a\x00b\ud83dc") == "a�b�c"


def test_a_pair_of_surrogates_is_the_sign_it_means() -> None:
    assert clean("\ud83d\ude00") == "😀"


@pytest.mark.parametrize("text", ["hộ nghèo", "di lam o đau", unicodedata.normalize("NFD", "cận")])
def test_one_mark_is_enough_to_be_a_marked_text(text: str) -> None:
    assert has_marks(text)


@pytest.mark.parametrize("text", ["ho ngheo", "how much?", "", "123"])
def test_a_text_without_marks_is_known_as_such(text: str) -> None:
    assert not has_marks(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bao hieerm y tees", "bao hiem y te"),
        ("d9uo7c khong5", "duoc khong"),
        ("muoons vay voons", "muon vay von"),
        ("nhaf dootj nats", "nha dot nat"),
        ("khoong dduwowcj", "khong duoc"),
    ],
)
def test_keys_of_telex_and_vni_left_in_a_word_are_taken_out(typed: str, meant: str) -> None:
    assert untelex(fold(typed)) == meant


@pytest.mark.parametrize("text", ["ho ngheo duoc gi", "bhyt", "kwh", "2027", "xkld", "loan thi sao"])
def test_words_that_are_whole_or_unknown_stay_as_they_are(text: str) -> None:
    assert untelex(text) == text


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789 ", max_size=40))
def test_untelex_changes_a_word_only_into_a_syllable(text: str) -> None:
    before, after = text.split(), untelex(text).split()

    assert len(before) == len(after)
    assert all(old == new or is_syllable(new) for old, new in zip(before, after, strict=True))


def test_a_story_is_cut_into_sentences_and_short_rests_stay_with_the_one_before() -> None:
    story = "Nhà tôi nghèo, con bệnh. Có thẻ không? Dạ.\nXin ở đâu"

    assert sentences(story) == ["Nhà tôi nghèo, con bệnh.", "Có thẻ không? Dạ.", "Xin ở đâu"]


def test_amounts_are_no_ends_of_sentences() -> None:
    assert sentences("Vay 1.500.000 đồng được không") == ["Vay 1.500.000 đồng được không"]


@given(st.text(max_size=60))
def test_a_text_stripped_of_its_marks_has_none(text: str) -> None:
    assert not has_marks(strip_marks(text))
