"""One approval for everything that needs a second pair of eyes: campaigns, content, what else may come.

An approval holds for exactly what was shown (its hash), for a while (`until`), and never by its own author, whatever
roles they have: it compares people, not roles.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.core.states import move


class Stage(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Ruling(StrEnum):
    """What may be done with an approval."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


class Objection(StrEnum):
    """Why a ruling does not count."""

    OWN = "own"  # nobody approves or refuses their own
    NOT_YOURS = "not_yours"  # only the author takes it back
    CHANGED = "changed"  # it is no longer what was shown
    OVER = "over"  # its time is up
    DECIDED = "decided"  # somebody was faster
    TWICE = "twice"  # two people are needed, and this one has said yes already
    NOT_READY = "not_ready"  # what has to be seen first is not there yet


TABLE: Final[Mapping[Stage, Mapping[Ruling, Stage]]] = {
    Stage.WAITING: {
        Ruling.APPROVE: Stage.APPROVED,
        Ruling.REFUSE: Stage.REFUSED,
        Ruling.WITHDRAW: Stage.WITHDRAWN,
    },
    Stage.APPROVED: {Ruling.WITHDRAW: Stage.WITHDRAWN},
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be approved: "campaign" and its id, "topic" and its file."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Approval:
    """`hash`: of all that the approver is shown. `author`, `approver`: numbers of staff. Holds before `until`."""

    subject: Subject
    hash: str
    author: int
    until: datetime
    stage: Stage = Stage.WAITING
    approver: int | None = None


def rule(approval: Approval, ruling: Ruling, *, by: int, shown: str, now: datetime) -> Approval | Objection:
    """Return the approval after this ruling, or why it does not count. `shown`: the hash of what `by` was shown."""
    if ruling not in TABLE.get(approval.stage, {}):
        return Objection.DECIDED
    if ruling is Ruling.WITHDRAW:
        if by != approval.author:
            return Objection.NOT_YOURS
        return replace(approval, stage=move(TABLE, approval.stage, ruling))
    if by == approval.author:
        return Objection.OWN
    if now >= approval.until:
        return Objection.OVER
    if shown != approval.hash:
        return Objection.CHANGED
    return replace(approval, stage=move(TABLE, approval.stage, ruling), approver=by)


def holds(approval: Approval, *, hash: str, now: datetime) -> bool:
    """Whether somebody else approved exactly this, and it is still in time."""
    return approval.stage is Stage.APPROVED and approval.hash == hash and now < approval.until
