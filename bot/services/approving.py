"""What waits for a second person, over all kinds of subjects: content today, campaigns as they come.

A kind says how its subject is shown (with a hash of exactly that), what a ruling does in its own transaction, and what
follows after the commit. Who writes and who approves are told apart by core/approvals.py, for every kind alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

import sqlalchemy as sa

from bot.core.approvals import Approval, Objection, Ruling, Stage
from bot.core.staff import Member
from bot.services import access, approvals
from bot.services.access import Right
from bot.services.ports import Clock
from db import approvals as rows
from db.approvals import Kept
from db.engine import Database

SHOWN: Final = 200  # of one's own


class Kind(Protocol):
    @property
    def name(self) -> str:
        """Stands in the approval's subject."""
        ...

    async def shown(self, by: Member, subject_id: str) -> tuple[str, bool, Any]:
        """Return a hash of what is shown ("" = gone), whether it may be approved already, and what the page needs."""
        ...

    def ruled(self, tx: sa.Connection, approval: Approval, ruling: Ruling, now: datetime) -> Objection | None:
        """Move the subject along; an Objection where it does not stand where this ruling finds it."""
        ...

    async def carry_out(self, approval: Approval) -> None:
        """Do what follows from a ruling, after its commit. May be done again."""
        ...


@dataclass(frozen=True, slots=True)
class Shown:
    """An approval with its subject as it is now. `fingerprint` goes into the form; `is_changed`: it is no longer what
    was submitted."""

    kept: Kept
    fingerprint: str
    is_ready: bool
    subject: Any

    @property
    def is_changed(self) -> bool:
        return self.fingerprint != self.kept.approval.hash


class _Undone(Exception):
    """Takes the transaction back."""

    def __init__(self, objection: Objection) -> None:
        super().__init__(objection)
        self.objection = objection


class Approving:
    def __init__(self, database: Database, clock: Clock, kinds: Sequence[Kind]) -> None:
        self._database, self._clock = database, clock
        self._kinds: Mapping[str, Kind] = {kind.name: kind for kind in kinds}

    async def lists(self, by: Member) -> tuple[Sequence[Kept], Sequence[Kept]]:
        """Return what waits for this member, and what they asked for themselves."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> tuple[Sequence[Kept], Sequence[Kept]]:
            waits = rows.waiting_for(tx, by.id, now) if access.may(by, Right.APPROVE) else ()
            return waits, rows.by_author(tx, by.id, SHOWN)

        return await self._database.read(work)

    async def one(self, by: Member, number: int) -> Shown | None:
        """Return an approval for its author or an approver; None for one unknown to them."""
        kept = await self._database.read(lambda tx: rows.find(tx, number))
        if kept is None or not (access.may(by, Right.APPROVE) or kept.approval.author == by.id):
            return None
        kind = self._kinds.get(kept.approval.subject.kind)
        if kind is None:
            return None
        fingerprint, is_ready, subject = await kind.shown(by, kept.approval.subject.id)
        return Shown(kept, fingerprint, is_ready, subject)

    async def rule(
        self, by: Member, number: int, ruling: Ruling, shown: str, reason: str = ""
    ) -> Approval | Objection | None:
        """Rule on what `by` was shown. None: no such approval. Raises NotAllowed without the right to approve."""
        now, seen = self._clock.now(), await self.one(by, number)
        if seen is None:
            return None
        kind = self._kinds[seen.kept.approval.subject.kind]
        if ruling is Ruling.APPROVE and seen.kept.approval.author != by.id:
            if seen.is_changed and seen.kept.approval.stage is Stage.WAITING:
                return Objection.CHANGED
            if not seen.is_ready:
                return Objection.NOT_READY

        def work(tx: sa.Connection) -> Approval | Objection | None:
            after = approvals.rule(tx, by, number, ruling, shown, now, reason)
            objection = kind.ruled(tx, after, ruling, now) if isinstance(after, Approval) else None
            if objection is not None:
                raise _Undone(objection)
            return after

        try:
            after = await self._database.write(work)
        except _Undone as undone:
            return undone.objection
        if isinstance(after, Approval):
            await kind.carry_out(after)
        return after
