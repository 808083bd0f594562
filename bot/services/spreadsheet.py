"""Lists as spreadsheets (.xlsx). The one writer for all of them: text is always text, never a formula or a link.

A cell that begins with = + - @ would otherwise be computed by whoever opens the file, whoever wrote it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from io import BytesIO
from typing import Final

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


async def spreadsheet(name: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], zone: tzinfo) -> bytes:
    """Return a file with one sheet: a header that stays in sight, a filter, one row each. Moments in local time."""
    return await asyncio.to_thread(_write, name, columns, rows, zone)


def _write(name: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], zone: tzinfo) -> bytes:
    body = BytesIO()
    with Workbook(body, {"in_memory": True}) as book:
        sheet = book.add_worksheet("".join(sign for sign in name if sign not in "[]:*?/\\")[:_LONGEST_NAME])
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        days = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
        moments = book.add_format({"num_format": "dd/mm/yyyy hh:mm", "valign": "top"})
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.title, bold)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), max(0, len(columns) - 1))
        for line, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                match cell:
                    case None:
                        continue
                    case str():
                        sheet.write_string(line, place, cell[:LONGEST], wrapped)
                    case datetime():
                        sheet.write_datetime(line, place, cell.astimezone(zone).replace(tzinfo=None), moments)
                    case date():
                        sheet.write_datetime(line, place, cell, days)
                    case _:
                        sheet.write_number(line, place, cell)
    return body.getvalue()
