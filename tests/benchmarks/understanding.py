"""How well and how fast questions are understood: `python -m tests.benchmarks.understanding` (a minute or two).

Prints the shares of design section 7 by style on a set of questions (`--set dev`, `open`, `decided` or `sealed`, see
tests/eval/README.md), how large the share of wrong answers may be with 95% certainty, the paired loss without tone
marks, the same by k-fold on the content's own examples (so that nobody tunes to a set alone), latency, and how long the
model takes to build and to read back. On dev and open together: `--stability`, the same questions otherwise typed or
asked elsewhere; `--pairs`, two questions in one message; `--plot FILE.svg`, confidence against share right. Last
results: README.md beside this file.
"""

import argparse
import math
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from bot.content.load import load
from bot.content.model import examples_of, load_or_train, ranker_of, reader_of
from bot.core.catalogue import Catalogue
from bot.core.linear import train
from bot.core.ranking import Ranker
from bot.core.types import Decision
from tests.benchmarks.reliability import calibration_error, plot, steps
from tests.benchmarks.stability import stability, ways
from tests.eval.measure import SETS, Asked, Result, count, folds, measure, read, unmarked
from tests.eval.pairs import pairs

CONTENT = Path(__file__).parents[2] / "content"
FOLDS = 5
LOOKED_AT = ("dev", "open")  # sets that may be looked at while building
ROUNDS = 3  # the fastest of some rounds is what the program can do; the others are what the machine was doing
HEAD = f"{'':12}{'n':>5}{'wrong':>8}{'helped':>8}{'right':>8}{'first':>8}{'out':>8}{'other':>8}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.understanding")
    parser.add_argument("--set", choices=SETS, default="dev")
    parser.add_argument("--quick", action="store_true", help="without the k-fold")
    parser.add_argument("--stability", action="store_true", help="dev and open, otherwise typed or asked elsewhere")
    parser.add_argument("--pairs", action="store_true", help="dev and open, two questions in one message")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="dev and open, confidence against share right")
    given = parser.parse_args()
    catalogue = load(CONTENT)
    texts = sum(len(each) for each in examples_of(catalogue).values())
    print(f"{len(catalogue.topics)} topics, {texts} texts to learn from")
    ranker = _time_start(catalogue)
    if given.stability or given.pairs or given.plot:
        if given.stability:
            _print_stability(ranker, catalogue)
        if given.pairs:
            _print_pairs(ranker)
        if given.plot:
            _plot(ranker, given.plot)
        return
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


def _print_stability(ranker: Ranker, catalogue: Catalogue) -> None:
    questions = [each for name in LOOKED_AT for each in read(name)]
    print(f"\n{'':16}{'touched':>8}{'changed':>9}")
    for name, change in ways(catalogue.places).items():
        found = stability(ranker, questions, change)
        print(f"{name:16}{found.asked:8}{found.changed:8.1f}%")


def _print_pairs(ranker: Ranker) -> None:
    """How often both questions of a message are heard, and how often one question is taken for two."""
    heard, offered, messages = 0, 0, list(pairs())
    for text, first, second in messages:
        ranking = ranker.rank(text)
        best = ranking.labels[:2]
        heard += bool(ranking.second) and any(a in first and b in second for a, b in (best, best[::-1]))
        offered += ranking.decision is Decision.OFFER and all(
            right & {*ranking.labels[:3]} for right in (first, second)
        )
    print(f"\n{len(messages)} pairs: both heard in {heard}, both offered in {offered}")
    asked = [each for name in LOOKED_AT for each in read(name)]
    two = [(each, ranking) for each in asked if (ranking := ranker.rank(each.text)).second]
    false = [each for each, ranking in two if not set(ranking.labels[:2]) <= each.right]
    print(f"{len(asked)} questions: {len(two)} taken for two, {len(false)} of them falsely")
    for each in false:
        print(f"  {each.id} {each.text}")


def _plot(ranker: Ranker, file: Path) -> None:
    found = {name: steps(ranker, read(name)) for name in LOOKED_AT}
    file.write_text(plot(found), encoding="utf-8")
    for name, each in found.items():
        print(f"{name}: ECE {calibration_error(each):.3f}")
    print(f"plot: {file}")


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
            before = time.thread_time()  # of this thread alone: others share the machine
            ranker.rank(text)
            took.append(1000 * (time.thread_time() - before))
        rounds.append(sorted(took))
    best = min(rounds, key=lambda took: took[len(took) // 2])
    print(f"\na question, processor time: p50 {best[len(best) // 2]:.2f} ms, p95 {best[int(len(best) * 0.95)]:.2f} ms")


def _cross_validate(catalogue: Catalogue) -> Result:
    asked = {name: topic.examples for name, topic in catalogue.topics.items()} | dict(catalogue.labels)
    reader, ranked = reader_of(catalogue), []
    for kept, questions in folds(examples_of(catalogue), asked, FOLDS):
        labels = {label: tuple(kept[label]) for label in catalogue.labels}
        ranker = ranker_of(replace(catalogue, labels=labels), train(kept, reader))
        ranked += [(each, ranker.rank(each.text)) for each in questions]
    return count(ranked)


if __name__ == "__main__":
    main()
