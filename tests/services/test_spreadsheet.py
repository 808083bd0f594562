"""Spreadsheets: what is written is what is read, and nothing that somebody typed is ever computed."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.spreadsheet import LONGEST, Cell, Column, Sheet, spreadsheet

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


async def parts(*row: Cell) -> tuple[str, str]:
    """The sheet and the texts of a file with one row."""
    body = await spreadsheet(
        [Sheet("list: of / people", [Column(f"column {each}") for each in range(len(row))], [row])], ZONE
    )
    with ZipFile(BytesIO(body)) as packed:
        return packed.read("xl/worksheets/sheet1.xml").decode(), packed.read("xl/sharedStrings.xml").decode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "{=", "http://", "mailto:", "internal:"])
async def test_what_looks_like_a_formula_or_a_link_stays_text(start: str) -> None:
    sheet, texts = await parts(f"{start}cmd|' /C calc'!A0")

    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert f"{start}cmd|" in unescape(texts)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=50))
async def test_any_text_reads_back(text: str) -> None:
    _sheet, texts = await parts(text)

    assert text in [unescape(each) for each in re.findall(r"<t[^>]*>(.*?)</t>", texts, re.DOTALL)]


async def test_moments_are_local_days_are_days_numbers_are_numbers_nothing_is_empty() -> None:
    noon = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # 12:00 in Vietnam

    sheet, _texts = await parts(noon, date(2026, 11, 24), Decimal("34155"), 7, None)

    assert re.findall(r"<v>([^<]*)</v>", sheet)[-4:] == ["46350.5", "46350", "34155", "7"]
    assert sheet.count('r="E2"') == 0


async def test_the_header_stays_in_sight_and_an_endless_text_is_cut_not_lost() -> None:
    sheet, texts = await parts("a" * (LONGEST + 10))

    assert 'state="frozen"' in sheet
    assert "a" * LONGEST in texts
