"""Figures that the office confirms: what is not sure, and the form by which a document makes it so."""

from datetime import date

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.console import words
from bot.console.render import Pages
from bot.console.visit import PATH, Office, Visit
from bot.core.editing import ConfirmFigure
from bot.services.confirming import Figure
from bot.services.editing import Trouble


async def show_all(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/figures?area=…&doubt=…&words=…"""
    area, doubt, sought = visit.asked("area"), visit.asked("doubt"), visit.asked("words")
    shown = await office.confirming.figures(visit.member, visit.language, area, doubt, sought)
    areas = office.confirming.areas()
    return pages.page(visit, "figures.html", shown=shown, areas=areas, area=area, doubt=doubt, words_sought=sought)


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/figures/PARAMETER/DAY"""
    figure = await _figure(office, visit)
    # What was never sure is typed anew from the document, not waved through.
    source = figure.sources if figure.value.firm else ""
    return _page(office, pages, visit, figure, source=source, on=str(office.confirming.today()))


async def confirm(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/figures/PARAMETER/DAY: ask a second person to confirm it"""
    figure = await _figure(office, visit)
    try:
        on = date.fromisoformat(visit.one("on"))
    except ValueError:
        on = date.max  # no day, refused as one of the future
    source = ", ".join(part for part in (visit.one("document").strip(), visit.one("article").strip()) if part)
    if not visit.one("document").strip():
        source = ""
    edit = ConfirmFigure(
        figure.parameter.id, figure.value.start, source, on, visit.one("office"), visit.one("value").strip()
    )
    asked = await office.confirming.confirm(visit.member, edit)
    if isinstance(asked, Trouble):
        return _page(office, pages, visit, figure, words.OBSTACLES[asked], source, visit.one("on"))
    return RedirectResponse(f"{PATH}/approvals/{asked}", 303)


def _page(
    office: Office, pages: Pages, visit: Visit, figure: Figure, trouble: str = "", source: str = "", on: str = ""
) -> Response:
    document, _, article = source.split(";", maxsplit=1)[0].partition(", ")
    return pages.page(
        visit, "figure.html", 422 if trouble else 200, figure=figure, trouble=trouble, document=document,
        article=article, on=on, by_office=visit.one("office") or office.options.operator, value=visit.one("value"),
        today=office.confirming.today(),
    )  # fmt: skip


async def _figure(office: Office, visit: Visit) -> Figure:
    try:
        start = date.fromisoformat(visit.request.path_params["start"])
    except ValueError:
        raise HTTPException(404) from None
    name = visit.request.path_params["parameter"]
    figure = await office.confirming.figure(visit.member, visit.language, name, start)
    if figure is None:
        raise HTTPException(404)
    return figure
