"""What a text is compared by: its words and pairs of words, letter groups, marked words, and the concepts it names.

The text is read first: telex left-overs decoded, abbreviations written out (by what stands beside them where they are
ambiguous), English keywords put into our words, so that one model serves every way of typing. Words are compared
without marks; a phrase of words.yaml is heard in a marked word only where the marks agree ("vậy" is not "vay").
A text with marks is read a second time without them, and both readings count: the same question typed without marks
is then near it. The names of communes say nothing about what is asked and are left out.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, Generic, TypeVar

from bot.core.catalogue import Place, Words
from bot.core.places import without_places
from bot.core.syllables import joined_forms, pieced
from bot.core.text import fold, has_marks, is_syllable, may_be, untelex, words_of

Block = dict[str, float]  # feature -> how often
Held = TypeVar("Held")

# What each kind of feature weighs beside the others, measured on examples kept out of training.
WEIGHTS: Final = {"word": 1.3, "letters": 1.0, "marked": 0.3, "concept": 0.5}

# What the reading without marks counts of a text that has some. Measured on dev and open: at 0 typing without marks
# changes 7.5% of the decisions, at 0.5 3.4, at 0.75 2.1; nothing else gets worse.
BARE: Final = 0.65

_LETTERS: Final = range(2, 6)  # sizes of letter groups
_UNIT: Final = re.compile(r"(\d+)(t|tr|k|ng)")  # 76t, 15tr, 100k
_UNITS: Final = {"t": "tuổi", "tr": "triệu", "k": "nghìn", "ng": "người"}
_HANOI: Final = frozenset(("o", "tai", "ngoai", "ra", "tp", "len", "ve", "di"))  # beside these, "hn" is Hà Nội

# English words by which an English question is known. Those that could be Vietnamese without marks ("can", "the")
# count only beside one that could not.
_ENGLISH: Final = """
the is are am was what how where who when which why does do did can could will would should may i we
you they he she my our your their his her it this that there for of to in on at by from with about
and or if not no get got give have has had much many any some need want apply ask tell please thank
thanks hello hi good family household people person mother father son daughter wife husband old year
month day still after before because than only all
"""


class Phrases(Generic[Held]):
    """Phrases with what each stands for, found in words as people spell them.

    Of a phrase the marks may be missing; a single word must be spelt as it stands here: "de" is not always "dê".
    """

    def __init__(self, held: Mapping[str, Held]) -> None:
        self._by_folded: dict[tuple[str, ...], list[tuple[tuple[str, ...], Held]]] = {}
        for phrase, meant in held.items():
            words = tuple(phrase.split())
            self._by_folded.setdefault(tuple(map(fold, words)), []).append((words, meant))
        self._longest: dict[str, int] = {}  # by first word: most words of a phrase that begins with it
        for key in self._by_folded:
            self._longest[key[0]] = max(len(key), self._longest.get(key[0], 0))

    def longest_at(self, folded: Sequence[str], start: int) -> int:
        """How many words a phrase that begins there may have; 0 where none does, as nearly everywhere."""
        return min(self._longest.get(folded[start], 0), len(folded) - start)

    def at(self, words: Sequence[str], folded: Sequence[str], start: int, size: int) -> Iterator[Held]:
        """What the phrases stand for that are exactly the `size` words from `start` on."""
        for phrase, meant in self._by_folded.get(tuple(folded[start : start + size]), ()):
            typed = words[start : start + size]
            if phrase[0] == typed[0] if size == 1 else all(map(may_be, typed, phrase)):
                yield meant

    def replace(self, words: Sequence[str]) -> list[str]:
        """Put what a phrase stands for in its place, longest phrase first."""
        folded = [fold(word) for word in words]
        written: list[str] = []
        at = 0
        while at < len(words):
            for size in range(self.longest_at(folded, at), 0, -1):
                meant = next(self.at(words, folded, at, size), None)
                if meant is not None:
                    written += str(meant).split()
                    at += size
                    break
            else:
                written.append(words[at])
                at += 1
        return written


class Reader:
    """Reads texts with the words and places of one catalogue."""

    def __init__(self, words: Words, places: tuple[Place, ...] = ()) -> None:
        self._places = places
        self._short = {short: long.split() for short, long in words.abbreviations.items() if " " not in short}
        self._long = Phrases({short: long for short, long in words.abbreviations.items() if " " in short})
        self._joined = joined_forms(
            (*words.abbreviations.values(), *(each for phrases in words.concepts.values() for each in phrases))
        )
        self._english = Phrases(words.english)
        self._english_words = {*_ENGLISH.split()} | {word for phrase in words.english for word in phrase.split()}
        named: dict[str, tuple[str, ...]] = {}
        for name, phrases in words.concepts.items():
            for phrase in phrases:
                named[phrase] = (*named.get(phrase, ()), name)
        self._concepts = Phrases(named)

    def is_english(self, text: str) -> bool:
        """Whether a text is English: no mark, a word that is surely English, and at least half of it foreign."""
        if has_marks(text):
            return False
        words = fold(text).split()
        sure = sum(word in self._english_words and not is_syllable(word) for word in words)
        foreign = sum(word in self._english_words or not self._may_be_ours(word) for word in words)
        return sure >= 1 and foreign * 2 >= len(words)

    def expand(self, text: str) -> list[str]:
        """Return the words of a text as spelt, with left-overs decoded and abbreviations written out."""
        words = pieced(words_of(text), self._short)
        return self._long.replace(
            [part for before, word in pairwise(["", *words]) for part in self._written_out(word, fold(before))]
        )

    def asked(self, text: str) -> str:
        """Return what a text asks, wherever that is: without the names of communes."""
        return without_places(text, self._places)

    def blocks(self, text: str) -> dict[str, Block]:
        """Return the features of what `asked` returns, by kind (the keys of WEIGHTS), each counted."""
        spelt = self._spelt(text)
        words = fold(" ".join(spelt)).split()
        found = {"word": _words(words), "letters": _letters(words), "concept": self._named(spelt)}
        if not has_marks(text):
            return found
        bare = self._spelt(fold(text))
        bare_words = fold(" ".join(bare)).split()
        found["concept"] = _mixed(found["concept"], self._named(bare))
        if bare_words != words:
            found["word"] = _mixed(found["word"], _words(bare_words))
            found["letters"] = _mixed(found["letters"], _letters(bare_words))
        return found | {"marked": _marked(text)}

    def _spelt(self, text: str) -> list[str]:
        return self._english.replace(words_of(text)) if self.is_english(text) else self.expand(text)

    def _written_out(self, word: str, before: str) -> list[str]:
        if word == "hn" and before in _HANOI:
            return ["hà", "nội"]
        if word == "k" and before.isdigit():
            return ["nghìn"]
        short = self._short.get(word) or self._short.get(word.replace("đ", "d"))
        if short:
            return short
        unit = _UNIT.fullmatch(word) if word[0].isdigit() else None
        if unit:
            return [unit[1], _UNITS[unit[2]]]
        folded = fold(word)
        if folded in self._joined:
            return self._joined[folded]
        if folded != word:  # it has marks
            return [word]
        plain = untelex(word)
        return self._joined.get(plain, [plain])

    def _may_be_ours(self, word: str) -> bool:
        return is_syllable(word) or word.isdigit() or word in self._short

    def _named(self, words: Sequence[str]) -> Block:
        """Concepts of a text, and pairs of them: "loan" with "abroad" is neither alone."""
        folded = [fold(word) for word in words]
        names = sorted(
            {
                name
                for at in range(len(words))
                for size in range(1, self._concepts.longest_at(folded, at) + 1)
                for held in self._concepts.at(words, folded, at, size)
                for name in held
            }
        )
        found = {f"k {name}": 1.0 for name in names}
        for at, first in enumerate(names):
            found |= {f"j {first} {second}": 0.5 for second in names[at + 1 :]}
        return found


def _mixed(read: Block, bare: Block) -> Block:
    return {name: (1 - BARE) * read.get(name, 0.0) + BARE * bare.get(name, 0.0) for name in {**read, **bare}}


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
    words = words_of(text)
    found: Counter[str] = Counter(f"m {word}" for word in words)
    found.update(f"n {first} {second}" for first, second in pairwise(words))
    return dict(found)


@lru_cache(maxsize=16384)
def _groups(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(f"c{padded[at : at + size]}" for size in _LETTERS for at in range(len(padded) - size + 1))
