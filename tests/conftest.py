"""What all tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.migrations import upgrade
from tests.databases import KINDS, Server, open_server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL that makes databases; begun by the first test that asks for it."""
    folder: Path = tmp_path_factory.mktemp("postgresql")
    with open_server(folder) as running:
        yield running


@pytest.fixture(params=KINDS)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
        await upgrade(url)
        return url
    server: Server = request.getfixturevalue("server")
    return await server.make_database()
