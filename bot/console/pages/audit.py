"""Who looked at and changed what."""

from datetime import date

from starlette.responses import Response

from bot.console.render import Pages
from bot.console.visit import Office, Visit
from bot.services.audits import PAGE, Filter


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/audit?by=…&day=…&deed=…&below=…"""
    chosen = Filter(
        _number(visit.asked("by")), _day(visit.asked("day")), visit.asked("deed"), _number(visit.asked("below"))
    )
    entries = await office.audits.read(visit.member, chosen)
    staff = await office.audits.members(visit.member)
    older = entries[-1].id if len(entries) == PAGE else None
    return pages.page(visit, "audit.html", entries=entries, chosen=chosen, staff=staff, older=older)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _day(text: str) -> date | None:
    """Read a day of our times; anything else is no filter."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None
