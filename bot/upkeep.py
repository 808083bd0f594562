"""The database from the command line: a change of keys, backups, what comes back from them."""

from pathlib import Path
from typing import Final

from bot.core.errors import BotError
from bot.services import rotation
from bot.services.keys import FILE, KeyFile, Keys, new_secret, open_keys
from bot.settings import Settings
from db import keys as rows
from db.engine import Steps, alone, open_database
from db.migrations import upgrade

_NEW_KEY: Final = (
    "CAUNOI_SECRET_KEY holds one key, there is none to change to. Make one (openssl rand -base64 32), put it first, "
    "before the old one and a comma, start every service anew with it, then run this again."
)
_NOT_STARTED: Final = (
    "No service was started with the newest key of CAUNOI_SECRET_KEY yet: one that runs with the old list alone could "
    "not read what is changed. Start every service anew with this list, then run this again."
)


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
        held = await rotation.held(database, keys, {})
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
