"""Multinomial logistic regression, trained in the dual: one weight per example and label, folded at the end into one
weight per feature and label, so that a question costs a few hundred rows of a small matrix.

Nothing is drawn by chance: the same examples and words give the same model.
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

VERSION: Final = 9  # of the features and the training: a stored model of another version is not used
ROUNDS: Final = 150  # of gradient descent; 100 more change no decision on the dev questions
DECAY: Final = 1e-4  # weight decay
SHARP: Final = 1.6  # factor on the logits, so that a probability is what it says on examples kept out of training
CLOSE: Final = 20.0  # what nearness to the middle of a label's examples counts in a sketch
_WIDTH: Final = 2048  # features at a time: keeps training under some 20 MB beside the kernel


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
    kernel = np.zeros((len(learnt.rows), len(learnt.rows)), dtype=np.float32)
    for part in _parts(learnt.rows, len(learnt.features)):
        kernel += part @ part.T
    dual, bias = _fit(kernel, learnt.target)
    return _model(learnt, dual, bias)


def sketch(examples: Mapping[str, Sequence[str]], reader: Reader) -> Model:
    """Return a model made in a second instead of many: each label is the middle of its examples.

    Good enough to offer topics, not to answer. Raises ValueError as `train` does.
    """
    learnt = _learn(examples, reader)
    middle = learnt.target / learnt.target.sum(axis=0)
    return _model(learnt, CLOSE * middle, np.zeros(len(learnt.labels), dtype=np.float32))


@dataclass(frozen=True, slots=True)
class _Learnt:
    """Examples as numbers. `rows` as of `_weighted`, `target` is examples x labels."""

    labels: tuple[str, ...]
    features: tuple[str, ...]
    idf: Array
    rows: Sequence[tuple[NDArray[np.intp], Array]]
    target: Array


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
    return _Learnt(labels, features, idf, rows, np.eye(len(labels), dtype=np.float32)[[at for _, at in texts]])


def _model(learnt: _Learnt, dual: Array, bias: Array) -> Model:
    """Fold one weight per example and label into one per feature and label."""
    weights = np.concatenate([part.T @ dual for part in _parts(learnt.rows, len(learnt.features))])
    return Model(learnt.labels, learnt.features, learnt.idf, weights[: len(learnt.features)], bias)


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


def _parts(rows: Sequence[tuple[NDArray[np.intp], Array]], width: int) -> Iterator[Array]:
    """The examples as a dense matrix, a stretch of its columns at a time."""
    row = np.repeat(np.arange(len(rows)), [len(at) for at, _ in rows])
    column = np.concatenate([at for at, _ in rows])
    value = np.concatenate([values for _, values in rows])
    order = np.argsort(column, kind="stable")
    row, column, value = row[order], column[order], value[order]
    for start in range(0, width, _WIDTH):
        low, high = np.searchsorted(column, (start, start + _WIDTH))
        part = np.zeros((len(rows), min(_WIDTH, width - start)), dtype=np.float32)
        part[row[low:high], column[low:high] - start] = value[low:high]
        yield part


def _fit(kernel: Array, target: Array) -> tuple[Array, Array]:
    """Gradient descent with momentum. A label with many examples weighs less for each of them."""
    share = target.sum(axis=0)
    weight = np.sqrt(share.mean() / share)[target.argmax(axis=1)][:, None].astype(np.float32)
    size = np.float32(len(target))
    dual, bias = np.zeros_like(target), np.zeros(target.shape[1], dtype=np.float32)
    speed, push = np.zeros_like(dual), np.zeros_like(bias)
    for _ in range(ROUNDS):
        error = (_softmax(kernel @ dual + bias) - target) * weight
        speed = np.float32(0.9) * speed - np.float32(0.25) * (error + np.float32(DECAY) * size * dual)
        push = np.float32(0.9) * push - np.float32(0.5) / size * error.sum(axis=0)
        dual, bias = dual + speed, bias + push
    return dual, bias


def _softmax(logits: Array) -> Array:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)
