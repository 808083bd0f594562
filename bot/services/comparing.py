"""Measuring what a change would do to understanding, beside the service: a process of low priority, minutes long.

Its way is known to this process only; its result is kept with the draft. After a restart it is begun again by a press.
"""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot.content.edits import Change
from bot.content.writing import copy_with
from db import content_edits
from db.content_edits import Kept
from db.engine import Database

PROGRAM: Final = (sys.executable, "-m", "bot.content.comparing")
Counts = Mapping[str, Mapping[str, int]]  # before | after -> right | offered | wrong | none -> how many


@dataclass(frozen=True, slots=True)
class Comparison:
    """`examples`, `labelled`: counts before and after; empty while it is measured, `labelled` also where the office
    keeps no questions. `failed`: it ended without a result."""

    done: int = 0
    of: int = 0
    failed: bool = False
    examples: Counts = field(default_factory=dict)
    labelled: Counts = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        return bool(self.examples)


class Comparing:
    """`program`: what is run with the two folders behind it."""

    def __init__(self, database: Database, program: Sequence[str] = PROGRAM) -> None:
        self._database, self.program = database, program
        self._under_way: dict[int, Comparison] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def of(self, kept: Kept) -> Comparison | None:
        """What is known of a draft; None: it was never begun, or a restart lost it."""
        if kept.compared:
            told = json.loads(kept.compared)
            return Comparison(examples=told["examples"], labelled=told["labelled"])
        return self._under_way.get(kept.id)

    def begin(self, number: int, folder: Path, change: Change) -> None:
        """Begin to measure a draft, once."""
        if number in self._tasks and not self._tasks[number].done():
            return
        self._under_way[number] = Comparison()
        self._tasks[number] = asyncio.create_task(self._measure(number, folder, change))

    def stop(self) -> None:
        """End what is under way; it can be begun again."""
        for task in self._tasks.values():
            task.cancel()

    async def settled(self) -> None:
        """Wait until everything that was begun is over."""
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _measure(self, number: int, folder: Path, change: Change) -> None:
        result: Any = None
        copying = copy_with(folder, change)
        after = await asyncio.to_thread(copying.__enter__)
        measuring = await asyncio.create_subprocess_exec(
            *self.program, str(folder), str(after), stdout=asyncio.subprocess.PIPE
        )
        try:
            assert measuring.stdout is not None
            async for line in measuring.stdout:
                told = json.loads(line)
                result = told.get("result", result)
                self._under_way[number] = Comparison(told.get("done", 0), told.get("of", 0))
            await measuring.wait()
        finally:
            if measuring.returncode is None:
                measuring.kill()
                await measuring.communicate()  # its pipe is closed, too
            copying.__exit__(None, None, None)
        self._under_way[number] = Comparison(failed=result is None)
        if result is not None:
            await self._database.write(lambda tx: content_edits.compare(tx, number, json.dumps(result)))
