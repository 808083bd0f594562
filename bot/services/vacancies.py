"""Vacancies as staff keep them: imported from spreadsheets, typed, changed, taken down; and what job-seekers are shown.

They are nobody's personal data: who may see leads sees them all. Changes stand in the audit.
"""

import asyncio
import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from io import BytesIO, StringIO
from typing import Any, Final

import sqlalchemy as sa
from python_calamine import CalamineError, CalamineWorkbook

from bot.core.catalogue import Catalogue
from bot.core.staff import Member
from bot.core.text import fold
from bot.core.vacancies import KeptVacancy, Vacancy
from bot.core.vacancy_sheet import Fault, Sheet, read_row, read_sheet
from bot.services import access
from bot.services.access import NotAllowed, Right
from bot.services.ports import Clock
from db import audit, vacancies
from db.engine import Database

KIND: Final = "vacancy"  # in the audit
LARGEST_FILE: Final = 5 * 1024 * 1024  # bytes
_ZIPPED: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how .xlsx, .ods and the older .xls begin


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file brought. `gone`: open ones of its sources that are not in it any more; `are_ended`: taken down."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    are_ended: bool = False
    faults: Sequence[Fault] = ()
    unknown: Sequence[str] = ()
    is_unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which vacancies a list shows. `state`: open, over (past the deadline), ended (taken down), "" all."""

    state: str = "open"
    commune: str = ""
    trade: str = ""
    text: str = ""


class Vacancies:
    """`catalogue`: places, trades and words in use. Days are those of `zone`."""

    def __init__(self, database: Database, clock: Clock, zone: tzinfo, catalogue: Callable[[], Catalogue]) -> None:
        self._database, self._clock, self._zone, self._catalogue = database, clock, zone, catalogue

    @property
    def today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    async def list(self, by: Member, wanted: Wanted) -> Sequence[KeptVacancy]:
        """Those that are wanted, the one that ends first coming first."""
        _allow(by, Right.SEE_VACANCIES)
        kept = await self._database.read(vacancies.every)
        return [each for each in kept if self._is_wanted(each, wanted)]

    async def one(self, by: Member, number: int) -> KeptVacancy | None:
        _allow(by, Right.SEE_VACANCIES)
        return await self._database.read(lambda tx: vacancies.find(tx, number))

    async def take_in(self, by: Member, body: bytes, *, is_whole: bool = False) -> Imported:
        """Import a file. Sound rows are kept, those with a fault are named; a vacancy is known again by its key.

        `is_whole`: the file lists all that its sources offer, so that what is not in it any more is taken down.
        """
        _allow(by, Right.KEEP_VACANCIES)
        rows = await asyncio.to_thread(read_rows, body)
        if rows is None:
            return Imported(is_unreadable=True)
        sheet = await asyncio.to_thread(read_sheet, rows, self._catalogue(), self.today)

        def work(tx: sa.Connection) -> Imported:
            access.confirm(tx, by, Right.KEEP_VACANCIES)
            return self._keep(tx, by, sheet, is_whole=is_whole)

        return await self._database.write(work)

    async def write(self, by: Member, cells: Mapping[str, str], number: int | None = None) -> int | tuple[Fault, ...]:
        """Keep a vacancy as it was typed (None: a new one); return its number, or all that is wrong with it."""
        read = read_row(cells, self._catalogue(), self.today)
        if not isinstance(read, Vacancy):
            return read

        def work(tx: sa.Connection) -> int:
            access.confirm(tx, by, Right.KEEP_VACANCIES)
            now, known = self._clock.now(), {each.vacancy.key: each for each in vacancies.every(tx)}
            kept = vacancies.find(tx, number) if number is not None else known.get(read.key)
            if kept is None:
                kept_number = vacancies.add(tx, read, now)
            else:  # its key stays: by it the next import knows it
                kept_number = kept.id
                vacancies.save(tx, kept_number, replace(read, key=kept.vacancy.key), now)
            audit.note(tx, by.id, "changed" if kept else "added", KIND, kept_number, now)
            return kept_number

        return await self._database.write(work)

    async def end(self, by: Member, number: int) -> None:
        """Take one down before its deadline."""

        def work(tx: sa.Connection) -> None:
            access.confirm(tx, by, Right.KEEP_VACANCIES)
            now = self._clock.now()
            vacancies.end(tx, [number], now)
            audit.note(tx, by.id, "taken_down", KIND, number, now)

        await self._database.write(work)

    def _keep(self, tx: sa.Connection, by: Member, sheet: Sheet, *, is_whole: bool) -> Imported:
        now, today = self._clock.now(), self.today
        known = {each.vacancy.key: each for each in vacancies.every(tx)}
        new = [each for each in sheet.vacancies if each.key not in known]
        old = [(known[each.key], each) for each in sheet.vacancies if each.key in known]
        changed = [(kept, each) for kept, each in old if kept.vacancy != each or kept.ended_at is not None]
        for each in new:
            vacancies.add(tx, each, now)
        for kept, each in changed:
            vacancies.save(tx, kept.id, each, now)
        sources, keys = {each.source for each in sheet.vacancies}, {each.key for each in sheet.vacancies}
        gone = [
            each.id for key, each in known.items()
            if each.vacancy.source in sources and each.is_open(today) and key not in keys | sheet.doubtful
        ]  # fmt: skip
        if is_whole:
            vacancies.end(tx, gone, now)
        audit.note(tx, by.id, "imported", KIND, "", now)
        return Imported(
            len(new), len(changed), len(old) - len(changed), len(gone), is_whole and bool(gone), sheet.faults,
            sheet.unknown,
        )  # fmt: skip

    def _is_wanted(self, kept: KeptVacancy, wanted: Wanted) -> bool:
        vacancy = kept.vacancy
        is_over = not vacancy.is_open(self.today)
        state = "ended" if kept.ended_at is not None else "over" if is_over else "open"
        said = fold(" ".join((vacancy.title, vacancy.employer, vacancy.place, vacancy.source)))
        return (
            (not wanted.state or wanted.state == state)
            and (not wanted.commune or vacancy.commune == wanted.commune)
            and (not wanted.trade or wanted.trade in vacancy.trades(self._catalogue().trades))
            and fold(wanted.text) in said
        )


def read_rows(body: bytes) -> list[list[Any]] | None:
    """The cells of a file's first sheet (.xlsx, .xls, .ods) or of a .csv; None for one that cannot be read."""
    try:
        if body.startswith(_ZIPPED):
            with CalamineWorkbook.from_filelike(BytesIO(body)) as book:
                return [list(row) for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False)]
        text = body.decode("utf-8-sig")
        mark = max((",", ";", "\t"), key=text.partition("\n")[0].count)
        return [list(row) for row in csv.reader(StringIO(text, newline=""), delimiter=mark)]
    except (CalamineError, UnicodeDecodeError, csv.Error, IndexError):
        return None


def open_on(tx: sa.Connection, day: date) -> tuple[Vacancy, ...]:
    """What job-seekers may be shown on a day, the one that ends first coming first."""
    return tuple(each.vacancy for each in vacancies.open_on(tx, day))


def _allow(by: Member, right: Right) -> None:
    if not access.may(by, right):
        raise NotAllowed(by, right)
