"""Connections and transactions. SQLite: one writer and query-only readers on one file; PostgreSQL: one engine.

A transaction is a plain function of its connection. On SQLite it runs in a thread: one thread writes, so that no
task competes inside SQLite's busy handler (measured: waits up to seconds), and a whole transaction costs one change
of threads instead of four for each statement (measured against aiosqlite: a third of the time for a single message).
On PostgreSQL it runs on the event loop through SQLAlchemy's async engine.

`synchronous=NORMAL` survives `kill -9`, not loss of power.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import StaticPool
from sqlalchemy.util import await_only

from bot.core.errors import BotError

BUSY_TIMEOUT: Final = 5000  # ms that SQLite waits for a lock of another process before it says "locked"
READERS: Final = 4
KILLED: Final = 137  # exit code of a process that ended by kill -9

_IN_MEMORY: Final = (None, "", ":memory:")  # how a URL says that there is no file
_Result = TypeVar("_Result")

Work = Callable[[sa.Connection], _Result]


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


class Database(Protocol):
    """Where services run their transactions. Made by `open_database`."""

    steps: Steps
    is_sqlite: bool
    scrub_due: bool  # something was erased and may still stand in the write-ahead log

    async def write(self, work: Work[_Result]) -> _Result:
        """Run `work` in a transaction that may write; commit at its end, roll back on any exception.

        Once begun it runs to its end, also when the caller is cancelled.
        """
        ...

    async def read(self, work: Work[_Result]) -> _Result:
        """Run `work` in a transaction that only reads: one moment's picture of the database."""
        ...

    async def scrub(self) -> bool:
        """Take erased rows out of the write-ahead log. False: a reader was in the way; `scrub_due` stays set.

        Call after the commit of an erasure.
        """
        ...

    def breathe(self) -> None:
        """Let others run between two pieces of a long `work`."""
        ...

    async def close(self) -> None: ...


def open_database(url: str, *, steps: Steps | None = None, busy_timeout: int = BUSY_TIMEOUT) -> Database:
    """Prepare a database; nothing is connected yet. `busy_timeout` in ms, SQLite only."""
    place = make_url(url)
    if place.get_backend_name() == "sqlite":
        return SqliteDatabase(place, steps or Steps(), busy_timeout)
    return ServerDatabase(place, steps or Steps())


class SqliteDatabase:
    """One file, or memory: a writing thread, reading threads, each with connections of its own."""

    is_sqlite = True

    def __init__(self, place: URL, steps: Steps, busy_timeout: int) -> None:
        self.steps, self.scrub_due = steps, False
        self._writer = _sqlite_engine(place, begin="BEGIN IMMEDIATE", busy_timeout=busy_timeout)
        self._writing = ThreadPoolExecutor(1, "db-writer")
        self._reader, self._reading = self._writer, self._writing  # memory has one connection for both
        if place.database not in _IN_MEMORY:
            self._reader = _sqlite_engine(place, begin="BEGIN", busy_timeout=busy_timeout, query_only=True)
            self._reading = ThreadPoolExecutor(READERS, "db-reader")

    async def write(self, work: Work[_Result]) -> _Result:
        return await self._in(self._writing, lambda: self._commit(work))

    async def read(self, work: Work[_Result]) -> _Result:
        return await self._in(self._reading, lambda: self._look(work))

    async def scrub(self) -> bool:
        self.scrub_due = True
        self.scrub_due = await self._in(self._writing, self._is_log_held)
        return not self.scrub_due

    def breathe(self) -> None:
        """Nothing to do: a thread holds up nobody."""

    async def close(self) -> None:
        for threads in {self._writing, self._reading}:
            await asyncio.to_thread(threads.shutdown)
        self._writer.dispose()
        self._reader.dispose()

    @staticmethod
    async def _in(threads: ThreadPoolExecutor, work: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(threads, work)

    def _commit(self, work: Work[_Result]) -> _Result:
        with self._writer.connect() as tx:
            with tx.begin():
                result = work(tx)
                self.steps.count()
            self.steps.count()
        return result

    def _look(self, work: Work[_Result]) -> _Result:
        with self._reader.begin() as tx:
            return work(tx)

    def _is_log_held(self) -> bool:
        with self._writer.connect() as connection:
            driver = connection.connection.driver_connection  # a checkpoint happens outside of any transaction
            assert driver is not None
            return bool(driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])


class ServerDatabase:
    """PostgreSQL: transactions on the event loop."""

    is_sqlite = False

    def __init__(self, place: URL, steps: Steps) -> None:
        self.steps, self.scrub_due = steps, False
        self._engine = create_async_engine(place, hide_parameters=True)

    async def write(self, work: Work[_Result]) -> _Result:
        async with self._engine.connect() as tx:
            async with tx.begin():
                result = await tx.run_sync(work)
                self.steps.count()
            self.steps.count()
        return result

    async def read(self, work: Work[_Result]) -> _Result:
        async with self._engine.begin() as tx:
            return await tx.run_sync(work)

    async def scrub(self) -> bool:
        return True

    def breathe(self) -> None:
        await_only(asyncio.sleep(0))  # `work` runs in a greenlet of the event loop

    async def close(self) -> None:
        await self._engine.dispose()


class InUse(BotError):
    """Something wants a database for itself that another program has open."""


@contextmanager
def alone(file: Path) -> Iterator[sqlite3.Connection]:
    """Keep a SQLite file for oneself: a connection within a transaction. Raises InUse where a program has it open."""
    with closing(sqlite3.connect(file, timeout=0.5, isolation_level=None)) as connection:
        # In WAL mode whoever has the file open holds a shared lock on it, also between transactions.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise InUse(
                f"{file} is in use. Stop `bot serve` (and whatever else has it open), then try again."
            ) from None
        yield connection


def is_away(error: BaseException) -> bool:
    """Whether the database itself is in trouble (locked, full, gone), so that the same work may succeed later."""
    if isinstance(error, exc.DBAPIError):
        # A plain DatabaseError is SQLite's "disk image is malformed" and PostgreSQL's shutdown notices.
        wrong_work = (exc.IntegrityError, exc.DataError, exc.ProgrammingError, exc.NotSupportedError)
        return not isinstance(error, wrong_work)
    return isinstance(error, exc.TimeoutError | OSError)


def insert(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that knows ON CONFLICT: both databases write it alike, SQLAlchemy has one class for each.

    `dialect` is a connection's `dialect.name`.
    """
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def run(tx: sa.Connection, statement: sa.Executable, rows: Sequence[dict[str, Any]]) -> None:
    """Execute a statement once for each row of values; nothing for no rows."""
    if rows:
        tx.execute(statement, list(rows))


def _sqlite_engine(place: URL, *, begin: str, busy_timeout: int, query_only: bool = False) -> sa.Engine:
    """`place` may name an async driver: threads of ours need the plain one."""
    # hide_parameters: an error's words may end in a log, and what a person wrote must not.
    pool: dict[str, Any] = {"poolclass": StaticPool} if place.database in _IN_MEMORY else {"pool_size": READERS}
    engine = sa.create_engine(
        place.set(drivername="sqlite"), connect_args={"check_same_thread": False}, **pool, hide_parameters=True
    )

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where we say so
        for pragma in (
            f"busy_timeout = {busy_timeout}",
            "synchronous = NORMAL",
            "secure_delete = ON",
            "foreign_keys = ON",
            f"query_only = {'ON' if query_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", connected)
    # A deferred BEGIN that later writes fails at once with "locked": a writer says so from the start.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine
