"""Which figures stay visible. A figure carries invisible markers through the template: a shown one may name its
source afterwards; one without a firm value takes its whole block (a paragraph or a list item) with it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

_MARK: Final = re.compile("([\x01\x02])([0-9]+)\x03")
_EMPTY_LINE: Final = re.compile(r"\n[ \t]*\n")
_ITEM: Final = "- "


def shown(number: int) -> str:
    """The marker of a figure that is said."""
    return f"\x01{number}\x03"


def missing(number: int) -> str:
    """The marker of a figure that has no firm value."""
    return f"\x02{number}\x03"


@dataclass(frozen=True, slots=True)
class Settled:
    """Text without markers, and the numbers of the figures that stayed visible, in reading order."""

    text: str
    visible: tuple[int, ...]


def settle(text: str, instead: Callable[[tuple[int, ...]], str]) -> Settled:
    """Replace each block that misses a figure by what `instead` says of the missing ones ("" = nothing).

    Neighbouring blocks that miss figures are replaced together.
    """
    chunks: list[str] = []
    visible: list[int] = []
    for chunk in _EMPTY_LINE.split(text.replace("\r", "")):
        kept = [_replace(block, visible, instead) for block in _joined(_blocks(chunk))]
        said = "\n".join(block for block in kept if block)
        if said:
            chunks.append(said)
    return Settled("\n\n".join(chunks), tuple(dict.fromkeys(visible)))


def _replace(block: str, visible: list[int], instead: Callable[[tuple[int, ...]], str]) -> str:
    gone = _numbers(block, "\x02")
    if not gone:
        visible.extend(_numbers(block, "\x01"))
        return _MARK.sub("", block)
    said = instead(gone)
    return f"{_ITEM}{said}" if said and block.startswith(_ITEM) else said


def _blocks(chunk: str) -> Iterable[str]:
    """List items, and runs of the other lines between them."""
    run: list[str] = []
    for line in (line.strip(" \t") for line in chunk.split("\n")):
        if line.startswith(_ITEM):
            if run:
                yield "\n".join(run)
            run = []
            yield line
        elif line:
            run.append(line)
    if run:
        yield "\n".join(run)


def _joined(blocks: Iterable[str]) -> Iterable[str]:
    """Neighbours of one kind that both miss a figure as one block."""
    held = ""
    for block in blocks:
        alike = held.startswith(_ITEM) == block.startswith(_ITEM)
        if held and alike and "\x02" in held and "\x02" in block:
            held = f"{held}\n{block}"
            continue
        if held:
            yield held
        held = block
    if held:
        yield held


def _numbers(block: str, kind: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(number) for mark, number in _MARK.findall(block) if mark == kind))
