"""Texts that are the same question in a slight disguise: a changed word, another order."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

ALIKE: Final = 0.9  # share of a folded text that is the same (design section 6)
SHORT: Final = 3  # words: "chào", "tiền điện" are everybody's


def alike(texts: Sequence[str], others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs that are the same to ALIKE, by letters or by words in any order. All are folded (core/text.fold)."""
    held = [(other, frozenset(other.split())) for other in others]
    for text in texts:
        words = frozenset(text.split())
        if len(words) < SHORT:
            continue
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(text)
        for other, other_words in held:
            shared = 2 * len(words & other_words) / (len(words) + len(other_words))
            if shared >= ALIKE:
                yield text, other
            elif shared >= 0.4 and abs(len(text) - len(other)) <= 0.2 * len(text):
                matcher.set_seq1(other)
                if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
                    yield text, other
