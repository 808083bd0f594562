"""Text to ranked topics: multinomial logistic regression over hashed words and letter groups of folded text.

Trained in the dual (one weight per example and label), then folded into one weight per feature and label, so that a
question costs some two hundred rows of a small matrix. Same examples, same words: same model; nothing is random.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.core.catalogue import Words
from bot.core.text import fold, has_marks, is_syllable, sentences, untelex
from bot.core.types import Decision, Language, Ranking

Array = NDArray[np.float32]

VERSION: Final = 4  # of the features and the training: a cached model of another version is not used
SIZE: Final = 1 << 14  # hashed features
ROUNDS: Final = 300  # of gradient descent
DECAY: Final = 5e-5  # weight decay
SHARP: Final = 2.0  # multiplies the logits before they become probabilities

ANSWER_AT: Final = 0.8  # a figure told for the wrong class is the worst outcome: sure, or ask back
MARGIN: Final = 0.35  # between the first and the second
OFFER_AT: Final = 0.05  # the first topic; below, nobody is offered three wrong buttons
OTHER_AT: Final = 0.5  # small talk, "a person, please", distress
OUT_AT: Final = 0.8  # out of scope: a household turned away wrongly is lost
LONG: Final = 22  # words from which sentences are scored one by one as well

SMALLTALK: Final = "smalltalk."
HANDOVER: Final = "handoff.human"
OUT: Final = "out_of_scope"
DISTRESS: Final = "distress"


@dataclass(frozen=True, slots=True)
class Model:
    """Arrays only, so that it can be stored and read back. `weights` is features x labels."""

    labels: tuple[str, ...]
    weights: Array
    idf: Array
    bias: Array
    syllables: frozenset[str]


def train(examples: Mapping[str, Sequence[str]], words: Words) -> Model:
    """Train on examples by label. Raises ValueError without two labels that have examples."""
    labels = tuple(sorted(label for label, texts in examples.items() if texts))
    if len(labels) < 2:
        raise ValueError("two labels with examples are needed to tell them apart")
    texts = [(text, at) for at, label in enumerate(labels) for text in examples[label]]
    counts = [_features(text, words) for text, _ in texts]
    idf = _idf(counts)
    rows = np.zeros((len(texts), SIZE), dtype=np.float32)
    for row, features in zip(rows, counts, strict=True):
        at, values = _weighted(features, idf)
        np.add.at(row, at, values)
    target = np.zeros((len(texts), len(labels)), dtype=np.float32)
    target[np.arange(len(texts)), [at for _, at in texts]] = 1
    dual, bias = _fit(rows @ rows.T, target)
    syllables = frozenset(word for text, _ in texts if not _looks_english(text) for word in fold(text).split())
    return Model(labels, (rows.T @ dual).astype(np.float32), idf, bias, syllables)


class Ranker:
    """Ranks with a model: lists and distress first, then the model, then a decision by what a mistake costs."""

    def __init__(self, model: Model, words: Words, exact: Mapping[str, str]) -> None:
        """`exact` maps folded whole messages to a label (greetings, thanks, "a person, please")."""
        self._model, self._words, self._exact = model, words, exact
        self._distress = _phrases(words.distress)
        self._not_distress = _phrases(words.not_distress)

    def rank(self, text: str) -> Ranking:
        """Rank a text. Labels best first, at most five, with their probabilities."""
        language = self._language(text)
        folded = fold(text)
        if self._in_distress(folded):
            return Ranking(Decision.ANSWER, (DISTRESS,), (1.0,), language)
        label = self._exact.get(folded)
        if label:
            return Ranking(_decision_of(label), (label,), (1.0,), language)
        return self._decide(self._scores(text, folded), folded, language)

    def _scores(self, text: str, folded: str) -> Array:
        """Probabilities of the labels; in a long story each sentence speaks, the last ones loudest."""
        whole = self._probabilities(text)
        parts = sentences(text)
        if len(parts) < 2 or len(folded.split()) < LONG:
            return whole
        told = [self._probabilities(part) for part in parts[-4:]]
        weights = np.linspace(0.5, 1.0, len(told), dtype=np.float32)
        spoken = np.average(np.stack(told), axis=0, weights=weights)
        return np.asarray(0.5 * whole + 0.5 * spoken, dtype=np.float32)

    def _probabilities(self, text: str) -> Array:
        at, values = _weighted(_features(text, self._words), self._model.idf)
        logits = values @ self._model.weights[at] + self._model.bias if len(at) else self._model.bias
        return np.asarray(_softmax(logits[None, :] * np.float32(SHARP))[0], dtype=np.float32)

    def _decide(self, scores: Array, folded: str, language: Language) -> Ranking:
        order = [int(at) for at in np.argsort(-scores, kind="stable")]
        best = [(self._model.labels[at], float(scores[at])) for at in order]
        first, score = best[0]
        topics = [(label, value) for label, value in best if _is_topic(label)]
        if not _is_topic(first) and score >= (OUT_AT if first == OUT else OTHER_AT):
            decision = _decision_of(first)
            if first.startswith(SMALLTALK) and len(folded.split()) > 8:
                decision = Decision.OFFER
            if first != DISTRESS and decision is not Decision.OFFER:
                return Ranking(decision, *_columns([best[0], *topics[:4]]), language)
        second = topics[1][1] if len(topics) > 1 else 0.0
        decision = Decision.NONE
        if topics[0][1] >= ANSWER_AT and topics[0][1] - second >= MARGIN:
            decision = Decision.ANSWER
        elif topics[0][1] >= OFFER_AT:
            decision = Decision.OFFER
        return Ranking(decision, *_columns(topics[:5]), language)

    def _in_distress(self, folded: str) -> bool:
        """Whether a phrase of danger stands in the text; phrases that only look like it are taken out first."""
        return self._distress.search(self._not_distress.sub(" ", untelex(folded))) is not None

    def _language(self, text: str) -> Language:
        """Vietnamese with any mark, or when half of the words are ours; short and unclear is Vietnamese."""
        if has_marks(text):
            return Language.VI
        words = fold(text).split()
        english = sum(word in _ENGLISH for word in words)
        ours = sum(word in self._model.syllables or is_syllable(untelex(word)) for word in words)
        return Language.EN if english >= 1 and (ours - english) * 2 < len(words) else Language.VI


def _phrases(phrases: Iterable[str]) -> re.Pattern[str]:
    """Any of the phrases; up to two other words may stand between its words. Without phrases: nothing."""
    gap = r" (?:\S+ ){0,2}?"
    each = [gap.join(re.escape(word) for word in phrase.split()) for phrase in phrases if phrase]
    return re.compile(rf"\b(?:{'|'.join(each)})\b" if each else r"(?!)")


def _columns(pairs: Iterable[tuple[str, float]]) -> tuple[tuple[str, ...], tuple[float, ...]]:
    labels, scores = zip(*pairs, strict=True)
    return labels, scores


def _decision_of(label: str) -> Decision:
    if label.startswith(SMALLTALK):
        return Decision.SMALLTALK
    if label == HANDOVER:
        return Decision.HANDOVER
    return Decision.NONE if label == OUT else Decision.ANSWER


def _is_topic(label: str) -> bool:
    return "." in label and not label.startswith(SMALLTALK) and label != HANDOVER


def _expand(text: str, words: Words) -> str:
    """Folded text with telex left-overs decoded and abbreviations written out."""
    return " ".join(words.abbreviations.get(word, word) for word in untelex(fold(text)).split())


def _features(text: str, words: Words) -> Counter[int]:
    """Hashed features: words and pairs of the folded text, letter groups within words, marked words as written."""
    expanded = _expand(text, words).split()
    if _looks_english(text):
        expanded += [
            word for english, ours in words.english.items() if _has(english, expanded) for word in ours.split()
        ]
    found: Counter[int] = Counter()
    for word in expanded:
        found[_slot(f"w {word}")] += 2
        for slot in _letter_slots(word):
            found[slot] += 1
    for first, second in pairwise(expanded):
        found[_slot(f"p {first} {second}")] += 2
    for first, _, third in zip(expanded, expanded[1:], expanded[2:], strict=False):
        found[_slot(f"s {first} {third}")] += 1
    if has_marks(text):
        marked = text.lower().split()
        for word in marked:
            found[_slot(f"m {word.strip('.,?!;:()')}")] += 1
        for first, second in pairwise(marked):
            found[_slot(f"n {first} {second}")] += 1
    return found


def _has(phrase: str, words: Sequence[str]) -> bool:
    return f" {phrase} " in f" {' '.join(words)} "


@lru_cache(maxsize=8192)
def _letter_slots(word: str) -> tuple[int, ...]:
    padded = f" {word} "
    return tuple(_slot(f"c{padded[at : at + size]}") for size in (3, 4, 5) for at in range(len(padded) - size + 1))


@lru_cache(maxsize=65536)
def _slot(feature: str) -> int:
    return zlib.crc32(feature.encode()) % SIZE


def _weighted(features: Mapping[int, int], idf: Array) -> tuple[NDArray[np.intp], Array]:
    """Slots and their weights, of unit length."""
    at = np.fromiter(features.keys(), dtype=np.intp, count=len(features))
    values = np.sqrt(np.fromiter(features.values(), dtype=np.float32, count=len(features))) * idf[at]
    length = float(np.sqrt(values @ values))
    return at, (values / length if length else values).astype(np.float32)


def _idf(counts: Sequence[Mapping[int, int]]) -> Array:
    seen = np.zeros(SIZE, dtype=np.float32)
    for features in counts:
        seen[list(features)] += 1
    return (np.log((1 + len(counts)) / (1 + seen)) + 1).astype(np.float32)


def _fit(kernel: Array, target: Array) -> tuple[Array, Array]:
    """Gradient descent with momentum on the dual weights; classes weigh alike whatever their number of examples."""
    size = target.shape[0]
    share = target.sum(axis=0)
    weight = np.sqrt(share.mean() / share)[target.argmax(axis=1)][:, None].astype(np.float32)
    dual, bias = np.zeros_like(target), np.zeros(target.shape[1], dtype=np.float32)
    speed, push = np.zeros_like(dual), np.zeros_like(bias)
    for _ in range(ROUNDS):
        error = (_softmax(kernel @ dual + bias) - target) * weight
        speed = 0.9 * speed - 0.25 * (error + DECAY * size * dual)
        push = 0.9 * push - 0.5 / size * error.sum(axis=0)
        dual, bias = dual + speed, bias + push
    return dual, bias


def _softmax(logits: Array) -> Array:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def _looks_english(text: str) -> bool:
    return not has_marks(text) and any(word in _ENGLISH for word in fold(text).split())


_WORDS_OF_ENGLISH: Final = """
the is are what how where who when which does our your we for of and get much many poor family household health
insurance card loan school fee money help job work register need want apply papers with from have please thank thanks
hello bye you children child support free there about
"""
_ENGLISH: Final = frozenset(_WORDS_OF_ENGLISH.split())
