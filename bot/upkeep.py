"""The database from the command line: a change of keys, backups, what comes back from them."""

from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from bot.core.errors import BotError
from bot.services import rotation
from bot.services.erasures import Erasures
from bot.services.keys import FILE, KeyFile, Keys, new_secret, open_keys
from bot.settings import Settings
from bot.wiring import SystemClock
from db import backup as copies
from db import keys as rows
from db.engine import Steps, alone, open_database
from db.migrations import upgrade
from db.unused import is_unused

_NEW_KEY: Final = (
    "CAUNOI_SECRET_KEY holds one key, there is none to change to. Make one (openssl rand -base64 32), put it first, "
    "before the old one and a comma, start every service anew with it, then run this again."
)
_NOT_STARTED: Final = (
    "No service was started with the newest key of CAUNOI_SECRET_KEY yet: one that runs with the old list alone could "
    "not read what is changed. Start every service anew with this list, then run this again."
)


_SERVER: Final = """A database server has tools of its own. Back up, from a machine that may reach it (PGPASSWORD set):
  pg_dump --format=custom --no-owner --file={file} "{place}"
Bring back, every service stopped:
  pg_restore --clean --if-exists --no-owner --single-transaction --dbname="{place}" {file}
  bot db upgrade
  bot db restore        (without a file: erases again whoever was erased since that backup)"""


async def backup(settings: Settings, to: Path) -> str:
    """Copy the database to a file, while the service runs; return what was done. Keys are never in it."""
    file = _own_file(settings, to)
    rows = copies.copy(file, to)
    kept = ", ".join(f"{rows.get(table, 0)} {table}" for table in ("addresses", "messages", "questions", "staff"))
    return f"{to}: verified, {sum(rows.values())} rows ({kept}). It is of no use without the key: keep that apart."


async def restore(settings: Settings, origin: Path | None, *, replace: bool) -> str:
    """Bring a backup back in place of the database; return what was done.

    All is made ready beside it: verified, its tables brought up to date, whoever was erased since then erased again.
    Only then it takes the database's place. Without `origin` the erasures alone are applied, to a database that was
    brought back by other means. Raises NoBackup, KeyMissing, InUse; the database is as it was.
    """
    if origin is None:
        await upgrade(settings.database_url)
        return _erased_again(await _apply_erasures(settings, settings.database_url, settings.database_file()))
    file = _own_file(settings, origin, must_exist=False)
    if file.exists():
        with alone(file):
            pass
        if not replace and not await _is_unused(settings):
            raise BotError(f"{file} holds something. Back it up, then say --replace: what is in it will be gone.")
    passing = file.with_name(f"{file.name}.restoring")
    _forget(passing)
    try:
        rows = copies.verified(origin)
        copies.copy(origin, passing)
        url = f"sqlite+aiosqlite:///{passing}"
        await upgrade(url)
        gone = await _apply_erasures(settings, url, file)
        copies.verified(passing)
        copies.put_in_place(passing, file)
    finally:
        _forget(passing)
    return f"{file}: brought back from {origin}, {sum(rows.values())} rows. {_erased_again(gone)}"


async def rotate_key(settings: Settings) -> str:
    """Seal everything by the newest key, let older keys go that nothing names; return what was done, in lines.

    With `caunoi.key` a new key is made here, and the service must be stopped (raises InUse). With
    CAUNOI_SECRET_KEY its first key is the newest, and services that know it may run. A change that was cut short is
    finished by the next one.
    """
    await upgrade(settings.database_url)
    file, steps = settings.database_file(), Steps(settings.test_die_at)
    key_file = KeyFile(file.with_name(FILE)) if file and not settings.secret_key else None
    if file is not None and key_file is not None:
        await _put_new_key_first(settings, file, key_file, steps)
    else:
        await _check_list(settings, file)
    database = open_database(settings.database_url, steps=steps)
    try:
        keys = await open_keys(database, settings.secret_key, key_file.place if key_file else None)
        done = await rotation.reseal(database, keys)
        listed = _erasures(settings, keys).keys_named()
        held = await rotation.held(database, keys, listed)
        leaving = [key_id for key_id, places in held.items() if not places]
        await rotation.release(database, leaving)
        if key_file is not None and leaving:
            steps.count()
            key_file.retire(leaving)
            steps.count()
    finally:
        await database.close()
    lines = [f"Newest key: {keys.ids[0]}. Sealed anew: {done.rows} rows."]
    if done.unreadable:
        lines.append(f"{done.unreadable} rows were changed or cut and read with no key; the log names them.")
    for key_id in leaving:
        where = f"moved to {key_file.old}" if key_file else "take it out of CAUNOI_SECRET_KEY"
        lines.append(f"Key {key_id}: nothing names it, {where}. Backups made before still need it.")
    for key_id, places in held.items():
        if places:
            lines.append(
                f"Key {key_id} stays in the list: {', '.join(places)}. These are hashes of what is not kept; "
                f"they go with the time. Later, run this again."
            )
    return "\n".join(lines)


async def _apply_erasures(settings: Settings, url: str, file: Path | None) -> int:
    """Erase again whoever the list names. `file`: beside it lies the key, where it lies in a file."""
    database = open_database(url)
    try:
        keys = await open_keys(database, settings.secret_key, file)
        now = SystemClock(settings.test_clock).now()
        gone = await database.write(lambda tx: _erasures(settings, keys).apply(tx, settings.zone, now))
        await database.scrub()
    finally:
        await database.close()
    return gone


async def _is_unused(settings: Settings) -> bool:
    database = open_database(settings.database_url)
    try:
        return await database.read(is_unused)
    finally:
        await database.close()


def _erasures(settings: Settings, keys: Keys) -> Erasures:
    clock = SystemClock(settings.test_clock)
    return Erasures(settings.erasure_list(), keys, lambda: clock.now().astimezone(settings.zone).date())


def _erased_again(number: int) -> str:
    return f"Erased again since that backup: {number}."


def _own_file(settings: Settings, other: Path, *, must_exist: bool = True) -> Path:
    """Return the SQLite file. Raises BotError for a server, saying which of its commands to use."""
    file = settings.database_file()
    if file is None:
        place = make_url(settings.database_url).set(drivername="postgresql", password=None)
        raise BotError(_SERVER.format(place=place.render_as_string(), file=other))
    if must_exist and not file.exists():
        raise BotError(f"{file} is not there: nothing to back up. CAUNOI_DATABASE_URL says where the database is.")
    if file == other.resolve():
        raise BotError(f"{other} is the database itself. Name another file.")
    return file


def _forget(passing: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        passing.with_name(f"{passing.name}{suffix}").unlink(missing_ok=True)


async def _put_new_key_first(settings: Settings, file: Path, key_file: KeyFile, steps: Steps) -> None:
    """Make the new key, unless an earlier change has to be finished. On disk before anything is sealed by it."""
    database = open_database(settings.database_url)
    try:
        newest = (await open_keys(database, (), key_file.place)).ids[0]
        unfinished = await rotation.is_unfinished(database, newest) and len(key_file.read()) > 1
    finally:
        await database.close()
    with alone(file):
        if not unfinished:
            steps.count()
            key_file.put_first(new_secret())
            steps.count()


async def _check_list(settings: Settings, file: Path | None) -> None:
    """Raise BotError where services may run that do not know the newest key of the list."""
    keys = Keys.from_setting(settings.secret_key)
    if len(keys.ids) == 1:
        raise BotError(_NEW_KEY)
    database = open_database(settings.database_url)
    try:
        known = await database.read(rows.read)
    finally:
        await database.close()
    if keys.ids[0] in known:
        return
    if file is None:
        raise BotError(_NOT_STARTED)
    with alone(file):
        pass
