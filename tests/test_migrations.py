"""Migrations: up, down, up; the dump and the code's tables stay true; what cannot be used is refused in clear words."""

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from db.migrations import DatabaseUnusable, downgrade, upgrade
from db.migrations.dump import dump
from db.tables import metadata

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


async def test_staff_go_and_come_without_touching_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    await upgrade(url_of(file))
    await downgrade(url_of(file), "0003_no_leases")
    noon = "'2026-11-24 05:00:00.000000'"
    execute(file, f"INSERT INTO addresses VALUES (1, 'web', 'a', 'active', {noon}, {noon})")
    execute(file, f"INSERT INTO handovers VALUES (1, 1, 'question', x'00', '22738', 'vi', 'open', {noon}, NULL)")
    columns = {
        "addresses": "*",
        "handovers": "id, address_id, kind, body, commune, language, state, created_at, closed_at",
    }
    before = {table: execute(file, f"SELECT {names} FROM {table}") for table, names in columns.items()}

    await upgrade(url_of(file))
    execute(file, f"INSERT INTO staff VALUES (1, 'Lê Thị Đào', 'le thi dao', 'active', 'x', x'00', NULL, {noon}, NULL)")
    execute(file, "INSERT INTO staff_roles VALUES (1, 'admin')")
    execute(file, f"INSERT INTO audit VALUES (1, {noon}, 1, 'seen', 'staff', '1')")
    await downgrade(url_of(file), "0003_no_leases")
    await upgrade(url_of(file))

    assert {table: execute(file, f"SELECT {names} FROM {table}") for table, names in columns.items()} == before
    assert execute(file, "SELECT * FROM staff") == []


async def test_a_talk_waits_again_when_the_program_goes_back(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    await upgrade(url_of(file))
    noon = "'2026-11-24 05:00:00.000000'"
    kept = "id, address_id, kind, body, commune, language, state, created_at, closed_at"
    execute(file, f"INSERT INTO addresses VALUES (1, 'web', 'a', 'active', {noon}, {noon})")
    execute(file, f"INSERT INTO staff VALUES (1, 'Đào', 'dao', 'active', 'x', x'00', NULL, {noon}, NULL)")
    execute(
        file,
        "INSERT INTO handovers (id, address_id, kind, body, commune, language, state, created_at, staff_id) "
        f"VALUES (7, 1, 'question', x'00', '22738', 'vi', 'claimed', {noon}, 1)",
    )
    execute(file, f"INSERT INTO handover_lines VALUES (1, 7, NULL, x'00', {noon})")

    await downgrade(url_of(file), "0004_staff")
    assert execute(file, f"SELECT {kept} FROM handovers") == [
        (7, 1, "question", b"\x00", "22738", "vi", "open", noon.strip("'"), None)
    ]
    await upgrade(url_of(file))

    assert execute(file, "SELECT id, state, staff_id FROM handovers") == [(7, "open", None)]
    assert execute(file, "SELECT * FROM handover_lines") == []
