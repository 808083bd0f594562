"""A change of keys: everything reads afterwards, at whatever moment it was cut short; a key goes when none names it."""

import base64
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from bot.core.types import Address
from bot.services.keys import FILE, KeyFile, Keys, open_keys
from bot.services.rotation import BATCH, Resealed, held, is_unfinished, reseal
from bot.settings import Settings
from bot.upkeep import rotate_key
from db.engine import InUse, Steps, open_database
from db.keys import sealed_columns
from db.migrations import upgrade
from db.tables import metadata
from tests.services.desk import WEB, Desk, event, working

OLD, NEW = b"k" * 32, b"n" * 32
OLD_ID = bytes.fromhex(Keys([OLD]).ids[0])
BOTH, ONLY_NEW = Keys([NEW, OLD]), Keys([NEW])
TOKEN = "a-cookie-of-somebody"


class Died(Exception):
    """Stands for kill -9."""


def settings(file: Path) -> Settings:
    return Settings(_env_file=None, database_url=f"sqlite+aiosqlite:///{file}")  # type: ignore[call-arg]


async def fill(desk: Desk) -> None:
    await desk.answers(event("ask a"), event("handover"), event("b", chat="2"))


async def sealed(desk: Desk) -> list[bytes]:
    """Everything that is encrypted, wherever it stands."""
    return [
        blob
        for each in sealed_columns()
        for (blob,) in await desk.rows(f"SELECT {each.column.name} FROM {each.column.table.name}")
        if blob is not None
    ]


async def test_everything_reads_with_the_newest_key_alone(desk: Desk, url: str) -> None:
    await fill(desk)

    done = await reseal(desk.database, BOTH)

    assert done == Resealed(len(await sealed(desk)), 0)
    assert all(blob.startswith(bytes.fromhex(BOTH.ids[0])) for blob in await sealed(desk))
    async with working(Desk(url, keys=ONLY_NEW)) as later:
        assert await later.conversation() == ["ask a", "1: ask a", "2: handover"]
        assert await later.answers(event("c", chat="2")) == [("2: c",)]


async def test_more_rows_than_a_batch_are_done_and_done_once(desk: Desk) -> None:
    await desk.answers(*(event(f"{number}", chat=f"{number}") for number in range(BATCH // 2 + 10)))

    first = await reseal(desk.database, BOTH)

    assert first.rows > BATCH
    assert await reseal(desk.database, BOTH) == Resealed(0, 0)


async def test_a_row_that_was_changed_stays_and_holds_its_key(desk: Desk) -> None:
    await fill(desk)
    cut = OLD_ID + b"cut short"
    await desk.change("UPDATE sessions SET body = :cut WHERE address_id = 1", cut=cut)

    done = await reseal(desk.database, BOTH)

    assert done.unreadable == 1
    assert await held(desk.database, BOTH, {}) == {BOTH.ids[1]: ["sessions.body"]}


async def test_a_row_that_is_written_meanwhile_is_not_put_back(desk: Desk) -> None:
    await fill(desk)
    column = next(each for each in sealed_columns() if each.column.table.name == "sessions")

    put = await desk.database.write(lambda tx: column.replace(tx, (1,), b"as it was read", b"anew"))

    assert not put
    assert await desk.rows("SELECT count(*) FROM sessions WHERE body = 'anew'") == [(0,)]


async def test_a_hash_that_names_a_key_holds_it(desk: Desk) -> None:
    await desk.answers(event("a", chat=Keys([OLD]).hash("hash", TOKEN), id="1"))
    await reseal(desk.database, BOTH)

    assert await held(desk.database, BOTH, {}) == {BOTH.ids[1]: ["addresses.chat"]}


async def test_what_names_a_key_outside_of_the_database_holds_it_too(desk: Desk) -> None:
    assert await held(desk.database, BOTH, {BOTH.ids[1]: "the list"}) == {BOTH.ids[1]: ["the list"]}


async def test_people_on_the_web_are_known_by_their_older_hash(desk: Desk, url: str) -> None:
    known = await desk.people.web_address(TOKEN)
    await desk.answers(event("a", chat=known.chat, id="1"))

    async with working(Desk(url, keys=BOTH)) as later:
        assert await later.people.web_address(TOKEN) == known
        assert await later.people.web_address("another") == Address("web", BOTH.hash("hash", "another"))
        await later.people.erase(known)
        assert (await later.people.web_address(TOKEN)).chat.startswith(BOTH.ids[0])


def test_every_column_of_bytes_is_sealed_or_says_that_it_is_not() -> None:
    columns = {f"{each.column.table.name}.{each.column.name}" for each in sealed_columns()}
    open_ones = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.c
        if column.info.get("sealed") is False
    }

    assert {
        "messages.body",
        "sessions.body",
        "handovers.body",
        "questions.text",
        "inbox.payload",
        "staff.totp",
    } <= columns
    assert not open_ones & columns


# --- The command, on a file with caunoi.key beside it.


async def begin(file: Path) -> None:
    """A database with things in it, sealed by the key beside it."""
    database = open_database(f"sqlite+aiosqlite:///{file}")
    keys = await open_keys(database, (), file)
    await database.close()
    async with working(Desk(file, keys=keys)) as desk:
        await fill(desk)
        await desk.answers(event("mine", chat=keys.hash("hash", TOKEN), id="mine"))


async def talk(file: Path) -> list[str]:
    """What a service started now finds of chat 1 and of the person with the cookie."""
    database = open_database(f"sqlite+aiosqlite:///{file}")
    keys = await open_keys(database, (), file)
    await database.close()
    async with working(Desk(file, keys=keys)) as desk:
        mine = await desk.people.web_address(TOKEN)
        return await desk.conversation() + await desk.conversation(mine.chat)


WHOLE = ["ask a", "1: ask a", "2: handover", "mine", "1: mine"]


async def test_the_command_makes_a_key_and_says_what_holds_the_old_one(file: Path) -> None:
    await begin(file)
    before = KeyFile(file.with_name(FILE)).read()

    said = await rotate_key(settings(file))

    after = KeyFile(file.with_name(FILE)).read()
    assert after[1:] == before
    assert "stays in the list: addresses.chat" in said
    assert stat.S_IMODE(file.with_name(FILE).stat().st_mode) == 0o600
    assert await talk(file) == WHOLE


async def test_a_key_that_nothing_names_leaves_and_is_kept_apart_for_old_backups(file: Path) -> None:
    await begin(file)
    before = KeyFile(file.with_name(FILE)).read()
    async with working(Desk(file)) as desk:
        await desk.people.erase(Address(WEB, await _web_chat(desk)))

    said = await rotate_key(settings(file))

    assert f"moved to {file.with_name('caunoi.key.old')}" in said
    assert len(KeyFile(file.with_name(FILE)).read()) == 1
    assert KeyFile(file.with_name("caunoi.key.old")).read() == before
    assert (await talk(file))[:3] == WHOLE[:3]


async def test_a_second_change_makes_another_key(file: Path) -> None:
    await begin(file)
    await rotate_key(settings(file))

    await rotate_key(settings(file))

    assert len(KeyFile(file.with_name(FILE)).read()) == 2  # the one between them names nothing and has left
    assert await talk(file) == WHOLE


async def test_a_database_in_use_is_refused_and_keeps_its_key(file: Path) -> None:
    await begin(file)
    before = file.with_name(FILE).read_bytes()

    async with working(Desk(file)) as desk:
        await desk.rows("SELECT 1")
        with pytest.raises(InUse, match="Stop `bot serve`"):
            await rotate_key(settings(file))

    assert file.with_name(FILE).read_bytes() == before


async def test_a_change_that_dies_at_any_step_loses_nothing_and_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tmp_path / "0" / "bot.db"
    first.parent.mkdir()
    await upgrade(f"sqlite+aiosqlite:///{first}")
    await begin(first)
    died = 0
    for step in range(1, 100):
        file = shutil.copytree(first.parent, tmp_path / str(step)) / first.name
        if not await _dies(file, step, monkeypatch):
            break
        died += 1
        assert await talk(file) == WHOLE, f"after dying at step {step}"
        await rotate_key(settings(file))
        assert await talk(file) == WHOLE, f"after finishing what died at step {step}"
    assert died > 10


async def test_with_a_list_in_the_settings_the_first_key_takes_over_once_it_was_started_with(
    desk: Desk, url: str
) -> None:
    await fill(desk)
    given = tuple(base64.b64encode(secret).decode() for secret in (NEW, OLD))
    await open_keys(desk.database, given[1:], None)
    change = Settings(_env_file=None, database_url=url, secret_key=given)  # type: ignore[call-arg]

    with pytest.raises(Exception, match=r"in use|No service was started"):
        await rotate_key(change)
    await open_keys(desk.database, given, None)
    said = await rotate_key(change)

    assert f"Key {BOTH.ids[1]}: nothing names it, take it out of CAUNOI_SECRET_KEY" in said
    assert not await is_unfinished(desk.database, BOTH.ids[0])
    assert (await open_keys(desk.database, given[:1], None)).ids == ONLY_NEW.ids


async def test_one_key_in_the_settings_cannot_be_changed(file: Path) -> None:
    one = (base64.b64encode(OLD).decode(),)
    alone = Settings(_env_file=None, database_url=f"sqlite+aiosqlite:///{file}", secret_key=one)  # type: ignore[call-arg]

    with pytest.raises(Exception, match="holds one key"):
        await rotate_key(alone)


async def _web_chat(desk: Desk) -> str:
    rows = await desk.rows("SELECT chat FROM addresses WHERE chat LIKE '%.%'")
    return str(rows[0][0])


async def _dies(file: Path, step: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Begin a change that ends at a step; whether it came so far."""

    def die() -> Any:
        raise Died

    monkeypatch.setattr("bot.upkeep.Steps", lambda _die_at: Steps(step, die))
    try:
        await rotate_key(settings(file))
    except Died:
        return True
    finally:
        monkeypatch.undo()
    return False
