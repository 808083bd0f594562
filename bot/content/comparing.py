"""What a change would do to understanding: the office's own labelled questions, and examples kept out of training.

`python -m bot.content.comparing BEFORE AFTER`, two content folders, in a process of its own at low priority: it trains
for minutes. Prints JSON lines: {"done": n, "of": m} on the way, {"result": …} at the end.

labelled.tsv, which the office may keep in its content folder: tab-separated, UTF-8, a header with at least `text` and
`topic`; `also` may name further topics that are right, with commas. No example may be one of its questions.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.content.load import load
from bot.content.model import examples_of, ranker_of, reader_of
from bot.core.catalogue import Catalogue
from bot.core.linear import train
from bot.core.ranking import OUT, Ranker
from bot.core.types import Decision

LABELLED: Final = "labelled.tsv"
PARTS: Final = 3  # trainings, each without a third of the examples
COUNTED: Final = ("right", "offered", "wrong", "none")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with the labels that are right for it."""

    text: str
    right: frozenset[str]


def read_labelled(folder: Path) -> list[Labelled]:
    """Read the office's questions; none where it keeps none, and none of a line that says too little."""
    try:
        lines = (folder / LABELLED).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    names = lines[0].split("\t") if lines else []
    rows = [dict(zip(names, line.split("\t"), strict=False)) for line in lines[1:]]
    return [
        Labelled(row["text"], frozenset({row["topic"], *row.get("also", "").split(",")} - {""}))
        for row in rows
        if row.get("text") and row.get("topic")
    ]


def count(ranker: Ranker, questions: Sequence[Labelled]) -> dict[str, int]:
    """How many are answered right, offered among three, answered wrong (also: one that is not ours), or not at all."""
    seen: Counter[str] = Counter()
    for question in questions:
        ranking = ranker.rank(question.text)
        best = frozenset(ranking.labels[:1])
        match ranking.decision:
            case Decision.NONE:
                seen["right" if OUT in question.right else "none"] += 1
            case Decision.OFFER:
                seen["offered" if question.right & set(ranking.labels[:3]) else "none"] += 1
            case _:
                seen["right" if question.right & best else "wrong"] += 1
    return {name: seen[name] for name in COUNTED}


def compare(before: Catalogue, after: Catalogue, labelled: Sequence[Labelled]) -> Iterator[Mapping[str, Any]]:
    """Give steps done, then the result: counts before and after, of both kinds of questions.

    The same examples are asked both times: those of `before`. What is new is learnt, not asked.
    """
    counts: dict[str, dict[str, dict[str, int]]] = {"examples": {}, "labelled": {}}
    sides, done, of = {"before": before, "after": after}, 0, 2 * (PARTS + bool(labelled))
    for side, catalogue in sides.items():
        total: Counter[str] = Counter()
        for part in range(PARTS):
            total.update(count(*_without_part(before, catalogue, part)))
            yield {"done": (done := done + 1), "of": of}
        counts["examples"][side] = {name: total[name] for name in COUNTED}
        if labelled:
            whole = ranker_of(catalogue, train(examples_of(catalogue), reader_of(catalogue)))
            counts["labelled"][side] = count(whole, labelled)
            yield {"done": (done := done + 1), "of": of}
    yield {"result": counts}


def _without_part(asked: Catalogue, learnt: Catalogue, part: int) -> tuple[Ranker, list[Labelled]]:
    """A ranker that never saw this part of the examples of `asked`, and that part as questions."""
    owned = {**{name: topic.examples for name, topic in asked.topics.items()}, **asked.labels}
    held = {label: set(texts[part::PARTS]) for label, texts in owned.items()}
    examples = {
        label: tuple(text for text in texts if text not in held.get(label, ()))
        for label, texts in examples_of(learnt).items()
    }
    questions = [Labelled(text, frozenset({label})) for label in owned for text in sorted(held[label])]
    return ranker_of(learnt, train(examples, reader_of(learnt))), questions


def main(before: Path, after: Path) -> None:
    os.nice(15)  # who asks the bot something comes first
    for told in compare(load(before), load(after), read_labelled(before)):
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
