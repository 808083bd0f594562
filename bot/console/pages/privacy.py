"""Requests about one's data: the list, soonest due first; one of them, and closing it."""

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.console.render import Pages
from bot.console.visit import PATH, Office, Visit
from bot.console.words import PRIVACY_KINDS, mark, translations
from bot.services.spreadsheet import Cell, Column

STATES = ("open", "closed")


async def show_all(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/privacy?state=…&kind=…"""
    state, kind = _chosen(visit)
    found = await office.privacy.every(visit.member, state=state, kind=kind)
    today = office.clock.now().astimezone(office.options.zone).date()
    return pages.page(visit, "privacy.html", found=found, state=state, kind=kind, today=today)


async def export(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/privacy.xlsx?state=…&kind=…: what the list shows, without anybody's words."""
    columns = [
        Column(mark("Number"), 10), Column(mark("What for"), 36), Column(mark("State"), 14),
        Column(mark("Received"), 18), Column(mark("Due"), 14), Column(mark("Done"), 18),
    ]  # fmt: skip
    state, kind = _chosen(visit)
    say = translations(visit.language).gettext
    rows: list[list[Cell]] = [
        [
            each.id, say(PRIVACY_KINDS.get(each.kind, each.kind)), say("Waits") if each.is_open else say("Done"),
            each.received, each.due, each.closed,
        ]
        for each in await office.privacy.export(visit.member, state=state, kind=kind)
    ]  # fmt: skip
    return await pages.spreadsheet(visit, "privacy", columns, rows, office.clock.now())


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/privacy/ID"""
    return await _one(office, pages, visit)


async def close(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/privacy/ID/close"""
    number = visit.request.path_params["id"]
    if await office.privacy.close(visit.member, number, visit.one("reason")):
        return RedirectResponse(f"{PATH}/privacy/{number}", 303)
    return await _one(office, pages, visit, is_refused=True)


def _chosen(visit: Visit) -> tuple[str, str]:
    state, kind = visit.asked("state"), visit.asked("kind")
    return state if state in STATES else "", kind if kind in PRIVACY_KINDS else ""


async def _one(office: Office, pages: Pages, visit: Visit, *, is_refused: bool = False) -> Response:
    found = await office.privacy.one(visit.member, visit.request.path_params["id"])
    if found is None:
        raise HTTPException(404)
    today = office.clock.now().astimezone(office.options.zone).date()
    status = 422 if is_refused else 200
    return pages.page(visit, "privacy_request.html", status, found=found, is_refused=is_refused, today=today)
