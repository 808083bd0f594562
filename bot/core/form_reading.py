"""What somebody typed, read kindly as the answer to a field; None where it is no such answer.

"sinh năm 85", "41 tuổi"; "5-7tr", "300k một ngày"; "0912 345 678" or "+84…"; communes by old or new name are found by
core/places.py. Numbers of identity cards, cards and codes are masked in free text: they are never kept.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Final

import phonenumbers

from bot.core.eligibility.facts import NO, YES, Between
from bot.core.forms import Field, FieldKind
from bot.core.interview.ages import read_age
from bot.core.interview.hearing import hear_choice
from bot.core.interview.income import Income, Per, read_income
from bot.core.masking import mask
from bot.core.text import fold
from bot.core.world import World

REGION: Final = "VN"  # of phone numbers without a country
LONGEST_NAME: Final = 60  # characters; the longest names in the registers have seven words
LONGEST_TEXT: Final = 300
_OLDEST: Final = 100  # years of age
_AGES_OF_WORK: Final = range(15, 66)
_NAME_WORDS: Final = 7
_BEFORE_NAME: Final = re.compile(
    r"^(?:(?:dạ|da|thưa)[ ,]+)?(?:(?:tôi|toi|tui|em|con|cháu|mình|chị|anh|cô|chú|nó|người đó)\s+)?"
    r"(?:họ (?:và )?tên|ho (?:va )?ten|tên|ten|name)(?:\s+(?:là|la|is|của tôi là|tôi là|em là))?[ :]+",
    re.IGNORECASE,
)
_LETTERS: Final = re.compile(r"[^\W\d_]+(?:['’\-. ]+[^\W\d_]+)*[.]?")
_YEAR: Final = re.compile(r"\b((?:19|20)\d\d)\b")
_SHORT_YEAR: Final = re.compile(r"(?:\b(?:sinh|sn|nam|s)\b\D*|^)\s*'?(\d{2})\b(?! *(?:tuoi|t)\b)")
_AGE: Final = re.compile(r"\btuoi\b|\bt\b|\byears?\b")
_AND_MORE: Final = re.compile(r"\btro len\b|\btu \d")  # of pay: "7 triệu trở lên", "từ 7 triệu"
_MOST: Final = Decimal(1_000_000_000)  # VND a month; more was meant otherwise


def read(field: Field, text: str, world: World) -> str | None:
    """Return the answer as it is kept. A place is read by `find_places`: it may have to be asked which."""
    match field.kind:
        case FieldKind.NAME:
            name = read_name(text)
            return None if fold(name or "") in _relatives(world) else name
        case FieldKind.YEAR:
            return read_year(text, world.day)
        case FieldKind.PHONE:
            return read_phone(text)
        case FieldKind.WAGE:
            return _choice(field, text, world) or read_wage(text)
        case FieldKind.CHOICE:
            return _choice(field, text, world)
        case FieldKind.YES_NO:
            labels = {word: world.catalogue.words.commands.get(word, ()) for word in (YES, NO)}
            return hear_choice(FieldKind.YES_NO, labels, text, world)
        case FieldKind.TEXT:
            return read_text(text)
        case _:
            return None


def read_name(text: str) -> str | None:
    """ "tôi tên là nguyễn văn an" → "Nguyễn Văn An"; what is written with capitals stays as it is written."""
    name = " ".join(_BEFORE_NAME.sub("", " ".join(text.split()), count=1).rstrip(" .!,").split())
    if not 2 <= len(name) <= LONGEST_NAME or len(name.split()) > _NAME_WORDS or not _LETTERS.fullmatch(name):
        return None
    is_plain = name in (name.lower(), name.upper())
    return " ".join(word[:1].upper() + word[1:].lower() for word in name.split()) if is_plain else name


def read_year(text: str, day: date) -> str | None:
    """A year of birth: "1985", "85", "sinh năm 85", "12/3/1985", or an age ("41 tuổi", "41")."""
    folded = fold(text)
    full = _YEAR.search(folded)
    if full is not None:
        return _fitting(int(full[1]), day)
    short = None if _AGE.search(folded) else _SHORT_YEAR.search(folded)
    # "85" alone is a year, "41" an age: of those who look for work few are older or younger than that.
    if short is not None and not (folded.isdecimal() and int(short[1]) in _AGES_OF_WORK):
        year = int(short[1])
        return _fitting(1900 + year if year > day.year % 100 else 2000 + year, day)
    is_age = _AGE.search(folded) is not None or any(sign.isdecimal() for sign in folded)
    age = read_age(text, day) if is_age else None  # "năm" of "sinh năm nào" is five, too
    if age is None or isinstance(age, Between):
        return None
    return _fitting(day.year - int(age), day)


def read_phone(text: str) -> str | None:
    """The only phone number in a text, in the international form (+84…); None for none, several, or one that is odd."""
    found = {
        phonenumbers.format_number(each.number, phonenumbers.PhoneNumberFormat.E164)
        for each in phonenumbers.PhoneNumberMatcher(text[:LONGEST_TEXT], REGION)
    }
    return found.pop() if len(found) == 1 else None


def read_wage(text: str) -> str | None:
    """ "5-7tr" → `5000000-7000000/month`, "300k một ngày" → `300000-300000/day`, "trên 8 triệu" → `8000001-/month`,
    "từ 7 triệu" → `7000000-/month`."""
    said = text if re.search(r"[^\W\d]", text) else f"{text}tr" if _is_small(text) else text  # "5-7": millions
    income = read_income(said)
    if not isinstance(income, Income) or income.low > _MOST or (income.high or 0) > _MOST:
        return None
    per = Per.DAY if income.per is Per.DAY else Per.MONTH
    is_open = income.high is None or (income.low == income.high and _AND_MORE.search(fold(text)) is not None)
    high = "" if is_open else f"{income.high:.0f}"
    return f"{income.low:.0f}-{high}/{per}" if income.low or income.high else None


def read_text(text: str) -> str | None:
    """Free text in one line, without numbers that must not be kept."""
    line = mask(" ".join(text.split()))[0]
    return line if 1 <= len(line) <= LONGEST_TEXT and fold(line) else None


def _relatives(world: World) -> frozenset[str]:
    """What people say of whom it is for ("con gái"): not a name."""
    whom = world.catalogue.words.answers.get("for", {})
    return frozenset(phrase for phrases in whom.values() for phrase in phrases)


def _choice(field: Field, text: str, world: World) -> str | None:
    labels = {word: tuple(fold(said) for said in label.values()) for word, label in field.choices.items()}
    return hear_choice(f"form_{field.id}", labels, text, world)


def _fitting(year: int, day: date) -> str | None:
    return str(year) if day.year - _OLDEST <= year <= day.year else None


def _is_small(text: str) -> bool:
    return all(Decimal(number) < 1000 for number in re.findall(r"\d{1,9}", text))
