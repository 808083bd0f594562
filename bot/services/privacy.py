"""Requests about one's data, for the admins who answer them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa

from bot.core.staff import Member
from bot.services import access
from bot.services.access import PRIVACY_REQUEST, Right
from bot.services.ports import Clock
from bot.services.sealed import Sealed
from db import audit, privacy
from db.engine import Database
from db.privacy import KeptRequest

MOST: Final = 200  # requests of one list
MOST_TAKEN: Final = 10_000  # requests of one spreadsheet
LONGEST: Final = 500  # characters of how a request was closed


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `text`, `reason`: "" where the person was erased since (`is_erased`)."""

    id: int
    kind: str
    is_open: bool
    is_erased: bool
    received: datetime
    due: date
    closed: datetime | None
    text: str = ""
    reason: str = ""


class PrivacyRequests:
    def __init__(self, database: Database, sealed: Sealed, clock: Clock) -> None:
        self._database, self._sealed, self._clock = database, sealed, clock

    async def every(self, by: Member, *, state: str = "", kind: str = "") -> Sequence[Request]:
        """Return requests without their words, soonest due first. Raises NotAllowed."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> Sequence[KeptRequest]:
            access.confirm(tx, by, Right.ANSWER_PRIVACY)
            audit.note(tx, by.id, "listed", PRIVACY_REQUEST.name, "", now)
            return privacy.every(tx, state, kind, MOST)

        return [_shown(each) for each in await self._database.write(work)]

    async def export(self, by: Member, *, state: str = "", kind: str = "") -> Sequence[Request]:
        """Return what the list shows, to take along; note that it was taken. Raises NotAllowed."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> Sequence[KeptRequest]:
            access.confirm(tx, by, Right.ANSWER_PRIVACY)
            access.confirm(tx, by, Right.EXPORT)
            audit.note(tx, by.id, "exported", PRIVACY_REQUEST.name, "", now)
            return privacy.every(tx, state, kind, MOST_TAKEN)

        return [_shown(each) for each in await self._database.write(work)]

    async def one(self, by: Member, number: int) -> Request | None:
        """Return a request with its words, and note that it was read; None for one that is not there."""
        now = self._clock.now()
        kept = await self._database.write(lambda tx: access.fetch(tx, by, PRIVACY_REQUEST, number, now))
        if kept is None:
            return None
        words, reason = self._sealed.read_privacy(kept.body), self._sealed.read_privacy(kept.reason)
        return _shown(kept, words, reason)

    async def close(self, by: Member, number: int, reason: str) -> bool:
        """Close a request; the person reads the reason under "dữ liệu của tôi". False: without one, or not open.

        Raises NotAllowed.
        """
        said, now = " ".join(reason.split())[:LONGEST], self._clock.now()
        if not said:
            return False

        def work(tx: sa.Connection) -> bool:
            access.confirm(tx, by, Right.ANSWER_PRIVACY)
            if not privacy.close(tx, number, by.id, self._sealed.privacy(said), now):
                return False
            audit.note(tx, by.id, "closed", PRIVACY_REQUEST.name, number, now)
            return True

        return await self._database.write(work)


def waiting(tx: sa.Connection, member: Member, now: datetime) -> int:  # noqa: ARG001  # what every queue is given
    """How many requests wait for this member."""
    return privacy.count_open(tx) if access.may(member, Right.ANSWER_PRIVACY) else 0


def _shown(kept: KeptRequest, text: str = "", reason: str = "") -> Request:
    return Request(
        kept.id, kept.kind, kept.state == privacy.OPEN, kept.address_id is None, kept.received_at, kept.due,
        kept.closed_at, text, reason,
    )  # fmt: skip
