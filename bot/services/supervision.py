"""The parts of the service under one watch: a part that ends by itself ends the process, with its reason.

One exception: a platform that refuses us (a token that is no longer good) stops its own channel alone; the others go
on, and /healthz and the log say so.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from bot.services.ports import Clock, Refused

SILENT: Final = timedelta(seconds=60)  # a part without a sign of life for so long is not well

_LOG: Final = logging.getLogger(__name__)


class Part(Protocol):
    """Something that runs until it is cancelled. `alive_at` is its last sign of life; it must come by itself."""

    @property
    def alive_at(self) -> datetime: ...

    async def run(self) -> None: ...


class _Ended(Exception):
    """A part ended by itself, or the end was asked for (then without words)."""


class Supervision:
    """Runs parts together. `trouble` of a part ("" = none) is shown in `health` and does not fail it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._parts: dict[str, Part] = {}
        self._trouble: dict[str, Callable[[], str]] = {}
        self._refused: dict[str, str] = {}
        self._stop = asyncio.Event()

    def add(self, name: str, part: Part, trouble: Callable[[], str] = lambda: "") -> None:
        self._parts[name], self._trouble[name] = part, trouble

    def stop(self) -> None:
        """Ask for the end."""
        self._stop.set()

    async def run(self, first_to_end: Callable[[], None] = lambda: None, gate: str = "") -> str:
        """Run all parts until `stop` or until one ends. Return the reason, "" where the end was asked for.

        `gate` names the part that others lean on least: it is told to end (`first_to_end`) and has ended before the
        others are cancelled, so that what it has taken in is still answered.
        """
        reason = ""
        try:
            async with asyncio.TaskGroup() as group:
                running = {name: group.create_task(self._watch(name), name=name) for name in self._parts}
                group.create_task(self._end_in_order(running.get(gate), first_to_end))
        except* _Ended as ended:
            reason = next((str(each) for each in ended.exceptions if str(each)), "")
        return reason

    def health(self) -> tuple[bool, Mapping[str, Any]]:
        """Say whether all is well, and of each part how long it has been silent and what troubles it."""
        well, told = True, dict[str, Any]()
        for name, part in self._parts.items():
            silent = self._clock.now() - part.alive_at
            trouble = self._refused.get(name) or self._trouble[name]()
            if silent >= SILENT and name not in self._refused:
                well = False
            told[name] = {"silent_seconds": int(silent.total_seconds())} | ({"trouble": trouble} if trouble else {})
        status = "failing" if not well else "degraded" if any("trouble" in part for part in told.values()) else "ok"
        return well, {"status": status, **told}

    async def _watch(self, name: str) -> None:
        try:
            await self._parts[name].run()
        except Refused as refused:
            self._refused[name] = str(refused)
            _LOG.error("%s stops, the rest goes on: %s", name, refused)
            return
        except Exception as error:  # the outermost loop of the process
            raise _Ended(f"The part `{name}` ended: {error!r}") from error
        if not self._stop.is_set():
            raise _Ended(f"The part `{name}` ended by itself.")

    async def _end_in_order(self, gate: "asyncio.Task[None] | None", first_to_end: Callable[[], None]) -> None:
        await self._stop.wait()
        first_to_end()
        if gate is not None:
            await asyncio.wait([gate])
        raise _Ended
