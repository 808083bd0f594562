"""`bot chat`: what is typed reaches the intake, what it answers is printed."""

from collections.abc import Callable, Iterator, Mapping

from bot.channels.terminal import chat
from bot.core.types import Incoming, Kind, Language, Rendered, RenderedButton
from tests.channels.webchat_stand import FakeClock, Talk, answer


def keyboard(*lines: str) -> Callable[[str], str]:
    """Type these lines, then Ctrl-D."""
    waiting: Iterator[str] = iter(lines)

    def read(_prompt: str) -> str:
        for line in waiting:
            return line
        raise EOFError

    return read


def key_only(key: str, _language: Language, _params: Mapping[str, object]) -> str:
    return key


async def talk_through(
    *lines: str, rule: Callable[[Incoming], tuple[Rendered, ...]] = answer
) -> tuple[Talk, list[str]]:
    talk, printed = Talk(FakeClock(), rule), []
    ids = iter(f"id{n}" for n in range(100))
    await chat(talk, key_only, read=keyboard(*lines), write=printed.append, new_id=lambda: next(ids), clock=FakeClock())
    return talk, printed


async def test_a_typed_line_is_a_question_and_its_answer_is_printed_without_markup() -> None:
    talk, printed = await talk_through("nhà tôi cận nghèo")

    assert [(each.kind, each.text) for each in talk.taken] == [(Kind.START, ""), (Kind.TEXT, "nhà tôi cận nghèo")]
    assert "ít nhất 70%" in printed[-2]
    assert "**" not in printed[-2]


async def test_a_number_presses_the_button_it_stands_at() -> None:
    talk, printed = await talk_through("nhà tôi cận nghèo", "1")

    assert "[1] Cần giấy gì?" in printed[2]
    assert (talk.taken[-1].kind, talk.taken[-1].text) == (Kind.CHOICE, "p:health.near_poor_subsidy:papers")


async def test_a_number_without_a_button_is_text() -> None:
    talk, _ = await talk_through("nhà tôi cận nghèo", "9")

    assert (talk.taken[-1].kind, talk.taken[-1].text) == (Kind.TEXT, "9")


async def test_where_a_number_may_be_the_answer_a_button_is_pressed_with_its_brackets() -> None:
    def ask(_event: Incoming) -> tuple[Rendered, ...]:
        return (Rendered("Mấy tuổi?", (RenderedButton("Không biết", "e:dk:age"),), takes_number=True),)

    talk, _ = await talk_through("1", "[1]", rule=ask)

    assert [(each.kind, each.text) for each in talk.taken[1:]] == [(Kind.TEXT, "1"), (Kind.CHOICE, "e:dk:age")]


async def test_an_empty_line_is_no_event() -> None:
    talk, _ = await talk_through("", "   ")

    assert len(talk.taken) == 1


async def test_the_end_of_input_is_a_goodbye() -> None:
    _, printed = await talk_through()

    assert printed[-1].strip() == "terminal.bye"


async def test_every_event_has_an_id_of_its_own() -> None:
    talk, _ = await talk_through("a", "a")

    assert len({each.event_id for each in talk.taken}) == 3
