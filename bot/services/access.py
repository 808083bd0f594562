"""Who may do what, and the one way to a record: every page of the console asks here and nowhere else.

Roles add up. A right holds everywhere or in a member's own communes, by the role it comes from. A record that is not
there and one that is somebody else's look alike: a number tells a stranger nothing.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Generic, TypeVar

import sqlalchemy as sa

from bot.core.errors import BotError
from bot.core.handover import DISTRESS, QUESTION, Handover
from bot.core.staff import Member, Role, Standing
from db import audit, handovers, leads, privacy, staff
from db.leads import KeptLead

Record = TypeVar("Record")


class Right(StrEnum):
    SEE_STAFF = "see_staff"
    MANAGE_STAFF = "manage_staff"
    READ_AUDIT = "read_audit"
    APPROVE = "approve"
    EXPORT = "export"
    SEE_LEADS = "see_leads"
    WORK_LEADS = "work_leads"  # claim, call, move, close; hand one's own over
    HAND_OVER_LEADS = "hand_over_leads"  # anybody's: what rests reaches those who may
    SEE_FIGURES = "see_figures"  # how the work on job-seekers goes, in numbers
    SEE_VACANCIES = "see_vacancies"
    KEEP_VACANCIES = "keep_vacancies"  # import, write, change, take down
    OPEN_SLIPS = "open_slips"
    ANSWER = "answer"  # questions that people passed to staff
    HELP = "help"  # in distress
    ASSIST = "assist"  # type for somebody who calls
    SEE_CAMPAIGNS = "see_campaigns"
    WRITE_CAMPAIGNS = "write_campaigns"
    RUN_CAMPAIGNS = "run_campaigns"  # schedule, send, pause, resume, cancel
    EDIT_CONTENT = "edit_content"  # questions nobody answered, drafts of content, figures
    ANSWER_PRIVACY = "answer_privacy"


EVERYWHERE: Final[Mapping[Right, frozenset[Role]]] = {
    Right.SEE_STAFF: frozenset({Role.ADMIN, Role.SUPERVISOR}),
    Right.MANAGE_STAFF: frozenset({Role.ADMIN}),
    Right.READ_AUDIT: frozenset({Role.ADMIN}),
    Right.APPROVE: frozenset({Role.APPROVER}),
    Right.EXPORT: frozenset({Role.ADMIN, Role.SUPERVISOR}),
    Right.SEE_LEADS: frozenset({Role.SUPERVISOR}),
    Right.WORK_LEADS: frozenset({Role.SUPERVISOR}),
    Right.HAND_OVER_LEADS: frozenset({Role.SUPERVISOR}),
    Right.SEE_FIGURES: frozenset({Role.SUPERVISOR, Role.VIEWER}),
    Right.SEE_VACANCIES: frozenset({Role.SUPERVISOR, Role.COUNSELLOR, Role.EDITOR, Role.VIEWER}),
    Right.KEEP_VACANCIES: frozenset({Role.SUPERVISOR, Role.COUNSELLOR, Role.EDITOR}),
    Right.OPEN_SLIPS: frozenset({Role.ADMIN, Role.SUPERVISOR}),
    Right.ANSWER: frozenset({Role.EDITOR, Role.SUPERVISOR}),  # supervisors take over what waits too long
    Right.HELP: frozenset({Role.SUPERVISOR}),
    Right.ASSIST: frozenset({Role.EDITOR, Role.COUNSELLOR, Role.SUPERVISOR}),  # of no commune: nothing is kept
    Right.EDIT_CONTENT: frozenset({Role.EDITOR}),
    Right.SEE_CAMPAIGNS: frozenset(Role) - {Role.COUNSELLOR},
    Right.WRITE_CAMPAIGNS: frozenset({Role.EDITOR, Role.APPROVER}),
    Right.RUN_CAMPAIGNS: frozenset({Role.EDITOR, Role.APPROVER, Role.SUPERVISOR, Role.ADMIN}),
    Right.ANSWER_PRIVACY: frozenset({Role.ADMIN}),
}
IN_OWN_COMMUNES: Final[Mapping[Right, frozenset[Role]]] = {
    Right.SEE_STAFF: frozenset({Role.COUNSELLOR}),  # colleagues who serve the same people
    Right.EXPORT: frozenset({Role.COUNSELLOR}),
    Right.SEE_LEADS: frozenset({Role.COUNSELLOR}),
    Right.WORK_LEADS: frozenset({Role.COUNSELLOR}),
    Right.SEE_FIGURES: frozenset({Role.COUNSELLOR}),
    Right.OPEN_SLIPS: frozenset({Role.COUNSELLOR}),
    Right.ANSWER: frozenset({Role.COUNSELLOR}),
}


class NotAllowed(BotError):
    """A member asked for what their roles do not open; an admin gives roles."""

    def __init__(self, member: Member, right: Right) -> None:
        super().__init__(f"Member {member.id} has no role that opens {right}. An admin gives roles.")


@dataclass(frozen=True, slots=True)
class RecordKind(Generic[Record]):
    """A kind of record that has communes. `name` stands in the audit; `right` opens it."""

    name: str
    right: Right
    find: Callable[[sa.Connection, int], Record | None]
    communes: Callable[[Record], Collection[str]]


def of_kind(kind: str) -> Callable[[sa.Connection, int], Handover | None]:
    """Return what finds a handover of this kind alone."""

    def find(tx: sa.Connection, number: int) -> Handover | None:
        found = handovers.find(tx, number)
        return found if found is not None and found.kind == kind else None

    return find


STAFF: Final[RecordKind[Member]] = RecordKind("staff", Right.SEE_STAFF, staff.find, lambda member: member.communes)
PRIVACY_REQUEST: Final[RecordKind[privacy.KeptRequest]] = RecordKind(
    "privacy_request", Right.ANSWER_PRIVACY, privacy.find, lambda _request: ()
)

# One kind of record each: a call for help is found by those alone who may help.
HANDOVER: Final[RecordKind[Handover]] = RecordKind(
    "handover", Right.ANSWER, of_kind(QUESTION), lambda each: {each.commune}
)
CALL: Final[RecordKind[Handover]] = RecordKind("call", Right.HELP, of_kind(DISTRESS), lambda each: {each.commune})
HANDOVERS: Final[Mapping[str, RecordKind[Handover]]] = {QUESTION: HANDOVER, DISTRESS: CALL}


def reaches_handover(member: Member, handover: Handover) -> bool:
    """Whether a member may have this handover."""
    return reaches(member, HANDOVERS[handover.kind].right, {handover.commune})


LEAD: Final[RecordKind[KeptLead]] = RecordKind("lead", Right.SEE_LEADS, leads.find, lambda lead: {lead.commune})


def may(member: Member, right: Right) -> bool:
    """Whether a member may do this at all, be it in their own communes only."""
    return member.standing is Standing.ACTIVE and bool(
        member.roles & (EVERYWHERE.get(right, frozenset()) | IN_OWN_COMMUNES.get(right, frozenset()))
    )


def reaches(member: Member, right: Right, communes: Collection[str]) -> bool:
    """Whether a member may do this with a record of these communes."""
    if not may(member, right):
        return False
    if member.roles & EVERYWHERE.get(right, frozenset()):
        return True
    return not member.communes.isdisjoint(communes)


def scope(member: Member, right: Right) -> frozenset[str] | None:
    """The communes in which a member may do this; None: everywhere."""
    return None if member.roles & EVERYWHERE.get(right, frozenset()) else member.communes


def confirm(tx: sa.Connection, by: Member, right: Right, *, of: Collection[int] = ()) -> Member:
    """Return the member as they stand at this moment, within the transaction of what they are about to change.

    `of`: numbers of the members it is about; they stay as they are, too. Raises NotAllowed: roles may have gone since
    the page was opened.
    """
    staff.hold(tx, {by.id, *of})
    today = staff.find(tx, by.id)
    if today is None or not may(today, right):
        raise NotAllowed(by, right)
    return today


def fetch(tx: sa.Connection, by: Member, kind: RecordKind[Record], record_id: int, now: datetime) -> Record | None:
    """Return a record for `by` to look at, and note that they did; None for one unknown to them."""
    record = kind.find(tx, record_id)
    if record is None or not reaches(by, kind.right, kind.communes(record)):
        return None
    audit.note(tx, by.id, "seen", kind.name, record_id, now)
    return record
