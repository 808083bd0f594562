"""From a text to what to do with it: answer, offer, small talk, a person, danger, or an honest none."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import linear
from bot.core.catalogue import Words
from bot.core.features import Reader
from bot.core.linear import Scorer, train
from bot.core.ranking import Ranker
from bot.core.types import Decision, Language

WORDS = Words(
    commands={},
    abbreviations={
        "bhyt": "bảo hiểm y tế", "hn": "hộ nghèo", "k": "không", "cầu tiêu": "nhà vệ sinh", "mướn": "thuê",
    },
    part_cues={},
    distress=("chồng đánh tôi", "muốn chết", "nhà hết gạo", "tự tử", "bị tát", "bị tát vào mặt"),
    not_distress=("danh sách", "bị tật"),
    english={"health insurance": "bảo hiểm y tế", "borrow": "vay"},
    concepts={"loan": ("vay", "mượn tiền", "lãi suất"), "card": ("bảo hiểm y tế", "thẻ y tế")},
)  # fmt: skip

WHO = ("hộ nghèo", "hộ cận nghèo", "nhà tôi", "mẹ em", "gia đình khó khăn")
EXAMPLES = {
    "health.card": [f"{who} {ask}" for who, ask in itertools.product(WHO, (
        "mua bảo hiểm y tế ở đâu", "có được thẻ bảo hiểm y tế không", "đóng bảo hiểm y tế bao nhiêu"))],
    "credit.loan": [f"{who} {ask}" for who, ask in itertools.product(WHO, (
        "vay vốn ngân hàng chính sách", "vay được bao nhiêu, lãi suất mấy phần trăm", "vay tiền nuôi bò"))],
    "credit.toilet": [f"{who} {ask}" for who, ask in itertools.product(WHO, (
        "vay làm nhà vệ sinh", "vay vốn nước sạch nhà vệ sinh", "vay tiền xây nhà vệ sinh"))],
    "smalltalk.greeting": ["xin chào", "chào bạn", "alo có ai không", "cho tôi hỏi", "em chào anh chị", "hello"],
    "handoff.human": ["gặp cán bộ", "cho tôi nói chuyện với người thật", "gọi lại cho tôi đi", "gặp nhân viên"],
    "out_of_scope": ["giá vàng hôm nay", "trời mưa không", "xổ số chiều nay", "mua xe máy trả góp", "đội nào thắng",
                     "nấu bún cá", "đau bụng uống thuốc gì", "xin visa du lịch", "coi bói", "giá đất nền"],
    "distress": ["chồng đánh tôi", "tôi muốn chết", "nhà hết gạo con khóc", "bị đánh sợ lắm", "cứu tôi với"],
}  # fmt: skip


MODEL = train(EXAMPLES, Reader(WORDS))


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    phrases = {label: EXAMPLES[label] for label in ("smalltalk.greeting", "handoff.human")}
    return Ranker(MODEL, WORDS, phrases)


@pytest.mark.parametrize(
    "text",
    [
        "Hộ nghèo có được thẻ bảo hiểm y tế không?",
        "ho ngheo co duoc the bao hiem y te khong",
        "hn có thẻ bhyt k",
        "ho ngheo mua bao hieerm y tees",
    ],
)
def test_a_question_is_answered_however_it_is_typed(ranker: Ranker, text: str) -> None:
    ranking = ranker.rank(text)

    assert ranking.decision is Decision.ANSWER
    assert ranking.labels[0] == "health.card"
    assert ranking.language is Language.VI


def test_scores_go_down_and_stand_beside_their_labels(ranker: Ranker) -> None:
    ranking = ranker.rank("vay nuôi bò")

    assert len(ranking.labels) == len(ranking.scores)
    assert list(ranking.scores) == sorted(ranking.scores, reverse=True)


def test_between_two_close_topics_people_are_asked_back(ranker: Ranker) -> None:
    ranking = ranker.rank("vay bao nhiêu để làm nước sạch")

    assert ranking.decision is Decision.OFFER
    assert {"credit.loan", "credit.toilet"} <= set(ranking.labels[:3])


def test_a_local_word_of_several_words_is_understood(ranker: Ranker) -> None:
    assert ranker.rank("vay làm cầu tiêu").labels[0] == "credit.toilet"


def test_what_is_not_ours_is_never_answered_with_a_topic(ranker: Ranker) -> None:
    assert ranker.rank("giá vàng chiều nay").decision is not Decision.ANSWER


@pytest.mark.parametrize("text", ["xin chào", "dạ em chào anh chị ạ", "Chào bạn nha", "alo alo"])
def test_a_greeting_alone_is_small_talk(ranker: Ranker, text: str) -> None:
    assert ranker.rank(text).decision is Decision.SMALLTALK


def test_a_greeting_around_a_question_is_the_question(ranker: Ranker) -> None:
    text = "Dạ em chào anh chị ạ, cho em hỏi nhà tôi mua bảo hiểm y tế ở đâu, em cảm ơn nhiều ạ"

    assert ranker.rank(text).labels[0] == "health.card"


def test_the_last_sentence_of_a_story_is_heard(ranker: Ranker) -> None:
    text = (
        "Ba má tôi già rồi, mấy năm nay đau bệnh hoài. Tôi đi làm xa lâu lâu mới về thăm được. "
        "Nhà cửa thì tạm bợ. Vay làm nhà vệ sinh được không?"
    )

    assert "credit.toilet" in ranker.rank(text).labels[:2]


@pytest.mark.parametrize("between", [" với lại ", "? ", "\n", ", còn ", " rồi "])
def test_of_two_questions_the_surer_is_answered_and_the_other_comes_second(ranker: Ranker, between: str) -> None:
    ranking = ranker.rank(f"hộ nghèo mua bảo hiểm y tế ở đâu{between}vay tiền nuôi bò lãi suất mấy phần trăm")

    assert ranking.decision is Decision.ANSWER
    assert set(ranking.labels[:2]) == {"health.card", "credit.loan"}
    assert ranking.second == ranking.labels[1]


@pytest.mark.parametrize(
    "text",
    [
        "hộ nghèo mua bảo hiểm y tế ở đâu, đóng bảo hiểm y tế bao nhiêu",
        "nhà tôi có vay tiền nuôi bò, giờ mua bảo hiểm y tế ở đâu",
        "chồng đánh tôi? mua bảo hiểm y tế ở đâu",
    ],
)
def test_one_question_stays_one(ranker: Ranker, text: str) -> None:
    assert ranker.rank(text).second == ""


def test_who_asks_for_a_person_is_handed_over(ranker: Ranker) -> None:
    ranking = ranker.rank("cho gặp cán bộ đi")

    assert ranking.decision is Decision.HANDOVER
    assert ranking.labels[0] == "handoff.human"


@pytest.mark.parametrize(
    "text", ["chồng cũ hay đánh tôi với con", "chong toi danh toi", "buồn quá chỉ muốn chết", "nha het gao roi"]
)
def test_danger_is_heard_before_any_topic_also_with_words_between(ranker: Ranker, text: str) -> None:
    ranking = ranker.rank(f"{text}. mua bảo hiểm y tế ở đâu")

    assert (ranking.decision, ranking.labels) == (Decision.ANSWER, ("distress",))


@pytest.mark.parametrize(("text", "danger"), [("chi toi bi tat", False), ("chi toi bi tat vao mat", True)])
def test_of_words_that_may_be_danger_without_marks_the_longer_phrase_decides(
    ranker: Ranker, text: str, danger: bool
) -> None:
    assert (ranker.rank(text).labels[0] == "distress") is danger


def test_words_that_only_look_like_danger_are_a_question(ranker: Ranker) -> None:
    ranking = ranker.rank("chồng có tên trong danh sách, tôi mua bảo hiểm y tế ở đâu")

    assert ranking.labels[0] == "health.card"


def test_marks_tell_danger_from_an_everyday_word_that_is_spelt_alike(ranker: Ranker) -> None:
    assert ranker.rank("vay rồi trả từ từ được không").labels[0] == "credit.loan"
    assert ranker.rank("toi muon tu tu").labels == ("distress",)


@pytest.mark.parametrize("text", ["where can we buy health insurance", "how much can I borrow", "What does it cost?"])
def test_english_is_known_and_read_by_its_keywords(ranker: Ranker, text: str) -> None:
    assert ranker.rank(text).language is Language.EN


def test_an_english_question_finds_its_topic_by_translated_keywords(ranker: Ranker) -> None:
    assert ranker.rank("where can we buy health insurance").labels[0] == "health.card"


@pytest.mark.parametrize("text", ["can giay gi", "my hai o dau", "bhyt", "the y te", "ho ngheo dc gi", "123"])
def test_vietnamese_without_marks_is_not_taken_for_english(ranker: Ranker, text: str) -> None:
    assert ranker.rank(text).language is Language.VI


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("hn", "hộ nghèo"),
        ("con tôi ở hn", "con tôi ở hà nội"),
        ("100 k được k", "100 nghìn được không"),
        ("vay 15tr", "vay 15 triệu"),
        ("muon vay", "muon vay"),
        ("mướn nhà", "thuê nhà"),
        ("mẹ 76t", "mẹ 76 tuổi"),
    ],
)
def test_an_abbreviation_is_read_by_what_stands_beside_it(text: str, read: str) -> None:
    assert " ".join(Reader(WORDS).expand(text)) == read


def test_what_is_asked_is_nearly_the_same_with_and_without_marks() -> None:
    reader = Reader(WORDS)
    marked, bare = reader.blocks("má em mướn nhà"), reader.blocks("ma em muon nha")

    for kind, block in bare.items():
        assert all(marked[kind].get(name, 0) >= count / 2 for name, count in block.items())
    assert "w thue" in marked["word"]


def test_the_same_examples_give_the_same_model() -> None:
    first, second = train(EXAMPLES, Reader(WORDS)), train(dict(reversed(EXAMPLES.items())), Reader(WORDS))

    assert first.labels == second.labels
    assert first.features == second.features
    assert (first.weights == second.weights).all()
    assert (first.bias == second.bias).all()


def test_one_label_alone_cannot_be_trained() -> None:
    with pytest.raises(ValueError, match="two labels"):
        train({"health.card": ["bảo hiểm"], "credit.loan": []}, Reader(WORDS))


@given(st.text(max_size=120))
def test_any_text_is_ranked(ranker: Ranker, text: str) -> None:
    ranking = ranker.rank(text)

    assert len(ranking.labels) == len(ranking.scores) <= 5
    assert ranking.decision is not Decision.ANSWER or ranking.labels


@given(st.text(alphabet="hộnghèovay tiền ăđêxyz", max_size=60))
def test_a_text_weighs_the_same_in_training_and_in_scoring(text: str) -> None:
    reader = Reader(WORDS)
    here, values = linear._row(reader.blocks(text), linear._known(MODEL.features, MODEL.idf))
    logits = (values @ MODEL.weights[here] + MODEL.bias) * linear.SHARP

    scores = Scorer(MODEL, reader).score(text)

    assert np.allclose(scores, np.exp(logits) / np.exp(logits).sum(), atol=1e-4)
