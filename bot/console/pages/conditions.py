"""Conditions of programmes that the office confirms: what the law asks, and the document in which that was read."""

from datetime import date

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.console import words
from bot.console.render import Pages
from bot.console.visit import PATH, Office, Visit
from bot.core.editing import ConfirmCondition
from bot.services.confirming import Asked
from bot.services.editing import Trouble


async def show_all(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/figures/conditions?state=…&words=…"""
    state, sought = visit.asked("state"), visit.asked("words")
    shown = office.confirming.conditions(visit.member, visit.language, checked=state == "checked", words=sought)
    return pages.page(visit, "conditions.html", shown=shown, state=state, words_sought=sought)


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/figures/conditions/PROGRAMME/PLACE"""
    return _page(office, pages, visit, _condition(office, visit), on=str(office.confirming.today()))


async def confirm(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/figures/conditions/PROGRAMME/PLACE: ask a second person to confirm it"""
    asked = _condition(office, visit)
    try:
        on = date.fromisoformat(visit.one("on"))
    except ValueError:
        on = date.max  # no day, refused as one of the future
    document, article = visit.one("document").strip(), visit.one("article").strip()
    source = f"{document}, {article}" if document and article else document
    edit = ConfirmCondition(asked.programme.id, asked.place, source, on, visit.one("office"))
    made = await office.confirming.confirm(visit.member, edit)
    if isinstance(made, Trouble):
        return _page(office, pages, visit, asked, words.OBSTACLES[made], visit.one("on"))
    return RedirectResponse(f"{PATH}/approvals/{made}", 303)


def _page(office: Office, pages: Pages, visit: Visit, asked: Asked, trouble: str = "", on: str = "") -> Response:
    return pages.page(
        visit, "condition.html", 422 if trouble else 200, asked=asked, trouble=trouble,
        document=visit.one("document"), article=visit.one("article"), on=on,
        by_office=visit.one("office") or office.options.operator, today=office.confirming.today(),
    )  # fmt: skip


def _condition(office: Office, visit: Visit) -> Asked:
    given = visit.request.path_params
    asked = office.confirming.condition(visit.member, visit.language, given["programme"], given["place"])
    if asked is None:
        raise HTTPException(404)
    return asked
