"""Questions that say much the same stand together, always in the same way."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.grouping import group

TRACTOR = [
    "nha nuoc co cho vay mua may cay khong",
    "nhà nước có cho vay mua máy cày không ạ",
    "cho vay mua may cay khong",
]
FISH = ["thuyền của tôi hư máy ai giúp", "thuyen cua toi hu may ai giup"]
TEXTS = st.lists(st.sampled_from([*TRACTOR, *FISH, "", "?", "a", "chợ mở mấy giờ"]) | st.text(max_size=30), max_size=20)


def test_the_same_question_in_other_letters_and_words_is_one_group_and_the_largest_stands_first() -> None:
    texts = [FISH[0], *TRACTOR, FISH[1], "chợ mở mấy giờ"]

    groups = [{texts[at] for at in each} for each in group(texts)]

    assert groups == [set(TRACTOR), set(FISH), {"chợ mở mấy giờ"}]


@given(TEXTS)
def test_every_text_is_in_exactly_one_group(texts: list[str]) -> None:
    assert sorted(at for each in group(texts) for at in each) == list(range(len(texts)))


@given(TEXTS, st.randoms(use_true_random=False))
def test_the_order_in_which_questions_came_does_not_matter(texts: list[str], chance: object) -> None:
    other = texts.copy()
    chance.shuffle(other)  # type: ignore[attr-defined]

    def said(given: list[str]) -> list[list[str]]:
        return sorted(sorted(given[at] for at in each) for each in group(given))

    assert said(other) == said(texts)
