"""What is kept of a slip: nothing that opens it without its code, under any key, and only its own person erases it."""

from pathlib import Path

from bot.services.keys import Keys
from bot.services.own import Reading, read
from db import slips
from db.slips import KeptSlip
from tests.fakes import START
from tests.services.desk import CODE, SLIP, ZONE, Desk, bytes_in, event, on_file

TODAY = START.astimezone(ZONE).date()
OLD, NEW = b"k" * 32, b"n" * 32


async def coded(desk: Desk, keys: Keys | None = None) -> KeptSlip | None:
    hashes = keys.hashes("slip", CODE) if keys else desk.sealed.slip_hashes(CODE)
    return await desk.database.read(lambda tx: slips.find_coded(tx, hashes, TODAY))


async def test_a_slip_is_found_by_its_code_and_reads_as_it_was_kept(desk: Desk) -> None:
    await desk.turns.take(event("slip"))

    kept = await coded(desk)

    assert kept is not None
    assert desk.sealed.read_slip(kept.body) == SLIP
    assert (kept.commune, (kept.last_day - kept.day).days) == ("22738", 30)


@on_file
async def test_neither_the_code_nor_an_answer_stands_in_the_files(desk: Desk, tmp_path: Path) -> None:
    await desk.turns.take(event("slip"))

    held = bytes_in(tmp_path)

    assert not [word for word in (CODE, CODE.replace("-", ""), "household_class") if word.encode() in held]


async def test_it_is_found_after_the_key_was_changed(desk: Desk) -> None:
    await desk.turns.take(event("slip"))

    assert await coded(desk, Keys([NEW, OLD])) is not None
    assert await coded(desk, Keys([NEW])) is None


async def test_its_person_sees_it_and_nobody_else_erases_it(desk: Desk) -> None:
    await desk.turns.take(event("slip"))
    own = await desk.database.read(lambda tx: read(Reading(tx, desk.sealed, ZONE, START), 1))
    assert [each.number for each in own.slips] == [1]

    await desk.turns.take(event("unslip", chat="2"))
    assert await coded(desk) is not None
    await desk.turns.take(event("unslip"))
    assert await coded(desk) is None
