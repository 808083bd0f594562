"""Vietnamese numbers as people type them, in digits or words, marked or not: `2,5`, `1.500.000`, `hai mươi lăm`.

A number may be a range: `2-3`, `hai ba` (two or three), `mười mấy` (eleven and more, under twenty).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bot.core.formula import Interval
from bot.core.text import may_be, spell, strip_marks

SEVERAL: Final = "may"  # mười mấy, hai triệu mấy
TO: Final = ("-", "den", "toi")
_DIGITS: Final = (
    ("một", 1), ("hai", 2), ("ba", 3), ("bốn", 4), ("năm", 5), ("sáu", 6), ("bảy", 7), ("bẩy", 7), ("tám", 8),
    ("chín", 9),
)  # fmt: skip
_AFTER_TENS: Final = (("mốt", 1), ("tư", 4), ("lăm", 5), ("nhăm", 5))  # said behind a ten only: hai (mươi) lăm
_BELOW_TEN: Final = Decimal("9.999999")  # "mười mấy triệu" is under twenty million, to the đồng
_TEN: Final = ("muoi", "chuc")
_TOKEN: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[-/]")
_SPACED: Final = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d.,])")
_GROUPED: Final = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
_LONGEST: Final = 15  # digits of a number; longer ones are no amount of anybody


@dataclass(frozen=True, slots=True)
class Token:
    """A word without marks, a number or a sign; `typed` as it was typed, in small letters."""

    word: str
    typed: str

    @property
    def is_number(self) -> bool:
        return self.typed[0].isdecimal()


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was read, and the place of the token behind it."""

    span: Interval
    end: int
    in_words: bool = False


def tokens_of(text: str) -> list[Token]:
    """Cut a text into words, numbers and the signs that matter."""
    joined = _SPACED.sub(lambda found: found[0].replace(" ", "."), spell(text).replace("–", "-"))
    return [Token(strip_marks(typed), typed) for typed in _TOKEN.findall(joined)]


def number_at(tokens: Sequence[Token], at: int) -> Number | None:
    """Read the number that begins at this token; None where none does."""
    first = _one_number(tokens, at)
    if first is None or first.end + 1 >= len(tokens) or tokens[first.end].word not in TO:
        return first
    second = _one_number(tokens, first.end + 1)
    if second is None or not _low(first) < _low(second):
        return first
    return Number(Interval(first.span.low, second.span.high), second.end, first.in_words)


def digit(token: Token, *, behind_ten: bool = False) -> int | None:
    """The value of a word for one to nine; None where it is none."""
    words = (*_AFTER_TENS, *_DIGITS) if behind_ten else _DIGITS
    return next((value for word, value in words if may_be(token.typed, word)), None)


def decimal_of(typed: str) -> Decimal:
    """The value of a number in digits: `1.500.000` and `1.500` are groups, `2,5` and `2.5` are not."""
    if _GROUPED.fullmatch(typed):
        return Decimal(re.sub(r"[.,]", "", typed))
    whole, *rest = re.split(r"[.,]", typed)
    return Decimal(f"{whole}.{''.join(rest) or 0}")


def _one_number(tokens: Sequence[Token], at: int) -> Number | None:
    if at >= len(tokens):
        return None
    if tokens[at].is_number:
        if len(tokens[at].typed) > _LONGEST:
            return None
        value = decimal_of(tokens[at].typed)
        return Number(Interval(value, value), at + 1)
    return _in_words(tokens, at)


def _in_words(tokens: Sequence[Token], at: int) -> Number | None:
    """`hai`, `hai ba`, `mười hai`, `hai mươi lăm`, `hai lăm`, `mười mấy`, `một trăm hai mươi`."""
    first = digit(tokens[at])
    second = tokens[at + 1] if at + 1 < len(tokens) else Token("", "")
    if first is not None and second.word == "tram" and at + 2 < len(tokens):
        rest = _in_words(tokens, at + 2) if tokens[at + 2].word not in ("le", "linh") else _in_words(tokens, at + 3)
        low = Decimal(first * 100)
        if rest and rest.span.high is not None and rest.span.high >= 10:
            return Number(Interval(low + _low(rest), low + rest.span.high), rest.end, True)
        return Number(Interval(low, low), at + 2, True)
    if first is not None and second.word in _TEN:
        return _behind_ten(tokens, at + 2, first * 10)
    if tokens[at].word in _TEN:
        return _behind_ten(tokens, at + 1, 10)
    if first is None:
        return None
    units = digit(second, behind_ten=True) if second.typed else None
    if units is not None and digit(second) is None:  # hai lăm: twenty-five
        return _exactly(first * 10 + units, at + 2)
    if units is not None and first < units:  # hai ba: two or three
        return Number(Interval(Decimal(first), Decimal(units)), at + 2, True)
    return _exactly(first, at + 1)


def _behind_ten(tokens: Sequence[Token], at: int, tens: int) -> Number:
    if at < len(tokens) and tokens[at].word == SEVERAL:
        return Number(Interval(Decimal(tens + 1), tens + _BELOW_TEN), at + 1, True)
    units = digit(tokens[at], behind_ten=True) if at < len(tokens) else None
    return _exactly(tens, at) if units is None else _exactly(tens + units, at + 1)


def _exactly(value: int, end: int) -> Number:
    return Number(Interval(Decimal(value), Decimal(value)), end, True)


def _low(number: Number) -> Decimal:
    assert number.span.low is not None
    return number.span.low
