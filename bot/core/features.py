"""What a text is compared by: its words and pairs of words, letter groups, marked words, and the concepts it names.

The text is read first: folded, telex left-overs decoded, abbreviations written out (by what stands beside them where
they are ambiguous), and English keywords put into our words, so that one model serves every way of typing.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from bot.core.catalogue import Words
from bot.core.text import fold, has_marks, is_syllable, untelex

Block = dict[str, float]  # feature -> how often

# What each kind of feature weighs beside the others, measured on examples kept out of training.
WEIGHTS: Final = {"word": 1.0, "letters": 1.0, "marked": 0.3, "concept": 0.7}

_LETTERS: Final = range(2, 6)  # sizes of letter groups
_LONGEST: Final = 5  # words of the longest phrase in words.yaml
_UNIT: Final = re.compile(r"(\d+)(t|tr|k|ng)")  # 76t, 15tr, 100k
_UNITS: Final = {"t": "tuoi", "tr": "trieu", "k": "nghin", "ng": "nguoi"}
_HANOI: Final = frozenset(("o", "tai", "ngoai", "ra", "tp", "len", "ve"))  # beside these, "hn" is Hà Nội

# English words by which an English question is known. Those that could be Vietnamese without marks ("can", "the")
# count only beside one that could not.
_ENGLISH: Final = """
the is are am was what how where who when which why does do did can could will would should may i we
you they he she my our your their his her it this that there for of to in on at by from with about
and or if not no get got give have has had much many any some need want apply ask tell please thank
thanks hello hi good family household people person mother father son daughter wife husband old year
month day still after before because than only all
"""


class Reader:
    """Reads texts with the words of one catalogue."""

    def __init__(self, words: Words) -> None:
        self._short = {short: long for short, long in words.abbreviations.items() if " " not in short}
        self._phrases = {tuple(short.split()): long for short, long in words.abbreviations.items() if " " in short}
        self._english = {tuple(phrase.split()): ours for phrase, ours in words.english.items()}
        self._english_words = {*_ENGLISH.split()} | {word for phrase in self._english for word in phrase}
        self._concepts: dict[tuple[str, ...], tuple[str, ...]] = {}
        for name, phrases in words.concepts.items():
            for phrase in phrases:
                key = tuple(phrase.split())
                self._concepts[key] = (*self._concepts.get(key, ()), name)

    def is_english(self, text: str) -> bool:
        """Whether a text is English: no mark, a word that is surely English, and at least half of it foreign."""
        if has_marks(text):
            return False
        words = fold(text).split()
        sure = sum(word in self._english_words and not is_syllable(word) for word in words)
        foreign = sum(
            word in self._english_words or not (is_syllable(word) or word.isdigit() or word in self._short)
            for word in words
        )
        return sure >= 1 and foreign * 2 >= len(words)

    def expand(self, text: str) -> list[str]:
        """Return the folded words of a text with left-overs decoded and abbreviations written out."""
        written: list[str] = []
        before = ""
        for word in fold(text).split():
            written += self._written_out(word, before).split()
            before = word
        return _replace(written, self._phrases)

    def blocks(self, text: str) -> dict[str, Block]:
        """Return the features of a text by kind (the keys of WEIGHTS), each counted."""
        english = self.is_english(text)
        words = _replace(fold(text).split(), self._english) if english else self.expand(text)
        found = {"word": _words(words), "letters": _letters(words), "concept": self._named(words)}
        if has_marks(text):
            found["marked"] = _marked(text)
        return found

    def _written_out(self, word: str, before: str) -> str:
        if word == "hn" and before in _HANOI:
            return "ha noi"
        if word == "k" and before.isdigit():
            return "nghin"
        if word in self._short:
            return self._short[word]
        unit = _UNIT.fullmatch(word)
        return f"{unit[1]} {_UNITS[unit[2]]}" if unit else untelex(word)

    def _named(self, words: Sequence[str]) -> Block:
        """Concepts of a text, and pairs of them: "loan" with "abroad" is neither alone."""
        names = sorted(
            {
                name
                for at in range(len(words))
                for size in range(1, _LONGEST + 1)
                for name in self._concepts.get(tuple(words[at : at + size]), ())
            }
        )
        found = {f"k {name}": 1.0 for name in names}
        for at, first in enumerate(names):
            found |= {f"j {first} {second}": 0.5 for second in names[at + 1 :]}
        return found


def _replace(words: Sequence[str], phrases: Mapping[tuple[str, ...], str]) -> list[str]:
    """Put what a phrase means in its place, longest phrase first."""
    written: list[str] = []
    at = 0
    while at < len(words):
        for size in range(min(_LONGEST, len(words) - at), 0, -1):
            meant = phrases.get(tuple(words[at : at + size]))
            if meant is not None:
                written += meant.split()
                at += size
                break
        else:
            written.append(words[at])
            at += 1
    return written


def _words(words: Sequence[str]) -> Block:
    found: Counter[str] = Counter(f"w {word}" for word in words)
    found.update(f"p {first} {second}" for first, second in pairwise(words))
    skipped = Counter(f"s {first} {third}" for first, third in zip(words, words[2:], strict=False))
    return {**found, **{feature: count / 2 for feature, count in skipped.items()}}


def _letters(words: Sequence[str]) -> Block:
    found: Block = {}
    for word in words:
        for group in _groups(word):
            found[group] = found.get(group, 0.0) + 1.0
    return found


def _marked(text: str) -> Block:
    words = [word.strip(".,?!;:()\"'") for word in text.lower().split()]
    found: Counter[str] = Counter(f"m {word}" for word in words)
    found.update(f"n {first} {second}" for first, second in pairwise(words))
    return dict(found)


@lru_cache(maxsize=16384)
def _groups(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(f"c{padded[at : at + size]}" for size in _LETTERS for at in range(len(padded) - size + 1))
