"""The mini markup as Telegram's HTML, and buttons as an inline keyboard. Every word is escaped here, once."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, Final

from bot.core.markup import Block, Items, Line, Paragraph, Span, parse
from bot.core.types import RenderedButton

LONGEST: Final = 4096  # UTF-16 units of a text as it is read (core.telegram.org/bots/api#sendmessage)
SHORT: Final = 16  # characters of a label: two of them stand side by side on a small phone


def write(text: str) -> str:
    """Return `text` of the mini markup as HTML: `<b>`, `<a>`, lines and dots. Raises nothing."""
    return "\n\n".join(_block(block) for block in parse(text))


def keyboard(buttons: Sequence[RenderedButton]) -> dict[str, Any] | None:
    """Return the buttons in rows, as Telegram's InlineKeyboardMarkup; None for none."""
    return {"inline_keyboard": list(_rows(buttons))} if buttons else None


def _rows(buttons: Sequence[RenderedButton]) -> Iterator[tuple[dict[str, str], ...]]:
    waiting: tuple[dict[str, str], ...] = ()
    for button in buttons:
        made = {"text": button.label, "callback_data": button.action}
        if len(button.label) > SHORT:
            yield from filter(None, [waiting])
            yield (made,)
            waiting = ()
        elif waiting:
            yield (*waiting, made)
            waiting = ()
        else:
            waiting = (made,)
    yield from filter(None, [waiting])


def _block(block: Block) -> str:
    match block:
        case Paragraph(lines):
            return "\n".join(_line(line) for line in lines)
        case Items(items):
            return "\n".join(f"• {_line(item)}" for item in items)


def _line(line: Line) -> str:
    return "".join(_span(span) for span in line)


def _span(span: Span) -> str:
    words = escape(span.text, quote=False)
    if span.target.startswith("http"):  # Telegram makes a link of a telephone number by itself
        words = f'<a href="{escape(span.target)}">{words}</a>'
    return f"<b>{words}</b>" if span.bold else words
