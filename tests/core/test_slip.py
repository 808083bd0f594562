"""The slip for the commune: asked for with a yes of its own, made once, and read again."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.load import load
from bot.core import codes
from bot.core.catalogue import Catalogue
from bot.core.conversation import looks_at, step
from bot.core.interview import slip
from bot.core.own import Own, OwnSlip
from bot.core.types import Address, EraseSlip, Incoming, KeepSlip, Kind, Language, Slip
from bot.core.world import Look
from tests.build import REAL
from tests.core.interviewing import DAY, NOW, Talker, answer_all, make_catalogue, make_world

CODE = "ABCD-EFGH-JKLM-NPQR"
DAUGHTER = {"household_class": "poor", "disability": "severe", "ethnic_minority": "yes", "house_state": "damaged"}
BAC_AI_DONG = "22801"


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return make_catalogue(tmp_path_factory.mktemp("content"))


@pytest.fixture
def talker(catalogue: Catalogue) -> Talker:
    """Somebody with a result for a child, who said their commune."""
    world = replace(make_world(catalogue), code=CODE.replace("-", ""), web_place="https://cau-noi.example")
    talker = Talker(world)
    talker.session = replace(talker.session, commune=BAC_AI_DONG)
    talker.press("e:start", "e:for:child")
    list(answer_all(talker, DAUGHTER))
    return talker


def made(talker: Talker) -> Slip:
    effects = talker.press("e:slip", "e:slip:yes").effects
    (kept,) = (each for each in effects if isinstance(each, KeepSlip))
    return kept.slip


def test_a_slip_is_kept_only_after_its_own_yes_and_a_second_press_makes_no_second_one(talker: Talker) -> None:
    assert talker.press("e:slip").effects == ()
    assert next(label[Language.VI] for label in talker.turns[-1].replies[0].params["labels"]) == "nhà thuộc hộ nào"

    turn = talker.press("e:slip:yes")

    (kept,) = turn.effects
    assert isinstance(kept, KeepSlip)
    assert (kept.code, kept.days) == (CODE, 30)
    assert f"https://cau-noi.example/slip/{CODE}" in talker.shown[-1].text.replace("\\", "")
    assert talker.press("e:slip:yes").effects == ()


@pytest.mark.parametrize(("said", "is_made"), [("có", True), ("đồng ý", True), ("không", False), ("bỏ qua", False)])
def test_the_yes_may_be_typed(talker: Talker, said: str, is_made: bool) -> None:
    talker.press("e:slip")

    effects = talker.say(said).effects

    assert [type(each) for each in effects] == ([KeepSlip] if is_made else [])
    assert talker.session.flow == ""


def test_without_a_commune_it_asks_for_it_and_without_a_result_there_is_nothing_to_make(catalogue: Catalogue) -> None:
    talker = Talker(make_world(catalogue))

    assert [reply.key for reply in talker.press("e:slip").replies] == ["slip.nothing"]
    talker.press("e:start", "e:for:me")
    assert [reply.key for reply in talker.press("e:slip").replies] == ["slip.which_commune"]
    assert talker.press("e:slip:yes").effects == ()


TYPED = ("in phiếu", "in phieu", "cho tôi tờ phiếu", "CHO TOI TO PHIEU", "print the slip")


@pytest.mark.parametrize("text", TYPED)
def test_it_can_be_asked_for_in_words(talker: Talker, text: str) -> None:
    assert [reply.key for reply in talker.say(text).replies] == ["slip.ask"]
    assert len(talker.say("đồng ý").effects) == 1


@pytest.mark.parametrize("text", TYPED)
def test_asked_for_in_words_before_any_check_it_offers_the_check(catalogue: Catalogue, text: str) -> None:
    talker = Talker(make_world(catalogue))

    assert [reply.key for reply in talker.say(text).replies] == ["slip.nothing"]
    assert "e:start" in talker.actions


@pytest.mark.parametrize(("kind", "text"), [(Kind.CHOICE, "e:slip"), *((Kind.TEXT, text) for text in TYPED)])
def test_ten_slips_are_enough(talker: Talker, kind: Kind, text: str) -> None:
    event = Incoming(Address("web", "a"), "1", kind, text, NOW)
    many = tuple(OwnSlip(number, DAY, DAY) for number in range(slip.MOST))
    if Look.OWN in looks_at(talker.session, event, talker.world):
        talker.world = replace(talker.world, own=Own(slips=many))

    assert [reply.key for reply in step(talker.session, event, talker.world).replies] == ["slip.too_many"]


def test_it_holds_the_answers_and_nothing_else_of_the_conversation(talker: Talker) -> None:
    talker.session = replace(talker.session, answers={**talker.session.answers, "said:age": "40"})

    kept = made(talker)

    assert all(key.startswith("e:") for key in kept.answers)
    assert "e:draft" not in kept.answers
    assert (kept.day, kept.commune, kept.version) == (DAY, BAC_AI_DONG, talker.world.catalogue.version)


def test_the_paper_says_the_result_and_no_answer_to_a_sensitive_question(talker: Talker) -> None:
    replies = {reply.key: reply.params for reply in slip.paper(made(talker), talker.world)}

    yes = [row["label"][Language.VI] for group in replies["slip.yes"]["groups"] for row in group["rows"]]
    said = [one.text[Language.VI] for group in replies["slip.yes"]["groups"] for one in group["reasons"]]
    assert {"Việc health.poor_card", "Việc social.monthly"} <= set(yes)
    assert "household_class is có" in said
    assert not [text for text in said if "disability" in text or "ethnic_minority" in text]
    to_staff = {reply.key: reply.params for reply in slip.paper(made(talker), talker.world, for_staff=True)}
    told = [one.text[Language.VI] for group in to_staff["slip.yes"]["groups"] for one in group["reasons"]]
    assert [text for text in told if "disability" in text]


def test_the_paper_says_of_each_programme_what_it_rests_on() -> None:
    talker = Talker(replace(make_world(load(REAL)), code=CODE))
    talker.session = replace(talker.session, commune=BAC_AI_DONG)
    talker.press("e:start", "e:for:household", "e:a:household_class:poor", "e:show")
    told = {reply.key: reply.params for reply in slip.paper(made(talker), talker.world)}

    documents = {label[Language.VI]: row["sources"] for row in told["slip.basis"]["rows"] for label in row["labels"]}

    rows = [row for group in told["slip.yes"]["groups"] for row in group["rows"]]
    assert {row["label"][Language.VI] for row in (*rows, *told["slip.maybe"]["rows"])} <= documents.keys()
    assert any("QĐ 2553/QĐ-TTg" in text for text in documents["Vay vốn sản xuất hộ nghèo"])
    assert not any("QĐ 2553/QĐ-TTg" in text for text in documents["Thẻ BHYT miễn phí cho hộ nghèo"])


def test_staff_are_told_every_answer_and_what_was_not_answered(talker: Talker) -> None:
    params = slip.told(made(talker), talker.world).params

    answers = {row["fact"].id: row["value"] for row in params["rows"]}
    assert DAUGHTER.items() >= {name: answers[name] for name in ("household_class", "disability")}.items()
    assert params["place"] == BAC_AI_DONG
    assert "tuổi" in [label[Language.VI] for label in params["skipped"]]


def test_it_is_read_as_of_any_day_while_it_is_kept(talker: Talker) -> None:
    talker.session = replace(talker.session, answers={**talker.session.answers, "e:since": '"2026-11-01"'})
    kept = made(talker)

    later = make_world(talker.world.catalogue, day=date(2026, 12, 24))

    assert slip.told(kept, later).params["rows"] == slip.told(kept, talker.world).params["rows"]


def test_its_button_erases_it(talker: Talker) -> None:
    assert talker.press("e:slip:x:12").effects == (EraseSlip(12),)
    assert talker.press("e:slip:x:no").effects == ()


@given(st.integers(0, 32**16 - 1))
def test_a_code_is_read_however_it_is_typed(number: int) -> None:
    digits = iter(range(16))
    code = codes.grouped(codes.draw(lambda signs: signs[number // 32 ** next(digits) % 32]))

    assert len(code) == 19
    assert not set(code) & set("01IO")
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        assert slip.read_code(typed) == code


@pytest.mark.parametrize("text", ["", "ABCD", f"{CODE}2", CODE.replace("A", "0"), "ÀBCD-EFGH-JKLM-NPQR", "%00"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert slip.read_code(text) == ""
