"""Migrations: up, down, up; the dump and the code's tables stay true; what cannot be used is refused in clear words."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from db.engine import open_database
from db.migrations import HERE, DatabaseUnusable, downgrade, upgrade
from db.migrations.dump import dump
from db.tables import metadata

Result = TypeVar("Result")
SCHEMA = Path(__file__).parents[1] / "db" / "schema.sql"


def url_of(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def execute(file: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(file)
    try:
        rows = connection.execute(sql).fetchall()
        connection.commit()
    finally:
        connection.close()
    return rows


def tables_in(file: Path) -> set[str]:
    rows = execute(file, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {str(name) for (name,) in rows}


async def test_up_down_and_up_again_ends_with_all_tables(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"

    await upgrade(url_of(file))
    await downgrade(url_of(file), "base")
    assert tables_in(file) == {"alembic_version"}
    await upgrade(url_of(file))

    assert tables_in(file) == {"alembic_version", *metadata.tables}


async def test_migrations_make_what_the_code_reads(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"

    await upgrade(url_of(file))

    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_schema_sql_is_what_the_migrations_make() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == dump(), "run: python -m db.migrations.dump > db/schema.sql"


def test_postgresql_can_write_every_table() -> None:
    written = [str(CreateTable(table).compile(dialect=postgresql.dialect())) for table in metadata.sorted_tables]

    assert "BIGSERIAL" in written[0]
    assert all("TIMESTAMP WITH TIME ZONE" in sql for sql in written if "_at " in sql)


async def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    revision = await upgrade(url_of(file))
    execute(file, "INSERT INTO keys VALUES ('a', 'b')")

    again = await upgrade(url_of(file))

    assert again == revision
    assert execute(file, "SELECT * FROM keys") == [("a", "b")]


async def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    await upgrade(url_of(file))
    execute(file, "UPDATE alembic_version SET version_num = '9999_later'")

    with pytest.raises(DatabaseUnusable, match=r"newer version.*9999_later"):
        await upgrade(url_of(file))

    assert execute(file, "SELECT version_num FROM alembic_version") == [("9999_later",)]


async def test_tables_without_a_version_are_called_half_made(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    execute(file, "CREATE TABLE inbox (id INTEGER)")

    with pytest.raises(DatabaseUnusable, match=r"half-made.*inbox"):
        await upgrade(url_of(file))


async def test_a_version_without_its_tables_is_called_half_made(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    await upgrade(url_of(file))
    execute(file, "DROP TABLE handovers")

    with pytest.raises(DatabaseUnusable, match=r"half-made.*handovers"):
        await upgrade(url_of(file))


async def test_a_row_that_points_nowhere_stops_the_migration(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    await upgrade(url_of(file))
    execute(file, "INSERT INTO sessions VALUES (77, x'00', '2026-11-24 00:00:00')")

    with pytest.raises(DatabaseUnusable, match="sessions points to a row of addresses"):
        await upgrade(url_of(file))


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "bot.db"

    with pytest.raises(DatabaseUnusable, match="nowhere"):
        await upgrade(url_of(file))


REVISIONS = [script.revision for script in ScriptDirectory(str(HERE)).walk_revisions()][::-1]


@pytest.mark.parametrize("revision", REVISIONS)
async def test_rows_of_every_table_go_up_down_and_up_again_unchanged(url: str, revision: str) -> None:
    await downgrade(url, revision)
    await change(url, fill)
    before = await change(url, fingerprints)

    await upgrade(url)
    above = await change(url, fingerprints)
    await downgrade(url, revision)
    below = await change(url, fingerprints)
    await upgrade(url)
    again = await change(url, fingerprints)

    lasting = {column: told for column, told in before.items() if column in above}
    assert all(told.count == ROWS for told in before.values())
    assert {column: above[column] for column in lasting} == lasting
    assert {column: below[column] for column in lasting} == lasting
    assert {column: again[column] for column in lasting} == lasting
    assert {column.partition(".")[0] for column in lasting} == {column.partition(".")[0] for column in before}


ROWS = 3  # in each table; in the last of them every column that may be empty is


@dataclass(frozen=True)
class Fingerprint:
    count: int
    sum: str


def fill(tx: sa.Connection) -> None:
    """Put rows into every table there is, whatever columns it has; they point to rows of the same place."""
    for table in there(tx).sorted_tables:
        tx.execute(
            sa.insert(table), [{each.name: value(each, n) for each in table.columns} for n in range(1, ROWS + 1)]
        )


def value(column: sa.Column[Any], n: int) -> Any:
    if n == ROWS and column.nullable:
        return None
    kind = column.type
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return value(key.column, n)
    if isinstance(kind, sa.DateTime):
        return datetime(2026, 11, 24, 5, 0, n, tzinfo=UTC)
    if isinstance(kind, sa.Date):
        return date(2026, 11, n)
    if isinstance(kind, sa.Boolean):
        return n == 1
    if isinstance(kind, sa.Integer | sa.Numeric):
        return n
    if isinstance(kind, sa.LargeBinary):
        return f"{column} \0 {n}".encode()
    assert isinstance(kind, sa.Text), f"{column}: say here how to fill {kind!r}"
    return f"{column} Đào {n}"


def fingerprints(tx: sa.Connection) -> dict[str, Fingerprint]:
    """Say of every column of every table how many rows it has and what they come to."""
    told = {}
    for table in there(tx).sorted_tables:
        rows = tx.execute(sa.select(table).order_by(*table.primary_key.columns)).all()
        for place, column in enumerate(table.columns):
            held = repr([bytes(row[place]) if isinstance(row[place], memoryview) else row[place] for row in rows])
            told[str(column)] = Fingerprint(len(rows), sha256(held.encode()).hexdigest())
    return told


def there(tx: sa.Connection) -> sa.MetaData:
    """The tables as they are in the database, not as today's code knows them."""
    found = sa.MetaData()
    found.reflect(tx)
    found.remove(found.tables["alembic_version"])
    return found


async def change(url: str, work: Callable[[sa.Connection], Result]) -> Result:
    database = open_database(url)
    try:
        return await database.write(work)
    finally:
        await database.close()
