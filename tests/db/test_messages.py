"""The outbox is found quickly, however much was ever said."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from db import messages, sessions
from db.migrations import upgrade

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

LOOKS: dict[str, Callable[[sa.Connection], object]] = {
    "next_due": lambda tx: messages.next_due(tx, "telegram"),
    "begin": lambda tx: messages.begin(tx, "telegram", NOW, limit=1, but=[1]),
    "load": lambda tx: sessions.load(tx, [1]),
}


@pytest.fixture
async def tx(tmp_path: Path) -> AsyncIterator[sa.Connection]:
    file = tmp_path / "bot.db"
    await upgrade(f"sqlite+aiosqlite:///{file}")
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize("name", LOOKS)
async def test_what_waits_is_found_by_the_index_of_open_replies(tx: sa.Connection, name: str) -> None:
    asked: list[str] = []
    driver = tx.connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(asked.append)

    LOOKS[name](tx)

    plan = [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0]}")]
    on_messages = [step for step in plan if "messages" in step]
    assert on_messages
    assert all("ix_messages_open" in step for step in on_messages)
