"""Drafts of content: one person writes, a second one approves what is shown, then it is written to the folder.

A draft is checked as `bot check` would, holds no personal data, and is no question by which the office measures. What
it would do to understanding is measured before anybody can approve it (comparing.py).
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Final

import sqlalchemy as sa

from bot.content.comparing import read_labelled
from bot.content.edits import Change, plan
from bot.content.problems import Problem
from bot.content.splicing import NotThere
from bot.content.writing import patch, problems_with, write
from bot.core import editing as core
from bot.core.approvals import Approval, Objection, Ruling, Subject
from bot.core.approvals import Stage as Ruled
from bot.core.editing import LONGEST, AddExample, AddSynonym, AddWord, Edit, NewTopic, Stage, Step, kind_of, target_of
from bot.core.likeness import alike
from bot.core.masking import mask
from bot.core.staff import Member
from bot.core.states import move
from bot.core.text import fold
from bot.services import access, approvals
from bot.services.access import NotAllowed, Right
from bot.services.comparing import Comparing, Comparison
from bot.services.ports import Clock
from bot.services.sealed import Sealed
from db import approvals as asked_rows
from db import audit, content_edits, questions
from db.content_edits import Kept
from db.engine import Database

KIND: Final = "content"  # of an approval's subject, and in the audit
OPEN_FOR: Final = timedelta(days=30)  # an approval that nobody gives
SHOWN: Final = 200  # drafts of the list


class Trouble(StrEnum):
    """Why a draft cannot go on."""

    EMPTY = "empty"
    LONG = "long"
    PERSONAL = "personal"  # a phone, a card, a number that is somebody's
    MEASURED_WITH = "measured_with"  # too near a labelled question: it would teach the exam
    NOT_THERE = "not_there"  # its place is not in the folder
    THERE_ALREADY = "there_already"
    CHECK = "check"  # `bot check` finds something
    NOT_NOW = "not_now"  # another stage than this needs


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it is looked at. `edit` None: its words are forgotten. `change` None: it changes no file."""

    kept: Kept
    edit: Edit | None
    change: Change | None
    comparison: Comparison | None = None
    trouble: Trouble | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def fingerprint(self) -> str:
        """A hash of all that an approver is shown; "" where there is nothing to approve."""
        return self.change.fingerprint if self.change else ""


class Editing:
    """`reload` asks the service to take up the folder as it then is."""

    def __init__(
        self,
        database: Database,
        sealed: Sealed,
        clock: Clock,
        folder: Path,
        comparing: Comparing,
        reload: Callable[[], None],
        zone: tzinfo,
    ) -> None:
        self._database, self._sealed, self._clock = database, sealed, clock
        self._folder, self._comparing, self._reload, self._zone = folder, comparing, reload, zone

    async def draft(self, by: Member, edit: Edit, asked: Sequence[int] = ()) -> int | Trouble:
        """Keep a draft made of these questions; return its number. Raises NotAllowed."""
        edit, now = cleaned(edit), self._clock.now()
        trouble = await asyncio.to_thread(self._trouble, edit)
        if trouble is not None:
            return trouble

        def work(tx: sa.Connection) -> int:
            access.confirm(tx, by, Right.EDIT_CONTENT)
            number = content_edits.add(tx, kind_of(edit), target_of(edit), self._sealed.edit(edit), by.id, now)
            questions.belong_to(tx, asked, number)
            audit.note(tx, by.id, "drafted", KIND, number, now)
            return number

        return await self._database.write(work)

    async def every(self, by: Member) -> Sequence[Draft]:
        """Return the newest drafts of all. Raises NotAllowed."""

        def work(tx: sa.Connection) -> Sequence[Kept]:
            access.confirm(tx, by, Right.EDIT_CONTENT)
            return content_edits.newest(tx, SHOWN)

        return [Draft(kept, self._edit(kept), None) for kept in await self._database.read(work)]

    async def one(self, by: Member, number: int, *, is_checked: bool = True) -> Draft | None:
        """Return a draft for an editor or approver. Raises NotAllowed for others."""
        if not (access.may(by, Right.EDIT_CONTENT) or access.may(by, Right.APPROVE)):
            raise NotAllowed(by, Right.EDIT_CONTENT)
        kept = await self._database.read(lambda tx: content_edits.find(tx, number))
        if kept is None:
            return None
        draft = await asyncio.to_thread(self._planned, kept)
        if is_checked and kept.stage is Stage.DRAFT and draft.change is not None:
            found = await asyncio.to_thread(problems_with, self._folder, draft.change, self._today())
            draft = replace(draft, problems=tuple(found), trouble=draft.trouble or (Trouble.CHECK if found else None))
        return replace(draft, comparison=self._comparing.of(kept))

    async def submit(self, by: Member, number: int) -> int | Trouble:
        """Ask a second person, and begin to measure; return the approval's number. Raises NotAllowed."""
        draft = await self.one(by, number)
        if draft is None or draft.kept.stage is not Stage.DRAFT:
            return Trouble.NOT_NOW
        if draft.trouble is not None or draft.change is None or draft.edit is None:
            return draft.trouble or Trouble.NOT_NOW
        change, now = draft.change, self._clock.now()

        def work(tx: sa.Connection) -> int | Trouble:
            access.confirm(tx, by, Right.EDIT_CONTENT)
            if not content_edits.move(tx, number, Stage.DRAFT, move(core.TABLE, Stage.DRAFT, Step.SUBMIT), now):
                return Trouble.NOT_NOW
            asked = approvals.ask(tx, by, Subject(KIND, str(number)), change.fingerprint, now + OPEN_FOR, now)
            content_edits.ask(tx, number, asked)
            return asked

        asked = await self._database.write(work)
        if isinstance(asked, int) and core.teaches(draft.edit):
            self._comparing.begin(number, self._folder, change)
        return asked

    async def drop(self, by: Member, number: int) -> Trouble | None:
        """Throw a draft away; its questions wait again. Raises NotAllowed."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> Trouble | None:
            access.confirm(tx, by, Right.EDIT_CONTENT)
            if not content_edits.move(tx, number, Stage.DRAFT, move(core.TABLE, Stage.DRAFT, Step.DROP), now):
                return Trouble.NOT_NOW
            questions.free(tx, number)
            audit.note(tx, by.id, "dropped", KIND, number, now)
            return None

        return await self._database.write(work)

    async def measure(self, by: Member, number: int) -> None:
        """Begin to measure what was submitted and is not measured (a restart lost it). Raises NotAllowed."""
        draft = await self.one(by, number)
        if draft is not None and draft.kept.stage is Stage.SUBMITTED and draft.change and draft.edit:
            self._comparing.begin(number, self._folder, draft.change)

    async def write_again(self, by: Member, number: int) -> None:
        """Try again to write what was approved and is not in the folder. Raises NotAllowed."""
        if (await self.one(by, number)) is not None:
            await self._write(number)

    async def patch(self, by: Member, number: int) -> str | None:
        """Return an approved change as a patch, for a folder that only others may write. Raises NotAllowed."""
        draft = await self.one(by, number)
        if draft is None or draft.change is None or draft.kept.stage not in (Stage.APPROVED, Stage.WRITTEN):
            return None
        return await asyncio.to_thread(patch, self._folder, draft.change)

    # --- As a kind of subject of approvals (services/approving.py)

    name: ClassVar[str] = KIND

    async def shown(self, by: Member, subject_id: str) -> tuple[str, bool, Any]:
        draft = await self.one(by, int(subject_id))
        if draft is None or draft.edit is None or draft.change is None:
            return "", False, draft
        is_measured = not core.teaches(draft.edit) or (draft.comparison is not None and draft.comparison.is_done)
        return draft.fingerprint, is_measured, draft

    def ruled(self, tx: sa.Connection, approval: Approval, ruling: Ruling, now: datetime) -> Objection | None:
        number = int(approval.subject.id)
        kept = content_edits.find(tx, number)
        step = {Ruling.APPROVE: Step.APPROVE, Ruling.REFUSE: Step.REFUSE, Ruling.WITHDRAW: Step.TAKE_BACK}[ruling]
        if kept is None or step not in core.TABLE.get(kept.stage, {}):
            return Objection.DECIDED  # written already: what is public is taken back by another change
        after = move(core.TABLE, kept.stage, step)
        if after is Stage.REFUSED:
            questions.free(tx, number)
        return None if content_edits.move(tx, number, kept.stage, after, now) else Objection.DECIDED

    async def carry_out(self, approval: Approval) -> None:
        if approval.stage is Ruled.APPROVED:
            await self._write(int(approval.subject.id))

    async def _write(self, number: int) -> None:
        """Write an approved change. In a folder that cannot be written it stays approved, to be fetched as a patch."""
        kept = await self._database.read(lambda tx: content_edits.find(tx, number))
        edit = self._edit(kept) if kept else None
        if kept is None or edit is None or kept.stage is not Stage.APPROVED or kept.approval_id is None:
            return
        approval_id, now = kept.approval_id, self._clock.now()
        asked = await self._database.read(lambda tx: asked_rows.find(tx, approval_id))
        if asked is None or asked.approval.stage is not Ruled.APPROVED:
            return
        day = now.astimezone(self._zone).date()
        try:
            is_written = await asyncio.to_thread(write, self._folder, edit, asked.approval.hash, day)
        except (OSError, NotThere):
            return

        def work(tx: sa.Connection) -> None:
            if content_edits.move(tx, number, Stage.APPROVED, Stage.WRITTEN, now):
                audit.note(tx, None, "written", KIND, number, now)

        if is_written:
            await self._database.write(work)
            self._reload()

    def _planned(self, kept: Kept) -> Draft:
        edit = self._edit(kept)
        if edit is None:
            return Draft(kept, None, None)
        try:
            change = plan(self._folder, edit, self._today())
        except NotThere:
            return Draft(kept, edit, None, trouble=Trouble.NOT_THERE)
        return Draft(kept, edit, change)

    def _trouble(self, edit: Edit) -> Trouble | None:
        """What is wrong with the words of a draft."""
        texts = _texts_of(edit)
        if not all(texts):
            return Trouble.EMPTY
        if any(len(text) > LONGEST for text in texts):
            return Trouble.LONG
        if any(mask(text)[1] or _is_masked(text) for text in texts):
            return Trouble.PERSONAL
        if isinstance(edit, AddExample):
            exam = [fold(each.text) for each in read_labelled(self._folder)]
            if next(alike([fold(edit.text)], exam), None):
                return Trouble.MEASURED_WITH
        try:
            change = plan(self._folder, edit, self._today())
        except NotThere:
            return Trouble.NOT_THERE
        return Trouble.THERE_ALREADY if change and change.is_done else None

    def _edit(self, kept: Kept) -> Edit | None:
        return self._sealed.read_edit(kept.kind, kept.body) if kept.body else None

    def _today(self) -> Any:
        return self._clock.now().astimezone(self._zone).date()


def cleaned(edit: Edit) -> Edit:
    """Each text in one line, without spaces around it."""
    texts: dict[str, Any] = {
        name: " ".join(value.split()) for name in edit.__slots__ if isinstance(value := getattr(edit, name), str)
    }
    return replace(edit, **texts)


def _texts_of(edit: Edit) -> tuple[str, ...]:
    match edit:
        case AddExample(_, text):
            return (text,)
        case AddWord(short, long):
            return (short, long)
        case AddSynonym(_, phrase):
            return (phrase,)
        case NewTopic(title, _):
            return (title,)
        case _:
            return (edit.source, edit.by_office)


def _is_masked(text: str) -> bool:
    """Whether something was masked in it: such a sign teaches nothing."""
    return any(f"[{kind}]" in text for kind in ("phone", "email", "id", "card", "otp"))
