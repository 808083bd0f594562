"""The console's routes, and what holds for each: who may open it, and that a form is our own.

A page opens with a sign-in and, where a right is named, with a role that gives it (services/access.py). Every POST
comes from a page of ours (Origin), and where somebody is signed in it carries that sign-in's own mark.
Pages are not compressed: a compressed page's length tells about the mark in it (BREACH).
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from starlette.applications import Starlette
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from bot.console.pages import (
    account,
    approvals,
    audit,
    campaigns,
    conditions,
    content,
    desk,
    figures,
    handovers,
    invitation,
    lead_figures,
    leads,
    privacy,
    questions,
    sign_in,
    slips,
    staff,
    start,
    vacancies,
)  # fmt: skip
from bot.console.render import Pages
from bot.console.troubles import Foreign, Troubles
from bot.console.visit import PATH, Cookies, Office, Visit, safe_next, sign_in_place, visit_of
from bot.core.types import Language
from bot.services.access import NotAllowed, Right, may
from bot.services.vacancies import LARGEST_FILE
from bot.web import SafeHeaders, is_own_form, read_fields, read_upload

Page = Callable[[Office, Pages, Visit], Awaitable[Response]]


class _Number(IntegerConvertor):
    regex = "[0-9]{1,18}"  # what a database counts up to; a longer one is no number of ours


register_url_convertor("number", _Number())


def create_console(office: Office) -> Starlette:
    """Return the console as an ASGI application that stands at /console."""
    pages, cookies = Pages(office.options), Cookies(office.options.secure)
    return Starlette(
        routes=[Mount(PATH, routes=_Console(office, pages, cookies).routes())],
        middleware=[Middleware(SafeHeaders, secure=office.options.secure)],
        exception_handlers=Troubles(pages, cookies).handlers(),
    )


class _Console:
    def __init__(self, office: Office, pages: Pages, cookies: Cookies) -> None:
        self._office, self._pages, self._cookies = office, pages, cookies

    def routes(self) -> list[Route]:
        everybody, member = self._for_everybody, self._for_members
        manage, see = partial(member, right=Right.MANAGE_STAFF), partial(member, right=Right.SEE_STAFF)
        answers = partial(member, right=Right.ANSWER)
        edit = partial(member, right=Right.EDIT_CONTENT)
        look, keep = partial(member, right=Right.SEE_VACANCIES), partial(member, right=Right.KEEP_VACANCIES)
        sees, writes = partial(member, right=Right.SEE_CAMPAIGNS), partial(member, right=Right.WRITE_CAMPAIGNS)
        answer = partial(member, right=Right.ANSWER_PRIVACY)
        return [
            Route("/static/{name}", self._static),
            Route("/language", everybody(self._language), methods=["POST"]),
            Route("/sign-in", everybody(sign_in.show)),
            Route("/sign-in", everybody(sign_in.take), methods=["POST"]),
            Route("/invitation/{token}", everybody(invitation.show)),
            Route("/invitation/{token}", everybody(invitation.take_password), methods=["POST"]),
            Route("/invitation/{token}/phone", everybody(invitation.take_code), methods=["POST"]),
            Route("/", member(start.show)),
            Route("/account", member(account.show)),
            Route("/sign-out", member(account.sign_out), methods=["POST"]),
            Route("/sign-out-everywhere", member(account.sign_out_everywhere), methods=["POST"]),
            Route("/staff", see(staff.show_all)),
            Route("/staff.xlsx", member(staff.export, right=Right.EXPORT)),
            Route("/staff/invite", manage(staff.show_invite)),
            Route("/staff/invite", manage(staff.invite), methods=["POST"]),
            Route("/staff/{id:number}", member(staff.show)),
            Route("/staff/{id:number}/roles", manage(staff.assign), methods=["POST"]),
            Route("/staff/{id:number}/link", manage(staff.link), methods=["POST"]),
            Route("/staff/{id:number}/end", manage(staff.end), methods=["POST"]),
            Route("/leads", member(leads.show_all, right=Right.SEE_LEADS)),
            Route("/leads/figures", member(lead_figures.show, right=Right.SEE_FIGURES)),
            Route("/leads/figures.xlsx", member(lead_figures.export, right=Right.EXPORT)),
            Route("/leads.xlsx", member(leads.export, right=Right.EXPORT)),
            Route("/leads/{id:number}", member(leads.show, right=Right.SEE_LEADS)),
            *(
                Route(f"/leads/{{id:number}}/{name}", member(page, right=Right.WORK_LEADS), methods=["POST"])
                for name, page in (
                    ("claim", leads.claim),
                    ("release", leads.release),
                    ("hand-over", leads.hand_over),
                    ("call", leads.call),
                    ("erase", leads.erase),
                )
            ),
            Route("/vacancies", look(vacancies.show_all)),
            Route("/vacancies.xlsx", member(vacancies.export, right=Right.EXPORT)),
            Route("/vacancies/new", keep(vacancies.show_new)),
            Route("/vacancies/new", keep(vacancies.write_new), methods=["POST"]),
            Route("/vacancies/import", keep(vacancies.show_import)),
            Route("/vacancies/import", keep(vacancies.take_in, largest_file=LARGEST_FILE), methods=["POST"]),
            Route("/vacancies/{id:number}", look(vacancies.show)),
            Route("/vacancies/{id:number}", keep(vacancies.write), methods=["POST"]),
            Route("/vacancies/{id:number}/end", keep(vacancies.end), methods=["POST"]),
            Route("/slips", member(slips.show, right=Right.OPEN_SLIPS)),
            Route("/slips", member(slips.open_slip, right=Right.OPEN_SLIPS), methods=["POST"]),
            Route("/desk", member(desk.show, right=Right.ASSIST)),
            Route("/desk", member(desk.take, right=Right.ASSIST), methods=["POST"]),
            Route("/handovers", answers(handovers.show_all)),
            Route("/handovers/{id:number}", answers(handovers.show)),
            Route("/handovers/{id:number}/claim", answers(handovers.claim), methods=["POST"]),
            Route("/handovers/{id:number}/take-over", answers(handovers.take_over), methods=["POST"]),
            Route("/handovers/{id:number}/release", answers(handovers.release), methods=["POST"]),
            Route("/handovers/{id:number}/hand-on", answers(handovers.hand_on), methods=["POST"]),
            Route("/handovers/{id:number}/close", answers(handovers.close), methods=["POST"]),
            Route("/handovers/{id:number}/answer", answers(handovers.answer), methods=["POST"]),
            Route("/audit", member(audit.show, right=Right.READ_AUDIT)),
            Route("/audit.xlsx", member(audit.export, right=Right.READ_AUDIT)),
            Route("/questions", edit(questions.show)),
            Route("/questions/export", edit(questions.export)),
            Route("/questions/make", edit(questions.choose)),
            Route("/questions/make", edit(questions.make), methods=["POST"]),
            Route("/content", edit(content.show_all)),
            Route("/content/{id:number}", member(content.show)),
            Route("/content/{id:number}/submit", edit(content.submit), methods=["POST"]),
            Route("/content/{id:number}/drop", edit(content.drop), methods=["POST"]),
            Route("/content/{id:number}/measure", member(content.measure), methods=["POST"]),
            Route("/content/{id:number}/write", member(content.write), methods=["POST"]),
            Route("/content/{id:number}/patch", member(content.patch)),
            Route("/figures", edit(figures.show_all)),
            Route("/figures/{parameter}/{start}", edit(figures.show)),
            Route("/figures/{parameter}/{start}", edit(figures.confirm), methods=["POST"]),
            Route("/campaigns", sees(campaigns.show_all)),
            Route("/campaigns/new", writes(campaigns.write)),
            Route("/campaigns/new", writes(campaigns.keep), methods=["POST"]),
            Route("/campaigns/{id:number}", sees(campaigns.show)),
            Route("/campaigns/{id:number}/edit", writes(campaigns.edit)),
            Route("/campaigns/{id:number}/edit", writes(campaigns.change), methods=["POST"]),
            Route("/campaigns/{id:number}/submit", writes(campaigns.submit), methods=["POST"]),
            Route("/campaigns/{id:number}/export", member(campaigns.export, right=Right.RUN_CAMPAIGNS)),
            Route("/campaigns/{id:number}/{order}", sees(campaigns.order), methods=["POST"]),
            Route("/figures/conditions", edit(conditions.show_all)),
            Route("/figures/conditions/{programme}/{place}", edit(conditions.show)),
            Route("/figures/conditions/{programme}/{place}", edit(conditions.confirm), methods=["POST"]),
            Route("/approvals", member(approvals.show_all)),
            Route("/approvals/{id:number}", member(approvals.show)),
            Route("/approvals/{id:number}", member(approvals.rule), methods=["POST"]),
            Route("/privacy", answer(privacy.show_all)),
            Route("/privacy.xlsx", answer(privacy.export)),
            Route("/privacy/{id:number}", answer(privacy.show)),
            Route("/privacy/{id:number}/close", answer(privacy.close), methods=["POST"]),
        ]

    async def _visit(self, request: Request, largest_file: int = 0) -> Visit:
        """Read who is asking and what a form says. Raises Foreign for a form that is not our own, TooLarge.

        `largest_file`: bytes of a file that the form may carry.
        """
        is_post = request.method == "POST"
        if is_post and not _is_ours(request, self._office.options.public_host):
            raise Foreign
        token = self._cookies.read(request)
        signed = await self._office.sign_ins.who(token) if token else None
        visit = replace(visit_of(request, self._cookies), token=token if signed else "", signed=signed)
        if is_post and largest_file and signed is not None:  # a stranger's file is not even read
            fields, file = await read_upload(request, largest_file)
            return replace(visit, fields=fields, file=file)
        return replace(visit, fields=await read_fields(request) if is_post else {})

    def _for_everybody(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return await page(self._office, self._pages, await self._visit(request))

        return answer

    def _for_members(
        self, page: Page, right: Right | None = None, largest_file: int = 0
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            visit = await self._visit(request, largest_file)
            if visit.signed is None:
                place = sign_in_place(request) if request.method == "GET" else f"{PATH}/sign-in"
                return RedirectResponse(place, 303)
            if request.method == "POST" and not visit.is_own_form():
                raise Foreign
            if right is not None and not may(visit.member, right):
                raise NotAllowed(visit.member, right)
            return await page(self._office, self._pages, visit)

        return answer

    async def _language(self, _office: Office, _pages: Pages, visit: Visit) -> Response:
        """POST /console/language: keep the choice, go back to where it was made."""
        response = RedirectResponse(safe_next(visit.one("next")), 303)
        self._cookies.set_language(response, Language.EN if visit.one("to") == Language.EN else Language.VI)
        return response

    async def _static(self, request: Request) -> Response:
        asset = self._pages.assets.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        known = asset.place.endswith(f"?v={request.query_params.get('v')}")
        keep = "public, max-age=31536000, immutable" if known else "public, max-age=60"
        return Response(asset.body, media_type=asset.media_type, headers={"Cache-Control": keep})


def _is_ours(request: Request, public_host: str) -> bool:
    """Whether a browser says that a POST comes from a page of ours. One that says nothing is too old for staff."""
    told = "sec-fetch-site" in request.headers or "origin" in request.headers
    return told and is_own_form(request.headers, public_host)
