"""What somebody says in passing of their own household: its class, how many they are, what each of them earns.

Each reader takes a clause of said.py. What is asked, denied, wished for or said of other people is not found.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.core.interview.said import NUMBER, number_of

MOST_MEMBERS: Final = 20
INCOMES: Final = range(100_000, 20_000_001)  # VND per person and month; outside, something else was meant

_OWNER: Final = r"(?:chung toi|toi|em|minh|con|chau|ba me|ba ma|me con)"
_HOME: Final = rf"(?:nha|gia dinh|ho gia dinh)(?: cua)? {_OWNER}"
# The asker, at the beginning of a clause: elsewhere "toi" ends "chị ruột tôi".
_SELF: Final = r"^(?:(?:da|thua|chao|ad|ca nha|hien|nay|gio|vi|do|tai|thi|co|chu|anh|chi|can bo) )*(?:toi|em|minh)"
# Between a household and its class, when the class is stated.
_STATED: Final = (
    r"(?:(?:thi|cung|dang|hien|nay|nam|van|con|la|thuoc|dien|trong|o|co|ten|da|vua|moi|duoc|moi vo|vua vo|cong nhan|"
    r"xep|cap|cai|cuon|so|giay|chung nhan|danh sach|ho|xa|ky|quyet dinh|tu|lau) )*?"
)
_CLASS_SAID: Final = (
    re.compile(rf"\b{_HOME} {_STATED}(?:(?:ho|so|giay|dien|chung nhan) (?P<near>can )?|(?P<nearly>can ))ngheo\b"),
    re.compile(rf"{_SELF} {_STATED}(?:ho|so|giay|dien|chung nhan) (?P<near>can )?(?P<nearly>)ngheo\b"),
)
# A clause of nothing else, beside a question: "…, hộ nghèo, xin ở đâu".
_CLASS_ALONE: Final = re.compile(
    r"^(?P<home>nha |co (?=so))?(?:la |o |thuoc |co )*"
    r"(?:(?:ho|so|dien) (?P<near>can )?|(?P<nearly>can ))ngheo(?: roi| nua| a)?$"
)
# People of whom a class said by itself may be, too.
_OTHER_HOMES: Final = re.compile(
    r"\b(?:anh|chi|em|chau)(?: trai| gai| ruot| ho| re| dau)? (?:toi|em|minh)\b(?! moi| \d)"
    r"|\b(?:mot minh|ra rieng|hoc tro|hang xom)\b"
)
_WHEN: Final = r"(?:hoi |tu |cuoi |dau )*(?:nam ngoai|nam nay|nam roi|nam|thang (?:truoc|nay|roi|\d+))"
_LEFT: Final = r"(?:thoat|het|ra khoi|thoat khoi)(?: ho| dien)? (?:can )?ngheo"
_ESCAPED: Final = (
    re.compile(rf"(?:\b{_HOME}|{_SELF}) (?:cung |la |ho |thuoc |dien )*(?:moi|vua) (?:duoc |bi )?{_LEFT}"),
    re.compile(rf"\b{_HOME} (?:da )?{_LEFT} {_WHEN}\b"),
    re.compile(rf"^(?:nha )?(?:moi|vua) {_LEFT}(?: {_WHEN}| roi| xong)*$"),
)
_ASKED: Final = re.compile(
    r" (?:(?:nua|nay|nam|do|roi) )*(?:khong|chua|hay|phai khong|ha|dung khong)(?: (?:a|vay|ta|con))?$| hay\b"
)
_OTHERS: Final = re.compile(  # whose household: "hàng xóm nhà tôi"; or when: "khi nhà tôi …"
    r"\b(?:em|anh|chi|co|chu|di|cau|mo|bac|xom|ban|chau|con|ong|ba|me|cha|vo|chong|nguoi|ben|cho|canh|gan|tro|lo|khi|gio)$"
)
_DENIED: Final = re.compile(
    r"\b(?:khong|chua|chang|dau)(?: \w+){0,4} ngheo\b|\bco phai\b"
    r"|\b(?:xin|xet|muon|cat|gach|rot|mat|bo|vo|lam)(?: \w+){0,5} ngheo\b"
)
_COUNT: Final = re.compile(
    rf"(?:\b{_HOME}|^(?:nha|gia dinh|ca nha))(?: (?:nay|co|dong|tong cong|tat ca|gom|duoc|chi))* "
    rf"(?P<count>{NUMBER}) (?:nguoi|nhan khau|khau|mieng an|mieng)\b"
    r"(?! (?:benh|khuyet|gia|con|lon|di|cao|mat|bi|tan|lam|hoc|dang|dan|raglai|cham|kinh|neo|an|om|trong|thi))"
)
_DIGITS: Final = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9,
}  # fmt: skip
_DIGIT: Final = "|".join(_DIGITS)
_AMOUNT: Final = (
    rf"(?P<amount>(?:(?:\d{{1,2}}(?:[.,]\d{{1,2}})?|{_DIGIT}) )?trieu(?: (?:\d{{1,3}}|ruoi|{_DIGIT})\b)?"
    r"|\d{3} nghin|\d{1,2}(?:\.\d{3}){2}|\d{3}\.\d{3}|\d{6,8})(?! ?(?:\d|may))"
)
_EACH: Final = r"(?:moi|dau|mot|1|tung) (?:nguoi|dau nguoi)"
_ABOUT: Final = r"(?:(?:mot|moi|1) thang |thang |thu nhap |kiem |lam |duoc |co |chung |khoang |binh quan |la )*"
_INCOME: Final = (
    re.compile(
        rf"\bthu nhap (?:binh quan |nha \w+ )*{_ABOUT}{_AMOUNT} "
        rf"(?:dong )?(?:(?:mot|moi|1) )?(?:thang )?(?:{_EACH}|nguoi)\b"
    ),
    re.compile(rf"\b{_EACH} (?:trong nha |nha toi )?{_ABOUT}{_AMOUNT}"),
    re.compile(rf"\b{_HOME} (?:co )?thu nhap binh quan (?:dau nguoi )?{_ABOUT}{_AMOUNT}"),
)
_NO_FIGURE: Final = re.compile(
    r"\b(?:duoi|tren|hon|toi da|toi thieu|khong qua|it nhat|tu|bao nhieu|chuan|vuot|dong bao hiem|vay)\b"
)


def class_said(clauses: Sequence[str]) -> set[str]:
    """The classes of household that are stated: poor, near_poor, newly_escaped."""
    alone = () if any(map(_OTHER_HOMES.search, clauses)) or len(clauses) < 2 else _alone(clauses)
    return {said for clause in clauses if (said := _stated(clause))} | set(alone)


def members_said(clause: str) -> str:
    """How many people the household has; "" where it is not said."""
    said = _COUNT.search(clause)
    return str(number_of(said["count"])) if said and 1 <= number_of(said["count"]) <= MOST_MEMBERS else ""


def income_said(clause: str) -> str:
    """VND a person earns in a month; "" where it is not said."""
    said = next((said for pattern in _INCOME if (said := pattern.search(clause))), None)
    return (
        str(_dong(said["amount"]))
        if said and not _NO_FIGURE.search(clause) and _dong(said["amount"]) in INCOMES
        else ""
    )


def _stated(clause: str) -> str:
    escaped = next((said for pattern in _ESCAPED if (said := pattern.search(clause))), None)
    if escaped and _is_ours(clause, escaped):
        return "newly_escaped"
    said = next((said for pattern in _CLASS_SAID if (said := pattern.search(clause))), None)
    return _class_of(said) if said and _is_ours(clause, said) and not _DENIED.search(clause[: said.end()]) else ""


def _alone(clauses: Sequence[str]) -> Iterator[str]:
    """A class by itself; as the first clause ("hộ nghèo, …") it may be anybody's."""
    for at, clause in enumerate(clauses):
        said = _CLASS_ALONE.search(clause)
        if said and (at or said["home"]):
            yield _class_of(said)


def _class_of(said: re.Match[str]) -> str:
    return "near_poor" if said["near"] or said["nearly"] else "poor"


def _is_ours(clause: str, said: re.Match[str]) -> bool:
    """Whether it is the asker's own household, and the clause does not ask just that."""
    return not _ASKED.match(clause[said.end() :]) and not _OTHERS.search(clause[: said.start()].rstrip())


def _dong(amount: str) -> int:
    """ "2 trieu", "1.8 trieu", "trieu ruoi", "1 trieu 4", "800 nghin", "1.500.000" in VND."""
    before, millions, rest = amount.partition("trieu")
    if not millions:
        number, thousands, _ = amount.partition(" nghin")
        return int(number.replace(".", "")) * (1000 if thousands else 1)
    whole = before.strip() or "1"
    value = _DIGITS[whole] * 10**6 if whole in _DIGITS else round(float(whole.replace(",", ".")) * 10**6)
    rest = rest.strip()
    part = "5" if rest == "ruoi" else str(_DIGITS.get(rest, rest))
    return value + (int(part.ljust(6, "0")) if part else 0)
