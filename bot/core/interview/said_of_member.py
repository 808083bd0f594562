"""What somebody says in passing of one member of the household: age, school, how disabled.

Each reader takes a clause of said.py and gives what is said with the word for whom: "mẹ tôi 76 tuổi" → 76, mẹ.
"""

import re
from collections.abc import Iterator
from typing import Final

from bot.core.interview.said import NUMBER, number_of

OLDEST: Final = 120  # years

_KIN: Final = (
    r"(?:ba noi|ba ngoai|ong noi|ong ngoai|con trai|con gai|con nho|thang nho|thang lon|thang ut|vo|chong|me|ba|cha|bo|"
    r"ma|ong|noi|ngoai|con|chau|be|em|anh|chi|toi|minh|cau|chu|bac|di|co)"
)
_AGE: Final = re.compile(
    rf"\b(?P<who>{_KIN})"
    r"(?: (?:toi|em|minh|nha|gia|nay|nam nay|ut|lon|nho|da|duoc|moi|cung|thi|chong|vo|ruot|trai|gai))*"
    rf" (?P<age>{NUMBER}) tuoi\b(?! (?:tro|hon|khong$|chua|hay))"
)
_NO_AGE: Final = re.compile(r"\b(?:duoi|tren|du|toi tuoi|chet|qua doi|vua mat|moi mat|mat roi|nguoi cao tuoi)\b")
_LEVELS: Final = (
    ("preschool", r"(?:mau giao|mam non|nha tre|lop (?:la|choi|mam))"),
    ("primary", r"(?:lop (?:[1-5]|mot|hai|ba|bon|nam(?! (?:nay|ngoai|sau)))|cap (?:1|mot)|tieu hoc)"),
    ("lower_secondary", r"(?:lop (?:[6-9]|sau|bay|tam|chin)|cap (?:2|hai)|trung hoc co so)"),
    ("upper_secondary", r"(?:lop (?:1[0-2]|muoi(?: mot| hai)?)|cap (?:3|ba)|trung hoc pho thong)"),
    ("university", r"dai hoc"),
    ("vocational", r"(?:truong nghe|trung cap|cao dang nghe)"),
)
_LEARNS: Final = (
    rf"\b(?<!may )(?P<who>{_KIN}|dua|thang)"
    r"(?: (?:toi|em|minh|nha|nay|nam nay|dang|cung|no|ut|lon|nho|trai|gai|giua|\d+ tuoi))* "
    r"(?:hoc |dang hoc )?(?:truong |o truong |nam (?:\d|mot|hai|ba|tu) )?"
)
_PUPIL: Final = tuple((level, re.compile(rf"{_LEARNS}{words}\b(?! \d)")) for level, words in _LEVELS)
_NO_PUPIL: Final = re.compile(
    r"\b(?:muon|xin|tinh|dinh|sap|nghi|bo|het|xong|tot nghiep|rot|thi|dau|gui|lop nghe|moi hoc|hoc toi|hoc den|vay hoc|"
    r"giao vien)\b"
)
_DISABLED: Final = re.compile(
    rf"\b(?P<who>{_KIN})"
    r"(?: (?:toi|em|minh|nha|gia|ruot|ut|trai|gai|da|dang|co|duoc|la|nguoi|bi|lanh|huong|nhan|tien|giay|xac nhan|muc|"
    r"dien|tro cap))* khuyet tat (?:muc do |muc )?(?P<grade>dac biet nang|nang|nhe)\b(?! (?:khong|chua|hay))"
)
_GRADES: Final = {"dac biet nang": "very_severe", "nang": "severe", "nhe": "mild"}

Said = Iterator[tuple[str, str]]  # a value, and of whom


def age_said(clause: str) -> Said:
    """Ages in years."""
    for said in _AGE.finditer(clause):
        if not _NO_AGE.search(clause) and number_of(said["age"]) <= OLDEST:
            yield str(number_of(said["age"])), said["who"]


def pupil_level_said(clause: str) -> Said:
    """School levels: preschool, primary, lower_secondary, upper_secondary, university, vocational."""
    for level, pattern in _PUPIL:
        said = pattern.search(clause)
        if said and not _NO_PUPIL.search(clause):
            yield level, said["who"]


def disability_said(clause: str) -> Said:
    """Grades of disability: mild, severe, very_severe."""
    said = _DISABLED.search(clause)
    if said:
        yield _GRADES[said["grade"]], said["who"]
