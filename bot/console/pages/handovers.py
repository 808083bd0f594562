"""What people passed to staff: the list, one of them, an answer with ready replies. No draft is lost on the way."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.console import words
from bot.console.render import Pages
from bot.console.visit import PATH, Office, Visit
from bot.core.handover import Handover, State
from bot.core.types import Language
from bot.services.handovers import Trouble

PLACE = f"{PATH}/handovers"
CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that is being written. `used`: the parts put into it; `search`: words to find one by."""

    text: str = ""
    search: str = ""
    used: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()  # that stand in none of those parts: to be looked at once more


async def show_all(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/handovers?state=…&commune=…&age=…"""
    state, commune, age = (visit.asked(field) for field in ("state", "commune", "age"))
    now = office.clock.now()
    found = await office.handovers.every(visit.member, closed=state == CLOSED)
    shown = [each for each in found if _is_wanted(each, visit, state) and commune in ("", each.commune)]
    if age == "overdue":
        shown = [each for each in shown if each.is_overdue(now)]
    communes = {each.commune for each in found} | ({commune} if commune else set())
    return pages.page(
        visit, "handovers.html", shown=shown, all=len(found), now=now, state=state, commune=commune, age=age,
        communes={code: name for code, name in office.communes().items() if code in communes},
    )  # fmt: skip


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/handovers/ID"""
    return await _page(office, pages, visit, Draft())


async def claim(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/handovers/ID/claim"""
    return await _after(office, pages, visit, await office.handovers.claim(visit.member, _number(visit)))


async def take_over(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/handovers/ID/take-over"""
    return await _after(office, pages, visit, await office.handovers.take_over(visit.member, _number(visit)))


async def release(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/handovers/ID/release"""
    return await _after(office, pages, visit, await office.handovers.release(visit.member, _number(visit)))


async def hand_on(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/handovers/ID/hand-on"""
    to = visit.one("to")
    number = int(to) if to.isascii() and to.isdigit() and len(to) < 16 else 0
    return await _after(office, pages, visit, await office.handovers.hand_on(visit.member, _number(visit), number))


async def close(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/handovers/ID/close"""
    trouble = await office.handovers.close(visit.member, _number(visit), visit.one("reason"))
    return await _after(office, pages, visit, trouble)


async def answer(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/handovers/ID/answer: send; or find a topic, put a part in, look for new words, the draft kept."""
    draft = Draft(visit.one("text"), visit.one("search"), tuple(visit.fields.get("used", ())))
    name = visit.one("insert")
    if not name and visit.one("do") != "send":
        return await _page(office, pages, visit, draft)
    opened = await office.handovers.open(visit.member, _number(visit))
    if opened is None:
        raise HTTPException(404)
    if not opened.is_mine:
        return await _page(office, pages, visit, draft, Trouble.NOT_YOURS)
    language, commune = Language(opened.handover.language), opened.handover.commune
    if name:
        text = office.ready.text(name, language, commune)
        if text:
            whole = f"{draft.text.rstrip()}\n\n{text}".lstrip()
            draft = Draft(whole, draft.search, tuple(dict.fromkeys((*draft.used, name))))
        return await _page(office, pages, visit, draft)
    sums = tuple(office.ready.unknown_sums(draft.text, draft.used, language, commune))
    if sums and visit.one("sure") != "yes":
        return await _page(office, pages, visit, Draft(draft.text, draft.search, draft.used, sums))
    trouble = await office.handovers.answer(visit.member, _number(visit), draft.text)
    return await _after(office, pages, visit, trouble, draft)


async def _after(
    office: Office, pages: Pages, visit: Visit, trouble: Trouble | None, draft: Draft | None = None
) -> Response:
    if trouble is Trouble.NOT_THERE:
        raise HTTPException(404)
    if trouble is None:
        return RedirectResponse(f"{PLACE}/{_number(visit)}", 303)
    return await _page(office, pages, visit, draft or Draft(), trouble)


async def _page(office: Office, pages: Pages, visit: Visit, draft: Draft, trouble: Trouble | None = None) -> Response:
    opened = await office.handovers.open(visit.member, _number(visit))
    if opened is None:
        raise HTTPException(404)
    found = office.ready.find(draft.search, visit.language) if opened.is_mine else ()
    return pages.page(
        visit, "handover.html", 422 if trouble or draft.sums else 200, opened=opened, each=opened.handover,
        draft=draft, found=found, now=office.clock.now(), communes=office.communes(),
        trouble=words.HANDOVER_TROUBLES[trouble] if trouble else "",
    )  # fmt: skip


def _is_wanted(handover: Handover, visit: Visit, state: str) -> bool:
    match state:
        case "open":
            return handover.state is State.OPEN
        case "claimed":
            return handover.state is State.CLAIMED
        case "mine":
            return handover.staff_id == visit.member.id
        case _:
            return True


def _number(visit: Visit) -> int:
    number: int = visit.request.path_params["id"]
    return number
