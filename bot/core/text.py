"""Vietnamese as people type it: with and without tone marks, with telex and VNI left-overs.

`fold` is the one form in which texts are compared: lower case, no marks, đ as d, signs as spaces.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_MARKS: Final = re.compile(r"[\u0300-\u036f]")
# The same, and the Latin letters that hold one (é, ệ, Ǻ) or are đ.
_MARKED: Final = re.compile(
    "[đĐ\u0300-\u036f"
    + "".join(letter for letter in map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)])
              if _MARKS.search(unicodedata.normalize("NFD", letter)))
    + "]"
)  # fmt: skip
_NOT_WORD: Final = re.compile(r"[\W_]+")
_SPELT: Final = re.compile(r"[^\W_]+")
_WORD: Final = 12  # signs up to which a text may be one word
_SENTENCE: Final = re.compile(r"(?<=[.!?…;])\s+|\n+")

# A folded Vietnamese syllable: first consonants, vowels, last consonants.
_SYLLABLE: Final = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnpqrstvx])?"
    r"(?:uye|uya|uyu|ieu|yeu|uoi|uou|oai|oay|oeo|uay|uoe|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|ua|ue|ui|uo|uu|uy|ye|[aeiouy])"
    r"(?:ng|nh|ch|[cmnpt])?"
)
_TELEX_DOUBLES: Final = re.compile(r"(a)a+|(e)e+|(o)o+|(d)d")
_TELEX_TONE: Final = re.compile(r"(?<=[aeiouy])([a-z]*?)[sfrxj]")
_VNI: Final = re.compile(r"(?<=[a-z])[1-9]{1,2}")  # o65: ộ
_LONGEST_TYPED: Final = 30  # letters of a syllable with every key of it, some held down


def clean(text: str) -> str:
    """Return text that every database and platform can hold: NFC, without NUL and lone surrogates (� instead)."""
    held = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if _has_surrogate(text) else text
    return unicodedata.normalize("NFC", held.replace("\x00", "\ufffd"))


def strip_marks(text: str) -> str:
    """Return text without tone and vowel marks, đ as d; case and signs stay."""
    if text.isascii():
        return text
    bare = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare).replace("đ", "d").replace("Đ", "D")


def fold(text: str) -> str:
    """Return text as it is compared: lower case, no marks, đ as d, every sign a space, single spaces."""
    # Words come again and again (some eighty times for one question); whole texts do not, and are not remembered.
    return _fold_word(text) if len(text) <= _WORD else _fold(text)


def folded(words: Iterable[str]) -> list[str]:
    """Each word as it is compared."""
    return [_fold_word(word) if len(word) <= _WORD else _fold(word) for word in words]


def spell(text: str) -> str:
    """Return text in lower case and NFC, its marks kept: the form in which words.yaml is held."""
    return unicodedata.normalize("NFC", text).lower()


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are spelt, without signs."""
    return _SPELT.findall(spell(text))


def may_be(typed: str, word: str) -> bool:
    """Whether a typed word may be this word: spelt alike (hoà, hòa), or typed without any mark."""
    if typed == word:
        return True
    folded = fold(typed)
    return folded == fold(word) and (typed == folded or _letters(typed) == _letters(word))


def has_marks(text: str) -> bool:
    """Whether any letter carries a Vietnamese mark (or is đ)."""
    return not text.isascii() and _MARKED.search(text) is not None


def untelex(folded: str) -> str:
    """Take left-over telex and VNI keys out of folded text: `bao hieerm` → `bao hiem`, `d9uo7c` → `duoc`.

    Only a word that is no Vietnamese syllable is touched, and only when it becomes one.
    """
    return " ".join(_decode(word) for word in folded.split())


def is_syllable(word: str) -> bool:
    """Whether a folded word has the shape of a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(word) is not None


def sentences(text: str) -> list[str]:
    """Cut a text into sentences; short rests stay with the sentence before."""
    parts: list[str] = []
    for part in _SENTENCE.split(text):
        words = part.strip()
        if not words:
            continue
        if parts and len(fold(words).split()) < 2:
            parts[-1] = f"{parts[-1]} {words}"
        else:
            parts.append(words)
    return parts


def _fold(text: str) -> str:
    return _NOT_WORD.sub(" ", strip_marks(text).lower()).strip()


_fold_word = lru_cache(maxsize=16384)(_fold)


@lru_cache(maxsize=4096)
def _decode(word: str) -> str:
    # Beyond _LONGEST_TYPED no key makes a syllable of it, and ten thousand letters would take a second to find out.
    if not 3 <= len(word) <= _LONGEST_TYPED or is_syllable(word) or word.isdigit():
        return word
    for tried in (_VNI.sub("", word), _untelex_word(word)):
        if tried != word and is_syllable(tried):
            return tried
    return word


def _untelex_word(word: str) -> str:
    """Undo telex in one word: doubled vowels, w, one tone key after a vowel."""
    bare = _TELEX_DOUBLES.sub(lambda found: next(filter(None, found.groups())), word).replace("w", "")
    return bare if is_syllable(bare) else _TELEX_TONE.sub(r"\1", bare, count=1)


def _letters(word: str) -> list[str]:
    """Letters and marks in one order: where the tone mark sits is a matter of taste."""
    return sorted(unicodedata.normalize("NFD", word))


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
