"""A real `bot serve` in a process of its own, and people who use its web chat without scripts.

A `Service` starts on a free port in a folder of its own, can be killed at any moment and started again on the same
database. A `Visitor` is a browser without scripts: a cookie jar, the forms of the last page, nothing else.
"""

import atexit
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from db.engine import KILLED

ROOT = Path(__file__).parents[2]
STARTED = re.compile(r"http://127\.0\.0\.1:(\d+)")
BOT_SERVE = ("-m", "bot", "serve", "--port", "0")
PATIENCE = 30.0  # seconds until a start or an answer counts as lost


class Service:
    """`bot serve` on a free port. The database stays in `folder` from start to start.

    `settings` are CAUNOI_ settings, `machine` is the rest of the environment that differs from ours (TZ). One that
    `trains` has to make its model itself, as on a bare machine.
    """

    def __init__(
        self, folder: Path, *, machine: Mapping[str, str] | None = None, trains: bool = False, **settings: str
    ) -> None:
        self.folder, self._machine, self._settings, self._trains = folder, machine or {}, settings, trains
        self._process: subprocess.Popen[str] | None = None
        self._listens = threading.Event()
        self.url = ""
        self.log = folder / "service.log"
        self.database = folder / "caunoi.db"

    def start(self, program: Sequence[str] = BOT_SERVE, **settings: str) -> "Service":
        """Start and wait until it says where it listens. A process that ends before that leaves `url` empty.

        A process that was there before must be about to end: it may live a moment longer than its connections.
        """
        self._end()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CAUNOI_")}
        environment |= {f"CAUNOI_{name}": value for name, value in {**self._settings, **settings}.items()}
        environment.setdefault("CAUNOI_DATABASE_URL", f"sqlite+aiosqlite:///{self.database}")
        self.url = ""
        if not self._trains:
            bring_model(self.folder)
        with self.log.open("a", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                [sys.executable, *program],
                cwd=self.folder, env={**environment, **self._machine, "PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if found := STARTED.search(line):
                self.url = f"http://127.0.0.1:{found[1]}"
                self._listens.set()
                break
        return self

    def printed_until(self, words: str) -> str:
        """Return the line that it prints with these words in it."""
        assert self._process is not None
        assert self._process.stdout is not None
        return next(line for line in self._process.stdout if words in line)

    def hang_up(self) -> None:
        """Ask it to read the content again (SIGHUP)."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def wait_for(self, words: str, seconds: float = PATIENCE) -> None:
        """Wait until the log or /healthz says these words."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if words in self.log.read_text(encoding="utf-8") or words in httpx.get(f"{self.url}/healthz").text:
                return
            time.sleep(0.05)
        raise AssertionError(f"never said: {words}")

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def wait_until_it_listens(self) -> None:
        assert self._listens.wait(PATIENCE), "the service was not started again"

    def kill(self) -> None:
        """kill -9, and wait until it is gone. One that is gone already, or was never there, is left in peace."""
        if self._process is not None:
            self._process.kill()
        self._end()

    def stop(self) -> int:
        """Ask it to stop, as systemd does; return its exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._end()

    def ended(self) -> int:
        """Wait until it ends by itself; return its exit code."""
        assert self._process is not None
        return self._end()

    def rows(self, sql: str) -> list[Any]:
        """Look into the database beside the running service."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()

    def bytes_on_disk(self) -> bytes:
        """Return everything that stands in the database's files, log included."""
        return b"".join(part.read_bytes() for part in sorted(self.folder.glob(f"{self.database.name}*")))

    def _end(self) -> int:
        if self._process is None:
            return 0
        self._listens.clear()
        code = self._process.wait(PATIENCE)
        if self._process.stdout is not None:
            self._process.stdout.close()
        return code


def bring_model(folder: Path) -> None:
    """Put the trained model beside a database: trained once, the same content makes the same one."""
    for model in _trained_models().glob("caunoi-model-*.npz"):
        if not (folder / model.name).exists():
            shutil.copy(model, folder)


@cache
def _trained_models() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="caunoi-models-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = [sys.executable, "-m", "bot.content.model", str(ROOT / "content"), str(folder)]
    subprocess.run(command, cwd=ROOT, check=True)
    return folder


def start_where_it_died(service: Service, **settings: str) -> None:
    """Start again a service that is at its end (CAUNOI_TEST_DIE_AT), this time without an end."""
    assert service.ended() == KILLED, service.log.read_text()
    assert service.start(**settings).url, service.log.read_text()


@dataclass(frozen=True)
class Line:
    """One line of the conversation as a page shows it."""

    by_person: bool
    text: str


@dataclass(frozen=True)
class Form:
    action: str
    fields: Mapping[str, str]
    button: str  # the words on its button


@dataclass
class Page:
    """What a visitor without scripts sees: lines of both sides, forms, all text."""

    status: int
    html: str
    forms: list[Form] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(re.sub(r"<[^>]+>", " ", self.html).split())

    @property
    def said(self) -> list[str]:
        """What the person said, oldest first."""
        return [line.text for line in self.lines if line.by_person]

    @property
    def offered(self) -> list[str]:
        """The actions of all buttons, in order."""
        return [form.fields["action"] for form in self.forms if "action" in form.fields]

    def button(self, words: str) -> Form:
        """The last form whose button carries these words."""
        return [form for form in self.forms if words in form.button][-1]

    def choice(self, action: str) -> Form:
        """The last form that presses this action, or one that begins with it where it ends in a colon (`t:`)."""
        pressing = [form for form in self.forms if "action" in form.fields]
        if action.endswith(":"):
            return [form for form in pressing if form.fields["action"].startswith(action)][-1]
        return [form for form in pressing if form.fields["action"] == action][-1]

    def posting(self, place: str) -> Form:
        """The last form that posts to this place."""
        return [form for form in self.forms if form.action == place][-1]

    def writing(self) -> Form:
        return next(form for form in self.forms if "text" in form.fields)


class Visitor:
    """One person's browser. Network errors are raised: the caller decides whether to press again.

    `patience`: seconds of silence after which a request counts as lost.
    """

    def __init__(self, service: Service, *, patience: float = PATIENCE) -> None:
        self._service = service
        self._client = httpx.Client(timeout=patience, follow_redirects=True)
        self.lost = 0  # requests whose connection broke

    def close(self) -> None:
        self._client.close()

    @property
    def cookies(self) -> dict[str, str]:
        return dict(self._client.cookies)

    def open(self, path: str = "/") -> Page:
        return self._page(self._client.get(self._service.url + path))

    def submit(self, form: Form, **changed: str) -> Page:
        return self.post(form.action, urlencode({**form.fields, **changed}).encode())

    def post(self, place: str, body: bytes) -> Page:
        """Post a form as it stands, percent-encoded."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._page(self._client.post(self._service.url + place, content=body, headers=headers))

    def say(self, text: str) -> Page:
        return self.submit(self.open().writing(), text=text)

    def insist(self, form: Form, lost: Callable[[], None] | None = None, **changed: str) -> Page:
        """Press until an answer comes, as people do when nothing happens: the same form, the same event id.

        `lost` is called when the connection broke; by default one waits until the service listens again.
        """
        return self._until_answered(lambda: self.submit(form, **changed), lost)

    def arrive(self, lost: Callable[[], None] | None = None) -> Page:
        """Open the first page, and do not give up either."""
        return self._until_answered(self.open, lost)

    def _until_answered(self, ask: Callable[[], Page], lost: Callable[[], None] | None) -> Page:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                page = ask()
            except httpx.TransportError:
                self.lost += 1
                (lost or self._service.wait_until_it_listens)()
            else:
                if page.status < 500:
                    return page
        raise AssertionError("no answer")

    @staticmethod
    def _page(response: httpx.Response) -> Page:
        reader = _Reader()
        reader.feed(response.text)
        return Page(response.status_code, response.text, reader.forms, reader.lines)


@contextmanager
def visiting(service: Service, number: int, *, patience: float = PATIENCE) -> Iterator[list[Visitor]]:
    """Give so many people a browser each, and close them afterwards."""
    people = [Visitor(service, patience=patience) for _ in range(number)]
    try:
        yield people
    finally:
        for each in people:
            each.close()


@contextmanager
def running(service: Service) -> Iterator[Service]:
    """Kill what is left of a service when its test is over."""
    try:
        yield service
    finally:
        service.kill()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.lines: list[Line] = []
        self._action: str | None = None
        self._fields: dict[str, str] = {}
        self._words: list[str] = []
        self._by_person = False
        self._said: list[str] | None = None  # the words of the line that is being read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if tag == "form":
            self._action, self._fields, self._words = given.get("action", "/"), {}, []
        elif tag in ("input", "textarea", "button") and given.get("name"):
            self._fields[given["name"]] = given.get("value", "")
        elif tag == "div" and "line" in classes:
            self._by_person = "person" in classes
        elif tag == "div" and "words" in classes:
            self._said = []

    def handle_data(self, data: str) -> None:
        if self._action is not None:
            self._words.append(data.strip())
        if self._said is not None:
            self._said.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._action is not None:
            self.forms.append(Form(self._action, self._fields, " ".join(filter(None, self._words))))
            self._action = None
        elif tag == "div" and self._said is not None:
            self.lines.append(Line(self._by_person, " ".join(" ".join(self._said).split())))
            self._said = None
