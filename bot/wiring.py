"""The one place where parts meet: settings to database, keys, content, services and channels."""

import asyncio
import contextlib
import logging
import signal
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import uvicorn

from bot.channels import terminal
from bot.channels.webchat.app import Standing, Surroundings, create_app
from bot.channels.webchat.page import Options
from bot.content.check import load_whole
from bot.content.model import load_or_train
from bot.content.render import Renderer
from bot.core.catalogue import Catalogue
from bot.core.conversation import step, wants_history
from bot.core.home import menu_buttons
from bot.core.markup import parse, plain
from bot.core.types import Address, Incoming, Kind, Language, Rendered, RenderedButton, Reply, Said, Session
from bot.core.world import Ranker, Retention, World
from bot.services.answering import Step
from bot.services.keys import Keys, open_keys
from bot.services.people import People
from bot.services.ports import Clock
from bot.services.sealed import Sealed
from bot.services.sweep import Sweep
from bot.services.turns import Turns
from bot.settings import Settings, unused_settings
from db.engine import Steps, open_database
from db.migrations import upgrade

SILENT = timedelta(seconds=60)  # a part without a sign of life for so long is not well
SETTLED = ("web", "terminal")  # channels whose outbox is the conversation itself

_LOG = logging.getLogger(__name__)


class SystemClock:
    """The machine's time, or a clock that was started elsewhere (CAUNOI_TEST_CLOCK)."""

    def __init__(self, start: datetime | None = None) -> None:
        self._shift = start.astimezone(UTC) - datetime.now(UTC) if start else timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift


@dataclass(frozen=True, slots=True)
class Content:
    """The catalogue with what is made of it."""

    catalogue: Catalogue
    renderer: Renderer
    ranker: Ranker

    @classmethod
    def read(cls, settings: Settings) -> "Content":
        """Read the content folder; raises ContentError naming every problem."""
        catalogue = load_whole(settings.content)
        file = settings.database_file()
        return cls(catalogue, Renderer(catalogue), load_or_train(catalogue, file.parent if file else None))

    def world(self, settings: Settings, day: date, history: tuple[Said, ...], *, notice_shown: bool) -> World:
        return World(
            self.catalogue,
            self.ranker,
            day,
            history,
            notice_shown=notice_shown,
            operator=settings.operator,
            privacy_contact=settings.privacy_contact,
            retention=retention(settings),
        )

    def render(self, reply: Reply, language: Language, day: date, commune: str) -> Rendered:
        return self.renderer.render(reply, language, day, commune=commune)


def retention(settings: Settings) -> Retention:
    return Retention(
        event_ids=settings.retain_event_ids,
        conversation=settings.retain_conversation,
        handover=settings.retain_handover,
        question_text=settings.retain_question_text,
    )


@dataclass(frozen=True, slots=True)
class Service:
    """Everything between the channels and the database."""

    settings: Settings
    content: Content
    clock: Clock
    keys: Keys
    turns: Turns
    people: People
    sweep: Sweep


@asynccontextmanager
async def open_service(settings: Settings, clock: Clock, *, step: Step = step) -> AsyncIterator[Service]:
    """Open database, keys and content; close the database at the end. `step` is another one in tests only."""
    content = Content.read(settings)
    await upgrade(settings.database_url)
    database = open_database(settings.database_url, steps=Steps(settings.test_die_at))
    try:
        file = settings.database_file()
        keys = await open_keys(database, settings.secret_key, file.parent / "caunoi.key" if file else None)
        sealed = Sealed(keys)

        def world(day: date, history: tuple[Said, ...], address: Address) -> World:
            return content.world(settings, day, history, notice_shown=address.channel == "web")

        turns = Turns(
            database,
            sealed,
            clock,
            step=step,
            wants_history=wants_history,
            world=world,
            render=content.render,
            zone=settings.zone,
            settled_channels=SETTLED,
        )
        sweep = Sweep(database, clock, retention(settings), zone=settings.zone)
        yield Service(settings, content, clock, keys, turns, People(database, sealed, turns.settle), sweep)
    finally:
        await database.close()


async def serve(
    settings: Settings, host: str, port: int, print_line: Callable[[str], None], *, step: Step = step
) -> str:
    """Run the service until it is told to stop. Returns the reason when a part ended by itself, else ""."""
    _log_to_stderr()
    for name in unused_settings():
        _LOG.warning("%s is set, but the part that reads it is not built yet", name)
    clock = SystemClock(settings.test_clock)
    async with open_service(settings, clock, step=step) as service:
        server = _Server(uvicorn.Config(_web(service), log_config=None, access_log=False, lifespan="off", ws="none"))
        listener = server.config_for(host, port)
        parts = {
            "turns": asyncio.create_task(service.turns.run()),
            "sweep": asyncio.create_task(service.sweep.run()),
            "web": asyncio.create_task(server.serve(sockets=[listener])),
        }
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, server.stop)
        print_line(f"Web chat: http://{host}:{listener.getsockname()[1]}/")
        print_line(f"Database: {settings.database_file() or settings.database_url.partition('://')[0]}")
        ended, _ = await asyncio.wait(parts.values(), return_when=asyncio.FIRST_COMPLETED)
        reason = _reason(parts, ended, stopped=server.should_exit)
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await parts["web"]
        parts["turns"].cancel()
        parts["sweep"].cancel()
        await asyncio.gather(*parts.values(), return_exceptions=True)
    return reason


async def chat(settings: Settings, day: date | None) -> None:
    """Talk in the terminal over a database of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        own = settings.model_copy(update={"database_url": f"sqlite+aiosqlite:///{folder}/chat.db"})
        start = datetime.combine(day, datetime.min.time(), settings.zone).replace(hour=9) if day else None
        clock = SystemClock(start or settings.test_clock)
        async with open_service(own, clock) as service:
            working = asyncio.create_task(service.turns.run())
            try:
                await terminal.chat(
                    service.turns,
                    lambda key, language, params: _plain_text(service, key, language, params),
                    read=input,
                    write=print,
                    new_id=_new_id,
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
        self._content = Content.read(settings)

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
        world = self._content.world(self._settings, on, (), notice_shown=True)
        asked = Session(commune_asked=True)
        turn = step(asked, Incoming(Address("terminal", "ask"), "1", Kind.TEXT, text, now), world)
        found = self._content.ranker.rank(text)
        lines = [f"{found.decision}: {', '.join(found.labels[:3]) or '-'}", ""]
        for reply in turn.replies:
            rendered = self._content.render(reply, turn.session.language, on, "")
            lines.append(plain(parse(rendered.text)))
            lines.extend(f"  [{button.label}]" for button in rendered.buttons)
        return "\n".join(lines)


class _Server(uvicorn.Server):
    """uvicorn under our own signals: it stops when `stop` is called."""

    def config_for(self, host: str, port: int) -> Any:
        self.config.host, self.config.port = host, port
        listener = self.config.bind_socket()
        listener.listen(self.config.backlog)  # whoever reads the printed address may come at once
        return listener

    def stop(self) -> None:
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _web(service: Service) -> Any:
    settings, renderer, clock = service.settings, service.content.renderer, service.clock

    async def standing(address: Address) -> Standing:
        return Standing(*await service.people.standing(address))

    async def health() -> tuple[bool, Mapping[str, Any]]:
        silent = {
            "turns": clock.now() - service.turns.alive_at,
            "sweep": clock.now() - service.sweep.alive_at,
        }
        told = {name: {"silent_seconds": int(since.total_seconds())} for name, since in silent.items()}
        well = max(silent.values()) < SILENT
        return well, {"status": "ok" if well else "failing", **told}

    def menu(language: Language) -> Sequence[RenderedButton]:
        shown = Reply("menu.subjects", {}, menu_buttons(service.content.catalogue))
        return renderer.render(shown, language, _today(service)).buttons

    surroundings = Surroundings(
        intake=service.turns,
        conversations=service.people,
        texts=lambda key, language, params: _plain_text(service, key, language, params),
        menu=menu,
        standing=standing,
        health=health,
        address_of=lambda token: Address("web", service.keys.hash("hash", token)),
        new_id=_new_id,
        clock=clock,
    )
    options = Options(
        operator=settings.operator,
        privacy_contact=settings.privacy_contact,
        demo=settings.demo,
        public_url=str(settings.public_url or ""),
        conversation_days=settings.retain_conversation,
        zone=settings.zone,
    )
    return create_app(surroundings, options)


def _plain_text(service: Service, key: str, language: Language, params: Mapping[str, object]) -> str:
    return plain(parse(service.content.renderer.message(key, language, _today(service), params=params)))


def _today(service: Service) -> date:
    return service.clock.now().astimezone(service.settings.zone).date()


def _new_id() -> str:
    return uuid.uuid4().hex


def _reason(parts: Mapping[str, "asyncio.Task[None]"], ended: set["asyncio.Task[None]"], *, stopped: bool) -> str:
    for name, task in parts.items():
        if task in ended and not (stopped and name == "web"):
            error = None if task.cancelled() else task.exception()
            return f"The part `{name}` ended: {error!r}"
    return ""


def _log_to_stderr() -> None:
    """Lines of time, level, part, message. No line names a person: ids only."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        logging.Formatter('{"at":"%(asctime)s","level":"%(levelname)s","part":"%(name)s","said":"%(message)s"}')
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
