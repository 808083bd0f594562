"""Is a probability what it says? Confidence of the best topic against the share that is right, in ten steps.

Counted are questions that are ours and those that are not (of these no topic is right), for nobody knows beforehand.
ECE: the mean distance between the two, each step weighted by its questions (expected calibration error).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.ranking import OUT
from bot.core.types import Decision
from bot.core.world import Ranker
from tests.eval.measure import Asked

STEPS: Final = 10
SIZE: Final = 360  # px of a plot's side
EDGE: Final = 50  # px around it
_OF_TOPICS: Final = (Decision.ANSWER, Decision.OFFER, Decision.NONE)


@dataclass(frozen=True, slots=True)
class Step:
    """Questions whose confidence lies in one tenth: how many, their mean confidence and share right (0 to 1)."""

    number: int
    confidence: float
    right: float


def steps(ranker: Ranker, questions: Sequence[Asked]) -> list[Step]:
    """Rank questions; steps without questions are left out."""
    held: list[list[tuple[float, bool]]] = [[] for _ in range(STEPS)]
    for asked in questions:
        ranking = ranker.rank(asked.text)
        if (asked.in_scope or asked.topic == OUT) and ranking.labels and ranking.decision in _OF_TOPICS:
            score = min(ranking.scores[0], 1.0)
            held[min(int(score * STEPS), STEPS - 1)].append((score, ranking.labels[0] in asked.right))
    return [
        Step(len(each), sum(score for score, _ in each) / len(each), sum(right for _, right in each) / len(each))
        for each in held
        if each
    ]


def calibration_error(found: Sequence[Step]) -> float:
    """ECE, 0 to 1."""
    return sum(each.number * abs(each.confidence - each.right) for each in found) / sum(each.number for each in found)


def plot(sets: dict[str, Sequence[Step]]) -> str:
    """An SVG: the diagonal is what should be; a point for each step, larger with more questions."""
    colours = ("#0b6e4f", "#a23b00", "#30408d")
    whole = SIZE + 2 * EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{whole}" font-family="sans-serif" '
        f'font-size="12"><rect width="{whole}" height="{whole}" fill="white"/>',
        f'<rect x="{EDGE}" y="{EDGE}" width="{SIZE}" height="{SIZE}" fill="none" stroke="#999"/>',
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#999" stroke-dasharray="4"/>',
        f'<text x="{whole / 2}" y="{whole - 12}" text-anchor="middle">confidence</text>',
        f'<text x="{EDGE}" y="{EDGE - 12}">share right</text>',
        *_ticks(),
    ]
    for at, (name, found) in enumerate(sets.items()):
        colour = colours[at % len(colours)]
        line = " ".join(f"{_x(each.confidence):.1f},{_y(each.right):.1f}" for each in found)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}"/>')
        parts += [
            f'<circle cx="{_x(each.confidence):.1f}" cy="{_y(each.right):.1f}" r="{2 + each.number**0.5 / 2:.1f}" '
            f'fill="{colour}" fill-opacity="0.6"/>'
            for each in found
        ]
        told = f"{name}: {sum(each.number for each in found)} questions, ECE {calibration_error(found):.3f}"
        parts.append(f'<text x="{EDGE + 12}" y="{EDGE + 20 + 18 * at}" fill="{colour}">{told}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _ticks() -> Iterator[str]:
    for tenth in range(0, STEPS + 1, 2):
        share = tenth / STEPS
        yield f'<text x="{_x(share)}" y="{EDGE + SIZE + 18}" text-anchor="middle">{share:.1f}</text>'
        yield f'<text x="{EDGE - 8}" y="{_y(share) + 4}" text-anchor="end">{share:.1f}</text>'


def _x(share: float) -> float:
    return EDGE + SIZE * share


def _y(share: float) -> float:
    return EDGE + SIZE * (1 - share)
