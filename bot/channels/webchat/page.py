"""What a page shows, as records, and the templates that write it. Knows nothing of requests."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.channels.webchat.visit import issue_event
from bot.core.own import Ours
from bot.core.types import Language, Rendered, RenderedButton, Said
from bot.html import write
from bot.services.ports import Paper

HERE: Final = Path(__file__).parent
END: Final = "cuoi"  # the id of the place a person is brought to: where the newest turn begins
LONGEST: Final = 10_000  # characters of one message
PER_MINUTE: Final = 20  # messages of one conversation, after the first few

Texts = Callable[[str, Language, Mapping[str, object]], str]  # a content message's key and params to plain text
Menu = Callable[[Language], Sequence[RenderedButton]]  # the quick topics of the first screen


@dataclass(frozen=True, slots=True)
class Options:
    """What the office decided. `patience` is how many seconds a request waits for the database."""

    operator: str = ""  # "" = a trial that nobody runs
    privacy_contact: str = ""
    demo: bool = False
    public_url: str = ""  # https: the cookie is Secure
    conversation_days: int = 30
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Ho_Chi_Minh"))
    per_minute: float = PER_MINUTE  # messages of one conversation
    burst: int = 10
    line_per_minute: float = 300  # of one internet line: a village may share one
    line_burst: int = 300
    patience: float = 10.0

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")


@dataclass(frozen=True, slots=True)
class Again:
    """A press that did not go through, to be pressed again: the same event, never a second turn."""

    name: str  # `action` or `start`
    value: str
    event: str


@dataclass(frozen=True, slots=True)
class View:
    """One page of the chat. `whole` is False where the conversation was not asked for (the database is away)."""

    token: str
    language: Language
    lines: Sequence[Said] = ()
    guarded: Sequence[Rendered] = ()  # shown after the lines, once
    note: str = ""  # a message key web.<note>: said above the box
    draft: str = ""
    event: str = ""  # of the box; "" = a fresh one
    again: Again | None = None
    start: str | None = None  # a deep link's payload, offered as a button
    waiting: bool = False  # a handover is open
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Button:
    label: str
    action: str
    event: str


@dataclass(frozen=True, slots=True)
class _Line:
    """One line as the template shows it. `day` is set where a new day begins."""

    by_person: bool
    html: Markup
    buttons: tuple[_Button, ...] = ()
    day: str = ""
    end: bool = False  # the newest turn begins here
    new: bool = False  # said in the newest turn: its buttons stand out
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file. `url` changes with its content, so that it may be kept for ever."""

    name: str
    body: bytes
    version: str
    media_type: str

    @property
    def url(self) -> str:
        return f"/static/{self.name}?v={self.version}"


def read_assets() -> dict[str, Asset]:
    """Read static/ once, at start."""
    types = {"chat.css": "text/css", "slip.css": "text/css", "chat.js": "text/javascript", "icon.svg": "image/svg+xml"}
    found = {}
    for name, media_type in types.items():
        body = (HERE / "static" / name).read_bytes()
        found[name] = Asset(name, body, hashlib.sha256(body).hexdigest()[:12], media_type)
    return found


class Pages:
    """Writes every page of the web chat."""

    def __init__(
        self, texts: Texts, menu: Menu, options: Options, assets: Mapping[str, Asset], new_id: Callable[[], str]
    ) -> None:
        self._texts, self._menu, self._options, self._new_id = texts, menu, options, new_id
        self._jinja = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._jinja.globals.update(
            options=options, assets={name.replace(".", "_"): asset.url for name, asset in assets.items()},
            end=END, longest=LONGEST, Language=Language,
        )  # fmt: skip

    def chat(self, view: View, now: datetime) -> str:
        """Write the chat page. `now` (aware UTC) says which day is today."""
        sent = view.draft or view.again  # something of theirs did not get through
        note = "away_open" if view.note == "away" and not sent else view.note
        first = view.whole and not view.lines and not view.guarded
        return self._write(
            "chat.html", view.language,
            view=view,
            lines=self._lines(view, now.astimezone(self._options.zone).date()),
            first=first,
            look=f"/?xem={now:%H%M%S}#{END}",  # another address each time: to the same one no browser asks again
            news=any(line.is_news for line in view.lines),
            note=self._texts(f"web.{note}", view.language, {}) if note else "",
            menu=[self._button(each, view) for each in self._menu(view.language)] if first else [],
            start=_Button("", view.start, self._event(view)) if view.start is not None else None,
            switch=self._event(view),
            event=view.event or self._event(view),
            shortcuts=[_Button(name, name, self._event(view)) for name in ("menu", "staff", "my_data", "help")],
        )  # fmt: skip

    def plain(self, language: Language, name: str) -> str:
        """Write a page with only a heading, a few words and the way back: web.<name>_title, web.<name>."""
        return self._write("plain.html", language, name=name)

    def slip(self, paper: Paper, place: str) -> str:
        """Write a slip as a page to print; `place` is its address, in letters and as a QR code."""
        parts = {name: write(text) for name, text in paper.parts.items()}
        return self._write(
            "slip.html", paper.language, paper=paper, parts=parts, place=place, picture=_picture(place),
            day=_day_words(paper.day), last_day=_day_words(paper.last_day),
        )  # fmt: skip

    def verified(self, language: Language, code: str, ours: Ours | None) -> str:
        """Write whether an announcement of this code is ours."""
        return self._write("verify.html", language, code=code, ours=ours, operator=self._options.operator)

    def farewell(self, language: Language) -> str:
        """Write the page after leaving: nothing on it says what was spoken of."""
        return self._write("farewell.html", language)

    def _write(self, template: str, language: Language, **values: Any) -> str:
        def say(key: str, **params: object) -> str:
            return self._texts(key if "." in key else f"web.{key}", language, params)

        return self._jinja.get_template(template).render(say=say, language=language, **values)

    def _lines(self, view: View, today: date) -> list[_Line]:
        start = _newest_turn(view.lines) if not view.guarded else len(view.lines)
        shown, last_day = [], None
        days = {self._day(said) for said in view.lines}
        for at, said in enumerate(view.lines):
            day = self._day(said)
            new = at >= start
            shown.append(
                _Line(
                    by_person=said.by_person,
                    html=write(said.message.text),
                    buttons=tuple(self._button(each, view) for each in said.message.buttons),
                    day=self._day_words(day, today, view.language) if day != last_day and days != {today} else "",
                    end=at == start,
                    new=new,
                    guarded=said.message.guarded,
                )
            )
            last_day = day
        for at, message in enumerate(view.guarded):
            buttons = tuple(self._button(each, view) for each in message.buttons)
            shown.append(_Line(False, write(message.text), buttons, end=at == 0, new=True, guarded=True))
        return shown

    def _day(self, said: Said) -> date:
        return said.at.astimezone(self._options.zone).date()

    def _day_words(self, day: date, today: date, language: Language) -> str:
        return self._texts("web.today", language, {}) if day == today else _day_words(day)

    def _button(self, button: RenderedButton, view: View) -> _Button:
        return _Button(button.label, button.action, self._event(view))

    def _event(self, view: View) -> str:
        return issue_event(view.token, self._new_id)


def _day_words(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _picture(place: str) -> Markup:
    """Draw an address as inline SVG, black on white, to be read from worn paper (a quarter may be lost)."""
    drawn = segno.make(place, error="q", micro=False)
    svg = drawn.svg_inline(border=4, dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True)
    return Markup(svg)  # noqa: S704  # drawn from squares, holds no words


def _newest_turn(lines: Sequence[Said]) -> int:
    """Where the newest turn begins: the replies of one turn share their moment, the person's words stand before.

    What came late and was not seen yet is as new.
    """
    news = next((at for at, line in enumerate(lines) if line.is_news), len(lines))
    start = len(lines)
    while start and not lines[start - 1].by_person and lines[start - 1].at == lines[-1].at:
        start -= 1
    if start and lines[start - 1].by_person:
        start -= 1
    return min(start, news)
