"""Names of the keys this database was written with."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import keys


async def read(tx: AsyncConnection) -> dict[str, str]:
    """Return the check of each key by its name."""
    rows = await tx.execute(sa.select(keys.c.key_id, keys.c.check))
    return {row.key_id: row.check for row in rows}


async def add(tx: AsyncConnection, key_id: str, check: str) -> None:
    await tx.execute(sa.insert(keys).values(key_id=key_id, check=check))
