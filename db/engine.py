"""Connections and transactions. SQLite: one writer and query-only readers on one file; PostgreSQL: one engine.

On SQLite every write goes through one connection and one lock: tasks that compete inside SQLite's busy handler wait
up to seconds (measured), tasks that queue here do not. `synchronous=NORMAL` survives `kill -9`, not loss of power.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

BUSY_TIMEOUT: Final = 5000  # ms that SQLite waits for a lock of another process before it says "locked"
READERS: Final = 4
KILLED: Final = 137  # exit code of a process that ended by kill -9

# `from_url` writes "no file" as None; SQLAlchemy as one of these.
_IN_MEMORY: Final = (None, "", ":memory:")


class Steps:
    """Counts the moments before and after every commit and send; at the `die_at`-th the process is gone.

    For tests of what survives (CAUNOI_TEST_DIE_AT). `die` must not return normally.
    """

    def __init__(self, die_at: int | None = None, die: Callable[[], object] = lambda: os._exit(KILLED)) -> None:
        self.counted = 0
        self._die_at, self._die = die_at, die

    def count(self) -> None:
        self.counted += 1
        if self.counted == self._die_at:
            self._die()


@dataclass(slots=True)
class Database:
    """Where services open their transactions. Made by `open_database`."""

    writer: AsyncEngine
    reader: AsyncEngine
    steps: Steps = field(default_factory=Steps)
    scrub_due: bool = False  # something was erased and may still stand in the WAL
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_sqlite(self) -> bool:
        return self.writer.dialect.name == "sqlite"

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that may write; commit it at the end, roll it back on any exception."""
        async with self._alone(), self.writer.connect() as tx:
            transaction = await tx.begin()
            try:
                yield tx
                self.steps.count()
                await transaction.commit()
            except BaseException:
                if transaction.is_active:
                    await transaction.rollback()
                raise
            self.steps.count()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads: one moment's picture of the database."""
        # One engine for both means, on SQLite, the one connection of a database in memory.
        shared = self._alone() if self.reader is self.writer else nullcontext()
        async with shared, self.reader.begin() as tx:
            yield tx

    async def scrub(self) -> bool:
        """Take erased rows out of the write-ahead log. False: a reader was in the way; `scrub_due` stays set.

        Call after the commit of an erasure, outside of any transaction. Nothing to do on PostgreSQL.
        """
        if not self.is_sqlite:
            return True
        self.scrub_due = True
        async with self._alone(), self.writer.connect() as tx:
            raw = await tx.get_raw_connection()
            assert raw.driver_connection is not None
            rows = await raw.driver_connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        self.scrub_due = bool(next(iter(rows))[0])
        return not self.scrub_due

    async def close(self) -> None:
        await self.writer.dispose()
        await self.reader.dispose()

    def _alone(self) -> AbstractAsyncContextManager[object]:
        return self._lock if self.is_sqlite else nullcontext()


def open_database(url: str, *, steps: Steps | None = None, busy_timeout: int = BUSY_TIMEOUT) -> Database:
    """Prepare the engines for a URL; nothing is connected yet. `busy_timeout` in ms, SQLite only."""
    place = make_url(url)
    if place.get_backend_name() != "sqlite":
        engine = create_async_engine(place)
        return Database(engine, engine, steps or Steps())
    writer = _sqlite_engine(place, begin="BEGIN IMMEDIATE", busy_timeout=busy_timeout, connections=1)
    if place.database in _IN_MEMORY:
        return Database(writer, writer, steps or Steps())
    reader = _sqlite_engine(place, begin="BEGIN", busy_timeout=busy_timeout, connections=READERS, query_only=True)
    return Database(writer, reader, steps or Steps())


def is_away(error: BaseException) -> bool:
    """Whether the database itself is in trouble (locked, full, gone), so that the same work may succeed later."""
    if isinstance(error, exc.DBAPIError):
        # A plain DatabaseError is SQLite's "disk image is malformed" and PostgreSQL's shutdown notices.
        wrong_work = (exc.IntegrityError, exc.DataError, exc.ProgrammingError, exc.NotSupportedError)
        return not isinstance(error, wrong_work)
    return isinstance(error, exc.TimeoutError | OSError)


def insert(tx: AsyncConnection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that knows ON CONFLICT: both databases write it alike, SQLAlchemy has one class for each."""
    return sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)


async def run(tx: AsyncConnection, statement: sa.Executable, rows: Sequence[dict[str, Any]]) -> None:
    """Execute a statement once for each row of values; nothing for no rows."""
    if rows:
        await tx.execute(statement, list(rows))


def _sqlite_engine(
    place: URL, *, begin: str, busy_timeout: int, connections: int, query_only: bool = False
) -> AsyncEngine:
    pool: dict[str, Any] = {"pool_size": connections, "max_overflow": 0}
    if place.database in _IN_MEMORY:
        pool = {"poolclass": StaticPool}
    engine = create_async_engine(place, **pool)

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where we say so
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {busy_timeout}",
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "secure_delete = ON",
            "foreign_keys = ON",
            f"query_only = {'ON' if query_only else 'OFF'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine.sync_engine, "connect", connected)
    # A deferred BEGIN that later writes fails at once with "locked": a writer says so from the start.
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine
