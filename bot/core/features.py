"""What a text is compared by: its words and pairs of words, letter groups, marked words, and the concepts it names.

The text is read first: telex left-overs decoded, abbreviations written out (by what stands beside them where they are
ambiguous), English keywords put into our words, so that one model serves every way of typing. Words are compared
without marks; a phrase of words.yaml is heard in a marked word only where the marks agree ("vậy" is not "vay").
A text with marks is read a second time without them, and both readings count: the same question typed without marks
is then near it. The names of communes say nothing about what is asked and are left out.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from bot.core.catalogue import Place, Words
from bot.core.phrases import Phrases
from bot.core.places import without_places
from bot.core.syllables import joined_forms, pieced
from bot.core.text import fold, folded, has_marks, is_syllable, untelex, words_of

Block = dict[str, float]  # feature -> how often

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
# Left out of an English question: half of its words, and none of them says what about.
_SAYS_NOTHING: Final = """
the a an is are am was were be been do does did will would should may might must of to in on at by it its this that
these those there and or so i we you they he she him her them my our your their his me us have has had can could
"""


class Reader:
    """Reads texts with the words and places of one catalogue."""

    def __init__(self, words: Words, places: tuple[Place, ...] = ()) -> None:
        self._places = places
        self._short = {short: long.split() for short, long in words.abbreviations.items() if " " not in short}
        self._long = Phrases({short: long for short, long in words.abbreviations.items() if " " in short})
        self._joined = joined_forms(
            (*words.abbreviations.values(), *(each for phrases in words.concepts.values() for each in phrases))
        )
        self._written_out = lru_cache(maxsize=16384)(self._spelt_out)
        self._english = Phrases(words.english)
        self._nothing = frozenset(_SAYS_NOTHING.split())
        # What is no Vietnamese word is English in a Vietnamese text too: "near-poor có được vay không".
        self._foreign = Phrases(
            {phrase: meant for phrase, meant in words.english.items() if not all(map(is_syllable, phrase.split()))}
        )
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
        if not any(word in self._english_words and not is_syllable(word) for word in words):
            return False
        foreign = sum(word in self._english_words or not self._may_be_ours(word) for word in words)
        return foreign * 2 >= len(words)

    def expand(self, text: str) -> list[str]:
        """Return the words of a text as spelt, with left-overs decoded and abbreviations written out."""
        words = pieced(self._foreign.replace(words_of(text)), self._short)
        written: list[str] = []
        before = ""
        for word in words:
            written += self._beside(word, before) or self._written_out(word)
            before = word
        return self._long.replace(written)

    def asked(self, text: str) -> str:
        """Return what a text asks, wherever that is: without the names of communes."""
        return without_places(text, self._places)

    def blocks(self, text: str, expanded: Sequence[str] = ()) -> dict[str, Block]:
        """Return the features of what `asked` returns, by kind (the keys of WEIGHTS), each counted.

        Under `letters` stand the words whose letter groups count. `expanded`: what `expand` made of it, if known.
        """
        spelt = self._spelt(text, expanded)
        words = folded(spelt)
        found = {"word": _words(words), "letters": _counted(words), "concept": self._named(spelt, words)}
        if not has_marks(text):
            return found
        bare = self._spelt(fold(text))
        bare_words = folded(bare)
        found["concept"] = _mixed(found["concept"], self._named(bare, bare_words))
        if bare_words != words:
            found["word"] = _mixed(found["word"], _words(bare_words))
            found["letters"] = _mixed(found["letters"], _counted(bare_words))
        return found | {"marked": _marked(text)}

    def _spelt(self, text: str, expanded: Sequence[str] = ()) -> Sequence[str]:
        if not self.is_english(text):
            return expanded or self.expand(text)
        return [word for word in self._english.replace(words_of(text)) if word not in self._nothing]

    def _beside(self, word: str, before: str) -> list[str]:
        """What a word stands for because of the word before it."""
        if word == "hn" and fold(before) in _HANOI:
            return ["hà", "nội"]
        return ["nghìn"] if word == "k" and before.isdigit() else []

    def _spelt_out(self, word: str) -> list[str]:
        short = self._short.get(word) or self._short.get(word.replace("đ", "d"))
        if short:
            return short
        unit = _UNIT.fullmatch(word) if word[0].isdigit() else None
        if unit:
            return [unit[1], _UNITS[unit[2]]]
        bare = fold(word)
        if bare in self._joined:
            return self._joined[bare]
        if bare != word:  # it has marks
            return [word]
        plain = untelex(word)
        return self._joined.get(plain, [plain])

    def _may_be_ours(self, word: str) -> bool:
        return is_syllable(word) or word.isdigit() or word in self._short

    def _named(self, words: Sequence[str], bare: Sequence[str]) -> Block:
        """Concepts of a text, and pairs of them: "loan" with "abroad" is neither alone."""
        names = sorted({name for held in self._concepts.found(words, bare) for name in held})
        found = {f"k {name}": 1.0 for name in names}
        for at, first in enumerate(names):
            for second in names[at + 1 :]:
                found[f"j {first} {second}"] = 0.5
        return found


def _mixed(read: Block, bare: Block) -> Block:
    return {name: (1 - BARE) * read.get(name, 0.0) + BARE * bare.get(name, 0.0) for name in {**read, **bare}}


def _words(words: Sequence[str]) -> Block:
    found: Block = {}
    for word in words:
        found[f"w {word}"] = found.get(f"w {word}", 0.0) + 1.0
    for first, second in pairwise(words):
        found[f"p {first} {second}"] = 1.0
    for first, third in zip(words, words[2:], strict=False):
        found[f"s {first} {third}"] = 0.5
    return found


def _counted(words: Sequence[str]) -> Block:
    found: Block = {}
    for word in words:
        found[word] = found.get(word, 0.0) + 1.0
    return found


def _marked(text: str) -> Block:
    words = words_of(text)
    found = {f"m {word}": 1.0 for word in words}
    for first, second in pairwise(words):
        found[f"n {first} {second}"] = 1.0
    return found


@lru_cache(maxsize=16384)
def letter_groups(word: str) -> tuple[str, ...]:
    """Groups of letters of a folded word, its ends among them."""
    padded = f" {word} "
    return tuple(f"c{padded[at : at + size]}" for size in _LETTERS for at in range(len(padded) - size + 1))
