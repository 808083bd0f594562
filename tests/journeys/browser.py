"""Chromium on a web chat that really listens: a server in a thread, a browser, its pages with and without scripts."""

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Generic, Protocol, TypeVar

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright
from starlette.types import ASGIApp

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 10.0  # seconds
TRIES = 50  # readings of a page that goes on meanwhile


_Result = TypeVar("_Result")


class HasApp(Protocol):
    app: ASGIApp


StandT = TypeVar("StandT", bound=HasApp)


class Server(Generic[StandT]):
    """The stand's app on a free port of the loopback, in a thread with a loop of its own."""

    def __init__(self, stand: StandT) -> None:
        self.stand = stand
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(stand.app, log_level="warning", lifespan="off", ws="none"))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._server.serve(sockets=[self._socket]))
        self._loop.close()

    def do(self, work: Callable[[], object]) -> None:
        """Run something in the server's own loop, and wait until it is done."""
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (work(), done.set()))
        assert done.wait(PATIENCE)

    def result_of(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Run a coroutine in the server's own loop; return what it returns."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def close(self) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(PATIENCE)
        self._socket.close()


def find_chromium() -> str:
    """Where Chromium is. Without one, the journeys in a browser are skipped, but never in CI."""
    found = shutil.which("chromium")
    if found is not None:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("Chromium is missing: the journeys in a browser cannot be left out here")
    pytest.skip("Chromium is missing: the journeys in a browser are left out")


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Start Chromium once."""
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def making_visitors(browser: Browser, url: str) -> Iterator[Callable[..., "Visitor"]]:
    """Give a function that makes people whose browser shows the first page; close their browsers afterwards."""
    made: list[Visitor] = []

    def make(path: str = "/", **how: object) -> Visitor:
        made.append(Visitor(browser, url, **how))  # type: ignore[arg-type]
        made[-1].open(path)
        return made[-1]

    try:
        yield make
    finally:
        for each in made:
            each.context.close()


class Visitor:
    """One person's browser. `complaints` holds what the console said against the page."""

    def __init__(
        self,
        browser: Browser,
        url: str,
        *,
        scripts: bool = True,
        width: int = 360,
        height: int = 740,
        dark: bool = False,
    ) -> None:
        self.url = url
        self.complaints: list[str] = []
        self.context: BrowserContext = browser.new_context(
            java_script_enabled=scripts, viewport={"width": width, "height": height}, locale="vi-VN",
            color_scheme="dark" if dark else "light", reduced_motion="reduce",
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE * 1000)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda told: self.complaints.append(told.text) if told.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str = "/") -> None:
        self.page.goto(self.url + path)

    def write(self, text: str) -> None:
        self.page.get_by_label("Câu hỏi của bạn").fill(text)

    def send(self) -> None:
        self.page.get_by_role("button", name="Gửi", exact=True).click()

    def say(self, text: str) -> None:
        self.write(text)
        self.send()

    def press(self, label: str) -> None:
        """Press the newest button of these words."""
        self.page.get_by_role("button", name=label, exact=True).last.click()

    def sees(self, words: str) -> None:
        """Wait until these words are on the page."""
        self.page.get_by_text(words).last.wait_for(state="visible")

    @property
    def source(self) -> str:
        """The page's source once it has come to rest: a page that goes on meanwhile is read again."""
        for _ in range(TRIES):
            self.page.wait_for_load_state("load")
            with suppress(Error):
                return self.page.content()
        raise AssertionError("the page never came to rest")

    @property
    def text(self) -> str:
        return self.page.locator("body").inner_text()
