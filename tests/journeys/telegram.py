"""`bot serve` on Telegram: the service between the stand-in and its people, what they should read, who got what.

A `TelegramService` listens on a port known before (Telegram posts to it, also after a restart) and its clock goes on
from start to start. `Wording` renders what a message key says to people in Telegram. A `Mailbox` reads what was sent.
"""

import random
import secrets
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from bot.channels.telegram.writer import write
from bot.content.load import load
from bot.content.render import Renderer
from bot.core.types import Language, Reply
from tests.journeys.bot_api import BotApi, Sent
from tests.journeys.bot_api.html import read_html
from tests.journeys.service import ROOT, Service

QUESTIONS: Final = ROOT / "tests" / "eval" / "questions-dev.tsv"
MORNING: Final = datetime.fromisoformat("2026-11-24T09:00:00+07:00")
DAY: Final = date(2026, 11, 24)
FAST: Final = {"TELEGRAM_RATE": "1000", "TEST_ADDRESS_GAP": "0"}  # as fast as it goes; the stand-in's limits are off
BOT: Final = ("-m", "bot")  # what Python runs
PATIENCE: Final = 30.0  # seconds until something that should happen counts as lost
LOOK: Final = 0.05  # seconds between two looks at what tells nobody when it changes: a process, its database
NOT_EPHEMERAL: Final = (10_000, 32_000)  # ports that no outgoing connection takes while a service is down

OPEN: Final = "SELECT count(*) FROM messages WHERE state IN ('pending', 'sending')"
SENDING: Final = "SELECT count(*) FROM messages WHERE state = 'sending'"
EVENTS: Final = "SELECT count(*), coalesce(sum(state = 'waiting'), 0) FROM inbox"
ANSWERED_BY_TWO_TURNS: Final = (
    "SELECT inbox_id, seq, count(*) FROM messages WHERE inbox_id IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1"
)


class Way(StrEnum):
    """How updates reach the bot."""

    POLLING = "polling"
    WEBHOOK = "webhook"


both_ways = pytest.mark.parametrize("way", list(Way))


class TelegramService(Service):
    """A `Service` that is joined to a stand-in. `settings` are CAUNOI_ settings over the usual ones."""

    def __init__(self, folder: Path, api: BotApi, way: Way = Way.POLLING, **settings: str) -> None:
        self.port, self._began = find_port(), time.monotonic()
        joined = {"TELEGRAM_TOKEN": api.token, "TELEGRAM_API_URL": api.url}
        if way is Way.WEBHOOK:
            joined["TELEGRAM_WEBHOOK_URL"] = f"http://127.0.0.1:{self.port}"
        super().__init__(folder, machine=None, trains=False, **{**joined, **settings})

    def start(self, program: Sequence[str] = BOT, **settings: str) -> "TelegramService":
        """Start `bot serve` on its port, with a clock that goes on where it was."""
        now = MORNING + timedelta(seconds=time.monotonic() - self._began)
        super().start((*program, "serve", "--port", str(self.port)), **{"TEST_CLOCK": now.isoformat(), **settings})
        return self

    def health(self) -> dict[str, Any]:
        told: dict[str, Any] = httpx.get(f"{self.url}/healthz").json()
        return told

    def in_flight(self) -> int:
        """Sends noted as begun and not as ended. Only of a service that is down is this exact."""
        return int(self.look(SENDING)[0][0])

    def look(self, sql: str) -> list[Any]:
        """`rows` of a database that may not be there yet, or not whole: then one row of a zero."""
        try:
            return self.rows(sql)
        except sqlite3.OperationalError:
            return [(0, 0)]

    def is_settled(self, events: int) -> bool:
        """Whether so many events were answered and nothing waits to be sent."""
        return tuple(self.look(EVENTS)[0]) == (events, 0) and self.look(OPEN)[0][0] == 0

    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8")


@contextmanager
def serving(service: TelegramService, program: Sequence[str] = BOT) -> Iterator[TelegramService]:
    """Start a service; kill what is left of it at the end."""
    try:
        assert service.start(program).url, service.logged()
        yield service
    finally:
        service.kill()


@contextmanager
def telegram(**how: Any) -> Iterator[BotApi]:
    """A stand-in that runs. Raises at the end what went wrong inside it.

    It has a token of its own and a port that is kept for it while it is away: a bot of another test that still looks
    for its stand-in there would take the updates.
    """
    api = BotApi(**{"token": make_token(), **how}).start(find_port())
    try:
        yield api
    finally:
        api.stop()


@contextmanager
def joined(folder: Path, way: Way = Way.POLLING, **settings: str) -> Iterator[tuple[BotApi, TelegramService]]:
    """A stand-in without limits and a fast service."""
    with telegram(limits=False) as api, serving(TelegramService(folder, api, way, **FAST, **settings)) as service:
        yield api, service


def wait_until(done: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Look again and again until `done` says something true; False: it did not within `seconds`."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(LOOK)
    return True


def make_token() -> str:
    return f"42:{secrets.token_urlsafe(24)}"


def find_port() -> int:
    """A port that is free, and stays so while its service is down."""
    chance = random.SystemRandom()
    while True:
        port = chance.randint(*NOT_EPHEMERAL)
        with closing(socket.socket()) as tried:
            if tried.connect_ex(("127.0.0.1", port)) != 0:
                return port


@dataclass(frozen=True)
class Read:
    """A message as a person sees it: its words, and under them each button's label and what it carries."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()

    @property
    def actions(self) -> list[str]:
        return [action for _, action in self.buttons]


def read(sent: Sent) -> Read:
    return Read(sent.text, sent.buttons)


def collapse(messages: Sequence[Read]) -> list[Read]:
    """The same without what came twice in a row: what was sent again after a send without an end."""
    return [message for message, _ in groupby(messages)]


class Mailbox:
    """What each chat got so far, in order. Reads only what is new, so it may be asked often."""

    def __init__(self, api: BotApi) -> None:
        self._api, self._seen = api, 0
        self._chats: dict[int, list[Read]] = {}

    def __getitem__(self, chat: int) -> list[Read]:
        self.total()
        return self._chats.get(chat, [])

    def total(self) -> int:
        """How many messages were sent to all."""
        new = self._api.sent[self._seen :]
        self._seen += len(new)
        for sent in new:
            self._chats.setdefault(sent.chat, []).append(read(sent))
        return self._seen


class Wording:
    """What message keys and topics' parts read like in Telegram, on DAY."""

    def __init__(self) -> None:
        self.catalogue = load(ROOT / "content")
        self._renderer = Renderer(self.catalogue)

    def message(self, key: str, language: Language = Language.VI, commune: str = "", **params: Any) -> str:
        return self._shown(Reply(key, params), language, commune)

    def part(self, topic: str, part: str = "answer", language: Language = Language.VI, commune: str = "") -> str:
        return self._shown(Reply("topic.part", {"topic": topic, "part": part}), language, commune)

    def news(self, key: str, *subjects: str) -> str:
        """What is said of announcements in the trial that the service is here."""
        labels = [each.label for each in self.catalogue.subjects if each.id in subjects]
        terms = {"per_day": 1, "per_week": 3, "operator": "", "is_abroad": True, "all": len(labels) > 1}
        return self.message(f"subscription.{key}", subjects=labels, left=(), **terms)

    def notice(self, language: Language = Language.VI) -> str:
        kept: Mapping[str, Any] = {"operator": "", "is_abroad": True, "conversation_days": 30, "handover_days": 30}
        return self.message("notice.first", language, **kept)

    def _shown(self, reply: Reply, language: Language, commune: str) -> str:
        return read_html(write(self._renderer.render(reply, language, DAY, commune).text)).text


class Person:
    """One chat whose every act is answered before the next."""

    def __init__(self, api: BotApi, service: TelegramService, chat: int) -> None:
        self.chat = chat
        self._api, self._service = api, service

    def write(self, text: str) -> list[Read]:
        return self.does(lambda: self._api.write(self.chat, text))

    def press(self, action: str, message_id: int | None = None) -> list[Read]:
        return self.does(lambda: self._api.press(self.chat, action, message_id))

    def does(self, act: Callable[[], int]) -> list[Read]:
        """Do something that ends in an update; return what came once it was answered and all of it was sent."""
        before = len(self._api.sent_to(self.chat))
        number = act()
        done = f"SELECT count(*), 0 FROM inbox WHERE channel = 'telegram' AND event_id = '{number}' AND state = 'done'"
        assert wait_until(lambda: self._service.look(done)[0][0] and not self._service.look(OPEN)[0][0])
        return [read(sent) for sent in self._api.sent_to(self.chat)[before:]]


ASKED: Final = (
    "nha toi can ngheo mua bhyt duoc ho tro bao nhieu", "chuan ngheo la bao nhieu", "tien dien ho ngheo",
    "hoc sinh ngheo duoc mien hoc phi khong", "tro cap nguoi gia", "hoc nghe mien phi", "nuoc sach",
    "di lam o nuoc ngoai duoc ho tro gi", "vay von", "sua nha", "bao hiem", "zzz qqq",
)  # fmt: skip
KINDS: Final = 6  # of people: those of one kind ask the same
FIRST: Final = 101  # chat of the crowd's first person
AHEAD: Final = 2  # questions that a person asks before the first of them is answered


class Crowd:
    """Sixty people ask five hundred questions. What each should read is learned from one person of each kind before."""

    def __init__(self, api: BotApi, service: TelegramService, *, people: int = 60, questions: int = 500) -> None:
        self.updates: list[int] = []
        self._api, self._service, self._mailbox = api, service, Mailbox(api)
        chance = random.Random(7)
        most, longer = -(-questions // people), questions % people  # so many people ask one question more
        self._kinds = [chance.sample(ASKED, most) for _ in range(KINDS)]
        self._asking = {
            FIRST + number: self._kinds[number % KINDS][: most if not longer or number < longer else most - 1]
            for number in range(people)
        }
        self._said = dict.fromkeys(self._asking, 0)  # questions asked so far
        self._known: list[list[list[Read]]] = []  # of each kind, what each question is answered

    def learn(self) -> None:
        """Let one person of each kind ask undisturbed."""
        for kind, questions in enumerate(self._kinds):
            known = list[list[Read]]()
            for text in questions:
                before = len(self._mailbox[kind + 1])
                self.updates.append(self._api.write(kind + 1, text))
                assert wait_until(lambda: self._service.is_settled(len(self.updates))), self._service.logged()
                known.append(self._mailbox[kind + 1][before:])
            self._known.append(known)

    def ask(self) -> None:
        """Whoever is not too far ahead of their answers asks their next question."""
        for chat, questions in self._asking.items():
            while self._said[chat] < min(self._answered(chat) + AHEAD, len(questions)):
                self.updates.append(self._api.write(chat, questions[self._said[chat]]))
                self._said[chat] += 1

    def wait_for_news(self) -> None:
        before = self._mailbox.total()
        self._api.wait_for(lambda: self._mailbox.total() > before, LOOK)

    @property
    def answered(self) -> int:
        """How many questions were answered, of all."""
        return sum(map(self._answered, self._asking))

    @property
    def twice(self) -> int:
        """How many messages came once more right after themselves."""
        got = [self._mailbox[chat] for chat in self._asking]
        return sum(len(messages) - len(collapse(messages)) for messages in got)

    def check(self) -> None:
        """Everybody read what their kind reads, in its order; every update had one turn, every reply was sent."""
        assert wait_until(lambda: self._service.is_settled(len(self.updates))), self._service.logged()
        for chat, questions in self._asking.items():
            known = self._known[(chat - FIRST) % KINDS][: len(questions)]
            wanted = [message for answer in known for message in answer]
            assert collapse(wanted) == wanted  # else what is in order could not be told from what came twice
            assert collapse(self._mailbox[chat]) == wanted, chat
        assert self._service.rows(ANSWERED_BY_TWO_TURNS) == []
        assert self._service.rows("SELECT DISTINCT state FROM messages WHERE NOT by_person") == [("sent",)]

    def _answered(self, chat: int) -> int:
        left, known = len(collapse(self._mailbox[chat])), self._known[(chat - FIRST) % KINDS]
        for number, answer in enumerate(known):
            if left < len(answer):
                return number
            left -= len(answer)
        return len(known)
