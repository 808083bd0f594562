"""Copies of a SQLite file: taken beside a running service, verified, put in place whole."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.core.errors import BotError
from db.engine import alone
from db.migrations import VERSION_TABLE


class NoBackup(BotError):
    """A file cannot be used as a backup, or could not be made one."""


def copy(file: Path, to: Path) -> dict[str, int]:
    """Copy a database, in use or not, as it stands at one moment; return its rows by table, verified.

    The copy appears under its name only when it is whole; its owner alone reads it. Raises NoBackup.
    """
    if to.exists():
        raise NoBackup(f"{to} is there already. Choose another name, or move it away.")
    passing = to.with_name(f"{to.name}.passing")
    passing.unlink(missing_ok=True)
    try:
        os.close(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(_open(file)) as source, closing(_open(passing)) as target:
            source.execute("BEGIN")
            there = rows_in(source)  # the first read: from here on one moment's picture
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, no log beside it
        if verified(passing) != there:
            raise NoBackup(f"The copy of {file} does not hold what the database holds. Is the disk well?")
        _sync(passing)
        passing.replace(to)
        _sync(to.parent)
    except (OSError, sqlite3.DatabaseError) as error:
        raise NoBackup(f"{file} cannot be copied to {to}: {error}") from error
    finally:
        passing.unlink(missing_ok=True)
    return there


def verified(file: Path) -> dict[str, int]:
    """Return the rows by table of a database that is whole and ours. Raises NoBackup saying what is wrong."""
    if not file.is_file():
        raise NoBackup(f"{file} is no file.")
    try:
        with closing(_open(file)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
            dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
            rows = rows_in(connection)
    except sqlite3.DatabaseError as error:
        raise NoBackup(f"{file} is no database that can be read: {error}") from error
    if found != "ok" or dangling:
        raise NoBackup(f"{file} is damaged: {found if found != 'ok' else 'rows point nowhere'}. Take another backup.")
    if VERSION_TABLE not in rows:
        raise NoBackup(f"{file} is no database of this program.")
    return rows


def put_in_place(new: Path, file: Path) -> None:
    """Put a database where another stands. Raises InUse, then nothing has changed."""
    _settle(new)
    if file.exists():
        with alone(file) as connection:
            connection.execute("ROLLBACK")
            connection.execute("PRAGMA journal_mode = DELETE")  # a log left behind would be played into the new file
            new.replace(file)
    else:
        new.replace(file)
    _sync(file.parent)


def rows_in(connection: sqlite3.Connection) -> dict[str, int]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}  # noqa: S608


def _settle(file: Path) -> None:
    """Bring everything from the log into the file, and the file to disk."""
    with closing(_open(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    _sync(file)


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{file.absolute()}?mode=rw", uri=True, isolation_level=None, timeout=5)


def _sync(place: Path) -> None:
    opened = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
