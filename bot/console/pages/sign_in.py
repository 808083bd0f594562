"""Signing in with name, password and the code of the moment, all on one page: nothing says which of them was wrong."""

from math import ceil
from typing import Any

from starlette.responses import RedirectResponse, Response

from bot.console.render import Pages
from bot.console.visit import Cookies, Office, Visit, safe_next
from bot.services.signing_in import Given, Refusal


async def show(_office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/sign-in: the form; whoever is signed in goes on at once."""
    if visit.signed is not None:
        return RedirectResponse(safe_next(visit.asked("next")), 303)
    return _form(pages, visit, safe_next(visit.asked("next")))


async def take(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/sign-in"""
    cookies = Cookies(office.options.secure)
    given = Given(visit.one("name"), visit.one("password"), visit.one("code"), visit.line, visit.browser)
    result = await office.sign_ins.sign_in(given, cookies.read(visit.request))
    if isinstance(result, Refusal):
        if not result.wait:
            return _form(pages, visit, safe_next(visit.one("next")), 422, is_wrong=True, name=given.name)
        seconds = ceil(result.wait.total_seconds())
        minutes = ceil(seconds / 60)
        headers = {"Retry-After": str(seconds)}
        return _form(pages, visit, safe_next(visit.one("next")), 429, headers, minutes=minutes, name=given.name)
    response = RedirectResponse(safe_next(visit.one("next")), 303)
    cookies.set(response, result)
    return response


def _form(
    pages: Pages, visit: Visit, next: str, status: int = 200, headers: dict[str, str] | None = None, **params: Any
) -> Response:
    shown = {"is_wrong": False, "minutes": 0, "name": ""} | params
    return pages.page(visit, "sign_in.html", status, headers, next=next, **shown)
