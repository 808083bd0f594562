"""The one place where parts meet: settings to database, keys, content, services and channels."""

import asyncio
import secrets
import tempfile
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.channels import terminal
from bot.content.check import load_whole
from bot.content.render import Renderer
from bot.content.verdicts import Verdicts
from bot.core.campaign_pace import Limits
from bot.core.conversation import looks_at, step
from bot.core.markup import parse, plain
from bot.core.types import Address, Incoming, Kind, Language, Rendered, Reply, Session
from bot.core.world import Retention, World
from bot.services.announcing import Announcing
from bot.services.answering import Step
from bot.services.audiences import Audiences
from bot.services.campaigning import Campaigning
from bot.services.campaigns import Campaigns
from bot.services.erasures import Erasures
from bot.services.keys import Keys, open_keys
from bot.services.people import People
from bot.services.ports import Clock, Outlet, Platform
from bot.services.sealed import Sealed
from bot.services.slips import Slips
from bot.services.sweep import Sweep
from bot.services.talks import Talks
from bot.services.throttle import Throttle
from bot.services.turns import Turns
from bot.settings import Settings
from bot.shelf import Content, Shelf
from db import staff
from db.engine import Database, Steps, open_database
from db.migrations import upgrade

LOCAL: Final = "http://127.0.0.1:8080"  # where `bot serve` listens unless it is told otherwise
WEB: Final = "web"
TELEGRAM: Final = "telegram"
PLATFORMS: Final = {
    WEB: Platform(is_settled=True),
    "terminal": Platform(is_settled=True),
    "desk": Platform(is_settled=True),
    TELEGRAM: Platform(is_abroad=True, longest=4096),  # UTF-16 units as read (core.telegram.org/bots/api#sendmessage)
}


class SystemClock:
    """The machine's time, or a clock that was started elsewhere (CAUNOI_TEST_CLOCK)."""

    def __init__(self, start: datetime | None = None) -> None:
        self._shift = start.astimezone(UTC) - datetime.now(UTC) if start else timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift


def make_world(
    content: Content, settings: Settings, day: date, channel: str, *, is_slow: bool = False, local: str = LOCAL
) -> World:
    """Everything a step of this channel may look at. `local`: where our pages are found without a PUBLIC_URL."""
    return World(
        content.catalogue,
        content.ranker,
        day,
        notice_shown=channel == "web",
        is_abroad=PLATFORMS[channel].is_abroad,
        is_slow=is_slow,
        takes_leads=bool(settings.operator) or settings.demo,
        patience=timedelta(hours=settings.next_step_hours),
        operator=settings.operator,
        privacy_contact=settings.privacy_contact,
        retention=retention(settings),
        web_place=str(settings.public_url or local).rstrip("/"),
        per_day=settings.campaigns_per_day,
        per_week=settings.campaigns_per_week,
    )


def models_folder(settings: Settings) -> Path | None:
    """Where trained models are kept: beside the SQLite file."""
    file = settings.database_file()
    return file.parent if file else None


def retention(settings: Settings) -> Retention:
    return Retention(
        event_ids=settings.retain_event_ids,
        conversation=settings.retain_conversation,
        handover=settings.retain_handover,
        question_text=settings.retain_question_text,
        slip=settings.retain_slip,
        audit=settings.retain_audit,
        lead=settings.retain_lead,
        delivery=settings.retain_delivery,
        backup=settings.retain_backup,
    )


@dataclass(frozen=True, slots=True)
class Service:
    """Everything between the channels and the database. `outlets`: the channels' senders, by channel."""

    settings: Settings
    shelf: Shelf
    clock: Clock
    keys: Keys
    database: Database
    sealed: Sealed
    turns: Turns
    people: People
    slips: Slips
    sweep: Sweep
    outlets: dict[str, Outlet]
    audiences: Audiences
    campaigns: Campaigns
    announcing: Announcing
    campaigning: Campaigning

    @property
    def content(self) -> Content:
        """The content in use at this moment."""
        return self.shelf.content

    async def has_staff(self) -> bool:
        """Whether anybody of the staff ever signed in, or was invited by name."""
        return not await self.database.read(staff.is_waiting_for_first)


@asynccontextmanager
async def open_service(
    settings: Settings, clock: Clock, content: Content, *, step: Step = step, local: str = LOCAL
) -> AsyncIterator[Service]:
    """Open database and keys; close the database at the end. `step` is who talks, `local` as in make_world."""
    shelf = Shelf(content, settings.content, models_folder(settings), clock, settings.zone)
    await upgrade(settings.database_url)
    database = open_database(settings.database_url, steps=Steps(settings.test_die_at))
    try:
        file = settings.database_file()
        keys = await open_keys(database, settings.secret_key, file.parent / "caunoi.key" if file else None)
        erasures = Erasures(settings.erasure_list(), keys, lambda: clock.now().astimezone(settings.zone).date())
        sealed = Sealed(keys, erasures)
        outlets: dict[str, Outlet] = {}

        def world(day: date, address: Address, is_slow: bool) -> World:
            return make_world(shelf.content, settings, day, address.channel, is_slow=is_slow, local=local)

        def render(reply: Reply, language: Language, day: date, commune: str) -> Rendered:
            return shelf.content.renderer.render(reply, language, day, commune=commune)

        turns = Turns(
            database,
            sealed,
            clock,
            step=step,
            looks_at=looks_at,
            world=world,
            render=render,
            zone=settings.zone,
            platforms=PLATFORMS,
            outlets=outlets,
        )

        def say(reply: Reply, language: Language, commune: str) -> Rendered:
            return render(reply, language, clock.now().astimezone(settings.zone).date(), commune)

        talks = Talks(sealed, say, PLATFORMS, outlets)
        sweep = Sweep(database, clock, retention(settings), zone=settings.zone, erasures=erasures, talks=talks)
        people = People(database, sealed, clock, turns.settle)
        slips = Slips(
            database,
            sealed,
            clock,
            Throttle(keys),
            world=lambda day: make_world(shelf.content, settings, day, "web", local=local),
            render=render,
            zone=settings.zone,
        )
        is_operated = bool(settings.operator) or settings.demo
        served = frozenset({WEB, *((TELEGRAM,) if settings.telegram_token else ())})
        audiences = Audiences(database, sealed, PLATFORMS, lambda: served)
        campaigns = Campaigns(
            database, sealed, clock, lambda: shelf.content.renderer, audiences, settings.zone,
            is_operated=is_operated, choose=secrets.choice,
        )  # fmt: skip
        limits = Limits(settings.zone, settings.campaigns_per_day, settings.campaigns_per_week, settings.quiet)
        announcing = Announcing(limits)
        campaigning = Campaigning(
            database, sealed, clock, campaigns, audiences, announcing, outlets, PLATFORMS,
            lambda: shelf.content.catalogue.version, settings.zone, is_operated=is_operated,
        )  # fmt: skip
        yield Service(
            settings, shelf, clock, keys, database, sealed, turns, people, slips, sweep, outlets,
            audiences, campaigns, announcing, campaigning,
        )  # fmt: skip
    finally:
        await database.close()


async def chat(settings: Settings, day: date | None) -> None:
    """Talk in the terminal over a database of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        own = settings.model_copy(update={"database_url": f"sqlite+aiosqlite:///{folder}/chat.db"})
        start = datetime.combine(day, datetime.min.time(), settings.zone).replace(hour=9) if day else None
        clock = SystemClock(start or settings.test_clock)
        content = Content.read(settings.content, models_folder(settings))
        async with open_service(own, clock, content) as service:
            working = asyncio.create_task(service.turns.run())
            try:
                await terminal.chat(
                    service.turns,
                    lambda key, language, params: plain_text(service, key, language, params),
                    read=input,
                    write=print,
                    new_id=new_id,
                    clock=clock,
                )
            finally:
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)


async def upgrade_database(settings: Settings) -> str:
    """Bring the tables up to date; return what was done."""
    return await upgrade(settings.database_url)


class Answerer:
    """`bot ask`: one question without a conversation."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._content = Content.read(settings.content, models_folder(settings))

    def ranked(self, text: str) -> Mapping[str, Any]:
        """Decision, topics best first, scores, language."""
        found = self._content.ranker.rank(text)
        return {
            "decision": found.decision.value,
            "topics": list(found.labels),
            "scores": [round(score, 4) for score in found.scores],
            "language": found.language.value,
        }

    def told(self, text: str, day: date | None) -> str:
        """What a person would read, under a line with decision and topics."""
        now = SystemClock(self._settings.test_clock).now()
        on = day or now.astimezone(self._settings.zone).date()
        world = make_world(self._content, self._settings, on, "web")
        asked = Session(commune_asked=True)
        turn = step(asked, Incoming(Address("web", "ask"), "1", Kind.TEXT, text, now), world)
        found = self._content.ranker.rank(text)
        lines = [f"{found.decision}: {', '.join(found.labels[:3]) or '-'}", ""]
        for reply in turn.replies:
            rendered = self._content.renderer.render(reply, turn.session.language, on)
            lines.append(plain(parse(rendered.text)))
            lines.extend(f"  [{button.label}]" for button in rendered.buttons)
        return "\n".join(lines)


def eligible(settings: Settings, facts: object, day: date | None) -> Mapping[str, Any]:
    """`bot eligible`: every programme of the day for these facts. Raises FactError where they do not fit."""
    now = SystemClock(settings.test_clock).now()
    on = day or now.astimezone(settings.zone).date()
    return Verdicts(Renderer(load_whole(settings.content)), on).of(facts)


def plain_text(service: Service, key: str, language: Language, params: Mapping[str, object]) -> str:
    return plain(parse(service.content.renderer.message(key, language, today(service), params=params)))


def today(service: Service) -> date:
    return service.clock.now().astimezone(service.settings.zone).date()


def new_id() -> str:
    """An id that nobody can guess."""
    return uuid.uuid4().hex
