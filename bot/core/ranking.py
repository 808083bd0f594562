"""Text to ranked topics, and what to do with them: answer, offer three, small talk, hand over, or an honest none.

A wrong figure costs a household most, so an answer needs a high probability; a doubtful one is offered as buttons.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.core.catalogue import Place, Words
from bot.core.clauses import Cut, asks, cuts
from bot.core.features import Reader
from bot.core.linear import Array, Model, Scorer
from bot.core.phrases import Phrases
from bot.core.text import fold, folded, may_be, sentences, spell
from bot.core.types import Decision, Language, Ranking
from bot.core.whose import class_named, for_class

SMALLTALK: Final = "smalltalk."
HANDOVER: Final = "handoff.human"
OUT: Final = "out_of_scope"
DISTRESS: Final = "distress"

# Chosen on examples kept out of training and on tests/eval/questions-dev.tsv (tests/benchmarks/understanding.py).
ANSWER_AT: Final = 0.42
AHEAD: Final = 3.0  # times as probable as the next topic: close pairs are asked back
OURS: Final = 4.0  # times as probable as not being ours at all
OFFER_AT: Final = 0.04  # best topic; below, three buttons would all be wrong
OUT_AT: Final = 0.7  # sure enough that it is not ours, to offer nothing
LABEL_AT: Final = 0.5  # small talk, "a person, please": from this probability
DISTRESS_AT: Final = 0.75  # when no phrase of words.yaml says so
STRONG_AT: Final = 0.5  # each half of a message with two questions, where words or signs between them say so
WEAK_AT: Final = 0.6  # where there may be only one
SPOKEN_OF: Final = 0.02  # in the whole message: each of the two topics
CHATTY: Final = 12  # words up to which a message can be small talk
STORY: Final = 14  # words from which sentences are scored one by one as well
SHOWN: Final = 5  # topics of a ranking
GAP: Final = 2  # words that may stand between two words of a distress phrase of three words and more

# Power of a probability as it is told: by itself the model is too modest. Measured on dev, open and decided, with the
# questions that are not ours (tests/benchmarks/README.md, reliability). Every threshold above is of the model's own.
TOLD: Final = 0.5

# Said before, after and between, and meaning nothing for the topic.
_COURTESY: Final = "da vang a ak nha nhe nghen nghe nhen hen oi voi lam luon di ah uh ne nhi"


class Ranker:
    """Ranks with a model: whole phrases and danger first, then the model, then a decision by what a mistake costs."""

    def __init__(
        self,
        model: Model,
        words: Words,
        phrases: Mapping[str, Sequence[str]],
        places: tuple[Place, ...] = (),
        *,
        of_class: Mapping[str, str] | None = None,
        is_sketch: bool = False,
    ) -> None:
        """`phrases`: by label, whole messages that need no model (greetings, thanks, "a person, please").

        `of_class`: topics that are for one class of household alone. `is_sketch`: the model is good enough to offer
        topics, not to answer.
        """
        self._is_sketch = is_sketch
        self._households, self._of_class = words.households, of_class or {}
        self._labels = model.labels
        self._reader = Reader(words, places)
        self._scorer = Scorer(model, self._reader)
        self._danger = _Danger(words)
        self._whole = {_bare(fold(text)): label for label, texts in phrases.items() for text in texts}
        self._out = np.array([label == OUT for label in model.labels])
        self._chat = np.array([label.startswith(SMALLTALK) for label in model.labels])

    def rank(self, text: str) -> Ranking:
        """Rank a text: labels best first, at most five, with their probabilities. Any text is ranked; none raises."""
        language = Language.EN if self._reader.is_english(text) else Language.VI
        expanded = self._reader.expand(text)
        if self._danger.speaks(expanded):
            return Ranking(Decision.ANSWER, (DISTRESS,), (1.0,), language)
        whole, text = spell(text), self._reader.asked(text)
        label = self._whole.get(_bare(fold(text)))
        if label:
            return Ranking(_decision_of(label), (label,), (1.0,), language)
        ranking = self._with_second(text, self._decide(self._scores(text, expanded if text == whole else ()), language))
        if not self._of_class.keys().isdisjoint(ranking.labels[:1]):
            ranking = for_class(ranking, class_named(folded(expanded), self._households), self._of_class)
        return replace(ranking, scores=tuple(score**TOLD for score in ranking.scores))

    def _with_second(self, text: str, whole: Ranking) -> Ranking:
        """Where two halves of a text are surely about two topics: the surer one is answered, the other comes second."""
        spoken_of = {label for label, score in zip(whole.labels, whole.scores, strict=True) if score >= SPOKEN_OF}
        if whole.decision not in (Decision.ANSWER, Decision.OFFER) or len(spoken_of) < 2 or self._is_sketch:
            return whole
        best: tuple[float, list[tuple[str, float]]] = (0.0, [])
        for cut in cuts(text):
            halves = self._heard_in(cut, whole.language)
            if len({label for label, _ in halves} & spoken_of) == 2:
                best = max(best, (halves[-1][1], halves))
        if not best[1] or (whole.decision is Decision.ANSWER and whole.labels[0] not in dict(best[1])):
            return whole
        (first, sure), (second, less) = best[1]
        others = [(name, min(score, less)) for name, score in zip(whole.labels, whole.scores, strict=True)]
        rest = [pair for pair in others if pair[0] not in (first, second)]
        columns = _columns([(first, sure), (second, less), *rest][:SHOWN])
        return Ranking(Decision.ANSWER, *columns, whole.language, second)

    def _heard_in(self, cut: Cut, language: Language) -> list[tuple[str, float]]:
        """The topic of each half, the surer one first; less than two where a half is not sure or asks nothing."""
        asking = (asks(half, self._reader.expand(half)) for half in (cut.first, cut.second))
        heard: list[tuple[str, float]] = []
        if any(asking) if cut.strong else all(asking):
            for half in sorted((cut.first, cut.second), key=len):
                ranking = self._decide(self._scorer.score(half), language)
                if ranking.decision is not Decision.ANSWER or ranking.scores[0] < (
                    STRONG_AT if cut.strong else WEAK_AT
                ):
                    break
                heard.append((ranking.labels[0], ranking.scores[0]))
        return sorted(heard, key=lambda pair: -pair[1])

    def _scores(self, text: str, expanded: Sequence[str]) -> Array:
        """Probabilities of the labels; in a story each sentence speaks as well, the last one loudest."""
        scores = self._scorer.score(text, expanded)
        size, parts = len(text.split()), sentences(text)
        if len(parts) > 1 and size >= STORY:
            told = np.stack([self._scorer.score(part) for part in parts[-4:]])
            scores = _shares(scores + np.average(told, axis=0, weights=np.linspace(0.5, 1.0, len(told))))
        if size > CHATTY:  # a greeting around a question is not small talk
            scores = _shares(np.where(self._chat, 0.0, scores))
        return scores

    def _decide(self, scores: Array, language: Language) -> Ranking:
        order = np.argsort(-scores, kind="stable").tolist()
        best = [(self._labels[at], float(scores[at])) for at in order]
        topics = [pair for pair in best if _is_topic(pair[0])][:SHOWN]
        first, score = best[0]
        if first == DISTRESS and score >= DISTRESS_AT:
            return Ranking(Decision.ANSWER, (DISTRESS,), (score,), language)
        decision = _decision_of(first)
        if decision in (Decision.SMALLTALK, Decision.HANDOVER) and score >= LABEL_AT:
            return Ranking(decision, *_columns([best[0], *topics][:SHOWN]), language)
        if not topics:
            return Ranking(Decision.NONE, (), (), language)
        ahead = len(topics) < 2 or topics[0][1] >= AHEAD * topics[1][1]
        ours = topics[0][1] >= OURS * float(scores[self._out].sum())
        sure = decision is Decision.ANSWER and first != DISTRESS and score >= ANSWER_AT and ahead and ours
        if sure and not self._is_sketch:
            return Ranking(Decision.ANSWER, *_columns(topics), language)
        unknown = topics[0][1] < OFFER_AT or (first == OUT and score >= OUT_AT)
        return Ranking(Decision.NONE if unknown else Decision.OFFER, *_columns(topics), language)


def _shares(scores: NDArray[Any]) -> Array:
    """Scores that add up to one."""
    return np.asarray(scores / scores.sum(), dtype=np.float32)


class _Danger:
    """Finds the phrases of words.yaml's `distress`, with up to GAP other words between two words of a long phrase."""

    def __init__(self, words: Words) -> None:
        # A long phrase is heard though it holds what is spared: "bi tat" (bị tật) in "bi tat vao mat" (bị tát vào mặt).
        long = {phrase: phrase for phrase in words.distress if len(phrase.split()) > 2}
        self._spared = Phrases(dict.fromkeys(words.not_distress, "") | long)
        self._phrases: dict[str, list[list[str]]] = {}
        for phrase in words.distress:
            self._phrases.setdefault(fold(phrase.split()[0]), []).append(phrase.split())

    def speaks(self, words: list[str]) -> bool:
        """Whether danger is spoken of. `words` as spelt: "từ từ" is not "tự tử", but "tu tu" may be."""
        heard = self._spared.replace(words)
        return any(
            may_be(heard[at], phrase[0]) and _follows(heard, at + 1, phrase[1:], GAP if len(phrase) > 2 else 0)
            for at, word in enumerate(folded(heard))
            if word in self._phrases
            for phrase in self._phrases[word]
        )


def _follows(words: Sequence[str], at: int, rest: Sequence[str], gap: int) -> bool:
    """Whether the words of `rest` come in order from `at` on, each within reach of the one before."""
    if not rest:
        return True
    reach = range(at, min(at + gap + 1, len(words)))
    return any(may_be(words[here], rest[0]) and _follows(words, here + 1, rest[1:], gap) for here in reach)


def _bare(folded: str) -> str:
    """A whole message without its courtesies: "dạ chào bạn nha" → "chao ban"."""
    words = folded.split()
    return " ".join(word for word in words if word not in _COURTESY.split()) or folded


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
