"""The mini markup of every text: paragraphs, lines, lists, **bold**, [words](https://…). One tree, many writers.

`\\` before a sign takes its meaning away; `escape` does so for values, so that none can become markup.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_SIGNS: Final = re.compile(r"([\\*\[\]()_`#>-])")
_TOKEN: Final = re.compile(
    r"\\(?P<escaped>[\\*\[\]()_`#>-])"
    r"|(?P<bold>\*\*)"
    r"|\[(?P<words>(?:\\.|[^\]\\])+)\]\((?P<target>(?:https?://|tel:)[^\s()]+)\)"
)
_ITEM: Final = re.compile(r"\s*- +")


@dataclass(frozen=True, slots=True)
class Span:
    """Words of one kind: plain, bold, or a link (`target` is an address)."""

    text: str
    bold: bool = False
    target: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each item is one line."""

    items: tuple[Line, ...]


Block = Paragraph | Items


def escape(text: str) -> str:
    """Return text that reads as itself wherever it is put into markup. Line breaks become spaces."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split("\n")))


def parse(text: str) -> tuple[Block, ...]:
    """Read markup. Raises nothing: what is no markup is text."""
    blocks: list[Block] = []
    for chunk in re.split(r"\n[ \t]*\n", text.replace("\r", "")):
        _read_chunk([line.strip() for line in chunk.split("\n") if line.strip()], blocks)
    return tuple(blocks)


def plain(blocks: tuple[Block, ...]) -> str:
    """Write for a terminal: links as words (address), list items with a dot."""
    parts = []
    for block in blocks:
        match block:
            case Paragraph(lines):
                parts.append("\n".join(_plain_line(line) for line in lines))
            case Items(items):
                parts.append("\n".join(f"• {_plain_line(line)}" for line in items))
    return "\n\n".join(parts)


def _read_chunk(lines: list[str], blocks: list[Block]) -> None:
    """A chunk between empty lines: runs of list items and runs of other lines."""
    run: list[Line] = []
    in_list = False
    for line in lines:
        item = _ITEM.match(line)
        if run and bool(item) != in_list:
            blocks.append(Items(tuple(run)) if in_list else Paragraph(tuple(run)))
            run = []
        in_list = bool(item)
        run.append(tuple(_spans(line[item.end() :] if item else line)))
    if run:
        blocks.append(Items(tuple(run)) if in_list else Paragraph(tuple(run)))


def _spans(line: str) -> Iterator[Span]:
    """Cut a line into spans. A lone ** is text."""
    bold, held, at = False, "", 0
    pairs = len([token for token in _TOKEN.finditer(line) if token["bold"]]) // 2 * 2
    for token in _TOKEN.finditer(line):
        held += line[at : token.start()]
        at = token.end()
        if token["escaped"]:
            held += token["escaped"]
        elif token["target"]:
            if held:
                yield Span(held, bold)
            held = ""
            yield Span(re.sub(r"\\(.)", r"\1", token["words"]), bold, token["target"])
        elif pairs:
            pairs -= 1
            if held:
                yield Span(held, bold)
            held, bold = "", not bold
        else:
            held += "**"
    held += line[at:]
    if held:
        yield Span(held, bold)


def _plain_line(line: Line) -> str:
    return "".join(f"{span.text} ({span.target})" if span.target else span.text for span in line)
