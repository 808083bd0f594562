"""My account: where I am signed in, and out of it."""

from starlette.responses import RedirectResponse, Response

from bot.console.render import Pages
from bot.console.visit import PATH, Cookies, Office, Visit
from bot.services.access import Right, may


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/account"""
    assert visit.signed is not None
    found = await office.sign_ins.of(visit.member)
    code, is_bound = "", False
    if office.bindings is not None and may(visit.member, Right.ANSWER):
        code, is_bound = await office.bindings.standing(visit.member)
    return pages.page(
        visit, "account.html", sign_ins=found, here=visit.signed.sign_in.id, communes=office.communes(), code=code,
        is_bound=is_bound,
    )  # fmt: skip


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
