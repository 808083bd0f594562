"""Statements of every turn, handed to SQLite without a detour.

SQLAlchemy takes ten times as long to hand such a statement to SQLite as SQLite to run it (measured: 0.3 ms of a turn's
1.2). So there the connection itself runs the SQL that SQLAlchemy wrote, once; on PostgreSQL, where every statement is a
message to a server, SQLAlchemy runs it. Both in the transaction of `tx`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.compiler import SQLCompiler

from db.engine import hand_over

Values = Mapping[str, Any]
Statement = sa.Select[Any] | sa.UpdateBase


@dataclass(frozen=True, slots=True)
class _Written:
    """SQL, and for each of its signs: the name of its value, and what makes of a value what SQLite takes."""

    sql: str
    slots: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    fixed: Values  # values that stand in the statement itself


class Prepared:
    """A statement made once: `make` is given the dialect's name. It takes values by name, the same names each time.

    What it returns must be plain: numbers, words, bytes.
    """

    def __init__(self, make: Callable[[str], Statement]) -> None:
        self._make = cache(make)
        self._written: _Written | None = None

    def run(self, tx: sa.Connection, rows: Sequence[Values]) -> list[Sequence[Any]]:
        """Execute once for each row of values; return all that it returns, in order. Nothing for no rows.

        Raises what SQLAlchemy raises.
        """
        if not rows:
            return []
        if tx.dialect.name != "sqlite":
            done = tx.execute(self._make(tx.dialect.name), [dict(row) for row in rows])
            return list(done) if done.returns_rows else []
        written = self._written = self._written or self._write(tx.dialect, rows[0])
        return [told for row in rows for told in hand_over(tx, written.sql, _bound(written, row))]

    def _write(self, dialect: sa.Dialect, values: Values) -> _Written:
        made = self._make(dialect.name).compile(dialect=dialect, column_keys=sorted(values))
        assert isinstance(made, SQLCompiler)
        slots = tuple(
            (name, made.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in made.positiontup or ()
        )
        fixed = {name: value for name, value in made.params.items() if name not in values}
        return _Written(made.string, slots, fixed)


def among(dialect: str, column: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
    """The column is one of a list of numbers, given by this name: one statement, however many they are."""
    if dialect == "sqlite":
        given = sa.func.json_each(sa.bindparam(name, type_=sa.JSON)).table_valued("value")
        return column.in_(sa.select(given.c.value))
    return column == sa.any_(sa.bindparam(name, type_=postgresql.ARRAY(sa.BigInteger)))


def _bound(written: _Written, row: Values) -> list[Any]:
    values = {**written.fixed, **row} if written.fixed else row
    return [values[name] if process is None else process(values[name]) for name, process in written.slots]
