"""Slips for the commune: a code opens the answers behind it, as they were given, and the result."""

from datetime import timedelta
from math import ceil

from starlette.responses import Response

from bot.console import words
from bot.console.render import Pages
from bot.console.visit import Office, Visit


async def show(_office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/slips"""
    return pages.page(visit, "slips.html", code="", trouble="")


async def open_slip(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/slips: the answer itself shows the slip; it has no address of its own."""
    code = visit.one("code")
    found = await office.slips.open(visit.member, code, visit.language)
    if isinstance(found, timedelta):
        wait = {"Retry-After": str(ceil(found.total_seconds()))}
        text = words.mark("You tried many codes that open nothing. Wait a few minutes, then try again.")
        return pages.page(visit, "slips.html", 429, wait, code=code, trouble=text)
    if found is None:
        text = words.mark("No slip of your communes has this code. It may be mistyped, over, or erased by its person.")
        return pages.page(visit, "slips.html", 422, code=code, trouble=text)
    return pages.page(visit, "slip.html", opened=found, office=office)
