"""Phrases found in words as people spell them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from bot.core.text import fold, folded, may_be

Held = TypeVar("Held")


class Phrases(Generic[Held]):
    """Phrases with what each stands for.

    Of a phrase the marks may be missing; a single word must be spelt as it stands here: "de" is not always "dê".
    """

    def __init__(self, held: Mapping[str, Held]) -> None:
        self._by_folded: dict[tuple[str, ...], list[tuple[tuple[str, ...], Held]]] = {}
        for phrase, meant in held.items():
            words = tuple(phrase.split())
            self._by_folded.setdefault(tuple(map(fold, words)), []).append((words, meant))
        # Nearly every word begins no phrase, and of most that do, the next word already says that it is not there.
        self._first = {key[0] for key in self._by_folded}
        self._longest: dict[tuple[str, ...], int] = {}  # by the first two words, or the one: most words of a phrase
        for key in self._by_folded:
            self._longest[key[:2]] = max(len(key), self._longest.get(key[:2], 0))

    def found(self, words: Sequence[str], bare: Sequence[str]) -> Iterator[Held]:
        """What the phrases stand for that are anywhere in the words. `bare`: the words folded."""
        for start, first in enumerate(bare):
            if first in self._first:
                for size in range(self._longest_at(bare, start), 0, -1):
                    yield from self._at(words, bare, start, size)

    def replace(self, words: list[str]) -> list[str]:
        """Put what a phrase stands for in its place, longest phrase first."""
        bare = folded(words)
        if self._first.isdisjoint(bare):
            return words
        written: list[str] = []
        at = 0
        while at < len(words):
            size = self._longest_at(bare, at) if bare[at] in self._first else 0
            meant = None
            while size and (meant := next(self._at(words, bare, at, size), None)) is None:
                size -= 1
            written += [words[at]] if meant is None else str(meant).split()
            at += max(size, 1)
        return written

    def _longest_at(self, bare: Sequence[str], start: int) -> int:
        """How many words a phrase that begins there may have."""
        longest = self._longest.get(tuple(bare[start : start + 2])) or self._longest.get((bare[start],), 0)
        return min(longest, len(bare) - start)

    def _at(self, words: Sequence[str], bare: Sequence[str], start: int, size: int) -> Iterator[Held]:
        """What the phrases stand for that are exactly the `size` words from `start` on."""
        for phrase, meant in self._by_folded.get(tuple(bare[start : start + size]), ()):
            typed = words[start : start + size]
            if phrase[0] == typed[0] if size == 1 else all(map(may_be, typed, phrase)):
                yield meant
