"""How well questions are understood: the shares of design section 7. Used by tests/benchmarks/understanding.py."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.core.ranking import OUT, Ranker
from bot.core.text import strip_marks
from bot.core.types import Decision, Ranking

# dev was there first; open was written for choosing thresholds, decided for deciding, sealed for the next time
# (README.md beside this file).
SETS = ("dev", "open", "decided", "sealed")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the labels that are right for it; `right` holds `topic` and `also`."""

    id: str
    text: str
    topic: str
    right: frozenset[str]
    style: str

    @property
    def in_scope(self) -> bool:
        return "." in self.topic and not self.topic.startswith(("smalltalk.", "handoff."))


@dataclass(frozen=True, slots=True)
class Result:
    """Shares in per cent; of in-scope questions but for `out_answered` (of those out of scope) and `other`."""

    in_scope: int
    wrong: float  # answered outright but wrong, or taken for small talk or a wish for a person
    helped: float  # answered right, or right among the three offered
    answered_right: float
    first: float  # best label right
    out_answered: float
    other: float  # small talk, wishes for a person and distress that were understood as such


def read(name: str) -> list[Asked]:
    """Read one of SETS."""
    file = Path(__file__).with_name(f"questions-{name}.tsv")
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [
        Asked(
            row["id"],
            row["text"],
            row["topic"],
            frozenset({row["topic"], *row["also"].split(",")} - {""}),
            row["style"],
        )
        for row in rows
    ]


def unmarked(questions: Iterable[Asked]) -> list[Asked]:
    """The same questions as a phone without tone marks types them."""
    return [Asked(each.id, strip_marks(each.text), each.topic, each.right, each.style) for each in questions]


def folds(
    examples: Mapping[str, Sequence[str]], asked: Mapping[str, Sequence[str]], k: int
) -> Iterable[tuple[dict[str, list[str]], list[Asked]]]:
    """Cut `asked` into k parts by turns: each time the examples without a part, and the part as questions.

    Texts of `examples` that are not in `asked` (a topic's label, its answer) stay in every training.
    """
    for part in range(k):
        held = {label: set(texts[part::k]) for label, texts in asked.items()}
        kept = {label: [text for text in texts if text not in held.get(label, ())] for label, texts in examples.items()}
        questions = [
            Asked(f"{label}#{at}", text, label, frozenset({label}), "held out")
            for label, texts in held.items()
            for at, text in enumerate(sorted(texts))
        ]
        yield kept, questions


def measure(ranker: Ranker, questions: Iterable[Asked]) -> Result:
    """Rank every question and count."""
    return count([(asked, ranker.rank(asked.text)) for asked in questions])


def count(ranked: Sequence[tuple[Asked, Ranking]]) -> Result:
    seen: Counter[str] = Counter()
    for asked, ranking in ranked:
        seen.update(_marks(asked, ranking))
    inside, outside, other = max(seen["in"], 1), max(seen["out"], 1), max(seen["other"], 1)
    return Result(
        in_scope=seen["in"],
        wrong=100 * seen["wrong"] / inside,
        helped=100 * (seen["right"] + seen["offered"]) / inside,
        answered_right=100 * seen["right"] / inside,
        first=100 * seen["first"] / inside,
        out_answered=100 * seen["out answered"] / outside,
        other=100 * seen["other right"] / other,
    )


def _marks(asked: Asked, ranking: Ranking) -> Iterable[str]:
    """What one ranking counts as."""
    best = ranking.labels[0] if ranking.labels else ""
    if asked.topic == OUT:
        yield "out"
        if ranking.decision is Decision.ANSWER:
            yield "out answered"
    elif not asked.in_scope:
        yield "other"
        if best == asked.topic:
            yield "other right"
    else:
        yield "in"
        if best in asked.right:
            yield "first"
        if ranking.decision is Decision.ANSWER:
            yield "right" if best in asked.right else "wrong"
        elif ranking.decision in (Decision.SMALLTALK, Decision.HANDOVER):
            yield "wrong"
        elif ranking.decision is Decision.OFFER and asked.right & set(ranking.labels[:3]):
            yield "offered"
