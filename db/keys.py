"""Names of the keys this database was written with."""

import sqlalchemy as sa

from db.tables import keys


def read(tx: sa.Connection) -> dict[str, str]:
    """Return the check of each key by its name."""
    rows = tx.execute(sa.select(keys.c.key_id, keys.c.check))
    return {row.key_id: row.check for row in rows}


def add(tx: sa.Connection, key_id: str, check: str) -> None:
    tx.execute(sa.insert(keys).values(key_id=key_id, check=check))
