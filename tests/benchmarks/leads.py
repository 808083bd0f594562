"""How long the console's pages take with many job-seekers, and whether their names can be found in the database.

`python -m tests.benchmarks.leads [COUNT]` (default 10,000), on SQLite in a folder of its own.
Method and last results: README.md beside this file.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from bot.core.lead_record import LeadRecord
from bot.core.staff import Role
from bot.core.types import Address
from bot.services.registrations import new_receipt
from db import addresses, leads
from db.leads import NewLead
from tests.console.console_stand import DO_VINH, ConsoleStand, open_stand
from tests.services.desk import bytes_in

ROUNDS: Final = 5  # the median counts
NAMES: Final = ("Nguyễn Thị Hường", "Katơr Văn Bá", "Chamaléa Thị Mai", "Đàng Năng Thọ", "Trần Văn Lợi")
WORKS: Final = ("phụ hồ, làm bếp", "lái xe", "may công nghiệp", "việc gì cũng được", "bảo vệ")
CODES: Final = {
    "sex": "female", "household": "poor", "schooling": "primary", "training": "untrained", "status": "unemployed",
    "where": "near_home", "wage": "5000000-7000000/month", "hours": "either", "purpose": "lasting", "service": "job",
}  # fmt: skip


def invented(stand: ConsoleStand, count: int) -> Iterator[NewLead]:
    """Registrations of one commune, over the last half year."""
    sealed, now = stand.sealed, stand.clock.now()
    for number in range(count):
        receipt, phone = new_receipt(), f"+8491{number:07}"
        name, work = NAMES[number % len(NAMES)], WORKS[number % len(WORKS)]
        answers = {"name": f"{name} {number}", "phone": phone, "commune": f"{DO_VINH}:", "birth_year": "1985"}
        record = LeadRecord(receipt, answers | {"work": work} | CODES, "2026-11-24")
        at: datetime = now - timedelta(minutes=25 * number)
        yield NewLead(
            1, sealed.lead_hash("receipt", receipt), sealed.lead_hash("phone", phone), DO_VINH, "vi", False,
            sealed.lead(record), at, at,
        )  # fmt: skip


async def measure(what: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Median seconds of a page: on the wall, and of the processor."""
    wall, used = [], []
    for _ in range(ROUNDS):
        began, began_used = time.perf_counter(), time.process_time()
        await what()
        wall.append(time.perf_counter() - began)
        used.append(time.process_time() - began_used)
    return statistics.median(wall), statistics.median(used)


async def run(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stand = await open_stand(Path(folder))
        lan = await stand.person("Lan", Role.COUNSELLOR, communes=[DO_VINH])
        made = list(invented(stand, count))

        def fill(tx: sa.Connection) -> None:
            addresses.note(tx, [Address("web", "1")], stand.clock.now())
            for each in made:
                leads.add(tx, each)

        await stand.database.write(fill)
        browser = stand.browser(lan)
        print(f"{count} leads; seconds, median of {ROUNDS}: wall, processor")
        for name, path in (
            ("list", "/console/leads"), ("search", "/console/leads?text=phu+ho"), ("first page", "/console/"),
            ("one lead", "/console/leads/1"), ("in numbers", "/console/leads/figures"),
            ("export", "/console/leads.xlsx"),
        ):  # fmt: skip
            wall, used = await measure(lambda path=path: browser.get(path))  # type: ignore[misc]
            print(f"  {name}: {wall:.3f}, {used:.3f}")
        await stand.database.close()
        held = bytes_in(Path(folder))
        found = [each for each in (*NAMES, "+8491", *WORKS) if each.encode() in held]
        print(f"Found in the database's bytes: {', '.join(found) or 'nothing'}")


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
