"""Figures that stand in a text itself: a digit, or a number word before a unit. They belong into parameters.

Allowed are numbers that name something: Điều/khoản/điểm, Mẫu số, Dự án, lớp, bước n and numbers of documents.
"""

import re
from collections.abc import Iterator
from typing import Final

_TARGET: Final = re.compile(r"\]\([^)\s]*\)")  # where a link leads
_MEASURE: Final = r"(?:%|[.,/]?\d|phần trăm|đồng|triệu|nghìn|ngày|tháng|tuổi|percent|VND|days|months|years)"
_NAMED: Final = re.compile(
    r"\b(?:Điều|khoản|điểm|Mẫu số|Mẫu|Dự án|lớp|bước"
    r"|Articles?|Clauses?|Points?|Form(?: no\.)?|Projects?|grades?|steps?)"
    r"\s+\d+[a-zđ]?(?:[/-][A-ZĐ0-9-]+)?\b"
    rf"(?:(?:,| và| hoặc| đến| to| and| or)\s+\d{{1,2}}[a-zđ]?\b(?!\s*{_MEASURE}))*",  # "grade 1 to 12"
    re.IGNORECASE,
)
_DOCUMENT: Final = re.compile(r"\b\d+[a-zđ]?(?:/\d{4})?/[A-ZĐ][A-ZĐa-z0-9]*(?:-[A-ZĐ][A-ZĐa-z0-9]*)*")
_DIGITS: Final = re.compile(r"\d[\d.,/]*\d|\d")

# "một tháng", "một ngày" say per month, per day; before all other units "một" is a figure. "mỗi triệu đồng" is none.
_VI: Final = re.compile(
    r"\b(?:(?:hai|ba|bốn|tư|lăm|năm|sáu|bảy|bẩy|tám|chín|mười|mươi|chục|trăm|nửa|rưỡi)\s+"
    r"(?:phần trăm|đồng|triệu|nghìn|ngàn|tỷ|tỉ|ngày|tháng|tuổi)"
    r"|một\s+(?:phần trăm|đồng|triệu|nghìn|ngàn|tỷ|tỉ|tuổi))\b"
    r"(?!\s+(?:bào|ý|hồ|thời|lúa|hương|ruộng|chi trả))",  # đồng bào, đồng ý … are no money
    re.IGNORECASE,
)
_EN: Final = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|hundred|thousand|half|dozen)[\s-]+"
    r"(?:percent|per cent|dong|VND|million|thousand|(?:working )?days|months|years? old|years of age)\b",
    re.IGNORECASE,
)


def bare_figures(text: str) -> Iterator[str]:
    """Give the figures that stand in a text (its calls taken out before), as they are written."""
    words = _TARGET.sub(" ", text)
    for pattern in (_VI, _EN):
        yield from (found[0] for found in pattern.finditer(words))
    yield from (found[0] for found in _DIGITS.finditer(without_names(words)))


def without_names(text: str) -> str:
    """Take out the numbers that name something: articles, forms, steps, documents."""
    return _DOCUMENT.sub(" ", _NAMED.sub(" ", text))
