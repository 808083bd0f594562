"""Codes that nobody can guess: a slip's whole one, the shorter one by which an address is linked."""

from collections.abc import Callable
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no sign that is taken for another (0, O, 1, I)
SIGNS: Final = 16  # 80 bits
GROUP: Final = 4


def draw(choose: Callable[[str], str]) -> str:
    """Return as many signs as `choose` takes out of the alphabet."""
    return "".join(choose(ALPHABET) for _ in range(SIGNS))


def read(text: str, length: int = SIGNS) -> str:
    """Return the signs of a code, however they were typed; "" for what is none."""
    signs = "".join(sign for sign in text.upper() if not sign.isspace() and sign not in "-.")
    return signs if len(signs) == length and set(signs) <= set(ALPHABET) else ""


def grouped(signs: str, between: str = "-") -> str:
    """Return a code as people copy it: in groups."""
    return between.join(signs[at : at + GROUP] for at in range(0, len(signs), GROUP))
