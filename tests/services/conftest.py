"""A database file with its tables, and a service on it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.migrations import upgrade
from tests.services.desk import Desk, working


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A database file with its tables and nothing in them."""
    place = tmp_path / "bot.db"
    await upgrade(f"sqlite+aiosqlite:///{place}")
    return place


@pytest.fixture
async def desk(file: Path) -> AsyncIterator[Desk]:
    """A service whose worker runs."""
    async with working(Desk(file)) as running:
        yield running
