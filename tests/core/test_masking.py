"""What is kept of a message holds no phone, card, ID or one-time code; amounts of money stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.masking import mask
from bot.core.text import clean


@pytest.mark.parametrize(
    ("text", "kept", "kind"),
    [
        ("gọi tôi 0912 345 678 nhé", "gọi tôi [phone] nhé", "phone"),
        ("so 0912345678nha", "so [phone]nha", "phone"),
        ("+84 (259) 3822-123", "[phone]", "phone"),
        ("năm 2026 gọi 0359.822.123", "năm 2026 gọi [phone]", "phone"),
        ("gởi ba.tam+1@thu.vn đi", "gởi [email] đi", "email"),
        ("căn cước 058 090 001 234", "căn cước [id]", "id"),
        ("CMND: 264123456", "CMND: [id]", "id"),
        ("264123456 là số chứng minh", "[id] là số chứng minh", "id"),
        ("thẻ GD 4 58 0012345678", "thẻ [id]", "id"),
        ("4111-1111-1111-1111", "[card]", "card"),
        ("4111111111111111 4111111111111111", "[card] [card]", "card"),
        ("mã OTP là 123456", "mã OTP là [otp]", "otp"),
        ("ma xac nhan: 48 21", "ma xac nhan: [otp]", "otp"),
        ("8888 là mật khẩu", "[otp] là mật khẩu", "otp"),
    ],
)
def test_a_secret_is_put_out_of_sight_and_named(text: str, kept: str, kind: str) -> None:
    assert mask(text) == (kept, frozenset({kind}))


@pytest.mark.parametrize(
    "text",
    [
        "lương 5.000.000 đồng",
        "thu nhập 1500000 một tháng",
        "vay 100 triệu từ 2026-2027",
        "mật khẩu nhà nước: 500.000 đồng mỗi người",
        "1 500 000 đ pin mặt trời",
        "Nghị định 188/2025/NĐ-CP, Điều 6",
        "mẹ 76 tuổi, 4 con, 264123456 con cá",
        "từ 1/7/2026 là 2.530.000 đồng",
    ],
)
def test_amounts_years_and_documents_stay(text: str) -> None:
    assert mask(text) == (text, frozenset())


def test_every_secret_of_a_message_is_found() -> None:
    masked, kinds = mask("tôi 0912345678, cccd 058090001234, otp 991122, a@b.vn")

    assert masked == "tôi [phone], cccd [id], otp [otp], [email]"
    assert kinds == {"phone", "id", "otp", "email"}


@given(st.text(max_size=60), st.text(alphabet="0123456789", min_size=8, max_size=8), st.text(max_size=60))
def test_a_mobile_number_is_never_kept_wherever_it_stands(before: str, number: str, after: str) -> None:
    phone = f"09{number}"

    masked, _ = mask(clean(f"{before} {phone} {after}"))

    assert masked.count(phone) <= f"{before}{after}".count(phone)


@given(st.text(max_size=200))
def test_masking_never_fails_and_masking_again_finds_no_more_digits_to_hide(text: str) -> None:
    masked, _ = mask(clean(text))

    assert mask(masked)[0].count("[") >= masked.count("[")
