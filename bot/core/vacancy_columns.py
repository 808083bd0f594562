"""The columns of a spreadsheet of vacancies, and the words of the official lists for what has codes with us.

Fields of the employers' official form (facts file, jobs.vacancies; lists B, C, 31, 32). All words are folded.
"""

from collections.abc import Mapping
from typing import Final

from bot.core.vacancies import ABROAD, IN_PROVINCE, OTHER_PROVINCE

# What may stand above a column; the first is what we write ourselves.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("ma", "ma so", "ma tin", "so tin", "code"),
    "title": ("ten cong viec", "cong viec", "vi tri", "viec", "job"),
    "employer": ("doanh nghiep", "ten doanh nghiep", "cong ty", "don vi", "employer"),
    "count": ("so luong", "so nguoi", "so luong can tuyen", "places"),
    "place": ("noi lam viec", "noi lam viec du kien", "dia diem", "dia diem lam viec", "place"),
    "where": ("vung", "khu vuc", "area"),
    "wage": ("luong", "muc luong", "pay"),
    "hours": ("hinh thuc", "hinh thuc lam viec", "hours"),
    "purpose": ("muc dich", "muc dich lam viec", "purpose"),
    "schooling": ("hoc van", "trinh do hoc van", "schooling"),
    "training": ("cmkt", "trinh do cmkt", "trinh do chuyen mon", "trinh do chuyen mon ky thuat", "training"),
    "description": ("mo ta", "mo ta cong viec", "description"),
    "contact": ("nguoi lien he", "lien he", "contact"),
    "phone": ("dien thoai", "so dien thoai", "dien thoai lien he", "phone"),
    "deadline": ("han nop", "han", "han nop ho so", "thoi han tuyen dung", "han tuyen dung", "deadline"),
    "source": ("nguon", "source"),
    "posted": ("ngay dang", "ngay", "posted"),
}
REQUIRED: Final = ("title", "employer", "place", "wage", "phone", "deadline", "source", "posted")

# Codes of the job-seeker's form by what stands in a cell; "" asks nothing.
WORDS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "where": {
        IN_PROVINCE: ("trong tinh",), OTHER_PROVINCE: ("ngoai tinh", "tinh khac"), ABROAD: ("nuoc ngoai",),
    },
    "hours": {"full_time": ("toan thoi gian", "ca ngay"), "part_time": ("ban thoi gian",)},
    "purpose": {"lasting": ("lau dai",), "temporary": ("tam thoi", "thoi vu"), "extra": ("lam them",)},
    "schooling": {
        "": ("khong yeu cau", "khong"),
        "no_school": ("chua di hoc",),
        "below_primary": ("chua tot nghiep tieu hoc", "chua hoc xong tieu hoc"),
        "primary": ("tot nghiep tieu hoc", "tieu hoc"),
        "lower_secondary": ("tot nghiep thcs", "thcs", "trung hoc co so"),
        "upper_secondary": ("tot nghiep thpt", "thpt", "trung hoc pho thong"),
    },
    "training": {
        "": ("khong yeu cau", "khong", "lao dong pho thong"),
        "untrained": ("chua qua dao tao",),
        "skilled_no_paper": ("cnkt khong co bang", "biet nghe"),
        "short_certificate": ("chung chi nghe duoi 3 thang", "chung chi nghe"),
        "elementary": ("so cap",),
        "intermediate": ("trung cap",),
        "college": ("cao dang",),
        "university": ("dai hoc",),
        "postgraduate": ("tren dai hoc", "thac si", "tien si"),
    },
}  # fmt: skip
