"""The same text as a hurried thumb types it: without marks, here and there a letter missing, doubled or swapped, or two
words typed together. The model learns from these beside the examples (bot/core/linear.py).

Which word is hit and how hangs on the word and its place alone, so that the same examples give the same model.
"""

from typing import Final
from zlib import crc32

from bot.core.text import strip_marks

ONE_IN: Final = 6  # words of more than SHORT letters that a mistake hits; half as many are typed to the next
SHORT: Final = 3


def mistyped(text: str) -> str:
    """Return the text with such mistakes. Words stay apart by single spaces."""
    typed: list[str] = []
    for at, word in enumerate(strip_marks(text).split()):
        chance = crc32(f"{at} {word}".encode())
        hit = _hit(word, chance // ONE_IN) if chance % ONE_IN == 0 and len(word) > SHORT else word
        if typed and chance % (2 * ONE_IN) == 1:
            typed[-1] += hit
        else:
            typed.append(hit)
    return " ".join(typed)


def _hit(word: str, chance: int) -> str:
    """Drop, swap or double a letter inside a word."""
    at = 1 + chance // 3 % (len(word) - 2)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    return (f"{before}{after}", f"{before}{after[0]}{letter}{after[1:]}", f"{before}{letter}{letter}{after}")[
        chance % 3
    ]
