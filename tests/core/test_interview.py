"""The check of eligibility as a dialogue: the session is sealed and read back before every step."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.load import load
from bot.core.catalogue import Catalogue
from bot.core.interview.what_if import KINDS
from bot.core.types import Language, Session
from tests.build import REAL
from tests.core.interviewing import DAY, Talker, answer_all, make_catalogue, make_world

MOTHER = {"household_class": "other", "age": "76", "has_pension": "no", "disability": "none", "pupil_level": "none"}
FARMER = {
    "household_class": "poor", "house_state": "damaged", "age": "67", "has_pension": "no", "disability": "none",
    "pupil_level": "none", "area": "rural", "members": "5", "deprivation_count": "4",
    "income_per_person": "4 triệu một tháng cả nhà",
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return make_catalogue(tmp_path_factory.mktemp("content"))


@pytest.fixture
def talker(catalogue: Catalogue) -> Talker:
    return Talker(make_world(catalogue))


def test_it_opens_from_the_menu_from_a_topic_with_a_programme_and_by_typed_words(talker: Talker) -> None:
    talker.press("menu")
    assert "e:start" in talker.actions
    talker.press("t:social.monthly")
    assert "e:start" in talker.actions
    talker.press("t:programme.about")
    assert "e:start" not in talker.actions

    for text in ("xem nha minh duoc gi", "Nhà tôi được gì", "nha tui dc gi", "what can my household get"):
        talker.say(text)
        assert talker.keys == ["whom"]


def test_without_a_programme_on_the_day_it_says_so(catalogue: Catalogue) -> None:
    talker = Talker(make_world(catalogue, day=date(2019, 1, 1)))

    talker.press("e:start")

    assert talker.keys == ["none_today"]


def test_a_daughter_of_forty_asking_for_her_mother_of_76_hears_a_yes_for_the_mother(talker: Talker) -> None:
    talker.press("e:start", "e:for:parent")

    list(answer_all(talker, MOTHER))

    assert "Việc social.monthly" in talker.verdicts()["yes"]


def test_what_is_the_first_question_depends_on_who_is_spoken_of_and_no_verdict_does(talker: Talker) -> None:
    asked = {}
    for whom in ("parent", "child"):
        talker.press("e:new", f"e:for:{whom}")
        asked[whom] = list(answer_all(talker, {"household_class": "other"}))

    assert sorted(asked["parent"]) == sorted(asked["child"])
    assert asked["parent"].index("has_pension") < asked["parent"].index("pupil_level")


@pytest.mark.parametrize(
    ("said", "whom"),
    [
        ("cho tôi", "me"), ("em", "me"), ("for me", "me"), ("của tui", "me"),
        ("má tôi", "parent"), ("cho má tui", "parent"), ("cho me toi", "parent"), ("cho ba em", "parent"),
        ("bà nội của con", ""), ("cho ngoại tôi", "parent"), ("cha tôi", "parent"), ("ông bà nội của mình", "parent"),
        ("con tôi", "child"), ("cho cháu ngoại tôi", "child"), ("em bé nhà tôi", ""), ("mẹ của vợ tôi", ""),
        ("cho vợ tôi", "other"), ("chị tôi", "other"), ("cho em tôi", "other"), ("em trai tôi", "other"),
        ("cả nhà con", "household"), ("gia đình em", "household"),
        ("mẹ và con tôi", ""), ("hàng xóm của tôi", ""),
    ],
)  # fmt: skip
def test_for_whom_is_heard_as_it_is_said_and_asked_again_where_it_may_be_two(
    talker: Talker, said: str, whom: str
) -> None:
    talker.press("e:start")

    talker.say(said)

    assert talker.session.answers.get("e:for", "").strip('"') == whom


@pytest.mark.parametrize(
    ("fact", "said", "heard"),
    [
        ("has_pension", "khong co luong huu", '"no"'), ("has_pension", "hông có lương hưu nào hết", '"no"'),
        ("has_pension", "có trợ cấp hằng tháng", None),  # of which kind?
        ("has_pension", "không có lương hưu mà có tiền tuất", None),
        ("wants_work", "già rồi", None), ("wants_work", "muốn tìm việc", '"yes"'),
        ("members", "4 mẹ con", "4"), ("members", "vợ chồng với 3 đứa con", None), ("members", "3 đứa con", None),
        ("disability", "có giấy khuyết tật nặng", '"severe"'), ("disability", "bị liệt nặng", None),
        ("zone", "vùng đặc biệt khó khăn", '["difficult_village"]'),
        ("age", "sinh năm 50", '{"low": 75, "high": 76}'), ("age", "sn 08", '{"low": 17, "high": 18}'),
        ("age", "sinh năm bảy mươi", None), ("age", "sinh viên 20 tuổi", "20"),
    ],
)  # fmt: skip
def test_an_answer_in_a_sentence_is_heard_and_what_says_more_than_the_answer_is_not(
    fact: str, said: str, heard: str | None
) -> None:
    talker = Talker(make_world(load(REAL), {"4 mẹ con": "distress"}))
    talker.press("e:start", "e:for:parent", f"e:ok:{fact}", f"e:c:{fact}")

    talker.say(said)

    picked = json.loads(talker.session.answers.get("e:draft", "{}")).get(fact)
    assert talker.session.answers.get(f"e:{fact}", json.dumps(picked) if picked else None) == heard


def test_a_mother_of_76_is_asked_for_her_pension_among_the_first() -> None:
    talker = Talker(make_world(load(REAL)))
    talker.press("e:start", "e:for:parent")

    assert "has_pension" in list(answer_all(talker, MOTHER))[:4]


def test_of_what_may_be_a_grandmothers_first_is_her_pension_and_no_loan_for_students_or_work() -> None:
    talker = Talker(make_world(load(REAL)))
    talker.press("e:start", "e:for:parent", "e:a:household_class:other")
    talker.say("76")
    talker.press("e:show")

    assert not [
        label for label in talker.verdicts()["maybe"] if label.startswith("Vay vốn tạo") or "sinh viên" in label
    ]


def test_for_the_whole_household_no_member_is_asked_about_and_what_turns_on_one_is_named(talker: Talker) -> None:
    talker.press("e:start", "e:for:household")

    asked = list(answer_all(talker, {"household_class": "poor"}))

    assert not {"age", "has_pension", "pupil_level", "disability"} & set(asked)
    params = talker.turns[-1].replies[0].params
    assert "Việc social.monthly" in [label[Language.VI] for label in params["personal"]]
    assert "Việc health.poor_card" in talker.verdicts()["yes"]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_answers_does_not_matter(catalogue: Catalogue, seed: int) -> None:
    asked_in_order = Talker(make_world(catalogue))
    asked_in_order.press("e:start", "e:for:parent")
    list(answer_all(asked_in_order, FARMER))
    shuffled = Talker(make_world(catalogue))
    shuffled.press("e:start", "e:for:parent")
    facts = [
        name for name, answer in FARMER.items() if answer in catalogue.facts[name].choices or answer in ("yes", "no")
    ]

    random.Random(seed).shuffle(facts)
    for name in facts:
        shuffled.press(f"e:ok:{name}", f"e:a:{name}:{FARMER[name]}")
    list(answer_all(shuffled, FARMER))

    assert shuffled.verdicts() == asked_in_order.verdicts()


def test_whom_the_commune_has_certified_is_not_asked_for_an_income_to_preview_it(catalogue: Catalogue) -> None:
    asked = {}
    for certified in ("poor", "other"):
        talker = Talker(make_world(catalogue))
        talker.press("e:start", "e:for:household")
        asked[certified] = list(answer_all(talker, {"household_class": certified}))

    assert "income_per_person" not in asked["poor"]
    assert "income_per_person" in asked["other"]


def test_not_known_everywhere_ends_in_an_honest_result_without_a_yes_or_a_no(talker: Talker) -> None:
    talker.press("e:start", "e:for:me")

    asked = list(answer_all(talker, {}))

    assert len(asked) == len(set(asked))
    assert talker.verdicts()["yes"] == []
    assert talker.verdicts()["no"] == ["0"]
    assert talker.session.flow == ""
    assert "e:go" not in talker.actions


def test_the_result_can_be_asked_for_again_when_nothing_is_left_to_ask(talker: Talker) -> None:
    talker.press("e:start", "e:for:parent")
    list(answer_all(talker, MOTHER))

    talker.say("menu", "ket qua")

    assert talker.keys == ["result", "next"]


@pytest.mark.parametrize("ask", ["e:edit", "doi cau tra loi"])
def test_one_answer_can_be_changed_and_the_result_follows(talker: Talker, ask: str) -> None:
    talker.press("e:start", "e:for:parent")
    list(answer_all(talker, MOTHER))

    _ = talker.press(ask) if ask == "e:edit" else talker.say(ask)
    talker.press("e:c:has_pension", "e:a:has_pension:yes", "e:show")

    assert "Việc social.monthly" not in talker.verdicts()["yes"]


def test_back_goes_to_the_question_before_and_from_the_first_to_the_start(talker: Talker) -> None:
    talker.press("e:start", "e:for:me")
    first = talker.asked
    talker.press(f"e:a:{first}:poor")
    second = talker.asked

    talker.press("e:back")
    assert talker.asked == first
    assert f"e:{first}" not in talker.session.answers
    talker.say("quay lai")
    assert talker.keys == ["whom"]

    assert second != first


def test_another_member_keeps_the_households_answers_and_not_the_members(talker: Talker) -> None:
    talker.press("e:start", "e:for:parent")
    list(answer_all(talker, FARMER))

    talker.press("e:other", "e:for:child")

    assert "e:household_class" in talker.session.answers
    assert "e:age" not in talker.session.answers
    assert "e:disability" not in talker.session.answers


def test_an_old_farmer_typing_without_marks_reaches_his_result(catalogue: Catalogue) -> None:
    talker = Talker(make_world(catalogue))
    typed = {
        "for": "cho toi", "household_class": "nha toi co so ngheo", "house_state": "dot nat", "area": "o que",
        "disability": "khong", "zone": "hong biet", "age": "67", "pupil_level": "khong di hoc",
        "has_pension": "khong co", "deprivation_count": "4", "income_per_person": "2tr ruoi mot thang ca nha",
        "members": "nam nguoi",
        "pause": "co", "commune": "xã Phước Dinh", "ethnic_minority": "ko bit",
    }  # fmt: skip

    talker.say("nha toi duoc gi")
    for _ in range(40):
        if not talker.asked:
            break
        talker.say("dong y" if talker.keys == ["agree"] else typed[talker.asked])

    assert {"Việc credit.production", "Việc health.poor_card"} <= set(talker.verdicts()["yes"])


def test_a_household_of_no_list_sees_by_its_income_whether_it_may_be_poor(talker: Talker) -> None:
    talker.press("e:start", "e:for:household")

    typed = {"household_class": "khong co so", "income_per_person": "ca nha 5tr mot thang", "members": "5 nguoi"}
    list(answer_all(talker, {**typed, "area": "rural", "deprivation_count": "3"}))

    assert talker.verdicts()["yes"] == ["Việc poverty.standard"]


@pytest.mark.parametrize(
    ("text", "whole", "told"),
    [
        ("4 triệu một tháng cả nhà", [], 1000000),
        ("1tr5 moi nguoi mot thang", [], 1500000),
        ("hai triệu mấy", ["cả nhà", "một tháng"], {"low": 500000, "high": "749999.75"}),
        ("30 triệu một vụ", ["cả nhà", "hai vụ"], 1250000),
        ("ban lua 48 trieu mot nam", ["ca nha"], 1000000),
        ("200k một ngày", ["cả nhà", "20"], 1000000),
    ],
)
def test_an_income_is_worked_out_as_people_say_it_and_what_was_not_said_is_asked(
    catalogue: Catalogue, text: str, whole: list[str], told: object
) -> None:
    import json

    talker = Talker(make_world(catalogue))
    talker.press("e:start", "e:for:household", "e:ok:income_per_person")
    talker.say(text)
    for word in whole:
        if talker.asked == "members":
            talker.say("4 người")
        talker.say(word)
    if talker.asked == "members":
        talker.say("4 người")

    assert json.loads(talker.session.answers["e:income_per_person"]) == told


def test_a_corrected_number_of_people_corrects_the_income(talker: Talker) -> None:
    talker.press("e:start", "e:for:household", "e:ok:income_per_person")
    talker.say("6 triệu một tháng cả nhà", "3")
    assert talker.session.answers["e:income_per_person"] == "2000000"

    talker.press("e:c:members")
    talker.say("6 người")

    assert talker.session.answers["e:income_per_person"] == "1000000"


def test_without_the_number_of_people_the_income_of_a_household_stays_open(talker: Talker) -> None:
    talker.press("e:start", "e:for:household", "e:ok:income_per_person")

    talker.say("6 triệu một tháng cả nhà")
    assert talker.asked == "members"
    talker.press("e:dk:members")

    assert "e:income_per_person" not in talker.session.answers
    assert talker.asked not in ("members", "income_per_person")


@pytest.mark.parametrize(
    ("fact", "text", "key"),
    [
        ("household_class", "xanh", "bad_choice"),
        ("has_pension", "ai biet", "bad_yes_no"),
        ("age", "gia roi", "bad_age"),
        ("age", "300", "bad_age"),
        ("deprivation_count", "nhieu lam", "bad_number"),
        ("deprivation_count", "99", "bad_number"),
        ("exit_month", "hoi do", "bad_month"),
        ("exit_month", "13/2025", "bad_month"),
        ("zone", "vung xa", "bad_set"),
        ("income_per_person", "nhieu", "bad_income"),
        ("income_per_person", "2", "bad_income"),
        ("disability", "hmm", "bad_yes_no"),
    ],
)
def test_bad_input_gets_one_line_that_says_how_and_the_question_stays(
    catalogue: Catalogue, fact: str, text: str, key: str
) -> None:
    talker = Talker(make_world(catalogue))
    talker.press("e:start", "e:for:me", f"e:c:{fact}")
    if fact == "income_per_person":
        talker.press(f"e:ok:{fact}")

    talker.say(text)

    assert talker.keys == [key]
    assert talker.asked == fact
    assert f"e:{fact}" not in talker.session.answers
    assert {f"e:no:{fact}", f"e:why:{fact}"} <= set(talker.actions)


def test_a_question_in_between_is_answered_and_the_check_goes_on_where_it_was(catalogue: Catalogue) -> None:
    talker = Talker(make_world(catalogue, {"tien dien ho ngheo": "social.electricity"}))
    talker.press("e:start", "e:for:household")
    before = talker.asked

    talker.say("tien dien ho ngheo")

    assert talker.keys == ["topic.part"]
    assert talker.actions[-1] == "e:go"
    assert talker.session.flow == ""
    talker.press("e:go")
    assert talker.asked == before


def test_after_a_question_in_between_going_on_can_be_typed_and_so_can_the_answer(catalogue: Catalogue) -> None:
    talker = Talker(make_world(catalogue, {"tien dien ho ngheo": "social.electricity"}))
    talker.press("e:start", "e:for:me", "e:c:age")

    talker.say("tien dien ho ngheo", "lam tiep")
    assert talker.session.flow == "eligibility"
    talker.press("e:c:age")
    talker.say("tien dien ho ngheo", "76 tuổi")

    assert talker.session.answers["e:age"] == "76"


def test_none_of_the_zones_can_be_typed(talker: Talker) -> None:
    talker.press("e:start", "e:for:me", "e:c:zone")

    talker.say("không có")

    assert talker.session.answers["e:zone"] == "[]"


def test_distress_in_between_is_answered_first_and_nothing_stands_beside_it(catalogue: Catalogue) -> None:
    talker = Talker(make_world(catalogue, {"chong danh toi": "distress"}))
    talker.press("e:start", "e:for:household")

    turn = talker.say("chong danh toi")

    assert [reply.key for reply in turn.replies] == ["distress.answer"]
    assert talker.actions == ["distress"]
    assert turn.said == ""


def test_cancelling_ends_the_asking_and_the_check_can_be_taken_up_again(talker: Talker) -> None:
    talker.press("e:start", "e:for:household")
    talker.press(f"e:a:{talker.asked}:poor")

    talker.say("hủy")
    talker.press("menu")

    assert "e:go" not in talker.actions
    talker.press("e:start")
    assert talker.keys == ["again"]


def test_a_sensitive_fact_is_asked_only_after_its_own_yes_and_what_is_typed_is_not_kept(talker: Talker) -> None:
    talker.press("e:start", "e:for:me", "e:c:disability")
    assert talker.keys == ["agree"]
    talker.press("e:a:disability:severe")  # a button from elsewhere
    assert "e:disability" not in talker.session.answers

    talker.press("e:ok:disability")
    assert talker.keys == ["ask_choice"]
    turn = talker.say("nặng")

    assert talker.session.answers["e:disability"] == '"severe"'
    assert turn.said == ""


def test_whoever_does_not_agree_is_not_asked_again(talker: Talker) -> None:
    talker.press("e:start", "e:for:me", "e:c:disability")

    talker.say("không")

    asked = list(answer_all(talker, {}))
    assert "disability" not in asked
    assert "e:disability" not in talker.session.answers


def test_what_was_said_in_passing_is_offered_before_it_is_asked(catalogue: Catalogue) -> None:
    session = Session(commune_asked=True, answers={"said:household_class": "near_poor", "said:age": "76"})
    talker = Talker(make_world(catalogue), session)
    talker.press("e:start", "e:for:parent")
    assert (talker.keys, talker.asked) == (["said"], "household_class")

    talker.say("đúng rồi")
    assert talker.session.answers["e:household_class"] == '"near_poor"'
    talker.press("e:c:age")
    assert talker.keys == ["said"]
    talker.press("e:unsaid:age")

    assert talker.keys == ["ask_age"]
    assert "said:age" not in talker.session.answers


def test_after_six_questions_the_result_is_offered_and_one_can_go_on(talker: Talker) -> None:
    talker.press("e:start", "e:for:me")
    for _ in range(6):
        talker.say("khong biet") if talker.keys != ["agree"] else talker.say("không")

    assert talker.keys == ["pause"]
    talker.press("e:show")
    assert talker.keys == ["result", "next"]
    talker.press("e:go")
    assert talker.asked not in ("", "pause")


def test_why_names_the_programmes_that_the_fact_decides(talker: Talker) -> None:
    talker.press("e:start", "e:for:parent", "e:c:age", "e:why:age")

    params = talker.turns[-1].replies[0].params
    assert [each["label"][Language.VI] for each in params["programmes"]] == ["Việc social.monthly"]
    assert len(params["programmes"][0]["conditions"]) == 1
    assert talker.asked == "age"


def test_an_answer_that_the_content_no_longer_knows_is_dropped_with_a_word(catalogue: Catalogue) -> None:
    talker = Talker(make_world(catalogue))
    talker.press("e:start", "e:for:me", "e:a:household_class:poor")
    answers = {**talker.session.answers, "e:colour": '"red"', "e:area": '"moon"', "e:at": '"colour"'}
    talker.session = replace(talker.session, answers=answers)

    talker.press("e:go")

    assert talker.keys[0] == "dropped"
    assert talker.session.answers["e:household_class"] == '"poor"'
    assert not {"e:colour", "e:area"} & set(talker.session.answers)


def test_answers_are_dropped_when_their_time_is_over_whatever_is_spoken_of(catalogue: Catalogue) -> None:
    talker = Talker(make_world(catalogue))
    talker.press("e:start", "e:for:me", "e:a:household_class:poor")

    talker.world = make_world(catalogue, day=DAY + timedelta(days=31))
    talker.press("menu")

    assert "e:household_class" not in talker.session.answers


def test_the_commune_of_the_session_says_what_is_sure_of_its_zones(catalogue: Catalogue) -> None:
    from bot.core.eligibility.programmes import Zone
    from bot.core.types import Source

    bac_ai = Zone("kv3", frozenset({"22801"}), date(2020, 1, 1), None, False, Source("QĐ 861"))
    talker = Talker(make_world(replace(catalogue, zones=(bac_ai,))))
    talker.press("e:start", "e:for:me")

    asked = []
    while talker.asked and talker.asked != "commune":
        asked.append(talker.asked)
        talker.press("e:go" if talker.asked == "pause" else f"e:dk:{talker.asked}")
    talker.say("bac ai dong cu phuoc dai")
    if any(action.startswith("e:p:") for action in talker.actions):
        talker.press(next(action for action in talker.actions if action.startswith("e:p:")))

    assert "zone" not in asked
    assert talker.session.commune


def test_several_zones_can_be_picked_and_what_was_not_picked_is_not_in_it(talker: Talker) -> None:
    talker.press("e:start", "e:for:me", "e:c:zone", "e:a:zone:kv1", "e:a:zone:difficult_village")
    assert talker.asked == "zone"

    talker.press("e:z:zone")

    assert talker.session.answers["e:zone"] == '["kv1", "difficult_village"]'


def test_erasing_erases_the_answers_and_my_data_shows_them(talker: Talker) -> None:
    talker.press("e:start", "e:for:me", "e:a:household_class:poor")

    talker.press("my_data")
    assert "Hộ nghèo" in talker.text
    talker.press("erase")
    talker.say("xóa hết")

    assert talker.session.answers == {}


def test_what_if_says_what_is_kept_and_what_is_lost(talker: Talker) -> None:
    talker.press("e:start", "e:for:parent", "e:a:household_class:poor", "e:what")

    rows = talker.turns[-1].replies[0].params["rows"]
    near_poor, escaped, january = rows
    assert [each["label"][Language.VI] for each in near_poor["lost"]] == ["Việc health.poor_card"]
    assert [each["label"][Language.VI] for each in near_poor["new"]] == ["Việc health.near_poor_subsidy"]
    assert [each["label"][Language.VI] for each in escaped["kept"]] == ["Việc credit.production"]
    assert january["day"] == date(2027, 1, 15)
    assert not any(row["label"][Language.VI] == "Việc poverty.standard" for kind in KINDS for row in escaped[kind])


def test_what_if_says_by_when_what_a_household_gets_after_poverty_ends(talker: Talker) -> None:
    talker.press("e:start", "e:for:parent", "e:a:household_class:poor", "e:what")

    _, escaped, _ = talker.turns[-1].replies[0].params["rows"]
    (credit,) = escaped["kept"]
    # 36 months from 11/2026; in the last of them it is still theirs.
    assert credit["until"] == date(2029, 11, 30)


def test_what_if_names_what_is_to_be_asked_about_then() -> None:
    talker = Talker(make_world(load(REAL)))
    talker.press("e:start", "e:for:household", "e:a:household_class:poor", "e:what")

    _, escaped, _ = talker.turns[-1].replies[0].params["rows"]
    until = {row["label"][Language.VI]: row["until"] for row in escaped["new"]}
    assert until == {"Vay vốn sản xuất hộ mới thoát nghèo": date(2029, 10, 31)}
    perhaps = [row["label"][Language.VI] for row in escaped["perhaps"]]
    assert "Hỗ trợ mua BHYT cho hộ mức sống trung bình" in perhaps


ACTIONS = ("start", "new", "go", "back", "show", "not", "maybe", "edit", "other", "what")
TEXTS = (
    "",
    "có",
    "không",
    "khong biet",
    "5",
    "76",
    "sinh nam 1950",
    "3/2025",
    "2 trieu",
    "ca nha",
    "mot vu",
    "phuoc dinh",
    "ho ngheo",
    "quay lại",
    "ket qua",
    "hủy",
    "menu",
    "?",
    "một câu dài mà không ai hiểu là đang muốn nói gì",
)


def presses(catalogue: Catalogue) -> Iterator[str]:
    yield from (f"e:{action}" for action in ACTIONS)
    yield from (f"e:for:{whom}" for whom in ("household", "me", "child", "nobody"))
    for fact in catalogue.facts.values():
        yield from (f"e:{verb}:{fact.id}" for verb in ("dk", "no", "why", "ok", "said", "unsaid", "c", "z"))
        yield from (f"e:a:{fact.id}:{choice}" for choice in (*list(fact.choices)[:3], "yes", "no", "odd"))
    yield from (f"e:d:{gap}:{word}" for gap in ("whose", "period", "seasons") for word in ("person", "month", "2", "x"))
    yield from ("e:p:22888:22888", "e:p:1:2", "e:", "e:a", "e:::", "e:go:x", "menu", "my_data", "t:social.monthly")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_pressed_or_typed_something_is_said_and_every_button_fits(
    catalogue: Catalogue, data: st.DataObject
) -> None:
    talker = Talker(make_world(catalogue))
    talker.press("e:start")
    odd = sorted(presses(catalogue))

    for _ in range(data.draw(st.integers(1, 15))):
        kind = data.draw(st.sampled_from(["shown", "shown", "say", "odd"]))
        if kind == "shown" and talker.actions:
            turn = talker.press(data.draw(st.sampled_from(talker.actions)))
        elif kind == "say":
            turn = talker.say(data.draw(st.sampled_from(TEXTS) | st.text(max_size=20)))
        else:
            turn = talker.press(data.draw(st.sampled_from(odd)))
        assert turn.replies
        assert all(len(action.encode()) <= 64 for action in talker.actions)
        assert all(shown.text for shown in talker.shown)


def test_what_is_told_of_another_fact_is_noted_and_the_questions_go_on(talker: Talker) -> None:
    talker.press("e:start", "e:for:child", "e:a:household_class:poor")
    asked = talker.asked
    assert asked != "age"

    talker.say("bé 4 tuổi")

    assert talker.keys[0] == "noted"
    assert talker.session.answers["e:age"] == '"4"'
    assert talker.asked not in ("", "age")
    talker.press("e:back")
    assert "e:age" not in talker.session.answers


def test_not_knowing_can_still_be_typed_after_something_else_was_answered(catalogue: Catalogue) -> None:
    talker = Talker(make_world(catalogue, {"tiền điện hộ nghèo": "social.electricity"}))
    talker.press("e:start", "e:for:me")
    asked = talker.asked
    talker.say("tiền điện hộ nghèo")
    assert talker.session.flow == ""

    talker.say("không biết")

    assert asked in talker.session.answers["e:asked"]
    assert talker.asked != asked


def test_a_small_child_is_not_asked_whether_they_want_to_work() -> None:
    real = make_world(load(REAL))
    for whom, answers in (("child", {"age": "4"}), ("other", {"age": "9"}), ("child", {"age": "4", "has_bhyt": "yes"})):
        talker = Talker(real)
        talker.press("e:start", f"e:for:{whom}")
        asked = list(answer_all(talker, {"household_class": "poor", **answers}))
        assert "age" in asked
        assert not [name for name in asked if name.startswith("wants_")]
    grown = Talker(real)
    grown.press("e:start", "e:for:me")
    assert "wants_overseas" in list(answer_all(grown, {"household_class": "poor", "age": "30"}))


def test_an_income_half_said_is_shown_under_my_data_and_goes_with_its_time(catalogue: Catalogue) -> None:
    talker = Talker(make_world(catalogue))
    talker.press("e:start", "e:for:household", "e:c:income_per_person")
    talker.say("4 triệu")
    talker.press("my_data")
    assert "4.000.000 đồng" in talker.text

    talker.world = make_world(catalogue, day=DAY + timedelta(days=31))
    talker.press("my_data")
    assert "4.000.000 đồng" not in talker.text
