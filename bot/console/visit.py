"""Who is on the other side of a request to the console, and what the console stands on."""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from bot.core.catalogue import Catalogue
from bot.core.forms import Form
from bot.core.staff import Member
from bot.core.types import Language
from bot.services.approving import Approving
from bot.services.assisting import Assisting
from bot.services.audits import Audits
from bot.services.bindings import Bindings
from bot.services.campaign_reports import Reports
from bot.services.campaigning import Campaigning
from bot.services.campaigns import Campaigns
from bot.services.confirming import Confirming
from bot.services.editing import Editing
from bot.services.handovers import Handovers
from bot.services.invitations import Invitations
from bot.services.lead_figures import LeadFigures
from bot.services.lead_lists import LeadLists
from bot.services.leads import Leads
from bot.services.matches import Matches
from bot.services.ports import Clock
from bot.services.privacy import PrivacyRequests
from bot.services.ready import ReadyReplies
from bot.services.signing_in import Signed, SignIns
from bot.services.slips import Slips
from bot.services.staff import Staff
from bot.services.unanswered import Unanswered
from bot.services.understanding import Understanding
from bot.services.vacancies import Vacancies
from bot.services.waiting import Queues
from bot.web import guess_language, place_of

PATH: Final = "/console"
LANGUAGE_DAYS: Final = 365

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_OURS: Final = re.compile(r"/console(?:/[A-Za-z0-9_-]+)*/?(?:\?[A-Za-z0-9_=&%.+-]*)?")
_BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("coc_coc", "Cốc Cốc"),
    ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_MACHINES: Final = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """What the office decided."""

    operator: str = ""  # "" = a trial that nobody runs
    demo: bool = False
    public_url: str = ""  # https: cookies are Secure
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Ho_Chi_Minh"))

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def public_host(self) -> str:
        return urlsplit(self.public_url).netloc


@dataclass(frozen=True, slots=True)
class Office:
    """What the console is given. `communes`: names of the units of today by their codes; `write`: the mini markup
    as HTML."""

    staff: Staff
    sign_ins: SignIns
    invitations: Invitations
    audits: Audits
    privacy: PrivacyRequests
    queues: Queues
    handovers: Handovers
    ready: ReadyReplies
    assisting: Assisting
    bindings: Bindings | None  # None without Telegram
    leads: Leads
    lead_lists: LeadLists
    lead_figures: LeadFigures
    vacancies: Vacancies
    matches: Matches
    catalogue: Callable[[], Catalogue]
    form: Callable[[], Form | None]  # what job-seekers are asked
    unanswered: Unanswered
    editing: Editing
    approving: Approving
    confirming: Confirming
    campaigns: Campaigns
    campaigning: Campaigning
    reports: Reports
    understanding: Understanding
    communes: Callable[[], Mapping[str, str]]
    slips: Slips
    write: Callable[[str], Markup]
    clock: Clock
    options: Options


@dataclass(frozen=True, slots=True)
class Visit:
    """One request. `token` is the cookie's; `fields` are a POST's, `file` what it carries where a page takes one."""

    request: Request
    language: Language
    line: str
    token: str = ""
    signed: Signed | None = None
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    file: bytes = b""

    @property
    def member(self) -> Member:
        """Who is signed in. Pages that need somebody are never reached without (app.py)."""
        assert self.signed is not None
        return self.signed.member

    @property
    def browser(self) -> str:
        return kind_of_browser(self.request.headers.get("user-agent", ""))

    @property
    def csrf(self) -> str:
        """What a form of this sign-in carries; of use with no other."""
        return hmac.new(self.token.encode(), b"csrf", hashlib.sha256).hexdigest() if self.token else ""

    def one(self, name: str) -> str:
        """Return a field's first value, "" where it is missing."""
        return next(iter(self.fields.get(name, ())), "")

    def asked(self, name: str) -> str:
        """Return a value of the address line, "" where it is missing."""
        return self.request.query_params.get(name, "")

    def is_own_form(self) -> bool:
        return hmac.compare_digest(self.one("csrf").encode(), self.csrf.encode()) and bool(self.token)


@dataclass(frozen=True, slots=True)
class Cookies:
    """The sign-in's cookie, and the language's. With https a neighbouring http page cannot set ours (`__Secure-`)."""

    secure: bool

    @property
    def name(self) -> str:
        return "__Secure-caunoi-console" if self.secure else "caunoi-console"

    def read(self, request: Request) -> str:
        token = request.cookies.get(self.name, "")
        return token if _TOKEN.fullmatch(token) else ""

    def set(self, response: Response, token: str) -> None:
        """Until the browser is closed, or the sign-in ends."""
        response.set_cookie(self.name, token, path=PATH, secure=self.secure, httponly=True, samesite="lax")

    def clear(self, response: Response) -> None:
        response.delete_cookie(self.name, path=PATH, secure=self.secure, httponly=True, samesite="lax")

    def language(self, request: Request) -> Language:
        chosen = request.cookies.get("caunoi-language", "")
        if chosen in {language.value for language in Language}:
            return Language(chosen)
        return guess_language(request.headers.get("accept-language", ""))

    def set_language(self, response: Response, language: Language) -> None:
        response.set_cookie(
            "caunoi-language", language, max_age=LANGUAGE_DAYS * 86_400, path=PATH,
            secure=self.secure, httponly=True, samesite="lax",
        )  # fmt: skip


def visit_of(request: Request, cookies: Cookies) -> Visit:
    """A visit of somebody unknown yet."""
    return Visit(request, cookies.language(request), place_of(request.client.host if request.client else ""))


def safe_next(place: str) -> str:
    """Return a place within the console, its first page for anything else."""
    return place if _OURS.fullmatch(place) else f"{PATH}/"


def sign_in_place(request: Request) -> str:
    """Where somebody signs in who wanted this page."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"{PATH}/sign-in?next={quote(safe_next(wanted), safe='')}"


def kind_of_browser(told: str) -> str:
    """Return what a person would call it ("Firefox, Linux"): never all that a browser says of itself."""
    browser = next((name for sign, name in _BROWSERS if sign in told), "")
    machine = next((name for sign, name in _MACHINES if sign in told), "")
    return ", ".join(part for part in (browser, machine) if part)
