"""Two questions in one message: the places where it can be cut in two, and whether a half asks anything.

Vietnamese joins questions with "với lại", "còn … thì sao", "rồi", a comma or nothing; most of these words also stand
inside one question. So a cut only says where two questions may meet: the ranker decides, by what the halves are about.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bot.core.text import fold, has_marks, may_be, spell, strip_marks

LEAST: Final = 2  # words of a half
LONGEST: Final = 80  # words of a message that may hold two questions; a longer one is a story
MOST: Final = 4  # cuts that are tried: a story has more, and each costs two rankings

_SIGN: Final = re.compile(r"(?P<strong>\?+(?!\s*$)|\n+)|(?P<weak>[.;,!…]+(?=\s))")
_WORD: Final = re.compile(r"[^\W_]+")
# After these another question begins; a second question needs no word of asking of its own.
_STRONG: Final = (
    "rồi còn", "với lại", "ngoài ra", "thêm nữa", "sẵn cho hỏi", "sẵn hỏi", "cho hỏi luôn", "hỏi luôn", "cho hỏi thêm",
    "hỏi thêm", "nhân tiện", "and also", "also",
)  # fmt: skip
_WEAK: Final = ("còn", "rồi", "mà", "với", "và", "and")
_JOINTS: Final = {  # by their first word as it is compared, longest first
    first: [joint.split() for joint in (*_STRONG, *_WEAK) if fold(joint.split()[0]) == first]
    for first in {fold(joint.split()[0]) for joint in (*_STRONG, *_WEAK)}
}
_ASKS: Final = (
    r"\b(?:bao nhiêu|nhiêu|bao lâu|bao giờ|khi nào|chừng nào|đâu|ai|gì|chi|nào|sao|how|what|where|who|when|which)\b"
    r"|\bmấy (?:phần|triệu|trăm|tiền|ngày|tháng|năm|đồng|chục|ký|cân|nghìn|lần)\b|\b(?:có|được|phải) .*\bkhông\b"
    r"|\bhay (?:mình|tui|tôi|em|phải|là|được|đi|ở|xét)\b"
    r"|\b(?:không|chưa|hả)(?: (?:ạ|vậy|ta|chú|cô|anh|chị|em|con|bạn|cán bộ|thầy|nhỉ))?$"
)
_ASKS_MARKED: Final = re.compile(_ASKS)
_ASKS_BARE: Final = re.compile(strip_marks(_ASKS))


@dataclass(frozen=True, slots=True)
class Cut:
    """A message in two. `strong`: what stands between says that something else follows."""

    first: str
    second: str
    strong: bool


def cuts(text: str) -> list[Cut]:
    """Where a text may be cut in two, at most MOST: strong cuts first, then those nearest to its middle."""
    if _size(text) > LONGEST:
        return []
    found = {(cut.first, cut.second): cut for cut in (*_at_signs(text), *_at_words(text))}
    fitting = [cut for cut in found.values() if _size(cut.first) >= LEAST and _size(cut.second) >= LEAST]
    return sorted(fitting, key=lambda cut: (not cut.strong, abs(len(cut.first) - len(cut.second))))[:MOST]


def asks(text: str, words: Sequence[str]) -> bool:
    """Whether a text has the form of a question. `words`: the same, abbreviations written out."""
    written = " ".join(words)
    return (_ASKS_MARKED.search(written) if has_marks(text) else _ASKS_BARE.search(fold(written))) is not None


def _at_signs(text: str) -> Iterator[Cut]:
    for sign in islice(_SIGN.finditer(text), LONGEST):
        yield Cut(text[: sign.end()].strip(), text[sign.end() :].strip(), sign["strong"] is not None)


def _at_words(text: str) -> Iterator[Cut]:
    found = list(_WORD.finditer(text))
    words = [spell(each[0]) for each in found]
    ends_in_how = words[-1:] != [] and fold(words[-1]) in ("sao", "nao")
    for at in range(LEAST, len(words)):
        for joint in _JOINTS.get(fold(words[at]), ()):
            end = at + len(joint)
            if end < len(words) and all(map(may_be, words[at:end], joint)):
                strong = " ".join(joint) in _STRONG or (joint == ["còn"] and ends_in_how)
                yield Cut(text[: found[at].start()].strip(), text[found[end].start() :], strong)
                break


def _size(text: str) -> int:
    return len(_WORD.findall(text))
