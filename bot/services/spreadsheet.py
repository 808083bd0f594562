"""Lists as spreadsheets (.xlsx). The one writer for all of them: text is always text, never a formula or a link.

A cell that begins with = + - @ would otherwise be computed by whoever opens the file, whoever wrote it.
"""

import asyncio
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from xlsxwriter import Workbook

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST: Final = 32_767  # characters in a cell: what Excel takes, longer text would be left out in silence
_LONGEST_NAME: Final = 31  # characters of a sheet's name, none of []:*?/\\

Cell = str | int | Decimal | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in characters."""

    title: str
    width: int = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a file: its name, and under each column one cell of every row."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


async def spreadsheet(sheets: Sequence[Sheet], zone: tzinfo) -> bytes:
    """Return a file: in each sheet a header that stays in sight, a filter, one row each. Moments in local time."""
    return await asyncio.to_thread(_write, sheets, zone)


def _write(sheets: Sequence[Sheet], zone: tzinfo) -> bytes:
    body = BytesIO()
    with _no_collecting(), Workbook(body, {"in_memory": True}) as book:
        looks = _Looks(
            book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"}),
            book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
            book.add_format({"num_format": "dd/mm/yyyy hh:mm", "valign": "top"}),
        )  # fmt: skip
        for each in sheets:
            name = "".join(sign for sign in each.name if sign not in "[]:*?/\\")[:_LONGEST_NAME]
            _fill(book.add_worksheet(name), each, looks, zone)
    return body.getvalue()


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Hundreds of thousands of cells make Python look for circles again and again, a quarter of the time; there are
    none."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@dataclass(frozen=True, slots=True)
class _Looks:
    bold: Any
    wrapped: Any
    days: Any
    moments: Any


def _fill(page: Any, sheet: Sheet, looks: _Looks, zone: tzinfo) -> None:
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, column.title, looks.bold)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, len(sheet.rows), max(0, len(sheet.columns) - 1))
    for line, row in enumerate(sheet.rows, start=1):
        for place, cell in enumerate(row):
            match cell:
                case None | "":
                    continue
                case str():
                    page.write_string(line, place, cell[:LONGEST], looks.wrapped)
                case datetime():
                    page.write_datetime(line, place, cell.astimezone(zone).replace(tzinfo=None), looks.moments)
                case date():
                    page.write_datetime(line, place, cell, looks.days)
                case _:
                    page.write_number(line, place, cell)
