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
        self._longest: dict[str, int] = {}  # by first word: most words of a phrase that begins with it
        for key in self._by_folded:
            self._longest[key[0]] = max(len(key), self._longest.get(key[0], 0))

    def found(self, words: Sequence[str], bare: Sequence[str]) -> Iterator[Held]:
        """What the phrases stand for that are anywhere in the words. `bare`: the words folded."""
        longest = self._longest
        for start, first in enumerate(bare):
            if first in longest:
                for size in range(1, min(longest[first], len(words) - start) + 1):
                    yield from self._at(words, bare, start, size)

    def replace(self, words: list[str]) -> list[str]:
        """Put what a phrase stands for in its place, longest phrase first."""
        bare = folded(words)
        longest = self._longest
        if longest.keys().isdisjoint(bare):
            return words
        written: list[str] = []
        at = 0
        while at < len(words):
            for size in range(min(longest.get(bare[at], 0), len(words) - at), 0, -1):
                meant = next(self._at(words, bare, at, size), None)
                if meant is not None:
                    written += str(meant).split()
                    at += size
                    break
            else:
                written.append(words[at])
                at += 1
        return written

    def _at(self, words: Sequence[str], bare: Sequence[str], start: int, size: int) -> Iterator[Held]:
        """What the phrases stand for that are exactly the `size` words from `start` on."""
        for phrase, meant in self._by_folded.get(tuple(bare[start : start + size]), ()):
            typed = words[start : start + size]
            if phrase[0] == typed[0] if size == 1 else all(map(may_be, typed, phrase)):
                yield meant
