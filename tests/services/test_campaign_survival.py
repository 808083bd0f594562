"""Whatever is done and whenever it dies: nobody twice, nobody lost, nothing that was not approved, the sum holds."""

import asyncio
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.campaigns import State
from bot.core.staff import Member, Role
from bot.core.types import Address, Attempt, Outcome, Rendered
from bot.services.campaigns import Source
from db import staff
from tests.fakes import FakeClock, FakeSender
from tests.services.campaign_stand import WRITTEN, Stand
from tests.services.test_survival import Death

RINGS, READS = 6, 2  # people on Telegram, on the web
TEXT = "Mức"  # begins what was approved


async def prepare(file: Path, folder: Path) -> None:
    """One campaign, approved, and people who wait for it."""
    stand = Stand(f"sqlite+aiosqlite:///{file}", folder)
    editor = await stand.member("Editor", Role.EDITOR)
    approver = await stand.member("Approver", Role.APPROVER)
    await stand.people(RINGS)
    for chat in range(READS):
        await stand.person(f"w{chat}", channel="web")
    await stand.approved(editor, approver)
    await stand.close()


@pytest.fixture
async def approved(file: Path, tmp_path: Path) -> Path:
    await prepare(file, tmp_path / "content")
    return file


async def member(stand: Stand, name: str) -> Member:
    kept = await stand.database.read(lambda tx: staff.find_named(tx, name))
    assert kept is not None
    return kept.member


async def live(file: Path, folder: Path, sender: FakeSender, clock: FakeClock, die_at: int | None) -> int:
    """One process: starts the campaign where nobody has yet, sends until it is done or the process dies."""
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
    death = Death(die_at)
    stand = Stand(f"sqlite+aiosqlite:///{file}", folder, clock=clock, steps=death)
    sending = stand.sending(sender)

    async def work() -> None:
        await sending.begin()
        if (await stand.kept(1)).state is State.APPROVED:
            await stand.running.send(await member(stand, "Editor"), 1)
        for _ in range(4):
            await stand.running.look()
            await sending.drain()
        await stand.running.look()

    before = asyncio.all_tasks()
    tasks = [asyncio.create_task(each) for each in (work(), death.came.wait())]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in (left := asyncio.all_tasks() - before):
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await stand.close()
    return death.counted


async def test_whatever_moment_the_process_dies_nobody_is_skipped_and_nobody_gets_it_twice(
    approved: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "content"
    whole = tmp_path / "whole.db"
    await asyncio.to_thread(shutil.copy, approved, whole)
    steps = await live(approved, folder, FakeSender(), FakeClock(), None)
    assert steps > 20

    for die_at in range(1, steps + 1):
        died = tmp_path / f"{die_at}.db"
        await asyncio.to_thread(shutil.copy, whole, died)
        sender, clock = FakeSender(), FakeClock()
        await live(died, folder, sender, clock, die_at)
        under_way = await on_its_way(died, folder)
        await live(died, folder, sender, clock, None)

        stand = Stand(f"sqlite+aiosqlite:///{died}", folder, clock=clock)
        counts = await stand.counts(1)
        state = (await stand.kept(1)).state
        await stand.close()
        got = Counter(chat for chat, _ in sender.sent)
        assert state is State.DONE, die_at
        assert counts.get("sent", 0) + counts.get("unsure", 0) == RINGS + READS, (die_at, counts)
        assert counts.get("unsure", 0) <= under_way, die_at
        assert set(got.values()) <= {1}, die_at
        assert RINGS - len(got) <= counts.get("unsure", 0), die_at


async def on_its_way(file: Path, folder: Path) -> int:
    stand = Stand(f"sqlite+aiosqlite:///{file}", folder)
    ((number,),) = await stand.rows("SELECT count(*) FROM deliveries WHERE state = 'sending'")
    await stand.close()
    return int(number)


class Fickle(FakeSender):
    """A sender whose outcomes come from a list, then SENT; `arrived` is what really came."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__()
        self._outcomes = list(outcomes)
        self.arrived: Counter[str] = Counter()

    async def send(self, address: Address, message: Rendered) -> Attempt:
        await super().send(address, message)
        outcome = self._outcomes.pop() if self._outcomes else Outcome.SENT
        if outcome is Outcome.SENT:
            self.arrived[address.chat] += 1
        return Attempt(outcome, timedelta(seconds=1) if outcome is Outcome.LATER else timedelta(0))


COMMANDS = ("send", "pause", "resume", "cancel", "resend", "rewrite", "look", "drain", "die", "hour", "day", "stop")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(COMMANDS), max_size=14), st.lists(st.sampled_from(list(Outcome)), max_size=8))
def test_no_sequence_breaks_the_sum_sends_twice_or_sends_what_was_not_approved(
    tmp_path_factory: pytest.TempPathFactory, commands: list[str], outcomes: list[Outcome]
) -> None:
    whole = made_once(tmp_path_factory)
    folder = tmp_path_factory.mktemp("life")
    file = Path(shutil.copy(whole / "bot.db", folder / "bot.db"))

    asyncio.run(follow(file, whole / "content", commands, Fickle(outcomes)))


MADE: list[Path] = []


def made_once(factory: pytest.TempPathFactory) -> Path:
    if not MADE:
        from db.migrations import upgrade

        folder = factory.mktemp("whole")

        async def make() -> None:
            await upgrade(f"sqlite+aiosqlite:///{folder / 'bot.db'}")
            await prepare(folder / "bot.db", folder / "content")

        asyncio.run(make())
        MADE.append(folder)
    return MADE[0]


async def follow(file: Path, folder: Path, commands: list[str], sender: Fickle) -> None:
    clock, resent = FakeClock(), 0

    async def opened() -> Stand:
        stand = Stand(f"sqlite+aiosqlite:///{file}", folder, clock=clock)
        await stand.sending(sender).begin()
        return stand

    stand = await opened()
    editor = await member(stand, "Editor")
    audience = 0
    for command in commands:
        match command:
            case "send" | "pause" | "resume" | "cancel" | "resend":
                done = await getattr(stand.running, command)(editor, 1)
                resent += command == "resend" and done is None
            case "rewrite":
                texts = {"vi": "Chưa ai duyệt.", "en": "Not approved."}
                await stand.campaigns.rewrite(editor, 1, Source(fields={**WRITTEN, "texts": texts}))
            case "look":
                await stand.running.look()
            case "drain":
                await stand.outlets["telegram"].drain()  # type: ignore[attr-defined]
            case "die":  # between noting it and the request, or between that and noting its end
                await stand.change("UPDATE deliveries SET state = 'sending' WHERE state = 'pending' AND id % 3 = 0")
                await stand.close()
                stand = await opened()
            case "hour" | "day":
                clock.pass_time(timedelta(hours=1 if command == "hour" else 24))
            case "stop":
                await stand.change("DELETE FROM subscriptions WHERE address_id = 1")
        counts = await stand.counts(1)
        if (await stand.kept(1)).started_at is not None:
            audience = audience or sum(counts.values())
            assert sum(counts.values()) == audience
        assert counts.get("sent", 0) >= sum(sender.arrived.values()) - resent * RINGS
    await stand.close()
    assert all(count <= 1 + resent for count in sender.arrived.values())
    assert all(TEXT in text for _, text in sender.sent)
