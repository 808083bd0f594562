"""A one-time link: first a password, then the phone. The picture for the phone is drawn here, nothing leaves us."""

from datetime import timedelta
from math import ceil

import segno
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from bot.console import words
from bot.console.render import Pages
from bot.console.visit import PATH, Cookies, Office, Visit
from bot.services.invitations import Fault, Opened


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/invitation/TOKEN"""
    return await _step(office, pages, visit)


async def take_password(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/invitation/TOKEN"""
    token = visit.request.path_params["token"]
    fault = await office.invitations.choose_password(token, visit.one("password"), visit.one("name"))
    if fault is not None:
        return await _step(office, pages, visit, fault)
    return RedirectResponse(f"{PATH}/invitation/{token}", 303)


async def take_code(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/invitation/TOKEN/phone: the link is used up, and its holder signed in."""
    token = visit.request.path_params["token"]
    result = await office.invitations.accept(token, visit.one("code"), visit.browser)
    if isinstance(result, Fault):
        return await _step(office, pages, visit, result)
    response = RedirectResponse(f"{PATH}/", 303)
    Cookies(office.options.secure).set(response, result)
    return response


async def _step(office: Office, pages: Pages, visit: Visit, fault: Fault | None = None) -> Response:
    """Show the step that comes now, with what was wrong."""
    opened = await office.invitations.open(visit.request.path_params["token"], visit.line)
    if isinstance(opened, timedelta):
        seconds = ceil(opened.total_seconds())
        text = words.mark("Too many links that do not count were opened from here. Try again in a few minutes.")
        headers = {"Retry-After": str(seconds)}
        return pages.plain(visit, words.mark("Wait a little"), text, 429, headers)
    if opened is None:
        return pages.plain(visit, words.mark("This link is over"), words.FAULTS[Fault.GONE], 410)
    status = 422 if fault else 200
    said = words.FAULTS[fault] if fault else ""
    if not opened.has_password:
        return pages.page(visit, "password.html", status, opened=opened, fault=said, name=visit.one("name"))
    return pages.page(visit, "phone.html", status, opened=opened, fault=said, picture=_picture(opened))


def _picture(opened: Opened) -> Markup:
    """Draw the link for the phone as inline SVG: black on white also in the dark, for cameras."""
    drawn = segno.make(opened.phone_link, error="l", micro=False)  # read from a screen, not from worn paper
    svg = drawn.svg_inline(border=4, dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True)
    return Markup(svg)  # noqa: S704  # drawn from squares, holds no words
