"""The console on a real database, and people whose browsers keep cookies and send forms."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from html import unescape
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZipFile

import httpx
import sqlalchemy as sa
from starlette.types import ASGIApp

from bot.console.app import create_console
from bot.console.queues import QUEUES
from bot.console.visit import Office, Options
from bot.content.load import load
from bot.content.model import sketched_ranker
from bot.content.render import Renderer
from bot.core.campaign_pace import Limits
from bot.core.catalogue import Catalogue
from bot.core.conversation import looks_at, step
from bot.core.leads import PATIENCE
from bot.core.staff import Member, Role
from bot.core.types import Address, Decision, Language, Ranking, Rendered, Reply
from bot.core.world import World
from bot.html import write
from bot.services import locks
from bot.services.announcing import Announcing
from bot.services.approving import Approving
from bot.services.assisting import Assisting
from bot.services.audiences import Audiences
from bot.services.audits import Audits
from bot.services.bindings import Bindings
from bot.services.campaign_reports import Reports
from bot.services.campaigning import Campaigning
from bot.services.campaigns import Campaigns
from bot.services.comparing import Comparing
from bot.services.confirming import Confirming
from bot.services.editing import Editing
from bot.services.erasures import Erasures
from bot.services.handovers import Handovers
from bot.services.invitations import Fault, Invitations
from bot.services.keys import Keys
from bot.services.lead_figures import LeadFigures
from bot.services.lead_lists import LeadLists
from bot.services.leads import Leads
from bot.services.locks import Passwords
from bot.services.matches import Matches
from bot.services.ports import Platform
from bot.services.privacy import PrivacyRequests
from bot.services.ready import ReadyReplies
from bot.services.sealed import Sealed
from bot.services.signing_in import SignIns
from bot.services.slips import Slips
from bot.services.staff import Invited, Staff
from bot.services.talks import Talks
from bot.services.throttle import Throttle
from bot.services.unanswered import Unanswered
from bot.services.understanding import Understanding
from bot.services.vacancies import Vacancies
from bot.services.waiting import Queues
from db import addresses, privacy, questions
from db import staff as rows
from db.audit import Entry, Wanted, read
from db.engine import Database, open_database
from db.migrations import upgrade
from db.privacy import NewRequest
from tests.build import REAL
from tests.core.interviewing import make_world
from tests.fakes import START, FakeClock

HOST = "console.example"
PASSWORD = "bốn chữ để nhớ"
COMMUNES = {"22738": "Phường Đô Vinh", "22741": "Phường Bảo An", "22786": "Xã Bác Ái Tây"}
DO_VINH, BAO_AN, BAC_AI_TAY = COMMUNES
# What the measuring of a change prints, without the minutes that it takes (tests/content/test_comparing.py).
_COUNTS = '{"right": 7, "offered": 2, "wrong": 1, "none": 0}'
_BOTH = f'{{"before": {_COUNTS}, "after": {_COUNTS}}}'
MEASURED_AT_ONCE = ("sh", "-c", f"""echo '{{"result": {{"examples": {_BOTH}, "labelled": {_BOTH}}}}}'""")
MEASURED_NEVER = ("sh", "-c", """echo '{"done": 1, "of": 8}'; exec sleep 600""")
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


@dataclass(frozen=True)
class Person:
    """A member of staff with what they know: the password, and the secret in their phone."""

    member: Member
    secret: str
    token: str  # of the sign-in that their one-time link gave them


class Library:
    """The content in use, as the pages ask for it; what it finds for words is set by a test."""

    def __init__(self) -> None:
        self.catalogue = content()
        self.renderer = Renderer(self.catalogue)
        self.ranker, self.found = self, ("health.near_poor_subsidy",)

    def rank(self, text: str) -> Ranking:  # noqa: ARG002  # the same for all words
        return Ranking(Decision.ANSWER, self.found, (1.0,) * len(self.found), Language.VI)

    def world(self, day: date) -> World:
        return World(self.catalogue, self, day, notice_shown=True)


def render(reply: Reply, language: Language, day: date, commune: str) -> Rendered:
    return Renderer(content()).render(reply, language, day, commune)


@cache
def content() -> Catalogue:
    return load(REAL)


def say(reply: Reply, language: Language, commune: str) -> Rendered:
    return Renderer(content()).render(reply, language, START.date(), commune)


class ConsoleStand:
    """The console's app and all it stands on. `folder`: the content folder."""

    def __init__(self, url: str, folder: Path = REAL, **options: Any) -> None:
        self.url, self.clock, self.folder, self.reloads = url, FakeClock(), folder, 0
        self.database: Database = open_database(url)
        keys = Keys([b"k" * 32])
        self.sealed = Sealed(keys)
        self.erasures = Erasures(None, keys, lambda: self.clock.now().date())
        throttle, passwords = Throttle(keys), Passwords()
        self.staff = Staff(self.database, self.sealed, self.clock, lambda: COMMUNES)
        self.sign_ins = SignIns(self.database, self.sealed, self.clock, throttle, passwords)
        self.invitations = Invitations(self.database, self.sealed, self.clock, throttle, passwords)
        self.options, self.library = Options(**options), Library()
        self.slips = Slips(
            self.database, self.sealed, self.clock, throttle,
            world=lambda day: make_world(content(), day=day),
            render=lambda *told: Renderer(content()).render(*told),
            zone=self.options.zone,
        )  # fmt: skip
        self.talks = Talks(self.sealed, say, {"web": Platform(is_settled=True)}, {})
        self.handovers = Handovers(self.database, self.sealed, self.clock, self.talks)
        self.bindings = Bindings(
            self.database, self.sealed, self.clock, say, {}, "https://example.vn/console/handovers"
        )
        platforms = {"web": Platform(is_settled=True)}
        self.leads = Leads(
            self.database, self.sealed, self.clock, self.options.zone, say, platforms, {},
            hours=lambda: content().hours, patience=PATIENCE,
        )  # fmt: skip
        self.lead_lists = LeadLists(self.database, self.sealed, self.clock)
        self.vacancies = Vacancies(self.database, self.clock, self.options.zone, content)
        zone = self.options.zone
        self.catalogue = lambda: load(folder)
        self.comparing = Comparing(self.database, MEASURED_AT_ONCE)
        self.editing = Editing(self.database, self.sealed, self.clock, folder, self.comparing, self._reload, zone)
        self.unanswered = Unanswered(self.database, self.sealed, self.clock, zone)
        platforms = {"web": Platform(is_settled=True), "telegram": Platform()}
        audiences = Audiences(self.database, self.sealed, platforms, lambda: frozenset({"web", "telegram"}))
        self.campaigns = Campaigns(
            self.database, self.sealed, self.clock, lambda: self.library.renderer, audiences, zone,
            is_operated=True, choose=Random(7).choice,
        )  # fmt: skip
        self.campaigning = Campaigning(
            self.database, self.sealed, self.clock, self.campaigns, audiences, Announcing(Limits(zone)), {}, platforms,
            lambda: self.library.catalogue.version, zone, is_operated=True,
        )  # fmt: skip
        self.approving = Approving(self.database, self.clock, [self.editing, self.campaigns])
        self.confirming = Confirming(self.editing, self.catalogue, lambda: Renderer(self.catalogue()), self.clock, zone)
        self.app: ASGIApp = create_console(
            Office(
                staff=self.staff,
                sign_ins=self.sign_ins,
                invitations=self.invitations,
                audits=Audits(self.database, self.clock, self.options.zone),
                privacy=PrivacyRequests(self.database, self.sealed, self.clock),
                queues=Queues(self.database, self.clock, QUEUES),
                leads=self.leads,
                lead_lists=self.lead_lists,
                lead_figures=LeadFigures(
                    self.database, self.clock, self.options.zone, lambda: content().hours, PATIENCE
                ),
                vacancies=self.vacancies,
                matches=Matches(self.database, self.clock, self.options.zone, self.lead_lists, content),
                catalogue=content,
                form=lambda: content().forms["job_seeker"],
                handovers=self.handovers,
                ready=ReadyReplies(lambda: self.library, self.clock, self.options.zone),
                assisting=Assisting(
                    self.database,
                    self.sealed,
                    self.clock,
                    self.options.zone,
                    step=step,
                    looks_at=looks_at,
                    world=self.library.world,
                    render=render,
                ),
                bindings=self.bindings,
                unanswered=self.unanswered,
                editing=self.editing,
                approving=self.approving,
                confirming=self.confirming,
                campaigns=self.campaigns,
                campaigning=self.campaigning,
                reports=Reports(self.database, self.clock),
                understanding=Understanding(self.catalogue, lambda: sketched_ranker(self.catalogue())),
                communes=lambda: COMMUNES,
                slips=self.slips,
                write=write,
                clock=self.clock,
                options=self.options,
            )
        )

    def _reload(self) -> None:
        self.reloads += 1

    async def asked(
        self, *texts: str, commune: str = "", vote: str | None = None, day: date | None = None
    ) -> list[int]:
        """Questions that nobody answered (or, with a vote, amiss); their numbers."""
        on = day or self.clock.now().astimezone(self.options.zone).date()
        rows = [
            questions.NewQuestion(on, "web", "vi", commune, "", "none", self.sealed.question(text)) for text in texts
        ]

        def work(tx: sa.Connection) -> list[int]:
            numbers = questions.add(tx, rows)
            if vote:
                for number, row in zip(numbers, rows, strict=True):
                    questions.vote(tx, number, vote, row.text)
            return numbers

        return await self.database.write(work)

    async def invited(self, name: str, *roles: Role, communes: Sequence[str] = ()) -> Invited:
        result = await self.staff.invite(None, name, roles, communes)
        assert isinstance(result, Invited)
        return result

    async def person(self, name: str, *roles: Role, communes: Sequence[str] = ()) -> Person:
        """Invite somebody who comes at once: password, phone, first sign-in."""
        return await self.come(await self.invited(name, *roles, communes=communes))

    async def come(self, invited: Invited) -> Person:
        secret = await self.secret_of(invited.token)
        assert await self.invitations.choose_password(invited.token, PASSWORD) is None
        token = await self.invitations.accept(invited.token, self.code(secret), "Firefox, Linux")
        assert not isinstance(token, Fault)
        member = await self.database.read(lambda tx: rows.find(tx, invited.member.id))
        assert member is not None
        return Person(member, secret, token)

    async def secret_of(self, token: str) -> str:
        """What the picture on a link's page holds."""
        kept = await self.database.read(lambda tx: rows.invitation(tx, locks.digest(token)))
        assert kept is not None
        return self.sealed.read_totp(kept.totp)

    def code(self, secret: str) -> str:
        """What the phone shows now."""
        return locks.code_at(secret, self.clock.now())

    def next_code(self, secret: str) -> str:
        """What the phone shows after the code that it shows now."""
        self.clock.pass_time(timedelta(seconds=locks.STEP))
        return self.code(secret)

    async def audit(self, deed: str = "") -> Sequence[Entry]:
        """The log's entries, the newest first."""
        return await self.database.read(lambda tx: read(tx, Wanted(deed=deed), 1000))

    async def asked_privacy(self, text: str, *, kind: str = "object", due_in: int = 2) -> None:
        """Somebody asks something about their data, due in so many days."""
        now, me = self.clock.now(), Address("web", "a")
        body = self.sealed.privacy(text)

        def work(tx: sa.Connection) -> None:
            number = addresses.note(tx, {me}, now)[me]
            privacy.add(tx, NewRequest(number, kind, body, now, now.date() + timedelta(days=due_in)))

        await self.database.write(work)

    def browser(self, person: Person | None = None, line: str = "192.0.2.1") -> "Browser":
        return Browser(self.app, person.token if person else "", line)


class Browser:
    """Somebody's browser: it keeps cookies, says where its forms come from, and follows nothing by itself."""

    def __init__(self, app: ASGIApp, token: str, line: str) -> None:
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, client=(line, 1234)),
            base_url=f"http://{HOST}",
            headers={"Accept-Language": "en", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/151.0"},
        )
        if token:
            self.client.cookies.set("caunoi-console", token, domain=HOST, path="/console")

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path)

    async def csrf(self) -> str:
        """The mark in the forms of this sign-in."""
        found = _CSRF.search((await self.get("/console/account")).text)
        return found[1] if found else ""

    async def post(
        self, path: str, csrf: str | None = None, origin: str | None = f"http://{HOST}", **fields: Any
    ) -> httpx.Response:
        """Send a form as the browser would from a page of ours, with the mark of this sign-in unless told otherwise."""
        mark = await self.csrf() if csrf is None else csrf
        headers = {"Origin": origin} if origin else {}
        return await self.client.post(path, data={"csrf": mark, **fields}, headers=headers)

    async def sign_in(self, name: str, code: str, password: str = PASSWORD, next: str = "") -> httpx.Response:
        return await self.post("/console/sign-in", "", name=name, password=password, code=code, next=next)

    @property
    def token(self) -> str:
        return self.client.cookies.get("caunoi-console") or ""


async def open_stand(folder: Path, content: Path = REAL, **options: Any) -> ConsoleStand:
    """A console with nobody in it, on a file of SQLite in a folder."""
    url = f"sqlite+aiosqlite:///{folder / 'bot.db'}"
    await upgrade(url)
    return ConsoleStand(url, content, **options)


def cells_of(body: bytes) -> list[str]:
    """The texts of a spreadsheet in the order in which they first appear."""
    with ZipFile(BytesIO(body)) as packed:
        return [
            unescape(each) for each in re.findall(r"<t[^>]*>(.*?)</t>", packed.read("xl/sharedStrings.xml").decode())
        ]
