"""A real `bot serve` in a process of its own, and people who use its web chat without scripts.

A `Service` starts on a free port in a folder of its own, can be killed at any moment and started again on the same
database. A `Visitor` is a browser without scripts: a cookie jar, the forms of the last page, nothing else.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
STARTED = re.compile(r"http://127\.0\.0\.1:(\d+)")
_trained: list[Path] = []
PATIENCE = 30.0  # seconds until a start or an answer counts as lost


class Service:
    """`bot serve` on a free port. The database stays in `folder` from start to start."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self._settings = folder, settings
        self._process: subprocess.Popen[str] | None = None
        self.url = ""
        self.log = folder / "service.log"

    def start(self, **settings: str) -> "Service":
        """Start and wait until it says where it listens. A process that ends before that leaves `url` empty."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CAUNOI_")}
        environment |= {f"CAUNOI_{name}": value for name, value in {**self._settings, **settings}.items()}
        environment.setdefault("CAUNOI_DATABASE_URL", f"sqlite+aiosqlite:///{self.folder / 'caunoi.db'}")
        self.url = ""
        if self._process is not None:
            self._end()
        for model in _trained:  # the same content trains the same model: once for all services is enough
            shutil.copy(model, self.folder)
        with self.log.open("a", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve", "--port", "0"],
                cwd=self.folder, env={**environment, "PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if found := STARTED.search(line):
                self.url = f"http://127.0.0.1:{found[1]}"
                break
        _trained.extend(self.folder.glob("caunoi-model-*.npz") if not _trained else ())
        return self

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        assert self._process is not None
        self._process.kill()
        self._end()

    def stop(self) -> int:
        """Ask it to stop, as systemd does; return its exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._end()

    def _end(self) -> int:
        assert self._process is not None
        code = self._process.wait(PATIENCE)
        if self._process.stdout is not None:
            self._process.stdout.close()
        return code


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

    @property
    def text(self) -> str:
        return " ".join(re.sub(r"<[^>]+>", " ", self.html).split())

    def button(self, words: str) -> Form:
        """The last form whose button carries these words."""
        return [form for form in self.forms if words in form.button][-1]

    def writing(self) -> Form:
        return next(form for form in self.forms if "text" in form.fields)


class Visitor:
    """One person's browser. Network errors are raised: the caller decides whether to press again."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._client = httpx.Client(timeout=PATIENCE, follow_redirects=True)

    def close(self) -> None:
        self._client.close()

    @property
    def cookies(self) -> dict[str, str]:
        return dict(self._client.cookies)

    def open(self, path: str = "/") -> Page:
        return self._page(self._client.get(self._service.url + path))

    def submit(self, form: Form, **changed: str) -> Page:
        url = self._service.url + form.action
        return self._page(self._client.post(url, data={**form.fields, **changed}))

    def say(self, text: str) -> Page:
        return self.submit(self.open().writing(), text=text)

    def insist(self, form: Form, **changed: str) -> Page:
        """Press until an answer comes, as people do when nothing happens: the same form, the same event id."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                page = self.submit(form, **changed)
                if page.status < 500:
                    return page
            except httpx.TransportError:
                pass
            assert time.monotonic() < until, f"no answer to {changed}"

    @staticmethod
    def _page(response: httpx.Response) -> Page:
        reader = _Reader()
        reader.feed(response.text)
        return Page(response.status_code, response.text, reader.forms)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._action: str | None = None
        self._fields: dict[str, str] = {}
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._action, self._fields, self._words = given.get("action", "/"), {}, []
        elif tag in ("input", "textarea", "button") and given.get("name"):
            self._fields[given["name"]] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._action is not None:
            self._words.append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._action is not None:
            self.forms.append(Form(self._action, self._fields, " ".join(filter(None, self._words))))
            self._action = None
