"""Transactions: all or nothing, one writer, readers that see one moment and cannot write."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from db.engine import Database, Steps, is_away, open_database
from db.migrations import upgrade
from db.tables import addresses, keys

ADD = sa.insert(keys)
COUNT = sa.select(sa.func.count()).select_from(keys)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    await upgrade(url)
    opened = open_database(url, busy_timeout=50)
    yield opened
    await opened.close()


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def work(tx: sa.Connection) -> None:
        tx.execute(ADD.values(key_id="a", check="b"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await database.write(work)

    assert await database.read(lambda tx: tx.scalar(COUNT)) == 0


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(exc.OperationalError, match="readonly"):
        await database.read(lambda tx: tx.execute(ADD.values(key_id="a", check="b")))


async def test_a_reader_sees_one_moment(database: Database) -> None:
    loop = asyncio.get_running_loop()

    def write(tx: sa.Connection) -> None:
        tx.execute(ADD.values(key_id="a", check="b"))

    def work(tx: sa.Connection) -> list[int | None]:
        before = tx.scalar(COUNT)
        asyncio.run_coroutine_threadsafe(database.write(write), loop).result()
        return [before, tx.scalar(COUNT)]

    assert await database.read(work) == [0, 0]
    assert await database.read(lambda tx: tx.scalar(COUNT)) == 1


async def test_writers_of_one_process_never_meet(database: Database) -> None:
    def work(tx: sa.Connection) -> None:
        number = tx.scalar(COUNT)
        tx.execute(ADD.values(key_id=str(number), check=""))

    await asyncio.gather(*(database.write(work) for _ in range(20)))

    assert await database.read(lambda tx: tx.scalar(COUNT)) == 20


async def test_a_file_locked_by_another_program_counts_as_away(database: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(exc.OperationalError) as caught:
        await database.write(lambda tx: tx.execute(COUNT))

    other.close()
    assert is_away(caught.value)


async def test_a_row_that_breaks_a_rule_does_not_count_as_away(database: Database) -> None:
    with pytest.raises(exc.IntegrityError) as caught:
        await database.write(lambda tx: tx.execute(ADD.values(key_id=None, check="")))

    assert not is_away(caught.value)


async def test_every_commit_counts_two_steps_and_a_failed_one_none(database: Database) -> None:
    await database.write(lambda tx: tx.execute(ADD.values(key_id="a", check="b")))
    with pytest.raises(ZeroDivisionError):
        await database.write(lambda _: 1 // 0)

    assert database.steps.counted == 2


async def test_rows_cannot_point_nowhere(database: Database) -> None:
    with pytest.raises(exc.IntegrityError):
        await database.write(
            lambda tx: tx.exec_driver_sql("INSERT INTO sessions VALUES (77, x'00', '2026-11-24 00:00:00')")
        )


async def test_moments_come_back_aware_and_the_same(database: Database) -> None:
    moment = datetime(2026, 11, 24, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=7)))
    row = {"channel": "web", "chat": "1", "state": "active", "created_at": moment, "seen_at": moment}
    await database.write(lambda tx: tx.execute(sa.insert(addresses).values(**row)))

    kept = await database.read(lambda tx: tx.scalar(sa.select(addresses.c.seen_at)))

    assert kept == moment
    assert kept is not None
    assert kept.tzinfo is UTC


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 24)  # noqa: DTZ001
    row = {"channel": "web", "chat": "1", "state": "active", "created_at": naive, "seen_at": naive}

    with pytest.raises(exc.StatementError, match="no time zone"):
        await database.write(lambda tx: tx.execute(sa.insert(addresses).values(**row)))


def test_steps_die_once_at_their_number() -> None:
    died: list[bool] = []
    steps = Steps(2, lambda: died.append(True))

    for _ in range(4):
        steps.count()

    assert died == [True]


async def test_the_words_of_an_error_hold_nothing_that_was_written(url: str) -> None:
    database = open_database(url)

    with pytest.raises(sa.exc.DBAPIError) as failed:
        await database.write(lambda tx: tx.execute(sa.text("INSERT INTO nowhere VALUES (:a)"), {"a": "điều bí mật"}))

    assert "điều bí mật" not in str(failed.value)
    await database.close()
