"""What waits for a member of staff, over everything that can wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from bot.core.staff import Member
from bot.services.ports import Clock
from db.engine import Database


class Count(Protocol):
    def __call__(self, tx: sa.Connection, member: Member, now: datetime) -> int:
        """Return how much waits for this member; 0 for a member whom it does not concern."""
        ...


@dataclass(frozen=True, slots=True)
class Queue:
    """One kind of thing that waits. `name`: a word of the console (gettext); `link`: the page that deals with it."""

    name: str
    link: str
    count: Count


@dataclass(frozen=True, slots=True)
class Waiting:
    queue: Queue
    number: int


class Queues:
    def __init__(self, database: Database, clock: Clock, queues: Sequence[Queue]) -> None:
        self._database, self._clock, self._queues = database, clock, tuple(queues)

    async def waiting_for(self, member: Member) -> Sequence[Waiting]:
        """Return the queues in which something waits for this member, in their order."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> list[Waiting]:
            counted = [Waiting(queue, queue.count(tx, member, now)) for queue in self._queues]
            return [each for each in counted if each.number]

        return await self._database.read(work)
