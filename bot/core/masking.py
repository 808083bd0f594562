"""Masking: what is kept outside a person's own lead carries no phone, card, ID or one-time code (design section 6).

Never used on the answer of a field that asks for money or a phone.
"""

import re
from collections.abc import Callable
from typing import Final

from bot.core.text import strip_marks

_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS: Final = re.compile(r"(?<![\w.,])\+?\(?\+?\d(?:(?:[ .\-]|\) ?)?\d){3,22}(?!\w)")
_NEAR: Final = 40  # characters on either side in which a word gives digits their meaning

_CODE_WORDS: Final = re.compile(r"\b(?:otp|ma xac nhan|ma xac thuc|mat khau|mk|pin|passcode|password)\b")
_OLD_ID_WORDS: Final = re.compile(r"\b(?:cmnd|cmt|cccd|can cuoc|chung minh)\b")
_MONEY: Final = re.compile(r"\s*(?:d|dong|vnd|trieu|tr|nghin|ngan|k)\b")
_PHONE: Final = re.compile(r"(?:\+?84|0)(?:[35789]\d{8}|2\d{9})")
_ID: Final = re.compile(r"0\d{2}[0-3]\d{8}")  # province, century and sex, year, number


def mask(text: str) -> tuple[str, frozenset[str]]:
    """Return the text as it may be kept, and the kinds found: phone, email, id, card, otp."""
    kinds: set[str] = set()
    bare = strip_marks(text).lower()
    masked = _EMAIL.sub(_marked("email", kinds), text) if len(bare) == len(text) else text
    if masked != text:
        bare = strip_marks(masked).lower()
    if len(bare) != len(masked):  # not NFC: positions would not match, so be strict
        bare = masked.lower()

    def replaced(found: re.Match[str]) -> str:
        kind = _kind(found, bare)
        if not kind:
            return found[0]
        kinds.add(kind)
        return f"[{kind}]"

    return _DIGITS.sub(replaced, masked), frozenset(kinds)


def _kind(found: re.Match[str], bare: str) -> str:
    """Say what a run of digits is, or "" when it may stay."""
    digits = re.sub(r"\D", "", found[0])
    before, after = bare[max(0, found.start() - _NEAR) : found.start()], bare[found.end() : found.end() + _NEAR]
    if _PHONE.fullmatch(digits) and not _grouped_as_money(found[0]):
        return "phone"
    if len(digits) == 12 and _ID.fullmatch(digits):
        return "id"
    if 13 <= len(digits) <= 19 and _luhn(digits):
        return "card"
    if _MONEY.match(after):
        return ""
    if len(digits) == 9 and _OLD_ID_WORDS.search(before + " " + after):
        return "id"
    if 4 <= len(digits) <= 8 and _CODE_WORDS.search(before + " " + after):
        return "otp"
    return ""


def _grouped_as_money(run: str) -> bool:
    return re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+", run) is not None


def _luhn(digits: str) -> bool:
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _marked(kind: str, kinds: set[str]) -> Callable[[re.Match[str]], str]:
    def replaced(_found: re.Match[str]) -> str:
        kinds.add(kind)
        return f"[{kind}]"

    return replaced
