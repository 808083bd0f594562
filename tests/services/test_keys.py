"""Keys: what is encrypted names its key; a database without its key is refused; older keys of the list read on."""

import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import BotError, KeyMissing, SettingsError
from bot.services.keys import FILE, PURPOSES, Keys, new_secret, open_keys
from db.engine import Database, open_database

OLD, NEW = b"o" * 32, b"n" * 32


def setting(*secrets: bytes) -> tuple[str, ...]:
    return tuple(base64.b64encode(secret).decode() for secret in secrets)


@pytest.fixture
async def database(file: Path) -> Database:
    return open_database(f"sqlite+aiosqlite:///{file}")


@given(st.binary(max_size=200), st.sampled_from([each for each in PURPOSES if each != "hash"]))
def test_what_was_encrypted_reads_back(plain: bytes, purpose: str) -> None:
    keys = Keys([NEW])

    assert keys.decrypt(purpose, keys.encrypt(purpose, plain)) == plain


def test_the_same_text_never_looks_the_same() -> None:
    keys = Keys([NEW])

    assert keys.encrypt("message", b"a") != keys.encrypt("message", b"a")


def test_an_older_key_of_the_list_still_reads() -> None:
    written = Keys([OLD]).encrypt("session", b"what was")

    assert Keys([NEW, OLD]).decrypt("session", written) == b"what was"


def test_the_newest_key_writes() -> None:
    written = Keys([NEW, OLD]).encrypt("session", b"what is")

    assert Keys([NEW]).decrypt("session", written) == b"what is"


def test_a_key_that_is_not_there_is_named() -> None:
    written = Keys([OLD]).encrypt("session", b"what was")

    with pytest.raises(KeyMissing, match=Keys([OLD]).ids[0]):
        Keys([NEW]).decrypt("session", written)


def test_a_record_of_one_purpose_does_not_read_as_another() -> None:
    keys = Keys([NEW])

    with pytest.raises(BotError, match="changed or cut"):
        keys.decrypt("question", keys.encrypt("message", b"a"))


def test_a_changed_record_is_noticed() -> None:
    keys = Keys([NEW])
    written = bytearray(keys.encrypt("message", b"a"))
    written[-1] ^= 1

    with pytest.raises(BotError, match="changed or cut"):
        keys.decrypt("message", bytes(written))


def test_a_hash_names_its_key_and_depends_on_key_purpose_and_text() -> None:
    keys = Keys([NEW, OLD])

    hashes = {keys.hash("web", "a"), keys.hash("web", "b"), keys.hash("code", "a"), Keys([OLD]).hash("web", "a")}

    assert len(hashes) == 4
    assert keys.hash("web", "a").startswith(f"{keys.ids[0]}.")
    assert keys.hashes("web", "a") == (keys.hash("web", "a"), Keys([OLD]).hash("web", "a"))


async def test_a_first_start_makes_a_key_file_that_only_its_owner_reads(database: Database, file: Path) -> None:
    keys = await open_keys(database, (), file)

    place = file.with_name(FILE)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert (await open_keys(database, (), file)).ids == keys.ids
    await database.close()


async def test_a_start_without_the_key_file_is_refused_and_makes_no_new_one(database: Database, file: Path) -> None:
    await open_keys(database, (), file)
    file.with_name(FILE).unlink()

    with pytest.raises(KeyMissing, match=r"SECRET_KEY.*caunoi\.key"):
        await open_keys(database, (), file)

    assert not file.with_name(FILE).exists()
    await database.close()


async def test_a_start_with_another_key_is_refused(database: Database, file: Path) -> None:
    await open_keys(database, setting(OLD), file)

    with pytest.raises(KeyMissing, match=Keys([OLD]).ids[0]):
        await open_keys(database, setting(NEW), file)

    await database.close()


async def test_a_new_key_before_the_old_one_is_noted_and_both_are_wanted_afterwards(
    database: Database, file: Path
) -> None:
    await open_keys(database, setting(OLD), file)

    keys = await open_keys(database, setting(NEW, OLD), file)

    assert keys.ids == Keys([NEW, OLD]).ids
    with pytest.raises(KeyMissing):
        await open_keys(database, setting(OLD), file)
    await database.close()


@pytest.mark.parametrize("wrong", ["not base64!", base64.b64encode(b"short").decode()])
async def test_an_odd_key_is_refused_with_its_place_in_the_list(database: Database, file: Path, wrong: str) -> None:
    with pytest.raises(SettingsError, match="CAUNOI_SECRET_KEY: key 2"):
        await open_keys(database, (*setting(new_secret()), wrong), file)

    await database.close()
