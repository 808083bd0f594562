"""Changes of the content that staff drafted: the list, one of them with what it changes, on its way to the folder."""

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.console import words
from bot.console.render import Pages
from bot.console.visit import PATH, Office, Visit
from bot.services.editing import Trouble


async def show_all(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/content?kind=…&stage=…"""
    kind, stage = visit.asked("kind"), visit.asked("stage")
    drafts = [
        each
        for each in await office.editing.every(visit.member)
        if kind in ("", each.kept.kind) and stage in ("", each.kept.stage)
    ]
    return pages.page(visit, "changes.html", drafts=drafts, kind=kind, stage=stage)


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/content/ID"""
    return await _change(office, pages, visit)


async def submit(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/content/ID/submit"""
    asked = await office.editing.submit(visit.member, _id(visit))
    if isinstance(asked, Trouble):
        return await _change(office, pages, visit, asked)
    return RedirectResponse(f"{PATH}/approvals/{asked}", 303)


async def drop(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/content/ID/drop"""
    trouble = await office.editing.drop(visit.member, _id(visit))
    return await _change(office, pages, visit, trouble) if trouble else RedirectResponse(f"{PATH}/content", 303)


async def measure(office: Office, _pages: Pages, visit: Visit) -> Response:
    """POST /console/content/ID/measure: once more, where a restart lost it"""
    await office.editing.measure(visit.member, _id(visit))
    draft = await office.editing.one(visit.member, _id(visit), is_checked=False)
    asked = draft.kept.approval_id if draft else None
    return RedirectResponse(f"{PATH}/approvals/{asked}" if asked else f"{PATH}/approvals", 303)


async def write(office: Office, _pages: Pages, visit: Visit) -> Response:
    """POST /console/content/ID/write: once more, where the folder could not be written"""
    await office.editing.write_again(visit.member, _id(visit))
    return RedirectResponse(f"{PATH}/content/{_id(visit)}", 303)


async def patch(office: Office, _pages: Pages, visit: Visit) -> Response:
    """GET /console/content/ID/patch"""
    text = await office.editing.patch(visit.member, _id(visit))
    if text is None:
        raise HTTPException(404)
    headers = {"Content-Disposition": f'attachment; filename="content-{_id(visit)}.patch"'}
    return Response(text, media_type="text/plain; charset=utf-8", headers=headers)


async def _change(office: Office, pages: Pages, visit: Visit, trouble: Trouble | None = None) -> Response:
    draft = await office.editing.one(visit.member, _id(visit))
    if draft is None:
        raise HTTPException(404)
    found = trouble or draft.trouble
    said = words.OBSTACLES[found] if found else ""
    names = office.understanding.labels(visit.language)
    return pages.page(visit, "change.html", 422 if trouble else 200, draft=draft, trouble=said, names=names)


def _id(visit: Visit) -> int:
    return int(visit.request.path_params["id"])
