"""Facts said in passing: only what is certain, of the own household or one member, as people really type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.interview.mentions import KEPT, OF_MEMBER, mentions
from bot.core.interview.said import number_of
from bot.core.text import strip_marks

POOR, NEAR, LEFT = {"household_class": "poor"}, {"household_class": "near_poor"}, {"household_class": "newly_escaped"}

SAID = [
    # household class
    ("nhà tôi cận nghèo mua bảo hiểm y tế bao nhiêu", NEAR),
    ("nhà tui hộ cận nghèo, có đóng tiền học không", NEAR),
    ("nhà em thuộc diện hộ nghèo thì được tiền điện không ạ", POOR),
    ("nhà tui mới được công nhận hộ nghèo hồi tháng ba", POOR),
    ("gia đình tôi là hộ nghèo, mẹ đau hoài", POOR),
    ("tui có sổ nghèo muốn sửa nhà", POOR),
    ("nhà tui có sổ nghèo muốn sửa nhà", POOR),
    ("gia đình em có sổ cận nghèo từ năm ngoái", NEAR),
    ("e hcn mua bhyt cho bé 2t", NEAR | {"age": "2"}),
    ("t hn có đc vay sv k", POOR),
    ("cả nhà em hộ nghèo mà em đi làm công ty", POOR),
    ("dạ em hộ nghèo, cho em hỏi tiền điện", POOR),
    ("mái dột hết rồi, hộ nghèo, xin ai giúp", POOR),
    ("vợ tui muốn học may, nhà cận nghèo, có tốn tiền không", NEAR),
    ("lợp lại mái tốn nhiêu, có sổ nghèo, xã cho không", POOR),
    ("con đậu đại học mà nhà hộ nghèo, vay ở đâu", POOR),
    ("nhà em nằm trong danh sách hộ nghèo, tiền điện lãnh ở đâu", POOR),
    ("nhà tôi mới thoát nghèo năm ngoái, còn vay được không", LEFT),
    ("mới thoát nghèo năm ngoái, còn vay được không", LEFT),
    ("nhà tôi thoát nghèo hồi đầu năm rồi", LEFT),
    ("nha tui moi het can ngheo hoi dau nam", LEFT),
    ("tui vừa ra khỏi hộ nghèo, bảo hiểm tính sao", LEFT),
    # members
    ("nhà 5 người", {"members": "5"}),
    ("nhà tôi có bốn miệng ăn", {"members": "4"}),
    ("gia đình em 6 nhân khẩu, tính sao", {"members": "6"}),
    ("nhà tui sáu người, làm muối", {"members": "6"}),
    ("nhà mình có 3 khẩu", {"members": "3"}),
    # income
    ("thu nhập 2tr mỗi người", {"income_per_person": "2000000"}),
    ("nhà tôi 4 người, mỗi người một tháng 1 triệu 4", {"members": "4", "income_per_person": "1400000"}),
    ("mỗi người kiếm chừng 1tr5", {"income_per_person": "1500000"}),
    ("mỗi người chừng triệu tám", {"income_per_person": "1800000"}),
    ("thu nhập hai triệu rưỡi một người", {"income_per_person": "2500000"}),
    ("thu nhập bình quân 1.500.000 đồng mỗi người", {"income_per_person": "1500000"}),
    ("mỗi người được 800k", {"income_per_person": "800000"}),
    # age
    ("mẹ tôi 76 tuổi có được tiền già không", {"age": "76"}),
    ("mẹ em 76t có tiền già k", {"age": "76"}),
    ("bà nội 72 tuổi không lương hưu", {"age": "72"}),
    ("tui bảy mốt tuổi muốn vay nuôi gà", {"age": "71"}),
    ("tui bảy mươi mốt tuổi", {"age": "71"}),
    ("ngoại tôi tám mươi ba tuổi ở một mình", {"age": "83"}),
    ("con gái tui hai mươi tuổi muốn đi Đức", {"age": "20"}),
    ("cháu tôi mười lăm tuổi", {"age": "15"}),
    ("bé năm tuổi bị điếc", {"age": "5"}),
    ("ba em năm nay 80 tuổi", {"age": "80"}),
    # school
    ("con tôi học lớp 3, có miễn học phí không", {"pupil_level": "primary"}),
    ("con học lớp 3", {"pupil_level": "primary"}),
    ("cháu tôi đang học lớp mười hai", {"pupil_level": "upper_secondary"}),
    ("con tui hoc lop 7 truong cong", {"pupil_level": "lower_secondary"}),
    ("con em học cấp 3 phải ở trọ", {"pupil_level": "upper_secondary"}),
    ("em gái em cấp 3 phải thuê trọ", {"pupil_level": "upper_secondary"}),
    ("con tôi học mẫu giáo, tiền ăn trưa sao", {"pupil_level": "preschool"}),
    ("bé học mầm non", {"pupil_level": "preschool"}),
    ("con tôi học đại học năm hai", {"pupil_level": "university"}),
    ("bé 4 tuổi học mẫu giáo", {"age": "4", "pupil_level": "preschool"}),
    # disability
    ("con tôi khuyết tật nặng, tiền tháng bao nhiêu", {"disability": "severe"}),
    ("mẹ em bị khuyết tật đặc biệt nặng", {"disability": "very_severe"}),
    ("anh tui có giấy khuyết tật nhẹ", {"disability": "mild"}),
    # several at once
    ("nhà tôi cận nghèo, 5 người, mẹ tôi 76 tuổi", NEAR | {"age": "76"}),
    ("nhà tôi cận nghèo, nhà 5 người, con tôi học lớp 3", NEAR | {"members": "5", "pupil_level": "primary"}),
]

NOT_SAID = [
    "hộ nghèo là gì",
    "hộ nghèo được gì",
    "hộ cận nghèo mua bảo hiểm y tế bao nhiêu",
    "hộ nghèo mà có người khuyết tật thì được gì",
    "nhà tôi không phải hộ nghèo",
    "nhà tui hổng phải hộ nghèo, có được vay không",
    "tui không thuộc diện hộ nghèo",
    "nhà không nghèo cũng không cận nghèo",
    "nhà tôi có phải hộ nghèo không",
    "nhà tôi có được xét hộ nghèo không",
    "nhà tôi là hộ nghèo hay cận nghèo",
    "nhà tôi hộ nghèo phải không",
    "tôi muốn xin sổ nghèo",
    "làm sao để nhà tôi vô hộ nghèo",
    "nhà tôi bị cắt hộ nghèo",
    "nếu nhà tôi hộ nghèo thì được gì",
    "hàng xóm nhà tôi hộ nghèo mà có xe hơi",
    "học trò tôi hộ nghèo",
    "chị ruột tui hộ nghèo trong Sài Gòn",
    "anh tui liệt hai chân sống một mình, hộ cận nghèo, xin nhà ở đâu",
    "gia đình em gái tôi là hộ cận nghèo",
    "nhà em nghèo lắm",  # as everybody says; not what the commune certified
    "mới thoát nghèo được vay không",
    "hộ mới thoát nghèo được vay bao nhiêu",
    "nhà tôi thoát nghèo được chưa",
    "nhà có 2 người khuyết tật",
    "nhà nước cho 5 người",
    "hộ 4 người thu nhập bao nhiêu là nghèo",
    "nếu nhà 4 người thì sao",
    "thu nhập dưới 2tr mỗi người là nghèo hả",
    "chuẩn nghèo mỗi người 2 triệu 2",
    "mỗi người đóng bảo hiểm 300k",
    "vay mỗi người 50 triệu",
    "người từ 75 tuổi trở lên được bao nhiêu",
    "mẹ trên 80 tuổi",
    "con dưới 6 tuổi có thẻ không",
    "trẻ 5 tuổi học mẫu giáo được gì",
    "ông em 101 tuổi vừa mất tuần trước",
    "mẹ 76 tuổi, ba 80 tuổi",  # whose age?
    "mẹ 76 tuổi, con học lớp 3",
    "con tôi học hết lớp 9",
    "con tôi nghỉ học lớp 8",
    "em muốn học đại học",
    "học sinh lớp 10 hộ nghèo được gì",
    "con tôi lớp lái máy cày",
    "nó có được tiền ăn trưa như mấy đứa mẫu giáo không",
    "người khuyết tật nặng được bao nhiêu",
    "con tôi khuyết tật",  # how much is not said
    "con tôi khuyết tật nặng hay nhẹ",
    "tôi người Raglai",
    "vợ tui người Chăm, nhà ở Phước Hữu",
    "nhà tôi hộ nghèo, à nhà tôi cận nghèo",
    "còn hộ nghèo thì sao",
    "",
    "có",
    "5",
    "hộ nghèo",
]


@pytest.mark.parametrize(("text", "facts"), SAID)
def test_what_is_said_in_passing_is_found(text: str, facts: dict[str, str]) -> None:
    assert mentions(text) == facts


@pytest.mark.parametrize(("text", "facts"), SAID)
def test_it_is_found_as_well_without_tone_marks_and_in_capitals(text: str, facts: dict[str, str]) -> None:
    assert mentions(strip_marks(text)) == facts
    assert mentions(text.upper()) == facts


@pytest.mark.parametrize("text", NOT_SAID)
def test_what_is_asked_denied_wished_for_or_of_others_says_nothing(text: str) -> None:
    assert mentions(text) == {}
    assert mentions(strip_marks(text)) == {}


def test_how_disabled_somebody_is_is_found_but_not_to_be_kept() -> None:
    assert mentions("con tôi khuyết tật nặng") == {"disability": "severe"}
    assert "disability" not in KEPT


@pytest.mark.parametrize(
    ("words", "value"),
    [("76", 76), ("muoi", 10), ("muoi hai", 12), ("bay muoi", 70), ("bay muoi sau", 76), ("bay mot", 71), ("nam", 5),
     ("hai muoi lam", 25), ("hai lam", 25), ("muoi lam", 15)],
)  # fmt: skip
def test_numbers_are_read_in_digits_and_words(words: str, value: int) -> None:
    assert number_of(words) == value


@given(st.integers(0, 120))
def test_every_age_is_read(age: int) -> None:
    assert mentions(f"mẹ tôi {age} tuổi") == {"age": str(age)}


@given(st.integers(1, 20), st.integers(1, 99).map(lambda tenths: tenths / 10))
def test_every_income_and_count_is_read(members: int, millions: float) -> None:
    said = mentions(f"nhà tôi {members} người, mỗi người một tháng {millions} triệu")

    assert said.get("members") == str(members)
    assert int(said["income_per_person"]) == round(millions * 1_000_000)


WORDS = (
    "nhà", "tôi", "em", "con", "mẹ", "hộ", "cận", "nghèo", "có", "sổ", "không", "mới", "thoát", "5", "76", "tuổi",
    "mỗi", "người", "triệu", "2", "học", "lớp", "3", "thu", "nhập", ",", ". ", "? ", "và",
)  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join) | st.text(max_size=200))
def test_any_text_is_read_and_what_is_found_fits_its_fact(text: str) -> None:
    said = mentions(text)

    assert said.keys() <= KEPT | OF_MEMBER
    assert said.get("household_class", "poor") in ("poor", "near_poor", "newly_escaped")
    assert 0 <= int(said.get("age", "0")) <= 120
    assert 1 <= int(said.get("members", "1")) <= 20


def test_of_a_clause_without_end_the_beginning_is_read() -> None:
    assert mentions("nhà tôi cận nghèo " + "em con " * 2000) == NEAR
    assert mentions("em con " * 2000 + "nhà tôi cận nghèo") == {}
