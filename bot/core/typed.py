"""Numbers as people type them: counts, ages, months, what a household earns. No guess: what is unclear is None or open.

Read without marks: "2tr rưỡi", "hai triệu mấy" (a range), "nam muoi tuoi", "sinh năm 1950", "3/2025". A reading is
`whole` when no other word stands beside it; what is not whole may be a question that happens to hold a number.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from bot.core.facts import Between
from bot.core.text import strip_marks

_TOKEN: Final = re.compile(r"\d+(?:[.,]\d+)*|[a-z]+|[/-]")
_GROUPED: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_LONGEST: Final = 200  # signs: nobody needs more to say a number

_ONES: Final = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_UNITS: Final = {
    "ty": 10**9, "ti": 10**9, "trieu": 10**6, "tr": 10**6, "cu": 10**6, "million": 10**6, "m": 10**6,
    "nghin": 10**3, "ngan": 10**3, "k": 10**3, "thousand": 10**3, "d": 1, "dong": 1, "vnd": 1,
}  # fmt: skip
_COUNTED: Final = ("nguoi", "thang", "nam", "vu", "mua", "ngay", "tuan", "dua", "person", "people", "month", "year")
_OVER: Final = ("hon", "tren", "over")  # "hơn 2 triệu": two and something
_UNDER: Final = ("duoi", "under")
_SOME: Final = ("may", "hon", "le")  # "hai triệu mấy"
_TO: Final = ("-", "den", "toi", "to")

# Words around a number that say nothing else.
_FILLERS: Final = frozenset(
    "da a thua thi la co khoang chung tam cung duoc kiem lam thu nhap tien luong mot moi hang trong tu nha toi tui em "
    "con chau minh gia dinh ca tong cong ho chi anh ong ba me cha noi ngoai nguoi thang nam vu mua dau lua nay roi thoi "
    "dong d vnd vo chong hai nhe nha tuoi sinh sn sinh dua tat ca het thay do gan about around i we earn a per each every "
    "month year season person household whole people years old born in the my our together total of age is am are k "
    "- /".split()
)
_PERSON: Final = re.compile(r"\b(?:(?:moi|mot|1|dau|tung|per|each|a)|/) ?(?:nguoi|dau nguoi|person)\b")
_HOUSEHOLD: Final = re.compile(r"\b(?:ca nha|ca ho|ca gia dinh|tong cong|whole|together|total|household)\b")
_PERIODS: Final = (
    ("month", re.compile(r"\b(?:thang|th|month|monthly)\b")),
    ("season", re.compile(r"\b(?:vu|mua|season)\b")),
    ("year", re.compile(r"(?:\b(?:mot|moi|1|hang|ca|trong|a|per|every)|/) ?(?:nam|year)\b|\byearly\b")),
)
_SHORTER: Final = re.compile(r"\b(?:ngay|tuan|buoi|day|week)\b")  # how many of them are worked, nobody said
_NOTHING: Final = re.compile(r"(?:da )?(?:khong|hong|ko|chua) (?:co )?(?:thu nhap|gi|dong nao|lam gi)(?: het| ca)?|nothing")
_MONTH: Final = re.compile(r"(?:thang )?(?P<month>\d{1,2}) ?(?:/|-| nam | )+ ?(?P<year>(?:19|20)\d\d)")
_ISO: Final = re.compile(r"(?P<year>(?:19|20)\d\d)[-/](?P<month>\d{1,2})")
_BORN: Final = re.compile(
    r"(?:(?:(?:ngay )?(?P<day>\d{1,2})[/-])?(?:thang )?(?P<month>\d{1,2})[/-])?(?P<year>(?:19|20)\d\d)"
)


@dataclass(frozen=True, slots=True)
class Income:
    """What somebody earns, `low` to `high` VND. `of`: person | household; `per`: month | year | season; "" = not said."""

    low: Decimal
    high: Decimal
    of: str = ""
    per: str = ""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Read:
    low: Decimal
    high: Decimal
    end: int  # the token after it
    has_unit: bool = False


def read_count(text: str) -> Decimal | Between | None:
    """ "5", "năm người", "4-5 người": a number and nothing else."""
    words = _tokens(text)
    found = [(at, read) for at in range(len(words)) if (read := _number(words, at))]
    if not found:
        return None
    at, read = found[0]
    rest = words[:at] + words[read.end :]
    return _span(read.low, read.high) if all(word in _FILLERS for word in rest) else None


def read_age(text: str, day: date) -> Decimal | Between | None:
    """ "76", "bảy mươi sáu tuổi", "hơn 70", "8 tháng", "sinh năm 1950": full years on `day`; a year alone is a range."""
    bare = _bare(text)
    born = _BORN.search(bare)
    if born and all(word in _FILLERS for word in _TOKEN.findall(bare[: born.start()] + " " + bare[born.end() :])):
        return _age_of(born, day)
    if re.fullmatch(r"(?:da |duoc |moi )?(?:\d{1,2}|" + "|".join(_ONES) + r") thang(?: tuoi)?", bare):
        months = read_count(re.sub("tuoi|duoc|moi", "", bare))
        return Decimal(int(months / 12)) if isinstance(months, Decimal) else None
    words = _tokens(text)
    if words and words[0] in (*_OVER, "gan"):
        number = read_count(" ".join(words[1:]))
        if not isinstance(number, Decimal) or number % 10:
            return None
        return Between(number, number + 9) if words[0] != "gan" else None
    return read_count(text)


def read_month(text: str, day: date) -> date | None:
    """ "3/2025", "tháng 3 năm 2025", "tháng 3 năm ngoái": the first day of a month that is not after `day`."""
    bare = re.sub(r"\bnam ngoai\b", f"nam {day.year - 1}", re.sub(r"\bnam nay\b", f"nam {day.year}", _bare(text)))
    found = _ISO.search(bare) or _MONTH.search(bare)
    if found is None or not 1 <= int(found["month"]) <= 12:
        return None
    month = date(int(found["year"]), int(found["month"]), 1)
    return month if month <= day else None


def read_income(text: str) -> Income | None:
    """ "2tr rưỡi", "cả nhà mỗi tháng 4 triệu", "30 triệu một vụ". None: no sum, more than one, or per day or week."""
    bare = _bare(text)
    if _NOTHING.fullmatch(bare):
        return Income(Decimal(0), Decimal(0), "household", "month")
    words = _tokens(text)
    if _SHORTER.search(bare):
        return None
    found: list[tuple[int, _Read]] = []
    at = 0
    while at < len(words):
        read = _sum(words, at)
        found += [(at, read)] if read else []
        at = read.end if read else at + 1
    if len(found) != 1:
        return None
    begin, read = found[0]
    low, high, before = read.low, read.high, words[:begin]
    if before and before[-1] in _UNDER:
        low, before = Decimal(0), before[:-1]
    elif before and before[-1] in _OVER:
        high, before = high + _step(read.low) - 1, before[:-1]
    rest = [*before, *words[read.end :]]
    around = f" {' '.join(before)} , {' '.join(words[read.end :])} ".replace(" / ", " /")
    of = "person" if _PERSON.search(around) else "household" if _HOUSEHOLD.search(around) else ""
    per = next((name for name, pattern in _PERIODS if pattern.search(around)), "")
    return Income(low, high, of, per, all(word in _FILLERS or word.isdigit() for word in rest))


def _sum(words: list[str], at: int) -> _Read | None:
    """A sum of money at this token: with a unit, or so large that it can only be đồng."""
    read = _number(words, at)
    if read is None or (read.end < len(words) and words[read.end] in _COUNTED and read.high < 1000):
        return None
    return read if read.has_unit or read.low >= 1000 else None


def _number(words: list[str], at: int) -> _Read | None:
    """A number at this token, or two with a "đến" between them, with the unit of money behind."""
    first = _plain(words, at)
    if first is None:
        return None
    low, end = first
    high = low
    if end < len(words) - 1 and words[end] in _TO and (second := _plain(words, end + 1)) and second[0] > low:
        high, end = second
    elif end < len(words) and words[end] in _ONES and low < 10 and _ONES[words[end]] == low + 1:
        high, end = Decimal(_ONES[words[end]]), end + 1  # "hai ba triệu"
    elif end < len(words) - 2 and words[end] in _UNITS and words[end + 1] in _TO and (second := _plain(words, end + 2)):
        if second[0] >= low and second[1] < len(words) and words[second[1]] == words[end]:
            high, end = second  # "2 triệu đến 3 triệu"
    if end < len(words) and words[end] in _UNITS:
        return _with_unit(words, low, high, end)
    return _Read(low, high, end)


def _with_unit(words: list[str], low: Decimal, high: Decimal, at: int) -> _Read:
    """The unit, and what follows it: "2 triệu rưỡi", "2tr5", "2tr500", "hai triệu mấy"."""
    unit = Decimal(_UNITS[words[at]])
    low, high, end = low * unit, high * unit, at + 1
    tail = words[end] if end < len(words) else ""
    following = words[end + 1] if end + 1 < len(words) else ""
    if unit > 1 and tail == "ruoi":
        low, high, end = low + unit / 2, high + unit / 2, end + 1
    elif unit > 1 and tail in _SOME:
        high, end = high + unit - 1, end + 1
    elif unit > 1 and tail.isdigit() and len(tail) <= 3 and following not in _COUNTED:
        more = Decimal(tail) * unit / 10 ** len(tail)
        low, high, end = low + more, high + more, end + 1
        end += end < len(words) and words[end] in ("k", "nghin", "ngan")
    elif unit > 1 and tail in _ONES and following not in _COUNTED and following not in _UNITS and tail != "nam":
        low, high, end = low + unit * _ONES[tail] / 10, high + unit * _ONES[tail] / 10, end + 1
    end += end < len(words) and words[end] in ("dong", "d", "vnd")
    return _Read(low, high, end, has_unit=True)


def _plain(words: list[str], at: int) -> tuple[Decimal, int] | None:
    """A number in digits or in words up to ninety-nine, and the token after it."""
    word = words[at]
    if word[0].isdigit():
        return _digits(word), at + 1
    if word == "nua":
        return Decimal("0.5"), at + 1
    if word in ("muoi", "chuc"):
        return _ten(Decimal(10), words, at + 1)
    if word not in _ONES:
        return None
    if at + 1 < len(words) and words[at + 1] in ("muoi", "chuc"):
        return _ten(Decimal(10 * _ONES[word]), words, at + 2)
    return Decimal(_ONES[word]), at + 1


def _ten(tens: Decimal, words: list[str], at: int) -> tuple[Decimal, int]:
    following = words[at + 1] if at + 1 < len(words) else ""
    if at < len(words) and words[at] in _ONES and following not in ("muoi", "chuc"):
        is_year = words[at] == "nam"  # "mười lăm" is fifteen; "mười năm" are years
        return (tens, at) if is_year else (tens + _ONES[words[at]], at + 1)
    if at < len(words) and words[at] == "mot":
        return tens + 1, at + 1
    return tens, at


def _digits(word: str) -> Decimal:
    """1.500.000 and 1,500,000 are grouped, 2,5 and 2.5 are not."""
    if _GROUPED.fullmatch(word):
        return Decimal(re.sub("[.,]", "", word))
    whole, _, part = word.replace(",", ".").partition(".")
    return Decimal(f"{whole}.{part.replace('.', '')}" if part else whole)


def _step(number: Decimal) -> Decimal:
    """How far "and something" may go: to the next million of a sum in millions."""
    return Decimal(10**6 if number >= 10**6 else 10**5)


def _age_of(born: re.Match[str], day: date) -> Decimal | Between | None:
    year, month, of_month = int(born["year"]), int(born["month"] or 0), int(born["day"] or 0)
    full = day.year - year
    if full < 0 or month > 12 or of_month > 31:
        return None
    if not month or (month == day.month and not of_month):
        return _span(Decimal(max(full - 1, 0)), Decimal(full))
    is_past = (month, of_month or 1) <= (day.month, day.day)
    return Decimal(full if is_past else full - 1) if full or is_past else None


def _span(low: Decimal, high: Decimal) -> Decimal | Between:
    return low if low == high else Between(low, high)


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[^\w/.,-]+", " ", strip_marks(text[:_LONGEST]).lower(), flags=re.ASCII).split()).strip(" .,")


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(_bare(text))
