"""Job-seekers: the list, one lead, claiming it, calls and where they lead, handing over, erasing after a no."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.console import words
from bot.console.lead_sheets import lead_sheets, teller
from bot.console.render import Pages
from bot.console.visit import PATH, Office, Visit
from bot.core.form_asking import national
from bot.core.lead_record import Result
from bot.core.leads import Deed, LeadState, Reason
from bot.services.lead_lists import PAGE, Shown, Wanted
from bot.services.leads import FARTHEST_STEP, Called, Trouble

Word = TypeVar("Word", bound=StrEnum)
_FIRST = 1  # page of the list
_TYPED = ("result", "deed", "reason", "note", "next_step", "next_day", "to", "vacancy", "is_told", "is_confirmed")


async def show_all(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/leads?state=…&commune=…&whose=…&resting=1&text=…&page=…"""
    wanted = _wanted(visit)
    listing = await office.lead_lists.list(visit.member, wanted)
    asked = {key: value for key, value in visit.request.query_params.items() if key != "page"}
    more = listing.found > wanted.page * PAGE
    return pages.page(
        visit, "leads.html", shown=listing.shown, found=listing.found, wanted=wanted, communes=office.communes(),
        own=[code for code in office.communes() if not visit.member.communes or code in visit.member.communes],
        query=urlencode(asked), older=f"{PATH}/leads?{urlencode({**asked, 'page': wanted.page + 1})}" if more else "",
        told=_teller(office, visit),
    )  # fmt: skip


async def export(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/leads.xlsx?…: what the list shows, all pages of it; masked where it is masked there."""
    form = office.form()
    if form is None:
        raise HTTPException(404)
    shown = await office.lead_lists.export(visit.member, _wanted(visit))
    sheets = await asyncio.to_thread(lead_sheets, shown, form, office.communes(), visit.language)
    return await pages.sheets("leads", sheets, office.clock.now())


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/leads/ID"""
    return await _lead(office, pages, visit)


async def claim(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/leads/ID/claim"""
    return await _after(office, pages, visit, await office.leads.claim(visit.member, _number(visit)))


async def release(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/leads/ID/release"""
    return await _after(office, pages, visit, await office.leads.release(visit.member, _number(visit)))


async def hand_over(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/leads/ID/hand-over"""
    trouble = await office.leads.hand_over(visit.member, _number(visit), _whole(visit.one("to")) or 0)
    return await _after(office, pages, visit, trouble)


async def call(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/leads/ID/call"""
    called = Called(
        _word(Result, visit.one("result")), _word(Deed, visit.one("deed")), _word(Reason, visit.one("reason")),
        visit.one("note"), visit.one("next_step"), _day(visit.one("next_day")), visit.one("is_confirmed") == "yes",
        _whole(visit.one("vacancy")), visit.one("is_told") == "yes",
    )  # fmt: skip
    return await _after(office, pages, visit, await office.leads.call(visit.member, _number(visit), called))


async def erase(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/leads/ID/erase: only with the box ticked that says yes."""
    if visit.one("sure") != "yes":
        return RedirectResponse(f"{PATH}/leads/{_number(visit)}", 303)
    trouble = await office.leads.erase(visit.member, _number(visit))
    return RedirectResponse(f"{PATH}/leads", 303) if trouble is None else await _lead(office, pages, visit, trouble)


async def _after(office: Office, pages: Pages, visit: Visit, trouble: Trouble | None) -> Response:
    if trouble is None:
        return RedirectResponse(f"{PATH}/leads/{_number(visit)}", 303)
    return await _lead(office, pages, visit, trouble)


async def _lead(office: Office, pages: Pages, visit: Visit, trouble: Trouble | None = None) -> Response:
    shown = await office.lead_lists.one(visit.member, _number(visit))
    if shown is None:
        raise HTTPException(404)
    today = office.clock.now().astimezone(office.options.zone).date()
    return pages.page(
        visit, "lead.html", 422 if trouble else 200, shown=shown, rows=list(_rows(office, visit, shown)),
        trouble=words.LEAD_TROUBLES[trouble] if trouble else "", communes=office.communes(), today=today,
        farthest=today + FARTHEST_STEP, matches=await office.matches.vacancies_for(shown),
        typed={name: visit.one(name) for name in _TYPED},
        told=_teller(office, visit), phone=national(shown.record.answers["phone"]), is_hidden=not shown.is_mine,
    )  # fmt: skip


def _wanted(visit: Visit) -> Wanted:
    return Wanted(
        _word(LeadState, visit.asked("state")), visit.asked("commune"), visit.asked("whose"),
        visit.asked("resting") == "1", visit.asked("text"), _whole(visit.asked("page")) or _FIRST,
    )  # fmt: skip


def _rows(office: Office, visit: Visit, shown: Shown) -> Iterator[tuple[str, str]]:
    """What the seeker answered, as it is said; name and phone stand above."""
    form, told = office.form(), _teller(office, visit)
    for name in form.fields if form else ():
        if name in shown.record.answers and name not in ("name", "phone"):
            yield form.fields[name].label[visit.language] if form else name, told(name, shown.record.answers[name])


def _teller(office: Office, visit: Visit) -> Callable[[str, str], str]:
    return teller(office.form(), office.communes(), visit.language)


def _number(visit: Visit) -> int:
    number: int = visit.request.path_params["id"]
    return number


def _word(kind: type[Word], text: str) -> Word | None:
    return kind(text) if text in {*kind} else None


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
