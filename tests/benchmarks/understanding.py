"""How well and how fast questions are understood: `python -m tests.benchmarks.understanding` (some minutes).

Prints the shares of design section 7 by style on a set of questions (`--set dev`, `open` or `sealed`, see
tests/eval/README.md), how large the share of wrong answers may be with 95% certainty, the paired loss without tone
marks, the same by k-fold on the content's own examples (so that nobody tunes to a set alone), latency, and how long the
model takes to build and to read back. Last results: README.md beside this file.
"""

import argparse
import math
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bot.content.load import load
from bot.content.model import examples_of, load_or_train, phrases_of
from bot.core.catalogue import Catalogue
from bot.core.features import Reader
from bot.core.linear import train
from bot.core.ranking import Ranker
from tests.eval.measure import SETS, Asked, Result, count, folds, measure, read, unmarked

CONTENT = Path(__file__).parents[2] / "content"
FOLDS = 5
ROUNDS = 3  # the fastest of some rounds is what the program can do; the others are what the machine was doing
HEAD = f"{'':12}{'n':>5}{'wrong':>8}{'helped':>8}{'right':>8}{'first':>8}{'out':>8}{'other':>8}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.understanding")
    parser.add_argument("--set", choices=SETS, default="dev")
    parser.add_argument("--quick", action="store_true", help="without the k-fold")
    given = parser.parse_args()
    catalogue = load(CONTENT)
    texts = sum(len(each) for each in examples_of(catalogue).values())
    print(f"{len(catalogue.topics)} topics, {texts} texts to learn from")
    ranker = _time_start(catalogue)
    questions = read(given.set)
    print(f"\n{given.set}\n{HEAD}")
    for style in sorted({each.style for each in questions}):
        _print_row(style, measure(ranker, [each for each in questions if each.style == style]))
    whole = measure(ranker, questions)
    _print_row("all", whole)
    print(f"wrong: at most {upper_limit(whole.wrong, whole.in_scope):.1f} with 95% certainty (Wilson)")
    _print_loss(ranker, questions)
    _print_latency(ranker, questions)
    if not given.quick:
        print(f"\n{FOLDS}-fold on the content's examples\n{HEAD}")
        _print_row("held out", _cross_validate(catalogue))


def upper_limit(share: float, number: int) -> float:
    """Upper end of Wilson's 95% interval of a share (per cent) of so many questions."""
    z, p = 1.96, share / 100
    middle, spread = p + z * z / (2 * number), z * math.sqrt(p * (1 - p) / number + z * z / (4 * number * number))
    return 100 * (middle + spread) / (1 + z * z / number)


def _time_start(catalogue: Catalogue) -> Ranker:
    with tempfile.TemporaryDirectory() as folder:
        built, _ = _timed(lambda: load_or_train(catalogue, Path(folder)))
        read, ranker = _timed(lambda: load_or_train(catalogue, Path(folder)))
    print(f"model built in {built:.2f} s, read back in {read:.3f} s")
    return ranker


def _timed(start: Callable[[], Ranker]) -> tuple[float, Ranker]:
    before = time.perf_counter()
    ranker = start()
    return time.perf_counter() - before, ranker


def _print_row(name: str, result: Result) -> None:
    shares = (result.wrong, result.helped, result.answered_right, result.first, result.out_answered, result.other)
    print(f"{name:12}{result.in_scope:5}" + "".join(f"{share:8.1f}" for share in shares))


def _print_loss(ranker: Ranker, questions: Sequence[Asked]) -> None:
    """What the same questions lose without their tone marks; only those that have some."""
    pairs = [(each, bare) for each, bare in zip(questions, unmarked(questions), strict=True) if each.text != bare.text]
    marked, bare = measure(ranker, [each for each, _ in pairs]), measure(ranker, [each for _, each in pairs])
    print(f"\nthe {marked.in_scope} with tone marks, and the same without\n{HEAD}")
    _print_row("with", marked)
    _print_row("without", bare)


def _print_latency(ranker: Ranker, questions: Iterable[Asked]) -> None:
    texts = [each.text for each in questions]
    rounds = []
    for _ in range(ROUNDS):
        took = []
        for text in texts:
            before = time.perf_counter()
            ranker.rank(text)
            took.append(1000 * (time.perf_counter() - before))
        rounds.append(sorted(took))
    best = min(rounds, key=lambda took: took[len(took) // 2])
    print(f"\na question: p50 {best[len(best) // 2]:.2f} ms, p95 {best[int(len(best) * 0.95)]:.2f} ms")


def _cross_validate(catalogue: Catalogue) -> Result:
    asked = {name: topic.examples for name, topic in catalogue.topics.items()} | dict(catalogue.labels)
    reader, ranked = Reader(catalogue.words), []
    for kept, questions in folds(examples_of(catalogue), asked, FOLDS):
        phrases = {label: kept[label] for label in phrases_of(catalogue)}
        ranker = Ranker(train(kept, reader), catalogue.words, phrases)
        ranked += [(each, ranker.rank(each.text)) for each in questions]
    return count(ranked)


if __name__ == "__main__":
    main()
