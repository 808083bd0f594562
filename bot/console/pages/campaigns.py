"""Announcements: the list, writing one, one of them with preview, audience and progress, and what is done with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.console import words
from bot.console.render import Pages
from bot.console.visit import PATH, Office, Visit
from bot.console.words import mark
from bot.core.campaigns import Delivered, State
from bot.services.access import Right, may
from bot.services.campaigns import LINKS, TOPICS, Source, Trouble
from bot.services.spreadsheet import Column

_COLUMNS: Final = (Column(mark("Part")), Column(mark("Value"), 30), Column(mark("State")), Column(mark("Number"), 10))


async def show_all(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/campaigns?state=…"""
    state = State(visit.asked("state")) if visit.asked("state") in set(State) else None
    found = await office.campaigns.every(visit.member, state)
    return pages.page(visit, "campaigns.html", found=found, state=state)


async def write(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/campaigns/new"""
    return _form(office, pages, visit, 0, {}, [])


async def edit(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/campaigns/ID/edit"""
    told = await office.campaigns.written(visit.member, _id(visit))
    if told is None:
        raise HTTPException(404)
    return _form(office, pages, visit, _id(visit), told, [])


async def keep(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/campaigns/new: keep the draft, show it"""
    source = _source(visit)
    made = await office.campaigns.draft(visit.member, source)
    if not isinstance(made, int):
        return _form(office, pages, visit, 0, source.fields or {}, made)
    return RedirectResponse(f"{PATH}/campaigns/{made}", 303)


async def change(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/campaigns/ID/edit: whatever was approved is void"""
    number, source = _id(visit), _source(visit)
    wrong = await office.campaigns.rewrite(visit.member, number, source)
    if isinstance(wrong, list):
        return _form(office, pages, visit, number, source.fields or {}, wrong)
    if wrong is not None:
        return await _one(office, pages, visit, wrong)
    return RedirectResponse(f"{PATH}/campaigns/{number}", 303)


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/campaigns/ID"""
    return await _one(office, pages, visit)


async def submit(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/campaigns/ID/submit"""
    asked = await office.campaigns.submit(visit.member, _id(visit))
    if isinstance(asked, Trouble):
        return await _one(office, pages, visit, asked)
    return RedirectResponse(f"{PATH}/campaigns/{_id(visit)}", 303)


async def order(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/campaigns/ID/ORDER: one thing is done with it"""
    number, name, by = _id(visit), visit.request.path_params["order"], visit.member
    trouble: Trouble | None
    match name:
        case "test":
            trouble = await office.campaigns.to_oneself(by, number)
        case "take-back":
            trouble = await office.campaigns.take_back(by, number)
        case "schedule":
            at = _moment(office, visit.one("at"))
            trouble = Trouble.PAST if at is None else await office.campaigning.schedule(by, number, at)
        case "send" | "pause" | "resume" | "cancel" | "resend":
            trouble = await getattr(office.campaigning, name)(by, number)
        case _:
            raise HTTPException(404)
    if trouble is not None:
        return await _one(office, pages, visit, trouble)
    told = "?tested=1" if name == "test" else ""
    return RedirectResponse(f"{PATH}/campaigns/{number}{told}", 303)


async def export(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/campaigns/ID/export: what became of it, as a spreadsheet; counts, nobody by name"""
    report = await office.reports.of(visit.member, _id(visit), is_taken_along=True)
    if report is None:
        raise HTTPException(404)
    say = words.translations(visit.language).gettext
    names = office.communes()
    table = [
        (
            say(words.PARTS[part]),
            say(_valued(part, value, names)) if value else "",
            say(words.DELIVERED[Delivered(state)]),
            count,
        )
        for part, value, state, count in report.table()
    ]
    return await pages.spreadsheet(visit, f"campaign-{_id(visit)}", _COLUMNS, table, office.clock.now())


def _valued(part: str, value: str, communes: Mapping[str, str]) -> str:
    """A value of a part: a word of the console, or a name."""
    said: Mapping[str, Mapping[str, str]] = {
        "commune": communes,
        "state": words.DELIVERY_REASONS,
        "answer": words.ANSWERS,
        "channel": words.CHANNELS,
        "language": words.LANGUAGES,
    }
    return said.get(part, {}).get(value, value)


async def _one(office: Office, pages: Pages, visit: Visit, trouble: Trouble | None = None) -> Response:
    number = _id(visit)
    sheet = await office.campaigns.one(visit.member, number)
    if sheet is None:
        raise HTTPException(404)
    report = await office.reports.of(visit.member, number)
    is_before = sheet.kept.state in (State.DRAFT, State.SUBMITTED, State.APPROVED, State.SCHEDULED)
    picture = await office.campaigns.picture(visit.member, number) if is_before else None
    said = words.CAMPAIGN_TROUBLES[trouble] if trouble else ""
    return pages.page(
        visit, "campaign.html", 422 if trouble else 200, sheet=sheet, report=report, picture=picture, trouble=said,
        communes=office.communes(), was_tested=bool(visit.asked("tested")),
        choices=office.campaigns.choices(visit.language), valued=_valued,
        asked=await office.campaigns.approvals_of(number), is_mine=visit.member.id in sheet.kept.writers,
        may_run=may(visit.member, Right.RUN_CAMPAIGNS), may_write=may(visit.member, Right.WRITE_CAMPAIGNS),
    )  # fmt: skip


def _form(
    office: Office, pages: Pages, visit: Visit, number: int, told: Mapping[str, Any], problems: list[Any]
) -> Response:
    return pages.page(
        visit, "campaign_form.html", 422 if problems else 200, number=number, told=told, problems=problems,
        communes=office.communes(), choices=office.campaigns.choices(visit.language), file=visit.one("file"),
        topic_places=range(TOPICS), link_places=range(LINKS),
    )  # fmt: skip


def _source(visit: Visit) -> Source:
    """What a form says, or the file that was pasted into it."""
    if visit.one("file").strip():
        return Source(file=visit.one("file").encode())
    links = [
        {"label": {"vi": visit.one(f"link_vi_{at}"), "en": visit.one(f"link_en_{at}")}, "url": visit.one(f"url_{at}")}
        for at in range(LINKS)
        if visit.one(f"url_{at}").strip()
    ]
    topics = [f"topic:{each}" for at in range(TOPICS) if (each := visit.one(f"topic_{at}"))]
    return Source(
        fields={
            "title": visit.one("title"),
            "subject": visit.one("subject"),
            "texts": {"vi": visit.one("text_vi").replace("\r", ""), "en": visit.one("text_en").replace("\r", "")},
            "audience": {
                "communes": list(visit.fields.get("commune", ())),
                "classes": list(visit.fields.get("class", ())),
                "languages": list(visit.fields.get("language", ())),
                "job_seekers": "yes" if visit.one("job_seekers") else "no",
            },
            "buttons": [*topics, *visit.fields.get("button", ())],
            "links": links,
            "emergency": "yes" if visit.one("emergency") else "no",
            "last_day": visit.one("last_day"),
        }
    )


def _moment(office: Office, text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=office.options.zone)


def _id(visit: Visit) -> int:
    return int(visit.request.path_params["id"])
