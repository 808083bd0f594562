"""`bot serve`: the channels, the sender and the sweep as parts under one watch, over the service that wiring makes."""

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import uvicorn

from bot.channels.webchat.app import Standing, Surroundings, create_app
from bot.channels.webchat.page import PER_MINUTE, Options
from bot.console.visit import PATH
from bot.core import conversation
from bot.core.home import menu_buttons
from bot.core.types import Address, Language, RenderedButton, Reply
from bot.demo import fill
from bot.logs import log_to_stderr
from bot.office import first_link, make_bindings, make_console, make_lead_asking
from bot.services.answering import Step
from bot.services.delivery import IN_FLIGHT, Delivery
from bot.services.ports import Clock
from bot.services.supervision import Part, Supervision
from bot.settings import Settings, unused_settings
from bot.shelf import Content
from bot.wiring import Service, SystemClock, models_folder, new_id, open_service, plain_text, today

# Telegram asks for no more than one message a second in a chat (core.telegram.org/bots/faq).
TELEGRAM_GAP: Final = timedelta(seconds=1)
LAST_ANSWERS: Final = 10  # seconds that requests under way get when the service stops

_LOG = logging.getLogger(__name__)


async def serve(
    settings: Settings, host: str, port: int, print_line: Callable[[str], None], *, step: Step = conversation.step
) -> str:
    """Run the service until it is told to stop. Returns the reason when a part ended by itself, else "".

    `step`: who talks; another one is for measuring the path without it (tests/benchmarks).
    """
    token, word = (
        each.get_secret_value() if each else "" for each in (settings.telegram_token, settings.telegram_webhook_secret)
    )
    log_to_stderr([token, word])
    for name in unused_settings():
        _LOG.warning("%s is set, but the part that reads it is not built yet", name)
    if settings.public_url and not settings.trusted_proxies:
        _LOG.warning("Behind a proxy everybody seems to share one line: set CAUNOI_TRUSTED_PROXIES to its address")
    clock = SystemClock(settings.test_clock)
    async with AsyncExitStack() as stack:
        listener = uvicorn.Config(_nobody, host, port, log_config=None).bind_socket()
        stack.callback(listener.close)
        port = int(listener.getsockname()[1])
        if (noted := settings.place_file()) is not None:
            noted.write_text(f"http://{host}:{port}", encoding="ascii")
            stack.callback(noted.unlink, missing_ok=True)
        content = Content.read_at_once(settings.content, models_folder(settings))
        for line in await fill(settings, content, f"http://{host}:{port}") if settings.demo else ():
            print_line(line)
        opened = open_service(settings, clock, content, step=step, local=f"http://{host}:{port}")
        service = await stack.enter_async_context(opened)
        telegram = await stack.enter_async_context(_open_telegram(service, token)) if token else None
        supervision = Supervision(clock)
        web = _Web(_front(service, supervision, telegram), settings, clock, listener)
        await service.shelf.warm()
        supervision.add("web", web)
        supervision.add("turns", service.turns)
        supervision.add("sweep", service.sweep)
        supervision.add("campaigns", service.campaigning)
        supervision.add("content", service.shelf, lambda: service.shelf.trouble)
        if telegram is not None:
            supervision.add("telegram", telegram.receiving, lambda: telegram.receiving.trouble)
            supervision.add("telegram_sender", telegram.sending)
            supervision.add("telling_staff", make_bindings(service))
        supervision.add("asking_seekers", make_lead_asking(service))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, supervision.stop)
        loop.add_signal_handler(signal.SIGHUP, service.shelf.read_again)
        print_line(f"Web chat: http://{host}:{port}/")
        print_line(f"Console: http://{host}:{port}{PATH}/")
        print_line(f"Database: {settings.database_file() or settings.database_url.partition('://')[0]}")
        if telegram is not None:
            print_line(f"Telegram: {'webhook' if telegram.webhook_path else 'polling'}")
        if not await service.has_staff():
            place = str(settings.public_url or f"http://{host}:{port}").rstrip("/")
            print_line(f"First administrator, once, within 72 hours: {place}{await first_link(service)}")
        return await supervision.run(web.stop, gate="web")


class _Web:
    """uvicorn as a part, under our own signals: it stops when `stop` is called."""

    def __init__(self, app: Any, settings: Settings, clock: Clock, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", ws="none",
            proxy_headers=bool(settings.trusted_proxies), forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_graceful_shutdown=LAST_ANSWERS, server_header=False,
        )  # fmt: skip
        self._server, self._listener, self._clock = _Server(config), listener, clock
        self._listener.listen(config.backlog)  # whoever reads the printed address may come at once

    @property
    def alive_at(self) -> datetime:
        """Who asks /healthz is answered by this very part."""
        return self._clock.now()

    async def run(self) -> None:
        await self._server.serve(sockets=[self._listener])

    def stop(self) -> None:
        self._server.should_exit = True


async def _nobody(_scope: Any, _receive: Any, _send: Any) -> None:
    """Stands for the app while only the place is taken."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True, slots=True)
class _Telegram:
    """Telegram's two parts. `webhook_path` is "" when it is polled."""

    receiving: Any  # Polling or Webhook: both are Parts with `trouble`
    sending: Part
    webhook_path: str


@asynccontextmanager
async def _open_telegram(service: Service, token: str) -> AsyncIterator[_Telegram]:
    """Make Telegram's parts; close their connections at the end. The library is loaded only where it is used."""
    from telegram import Bot

    from bot.channels.telegram.polling import Polling
    from bot.channels.telegram.profile import introduce
    from bot.channels.telegram.reception import Reception
    from bot.channels.telegram.request import AiohttpRequest
    from bot.channels.telegram.sender import CHANNEL, TelegramSender
    from bot.channels.telegram.webhook import Webhook

    settings, clock = service.settings, service.clock
    requests = AiohttpRequest(IN_FLIGHT), AiohttpRequest(1)
    api = str(settings.telegram_api_url).rstrip("/")
    bot = Bot(token, f"{api}/bot", f"{api}/file/bot", request=requests[0], get_updates_request=requests[1])
    reception = Reception(bot, service.turns, clock)
    gap = TELEGRAM_GAP if settings.test_address_gap is None else timedelta(seconds=settings.test_address_gap)
    sending = Delivery(
        service.database, service.sealed, clock, TelegramSender(bot), rate=settings.telegram_rate, address_gap=gap,
        announcing=service.announcing,
    )  # fmt: skip
    service.outlets[CHANNEL] = sending
    receiving: Any = Polling(bot, reception, clock)
    path = ""
    if settings.telegram_webhook_url:
        url = str(settings.telegram_webhook_url).rstrip("/")
        if not urlsplit(url).path:  # nobody else shall know where Telegram posts
            url += f"/telegram/{service.keys.hash('hash', f'webhook path {token}').rpartition('.')[2][:32]}"
        path = urlsplit(url).path
        secret = settings.telegram_webhook_secret
        word = secret.get_secret_value() if secret else service.keys.hash("hash", f"webhook {token}").rpartition(".")[2]
        receiving = Webhook(bot, reception, clock, url=url, secret=word)
    for request in requests:
        await request.initialize()
    introducing = asyncio.create_task(introduce(bot, lambda key, language: plain_text(service, key, language, {})))
    try:
        yield _Telegram(receiving, sending, path)
    finally:
        introducing.cancel()
        await asyncio.gather(introducing, return_exceptions=True)
        await reception.close()
        for request in requests:
            await request.shutdown()


def _front(service: Service, supervision: Supervision, telegram: _Telegram | None) -> Any:
    """The web chat, and the console beside it. Telegram's posts go past both, they need nothing of what holds there."""
    chat, console = _web_chat(service, supervision), make_console(service)
    path, webhook = (telegram.webhook_path, telegram.receiving) if telegram is not None else ("", None)

    async def front(scope: Any, receive: Any, send: Any) -> None:
        to = chat
        if scope["type"] == "http":
            if scope["path"] == path:
                to = webhook
            elif scope["path"] == PATH or scope["path"].startswith(f"{PATH}/"):
                to = console
        await to(scope, receive, send)

    return front


def _web_chat(service: Service, supervision: Supervision) -> Any:
    settings = service.settings

    async def standing(address: Address) -> Standing:
        return Standing(*await service.people.standing(address))

    async def health() -> tuple[bool, Mapping[str, Any]]:
        return supervision.health()

    def menu(language: Language) -> Sequence[RenderedButton]:
        shown = Reply("menu.subjects", {}, menu_buttons(service.content.catalogue))
        return service.content.renderer.render(shown, language, today(service)).buttons

    surroundings = Surroundings(
        intake=service.turns,
        conversations=service.people,
        texts=lambda key, language, params: plain_text(service, key, language, params),
        menu=menu,
        standing=standing,
        health=health,
        paper=service.slips.paper,
        ours=service.campaigns.ours,
        address_of=service.people.web_address,
        new_id=new_id,
        clock=service.clock,
    )
    options = Options(
        operator=settings.operator,
        privacy_contact=settings.privacy_contact,
        demo=settings.demo,
        public_url=str(settings.public_url or ""),
        conversation_days=settings.retain_conversation,
        zone=settings.zone,
        per_minute=settings.test_web_rate or PER_MINUTE,
    )
    return create_app(surroundings, options)
