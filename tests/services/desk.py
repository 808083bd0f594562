"""A service without network: a database file, a clock, and a talk simple enough to see what became of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.core.types import (
    Address,
    Decision,
    EraseConversation,
    EraseSlip,
    Incoming,
    KeepSlip,
    Kind,
    Language,
    OpenHandover,
    RecordQuestion,
    Rendered,
    RenderedButton,
    Reply,
    Session,
    Slip,
    StopAddress,
    Turn,
    Vote,
)
from bot.core.world import Look, World
from bot.services.keys import Keys
from bot.services.people import People
from bot.services.ports import Outlet, Platform, Receipt
from bot.services.sealed import Sealed
from bot.services.turns import Turns
from db.engine import Database, Steps, open_database
from tests.fakes import START, FakeClock

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
KEYS = Keys([b"k" * 32])
WEB = "web"  # the one channel whose replies are sent by the commit
CODE = "ABCD-EFGH-JKLM-NPQR"
SLIP = Slip({"e:for": '"child"', "e:household_class": '"poor"'}, date(2026, 11, 24), "v1", commune="22738")
# For tests that look into the file of SQLite itself.
on_file = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
SHORT, SHORT_LENGTH = "short", 12  # a channel that carries little


def event(text: str, chat: str = "1", *, id: str = "", channel: str = WEB, **changed: Any) -> Incoming:
    """An event of one chat; its id is its text unless told otherwise."""
    values = {"kind": Kind.TEXT, "text": text, "received": START} | changed
    return Incoming(Address(channel, chat), id or f"{chat}/{text}", **values)


class Talk:
    """Counts the messages of each conversation in its session: `2: hello` is the answer to the second one.

    First words that do more: poison (raises), guarded, erase, ask (unanswered), asked (answered), handover,
    slip, unslip, history, silent.
    """

    def __init__(self) -> None:
        self.stepped: list[str] = []
        self.days: list[date] = []

    def step(self, session: Session, incoming: Incoming, world: Any) -> Turn:
        self.stepped.append(incoming.event_id)
        self.days.append(world.day)
        word = incoming.text.split()[0] if incoming.text else incoming.kind.value
        count = int(session.answers.get("count", "0")) + 1
        after = Session(answers={"count": str(count)}, commune="22858")
        text = f"{count}: {incoming.text or incoming.kind.value}"
        match word:
            case "poison":
                raise ValueError(incoming.text)
            case "guarded":
                return Turn(after, (Reply("echo", {"text": text}, guarded=True),), said="", guarded=True)
            case "erase":
                return Turn(Session(), (Reply("echo", {"text": "erased"}),), (EraseConversation(),), said="yes")
            case "ask":
                effect = RecordQuestion("", Decision.NONE, f"text of {incoming.text}")
            case "asked":
                effect = RecordQuestion("health.free_card", Decision.ANSWER, "")
            case "slip":
                return Turn(after, (Reply("echo", {"text": text}),), (KeepSlip(CODE, SLIP, 30),))
            case "unslip":
                return Turn(after, (Reply("echo", {"text": text}),), (EraseSlip(1),))
            case "handover":
                return Turn(after, (Reply("echo", {"text": text}),), (OpenHandover("question", ("help me",)),))
            case "history":
                text = " | ".join(line.message.text for line in world.history)
                return Turn(after, (Reply("echo", {"text": text}),))
            case "vote":
                topic, is_right = "health.free_card", incoming.text.endswith("yes")
                return Turn(after, (Reply("echo", {"text": text}),), (Vote(topic, is_right),))
            case "slow":
                return Turn(after, (Reply("echo", {"text": f"{count}: {world.is_slow}"}),))
            case "buttons":
                return Turn(after, (Reply("echo", {"text": text, "button": "b"}),))
            case "stop":
                return Turn(after, (), (StopAddress(),))
            case "silent":
                return Turn(after, ())
            case _:
                return Turn(after, (Reply("echo", {"text": text}),), said=incoming.text)
        return Turn(after, (Reply("echo", {"text": text}),), (effect,), said=incoming.text)


def looks_at(session: Session, incoming: Incoming, _world: Any) -> frozenset[Look]:
    return frozenset({Look.HISTORY} if incoming.text.startswith("history") else ())


def world(day: date, address: Address, is_slow: bool) -> World:
    nothing: Any = None  # this talk has no content
    return World(nothing, nothing, day, is_slow=is_slow)


def render(reply: Reply, language: Language, day: date, commune: str) -> Rendered:
    text = "sorry" if reply.key == "turn.apology" else reply.params["text"]
    buttons = (RenderedButton(reply.params["button"], "b"),) if "button" in reply.params else ()
    return Rendered(text, buttons, guarded=reply.guarded, version="v1")


class Desk:
    """The service on one database: a URL, a file of SQLite, or memory. Opened anew it finds what the last one left."""

    def __init__(
        self,
        place: str | Path | None,
        *,
        clock: FakeClock | None = None,
        steps: Steps | None = None,
        keys: Keys = KEYS,
        sleep: Callable[[float], Awaitable[None]] | None = None,
        outlets: Mapping[str, Outlet] | None = None,
    ) -> None:
        self.clock, self.talk = clock or FakeClock(), Talk()
        url = place if isinstance(place, str) else f"sqlite+aiosqlite://{f'/{place}' if place else ''}"
        self.database: Database = open_database(url, steps=steps, busy_timeout=50)
        self.sealed = Sealed(keys)
        self.turns = Turns(
            self.database,
            self.sealed,
            self.clock,
            step=self.talk.step,
            looks_at=looks_at,
            world=world,
            render=render,
            zone=ZONE,
            platforms={WEB: Platform(is_settled=True), SHORT: Platform(longest=SHORT_LENGTH)},
            outlets=outlets if outlets is not None else {},
            sleep=sleep or self.clock.sleep,
        )
        self.people = People(self.database, self.sealed, self.clock, self.turns.settle)

    async def answers(self, *events: Incoming) -> list[tuple[str, ...]]:
        """Take events at once; return each one's replies as texts."""
        receipts = await self.receipts(*events)
        return [tuple(reply.text for reply in receipt.replies) for receipt in receipts]

    async def receipts(self, *events: Incoming) -> list[Receipt]:
        """Take events at once; raise what any of them raised."""
        return await asyncio.gather(*(self.turns.take(event) for event in events))

    async def conversation(self, chat: str = "1", channel: str = WEB) -> list[str]:
        return [said.message.text for said in await self.people.read(Address(channel, chat))]

    async def rows(self, sql: str) -> list[Any]:
        return await self.database.read(lambda tx: list(tx.execute(sa.text(sql))))

    async def change(self, sql: str, **given: Any) -> None:
        await self.database.write(lambda tx: tx.execute(sa.text(sql), given))


def bytes_in(folder: Path) -> bytes:
    """Everything that stands in the files of SQLite, log included."""
    return b"".join(part.read_bytes() for part in sorted(folder.glob("bot.db*")))


@asynccontextmanager
async def working(desk: Desk) -> AsyncIterator[Desk]:
    """Run the desk's worker meanwhile; close the database afterwards."""
    worker = asyncio.create_task(desk.turns.run())
    try:
        yield desk
    finally:
        worker.cancel()
        await asyncio.wait([worker])
        await desk.database.close()
