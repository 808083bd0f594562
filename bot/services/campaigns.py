"""Campaigns are written, shown, submitted and approved by somebody else. How they are sent: campaigning.py.

What is approved is a hash of the texts as rendered (content/campaigns.py) and of everything that decides who gets
them; the texts are kept as submitted and sent as they are kept. Who changes a campaign voids what was approved, and
approves it no more.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any, ClassVar, Final

import sqlalchemy as sa

from bot.content import campaigns as files
from bot.content.problems import Problem
from bot.content.render import Renderer
from bot.core.approvals import Approval, Objection, Ruling, Subject
from bot.core.approvals import Stage as Ruled
from bot.core.audience import Picture
from bot.core.campaigns import TABLE, Action, Campaign, State, Variant, make_code
from bot.core.catalogue import Catalogue
from bot.core.markup import parse, plain, units
from bot.core.own import Ours
from bot.core.staff import Member
from bot.core.states import move
from bot.core.subscribing import CLASS_FACT
from bot.core.types import Address, Language, Rendered
from bot.services import access, approvals, outbox
from bot.services.access import Right
from bot.services.audiences import Audiences
from bot.services.ports import Clock, Platform
from bot.services.sealed import Sealed
from db import approvals as asked
from db import audit, staff
from db import campaigns as rows
from db.campaigns import Kept, NewCampaign
from db.engine import Database

KIND: Final = "campaign"  # of an approval's subject, and in the audit
APPROVED_FOR: Final = timedelta(days=14)  # from being submitted
SHOWN: Final = 200  # campaigns of the list
TAKEN_BACK: Final = (State.SUBMITTED, State.APPROVED, State.SCHEDULED)  # changing it brings it back to a draft
TOPICS, LINKS = 2, 2  # that a form has room for; a file may have more


class Trouble(StrEnum):
    """Why something was not done."""

    NOT_THERE = "not_there"
    NOT_NOW = "not_now"  # its state does not allow it
    PROBLEMS = "problems"  # what is written cannot be sent
    NO_OPERATOR = "no_operator"  # no office runs this service
    CHANGED = "changed"  # it is no longer what was approved
    PAST = "past"  # the moment is over
    TOO_LATE = "too_late"  # after the last day, or the approval is too old by then
    NOT_BOUND = "not_bound"  # this member has no Telegram of their own connected
    NOBODY = "nobody"  # there is nobody to send it to


@dataclass(frozen=True, slots=True)
class Source:
    """What a campaign is written in: a file, or a form's fields of the same shape."""

    file: bytes | None = None
    fields: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A campaign as it is looked at. `variants`: as rendered today; of one that was submitted, as submitted.

    `hash`: of it as it would be sent today, "" where it cannot be.
    """

    kept: Kept
    campaign: Campaign
    problems: tuple[Problem, ...]
    variants: tuple[Variant, ...]
    hash: str
    catalogue: Catalogue

    @property
    def firsts(self) -> tuple[Variant, ...]:
        """The first text of each language."""
        return tuple({each.language: each for each in reversed(self.variants)}.values())[::-1]

    @property
    def others(self) -> tuple[Variant, ...]:
        return tuple(each for each in self.variants if each not in self.firsts)

    def units(self, variant: Variant) -> int:
        """How long it is in one message of Telegram."""
        return units(plain(parse(variant.text)))

    def choices(self, language: Language) -> "Choices":
        return choices_of(self.catalogue, language)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form lets one choose, with the words that households read. `topics` by the words of a file."""

    subjects: Mapping[str, str]
    classes: Mapping[str, str]
    topics: Mapping[str, str]
    hosts: tuple[str, ...]
    communes: Mapping[str, str]


def choices_of(catalogue: Catalogue, language: Language) -> Choices:
    fact = catalogue.facts.get(CLASS_FACT)
    return Choices(
        {each.id: each.label[language] for each in catalogue.subjects},
        {word: label[language] for word, label in fact.choices.items()} if fact else {},
        {f"{files.TOPIC}{each.id}": each.label[language] for each in catalogue.topics.values()},
        catalogue.hosts,
        {place.new_code: f"{place.new_type} {place.new_name}" for place in catalogue.places},
    )


class Campaigns:
    """`renderer`: of the content in use. `is_operated`: an office runs this service, or it is a demonstration."""

    def __init__(
        self,
        database: Database,
        sealed: Sealed,
        clock: Clock,
        renderer: Callable[[], Renderer],
        audiences: Audiences,
        zone: tzinfo,
        *,
        is_operated: bool,
        choose: Callable[[str], str],
    ) -> None:
        self._database, self._sealed, self._clock, self._renderer = database, sealed, clock, renderer
        self._audiences, self._zone, self._is_operated, self._choose = audiences, zone, is_operated, choose

    def read(self, source: Source) -> tuple[Campaign | None, list[Problem]]:
        """Read what is written. None where it has not the shape of a campaign."""
        catalogue = self._renderer().catalogue
        if source.file is not None:
            return files.read_campaign(source.file, catalogue)
        return files.read_fields(source.fields or {}, catalogue)

    async def draft(self, by: Member, source: Source) -> int | list[Problem]:
        """Keep a new draft; return its number, or why it has no shape. Raises NotAllowed."""
        campaign, problems = self.read(source)
        if campaign is None:
            return problems
        now = self._clock.now()

        def work(tx: sa.Connection) -> int:
            access.confirm(tx, by, Right.WRITE_CAMPAIGNS)
            number = rows.add(tx, self._row(campaign, self._fresh_code(tx), by), now)
            audit.note(tx, by.id, "drafted", KIND, number, now)
            return number

        return await self._database.write(work)

    async def rewrite(self, by: Member, number: int, source: Source) -> Trouble | list[Problem] | None:
        """Change what is written; whatever was approved is void. Raises NotAllowed."""
        campaign, problems = self.read(source)
        if campaign is None:
            return problems
        now = self._clock.now()

        def work(tx: sa.Connection) -> Trouble | None:
            access.confirm(tx, by, Right.WRITE_CAMPAIGNS)
            kept = rows.find(tx, number)
            if kept is None:
                return Trouble.NOT_THERE
            if kept.state in TAKEN_BACK:
                self._take_back(tx, kept, now)
            if not rows.rewrite(tx, number, self._row(campaign, kept.code, by), kept.writers | {by.id}):
                return Trouble.NOT_NOW
            audit.note(tx, by.id, "changed", KIND, number, now)
            return None

        return await self._database.write(work)

    async def take_back(self, by: Member, number: int) -> Trouble | None:
        """Make a draft of it again. Raises NotAllowed."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> Trouble | None:
            access.confirm(tx, by, Right.WRITE_CAMPAIGNS)
            kept = rows.find(tx, number)
            if kept is None or kept.state not in TAKEN_BACK:
                return Trouble.NOT_THERE if kept is None else Trouble.NOT_NOW
            self._take_back(tx, kept, now)
            audit.note(tx, by.id, "withdrawn", KIND, number, now)
            return None

        return await self._database.write(work)

    async def every(self, by: Member, state: State | None = None) -> Sequence[Kept]:
        """Return the newest campaigns. Raises NotAllowed."""

        def work(tx: sa.Connection) -> Sequence[Kept]:
            access.confirm(tx, by, Right.SEE_CAMPAIGNS)
            return rows.newest(tx, SHOWN, (state,) if state else ())

        return await self._database.read(work)

    async def one(self, by: Member, number: int) -> Sheet | None:
        """Return a campaign as it stands. Raises NotAllowed."""

        def work(tx: sa.Connection) -> tuple[Kept | None, Sequence[tuple[int, Variant]]]:
            access.confirm(tx, by, Right.SEE_CAMPAIGNS)
            kept = rows.find(tx, number)
            return kept, rows.texts(tx, number) if kept and kept.state is not State.DRAFT else ()

        kept, texts = await self._database.read(work)
        if kept is None:
            return None
        sheet = await asyncio.to_thread(self.sheet, kept)
        submitted = tuple(text for _, text in texts)
        return replace(sheet, variants=submitted or sheet.variants)

    async def picture(self, by: Member, number: int) -> Picture | None:
        """Return who would get it now, and who not and why. Raises NotAllowed."""
        sheet = await self.one(by, number)
        return await self._audiences.of(sheet.campaign, self._clock.now()) if sheet else None

    async def submit(self, by: Member, number: int) -> int | Trouble:
        """Ask a second person; return the approval's number. Raises NotAllowed."""
        sheet = await self.one(by, number)
        if sheet is None:
            return Trouble.NOT_THERE
        if not self._is_operated:
            return Trouble.NO_OPERATOR
        if sheet.problems or not sheet.hash:
            return Trouble.PROBLEMS
        now = self._clock.now()

        def work(tx: sa.Connection) -> int | Trouble:
            access.confirm(tx, by, Right.WRITE_CAMPAIGNS)
            kept = rows.find(tx, number)
            if kept is None or kept.state is not State.DRAFT or kept.body != sheet.kept.body:
                return Trouble.NOT_NOW
            after = move(TABLE, kept.state, Action.SUBMIT)
            if not rows.move(tx, number, kept.state, after, submitted_at=now, hash=sheet.hash):
                return Trouble.NOT_NOW
            rows.put_texts(tx, number, sheet.variants)
            return approvals.ask(tx, by, Subject(KIND, str(number)), sheet.hash, now + APPROVED_FOR, now)

        return await self._database.write(work)

    async def to_oneself(self, by: Member, number: int) -> Trouble | None:
        """Send every language's first text to the member's own Telegram. Raises NotAllowed."""
        sheet = await self.one(by, number)
        if sheet is None:
            return Trouble.NOT_THERE
        if not sheet.variants:
            return Trouble.PROBLEMS
        first = {each.language: each for each in reversed(sheet.variants)}
        now = self._clock.now()

        def work(tx: sa.Connection) -> Trouble | None:
            bound = staff.bound(tx).get(by.id)
            if bound is None:
                return Trouble.NOT_BOUND
            for each in first.values():
                outbox.put(tx, self._sealed, _rings, bound, Rendered(each.text, each.buttons), now)
            audit.note(tx, by.id, "tested", KIND, number, now)
            return None

        return await self._database.write(work)

    async def written(self, by: Member, number: int) -> Mapping[str, Any] | None:
        """Return what is written, as its file says it. Raises NotAllowed."""

        def work(tx: sa.Connection) -> Kept | None:
            access.confirm(tx, by, Right.WRITE_CAMPAIGNS)
            return rows.find(tx, number)

        kept = await self._database.read(work)
        told: Mapping[str, Any] | None = json.loads(kept.body) if kept else None
        return told

    async def ours(self, code: str) -> Ours | None:
        """Return what was (or is being) sent under a code; None where nothing was: for whoever asks."""
        kept = await self._database.read(lambda tx: rows.coded(tx, code))
        if kept is None or kept.started_at is None:
            return None
        return Ours(kept.title, kept.started_at.astimezone(self._zone).date())

    async def approvals_of(self, number: int) -> Sequence[asked.Kept]:
        """Return what was ruled on it, the newest first."""
        return await self._database.read(lambda tx: asked.of(tx, Subject(KIND, str(number))))

    def choices(self, language: Language) -> Choices:
        return choices_of(self._renderer().catalogue, language)

    def sheet(self, kept: Kept) -> Sheet:
        """Render a campaign as of today. Takes its time: not on the event loop."""
        renderer = self._renderer()
        campaign, problems = files.read_fields(json.loads(kept.body), renderer.catalogue)
        if campaign is None:  # a commune or a subject of it is gone
            return Sheet(kept, _bare(kept), tuple(problems), (), "", renderer.catalogue)
        day = self._clock.now().astimezone(self._zone).date()
        problems = files.check_campaign(campaign, renderer, day)
        if any(each.place.startswith(("texts", "subject", "buttons")) for each in problems):
            return Sheet(kept, campaign, tuple(problems), (), "", renderer.catalogue)
        variants = files.render_variants(campaign, kept.code, renderer, day)
        return Sheet(
            kept, campaign, tuple(problems), variants, files.fingerprint(campaign, variants), renderer.catalogue
        )

    # --- As a kind of subject of approvals (services/approving.py)

    name: ClassVar[str] = KIND

    async def shown(self, by: Member, subject_id: str) -> tuple[str, bool, Any]:
        sheet = await self.one(by, int(subject_id))
        return ("", False, None) if sheet is None else (sheet.hash, not sheet.problems, sheet)

    def ruled(self, tx: sa.Connection, approval: Approval, ruling: Ruling, now: datetime) -> Objection | None:
        number = int(approval.subject.id)
        kept = rows.find(tx, number)
        if kept is None or kept.state is not State.SUBMITTED or kept.hash != approval.hash:
            withdraws = kept is not None and ruling is Ruling.WITHDRAW and kept.state in TAKEN_BACK
            if not withdraws or kept is None:
                return Objection.DECIDED
        if ruling is not Ruling.APPROVE:
            action = Action.REFUSE if ruling is Ruling.REFUSE else Action.TAKE_BACK
            moved = rows.move(tx, number, kept.state, move(TABLE, kept.state, action), due_at=None)
            return None if moved else Objection.DECIDED
        if approval.approver in kept.writers:
            return Objection.OWN
        said_yes = [
            each.approval.approver
            for each in asked.of(tx, approval.subject)
            if each.approval.stage is Ruled.APPROVED and each.approval.hash == kept.hash
        ]
        if kept.emergency and len(set(said_yes)) < len(said_yes):
            return Objection.TWICE
        if kept.emergency and len(said_yes) < 2:
            asked.add(tx, Approval(approval.subject, approval.hash, approval.author, approval.until), now)
            return None
        after = move(TABLE, kept.state, Action.APPROVE)
        return None if rows.move(tx, number, kept.state, after) else Objection.DECIDED

    async def carry_out(self, approval: Approval) -> None:
        """Nothing follows by itself: a person says when it is sent."""

    def _take_back(self, tx: sa.Connection, kept: Kept, now: datetime) -> None:
        asked.withdraw(tx, Subject(KIND, str(kept.id)), now)
        rows.move(tx, kept.id, kept.state, move(TABLE, kept.state, Action.TAKE_BACK), due_at=None)

    def _row(self, campaign: Campaign, code: str, by: Member) -> NewCampaign:
        body = json.dumps(files.write_fields(campaign), ensure_ascii=False)
        return NewCampaign(code, campaign.title, campaign.subject, body, campaign.emergency, campaign.last_day, by.id)

    def _fresh_code(self, tx: sa.Connection) -> str:
        while rows.coded(tx, code := make_code(self._choose)) is not None:
            pass
        return code


def _bare(kept: Kept) -> Campaign:
    """What the row itself says, of a campaign whose body cannot be read any more."""
    return Campaign(kept.title, kept.subject, {}, kept.last_day)


def _rings(_address: Address) -> Platform:
    return Platform()
