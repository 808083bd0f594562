"""Which numbers in a text are figures, and which only name something."""

import pytest

from bot.content.prose import bare_figures


@pytest.mark.parametrize(
    "text",
    [
        "Điều 6 khoản 6 điểm 2a, Mẫu số 01, Mẫu số 01/TGXH, Dự án 5",
        "lớp 1 đến lớp 12, grade 1 to 12, Điều 6 và 7, bước 1, 2 và 3",
        "NĐ 188/2025/NĐ-CP, QĐ 1279/QĐ-BCT, 261/2025/QH15, QĐ 59/2015/QĐ-TTg",
        "mỗi người một tháng, một ngày, hằng năm, mấy tháng",
        "hai đồng bào, một đồng hồ nước, đồng ý, mỗi triệu đồng",
        "one month, one day, a year",
        "[trang](https://vbpl.vn/2025/12)",
        "m² thì được",
    ],
)
def test_numbers_that_name_something_are_no_figures(text: str) -> None:
    assert list(bare_figures(text)) == []


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("đóng 70%", "70"),
        ("đóng 25.000 nha", "25.000"),
        ("hạn 30/4/2026", "30/4/2026"),
        ("khoản 6 và 70% nữa", "70"),
        ("Điều 6, 15 ngày", "15"),
        ("bảy mươi phần trăm", "mươi phần trăm"),
        ("Năm triệu đồng", "Năm triệu"),
        ("mười hai tháng", "hai tháng"),
        ("đủ bảy mươi tuổi", "mươi tuổi"),
        ("một triệu rưỡi", "một triệu"),
        ("nửa tháng", "nửa tháng"),
        ("ten working days", "ten working days"),
        ("twelve months", "twelve months"),
        ("five million dong", "five million"),
        ("seventy-five years old", "five years old"),
        ("thirty percent", "thirty percent"),
    ],
)
def test_a_digit_and_a_number_word_before_a_unit_are_figures(text: str, figure: str) -> None:
    assert figure in list(bare_figures(text))
