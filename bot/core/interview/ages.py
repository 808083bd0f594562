"""An age as people type it: `76`, `bảy mươi sáu tuổi`, `sinh năm 1950`, `sn 50`, `12/3/1950`, `18 tháng` (a baby).

Ages are full years on a day. A birth year alone leaves two of them (but on its last day): then it is a range.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from bot.core.eligibility.facts import Between
from bot.core.interview.numerals import Number, number_at, tokens_of
from bot.core.text import spell, strip_marks

OLDEST: Final = 120
# 12/3/1950, 3/1950 or "tháng 3 năm 1950", 1950; each part may be missing from the left.
_BORN: Final = re.compile(r"(?:(?:\b(\d{1,2})\s*[-/.]\s*)?\b(\d{1,2})\s*(?:[-/.]|nam)\s*)?\b((?:18|19|20)\d{2})\b")
_BORN_SHORT: Final = re.compile(r"\b(?:sinh|sn)(?:\s*nam)?\s*(\d{2})\b(?!\s*tuoi)")  # of a century to be guessed
_BIRTH: Final = re.compile(r"\b(?:sinh nam|nam sinh|sn)\b")
_MONTHS_OLD: Final = re.compile(r"\b(\d{1,2})\s*thang\b(?!\s*\d)")
_OVER: Final = re.compile(r"\b(?:tren|hon|ngoai)\b")
_UNDER: Final = re.compile(r"\b(?:duoi|gan|chua (?:toi|den|du))\b")


def read_age(text: str, day: date) -> Decimal | Between | None:
    """Read an age or a birthday as full years on `day`; None where there is none, or none that can be."""
    words = strip_marks(spell(text))
    born = _BORN.search(words)
    short = _BORN_SHORT.search(words)
    baby = _MONTHS_OLD.search(words)
    if born is not None:
        span = _since(*(int(part) if part else None for part in born.groups()), day=day)
    elif short is not None:
        century = day.year // 100 * 100
        year = century + int(short[1])
        span = _since(None, None, year if year <= day.year else year - 100, day=day)
    elif _BIRTH.search(words) and not any(sign.isdigit() for sign in words):
        span = None  # a year in words: "sinh năm bảy mươi" is no age of seventy
    elif baby is not None:
        span = (int(baby[1]) // 12, int(baby[1]) // 12)
    else:
        span = _in_years(text, words)
    if span is None or not 0 <= span[0] <= span[1] <= OLDEST:
        return None
    low, high = Decimal(span[0]), Decimal(span[1])
    return low if low == high else Between(low, high)


def _since(born: int | None, month: int | None, year: int | None, *, day: date) -> tuple[int, int] | None:
    """The fewest and the most full years since a day of which parts may not be known."""
    assert year is not None
    if (month is not None and not 1 <= month <= 12) or (born is not None and not 1 <= born <= 31) or year > day.year:
        return None
    latest, earliest = (month or 12, born or 31), (month or 1, born or 1)
    if (year, *earliest) > (day.year, day.month, day.day):  # not born yet
        return None
    fewest, most = (day.year - year - ((day.month, day.day) < birthday) for birthday in (latest, earliest))
    return max(fewest, 0), most


def _in_years(text: str, words: str) -> tuple[int, int] | None:
    """`76 tuổi`, `bảy mươi mấy`, `hơn 70`: the only number of the text, the only one in digits where there are any."""
    tokens = tokens_of(text)
    found: list[Number] = []
    at = 0
    while at < len(tokens):
        number = number_at(tokens, at)
        found += [number] if number else []
        at = number.end if number else at + 1
    spans = [each.span for each in found if not each.in_words] or [each.span for each in found]
    if len(spans) != 1 or spans[0].low is None or spans[0].high is None:
        return None
    low, high = int(spans[0].low), int(spans[0].high)
    if _OVER.search(words):
        return low, OLDEST
    return (0, low - 1) if _UNDER.search(words) else (low, high)
