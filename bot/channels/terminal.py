"""The conversation in a terminal: `bot chat`. Lines in, plain text out, buttons by their number."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bot.core.markup import parse, plain
from bot.core.types import Address, Incoming, Kind, Language, Rendered, RenderedButton
from bot.services.ports import Clock, Intake

HERE: Final = Address("terminal", "local")
PROMPT: Final = "> "


async def chat(
    intake: Intake,
    texts: Callable[[str, Language, Mapping[str, object]], str],
    *,
    read: Callable[[str], str],
    write: Callable[[str], None],
    new_id: Callable[[], str],
    clock: Clock,
    language: Language = Language.VI,
) -> None:
    """Talk until the input ends.

    `read` shows a prompt and returns a line without its end; it raises EOFError (Ctrl-D) or KeyboardInterrupt
    at the end, as `input` does. It may block: nobody else is served meanwhile. `write` prints a text.
    """
    write(texts("terminal.hint", language, {}))
    kind, text = Kind.START, ""
    while True:
        receipt = await intake.take(Incoming(HERE, new_id(), kind, text, clock.now()))
        buttons = tuple(button for reply in receipt.replies for button in reply.buttons)
        write(_spell(receipt.replies))
        try:
            line = read(PROMPT)
            while not line.strip():
                line = read(PROMPT)
        except (EOFError, KeyboardInterrupt):
            write("\n" + texts("terminal.bye", language, {}))
            return
        kind, text = _understand(line, buttons, takes_number=any(reply.takes_number for reply in receipt.replies))


def _spell(replies: Sequence[Rendered]) -> str:
    """Replies one after the other, their buttons counted through."""
    shown, count = [], 0
    for reply in replies:
        labels = [f"[{count + at}] {button.label}" for at, button in enumerate(reply.buttons, start=1)]
        count += len(labels)
        shown.append("\n".join([plain(parse(reply.text)), *labels]))
    return "\n" + "\n\n".join(shown) + "\n"


def _understand(line: str, buttons: Sequence[RenderedButton], *, takes_number: bool) -> tuple[Kind, str]:
    """A number that stands at a button presses it (with its brackets where it may be an answer); all else is text."""
    typed = line.strip()
    number = typed.strip("[]")
    if takes_number and number == typed:
        return Kind.TEXT, line
    if number.isascii() and number.isdigit() and 1 <= int(number) <= len(buttons):
        return Kind.CHOICE, buttons[int(number) - 1].action
    return Kind.TEXT, line
