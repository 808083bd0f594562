"""What waits for a second person, and what somebody submitted; one page for each, whatever its kind.

How a subject is shown: the template `approval_KIND.html`, which is given `subject`.
"""

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.console import words
from bot.console.render import Pages
from bot.console.visit import PATH, Office, Visit
from bot.console.words import mark
from bot.core.approvals import Objection, Ruling, Stage

LONGEST = 500  # characters of a reason


async def show_all(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/approvals?stage=…"""
    waits, own = await office.approving.lists(visit.member)
    stage = visit.asked("stage")
    shown = [each for each in own if stage in ("", each.approval.stage)]
    return pages.page(visit, "approvals.html", waits=waits, own=shown, stage=stage, now=office.clock.now())


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/approvals/ID"""
    return await _approval(office, pages, visit)


async def rule(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/approvals/ID: `ruling`, `shown` (the hash of what stood on the page), `reason` of a refusal"""
    number, reason = visit.request.path_params["id"], " ".join(visit.one("reason").split())[:LONGEST]
    try:
        ruling = Ruling(visit.one("ruling"))
    except ValueError:
        raise HTTPException(400) from None
    if ruling is Ruling.REFUSE and not reason:
        return await _approval(office, pages, visit, mark("Say why, so that the author can do better."))
    after = await office.approving.rule(visit.member, number, ruling, visit.one("shown"), reason)
    if after is None:
        raise HTTPException(404)
    if isinstance(after, Objection):
        return await _approval(office, pages, visit, words.OBJECTIONS[after])
    return RedirectResponse(f"{PATH}/approvals/{number}", 303)


async def _approval(office: Office, pages: Pages, visit: Visit, trouble: str = "") -> Response:
    shown = await office.approving.one(visit.member, visit.request.path_params["id"])
    if shown is None:
        raise HTTPException(404)
    approval, now = shown.kept.approval, office.clock.now()
    return pages.page(
        visit, "approval.html", 422 if trouble else 200, shown=shown, subject=shown.subject, trouble=trouble,
        is_own=approval.author == visit.member.id, is_over=now >= approval.until,
        is_waiting=approval.stage is Stage.WAITING, names=office.understanding.labels(visit.language),
    )  # fmt: skip
