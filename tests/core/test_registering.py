"""Registering for work as a dialogue, over the real form."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest

from bot.content.load import load
from bot.core.catalogue import Catalogue
from bot.core.leads import LeadState
from bot.core.own import Agreed, Own, OwnLead, Receipt
from bot.core.own_leads import typed_receipt
from bot.core.types import Agree, CorrectLead, EraseLead, OpenLead, Session, WithdrawLead
from bot.core.world import World
from tests.build import REAL
from tests.core.interviewing import DAY, Talker, make_world

RECEIPT: Final = "CN-ABCD-EFGH"
ANSWERS: Final = (
    "nguyen van an", "sinh năm 85", "nam", "0912 345 678", "Phước Dinh", "bỏ qua", "hộ nghèo", "lớp 9", "chưa",
    "thất nghiệp", "phụ hồ, làm bếp gì cũng được", "gần nhà", "5-7tr", "cả ngày", "lâu dài", "tìm việc", "không",
    "không",
)  # fmt: skip
TOLD: Final = {
    "name": "An", "phone": "+84912345678", "commune": "22888:", "work": "phụ hồ", "birth_year": "1985"
}  # fmt: skip
OWN: Final = OwnLead(7, RECEIPT, LeadState.NEW, None, DAY, is_other=False, answers=TOLD)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(REAL)


@pytest.fixture
def world(catalogue: Catalogue) -> World:
    return replace(make_world(catalogue), takes_leads=True, operator="Trung tâm", own=Own(new_receipt=RECEIPT))


@pytest.fixture
def talker(world: World) -> Talker:
    return Talker(world)


def begun(talker: Talker, whom: str = "f:me") -> Talker:
    talker.say("tìm việc")
    talker.press("f:yes", whom)
    return talker


def filled(talker: Talker) -> Talker:
    begun(talker).say(*ANSWERS)
    return talker


def effects(talker: Talker) -> Iterator[object]:
    for turn in talker.turns:
        yield from turn.effects


def test_consent_comes_before_anything_is_asked_and_a_no_keeps_nothing(talker: Talker) -> None:
    talker.say("timviec")
    assert [reply.key for reply in talker.turns[-1].replies] == ["register.consent"]

    talker.say("không")

    assert [reply.key for reply in talker.turns[-1].replies] == ["register.declined"]
    assert not talker.session.answers
    assert not talker.session.flow


def test_a_registration_is_typed_from_end_to_end_and_opens_one_lead(talker: Talker) -> None:
    filled(talker)
    assert [reply.key for reply in talker.turns[-1].replies] == ["register.review", "register.is_it_right"]
    assert talker.turns[-1].replies[0].guarded

    talker.press("f:send", "f:send")

    opened = [effect for effect in effects(talker) if isinstance(effect, OpenLead)]
    assert opened == [
        OpenLead(
            RECEIPT,
            {
                "name": "Nguyen Van An", "birth_year": "1985", "sex": "male", "phone": "+84912345678",
                "commune": "22888:", "household": "poor", "schooling": "lower_secondary", "training": "untrained",
                "status": "unemployed", "work": "phụ hồ, làm bếp gì cũng được", "where": "near_home",
                "wage": "5000000-7000000/month", "hours": "full_time", "purpose": "lasting", "service": "job",
            },
            is_other=False,
            consent=DAY.isoformat(),
        )
    ]  # fmt: skip


def test_what_is_typed_is_kept_in_the_session_only(talker: Talker) -> None:
    filled(talker).press("f:send")

    assert {turn.said for turn in talker.turns} == {"", "tìm việc"}
    assert not any("f:" in key for key in talker.session.answers)


def test_every_sensitive_answer_has_a_yes_of_its_own(talker: Talker) -> None:
    begun(talker).say(*ANSWERS[:-2])
    assert [reply.key for reply in talker.turns[-1].replies] == ["register.agree"]

    talker.press("f:a:disability:yes")
    assert "disability" not in talker.session.answers["f:job_seeker"].partition('"told"')[2].partition("}")[0]
    talker.say("đồng ý", "có")

    assert '"disability": "yes"' in talker.session.answers["f:job_seeker"]
    assert [reply.key for reply in talker.turns[-1].replies] == ["register.agree"]


@pytest.mark.parametrize("year", ["2012", "13 tuổi"])
def test_whoever_is_too_young_is_refused_kindly_and_nothing_stays(talker: Talker, year: str) -> None:
    begun(talker).say("Nguyễn An", year)

    assert [reply.key for reply in talker.turns[-1].replies] == ["register.too_young"]
    assert not talker.session.answers


def test_at_fifteen_a_guardian_has_to_agree(talker: Talker) -> None:
    begun(talker).say("Nguyễn An", "2011", "có")
    assert "cha mẹ" in talker.text.lower()

    talker.say("không")

    assert [reply.key for reply in talker.turns[-1].replies] == ["register.no_guardian"]
    assert not talker.session.answers


def test_whoever_has_not_turned_fifteen_this_year_is_too_young(talker: Talker) -> None:
    begun(talker).say("Nguyễn An", "2011", "chưa")

    assert [reply.key for reply in talker.turns[-1].replies] == ["register.too_young"]


def test_another_question_is_answered_in_between_and_going_on_is_offered(catalogue: Catalogue, world: World) -> None:
    asked = "hộ nghèo được hỗ trợ tiền điện không?"
    planned = make_world(catalogue, {asked: "social.electricity"}).ranker
    talker = Talker(replace(world, ranker=planned))
    begun(talker).say("Nguyễn An", "85", asked)
    assert "topic.part" in [reply.key for reply in talker.turns[-1].replies]
    assert "f:go" in talker.actions

    talker.press("f:go")

    assert "f:a:sex:male" in talker.actions


def test_it_goes_on_where_it_was_left_after_a_stop(talker: Talker) -> None:
    begun(talker).say("Nguyễn An", "85", "hủy")
    talker.say("tìm việc")
    assert [reply.key for reply in talker.turns[-1].replies] == ["register.again"]

    talker.press("f:go")

    assert "f:a:sex:male" in talker.actions


def test_two_answers_are_changed_on_the_last_page(talker: Talker) -> None:
    filled(talker).press("f:change", "f:c:wage")
    talker.say("300k một ngày")
    talker.press("f:change", "f:c:name")
    talker.say("Trần Thị Bé")
    talker.press("f:send")

    opened = next(effect for effect in effects(talker) if isinstance(effect, OpenLead))
    assert (opened.answers["wage"], opened.answers["name"]) == ("300000-300000/day", "Trần Thị Bé")


def test_back_takes_the_last_answer_back(talker: Talker) -> None:
    begun(talker).say("Nguyễn An", "85", "quay lại", "1990", "nữ")

    assert '"birth_year": "1990"' in talker.session.answers["f:job_seeker"]


def test_huy_may_be_a_name(talker: Talker) -> None:
    begun(talker).say("huy")
    assert talker.actions == ["f:name:Huy", "f:stop"]

    talker.press("f:name:Huy")

    assert '"name": "Huy"' in talker.session.answers["f:job_seeker"]


def test_what_is_needed_is_not_skipped(talker: Talker) -> None:
    begun(talker).say("bỏ qua")

    assert [reply.key for reply in talker.turns[-1].replies] == ["register.needed"]


def test_a_commune_with_two_answers_is_asked_which(talker: Talker) -> None:
    begun(talker).say("Nguyễn An", "85", "nam", "0912345678", "Đông Hải")

    assert [reply.key for reply in talker.turns[-1].replies] == ["commune.which"]
    talker.press(talker.actions[0])
    assert "f:skip:village" in talker.actions


def test_distress_is_answered_first_and_the_registration_stays(catalogue: Catalogue, world: World) -> None:
    planned = make_world(catalogue, {"chong danh toi": "distress"}).ranker
    talker = Talker(replace(world, ranker=planned))
    begun(talker).say("Nguyễn An", "chong danh toi")

    assert talker.turns[-1].guarded
    assert talker.session.flow == "job_seeker"


def test_without_an_office_nothing_is_taken_and_it_says_where_else(catalogue: Catalogue) -> None:
    talker = Talker(make_world(catalogue))
    talker.say("tìm việc")
    assert "topic.part" in [reply.key for reply in talker.turns[-1].replies]

    talker.press("f:new")

    assert [reply.key for reply in talker.turns[-1].replies] == ["button.old"]


def test_every_button_of_the_form_fits_into_sixty_four_bytes(talker: Talker) -> None:
    filled(talker).press("f:change")

    actions = [button.action for turn in talker.turns for reply in turn.replies for button in reply.buttons]
    assert max(len(action.encode()) for action in actions) <= 64


def test_what_was_agreed_to_is_kept_with_its_text_for_the_form_and_for_each_sensitive_answer(talker: Talker) -> None:
    begun(talker).say(*ANSWERS[:-2])
    talker.press("f:ok:disability")
    talker.say("có", "không")
    talker.press("f:send")

    given = [effect for effect in effects(talker) if isinstance(effect, Agree)]
    assert [each.purpose for each in given] == ["work.lead", "work.disability"]
    assert all(each.version for each in given)


def test_a_person_sees_corrects_withdraws_and_erases_their_own_only(world: World) -> None:
    agreed = Agreed("work.lead", "", "web", DAY)
    talker = Talker(replace(world, own=Own(leads=(OWN,), consents=(agreed,))))
    talker.say("đơn của tôi")
    assert "chưa cán bộ nào nhận lo" in talker.text

    talker.press("w:c:7", "f:c:work")
    talker.say("bảo vệ")
    talker.press("f:send")
    assert talker.turns[-1].effects == (CorrectLead(7, {**OWN.answers, "work": "bảo vệ"}),)
    talker.press("w:w:7", "w:w:7:yes")
    assert talker.turns[-1].effects == (WithdrawLead(7),)
    talker.press("w:e:7", "w:e:7:yes")
    assert talker.turns[-1].effects == (EraseLead(7),)
    talker.press("w:e:8", "w:e:8:yes")
    assert talker.turns[-1].effects == ()


def test_a_receipt_with_four_digits_shows_the_state_and_nothing_else(world: World) -> None:
    talker = Talker(replace(world, own=Own(), receipt=Receipt(OWN)), session=Session(flow="receipt"))
    talker.say("CN-ABCD-EFGH 5678")

    assert [reply.key for reply in talker.turns[-1].replies] == ["lead.state"]
    assert talker.actions == ["menu"]
    assert "0912345678" not in talker.text


@pytest.mark.parametrize(
    "typed", ["cn-7kq2-m4xa 5678", "CN7KQ2M4XA, 5678", "mã CN-7KQ2-M4XA số cuối 5678", "7KQ2 M4XA 5678"]
)
def test_a_receipt_is_read_however_it_is_typed(typed: str) -> None:
    assert typed_receipt(typed) == ("CN-7KQ2-M4XA", "5678")
