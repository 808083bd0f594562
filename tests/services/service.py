"""The whole service without channels, on the database of a test."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.settings import Settings
from bot.wiring import Service


def settings_for(url: str, folder: Path, **more: Any) -> Settings:
    """Settings over a database; the key is the tests' own."""
    return Settings(database_url=url, secret_key=("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",), **more)


async def rows(service: Service, sql: str) -> list[Any]:
    return await service.database.read(lambda tx: list(tx.execute(sa.text(sql))))
