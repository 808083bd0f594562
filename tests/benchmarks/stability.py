"""The same question otherwise typed, or asked elsewhere, is the same question: how often the decision changes.

Four ways, each made by rules and not by chance: without tone marks; in teencode; with another commune in place of the
one that is named; with a commune put before it. A decision changes when it ends otherwise (answer, offer, …) or when
another topic is answered.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.catalogue import Place
from bot.core.text import fold, has_marks, strip_marks
from bot.core.types import Decision, Ranking
from bot.core.world import Ranker
from tests.eval.measure import Asked

# What teencode writes for a word; of several ways each question takes the next. Where the unmarked word may be
# another one ("lam": làm, lắm), only the marked one is written so.
TEENCODE: Final = {
    "bảo hiểm y tế": ("bhyt",), "hộ cận nghèo": ("hcn",), "hộ nghèo": ("hn",), "như thế nào": ("ntn",),
    "bao nhiêu": ("bn",), "sinh viên": ("sv",), "học sinh": ("hs",), "không": ("ko", "k", "hok"), "được": ("dc", "đc"),
    "gì": ("j",), "vậy": ("z", "v"), "người": ("ng",), "với": ("vs",), "triệu": ("tr",), "rồi": ("r",), "tôi": ("t",),
    "tui": ("t",), "em": ("e",), "biết": ("bt",), "nước": ("nc",), "làm": ("lm",), "giờ": ("h",),
}  # fmt: skip
AMBIGUOUS: Final = frozenset(("nuoc", "lam", "vay", "roi", "toi", "biet", "gio", "voi"))
_BEFORE: Final = r"(xã|xa|phường|phuong|ở|o|bên|ben|thị trấn|thi tran)"

Change = Callable[[str, int], str]  # a question's text and its number, to the same otherwise


@dataclass(frozen=True, slots=True)
class Stability:
    """`asked`: questions that the change touches; `changed`: how many per cent of them are decided otherwise."""

    asked: int
    changed: float
    examples: tuple[str, ...]


def ways(places: Iterable[Place]) -> dict[str, Change]:
    """The four ways by name."""
    names = sorted({name for place in places for name in (place.old_name, place.new_name)})
    return {
        "no marks": lambda text, _: strip_marks(text),
        "teencode": teencode,
        "other commune": lambda text, number: elsewhere(text, number, names),
        "commune before": lambda text, number: placed(text, names[number % len(names)]),
    }


def stability(ranker: Ranker, questions: Sequence[Asked], change: Change) -> Stability:
    """Rank every question as it is and changed."""
    touched, otherwise = 0, []
    for number, asked in enumerate(questions):
        text = change(asked.text, number)
        if text == asked.text:
            continue
        touched += 1
        if outcome(ranker.rank(asked.text)) != outcome(ranker.rank(text)):
            otherwise.append(text)
    return Stability(touched, 100 * len(otherwise) / max(touched, 1), tuple(otherwise))


def outcome(ranking: Ranking) -> tuple[Decision, str]:
    return ranking.decision, ranking.labels[0] if ranking.decision is Decision.ANSWER else ""


def teencode(text: str, number: int) -> str:
    """ "hộ nghèo có được vay không" → "hn có dc vay ko"."""
    for word, ways_to_write in TEENCODE.items():
        spellings = (word,) if fold(word) in AMBIGUOUS else (word, fold(word))
        wanted = rf"(?<!\w)(?:{'|'.join(spellings)})(?!\w)"
        text = re.sub(wanted, ways_to_write[number % len(ways_to_write)], text, flags=re.IGNORECASE)
    return text


def elsewhere(text: str, number: int, names: Sequence[str]) -> str:
    """Another commune in place of the first that is named as one; the text itself where none is.

    Not of and not into Bác Ái: the old district's name is that of what was for poor districts.
    """
    communes = [name for name in names if not name.startswith("Bác Ái")]
    for name in sorted(communes, key=len, reverse=True):
        other = communes[(communes.index(name) + 7 * number + 3) % len(communes)]
        for here, there in ((name, other), (fold(name), fold(other))):
            changed = re.sub(rf"(?<!\w){_BEFORE} {here}(?! Đông| Tây)(?!\w)", rf"\1 {there}", text, flags=re.IGNORECASE)
            if changed != text:
                return changed
    return text


def placed(text: str, name: str) -> str:
    """The question after "ở xã …," in its own way of typing."""
    return f"ở xã {name}, {text}" if has_marks(text) else f"o xa {fold(name)}, {text}"
