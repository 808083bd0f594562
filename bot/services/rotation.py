"""A change of keys: everything sealed by an older key is sealed by the newest, then an older key leaves.

It may stop at any moment and be begun again: the older keys stay until no row names them. It may run beside a service
that knows the newest key. A keyed hash cannot be made anew (what it was made of is not kept): the key of such a hash
stays in the list until the hash goes.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from bot.core.errors import BotError
from bot.services.keys import Keys
from db import keys as rows
from db.engine import Database
from db.keys import SealedColumn

BATCH: Final = 200  # rows a transaction

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many rows were sealed anew; how many read with no key at all (changed or cut) and stay as they are."""

    rows: int
    unreadable: int


async def is_unfinished(database: Database, newest: str) -> bool:
    """Whether something is still sealed by a key other than `newest`."""

    def work(tx: sa.Connection) -> bool:
        return any(column.not_by(tx, newest) for column in rows.sealed_columns())

    return await database.read(work)


async def reseal(database: Database, keys: Keys) -> Resealed:
    """Seal everything by the newest key, a batch a transaction."""
    done = unreadable = 0
    for column in rows.sealed_columns():
        waiting = await database.read(lambda tx, column=column: column.not_by(tx, keys.ids[0]))  # type: ignore[misc]
        for batch in _batches(waiting):
            result = await database.write(
                lambda tx, column=column, batch=batch: _reseal(tx, keys, column, batch)  # type: ignore[misc]
            )
            done, unreadable = done + result.rows, unreadable + result.unreadable
    return Resealed(done, unreadable)


async def held(database: Database, keys: Keys, beside: Mapping[str, str]) -> dict[str, Sequence[str]]:
    """Return each older key of the list with what still names it, nothing for one that may leave.

    `beside`: keys that are named outside of the database, and where.
    """

    def work(tx: sa.Connection) -> dict[str, Sequence[str]]:
        return {
            key_id: [*rows.named_in(tx, key_id), *([beside[key_id]] if key_id in beside else [])]
            for key_id in keys.ids[1:]
        }

    return await database.read(work)


async def release(database: Database, key_ids: Sequence[str]) -> None:
    """Note that the database is readable without these keys; free its files of what they sealed."""

    def work(tx: sa.Connection) -> None:
        for key_id in key_ids:
            rows.remove(tx, key_id)

    await database.write(work)
    await database.scrub()


def _reseal(tx: sa.Connection, keys: Keys, column: SealedColumn, batch: Sequence[tuple[Any, ...]]) -> Resealed:
    done = unreadable = 0
    for row, blob in column.read(tx, batch).items():
        try:
            done += column.replace(tx, row, blob, keys.reseal(blob))
        except BotError:
            unreadable += 1
            _LOG.error("%s, row %s: reads with no key", column.column, "/".join(map(str, row)))
    return Resealed(done, unreadable)


def _batches(found: Sequence[tuple[Any, ...]]) -> Sequence[Sequence[tuple[Any, ...]]]:
    return [found[start : start + BATCH] for start in range(0, len(found), BATCH)]
