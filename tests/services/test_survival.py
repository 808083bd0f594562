"""kill -9 at every moment before and after a commit or a send: nobody is lost, twice only where a send had no end."""

import asyncio
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.core.types import Incoming
from bot.services.delivery import Delivery
from bot.services.ports import Outlet
from db.engine import KILLED, Steps
from tests.fakes import FakeSender
from tests.services.desk import Desk, event

ROOT = Path(__file__).parents[2]
CHATS = ("1", "2", "3")
SENT = {
    "1": ["1: a", "sorry", "2: b", "3: c"],
    "2": ["1: a", "2: b", "3: c"],
    "3": ["1: a", "2: b", "3: c"],
}


class Killed(BaseException):
    """The process is gone."""


class Death(Steps):
    """From the `die_at`-th step on nothing of the process goes on: no commit, no send. `came` is set then."""

    def __init__(self, die_at: int | None) -> None:
        super().__init__()
        self.came = asyncio.Event()
        self._at, self._loop = die_at, asyncio.get_running_loop()

    def count(self) -> None:
        if not self.came.is_set():
            super().count()
        if self._at is not None and self.counted >= self._at:
            self._loop.call_soon_threadsafe(self.came.set)
            raise Killed


def batches() -> list[list[Incoming]]:
    """Three polls. A poll that was not acknowledged comes again, as Telegram's do."""
    polls = [
        [event("a", chat, channel="telegram") for chat in CHATS],
        [event("poison", "1", channel="telegram"), *(event("b", chat, channel="telegram") for chat in CHATS)],
        [event("c", chat, channel="telegram") for chat in CHATS],
    ]
    polls[2].append(event("a", "2", channel="telegram"))  # an old one again
    return polls


async def live(file: Path, polls: list[list[Incoming]], sender: FakeSender, die_at: int | None) -> int:
    """One process: poll by poll, take and send, until all is sent or it dies. Acknowledged polls leave the list.

    Returns the steps it came to.
    """
    death = Death(die_at)
    # Tasks of a dead process are not mourned in the log.
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
    outlets = dict[str, Outlet]()
    desk = Desk(file, steps=death, outlets=outlets)
    outlets[sender.channel] = sending = Delivery(desk.database, desk.sealed, desk.clock, sender, sleep=desk.clock.sleep)

    async def work() -> None:
        await sending.begin()
        await sending.drain()
        while polls:
            await desk.receipts(*polls[0])
            polls.pop(0)
            await sending.drain()

    before = asyncio.all_tasks()
    tasks = [asyncio.create_task(each) for each in (desk.turns.run(), work(), death.came.wait())]
    await asyncio.wait(tasks[1:], return_when=asyncio.FIRST_COMPLETED)
    for task in (left := asyncio.all_tasks() - before):
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await desk.database.close()
    return death.counted


async def test_whatever_moment_the_process_dies_everybody_is_answered_in_order(file: Path, tmp_path: Path) -> None:
    await asyncio.to_thread(shutil.copy, file, tmp_path / "whole.db")
    last = await live(tmp_path / "whole.db", batches(), FakeSender(), None)
    assert last > 40
    for die_at in range(1, last + 1):
        place = tmp_path / f"{die_at}.db"
        await asyncio.to_thread(shutil.copy, file, place)
        sender, polls = FakeSender(), batches()

        assert await live(place, polls, sender, die_at) >= die_at
        await live(place, polls, sender, None)

        for chat in CHATS:
            got = [text for to, text in sender.sent if to == chat]
            assert list(dict.fromkeys(got)) == SENT[chat], f"died at {die_at}"
        twice = [sent for sent, times in Counter(sender.sent).items() if times > 1]
        assert len(twice) <= len(CHATS), f"died at {die_at}: more sent twice than were under way"
        assert max(Counter(sender.sent).values()) <= 2
        desk = Desk(place)
        assert await desk.rows("SELECT state, count(*) FROM messages WHERE NOT by_person GROUP BY state") == [
            ("sent", 10)
        ]
        assert await desk.rows("SELECT state, count(*) FROM inbox GROUP BY state ORDER BY state") == [
            ("aside", 1),
            ("done", 9),
        ]
        await desk.database.close()


@pytest.mark.parametrize(("die_at", "stored"), [(1, 0), (2, 1)])
async def test_a_real_process_dies_at_its_step(file: Path, die_at: int, stored: int) -> None:
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from db.engine import Steps\n"
        "from tests.services.desk import Desk, event, working\n"
        "async def main():\n"
        "    async with working(Desk(Path(sys.argv[1]), steps=Steps(int(sys.argv[2])))) as desk:\n"
        "        await desk.turns.take(event('hello'))\n"
        "asyncio.run(main())\n"
    )

    ended = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", program, str(file), str(die_at)], cwd=ROOT, check=False
    )

    assert ended.returncode == KILLED
    desk = Desk(file)
    assert await desk.rows("SELECT count(*) FROM inbox") == [(stored,)]
    await desk.database.close()
