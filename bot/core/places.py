"""Communes in a text: new and old names, by exact folded name. What fits several places is a value, never a guess.
And the text without them, for questions are the same in every commune.

Old districts are no communes: "Ninh Phước" may be the new commune or the old district, whose communes are many.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.core.catalogue import Place
from bot.core.text import fold, folded, may_be, spell, words_of

_TYPES: Final = ("thi tran", "phuong", "xa")  # stand before a commune's name
_DISTRICTS: Final = ("thanh pho", "huyen")
_AT: Final = (" o", " tai", " ve", " ben", " thon", " vung")  # "ở Phước Dinh": a place is meant
_LONGEST: Final = 5  # words of the longest name
_WORD: Final = re.compile(r"[^\W_]+")

# Beside one of these a name is a place's, though it could be other words ("ma noi": Ma Nới, "mà nói").
_BESIDE: Final = (
    "o",
    "tai",
    "ve",
    "ben",
    "vung",
    "que",
    "tren",
    "duoi",
    "tuot",
    "ngoai",
    "len",
    "xuong",
    "gan",
    "quanh",
)
_POOR_DISTRICT: Final = "bac ai"  # the old district's name is also the name of what was for poor districts: it stays


@dataclass(frozen=True, slots=True)
class Candidate:
    """A new unit, and the old unit that was named ("" when the new one was, or when it does not matter)."""

    new_code: str
    old_code: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """`certain`: one place only, and the text speaks of it as a place ("ở Cà Ná", "xã Cà Ná")."""

    candidates: tuple[Candidate, ...] = ()
    certain: bool = False
    district: str = ""  # the old district that may be meant, in small letters; "" when none


@dataclass(frozen=True, slots=True)
class _Name:
    accented: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class _Index:
    """Names by their folded form."""

    units: Mapping[str, tuple[_Name, ...]]
    districts: Mapping[str, tuple[_Name, ...]]
    first: frozenset[str]  # words that a name begins with: nearly every other word is passed over by them


@dataclass(frozen=True, slots=True)
class _Named:
    """A name that stands in a text: how many words it has, and whether it is spoken of as a place."""

    size: int
    candidates: tuple[Candidate, ...]
    as_place: bool
    district: str = ""


def find_places(text: str, places: tuple[Place, ...]) -> Found:
    """Find the communes that a text names; longest name first, each stretch of text read once."""
    index = _index(places)
    spelt = words_of(text)
    words = folded(spelt)
    named: list[_Named] = []
    at = 0
    while at < len(words):
        name = _name_at(words, spelt, at, index) if words[at] in index.first else None
        named += [name] if name else []
        at += name.size if name else 1
    communes = [name for name in named if not name.district]
    found: dict[str, Candidate] = {}
    for each in (each for name in communes or named for each in name.candidates):  # "xã …, huyện …": the commune
        found.setdefault(each.new_code, each)
    certain = len(found) == 1 and all(name.as_place for name in communes or named)
    district = "" if communes else next((name.district for name in named), "")
    return Found(tuple(found.values()), certain, district)


def without_places(text: str, places: tuple[Place, ...]) -> str:
    """The text in small letters without the communes and districts that it names, and the words that introduce them.

    A name that could be other words goes only where it is introduced or has its marks. A text of nothing else stays.
    """
    index = _index(places)
    text = spell(text)
    found = list(_WORD.finditer(text))
    spelt = [word[0] for word in found]
    words = folded(spelt)
    if index.first.isdisjoint(words):
        return text
    kept, start, at = [], 0, 0
    while at < len(words):
        name = _name_at(words, spelt, at, index) if words[at] in index.first else None
        end = at + (name.size if name else 1)
        if name and words[at:end] != _POOR_DISTRICT.split():
            before = _introduction(words, at)
            if before or spelt[at:end] != words[at:end]:
                end += words[end : end + 1] == ["cu"]  # "xã Phước Dinh cũ"
                kept.append(text[start : found[at - before].start()].rstrip())
                start = found[end - 1].end()
        at = end
    rest = "".join([*kept, text[start:]]).strip(" ,.:;-")
    return rest if fold(rest) else text


def _introduction(words: Sequence[str], at: int) -> int:
    """How many words before word `at` only introduce a place: "ở xã" two, "nhà tôi" none."""
    before = " ".join(words[max(0, at - 2) : at])
    kind = next((each for each in (*_TYPES, *_DISTRICTS) if f" {before}".endswith(f" {each}")), "")
    count = len(kind.split())
    return count + (at > count and words[at - count - 1] in _BESIDE)


def _name_at(words: Sequence[str], spelt: Sequence[str], at: int, index: _Index) -> _Named | None:
    """Read a name that begins at word `at`; None where there is none."""
    before = " ".join(words[max(0, at - 2) : at])
    is_unit, is_district = before.endswith(_TYPES), before.endswith(_DISTRICTS)
    as_place = is_unit or f" {before}".endswith(_AT)
    for size in range(min(_LONGEST, len(words) - at), 1, -1):
        folded, typed = " ".join(words[at : at + size]), spelt[at : at + size]
        district = index.districts.get(folded)
        if district and not is_unit and _may_be(typed, district[0].accented):
            return _Named(size, district[0].candidates, False, district[0].accented)
        units = tuple(unit for unit in index.units.get(folded, ()) if _may_be(typed, unit.accented))
        if units and not is_district:
            return _Named(size, _fitting(units, typed), as_place)
    return None


def _may_be(typed: Sequence[str], name: str) -> bool:
    """Whether words may be this name: "ăn hai" is not An Hải, "an hai" may be."""
    return all(may_be(word, right) for word, right in zip(typed, name.split(), strict=True))


def _fitting(units: tuple[_Name, ...], typed: Sequence[str]) -> tuple[Candidate, ...]:
    """Of names that are alike without marks (Thành Hải, Thanh Hải), the one written with its marks."""
    exact = tuple(unit for unit in units if unit.accented == " ".join(typed))
    together: dict[str, Candidate] = {}
    for candidate in (candidate for unit in exact or units for candidate in unit.candidates):
        together.setdefault(candidate.new_code, candidate)
    return tuple(together.values())


@lru_cache(maxsize=8)
def _index(places: tuple[Place, ...]) -> _Index:
    units: dict[str, list[Candidate]] = {}
    districts: dict[str, list[Candidate]] = {}
    for place in places:
        units.setdefault(spell(place.new_name), []).append(Candidate(place.new_code))
        units.setdefault(spell(place.old_name), []).append(Candidate(place.new_code, place.old_code))
        for district in _district_names(place.old_district):
            districts.setdefault(district, []).append(Candidate(place.new_code))
    first = frozenset(fold(name).split()[0] for name in (*units, *districts))
    return _Index(_by_folded_name(units), _by_folded_name(districts), first)


def _by_folded_name(named: Mapping[str, Sequence[Candidate]]) -> dict[str, tuple[_Name, ...]]:
    found: dict[str, tuple[_Name, ...]] = {}
    for accented, candidates in named.items():
        folded = fold(accented)
        found[folded] = (*found.get(folded, ()), _Name(accented, _once(candidates)))
    return found


def _district_names(district: str) -> tuple[str, ...]:
    """ "Huyện Ninh Phước" → ninh phước; "Thành phố Phan Rang - Tháp Chàm" → its whole name and both halves."""
    name = spell(district).removeprefix("huyện ").removeprefix("thành phố ")
    halves = name.split(" - ")
    return (" ".join(halves), *halves) if len(halves) > 1 else (name,)


def _once(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """One candidate for each new unit; when the new unit itself was meant too, the old name says nothing more."""
    kept: dict[str, Candidate] = {}
    for each in candidates:
        known = kept.get(each.new_code)
        kept[each.new_code] = each if known is None or known == each else Candidate(each.new_code)
    return tuple(kept.values())
