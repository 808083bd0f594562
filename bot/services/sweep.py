"""What has had its time goes: guarded lines each minute, the rest each hour. Closed days are counted before.

Lengths of time come from Retention (settings CAUNOI_RETAIN_…). Days are local days.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

import sqlalchemy as sa

from bot.core.staff import SIGN_IN_IDLE, SIGN_IN_LONGEST
from bot.core.world import Retention
from bot.services.erasing import forget_erased
from bot.services.erasures import Erasures
from bot.services.outbox import GUARDED_FOR
from bot.services.patience import patiently
from bot.services.ports import Clock
from bot.services.registrations import TRIES_WITHIN
from bot.services.talks import Talks
from bot.services.throttle import FORGIVEN_AFTER
from db import (
    addresses,
    audit,
    consents,
    content_edits,
    deliveries,
    handovers,
    inbox,
    leads,
    links,
    messages,
    privacy,
    questions,
    sessions,
    sign_ins,
    slips,
    vacancies,
)
from db.engine import Database

MINUTE: Final = 60.0  # seconds
HOUR: Final = timedelta(hours=1)

_LOG: Final = logging.getLogger(__name__)


class Sweep:
    """A part for supervision (`run`, `alive_at`). Sweeps once at start, then each minute and each hour."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        retention: Retention,
        *,
        zone: tzinfo,
        erasures: Erasures,
        talks: Talks,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.alive_at = clock.now()
        self._database, self._clock, self._retention = database, clock, retention
        self._zone, self._erasures, self._talks, self._sleep = zone, erasures, talks, sleep

    async def run(self) -> None:
        """Sweep until cancelled."""
        next_hour = self._clock.now()
        while True:
            await patiently(self.sweep_guarded, self._sleep)
            if self._clock.now() >= next_hour:
                await patiently(self.sweep_old, self._sleep)
                next_hour = self._clock.now() + HOUR
            self.alive_at = self._clock.now()
            # Shorter than a minute: supervision calls a part dead that gave no sign for a minute.
            await self._sleep(MINUTE / 2)

    async def sweep_guarded(self) -> int:
        """Delete guarded lines, and what is left of erased people, whose ten minutes are over; return how many.

        Finish an erasure a reader held up.
        """
        now = self._clock.now()
        gone = await self._database.write(
            lambda tx: messages.forget_guarded(tx, now) + forget_erased(tx, now - GUARDED_FOR, now)
        )
        if gone or self._database.scrub_due:
            await self._database.scrub()
        return gone

    async def sweep_old(self) -> dict[str, int]:
        """Count closed days, delete what is older than it may be; return how many rows of each kind."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> dict[str, int]:
            # The list within the transaction: nobody can be adding a line meanwhile.
            return self._forget(tx, now) | {"erasures listed": self._erasures.forget(self._listed_since(now))}

        gone = await self._database.write(work)
        if gone["talks left idle"]:
            self._talks.wake()
        found = {kind: number for kind, number in gone.items() if number}
        if found:
            _LOG.info("Swept: %s", ", ".join(f"{number} {kind}" for kind, number in found.items()))
            await self._database.scrub()
        return found

    async def would_go(self) -> dict[str, int]:
        """Return how many rows of each kind a sweep would take away (or count) at this moment; nothing is changed."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> None:
            gone = {"guarded lines": messages.forget_guarded(tx, now), "erased people": 0}
            gone["erased people"] = forget_erased(tx, now - GUARDED_FOR, now)
            listed = self._erasures.count(self._listed_since(now))
            raise _Undone(gone | self._forget(tx, now) | {"erasures listed": listed})

        try:
            await self._database.write(work)
        except _Undone as undone:
            return undone.gone
        raise AssertionError("a dry run always ends in being undone")

    def _listed_since(self, now: datetime) -> date:
        """No backup is older than this day."""
        return now.astimezone(self._zone).date() - timedelta(days=self._retention.backup)

    def _forget(self, tx: sa.Connection, now: datetime) -> dict[str, int]:
        kept, today = self._retention, now.astimezone(self._zone).date()
        said_before = timedelta(days=kept.conversation)
        return {
            "questions counted": questions.count_closed(tx, today),
            "messages": messages.forget_before(tx, now - said_before),
            "sessions": sessions.forget_idle(tx, now - said_before),
            "talks left idle": self._talks.leave_idle(tx, now),
            "handovers": handovers.forget_closed(tx, now - timedelta(days=kept.handover)),
            "question texts": questions.forget_texts(tx, today - timedelta(days=kept.question_text)),
            "leads": leads.forget(tx, now - timedelta(days=kept.lead)),
            "vacancies": vacancies.forget(tx, today - timedelta(days=kept.lead)),
            "receipt tries": leads.forget_tries(tx, now - TRIES_WITHIN),
            "drafts": content_edits.forget(tx, now - timedelta(days=kept.question_text)),
            "questions": questions.forget(tx, today - said_before),
            "events": inbox.forget_before(tx, now - timedelta(days=kept.event_ids)),
            "slips": slips.forget_over(tx, today),
            "link codes": links.forget(tx, now),
            "privacy requests": privacy.forget(tx, now - timedelta(days=kept.audit)),
            "consents that ended": consents.let_go(tx, now - said_before),
            "proofs of consent": consents.forget(tx, now - timedelta(days=kept.backup)),
            "people of campaigns": deliveries.let_go(tx, now - timedelta(days=kept.delivery)),
            "addresses": addresses.forget_empty(tx),
            "sign-ins": sign_ins.forget(tx, now - SIGN_IN_LONGEST, now - SIGN_IN_IDLE),
            "sign-in tries": sign_ins.forget_tries(tx, now - FORGIVEN_AFTER),
            "audit entries": audit.forget(tx, now - timedelta(days=kept.audit)),
        }


class _Undone(Exception):
    """Takes back the transaction of a dry run, and carries what it found."""

    def __init__(self, gone: dict[str, int]) -> None:
        super().__init__("dry run")
        self.gone = gone
