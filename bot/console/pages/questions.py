"""Questions nobody answered: in groups, with their trend, and what is made of them with one press."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.console import words
from bot.console.render import Pages
from bot.console.visit import PATH, Office, Visit
from bot.console.words import mark
from bot.core.editing import AddExample, AddSynonym, AddWord, Edit, Kind, NewTopic
from bot.services.access import Right, may
from bot.services.editing import Trouble
from bot.services.unanswered import Filter

SHOWN: Final = 50  # groups of a page: what is asked most stands first
ASKED: Final = 20  # texts that go with a topic to be written
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADS: Final[Mapping[str, str]] = {
    "group": mark("Group"), "text": mark("Question"), "day": mark("Day"), "commune": mark("Commune"),
    "language": mark("Language"), "channel": mark("Channel"), "decision": mark("Outcome"),
}  # fmt: skip


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/questions?words=…&commune=…&language=…&channel=…&decision=…&week=…&all=…"""
    chosen = _chosen(visit)
    picture = await office.unanswered.picture(visit.member, chosen)
    return pages.page(
        visit, "questions.html", picture=picture, groups=picture.groups[:SHOWN], chosen=chosen,
        communes=office.communes(), mondays=office.unanswered.mondays(), query=visit.request.url.query,
        is_exportable=may(visit.member, Right.EXPORT),
    )  # fmt: skip


async def export(office: Office, _pages: Pages, visit: Visit) -> Response:
    """GET /console/questions/export: what the same address line shows, as a spreadsheet."""
    said = words.translations(visit.language).gettext
    heads = {name: said(head) for name, head in HEADS.items()}
    body = await office.unanswered.spreadsheet(visit.member, _chosen(visit), heads)
    name = f"unanswered-{office.confirming.today()}.xlsx"
    return Response(body, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def choose(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/questions/make?question=N&alone=1&sought=…: what to make of a question, or of its group"""
    return await _make(office, pages, visit, visit.asked, {})


async def make(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/questions/make: keep the draft, show it."""
    asked = await office.unanswered.around(visit.member, _number(visit.one("question")), alone=bool(visit.one("alone")))
    if not asked:
        raise HTTPException(404)
    edit = _edit(visit, tuple(dict.fromkeys(each.text for each in asked))[:ASKED])
    made = await office.editing.draft(visit.member, edit, [each.row.number for each in asked])
    if isinstance(made, Trouble):
        fields = {name: visit.one(name) for name in ("kind", "label", "text", "short", "long", "concept", "phrase")}
        return await _make(office, pages, visit, visit.one, {**fields, "trouble": words.OBSTACLES[made]})
    return RedirectResponse(f"{PATH}/content/{made}", 303)


async def _make(office: Office, pages: Pages, visit: Visit, read: Any, filled: Mapping[str, str]) -> Response:
    number, alone, sought = _number(read("question")), bool(read("alone")), read("sought")
    asked = await office.unanswered.around(visit.member, number, alone=alone)
    if not asked:
        raise HTTPException(404)
    text = filled.get("text") or next(each.text for each in asked if each.row.number == number)
    understanding = office.understanding
    suggested = understanding.suggestions(text)
    return pages.page(
        visit, "make.html", 422 if filled else 200, number=number, alone=alone, asked=asked, text=text, sought=sought,
        suggested=suggested, labels=understanding.labels(visit.language, sought),
        names=understanding.labels(visit.language), concepts=understanding.concepts(), filled=filled,
    )  # fmt: skip


def _edit(visit: Visit, asked: tuple[str, ...]) -> Edit:
    match visit.one("kind"):
        case Kind.WORD:
            return AddWord(visit.one("short").lower(), visit.one("long"))
        case Kind.SYNONYM:
            return AddSynonym(visit.one("concept"), visit.one("phrase"))
        case Kind.TOPIC:
            return NewTopic(visit.one("title"), asked)
        case _:
            return AddExample(visit.one("label"), visit.one("text"))


def _chosen(visit: Visit) -> Filter:
    try:
        week = date.fromisoformat(visit.asked("week"))
    except ValueError:
        week = None
    if week is not None and not 2000 <= week.year < 2100:
        week = None
    return Filter(
        commune=visit.asked("commune"), language=visit.asked("language"), channel=visit.asked("channel"),
        decision=visit.asked("decision"), week=week, words=visit.asked("words"), is_open=not visit.asked("all"),
    )  # fmt: skip


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
