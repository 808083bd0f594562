"""Spreadsheets from the command line: job-seekers out, vacancies in; with what a member's roles open."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.console import words
from bot.console.lead_sheets import lead_sheets
from bot.core.errors import BotError
from bot.core.paper import FLOW
from bot.core.staff import Member
from bot.core.types import Language
from bot.core.vacancy_columns import COLUMNS
from bot.office import communes_of, make_lead_lists, make_staff, make_vacancies
from bot.services.lead_lists import Wanted
from bot.services.spreadsheet import spreadsheet
from bot.services.vacancies import LARGEST_FILE, Imported
from bot.settings import Settings
from bot.shelf import Content
from bot.wiring import Service, SystemClock, models_folder, open_service


async def export_leads(settings: Settings, file: Path, by: str) -> int:
    """Write the open leads that `by` may see into a new file; return how many. Raises BotError where it cannot be."""
    async with _acting(settings, by) as (service, member):
        form = service.content.catalogue.forms.get(FLOW)
        if form is None:
            raise BotError("content/forms/job_seeker.yaml is missing: without it nothing is known of the answers.")
        shown = await make_lead_lists(service).export(member, Wanted())
        sheets = lead_sheets(shown, form, communes_of(service)(), Language.VI)
        body = await spreadsheet(sheets, settings.zone)
        try:  # what is in it is for its owner's eyes alone
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
                opened.write(body)
        except OSError as error:
            raise BotError(f"{file} cannot be written: {error.strerror}. Name a file that is not there yet.") from error
        return len(shown)


def read_file(file: Path) -> bytes:
    """Raises BotError for a file that is not there, or too large."""
    try:
        body = file.read_bytes()
    except OSError as error:
        raise BotError(f"{file} cannot be read: {error.strerror}.") from error
    if len(body) > LARGEST_FILE:
        raise BotError(f"{file} is larger than {LARGEST_FILE // 2**20} MB. Cut it into parts.")
    return body


async def import_vacancies(settings: Settings, file: Path, by: str, *, is_whole: bool) -> tuple[Imported, list[str]]:
    """Import a file of vacancies; return what it brought, and what is wrong with it, a line each."""
    body = await asyncio.to_thread(read_file, file)
    async with _acting(settings, by) as (service, member):
        result = await make_vacancies(service).take_in(member, body, is_whole=is_whole)
    if result.is_unreadable:
        raise BotError(f"{file} is no spreadsheet that can be read. Save it as .xlsx, or as .csv in UTF-8.")
    say = words.translations(Language.EN).gettext
    faults = [
        f"{file}, line {fault.row}: {COLUMNS[fault.column][0] if fault.column else ''}: "
        + say(words.VACANCY_PROBLEMS[fault.problem]) % {"value": fault.value[:60], "words": "; ".join(fault.words)}
        for fault in result.faults
    ]
    return result, faults


@asynccontextmanager
async def _acting(settings: Settings, by: str) -> AsyncIterator[tuple[Service, Member]]:
    """Open the service for a member of staff. Raises BotError where nobody has that name."""
    content = Content.read_at_once(settings.content, models_folder(settings))
    async with open_service(settings, SystemClock(settings.test_clock), content) as service:
        member = await make_staff(service).named(by)
        if member is None:
            raise BotError(f"Nobody of the staff is called {by}. The names stand in the console under Staff.")
        yield service, member
