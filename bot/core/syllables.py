"""Syllables that were typed together ("baohiem") or in pieces ("b h y t", "ngh eo"), put as they belong."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from bot.core.text import fold, is_syllable

LEAST: Final = 3  # letters typed apart that may be an abbreviation: of two, too many mean something else
MOST: Final = 8  # and no abbreviation has more: a thousand letters typed apart must not be tried in every length


def joined_forms(phrases: Iterable[str]) -> Mapping[str, list[str]]:
    """Phrases of several words by what they look like typed together and without marks."""
    folded = (fold(phrase).split() for phrase in phrases)
    return {"".join(words): words for words in folded if len(words) > 1 and not is_syllable("".join(words))}


def pieced(words: Sequence[str], short: Mapping[str, object]) -> list[str]:
    """Put together letters that are an abbreviation of `short`, and a piece that only with the next is a syllable."""
    if all(map(_is_whole, words)):
        return list(words)
    whole: list[str] = []
    at = 0
    while at < len(words):
        size = 1
        if not _is_whole(words[at]):
            size = _letters(words, at, short) or (2 if _is_begun(words[at : at + 2], short) else 1)
        whole.append("".join(words[at : at + size]))
        at += size
    return whole


@lru_cache(maxsize=16384)
def _is_whole(word: str) -> bool:
    """Whether a word needs no other to be one."""
    return len(word) > 1 and is_syllable(fold(word))


def _letters(words: Sequence[str], at: int, short: Mapping[str, object]) -> int:
    """How many single letters from there on are an abbreviation, the most that are; 0 where none."""
    end = at
    while end < min(at + MOST, len(words)) and len(words[end]) == 1 and words[end].isalpha():
        end += 1
    return next((size for size in range(end - at, LEAST - 1, -1) if "".join(words[at : at + size]) in short), 0)


def _is_begun(words: Sequence[str], short: Mapping[str, object]) -> bool:
    """Whether the first of two words is only the beginning of a syllable that the second ends."""
    first = words[0]
    alone = len(first) == 1 or not first.isalpha() or first in short
    return len(words) == 2 and not alone and is_syllable(fold("".join(words)))
