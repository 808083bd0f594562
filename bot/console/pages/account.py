"""My account: where I am signed in, and out of it."""

from starlette.responses import RedirectResponse, Response

from bot.console.render import Pages
from bot.console.visit import PATH, Cookies, Office, Visit


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/account"""
    assert visit.signed is not None
    found = await office.sign_ins.of(visit.member)
    return pages.page(visit, "account.html", sign_ins=found, here=visit.signed.sign_in.id, communes=office.communes())


async def sign_out(office: Office, _pages: Pages, visit: Visit) -> Response:
    """POST /console/sign-out"""
    await office.sign_ins.sign_out(visit.token)
    return _out(office)


async def sign_out_everywhere(office: Office, _pages: Pages, visit: Visit) -> Response:
    """POST /console/sign-out-everywhere"""
    await office.sign_ins.sign_out_everywhere(visit.member)
    return _out(office)


def _out(office: Office) -> Response:
    response = RedirectResponse(f"{PATH}/sign-in", 303, {"Clear-Site-Data": '"cache"'})
    Cookies(office.options.secure).clear(response)
    return response
