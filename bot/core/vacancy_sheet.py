"""Vacancies as rows of a spreadsheet, or as a form of the console: each cell read kindly, each fault with its place.

Columns are known by what stands above them (COLUMNS). A row with a fault is not taken up and is named with what is
wrong; all other rows are. Words are compared without tone marks.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from bot.core.catalogue import Catalogue
from bot.core.form_asking import national
from bot.core.form_reading import read_phone, read_wage
from bot.core.places import find_places
from bot.core.text import clean, fold
from bot.core.vacancies import AGREE, IN_PROVINCE, Vacancy, read_pay
from bot.core.vacancy_columns import COLUMNS, REQUIRED, WORDS, code_of, column_of

MOST_ROWS: Final = 5000
LONGEST: Final = {"description": 2000}  # characters of a cell
_LONGEST_CELL: Final = 200
_KNOWN_BY: Final = ("number", "source", "employer", "title", "place")
_MOST_PLACES: Final = 100_000  # wanted people of one vacancy

_AGREED: Final = ("thỏa thuận", "thương lượng")
_DAY: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")


class Problem(StrEnum):
    """What is wrong with a cell, a row or a file."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NO_DAY = "no_day"
    OVER = "over"  # the deadline has passed
    ORDER = "order"  # the deadline lies before the day it was posted, or that day is to come
    NO_PHONE = "no_phone"
    NO_COUNT = "no_count"
    NO_PAY = "no_pay"
    NO_CHOICE = "no_choice"
    WHICH_PLACE = "which_place"
    TWICE = "twice"  # the same vacancy stands above
    NO_COLUMN = "no_column"
    NO_ROWS = "no_rows"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Fault:
    """`row` as the spreadsheet counts them, 0 for all of it. `value`: what stands there; `words`: what might stand
    there instead, or the row above (TWICE)."""

    problem: Problem
    column: str = ""
    row: int = 0
    value: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds: its sound rows, and everything that is wrong. `unknown`: headers of columns not read;
    `doubtful`: keys of rows with a fault, which are in the file all the same."""

    vacancies: tuple[Vacancy, ...] = ()
    faults: tuple[Fault, ...] = ()
    unknown: tuple[str, ...] = ()
    doubtful: frozenset[str] = frozenset()


def read_sheet(rows: Sequence[Sequence[Any]], catalogue: Catalogue, day: date) -> Sheet:
    """Read rows of cells, the first that holds anything being the header. `day`: today."""
    at = next((number for number, row in enumerate(rows) if any(_text(cell) for cell in row)), None)
    if at is None:
        return Sheet(faults=(Fault(Problem.NO_ROWS),))
    header = [column_of(_text(cell)) for cell in rows[at]]
    unknown = tuple(text for cell, name in zip(rows[at], header, strict=True) if not name and (text := _text(cell)))
    missing = tuple(Fault(Problem.NO_COLUMN, name, at + 1) for name in REQUIRED if name not in header)
    if missing:
        return Sheet((), missing, unknown)
    if len(rows) - at - 1 > MOST_ROWS:
        return Sheet((), (Fault(Problem.TOO_MANY, value=str(len(rows) - at - 1), words=(str(MOST_ROWS),)),), unknown)
    found: dict[str, tuple[int, Vacancy]] = {}
    faults: list[Fault] = []
    doubtful: set[str] = set()
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        cells = {name: cell for name, cell in zip(header, row, strict=False) if name}
        if not any(_text(cell) for cell in cells.values()):
            continue
        read = read_row(cells, catalogue, day, number)
        if not isinstance(read, Vacancy):
            faults.extend(read)
            doubtful.add(key_of(*(_text(cells.get(name)) for name in _KNOWN_BY)))
        elif read.key in found:
            faults.append(Fault(Problem.TWICE, "title", number, read.title, (str(found[read.key][0]),)))
        else:
            found[read.key] = (number, read)
    if not found and not faults:
        faults.append(Fault(Problem.NO_ROWS))
    return Sheet(tuple(vacancy for _, vacancy in found.values()), tuple(faults), unknown, frozenset(doubtful))


def read_row(cells: Mapping[str, Any], catalogue: Catalogue, day: date, row: int = 0) -> Vacancy | tuple[Fault, ...]:
    """Read one vacancy from its cells by the names of COLUMNS, or say all that is wrong with it."""
    row_reading = _Row(cells, catalogue, day, row)
    vacancy = row_reading.read()
    return tuple(row_reading.faults) or vacancy


def cells_of(vacancy: Vacancy) -> dict[str, str | int | date]:
    """A vacancy as cells from which it is read again just as it is."""
    own, _, number = vacancy.key.partition("|")
    pay = read_pay(vacancy.wage)
    ends = [f"{end:,}".replace(",", ".") for end in dict.fromkeys((pay.low, pay.high)) if end] if pay else []
    per = {"day": "một ngày", "month": "một tháng"}[pay.per] if pay else ""
    wage = f"{'từ ' if pay and not pay.high else ''}{' - '.join(ends)} đồng {per}" if pay else _AGREED[0].capitalize()
    coded = {name: WORDS[name].get(getattr(vacancy, name), ("",))[0] for name in WORDS}
    plain: dict[str, str | int | date] = {
        name: getattr(vacancy, name)
        for name in ("title", "employer", "count", "place", "description", "contact", "source")
    }
    plain["phone"] = national(vacancy.phone)
    days = {"deadline": vacancy.deadline, "posted": vacancy.posted}
    is_numbered = number.startswith("#") and own == fold(vacancy.source)
    return plain | coded | days | {"wage": wage, "number": number.removeprefix("#") if is_numbered else ""}


def key_of(number: str, source: str, employer: str, title: str, place: str) -> str:
    """By what a vacancy is known again: its number at its source, else who offers what and where."""
    return f"{fold(source)}|#{fold(number)}" if number else "|".join(map(fold, (employer, title, place)))


class _Row:
    """One row being read."""

    def __init__(self, cells: Mapping[str, Any], catalogue: Catalogue, day: date, row: int) -> None:
        self.faults: list[Fault] = []
        self._cells, self._catalogue, self._day, self._row = cells, catalogue, day, row

    def read(self) -> Vacancy:
        said = {name: self._said(name) for name in COLUMNS}
        deadline, posted = self._day_in("deadline"), self._day_in("posted")
        if deadline and deadline < self._day:
            self._fault(Problem.OVER, "deadline")
        if posted and (posted > self._day or (deadline and deadline < posted)):
            self._fault(Problem.ORDER, "posted")
        chosen = {name: self._chosen(name) for name in WORDS}
        return Vacancy(
            key=key_of(*(said[name] for name in _KNOWN_BY)),
            title=said["title"], employer=said["employer"], phone=self._phone(), place=said["place"],
            wage=self._wage(), deadline=deadline or self._day, source=said["source"], posted=posted or self._day,
            count=self._count(), commune=self._commune(said["place"]), where=chosen["where"] or IN_PROVINCE,
            contact=said["contact"], description=said["description"], schooling=chosen["schooling"],
            training=chosen["training"], hours=chosen["hours"], purpose=chosen["purpose"],
        )  # fmt: skip

    def _fault(self, problem: Problem, column: str, words: tuple[str, ...] = ()) -> None:
        self.faults.append(Fault(problem, column, self._row, _text(self._cells.get(column)), words))

    def _said(self, name: str) -> str:
        text = _text(self._cells.get(name))
        if not text and name in REQUIRED:
            self._fault(Problem.MISSING, name)
        most = LONGEST.get(name, _LONGEST_CELL)
        if len(text) > most:
            self._fault(Problem.TOO_LONG, name, (str(most),))
        return text

    def _day_in(self, name: str) -> date | None:
        cell = self._cells.get(name)
        day = read_day(cell)
        if day is None and _text(cell):
            self._fault(Problem.NO_DAY, name)
        return day

    def _phone(self) -> str:
        text = _text(self._cells.get("phone"))
        if not text:
            return ""
        # A spreadsheet that took the number for a sum has dropped its first zero.
        found = read_phone(text) or (read_phone(f"0{text}") if text.isdecimal() else None)
        if found is None:
            self._fault(Problem.NO_PHONE, "phone")
        return found or ""

    def _wage(self) -> str:
        text = _text(self._cells.get("wage"))
        if any(fold(word) in fold(text) for word in _AGREED):
            return AGREE
        found = read_wage(text) if text else None
        if text and found is None:
            self._fault(Problem.NO_PAY, "wage")
        return found or AGREE

    def _count(self) -> int:
        text = _text(self._cells.get("count"))
        if text and not (text.isdecimal() and 0 < int(text[:9]) <= _MOST_PLACES and len(text) < 10):
            self._fault(Problem.NO_COUNT, "count")
            return 1
        return int(text) if text else 1

    def _commune(self, place: str) -> str:
        found = find_places(place, self._catalogue.places).candidates
        if len(found) > 1:
            names = {each.new_code: f"{each.new_type} {each.new_name}" for each in self._catalogue.places}
            self._fault(Problem.WHICH_PLACE, "place", tuple(names[each.new_code] for each in found))
        return found[0].new_code if len(found) == 1 else ""

    def _chosen(self, name: str) -> str:
        text = _text(self._cells.get(name))
        found = code_of(name, text) if text else ""
        if found is None:
            self._fault(Problem.NO_CHOICE, name, tuple(words[0] for words in WORDS[name].values()))
        return found or ""


def read_day(cell: Any) -> date | None:
    """A day as a spreadsheet or a person writes it: a date, 31/12/2026, 31-12-2026, 2026-12-31."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _text(cell)
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)
    except ValueError:
        return None


def _text(cell: Any) -> str:
    """What stands in a cell, in one line; a whole number without its fraction."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else " ".join(clean(str(cell)).split())
