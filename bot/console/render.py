"""Templates to pages, in the language of whoever looks."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from bot.console import words
from bot.console.visit import Options, Visit
from bot.core.types import Language
from bot.html import write
from bot.services.access import Right, may
from bot.services.spreadsheet import MEDIA_TYPE, Cell, Column, Sheet, spreadsheet

HERE: Final = Path(__file__).parent
_TYPES: Final = {".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of static/. `place` names its version, so that it may be kept for a year."""

    body: bytes
    media_type: str
    place: str


class Pages:
    def __init__(self, options: Options) -> None:
        self._options = options
        self.assets = _read_assets()
        self._environments = {language: self._environment(language) for language in Language}

    def page(
        self, visit: Visit, template: str, status: int = 200, headers: Mapping[str, str] | None = None, **params: Any
    ) -> HTMLResponse:
        """Return a page. Every template may use `visit`, and `me`: who is signed in, None for nobody."""
        me = visit.signed.member if visit.signed else None
        html = self._environments[visit.language].get_template(template).render(visit=visit, me=me, **params)
        return HTMLResponse(html, status, headers)

    def plain(
        self, visit: Visit, title: str, text: str, status: int, headers: Mapping[str, str] | None = None
    ) -> HTMLResponse:
        """Return a page that says one thing. `title` and `text` are words of the console."""
        return self.page(visit, "plain.html", status, headers, title=title, text=text)

    async def spreadsheet(
        self, visit: Visit, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], now: datetime
    ) -> Response:
        """Return a list to take along. Titles of `columns` are words of the console; `name` begins the file's name."""
        say = words.translations(visit.language).gettext
        titled = [replace(column, title=say(column.title)) for column in columns]
        return await self.sheets(name, [Sheet(name, titled, rows)], now)

    async def sheets(self, name: str, sheets: Sequence[Sheet], now: datetime) -> Response:
        """Return a file of several sheets, their titles as they are."""
        zone = self._options.zone
        place = f"{name}-{now.astimezone(zone):%Y-%m-%d}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{place}"'}
        return Response(await spreadsheet(sheets, zone), 200, headers, MEDIA_TYPE)

    def _environment(self, language: Language) -> Environment:
        made = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            extensions=["jinja2.ext.i18n"],
            autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined,
        )  # fmt: skip
        told = words.translations(language)
        made.install_gettext_callables(told.gettext, told.ngettext, newstyle=True)  # type: ignore[attr-defined]
        made.filters["moment"] = self._moment
        made.filters["markup"] = write
        made.filters["day"] = lambda moment: f"{moment.astimezone(self._options.zone):%d/%m/%Y}"
        made.globals |= {
            "options": self._options,
            "assets": {name.replace(".", "_"): asset.place for name, asset in self.assets.items()},
            "language": language,
            "may": may,
            "Right": Right,
            "words": words,
        }
        return made

    def _moment(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._options.zone):%d/%m/%Y %H:%M}"


def _read_assets() -> dict[str, Asset]:
    assets = {}
    for file in sorted((HERE / "static").iterdir()):
        body = file.read_bytes()
        version = hashlib.sha256(body).hexdigest()[:12]
        assets[file.name] = Asset(body, _TYPES[file.suffix], f"/console/static/{file.name}?v={version}")
    return assets
