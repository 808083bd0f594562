"""Campaigns from the command line. What is begun here is sent by the running service, within a second."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.content.problems import Problem
from bot.core.approvals import Objection, Ruling, Stage, Subject
from bot.core.errors import BotError
from bot.core.staff import Member
from bot.office import make_staff
from bot.services.approving import Approving
from bot.services.campaign_reports import Reports
from bot.services.campaign_reports import read as read_report
from bot.services.campaigns import KIND, Source, Trouble
from bot.services.spreadsheet import Column, Sheet, spreadsheet
from bot.settings import Settings
from bot.shelf import Content
from bot.wiring import Service, SystemClock, models_folder, open_service
from db import approvals
from db import campaigns as rows

_REMEDIES: Final[Mapping[Trouble, str]] = {
    Trouble.NOT_THERE: "There is no campaign {number}.",
    Trouble.NOT_NOW: "Campaign {number} is {state}; that does not go with {order}.",
    Trouble.PROBLEMS: "Campaign {number} cannot be sent as it is written; the console says why.",
    Trouble.NO_OPERATOR: "No office runs this service: set CAUNOI_OPERATOR (or CAUNOI_DEMO=1 for a demonstration).",
    Trouble.CHANGED: "Campaign {number} is no longer what was approved; it waits for a second person again.",
    Trouble.PAST: "That moment is over.",
    Trouble.TOO_LATE: "That is after its last day, or its approval (14 days) is over by then.",
    Trouble.NOBODY: "There is nobody whom campaign {number} may not have reached.",
}
_OBJECTIONS: Final[Mapping[Objection, str]] = {
    Objection.OWN: "Nobody approves what they wrote themselves.",
    Objection.CHANGED: "It is no longer what was submitted; submit it again.",
    Objection.OVER: "Its time is over; submit it again.",
    Objection.TWICE: "You have said yes already; an emergency needs a second colleague.",
}
_COLUMNS: Final = (Column("Part"), Column("Value", 30), Column("State"), Column("Number"))


async def new(settings: Settings, raw: bytes, by: str) -> tuple[int | None, Sequence[Problem]]:
    """Keep a draft; return its number (None where it has no shape) and all that is wrong with it."""
    async with _opened(settings, by) as (service, member):
        made = await service.campaigns.draft(member, Source(file=raw))
        if not isinstance(made, int):
            return None, made
        sheet = await service.campaigns.one(member, made)
        return made, sheet.problems if sheet else ()


async def obey(settings: Settings, order: str, number: int, by: str, at: datetime | None = None) -> str:
    """Do one thing with a campaign; return the state it is in. Raises BotError saying why it was not done."""
    async with _opened(settings, by) as (service, member):
        if order == "submit":
            done: object = await service.campaigns.submit(member, number)
        elif order == "approve":
            done = await _approve(service, member, number)
        elif order == "schedule" and at is not None:
            done = await service.campaigning.schedule(member, number, at)
        else:
            done = await getattr(service.campaigning, order)(member, number)
        kept = await service.database.read(lambda tx: rows.find(tx, number))
        state = kept.state if kept else ""
        if isinstance(done, Trouble):
            raise BotError(_REMEDIES.get(done, str(done)).format(number=number, state=state, order=order))
        if isinstance(done, Objection):
            raise BotError(_OBJECTIONS.get(done, "This was decided already."))
        return str(state)


async def status(settings: Settings, number: int) -> Mapping[str, Any]:
    """Return how far a campaign is. Raises BotError where there is none."""
    async with _service(settings) as service:

        def work(tx: sa.Connection) -> Mapping[str, Any] | None:
            kept = rows.find(tx, number)
            return None if kept is None else read_report(tx, kept, service.clock.now()).as_json()

        told = await service.database.read(work)
    if told is None:
        raise BotError(_REMEDIES[Trouble.NOT_THERE].format(number=number))
    return told


async def report(settings: Settings, number: int, by: str) -> bytes:
    """Return what became of a campaign as a spreadsheet. Raises BotError where there is none."""
    async with _opened(settings, by) as (service, member):
        found = await Reports(service.database, service.clock).of(member, number, is_taken_along=True)
        if found is None:
            raise BotError(_REMEDIES[Trouble.NOT_THERE].format(number=number))
        return await spreadsheet([Sheet("campaign", _COLUMNS, found.table())], settings.zone)


async def _approve(service: Service, member: Member, number: int) -> object:
    """Approve the newest request for this campaign, as it is now."""
    approving = Approving(service.database, service.clock, [service.campaigns])
    asked = await service.database.read(lambda tx: approvals.of(tx, Subject(KIND, str(number))))
    waiting = next((each for each in asked if each.approval.stage is Stage.WAITING), None)
    if waiting is None:
        return Trouble.NOT_NOW
    shown = await approving.one(member, waiting.id)
    if shown is None:
        return Trouble.NOT_THERE
    return await approving.rule(member, waiting.id, Ruling.APPROVE, shown.fingerprint)


@asynccontextmanager
async def _opened(settings: Settings, by: str) -> AsyncIterator[tuple[Service, Member]]:
    """Open the service for a member of staff. Raises BotError for a name that nobody has."""
    async with _service(settings) as service:
        member = await make_staff(service).named(by)
        if member is None:
            raise BotError(f"Nobody of the staff is called {by}.")
        yield service, member


@asynccontextmanager
async def _service(settings: Settings) -> AsyncIterator[Service]:
    content = Content.read_at_once(settings.content, models_folder(settings))
    async with open_service(settings, SystemClock(settings.test_clock), content) as service:
        yield service
