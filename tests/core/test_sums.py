"""Sums in what staff write: found in every form people write them in, and those of our own parts are known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.sums import unknown_sums

PART = "Nhà nước trả **ít nhất 70%**. Bạn đóng nhiều nhất 34.155 đồng một tháng. NĐ 188/2025/NĐ-CP, Điều 6."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("đóng 55.000 đồng", ("55.000 đồng",)),
        ("khoảng 1,5 triệu, hoặc 2tr", ("1,5 triệu", "2tr")),
        ("giảm 30 phần trăm", ("30 phần trăm",)),
        ("được 500k", ("500k",)),
        ("mỗi tháng 650000", ("650000",)),
        ("70% và 34.155 đồng", ()),
        ("sáng ngày 25/11/2026 gặp chị Đào ở phòng 12", ()),
        ("gọi 0912345678", ()),
        ("theo Điều 6 khoản 6", ()),
    ],
)
def test_a_sum_that_stands_in_no_part_is_found(text: str, found: tuple[str, ...]) -> None:
    assert unknown_sums(text, [PART]) == found


@given(st.text())
def test_any_text_can_be_looked_through_and_knows_itself(text: str) -> None:
    assert unknown_sums(text, [text]) == ()


@given(st.integers(1, 10**9))
def test_any_sum_with_its_unit_is_found(number: int) -> None:
    assert unknown_sums(f"được {number} đồng nha", []) == (f"{number} đồng",)
