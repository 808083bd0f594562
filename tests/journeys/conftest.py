"""Chromium for every journey that looks at pages; visitors of the `service` that a module starts for itself."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.browser import Visitor, making_visitors, open_chromium
from tests.journeys.service import Service


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def visitor(chromium: Browser, service: Service) -> Iterator[Callable[..., Visitor]]:
    with making_visitors(chromium, service.url) as make:
        yield make
