"""Communes in a text: new and old names, by exact folded name. What fits several places is a value, never a guess.

Old districts are no communes: "Ninh Phước" may be the new commune or the old district, whose communes are many.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.core.catalogue import Place
from bot.core.text import fold, has_marks

_TYPES: Final = ("thi tran", "phuong", "xa")  # stand before a commune's name
_DISTRICTS: Final = ("thanh pho", "huyen")
_AT: Final = ("o", "tai", "ve", "ben")  # "ở Phước Dinh": a place is meant


@dataclass(frozen=True, slots=True)
class Candidate:
    """A new unit, and the old unit that was named ("" when the new one was, or when it does not matter)."""

    new_code: str
    old_code: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """`certain`: one place only, and the text speaks of it as a place."""

    candidates: tuple[Candidate, ...] = ()
    certain: bool = False


@dataclass(frozen=True, slots=True)
class _Name:
    folded: str
    accented: str
    candidates: tuple[Candidate, ...]


def find_places(text: str, places: tuple[Place, ...]) -> Found:
    """Find the communes that a text names; longest name first, each stretch of text read once."""
    units, districts = _index(places)
    words = fold(text).split()
    found: dict[str, Candidate] = {}
    spoken_of, at = True, 0
    while at < len(words):
        size, candidates, as_place = _at(words, at, text, units, districts)
        if not size:
            at += 1
            continue
        for each in candidates:
            found.setdefault(each.new_code, each)
        spoken_of = spoken_of and as_place
        at += size
    return Found(tuple(found.values()), spoken_of and len(found) == 1)


def _at(
    words: Sequence[str],
    at: int,
    text: str,
    units: dict[str, tuple[_Name, ...]],
    districts: dict[str, tuple[Candidate, ...]],
) -> tuple[int, tuple[Candidate, ...], bool]:
    """Read a name that begins at word `at`: its length, what fits, whether it is spoken of as a place."""
    before = " ".join(words[max(0, at - 2) : at])
    is_unit = before.endswith(_TYPES)
    is_district = before.endswith(_DISTRICTS)
    for size in (4, 3, 2):
        name = " ".join(words[at : at + size])
        if len(words) < at + size:
            continue
        if name in districts and not is_unit:
            return size, districts[name], False
        if name in units and not is_district:
            as_place = is_unit or (bool(before) and before.split()[-1] in _AT)
            return size, _fitting(units[name], text), as_place
    return 0, (), False


def _fitting(names: tuple[_Name, ...], text: str) -> tuple[Candidate, ...]:
    """Of names that are alike without marks (Thành Hải, Thanh Hải), the one written with its marks."""
    if len({name.accented for name in names}) > 1 and has_marks(text):
        spelt = _spelt(text)
        exact = tuple(name for name in names if name.accented in spelt)
        names = exact or names
    together: dict[str, Candidate] = {}
    for candidate in (candidate for name in names for candidate in name.candidates):
        together.setdefault(candidate.new_code, candidate)
    return tuple(together.values())


@lru_cache(maxsize=8)
def _index(places: tuple[Place, ...]) -> tuple[dict[str, tuple[_Name, ...]], dict[str, tuple[Candidate, ...]]]:
    units: dict[tuple[str, str], list[Candidate]] = {}
    districts: dict[str, list[Candidate]] = {}
    for place in places:
        units.setdefault((fold(place.new_name), _spelt(place.new_name)), []).append(Candidate(place.new_code))
        old = Candidate(place.new_code, place.old_code)
        units.setdefault((fold(place.old_name), _spelt(place.old_name)), []).append(old)
        for district in _district_names(place.old_district):
            districts.setdefault(district, []).append(Candidate(place.new_code))
    by_name: dict[str, list[_Name]] = {}
    for (folded, accented), candidates in units.items():
        by_name.setdefault(folded, []).append(_Name(folded, accented, _once(candidates)))
    return (
        {folded: tuple(names) for folded, names in by_name.items()},
        {name: _once(candidates) for name, candidates in districts.items()},
    )


def _district_names(district: str) -> Iterable[str]:
    """ "Huyện Ninh Phước" → ninh phuoc; "Thành phố Phan Rang - Tháp Chàm" → its whole name and both halves."""
    name = fold(district)
    for kind in _DISTRICTS:
        name = name.removeprefix(kind).strip()
    return (name, *(half for half in ("phan rang", "thap cham") if half in name))


def _once(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """One candidate for each new unit; when the new unit itself was meant too, the old name says nothing more."""
    kept: dict[str, Candidate] = {}
    for each in candidates:
        known = kept.get(each.new_code)
        kept[each.new_code] = each if known is None or known == each else Candidate(each.new_code)
    return tuple(kept.values())


def _spelt(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower()
