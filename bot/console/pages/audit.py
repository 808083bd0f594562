"""Who looked at and changed what."""

from datetime import date

from starlette.responses import Response

from bot.console import words
from bot.console.render import Pages
from bot.console.visit import Office, Visit
from bot.console.words import mark
from bot.services.audits import PAGE, Filter
from bot.services.spreadsheet import Cell, Column


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/audit?by=…&day=…&deed=…&below=…"""
    chosen = _chosen(visit)
    entries = await office.audits.read(visit.member, chosen)
    staff = await office.audits.members(visit.member)
    older = entries[-1].id if len(entries) == PAGE else None
    return pages.page(visit, "audit.html", entries=entries, chosen=chosen, staff=staff, older=older)


async def export(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/audit.xlsx?by=…&day=…&deed=…: what the list shows, all pages of it."""
    columns = [
        Column(mark("Moment"), 18), Column(mark("Who"), 28), Column(mark("Deed"), 24), Column(mark("Record"), 20),
        Column(mark("Number"), 10),
    ]  # fmt: skip
    entries = await office.audits.export(visit.member, _chosen(visit))
    say = words.translations(visit.language).gettext
    rows: list[list[Cell]] = [
        [
            each.at,
            say("The server") if each.by is None else each.name,
            say(words.DEEDS[each.deed]) if each.deed in words.DEEDS else each.deed,
            say(words.SUBJECTS[each.subject]) if each.subject in words.SUBJECTS else each.subject,
            each.subject_id,
        ]
        for each in entries
    ]
    return await pages.spreadsheet(visit, "audit", columns, rows, office.clock.now())


def _chosen(visit: Visit) -> Filter:
    return Filter(
        _number(visit.asked("by")), _day(visit.asked("day")), visit.asked("deed"), _number(visit.asked("below"))
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _day(text: str) -> date | None:
    """Read a day of our times; anything else is no filter."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None
