"""Ways of typing that people really have, read with the words of content/words.yaml."""

from pathlib import Path

import pytest

from bot.content.load import load
from bot.core.features import Reader
from bot.core.syllables import MOST, pieced
from bot.core.text import fold


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load(Path(__file__).parents[2] / "content").words)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        # hn: a household, or the capital
        ("hn có được thẻ y tế không", "ho ngheo co duoc the bao hiem y te khong"),
        ("nhà hn vay được nhiêu", "nha ho ngheo vay duoc bao nhieu"),
        ("giấy hn mất", "giay chung nhan ho ngheo mat"),
        ("con tôi ở hn", "con toi o ha noi"),
        ("ra hn khám bệnh", "ra ha noi kham benh"),
        ("đi hn làm công", "di ha noi lam cong"),
        ("sv ở hn nhà hn", "sinh vien o ha noi nha ho ngheo"),
        ("tp hn", "tp ha noi"),
        ("vô hn", "vo ho ngheo"),
        # telex and VNI left-overs
        ("bao hieerm y tees", "bao hiem y te"),
        ("hoox trowj hooj ngheof", "ho tro ho ngheo"),
        ("ho65 tro75", "ho tro"),
        ("ho65 nghe2o d9u7o7c5 gi2", "ho ngheo duoc gi"),
        ("tieefn ddieenj", "tien dien"),
        ("vay voons nuooi bof", "vay von nuoi bo"),
        ("khuyeets taatj", "khuyet tat"),
        ("trowj caaps hangf thangs", "tro cap hang thang"),
        ("giaays chuwngs nhaanj", "giay chung nhan"),
        ("hojc phis", "hoc phi"),
        ("sua74 nha2", "sua nha"),
        ("ngheof", "ngheo"),
        ("muwowns tieenf", "vay tien"),
        ("ddawng kys", "dang ky"),
        # joined and split syllables
        ("baohiem y te", "bao hiem y te"),
        ("baohiemyte", "bao hiem y te"),
        ("bảohiểm", "bao hiem"),
        ("hongheo", "ho ngheo"),
        ("hộcậnnghèo", "ho can ngheo"),
        ("tiendien thang nay", "tien dien thang nay"),
        ("hocphi", "hoc phi"),
        ("vayvon", "vay von"),
        ("nhavesinh", "nha ve sinh"),
        ("b h y t", "bao hiem y te"),
        ("B.H.Y.T", "bao hiem y te"),
        ("u b n d xã", "uy ban nhan dan xa"),
        ("ngh èo", "ngheo"),
        ("ngh ỉ học", "nghi hoc"),
        # đ in an abbreviation
        ("vay đi xklđ", "vay di xuat khau lao dong"),
        ("vđ lđtbxh", "vd lao dong thuong binh xa hoi"),
        # what only looks like it
        ("8 8 2022", "8 8 2022"),
        ("con a b c", "con anh ban c"),
        ("toan", "toan"),
    ],
)
def test_it_is_read_as_it_was_meant(reader: Reader, typed: str, read: str) -> None:
    assert fold(" ".join(reader.expand(typed))) == read


def test_letters_typed_apart_are_tried_in_a_few_lengths_only() -> None:
    """A message of thousands of them must not keep everybody waiting."""

    class Counting(dict[str, object]):
        asked = 0

        def __contains__(self, key: object) -> bool:
            self.asked += 1
            return super().__contains__(key)

    short = Counting()
    letters = ["a"] * 300

    assert pieced(letters, short) == letters
    assert short.asked <= len(letters) * (MOST + 1)
