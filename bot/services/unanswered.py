"""Questions nobody answered, and answers that were not what was meant: an editor's work, grouped by likeness.

No address stands beside them; their texts were masked when they were kept, are encrypted, and are read in memory only.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from io import BytesIO
from typing import Final

import sqlalchemy as sa
import xlsxwriter

from bot.core.grouping import group
from bot.core.staff import Member
from bot.core.text import fold
from bot.services import access
from bot.services.access import Right
from bot.services.ports import Clock
from bot.services.sealed import Sealed
from db import audit, questions
from db.engine import Database
from db.questions import Kept, Wanted

MOST: Final = 5000  # the newest that are looked at: grouping them takes a second
WEEKS: Final = 12  # of the trend
_SUBJECT: Final = "question"


@dataclass(frozen=True, slots=True)
class Filter:
    """ "" and None: all. `week`: its Monday. `words`: searched without tone marks."""

    commune: str = ""
    language: str = ""
    channel: str = ""
    decision: str = ""  # none | wrong
    week: date | None = None
    words: str = ""
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    row: Kept
    text: str

    @property
    def is_wrong(self) -> bool:
        """Answered, and not with what was meant."""
        return self.row.vote == "wrong"


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that say much the same, the most typical first. `weeks`: how many in each, the oldest week first."""

    questions: tuple[Question, ...]
    weeks: tuple[int, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Each text once."""
        return tuple(dict.fromkeys(each.text for each in self.questions))


@dataclass(frozen=True, slots=True)
class Picture:
    """`mondays`: of the weeks of the trend. `number`: of the questions in `groups`."""

    groups: tuple[Group, ...]
    mondays: tuple[date, ...]
    weeks: tuple[int, ...]
    number: int


class Unanswered:
    def __init__(self, database: Database, sealed: Sealed, clock: Clock, zone: tzinfo) -> None:
        self._database, self._sealed, self._clock, self._zone = database, sealed, clock, zone

    def mondays(self) -> tuple[date, ...]:
        """The Mondays of the trend's weeks, this week's last."""
        today = self._clock.now().astimezone(self._zone).date()
        this = today - timedelta(days=today.weekday())
        return tuple(this - timedelta(weeks=back) for back in reversed(range(WEEKS)))

    async def picture(self, by: Member, chosen: Filter) -> Picture:
        """Return the groups, the largest first. Raises NotAllowed."""
        rows = await self._rows(by, chosen, "listed", (Right.EDIT_CONTENT,))
        return await asyncio.to_thread(self._grouped, rows, chosen, self.mondays())

    async def around(self, by: Member, number: int, *, alone: bool) -> Sequence[Question]:
        """Return a question of which nothing was made yet, and unless `alone` its group. Raises NotAllowed."""
        rows = await self._rows(by, Filter(), "listed", (Right.EDIT_CONTENT,))
        if alone:
            return self._read([row for row in rows if row.number == number])
        picture = await asyncio.to_thread(self._grouped, rows, Filter(), self.mondays())
        return next((g.questions for g in picture.groups if any(q.row.number == number for q in g.questions)), ())

    async def spreadsheet(self, by: Member, chosen: Filter, heads: Mapping[str, str]) -> bytes:
        """Return an .xlsx of the questions, group by group; `heads`: words of the first line. Raises NotAllowed."""
        rows = await self._rows(by, chosen, "exported", (Right.EDIT_CONTENT, Right.EXPORT))
        return await asyncio.to_thread(lambda: _sheet(self._grouped(rows, chosen, self.mondays()), heads))

    async def _rows(self, by: Member, chosen: Filter, deed: str, rights: Sequence[Right]) -> Sequence[Kept]:
        now = self._clock.now()
        until = chosen.week + timedelta(days=7) if chosen.week else None
        wanted = Wanted(
            chosen.commune, chosen.language, chosen.channel, chosen.decision, chosen.week, until, chosen.is_open
        )

        def work(tx: sa.Connection) -> list[Kept]:
            for right in rights:
                access.confirm(tx, by, right)
            audit.note(tx, by.id, deed, _SUBJECT, "", now)
            return questions.kept(tx, wanted, MOST)

        return await self._database.write(work)

    def _grouped(self, rows: Sequence[Kept], chosen: Filter, mondays: tuple[date, ...]) -> Picture:
        sought = fold(chosen.words)
        read = [each for each in self._read(rows) if sought in fold(each.text)]
        groups = [
            Group(members := tuple(read[at] for at in places), _by_week(members, mondays))
            for places in group([each.text for each in read])
        ]
        return Picture(tuple(groups), mondays, _by_week(read, mondays), len(read))

    def _read(self, rows: Sequence[Kept]) -> list[Question]:
        return [Question(row, self._sealed.read_question(row.text)) for row in rows]


def waiting(tx: sa.Connection, member: Member, now: datetime) -> int:  # noqa: ARG001  # a queue's shape
    """How many questions wait for an editor: a queue."""
    if not access.may(member, Right.EDIT_CONTENT):
        return 0
    return questions.number_open(tx)


def _by_week(asked: Sequence[Question], mondays: Sequence[date]) -> tuple[int, ...]:
    counted = Counter(each.row.day - timedelta(days=each.row.day.weekday()) for each in asked)
    return tuple(counted[monday] for monday in mondays)


def _sheet(picture: Picture, heads: Mapping[str, str]) -> bytes:
    """Every cell is text or a number: what people wrote never runs as a formula, and no link can be pressed."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        for column, head in enumerate(heads.values()):
            sheet.write_string(0, column, head, bold)
        sheet.freeze_panes(1, 0)
        line = 0
        for number, each in enumerate(picture.groups, 1):
            for question in each.questions:
                line += 1
                row = question.row
                sheet.write_number(line, 0, number)
                cells = (question.text, str(row.day), row.commune, row.language, row.channel, row.vote or row.decision)
                for column, cell in enumerate(cells, 1):
                    sheet.write_string(line, column, cell)
        sheet.set_column(1, 1, 60)
    return out.getvalue()
