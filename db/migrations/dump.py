"""Print the tables as SQLite's SQL: `python -m db.migrations.dump > db/schema.sql`."""

import asyncio
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

from db.migrations import upgrade

_HEAD = "-- To read. Made by the migrations: python -m db.migrations.dump > db/schema.sql\n"


def dump() -> str:
    """Return the SQL of a database that all migrations made, tables and indexes in the order of their names."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "schema.db"
        asyncio.run(upgrade(f"sqlite+aiosqlite:///{file}"))
        connection = sqlite3.connect(file)
        try:
            rows = connection.execute(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
                "ORDER BY tbl_name, type DESC, name"
            ).fetchall()
        finally:
            connection.close()
    tables = "\n".join(f"\n{sql};" if sql.startswith("CREATE TABLE") else f"{sql};" for (sql,) in rows)
    return f"{_HEAD}{tables}\n".replace("\t", "  ").replace(" \n", "\n")


if __name__ == "__main__":
    print(dump(), end="")
