"""Conversations as scripts: events in; state, message keys, effects out. The session is saved and reloaded."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.content.load import load
from bot.content.render import Renderer
from bot.core.catalogue import Catalogue
from bot.core.conversation import looks_at, step
from bot.core.markup import escape, parse, plain
from bot.core.own import NOTHING, Agreed, Ours, Own, Typed
from bot.core.types import (
    SAID,
    Address,
    Agree,
    AnswerCampaign,
    AskPrivacy,
    Button,
    CountLinkTry,
    Decision,
    Effect,
    EndTalk,
    EraseConversation,
    Incoming,
    JoinPerson,
    Kind,
    Language,
    OfferLink,
    OpenHandover,
    PartAddress,
    Ranking,
    RecordQuestion,
    Rendered,
    Reply,
    Said,
    Session,
    StopAddress,
    Turn,
    Vote,
    Withdraw,
    WriteToStaff,
)
from bot.core.world import Look, Staff, World
from bot.services.keys import Keys
from bot.services.sealed import Sealed

SCRIPTS = Path(__file__).parents[1] / "conversations"
SEALED = Sealed(Keys([b"k" * 32]))
HERE = Address("telegram", "a")
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


class ScriptedRanker:
    """Says what the scene's `rank` says ("also:<topic>" is a second question); none to everything else."""

    def __init__(self, planned: Mapping[str, list[str]]) -> None:
        self._planned = planned

    def rank(self, text: str) -> Ranking:
        decision, *labels = self._planned.get(text, ["none"])
        language = Language.EN if "en" in labels else Language.VI
        named = tuple(label.removeprefix("also:") for label in labels if label not in ("en", "vi"))
        second = next((label.removeprefix("also:") for label in labels if label.startswith("also:")), "")
        return Ranking(Decision(decision), named, tuple(1.0 for _ in named), language, second)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(Path(__file__).parents[2] / "content")


def scenes() -> Iterator[Any]:
    for file in sorted(SCRIPTS.glob("*.yaml")):
        for scene in yaml.safe_load(file.read_text(encoding="utf-8")):
            yield pytest.param(scene, id=f"{file.stem}: {scene['scene']}")


@pytest.mark.parametrize("scene", tuple(scenes()))
def test_a_conversation_goes_as_its_script_says(scene: dict[str, Any], catalogue: Catalogue) -> None:
    world = World(catalogue, ScriptedRanker(scene.get("rank", {})), date(2026, 11, 24), notice_shown=True)
    world = replace(world, talks_of=scene.get("talks_of", ""), staff=staff_of(**scene.get("staff", {})))
    session, history, own = Session(), (), NOTHING

    for number, expected in enumerate(scene["steps"], start=1):
        event = event_of(expected, number)
        looks = looks_at(session, event, world)
        seen = replace(
            world,
            history=history if Look.HISTORY in looks else (),
            own=replace(own, **owned(expected)) if Look.OWN in looks else NOTHING,
            code="K7P2MXQ9ABCDEFGH" if Look.CODE in looks else "",
        )
        turn = step(session, event, seen)

        assert_turn(turn, expected, f"step {number}")
        session = SEALED.read_session(SEALED.session(turn.session))
        assert session == turn.session
        erased = any(isinstance(effect, EraseConversation) for effect in turn.effects)
        history = () if erased else (*history, *said(turn))
        own = NOTHING if erased else kept(own, turn.effects)


def owned(expected: Mapping[str, Any]) -> dict[str, Any]:
    """What a step says is kept of the person besides what the scene itself led to."""
    own = dict(expected.get("own", {}))
    if "ours" in own:
        own["ours"] = Ours(own["ours"], date(2026, 11, 24))
    return own | ({"typed": Typed(own["typed"])} if "typed" in own else {})


def kept(own: Own, effects: tuple[Effect, ...]) -> Own:
    """What is kept after these effects."""
    for effect in effects:
        match effect:
            case Agree(purpose, _, told):
                given = Agreed(purpose, told, "web", date(2026, 11, 24))
                own = replace(own, consents=(*own.consents, given))
            case Withdraw(purpose):
                own = replace(own, consents=tuple(each for each in own.consents if each.purpose != purpose))
    news = (each.purpose.removeprefix("news.") for each in own.consents if each.purpose.startswith("news."))
    return replace(own, subscriptions=tuple(news))


def staff_of(at: str = "", **may: bool) -> Staff:
    return Staff(now=datetime.fromisoformat(f"{at}+07:00") if at else None, **may)


def event_of(expected: Mapping[str, Any], number: int) -> Incoming:
    kinds = {"say": Kind.TEXT, "press": Kind.CHOICE, **{kind.value: kind for kind in Kind}}
    name = next(name for name in kinds if name in expected)
    return Incoming(Address("web", "a"), str(number), kinds[name], expected[name], NOW)


def said(turn: Turn) -> tuple[Said, ...]:
    return (Said(NOW, True, Rendered(escape(turn.said))),) if turn.said and not turn.guarded else ()


def assert_turn(turn: Turn, expected: Mapping[str, Any], where: str) -> None:
    assert [reply.key for reply in turn.replies] == expected["keys"], where
    assert turn.guarded is expected.get("guarded", False), where
    if "effects" in expected:
        assert [describe(effect) for effect in turn.effects] == expected["effects"], where
    if "params" in expected:
        assert expected["params"].items() <= dict(turn.replies[0].params).items(), where
    if "lines" in expected:
        assert len(turn.replies[0].params["lines"]) == expected["lines"], where
    if "buttons" in expected:
        assert [button.action for button in turn.replies[0].buttons] == expected["buttons"], where
    shown = {button.action for reply in turn.replies for button in reply.buttons}
    assert shown.issuperset(expected.get("has_buttons", ())), where
    assert shown.isdisjoint(expected.get("has_no_buttons", ())), where
    for name, value in expected.get("session", {}).items():
        assert getattr(turn.session, name) == value, f"{where}: session.{name}"
    if "kept_without" in expected:
        assert expected["kept_without"] not in repr((turn.said, turn.effects)), where
    if turn.guarded:
        assert turn.said == "", where


def describe(effect: Effect) -> str:
    match effect:
        case RecordQuestion(topic, decision, _):
            return f"RecordQuestion {decision} {topic}".strip()
        case Vote(topic, is_right):
            return f"Vote {'right' if is_right else 'wrong'} {topic}"
        case OpenHandover(kind, messages):
            return f"OpenHandover {kind} {len(messages)}"
        case AnswerCampaign(_, word):
            return f"AnswerCampaign {word}"
        case WriteToStaff():
            return "WriteToStaff"
        case EndTalk():
            return "EndTalk"
        case EraseConversation(whole_person):
            return "EraseConversation" + (" whole" if whole_person else "")
        case Agree(purpose, _, told):
            return f"Agree {purpose} {told}".strip()
        case Withdraw(purpose):
            return f"Withdraw {purpose}"
        case OfferLink(code) | JoinPerson(code):
            return f"{type(effect).__name__} {code}"
        case AskPrivacy(kind, text, due):
            return f"AskPrivacy {kind} {text} {due}"
        case CountLinkTry() | PartAddress():
            return type(effect).__name__
        case StopAddress():
            return "StopAddress"


def test_a_button_fits_into_sixty_four_bytes(catalogue: Catalogue) -> None:
    world = World(catalogue, ScriptedRanker({}), date(2026, 11, 24), notice_shown=True)
    actions = [
        button.action
        for topic in catalogue.topics
        for reply in step(Session(), Incoming(Address("web", "a"), "1", Kind.CHOICE, f"t:{topic}", NOW), world).replies
        for button in reply.buttons
    ]

    assert len(actions) > len(catalogue.topics)
    assert max(len(action.encode()) for action in actions) <= 64


def test_every_topic_is_three_taps_away(catalogue: Catalogue) -> None:
    reached = {topic for subject in catalogue.subjects for topic in subject.topics}

    assert reached == set(catalogue.topics)


def test_the_first_reply_on_a_channel_without_a_notice_begins_with_it(catalogue: Catalogue) -> None:
    world = World(catalogue, ScriptedRanker({}), date(2026, 11, 24))

    first = step(Session(), Incoming(Address("terminal", "a"), "1", Kind.CHOICE, "menu", NOW), world)
    second = step(first.session, Incoming(Address("terminal", "a"), "2", Kind.CHOICE, "menu", NOW), world)

    assert [reply.key for reply in first.replies] == ["notice.first", "menu.subjects"]
    assert [reply.key for reply in second.replies] == ["menu.subjects"]


def test_the_emergency_numbers_come_before_the_notice(catalogue: Catalogue) -> None:
    world = World(catalogue, ScriptedRanker({"chong danh toi": ["answer", "distress"]}), date(2026, 11, 24))

    turn = step(Session(), Incoming(Address("telegram", "a"), "1", Kind.TEXT, "chong danh toi", NOW), world)

    assert [reply.key for reply in turn.replies] == ["distress.answer", "notice.first"]


def test_who_writes_faster_than_we_may_answer_is_told_so_once_while_it_holds(catalogue: Catalogue) -> None:
    world = World(catalogue, ScriptedRanker({}), date(2026, 11, 24), notice_shown=True)
    session, told = Session(), []

    for number, slow in enumerate([False, True, True, False, True]):
        event = Incoming(Address("telegram", "a"), str(number), Kind.CHOICE, "menu", NOW)
        turn = step(session, event, replace(world, is_slow=slow))
        session = turn.session
        told.append("talk.slow" in [reply.key for reply in turn.replies])

    assert told == [False, True, False, False, True]


def test_the_conversation_is_looked_back_on_for_every_way_of_asking_what_is_kept_or_saying_no(
    catalogue: Catalogue,
) -> None:
    world = World(catalogue, ScriptedRanker({}), date(2026, 11, 24))
    words = catalogue.words.commands

    def wants(text: str) -> bool:
        looks = looks_at(Session(topic="health.poor_card"), Incoming(HERE, "1", Kind.TEXT, text, NOW), world)
        return Look.HISTORY in looks

    assert [text for text in (*words["my_data"], *words["wrong"], "My Data!", "KHÔNG PHẢI") if not wants(text)] == []
    assert [text for text in ("chuẩn nghèo là bao nhiêu", "không có thẻ", "tài liệu gì") if wants(text)] == []


def test_nothing_comes_before_the_emergency_numbers_however_many_replies_wait(catalogue: Catalogue) -> None:
    world = World(
        catalogue, ScriptedRanker({"chong danh toi": ["answer", "distress"]}), date(2026, 11, 24), is_slow=True
    )

    turn = step(Session(greeted=True), Incoming(HERE, "1", Kind.TEXT, "chong danh toi", NOW), world)

    assert [reply.key for reply in turn.replies] == ["distress.answer"]
    assert not turn.session.told_slow


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (Language.VI, ("hộ cận nghèo", "5 người", "1.800.000 đồng", "76 tuổi", "tiểu học", "Xã Phước Dinh")),
        (
            Language.EN,
            ("near-poor", "household: 5", "1,800,000 VND", "spoke of: 76", "primary school", "Xã Phước Dinh"),
        ),
    ],
)
def test_my_data_says_in_plain_words_what_was_said_in_passing(
    catalogue: Catalogue, language: Language, told: tuple[str, ...]
) -> None:
    facts = {
        "household_class": "near_poor", "members": "5", "income_per_person": "1800000", "age": "76",
        "pupil_level": "primary",
    }  # fmt: skip
    answers = {f"{SAID}{fact}": value for fact, value in facts.items()}
    session = Session(language=language, greeted=True, commune="22888", answers=answers)
    world = World(catalogue, ScriptedRanker({}), date(2026, 11, 24))

    turn = step(session, Incoming(HERE, "1", Kind.CHOICE, "my_data", NOW), world)
    text = Renderer(catalogue).render(turn.replies[0], language, world.day).text

    assert [words for words in told if words not in plain(parse(text))] == []


def test_the_button_of_a_second_question_says_so(catalogue: Catalogue) -> None:
    reply = Reply("menu.subjects", {}, (Button("t:social.electricity", "also:social.electricity"),))

    labels = [
        Renderer(catalogue).render(reply, each, date(2026, 11, 24)).buttons[0].label.partition(":") for each in Language
    ]

    topic = catalogue.topics["social.electricity"]
    assert [(begin, label.strip()) for begin, _, label in labels] == [
        ("Bạn còn hỏi", topic.label[Language.VI]),
        ("You also asked", topic.label[Language.EN]),
    ]
