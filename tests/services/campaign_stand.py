"""Campaigns on a database, with small content that a test may change, people who subscribed, and staff."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.content.load import load
from bot.content.render import Renderer
from bot.core.approvals import Approval, Objection, Ruling
from bot.core.campaign_pace import Limits
from bot.core.staff import Member, Role
from bot.core.types import Address, Language, Session
from bot.services.announcing import Announcing
from bot.services.approving import Approving
from bot.services.audiences import Audiences
from bot.services.campaigning import Campaigning
from bot.services.campaigns import Campaigns, Source
from bot.services.delivery import Delivery
from bot.services.keys import Keys
from bot.services.ports import Outlet, Platform, Sender
from bot.services.sealed import Sealed
from db import addresses, consents, deliveries, sessions, staff, subscriptions
from db import campaigns as rows
from db.consents import NewConsent
from db.engine import Steps, open_database
from tests.build import REAL, parameter_yaml, write_content
from tests.fakes import FakeClock

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SUBJECT = "health"
PLATFORMS = {"web": Platform(is_settled=True), "telegram": Platform(longest=4096)}
WRITTEN: Mapping[str, Any] = {
    "title": "Mua BHYT",
    "subject": SUBJECT,
    "texts": {"vi": 'Mức {{ amount("test.amount") }}. Hỏi {{ office }}.', "en": "Ask {{ office }}."},
    "buttons": ["ok", "help"],
    "last_day": "2026-12-20",
}


class Stand:
    """`served`: channels that are there. `content`: a folder whose files a test may change (`changed`)."""

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        clock: FakeClock | None = None,
        limits: Limits | None = None,
        steps: Steps | None = None,
        is_operated: bool = True,
    ) -> None:
        self.clock, self.folder = clock or FakeClock(), folder
        if not folder.exists():
            write_content(folder, _reals())
        self.renderer = Renderer(load(folder))
        self.database = open_database(url, steps=steps, busy_timeout=50)
        self.sealed = Sealed(Keys([b"k" * 32]))
        self.outlets: dict[str, Outlet] = {}
        self.audiences = Audiences(self.database, self.sealed, PLATFORMS, lambda: frozenset({"web", "telegram"}))
        self.campaigns = Campaigns(
            self.database, self.sealed, self.clock, lambda: self.renderer, self.audiences, ZONE,
            is_operated=is_operated, choose=Random(7).choice,
        )  # fmt: skip
        self.announcing = Announcing(limits or Limits(ZONE))
        self.running = Campaigning(
            self.database, self.sealed, self.clock, self.campaigns, self.audiences, self.announcing, self.outlets,
            PLATFORMS, lambda: self.renderer.catalogue.version, ZONE, is_operated=is_operated, sleep=self.clock.sleep,
        )  # fmt: skip
        self.approving = Approving(self.database, self.clock, [self.campaigns])

    def sending(self, sender: Sender, **changed: Any) -> Delivery:
        """A sender of `telegram` over this database."""
        made = Delivery(
            self.database,
            self.sealed,
            self.clock,
            sender,
            sleep=self.clock.sleep,
            announcing=self.announcing,
            **changed,
        )
        self.outlets["telegram"] = made
        return made

    async def close(self) -> None:
        await self.database.close()

    async def member(self, name: str, *roles: Role) -> Member:
        def work(tx: sa.Connection) -> Member:
            made = staff.add(tx, name, roles, (), self.clock.now())
            assert made is not None
            staff.activate(tx, made.id, "x", b"x", 1)
            found = staff.find(tx, made.id)
            assert found is not None
            return found

        return await self.database.write(work)

    async def person(
        self,
        chat: str,
        *,
        channel: str = "telegram",
        language: Language = Language.VI,
        told: Mapping[str, str] | None = None,
        subject: str = SUBJECT,
    ) -> int:
        """Somebody who subscribed; `told`: what they let be known."""

        def work(tx: sa.Connection) -> int:
            number = self.add_person(tx, chat, channel, language, subject)
            for what, value in (told or {}).items():
                given = NewConsent(number, "k.h", f"audience.{what}", value, "v", channel, language, self.clock.now())
                consents.add(tx, given)
            return number

        return await self.database.write(work)

    async def people(self, number: int, *, channel: str = "telegram") -> list[int]:
        def work(tx: sa.Connection) -> list[int]:
            chats = (str(each) for each in range(1000, 1000 + number))
            return [self.add_person(tx, chat, channel, Language.VI, SUBJECT) for chat in chats]

        return await self.database.write(work)

    def add_person(self, tx: sa.Connection, chat: str, channel: str, language: Language, subject: str) -> int:
        now = self.clock.now()
        address = Address(channel, chat)
        number = addresses.note(tx, [address], now)[address]
        subscriptions.add(tx, number, subject, now)
        sessions.save(tx, {number: self.sealed.session(Session(language=language))}, now)
        return number

    async def write(self, by: Member, **changed: Any) -> int:
        made = await self.campaigns.draft(by, Source(fields={**WRITTEN, **changed}))
        assert isinstance(made, int), [str(problem) for problem in made]
        return made

    async def rule(self, by: Member, number: int, ruling: Ruling = Ruling.APPROVE) -> Approval | Objection | None:
        """Let a member rule on what they are shown."""
        shown = await self.approving.one(by, number)
        assert shown is not None
        return await self.approving.rule(by, number, ruling, shown.fingerprint, "why")

    async def approved(self, author: Member, approver: Member, **changed: Any) -> int:
        number = await self.write(author, **changed)
        asked = await self.campaigns.submit(author, number)
        assert isinstance(asked, int), asked
        assert isinstance(await self.rule(approver, asked), Approval)
        return number

    async def kept(self, number: int) -> rows.Kept:
        found = await self.database.read(lambda tx: rows.find(tx, number))
        assert found is not None
        return found

    async def counts(self, number: int) -> dict[str, int]:
        """How many deliveries in each state; `skipped(cap)` and the like."""
        found = await self.database.read(lambda tx: deliveries.counts(tx, number))
        told: dict[str, int] = {}
        for (state, reason), count in found.items():
            name = f"{state}({reason})" if state == "skipped" else state
            told[name] = told.get(name, 0) + count
        return told

    async def change(self, sql: str, **given: Any) -> None:
        await self.database.write(lambda tx: tx.execute(sa.text(sql), given))

    async def rows(self, sql: str) -> list[Any]:
        return await self.database.read(lambda tx: list(tx.execute(sa.text(sql))))

    def change_amount(self, value: str) -> None:
        """Let the office change the figure that the campaign says."""
        rows_of_it = ("from: 2020-01-01, value: 1490000", f"from: 2026-07-01, value: {value}")
        write_content(
            self.folder, _reals() | {"parameters/test/amount.yaml": parameter_yaml("amount", "VND/month", *rows_of_it)}
        )
        self.renderer = Renderer(load(self.folder))

    def pass_days(self, days: float) -> None:
        self.clock.pass_time(timedelta(days=days))


def _real(flow: str) -> str:
    return (REAL / "messages" / f"{flow}.yaml").read_text(encoding="utf-8")


def _reals() -> dict[str, str | None]:
    return {f"messages/{each}.yaml": _real(each) for each in ("campaign", "button")}
