"""The erasure list beside the database: who was erased, as a keyed hash, and on which day. Backups know nothing of it.

A line is on disk before its erasure is committed: one too many does no harm, one too few brings a person back. Bringing
back a backup applies every line of the backup's last day and later.
"""

import os
from collections.abc import Callable, Iterator
from datetime import date, datetime, tzinfo
from pathlib import Path

import sqlalchemy as sa

from bot.core.types import Address
from bot.services.erasing import erase
from bot.services.keys import Keys, sync_folder, write_durably
from db import addresses


class Erasures:
    """`place` None: nothing is listed (a database in memory). `today` gives the local day."""

    def __init__(self, place: Path | None, keys: Keys, today: Callable[[], date]) -> None:
        self._place, self._keys, self._today = place, keys, today

    def note(self, address: Address) -> None:
        """List an address. Call within the transaction that erases, before its commit."""
        if self._place is None:
            return
        is_new = not self._place.exists()
        opened = os.open(self._place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            # The line break first: a line that a loss of power cut short must not spoil the next one.
            os.write(opened, f"\n{self._keys.hash('erased', _name(address))} {self._today()}".encode())
            os.fsync(opened)
        finally:
            os.close(opened)
        if is_new:
            sync_folder(self._place.parent)

    def keys_named(self) -> dict[str, str]:
        """Return the keys that lines were made with, each with the list's place."""
        return {line.partition(".")[0]: str(self._place) for line, _ in self._lines()}

    def forget(self, before: date) -> int:
        """Drop the lines of days before `before`: no backup is older. Return how many."""
        lines = list(self._lines())
        kept = [(line, day) for line, day in lines if day >= before]
        if self._place is not None and len(kept) < len(lines):
            passing = self._place.with_name(f"{self._place.name}.new")
            passing.unlink(missing_ok=True)
            write_durably(passing, "".join(f"\n{line} {day}" for line, day in kept).encode())
            passing.replace(self._place)
            sync_folder(self._place.parent)
        return len(lines) - len(kept)

    def count(self, before: date) -> int:
        """Return how many lines `forget` would drop."""
        return sum(day < before for _, day in self._lines())

    def apply(self, tx: sa.Connection, zone: tzinfo, now: datetime) -> int:
        """Erase again whoever was erased since the database's last day; return how many."""
        last = addresses.last_seen(tx)
        if last is None:
            return 0
        gone = {line for line, day in self._lines() if day >= last.astimezone(zone).date()}
        back = [
            number
            for number, address in (addresses.every(tx) if gone else ())
            if not gone.isdisjoint(self._keys.hashes("erased", _name(address)))
        ]
        for number in back:
            erase(tx, number, now)
            addresses.forget(tx, number)
        return len(back)

    def _lines(self) -> Iterator[tuple[str, date]]:
        """Read hash and day of each line; what was cut short is passed over."""
        if self._place is None or not self._place.exists():
            return
        for text in self._place.read_text(encoding="ascii", errors="replace").splitlines():
            line, _, day = text.partition(" ")
            try:
                yield line, date.fromisoformat(day)
            except ValueError:
                continue


def _name(address: Address) -> str:
    return f"{address.channel}:{address.chat}"
