"""Sums and shares in what staff write: a wrong amount is the worst thing we can do to a household.

Whatever reads as money or as a share counts, also without a unit where its thousands are marked: 34.155.
"""

import re
from collections.abc import Iterable
from typing import Final

_UNITS: Final = (
    r"%|đ\b|đồng|dong\b|vnd|vnđ|triệu|trieu|tr\b|nghìn|nghin|ngàn|ngan\b|k\b|phần trăm|phan tram|percent"
    r"|million|thousand"
)
_NUMBER: Final = r"\d+(?:[.,]\d+)*"
_SUM: Final = re.compile(
    rf"({_NUMBER})\s*(?:{_UNITS})|(?<![\d.,])(\d{{1,3}}(?:[.,]\d{{3}})+|[1-9]\d{{4,}})(?![\d.,]*\d)", re.IGNORECASE
)
_ANY: Final = re.compile(_NUMBER)


def unknown_sums(text: str, sources: Iterable[str]) -> tuple[str, ...]:
    """Return the sums of `text`, as written, whose number stands in none of the `sources`."""
    known = {_bare(number) for source in sources for number in _ANY.findall(source)}
    found = ((match[1] or match[2], match[0].strip()) for match in _SUM.finditer(text))
    return tuple(dict.fromkeys(words for number, words in found if _bare(number) not in known))


def _bare(number: str) -> str:
    return number.replace(".", "").replace(",", "")
