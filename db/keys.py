"""The keys this database was written with, and what names them. Every blob begins with the four bytes of its key.

Nothing is listed here: every column of bytes is sealed (but for one with `info={"sealed": False}`), and a keyed hash
in any column of text begins with its key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from db.tables import keys, metadata

_ID: Final = 4  # bytes


def read(tx: sa.Connection) -> dict[str, str]:
    """Return the check of each key by its name."""
    rows = tx.execute(sa.select(keys.c.key_id, keys.c.check))
    return {row.key_id: row.check for row in rows}


def add(tx: sa.Connection, key_id: str, check: str) -> None:
    tx.execute(sa.insert(keys).values(key_id=key_id, check=check))


def remove(tx: sa.Connection, key_id: str) -> None:
    tx.execute(sa.delete(keys).where(keys.c.key_id == key_id))


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of encrypted bytes."""

    column: sa.Column[Any]

    @property
    def _row(self) -> tuple[sa.Column[Any], ...]:
        return tuple(self.column.table.primary_key.columns)

    def not_by(self, tx: sa.Connection, key_id: str) -> list[tuple[Any, ...]]:
        """Return the primary keys of the rows that another key sealed."""
        other = sa.func.substr(self.column, 1, _ID, type_=sa.LargeBinary) != bytes.fromhex(key_id)
        return [tuple(row) for row in tx.execute(sa.select(*self._row).where(self.column.is_not(None), other))]

    def read(self, tx: sa.Connection, rows: Sequence[tuple[Any, ...]]) -> dict[tuple[Any, ...], bytes]:
        """Return what is sealed in these rows; one that is gone or empty is left out."""
        names = sa.tuple_(*self._row) if len(self._row) > 1 else self._row[0]
        wanted = rows if len(self._row) > 1 else [key for (key,) in rows]
        found = tx.execute(sa.select(self.column, *self._row).where(names.in_(wanted), self.column.is_not(None)))
        return {tuple(key): blob for blob, *key in found}

    def replace(self, tx: sa.Connection, row: tuple[Any, ...], before: bytes, after: bytes) -> bool:
        """Put a blob in the place of another; False where somebody changed the row meanwhile."""
        here = [column == value for column, value in zip(self._row, row, strict=True)]
        change = sa.update(self.column.table).where(*here, self.column == before)
        return tx.execute(change.values({self.column: after})).rowcount == 1


def sealed_columns() -> Iterator[SealedColumn]:
    for table in metadata.sorted_tables:
        yield from (SealedColumn(each) for each in table.c if _is_sealed(each))


def named_in(tx: sa.Connection, key_id: str) -> list[str]:
    """Return the columns, as `table.column`, in which something was sealed or hashed by this key."""
    found = []
    for column in (each for table in metadata.sorted_tables if table is not keys for each in table.c):
        if _is_sealed(column):
            by_it = sa.func.substr(column, 1, _ID, type_=sa.LargeBinary) == bytes.fromhex(key_id)
        elif isinstance(column.type, sa.Text):
            by_it = column.like(f"{key_id}.%")
        else:
            continue
        if tx.scalar(sa.select(sa.literal(1)).select_from(column.table).where(by_it).limit(1)):
            found.append(f"{column.table.name}.{column.name}")
    return found


def _is_sealed(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.LargeBinary) and bool(column.info.get("sealed", True))
