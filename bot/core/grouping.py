"""Questions that say much the same, put together: by their letters and words, without marks, in any order.

Nothing is drawn by chance, nothing depends on the order in which questions came: the same texts, the same groups.
"""

import zlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.core.text import fold

ALIKE: Final = 0.55  # cosine from which a question belongs to a group; below, "vay" and "vay lại" would part
_COLUMNS: Final = 512  # features are folded into so many columns; what meets by chance counts little
_LETTERS: Final = (3, 4)  # sizes of letter groups
_BLOCK: Final = 500  # rows compared at a time: keeps 5,000 texts under some 40 MB


def group(texts: Sequence[str]) -> list[list[int]]:
    """Return groups of places in `texts`, the largest first; in each the most typical text comes first.

    5,000 different texts take about a second.
    """
    places: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        places.setdefault(fold(text), []).append(at)
    distinct = sorted(places)
    if not distinct:
        return []
    counts = np.array([len(places[each]) for each in distinct], dtype=np.float32)
    near = _near(_rows(distinct))
    crowd = near.astype(np.float32) @ counts  # how many questions are near each text
    order = sorted(range(len(distinct)), key=lambda at: (-int(crowd[at]), distinct[at]))
    free = np.ones(len(distinct), dtype=bool)
    found: list[list[int]] = []
    for leader in order:
        if free[leader]:
            others = np.flatnonzero(near[leader] & free).tolist()
            free[others] = False
            members = [leader, *(at for at in others if at != leader)]
            found.append([place for at in members for place in places[distinct[at]]])
    return sorted(found, key=lambda each: (-len(each), fold(texts[each[0]])))


def _near(rows: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which texts are alike, each with itself."""
    near = np.zeros((len(rows), len(rows)), dtype=bool)
    for start in range(0, len(rows), _BLOCK):
        near[start : start + _BLOCK] = rows[start : start + _BLOCK] @ rows.T >= ALIKE
    np.fill_diagonal(near, True)
    return near


def _rows(texts: Sequence[str]) -> NDArray[np.float32]:
    """One row of length 1 for each text. What stands in many texts counts less."""
    read = [_features(text) for text in texts]
    known = Counter(feature for features in read for feature in features)
    rows: NDArray[np.float32] = np.zeros((len(texts), _COLUMNS), dtype=np.float32)
    for at, features in enumerate(read):
        for feature, count in features.items():
            rows[at, feature % _COLUMNS] += count * np.log1p(len(texts) / known[feature])
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return rows


def _features(folded: str) -> Counter[int]:
    found: Counter[int] = Counter()
    for word in folded.split():
        found.update(_of_word(word))
    return found


@lru_cache(maxsize=16384)
def _of_word(word: str) -> tuple[int, ...]:
    padded = f" {word} "
    groups = [padded[at : at + size] for size in _LETTERS for at in range(len(padded) - size + 1)]
    return tuple(zlib.crc32(each.encode()) for each in (padded, *groups))
