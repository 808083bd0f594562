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
GAP: Final = 2  # units between two lines, at most: an empty line

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
    """Write for a terminal: links as words (address), telephone numbers as they are, list items with a dot."""
    parts = []
    for block in blocks:
        match block:
            case Paragraph(lines):
                parts.append("\n".join(_plain_line(line) for line in lines))
            case Items(items):
                parts.append("\n".join(f"• {_plain_line(line)}" for line in items))
    return "\n\n".join(parts)


def split(text: str, longest: int) -> tuple[str, ...]:
    """Cut markup into pieces that read as at most `longest` UTF-16 units each (what Telegram counts).

    Cuts fall between paragraphs, else between lines, else between words. `longest` must hold a single word.
    """
    if units(text) + text.count("\n") <= longest:  # a list after a line is read with an empty line between them
        return (text,)
    pieces: list[str] = []
    piece, room = "", longest
    for block in parse(text):
        lines = [part for line in _lines_of(block) for part in _cut(line, longest)]
        whole = sum(size + GAP for _, size in lines)
        if piece and whole > room and whole <= longest:
            pieces.append(piece)
            piece, room = "", longest
        gap = "\n\n"
        for line, size in lines:
            if piece and size + GAP > room:
                pieces.append(piece)
                piece, room = "", longest
            piece, room, gap = f"{piece}{gap}{line}" if piece else line, room - size - GAP, "\n"
    return (*pieces, piece) if piece else tuple(pieces)


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _lines_of(block: Block) -> Iterator[tuple[str, Line]]:
    """Each line with what stands before it."""
    match block:
        case Paragraph(lines):
            yield from (("", line) for line in lines)
        case Items(items):
            yield from (("- ", item) for item in items)


def _cut(marked: tuple[str, Line], longest: int) -> Iterator[tuple[str, int]]:
    """Write a line as markup, with its length as read; in several lines where it is too long for one."""
    mark, line = marked
    held, size = mark, len(mark)
    for span in line:
        fits = size + units(span.text) <= longest
        for word in [span.text] if fits else re.findall(r"\s*\S+|\s+", span.text):
            if held != mark and size + units(word) > longest:
                yield held.replace("****", ""), size  # bold words side by side are one bold run
                held, size = "", 0
            told = word if held else word.lstrip()
            held, size = held + _write_span(Span(told, span.bold, span.target)), size + units(told)
    yield held.replace("****", ""), size


def _write_span(span: Span) -> str:
    words = escape(span.text)
    if span.target:
        words = f"[{words}]({span.target})"
    return f"**{words}**" if span.bold else words


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
    if not _TOKEN.search(line):  # nearly every line
        yield Span(line)
        return
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
            words, target = (re.sub(r"\\(.)", r"\1", token[part]) for part in ("words", "target"))
            yield Span(words, bold, target)
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
    return "".join(f"{span.text} ({span.target})" if span.target.startswith("http") else span.text for span in line)
