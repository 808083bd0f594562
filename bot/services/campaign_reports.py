"""What became of a campaign: its audience is the sum of the states, always. Counts only, nobody by name or address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from bot.core.campaigns import Delivered, State
from bot.core.staff import Member
from bot.services import access
from bot.services.access import Right
from bot.services.ports import Clock
from db import audit, deliveries
from db import campaigns as rows
from db.campaigns import Kept
from db.engine import Database

RATED: Final = timedelta(seconds=30)  # the rate is that of so long
PARTS: Final = ("channel", "language", "commune", "answer")  # by which it is counted

Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Report:
    """`states`: how many deliveries in each; `reasons`: of those skipped, unsure, or waiting for an allowed day;
    `parts`: by PARTS, (value, state) -> how many. `rate`: sends a second, lately."""

    kept: Kept
    states: Mapping[Delivered, int]
    reasons: Counts
    parts: Mapping[str, Counts]
    seen: int
    rate: float

    @property
    def audience(self) -> int:
        return sum(self.states.values())

    @property
    def ended(self) -> int:
        """How many are through, whatever became of them."""
        return self.audience - self.states[Delivered.PENDING] - self.states[Delivered.SENDING]

    @property
    def left(self) -> timedelta | None:
        """How long it takes until all are through, at the rate of now; None where nobody can tell."""
        waiting = self.audience - self.ended
        is_moving = self.kept.state is State.SENDING and self.rate > 0 and waiting
        return timedelta(seconds=round(waiting / self.rate)) if is_moving else None

    def as_json(self) -> dict[str, Any]:
        """As `bot campaign status --json` says it (design section 5)."""
        counted = {state.value: self.states[state] for state in Delivered}
        told = {"id": self.kept.id, "state": self.kept.state.value, "audience": self.audience, **counted}
        return {**told, "code": self.kept.code}

    def table(self) -> Sequence[tuple[str, str, str, int]]:
        """Part, value, state, how many: everything that is counted."""
        found = [("state", reason, state, count) for (state, reason), count in sorted(self.reasons.items())]
        for part, counts in self.parts.items():
            found += [(part, value, state, count) for (value, state), count in sorted(counts.items())]
        return [*found, ("seen", "", Delivered.SENT, self.seen)]


class Reports:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def of(self, by: Member, number: int, *, is_taken_along: bool = False) -> Report | None:
        """Return what became of a campaign until now. What is taken along stands in the audit. Raises NotAllowed."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> Report | None:
            access.confirm(tx, by, Right.RUN_CAMPAIGNS if is_taken_along else Right.SEE_CAMPAIGNS)
            kept = rows.find(tx, number)
            if kept is None:
                return None
            if is_taken_along:
                audit.note(tx, by.id, "exported", "campaign", number, now)
            return read(tx, kept, now)

        return await (self._database.write(work) if is_taken_along else self._database.read(work))


def read(tx: sa.Connection, kept: Kept, now: datetime) -> Report:
    reasons = deliveries.counts(tx, kept.id)
    states = {each: sum(n for (state, _), n in reasons.items() if state == each) for each in Delivered}
    parts = {part: deliveries.by(tx, kept.id, part) for part in PARTS}
    lately = deliveries.ended_since(tx, kept.id, now - RATED)
    return Report(kept, states, reasons, parts, deliveries.seen(tx, kept.id), lately / RATED.total_seconds())
