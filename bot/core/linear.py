"""Multinomial logistic regression over sparse features, trained by going over the examples one by one.

Each feature has a step of its own (AdaGrad: Duchi, Hazan, Singer 2011): what is seen seldom learns as fast as what is
everywhere. A right answer is asked for with less than certainty (SMOOTH): a model that is not pressed to be sure is
sure where it should be. Nothing is drawn by chance: the same examples and words give the same model.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.core.features import WEIGHTS, Block, Reader

Array = NDArray[np.float32]

VERSION: Final = 10  # of the features and the training: a stored model of another version is not used
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
    """Scores texts with a model."""

    def __init__(self, model: Model, reader: Reader) -> None:
        self._model, self._reader = model, reader
        self._places = {feature: at for at, feature in enumerate(model.features)}

    def score(self, text: str) -> Array:
        """Return the probability of each label of the model, in its order. `text` is as `Reader.asked` returns it."""
        at, values = _weighted(self._reader.blocks(text), self._places, self._model.idf)
        logits = values @ self._model.weights[at] + self._model.bias
        return np.asarray(_softmax(logits[None, :] * np.float32(SHARP))[0], dtype=np.float32)


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
        error = _softmax((values @ known + bias)[None, :])[0] - np.float32(SMOOTH / len(held))
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
    """Examples as numbers. `rows` as of `_weighted`, `right` the label of each."""

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
    seen = Counter(feature for text, _ in texts for block in reader.blocks(text).values() for feature in block)
    # A letter group or pair that one example alone has says nothing about another text.
    features = tuple(sorted(name for name, count in seen.items() if count > 1 or name[:2] in ("w ", "k ")))
    idf = np.array([math.log((1 + len(texts)) / (1 + seen[name])) + 1 for name in features], dtype=np.float32)
    places = {feature: at for at, feature in enumerate(features)}
    rows = [_weighted(reader.blocks(text), places, idf) for text, _ in texts]
    return _Learnt(labels, features, idf, rows, np.array([at for _, at in texts], dtype=np.intp))


def _weighted(blocks: Mapping[str, Block], places: Mapping[str, int], idf: Array) -> tuple[NDArray[np.intp], Array]:
    """Places of the known features and their weights: each kind at its weight, the whole of unit length."""
    at: list[int] = []
    counts: list[float] = []
    begins, weights = list[int](), list[float]()  # of each kind that has known features
    for kind, block in blocks.items():
        known = [name for name in block if name in places]
        if known:
            begins.append(len(at))
            weights.append(WEIGHTS[kind])
            at += [places[name] for name in known]
            counts += [block[name] for name in known]
    here, count = np.array(at, dtype=np.intp), np.array(counts)
    if not at:
        return here, count.astype(np.float32)
    weighed = (1 + np.log(np.maximum(count, 1))) * np.minimum(count, 1) * idf[here]
    lengths = np.sqrt(np.add.reduceat(weighed * weighed, begins))
    whole = weighed * np.repeat(np.array(weights) / lengths, np.diff([*begins, len(at)]))
    return here, (whole / np.sqrt(whole @ whole)).astype(np.float32)


def _order(size: int) -> Iterator[int]:
    """Examples in another order each round, neighbours far apart: steps of the golden ratio round a circle."""
    for turn in range(1, ROUNDS + 1):
        yield from np.argsort((np.arange(size) * _GOLDEN * turn) % 1, kind="stable").tolist()


def _softmax(logits: Array) -> Array:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)
