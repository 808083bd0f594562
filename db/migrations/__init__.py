"""Bring a database to this version's tables, all or nothing.

SQLite: foreign keys are off while tables change (a table copied with them on loses its child rows), everything
happens in one BEGIN IMMEDIATE, and a foreign-key check ends it.
"""

import asyncio
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, exc
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.core.errors import BotError
from db.tables import metadata

HERE: Final = Path(__file__).parent
BUSY_TIMEOUT: Final = 5000  # ms
VERSION_TABLE: Final = "alembic_version"


class DatabaseUnusable(BotError):
    """The database cannot be brought to this version's tables."""


async def upgrade(url: str) -> str:
    """Bring the database to the newest tables; return its revision. At the newest, only look.

    Raises DatabaseUnusable where the database is newer than the program, half-made, or cannot be opened.
    """
    return await _migrate(url, lambda config: command.upgrade(config, "head"))


async def downgrade(url: str, revision: str) -> str:
    """Go back to `revision` ("base": no tables). For tests and for a person who knows what is lost."""
    return await _migrate(url, lambda config: command.downgrade(config, revision))


async def _migrate(url: str, change: Any) -> str:
    place = make_url(url)
    try:
        if place.get_backend_name() == "sqlite":
            return await asyncio.to_thread(_migrate_file, place, change)
        engine = create_async_engine(place, poolclass=NullPool, hide_parameters=True)
        async with engine.begin() as connection:
            return await connection.run_sync(_change, _named(place), change)
    except (exc.DatabaseError, OSError) as error:
        raise DatabaseUnusable(
            f"{_named(place)} cannot be opened: {getattr(error, 'orig', error)}. Check that the folder exists, that "
            f"it may be written, and that no other program holds the database."
        ) from error


def _migrate_file(place: URL, change: Any) -> str:
    engine = sa.create_engine(place.set(drivername="sqlite"), poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        return _change(connection, _named(place), change)


def _change(connection: sa.Connection, name: str, change: Any) -> str:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in known:
        raise DatabaseUnusable(
            f"{name} was made by a newer version of this program (its tables are {found}, this version knows up to "
            f"{scripts.get_current_head()}). Start the newer version, or restore the backup made before it."
        )
    if found is None and (tables := _our_tables(connection)):
        raise DatabaseUnusable(
            f"{name} is half-made: it has the table {tables[0]}, but nothing says which version. Restore a backup, or "
            f"move the file away if nothing in it is needed; a new one is made at the next start."
        )
    change(config)
    reached = MigrationContext.configure(connection).get_current_revision() or "base"
    _check(connection, name, is_newest=reached == scripts.get_current_head())
    return reached


def _check(connection: sa.Connection, name: str, *, is_newest: bool) -> None:
    """Raise DatabaseUnusable where tables are missing or rows point nowhere; the caller's transaction is undone."""
    missing = sorted(set(metadata.tables) - set(_our_tables(connection)))
    if is_newest and missing:
        raise DatabaseUnusable(
            f"{name} is half-made: the table {missing[0]} is missing. Restore a backup, or move the file away if "
            f"nothing in it is needed; a new one is made at the next start."
        )
    if connection.dialect.name != "sqlite":
        return
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if dangling is not None:
        raise DatabaseUnusable(
            f"{name}: a row of {dangling[0]} points to a row of {dangling[2]} that is not there. Nothing was changed; "
            f"restore a backup."
        )


def _our_tables(connection: sa.Connection) -> list[str]:
    return sorted(set(sa.inspect(connection).get_table_names()) & set(metadata.tables))


def _connected(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
    connection.execute("PRAGMA journal_mode = WAL")  # kept in the file: readers go on while one writes
    connection.execute("PRAGMA foreign_keys = OFF")


def _named(place: URL) -> str:
    """Return the database's place without user and password."""
    return str(place.database) if place.get_backend_name() == "sqlite" else f"{place.host}/{place.database}"
