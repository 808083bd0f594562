"""Helping somebody who calls: the officer types, the same engine answers, nothing but the question's row is kept."""

from starlette.responses import RedirectResponse, Response

from bot.console.render import Pages
from bot.console.visit import PATH, Office, Visit
from bot.core.types import Kind, Language

PLACE = f"{PATH}/desk"


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/desk"""
    talk = office.assisting.read(_key(visit))
    return pages.page(visit, "desk.html", talk=talk, spoken=talk.session.language, Language=Language)


async def take(office: Office, _pages: Pages, visit: Visit) -> Response:
    """POST /console/desk: words, a button, or the next caller."""
    if visit.one("do") == "next":
        office.assisting.begin(_key(visit))
        return RedirectResponse(PLACE, 303)
    turn = visit.one("turn")
    number = int(turn) if turn.isascii() and turn.isdigit() and len(turn) < 9 else -1
    action = visit.one("action")
    kind, text = (Kind.CHOICE, action[:64]) if action else (Kind.TEXT, visit.one("text"))
    await office.assisting.take(_key(visit), kind, text, number)
    return RedirectResponse(f"{PLACE}#newest", 303)


def _key(visit: Visit) -> int:
    assert visit.signed is not None
    return visit.signed.sign_in.id
