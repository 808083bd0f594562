"""Vacancies: the list, one with the job-seekers it may fit, typing and changing, importing a file, taking along."""

from collections.abc import Mapping, Sequence

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.console import words
from bot.console.render import Pages
from bot.console.visit import PATH, Office, Visit
from bot.core.matching import Match
from bot.core.vacancies import KeptVacancy
from bot.core.vacancy_columns import COLUMNS, REQUIRED, WORDS
from bot.core.vacancy_sheet import Fault, cells_of
from bot.services.lead_lists import Shown
from bot.services.spreadsheet import Column
from bot.services.vacancies import Wanted


async def show_all(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/vacancies?state=…&commune=…&trade=…&text=…"""
    wanted = _wanted(visit)
    trades = {each.id: each.label[visit.language] for each in office.catalogue().trades.by_id.values()}
    return pages.page(
        visit, "vacancies.html", shown=await office.vacancies.list(visit.member, wanted), wanted=wanted,
        communes=office.communes(), trades=trades, query=visit.request.url.query, today=office.vacancies.today,
    )  # fmt: skip


async def export(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/vacancies.xlsx?…: what the list shows, with the columns that an import reads."""
    shown = await office.vacancies.list(visit.member, _wanted(visit))
    rows = [[cells[name] for name in COLUMNS] for each in shown if (cells := cells_of(each.vacancy))]
    columns = [Column(COLUMNS[name][0], 18) for name in COLUMNS]
    return await pages.spreadsheet(visit, "vacancies", columns, rows, office.clock.now())


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/vacancies/ID"""
    kept = await _kept(office, visit)
    cells = {name: str(value) for name, value in cells_of(kept.vacancy).items()}
    is_open = kept.is_open(office.vacancies.today)
    leads = await office.matches.leads_for(visit.member, kept) if is_open else ()
    return _form(office, pages, visit, kept, cells, leads=leads)


async def write(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/vacancies/ID"""
    kept = await _kept(office, visit)
    cells = {name: visit.one(name) for name in COLUMNS}
    written = await office.vacancies.write(visit.member, cells, kept.id)
    if isinstance(written, int):
        return RedirectResponse(f"{PATH}/vacancies/{written}", 303)
    return _form(office, pages, visit, kept, cells, written)


async def show_new(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/vacancies/new"""
    return _form(office, pages, visit, None, {"posted": office.vacancies.today.isoformat()})


async def write_new(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/vacancies/new"""
    cells = {name: visit.one(name) for name in COLUMNS}
    written = await office.vacancies.write(visit.member, cells)
    if isinstance(written, int):
        return RedirectResponse(f"{PATH}/vacancies/{written}", 303)
    return _form(office, pages, visit, None, cells, written)


async def end(office: Office, _pages: Pages, visit: Visit) -> Response:
    """POST /console/vacancies/ID/end"""
    kept = await _kept(office, visit)
    await office.vacancies.end(visit.member, kept.id)
    return RedirectResponse(f"{PATH}/vacancies/{kept.id}", 303)


async def show_import(_office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/vacancies/import"""
    return pages.page(visit, "vacancies_import.html", result=None, faults=(), columns=COLUMNS, required=REQUIRED)


async def take_in(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/vacancies/import: the answer itself says what came of it; sent again, it changes nothing."""
    result = await office.vacancies.take_in(visit.member, visit.file, is_whole=visit.one("is_whole") == "yes")
    faults = [(fault.row, *_said(fault, visit)) for fault in result.faults]
    status = 422 if result.is_unreadable or result.faults else 200
    return pages.page(
        visit, "vacancies_import.html", status, result=result, faults=faults, columns=COLUMNS, required=REQUIRED
    )


async def _kept(office: Office, visit: Visit) -> KeptVacancy:
    kept = await office.vacancies.one(visit.member, visit.request.path_params["id"])
    if kept is None:
        raise HTTPException(404)
    return kept


def _form(
    office: Office, pages: Pages, visit: Visit, kept: KeptVacancy | None, cells: Mapping[str, str],
    faults: Sequence[Fault] = (), leads: Sequence[tuple[Shown, Match]] = (),
) -> Response:  # fmt: skip
    choices = {name: [each[0] for each in codes.values()] for name, codes in WORDS.items()}
    wrong = {fault.column: _said(fault, visit)[1] for fault in faults}
    return pages.page(
        visit, "vacancy.html", 422 if faults else 200, kept=kept, cells=cells, wrong=wrong, columns=COLUMNS,
        required=REQUIRED, choices=choices, today=office.vacancies.today, leads=leads,
    )  # fmt: skip


def _said(fault: Fault, visit: Visit) -> tuple[str, str]:
    """The column's name as it stands in the file, and what is wrong with it, with what to do."""
    say = words.translations(visit.language).gettext
    column = COLUMNS[fault.column][0] if fault.column else ""
    return column, say(words.VACANCY_PROBLEMS[fault.problem]) % {
        "value": fault.value[:60],
        "words": "; ".join(fault.words),
    }


def _wanted(visit: Visit) -> Wanted:
    state = visit.asked("state") if "state" in visit.request.query_params else "open"
    return Wanted(state, visit.asked("commune"), visit.asked("trade"), visit.asked("text"))
