"""Multinomial logistic regression over sparse features, trained by going over the examples one by one.

Each feature has a step of its own (AdaGrad: Duchi, Hazan, Singer 2011): what is seen seldom learns as fast as what is
everywhere. A right answer is asked for with less than certainty (SMOOTH): a model that is not pressed to be sure is
sure where it should be. Nothing is drawn by chance: the same examples and words give the same model.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.core.features import WEIGHTS, Block, Reader, letter_groups
from bot.core.mistyping import mistyped

Array = NDArray[np.float32]
Known = Mapping[str, tuple[int, float]]  # feature: its place and its idf

VERSION: Final = 14  # of the features and the training: a stored model of another version is not used
ROUNDS: Final = 10  # over all examples
STEP: Final = 0.4
CALM: Final = 0.01  # what a feature is taken to have moved already: bounds its first step
BIAS_STEP: Final = 0.02
SMOOTH: Final = 0.2  # share of a right answer that is spread over all labels
SHARP: Final = 1.6  # factor on the logits, so that a probability is what it says on examples kept out of training
CLOSE: Final = 20.0  # what nearness to the middle of a label's examples counts in a sketch
_GOLDEN: Final = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, slots=True)
class Model:
    """Arrays and words only, so that it can be stored and read back. `weights` is features x labels."""

    labels: tuple[str, ...]
    features: tuple[str, ...]
    idf: Array
    weights: Array
    bias: Array


class Scorer:
    """Scores texts with a model. What the letters of a word say is remembered by word: most words come again."""

    def __init__(self, model: Model, reader: Reader) -> None:
        self._model, self._reader = model, reader
        self._known = _known(model.features, model.idf)
        self._letters_of = lru_cache(maxsize=8192)(self._told_by_letters)

    def score(self, text: str, expanded: Sequence[str] = ()) -> Array:
        """Return the probability of each label of the model, in its order. Both arguments are as of `Reader.blocks`."""
        blocks = self._reader.blocks(text, expanded)
        at, values, size = _weighed(blocks, self._known)
        logits = np.array(values, dtype=np.float32) @ self._model.weights[at]
        told = [(self._letters_of(word), count) for word, count in blocks["letters"].items()]
        square = sum(count * count * each for (_, each), count in told)
        if square:
            counts = np.array([count for _, count in told], dtype=np.float32)
            logits += counts @ np.array([vector for (vector, _), _ in told]) * (WEIGHTS["letters"] / math.sqrt(square))
            size += WEIGHTS["letters"] ** 2
        return _softmax((logits / math.sqrt(size or 1.0) + self._model.bias) * SHARP)

    def _told_by_letters(self, word: str) -> tuple[Array, float]:
        """What the letter groups of a word add to each label, and the square of their length."""
        at, values = _letters(word, self._known)
        return np.array(values, dtype=np.float32) @ self._model.weights[at], sum(value * value for value in values)


def train(examples: Mapping[str, Sequence[str]], reader: Reader) -> Model:
    """Train on examples by label; labels without examples are left out.

    Raises ValueError without two labels that have examples.
    """
    learnt = _learn(examples, reader)
    right = learnt.right
    held = np.bincount(right, minlength=len(learnt.labels))
    # A label with many examples weighs less for each of them.
    weight = np.sqrt(held.mean() / held)[right].astype(np.float32)
    weights = np.zeros((len(learnt.features), len(learnt.labels)), dtype=np.float32)
    bias = np.zeros(len(learnt.labels), dtype=np.float32)
    moved = np.full(len(learnt.features), CALM, dtype=np.float32)
    for at in _order(len(right)):
        here, values = learnt.rows[at]
        known = weights[here]
        error = _softmax(values @ known + bias) - np.float32(SMOOTH / len(held))
        error[right[at]] -= np.float32(1 - SMOOTH)
        error *= weight[at]
        moved[here] += values * values * (error @ error)
        weights[here] = known - (np.float32(STEP) * values / np.sqrt(moved[here]))[:, None] * error
        bias -= np.float32(BIAS_STEP) * error
    return Model(learnt.labels, learnt.features, learnt.idf, weights, bias)


def sketch(examples: Mapping[str, Sequence[str]], reader: Reader) -> Model:
    """Return a model made in a second instead of many: each label is the middle of its examples.

    Good enough to offer topics, not to answer. Raises ValueError as `train` does.
    """
    learnt = _learn(examples, reader)
    held = np.bincount(learnt.right, minlength=len(learnt.labels))
    weights = np.zeros((len(learnt.features), len(learnt.labels)), dtype=np.float32)
    for (here, values), label in zip(learnt.rows, learnt.right, strict=True):
        weights[here, label] += values * np.float32(CLOSE / held[label])
    return Model(learnt.labels, learnt.features, learnt.idf, weights, np.zeros(len(learnt.labels), dtype=np.float32))


@dataclass(frozen=True, slots=True)
class _Learnt:
    """Examples as numbers. `rows` as of `_row`, `right` the label of each."""

    labels: tuple[str, ...]
    features: tuple[str, ...]
    idf: Array
    rows: Sequence[tuple[NDArray[np.intp], Array]]
    right: NDArray[np.intp]


def _learn(examples: Mapping[str, Sequence[str]], reader: Reader) -> _Learnt:
    labels = tuple(sorted(label for label, texts in examples.items() if texts))
    if len(labels) < 2:
        raise ValueError("two labels with examples are needed to tell them apart")
    texts = [(reader.asked(text), at) for at, label in enumerate(labels) for text in examples[label]]
    # Read twice: the features of all texts at once would take more memory than everything else here.
    seen = Counter(feature for text, _ in texts for feature in _features(reader.blocks(text)))
    # A letter group or pair that one example alone has says nothing about another text.
    features = tuple(sorted(name for name, count in seen.items() if count > 1 or name[:2] in ("w ", "k ")))
    idf = np.array([math.log((1 + len(texts)) / (1 + seen[name])) + 1 for name in features], dtype=np.float32)
    known = _known(features, idf)
    texts += [(mistyped(text), at) for text, at in texts]
    rows = [_row(reader.blocks(text), known) for text, _ in texts]
    return _Learnt(labels, features, idf, rows, np.array([at for _, at in texts], dtype=np.intp))


def _known(features: Sequence[str], idf: Array) -> Known:
    return {name: (at, weight) for at, (name, weight) in enumerate(zip(features, idf.tolist(), strict=True))}


def _features(blocks: Mapping[str, Block]) -> set[str]:
    """Every feature of a text, once."""
    plain = (name for kind, block in blocks.items() if kind != "letters" for name in block)
    return {*plain, *(group for word in blocks["letters"] for group in letter_groups(word))}


def _row(blocks: Mapping[str, Block], known: Known) -> tuple[NDArray[np.intp], Array]:
    """Places of the known features of a text and their weights: what `Scorer.score` adds up in another order."""
    at, values, size = _weighed(blocks, known)
    letters = [(_letters(word, known), count) for word, count in blocks["letters"].items()]
    square = sum(count * count * value * value for (_, each), count in letters for value in each)
    if square:
        scale = WEIGHTS["letters"] / math.sqrt(square)
        at += [place for (places, _), _ in letters for place in places]
        values += [scale * count * value for (_, each), count in letters for value in each]
        size += WEIGHTS["letters"] ** 2
    here, which = np.unique(np.array(at, dtype=np.intp), return_inverse=True)
    whole = np.bincount(which, weights=values, minlength=len(here)) / math.sqrt(size or 1.0)
    return here, whole.astype(np.float32)


def _weighed(blocks: Mapping[str, Block], known: Known) -> tuple[list[int], list[float], float]:
    """Places and weights of all known features but the letters, each kind at its weight, and the square of that all."""
    at: list[int] = []
    values: list[float] = []
    size = 0.0
    for kind, block in blocks.items():
        if kind == "letters":
            continue
        begin, square = len(at), 0.0
        for name, count in block.items():
            found = known.get(name)
            if found is not None:
                value = count * found[1]
                at.append(found[0])
                values.append(value)
                square += value * value
        if square:
            scale = WEIGHTS[kind] / math.sqrt(square)
            values[begin:] = [value * scale for value in values[begin:]]
            size += WEIGHTS[kind] ** 2
    return at, values, size


def _letters(word: str, known: Known) -> tuple[list[int], list[float]]:
    """Places of the known letter groups of a word and what each of them weighs."""
    found = [known[group] for group in letter_groups(word) if group in known]
    return [at for at, _ in found], [weight for _, weight in found]


def _order(size: int) -> Iterator[int]:
    """Examples in another order each round, neighbours far apart: steps of the golden ratio round a circle."""
    for turn in range(1, ROUNDS + 1):
        yield from np.argsort((np.arange(size) * _GOLDEN * turn) % 1, kind="stable").tolist()


def _softmax(logits: Array) -> Array:
    raised = np.exp(logits - logits.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)
