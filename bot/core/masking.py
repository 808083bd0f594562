"""Masking: what is kept outside a person's own lead carries no phone, card, ID or one-time code (design section 6).

Never used on the answer of a field that asks for money or a phone.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.core.text import strip_marks

# At most 64 signs before the @ (RFC 5321, 4.5.3.1.1); without a limit long words take a second.
_EMAIL: Final = re.compile(r"[\w.+-]{1,64}+@[\w-]+(?:\.[\w-]+)+")
_HEALTH_CARD: Final = re.compile(r"\b[A-Z]{2} ?\d(?:[ .\-]?\d){12}\b", re.IGNORECASE | re.ASCII)  # GD 4 58 0012345678
_RUN: Final = re.compile(r"(?<![^\W_])\+?\(?\+?\d+(?:[ .\-]{1,3}\(?\d+|\) ?[ .\-]?\d+)*+", re.ASCII)
_GROUP: Final = re.compile(r"\d+")
MONEY: Final = "money"  # the one kind that stays
_NEAR: Final = 40  # characters on either side in which a word gives digits their meaning
_LONGEST: Final = 19  # digits of the longest card number

_CODE_WORDS: Final = re.compile(r"\b(?:otp|ma xac nhan|ma xac thuc|mat khau|mk|pin|passcode|password)\b")
_OLD_ID_WORDS: Final = re.compile(r"\b(?:cmnd|cmt|cccd|can cuoc|chung minh)\b")
_MONEY_AFTER: Final = re.compile(r"\s*(?:d|dong|vnd|trieu|tr|nghin|ngan|k|cu)\b")
_MONEY: Final = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){1,3}")  # 1.500.000
_MONEY_SAID: Final = re.compile(r"\d+|[1-9]\d{0,2}(?: \d{3}){1,3}|\d+[.,-]\d+")  # 1500000, 1 500 000, 2.5 before "đồng"
_PHONE: Final = re.compile(r"(?:84|0)(?:[35789]\d{8}|2\d{9})")
_ID: Final = re.compile(r"0\d{2}[0-3]\d{8}")  # province, century and sex, year, number


def mask(text: str) -> tuple[str, frozenset[str]]:
    """Return the text as it may be kept, and the kinds found: phone, email, id, card, otp.

    What is masked becomes `[kind]`. `text` is NFC (core/text.clean).
    """
    kinds: set[str] = set()
    for kind, pattern in (("email", _EMAIL), ("id", _HEALTH_CARD)):
        text, count = pattern.subn(f"[{kind}]", text)
        if count:
            kinds.add(kind)
    bare = strip_marks(text).lower()
    if len(bare) != len(text):  # a sign of two characters: positions would not match
        bare = text.lower() if len(text.lower()) == len(text) else text
    parts: list[str] = []
    end = 0
    for run in _RUN.finditer(text):
        parts += [text[end : run.start()], _masked(run, bare, kinds)]
        end = run.end()
    return "".join([*parts, text[end:]]), frozenset(kinds)


def _masked(run: re.Match[str], bare: str, kinds: set[str]) -> str:
    """Mask a run of groups of digits: the longest stretch of groups that is something is taken first."""
    groups = [(found.start() + run.start(), found.end() + run.start()) for found in _GROUP.finditer(run[0])]
    parts: list[str] = []
    at, end = 0, run.start()
    text = run.string
    while at < len(groups):
        # Every group has a digit: more groups than that are no number, and trying them all would take hours.
        last, kind = _longest(text, bare, groups[at : at + _LONGEST])
        if kind and kind != MONEY:
            kinds.add(kind)
            start = groups[at][0]
            start -= len(text[end:start]) - len(text[end:start].rstrip("+("))  # the sign belongs to the number
            parts += [text[end:start], f"[{kind}]"]
            end = groups[at + last][1]
        at += last + 1
    return "".join([*parts, text[end : run.end()]])


def _longest(text: str, bare: str, groups: Sequence[tuple[int, int]]) -> tuple[int, str]:
    """How many more groups belong to the first one, and what they are together ("" when nothing)."""
    start = groups[0][0]
    before = bare[max(0, start - _NEAR) : start]
    for last in reversed(range(len(groups))):
        end = groups[last][1]
        digits = "".join(text[low:high] for low, high in groups[: last + 1])
        kind = _kind(text[start:end], digits, before, bare[end : end + _NEAR]) if len(digits) <= _LONGEST else ""
        if kind:
            return last, kind
    return 0, ""


def _kind(written: str, digits: str, before: str, after: str) -> str:
    """Say what a stretch of digits is; "" when it is nothing that matters."""
    if _PHONE.fullmatch(digits):
        return "phone"
    if _ID.fullmatch(digits):
        return "id"
    if len(digits) >= 13 and _luhn(digits):
        return "card"
    if _MONEY.fullmatch(written) or (_MONEY_SAID.fullmatch(written) and _MONEY_AFTER.match(after)):
        return MONEY
    if len(digits) == 9 and _OLD_ID_WORDS.search(f"{before} {after}"):
        return "id"
    if 4 <= len(digits) <= 8 and _CODE_WORDS.search(f"{before} {after}"):
        return "otp"
    return ""


def _luhn(digits: str) -> bool:
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
