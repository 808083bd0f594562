"""The columns of a spreadsheet of vacancies, and the words of the official lists for what has codes with us.

Fields of the employers' official form (facts file, jobs.vacancies; lists B, C, 31, 32). The first word of each is what
we write ourselves; all are compared without tone marks (`column_of`, `code_of`).
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from bot.core.text import fold
from bot.core.vacancies import ABROAD, IN_PROVINCE, OTHER_PROVINCE

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("Mã", "mã số", "mã tin", "số tin", "code"),
    "title": ("Tên công việc", "công việc", "vị trí", "việc", "job"),
    "employer": ("Doanh nghiệp", "tên doanh nghiệp", "công ty", "đơn vị", "employer"),
    "count": ("Số lượng", "số người", "số lượng cần tuyển", "places"),
    "place": ("Nơi làm việc", "nơi làm việc dự kiến", "địa điểm", "địa điểm làm việc", "place"),
    "where": ("Vùng", "khu vực", "area"),
    "wage": ("Mức lương", "lương", "pay"),
    "hours": ("Hình thức", "hình thức làm việc", "hours"),
    "purpose": ("Mục đích", "mục đích làm việc", "purpose"),
    "schooling": ("Học vấn", "trình độ học vấn", "schooling"),
    "training": ("Trình độ chuyên môn", "CMKT", "trình độ CMKT", "trình độ chuyên môn kỹ thuật", "training"),
    "description": ("Mô tả", "mô tả công việc", "description"),
    "contact": ("Người liên hệ", "liên hệ", "contact"),
    "phone": ("Điện thoại", "số điện thoại", "điện thoại liên hệ", "phone"),
    "deadline": ("Hạn nộp", "hạn", "hạn nộp hồ sơ", "thời hạn tuyển dụng", "hạn tuyển dụng", "deadline"),
    "source": ("Nguồn", "source"),
    "posted": ("Ngày đăng", "ngày", "posted"),
}
REQUIRED: Final = ("title", "employer", "place", "wage", "phone", "deadline", "source", "posted")

# Codes of the job-seeker's form by what stands in a cell; "" asks nothing.
WORDS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "where": {
        IN_PROVINCE: ("Trong tỉnh",), OTHER_PROVINCE: ("Ngoài tỉnh", "tỉnh khác"), ABROAD: ("Nước ngoài",),
    },
    "hours": {"full_time": ("Toàn thời gian", "cả ngày"), "part_time": ("Bán thời gian",)},
    "purpose": {"lasting": ("Lâu dài",), "temporary": ("Tạm thời", "thời vụ"), "extra": ("Làm thêm",)},
    "schooling": {
        "": ("Không yêu cầu", "không"),
        "no_school": ("Chưa đi học",),
        "below_primary": ("Chưa tốt nghiệp tiểu học", "chưa học xong tiểu học"),
        "primary": ("Tốt nghiệp tiểu học", "tiểu học"),
        "lower_secondary": ("Tốt nghiệp THCS", "THCS", "trung học cơ sở"),
        "upper_secondary": ("Tốt nghiệp THPT", "THPT", "trung học phổ thông"),
    },
    "training": {
        "": ("Không yêu cầu", "không", "lao động phổ thông"),
        "untrained": ("Chưa qua đào tạo",),
        "skilled_no_paper": ("CNKT không có bằng", "biết nghề"),
        "short_certificate": ("Chứng chỉ nghề dưới 3 tháng", "chứng chỉ nghề"),
        "elementary": ("Sơ cấp",),
        "intermediate": ("Trung cấp",),
        "college": ("Cao đẳng",),
        "university": ("Đại học",),
        "postgraduate": ("Trên đại học", "thạc sĩ", "tiến sĩ"),
    },
}  # fmt: skip
_BESIDE: Final = re.compile(r"\(.*?\)|\*")  # "Mức lương (triệu)", "Hạn nộp *"


def column_of(header: str) -> str:
    """The field that stands under a header; "" for a column that is not ours."""
    return _known().get(fold(_BESIDE.sub(" ", header)), "")


def code_of(name: str, text: str) -> str | None:
    """The code that a cell's words mean; None for words that mean none."""
    said = fold(text)
    return next((code for code, words in WORDS[name].items() if said in map(fold, words) or text == code), None)


@cache
def _known() -> Mapping[str, str]:
    return {fold(word): name for name, words in COLUMNS.items() for word in (*words, name)}
