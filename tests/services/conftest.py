"""Databases with their tables and nothing in them, and a service on one: each test of `desk` runs on every kind."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.migrations import upgrade
from tests.databases import KINDS, Server
from tests.services.desk import Desk, working


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A file of SQLite."""
    place = tmp_path / "bot.db"
    await upgrade(f"sqlite+aiosqlite:///{place}")
    return place


@pytest.fixture(params=KINDS)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
        await upgrade(url)
        return url
    server: Server = request.getfixturevalue("server")
    return await server.make_database()


@pytest.fixture
async def desk(url: str) -> AsyncIterator[Desk]:
    """A service whose worker runs."""
    async with working(Desk(url)) as running:
        yield running
