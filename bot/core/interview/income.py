"""Income as people know it: `2tr rưỡi`, `hai triệu mấy`, `30 triệu một vụ`, `mỗi tháng 4 triệu cả nhà`.

A rule wants VND per person and month. What that takes and was not said (how many people, how many seasons a year) is
asked, never assumed. What is said as a range stays one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bot.core.eligibility.facts import Between, Fact
from bot.core.formula import Interval
from bot.core.interview.numerals import SEVERAL, TO, Number, Token, digit, number_at, tokens_of

_ONE: Final = Decimal(1)
_THOUSAND: Final = Decimal(1000)
_MILLION: Final = Decimal(1_000_000)
_SCALES: Final = {
    "ty": 1000 * _MILLION, "ti": 1000 * _MILLION, "tr": _MILLION, "trieu": _MILLION, "cu": _MILLION,
    "nghin": _THOUSAND, "ngan": _THOUSAND, "k": _THOUSAND, "dong": _ONE, "d": _ONE, "vnd": _ONE,
}  # fmt: skip
_BARE: Final = Decimal(100_000)  # a number without a unit is taken for đồng from here on; below it may be anything
_MOST: Final = Decimal(1000)  # millions: a larger number of them was meant otherwise
# What is counted and is no money: "4 người", "một tháng".
_COUNTED: Final = frozenset({
    "nguoi", "ng", "dau", "khau", "con", "chau", "thang", "th", "nam", "vu", "mua", "ngay", "tuan", "quy", "lan", "nha",
    "ho", "lao",
})  # fmt: skip
_UNDER: Final = re.compile(r"\b(?:duoi|gan|(?:chua|khong) (?:toi|den))$")
_AT_MOST: Final = re.compile(r"\b(?:khong (?:qua|hon)|toi da)$")
_OVER: Final = re.compile(r"\b(?:tren|hon|ngoai)$")
_AT_LEAST: Final = re.compile(r"\b(?:it nhat|toi thieu)$")
_NOTHING: Final = re.compile(r"\bkhong (?:co |lam ra )?(?:thu nhap|tien|dong nao)\b")
_EACH: Final = r"(?:mot|moi|tung|1|hang|ca|/|tren)"


class Per(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"
    YEAR = "year"


_PER: Final = {
    Per.MONTH: re.compile(r"\b(?:thang|th)\b"), Per.SEASON: re.compile(r"\b(?:vu|mua)\b"),
    Per.DAY: re.compile(r"\bngay\b"), Per.WEEK: re.compile(r"\btuan\b"), Per.QUARTER: re.compile(r"\bquy\b"),
    Per.YEAR: re.compile(rf"{_EACH} ?nam\b"),
}  # fmt: skip
_PERSON: Final = re.compile(rf"{_EACH} ?(?:dau )?(?:nguoi|ng|khau)\b|\bdau nguoi\b|\bbinh quan\b")
_HOUSEHOLD: Final = re.compile(r"\b(?:(?:ca|nguyen|toan) )(?:nha|ho|gia dinh)\b|\bnha (?:minh|em|tui|toi|con|chau)\b")
_A_YEAR: Final = {Per.WEEK: Decimal(52), Per.MONTH: Decimal(12), Per.QUARTER: Decimal(4), Per.YEAR: _ONE}


class Unclear(StrEnum):
    """What no amount could be read for, or what it still takes to work it out: what to ask next."""

    NUMBER = "number"  # there is no amount in it
    UNIT = "unit"  # "2": two what?
    SEVERAL = "several"  # more than one amount
    PERIOD = "period"
    WHOSE = "whose"
    MEMBERS = "members"
    SEASONS = "seasons"  # how many a year
    DAYS = "days"  # how many days a month


@dataclass(frozen=True, slots=True)
class Income:
    """An amount in VND (`high` None: open), for what time and for whom; None: not said."""

    low: Decimal
    high: Decimal | None
    per: Per | None = None
    is_household: bool | None = None


def read_income(text: str) -> Income | Unclear:
    """Read an income as somebody types it; what stands in the text and is no amount is passed over."""
    tokens = tokens_of(text)
    words = " ".join(token.word for token in tokens)
    amounts = list(_amounts(tokens))
    if not amounts and _NOTHING.search(words):
        amounts = [Interval(Decimal(0), Decimal(0))]
    if len(amounts) != 1:
        is_bare = any(token.is_number or digit(token) is not None for token in tokens)
        return Unclear.SEVERAL if amounts else Unclear.UNIT if is_bare else Unclear.NUMBER
    periods = [per for per, said in _PER.items() if said.search(words)]
    is_household = False if _PERSON.search(words) else True if _HOUSEHOLD.search(words) else None
    per = periods[0] if len(periods) == 1 and not re.search(r"\b(?:[2-9]|\d\d+) (?:thang|nam|vu)\b", words) else None
    low, high = amounts[0].low, amounts[0].high
    return Income(Decimal(0) if low is None else low, high, per, is_household)


def per_person(
    income: Income, fact: Fact, *, members: int | None = None, times: Decimal | None = None
) -> Decimal | Between | Unclear:
    """Work out VND per person and month within the fact's bounds, or say what is still needed.

    `times`: seasons a year of an income per season, days a month of one per day.
    """
    if income.per is None:
        return Unclear.PERIOD
    if income.is_household is None:
        return Unclear.WHOSE
    if income.is_household and members is None:
        return Unclear.MEMBERS
    if income.per in (Per.SEASON, Per.DAY) and times is None:
        return Unclear.SEASONS if income.per is Per.SEASON else Unclear.DAYS
    a_year = _A_YEAR.get(income.per) or (times or _ONE) * (12 if income.per is Per.DAY else 1)
    people = Decimal(members if income.is_household and members else 1)
    most = fact.high if fact.high is not None else income.low
    low = income.low * a_year / (12 * people)
    high = most if income.high is None else income.high * a_year / (12 * people)
    low, high = min(low, most), min(high, most)
    return low if low == high else Between(low, high)


def _amounts(tokens: Sequence[Token]) -> Iterator[Interval]:
    """Every amount in reading order; two with a "to" between them are one."""
    at = 0
    while at < len(tokens):
        found = _amount_at(tokens, at)
        if found is None:
            at += 1
            continue
        span, end = found.span, found.end
        following = _amount_at(tokens, end + 1) if end < len(tokens) and tokens[end].word in TO else None
        if following is not None and (span.low or 0) < (following.span.low or 0):
            span, end = Interval(span.low, following.span.high), following.end
        yield _bounded(span, " ".join(token.word for token in tokens[max(0, at - 3) : at]), tokens[end : end + 1])
        at = end


def _bounded(span: Interval, before: str, behind: Sequence[Token]) -> Interval:
    """`dưới 2 triệu` has no lower end, `hơn 2 triệu` no upper one; the named đồng itself is in neither."""
    assert span.low is not None
    assert span.high is not None
    if _AT_MOST.search(before):
        return Interval(Decimal(0), span.high)
    if _UNDER.search(before):
        return Interval(Decimal(0), max(span.high - 1, Decimal(0)))
    if _AT_LEAST.search(before):
        return Interval(span.low, None)
    if _OVER.search(before) or (behind and behind[0].word == "hon"):
        return Interval(span.low + 1, None)
    return span


def _amount_at(tokens: Sequence[Token], at: int) -> Number | None:
    """`2tr5`, `2 triệu rưỡi`, `hai triệu năm trăm`, `500 nghìn`, `năm trăm`, `triệu rưỡi`, `1.500.000`."""
    if at >= len(tokens):
        return None
    if tokens[at].word == "nua" and _scale(tokens, at + 1) is not None:
        return _times(Number(Interval(Decimal("0.5"), Decimal("0.5")), at + 1), _SCALES[tokens[at + 1].word], at + 2)
    number = number_at(tokens, at)
    if number is None:
        is_one = _scale(tokens, at) == _MILLION and at + 1 < len(tokens) and tokens[at + 1].word == "ruoi"
        return _behind(tokens, Number(Interval(_ONE, _ONE), at), _MILLION, at + 1) if is_one else None
    end = number.end
    if end < len(tokens) and tokens[end].word == "tram":  # 5 trăm
        number, end = _times(number, Decimal(100), end + 1), end + 1
        number = Number(number.span, end, in_words=True)
    scale = _scale(tokens, end)
    if scale is not None:
        is_odd = scale >= _MILLION and (number.span.high or 0) >= _MOST
        return None if is_odd else _behind(tokens, number, scale, end + 1)
    is_counted = end < len(tokens) and tokens[end].word in _COUNTED
    if number.in_words and not is_counted and number.span.low in range(100, 1000, 100):  # năm trăm (nghìn)
        return _times(number, _THOUSAND, end)
    is_dong = not number.in_words and (number.span.low == 0 or (number.span.low or 0) >= _BARE)
    return number if is_dong and not is_counted else None


def _behind(tokens: Sequence[Token], number: Number, scale: Decimal, at: int) -> Number:
    """What stands behind the unit: half of it, "some", a tenth, or a smaller amount."""
    whole = _times(number, scale, at)
    if scale < _THOUSAND or at >= len(tokens):
        return whole
    word = tokens[at].word
    if word == "ruoi":
        return _plus(whole, scale / 2, scale / 2, at + 1)
    if word == SEVERAL:
        return _plus(whole, Decimal(0), scale - 1, at + 1)
    smaller = _amount_at(tokens, at)
    if smaller is not None and smaller.span.high is not None and _BARE / 100 <= smaller.span.high < scale:
        return _plus(whole, smaller.span.low or Decimal(0), smaller.span.high, smaller.end)
    if at + 1 < len(tokens) and tokens[at + 1].word in (*_COUNTED, *_SCALES):
        return whole
    units = digit(tokens[at], behind_ten=True)
    if tokens[at].is_number and tokens[at].typed.isdecimal() and len(tokens[at].typed) <= 3:
        tail = Decimal(tokens[at].typed) * scale / 10 ** len(tokens[at].typed)
    elif units is not None and number.in_words:
        tail = units * scale / 10
    else:
        return whole
    return _plus(whole, tail, tail, at + 1)


def _scale(tokens: Sequence[Token], at: int) -> Decimal | None:
    return _SCALES.get(tokens[at].word) if at < len(tokens) else None


def _times(number: Number, factor: Decimal, end: int) -> Number:
    return Number(number.span.times(Interval(factor, factor)), end, number.in_words)


def _plus(number: Number, low: Decimal, high: Decimal, end: int) -> Number:
    assert number.span.low is not None
    assert number.span.high is not None
    return Number(Interval(number.span.low + low, number.span.high + high), end, number.in_words)
