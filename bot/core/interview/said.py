"""Clauses of a text in one spelling, and the numbers in them: what mentions.py looks through.

A clause is folded, its abbreviations written out: "e hcn, mẹ 76t" → "em ho can ngheo", "me 76 tuoi".
"""

import re
from typing import Final

from bot.core.text import fold, spell, untelex

LONGEST: Final = 60  # words of a clause that are read: what follows costs more than it tells

_CLAUSE: Final = re.compile(r"[.,;:!?…()]+(?:\s+|$)|\n+|\s+-\s+")
_INNER: Final = re.compile(r" (?:ma|nhung|nen) ")  # another thing is said after these
_WORD: Final = re.compile(r"[^\W_]+(?:[.,][^\W_]+)*")
_UNIT: Final = re.compile(r"(\d+(?:[.,]\d+)?)(tr|t|k|ng)(\d*)")  # 76t, 2tr, 2tr5, 1.8tr
_UNITS: Final = {"tr": "trieu", "t": "tuoi", "k": "nghin", "ng": "nguoi"}
_SHORT: Final = {
    "hn": "ho ngheo", "hcn": "ho can ngheo", "cn": "can ngheo", "ngeo": "ngheo", "k": "khong", "ko": "khong",
    "kg": "khong", "hok": "khong", "hk": "khong", "hong": "khong", "hông": "khong", "hổng": "khong", "hôn": "khong",
    "e": "em", "t": "toi", "tui": "toi", "mk": "minh", "mik": "minh", "ng": "nguoi", "tr": "trieu", "ngan": "nghin",
    "ngàn": "nghin", "má": "me", "gd": "gia dinh", "gđ": "gia dinh", "ms": "moi", "dc": "duoc", "đc": "duoc",
    "th": "thang", "đh": "dai hoc", "dh": "dai hoc", "hc": "hoc", "mg": "mau giao", "ngèo": "ngheo",
}  # fmt: skip

_ONES: Final = ("mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin")
_ONE: Final = "|".join(_ONES)
_UNITS_AFTER_TEN: Final = {**{word: at for at, word in enumerate(_ONES, 1)}, "tu": 4, "lam": 5, "nham": 5}
# 76, bay muoi sau, bay sau, muoi hai, hai muoi, nam: up to 199 in digits, to 99 in words.
NUMBER: Final = (
    rf"(?:1?\d{{1,2}}|(?:(?:{_ONE}) )?muoi(?: (?:{'|'.join(_UNITS_AFTER_TEN)}))?"
    rf"|(?:{_ONE}) (?:{'|'.join(_UNITS_AFTER_TEN)})|{_ONE})(?!\d)"
)


def clauses(text: str) -> list[str]:
    """Cut a text into clauses, each as it is compared."""
    return [
        clause
        for part in _CLAUSE.split(spell(text))
        for clause in _INNER.split(" ".join(_written_out(word) for word in _WORD.findall(part)[:LONGEST]))
        if clause
    ]


def number_of(words: str) -> int:
    """The value of what NUMBER matched."""
    if words.isdigit():
        return int(words)
    if "muoi" not in words:
        tens, _, ones = words.partition(" ")
        return _UNITS_AFTER_TEN[tens] * (10 if ones else 1) + _UNITS_AFTER_TEN.get(ones, 0)
    tens, _, ones = words.partition("muoi")
    return 10 * _UNITS_AFTER_TEN.get(tens.strip(), 1) + _UNITS_AFTER_TEN.get(ones.strip(), 0)


def _written_out(word: str) -> str:
    unit = _UNIT.fullmatch(word)
    if unit:
        return f"{unit[1]} {_UNITS[unit[2]]} {unit[3]}".strip()
    if any(sign.isdigit() for sign in word):
        return word if word[0].isdigit() else fold(untelex(word))
    return _SHORT.get(word) or untelex(fold(word))
