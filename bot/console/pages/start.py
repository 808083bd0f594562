"""The first page: what waits for me."""

from starlette.responses import Response

from bot.console.render import Pages
from bot.console.visit import Office, Visit


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/"""
    return pages.page(visit, "start.html", waiting=await office.queues.waiting_for(visit.member))
