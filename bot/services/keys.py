"""Encryption of what is remembered, and keyed hashes. AES-256-GCM; one sub-key for each purpose (HKDF-SHA256).

SECRET_KEY is a list, newest first: the newest writes, every one of the list reads. What was encrypted names its key
(4 bytes), so does a hash. The database notes the keys it was written with; a start without one of them is refused.
"""

import base64
import binascii
import hmac
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.core.errors import BotError, KeyMissing, SettingsError
from db import keys as rows
from db.engine import Database

SIZE: Final = 32  # bytes of a key
FILE: Final = "caunoi.key"
PURPOSES: Final = ("inbox", "session", "message", "question", "handover", "staff", "slip", "edit", "privacy", "hash")

_ID: Final = 4  # bytes that name a key
_NONCE: Final = 12  # bytes, what AES-GCM wants


class Keys:
    """The keys of this process. `secrets` are SIZE bytes each, newest first."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        if not secrets:
            raise SettingsError("CAUNOI_SECRET_KEY holds no key")
        self._keys = [_Key.made_of(secret) for secret in secrets]
        self._by_id = {key.id: key for key in self._keys}

    @classmethod
    def from_setting(cls, setting: Iterable[str]) -> "Keys":
        """Read CAUNOI_SECRET_KEY (base64, newest first). Raises SettingsError for an odd one."""
        return cls(_decoded(setting))

    @property
    def ids(self) -> tuple[str, ...]:
        """Names of the keys, newest first."""
        return tuple(key.id.hex() for key in self._keys)

    def encrypt(self, purpose: str, plain: bytes) -> bytes:
        """Return key id, nonce and ciphertext. Raises KeyError for a purpose that is none of PURPOSES."""
        key, nonce = self._keys[0], os.urandom(_NONCE)
        return key.id + nonce + key.ciphers[purpose].encrypt(nonce, plain, purpose.encode())

    def decrypt(self, purpose: str, blob: bytes) -> bytes:
        """Return what `encrypt` was given. Raises KeyMissing without its key, BotError for a changed blob."""
        key = self._by_id.get(blob[:_ID])
        if key is None:
            raise KeyMissing(_missing(blob[:_ID].hex()))
        try:
            return key.ciphers[purpose].decrypt(blob[_ID : _ID + _NONCE], blob[_ID + _NONCE :], purpose.encode())
        except InvalidTag:
            raise BotError(f"A {purpose} record was changed or cut; restore a backup.") from None

    def reseal(self, blob: bytes) -> bytes:
        """Return the same record sealed by the newest key, whatever its purpose. Raises as `decrypt` does."""
        key = self._by_id.get(blob[:_ID])
        if key is None:
            raise KeyMissing(_missing(blob[:_ID].hex()))
        for purpose in key.ciphers:
            try:
                return self.encrypt(purpose, self.decrypt(purpose, blob))
            except BotError:
                continue  # of another purpose
        raise BotError("A record was changed or cut: it reads with no key.")

    def hash(self, purpose: str, text: str) -> str:
        """Return `<key id>.<64 hex digits>`, made with the newest key."""
        return self._keys[0].hash(purpose, text)

    def hashes(self, purpose: str, text: str) -> tuple[str, ...]:
        """Return the hash by every key, newest first: what was kept under an older one is found by it."""
        return tuple(key.hash(purpose, text) for key in self._keys)

    def checks(self) -> dict[str, str]:
        """Return for each key's name what proves that it is the same key."""
        return {key.id.hex(): key.hash("hash", "check") for key in self._keys}


async def open_keys(database: Database, setting: Sequence[str], file: Path | None) -> Keys:
    """Return the keys for this database, and note there the newest one's name.

    `setting` is CAUNOI_SECRET_KEY (base64, newest first). When it is empty the key lies in `caunoi.key` beside the
    SQLite `file`, made here (mode 0600) for a database that has none; a database in memory gets a passing one.

    Raises KeyMissing when the database was written with a key that is not there, SettingsError for an odd setting.
    """
    known = await database.read(rows.read)
    keys = Keys(_decoded(setting) if setting else _from_file(database, file, known))
    ours = keys.checks()
    for key_id, check in known.items():
        if not hmac.compare_digest(ours.get(key_id, ""), check):
            raise KeyMissing(_missing(key_id))
    if keys.ids[0] not in known:
        await database.write(lambda tx: rows.add(tx, keys.ids[0], ours[keys.ids[0]]))
    return keys


def new_secret() -> bytes:
    return os.urandom(SIZE)


class KeyFile:
    """`caunoi.key` beside the database, newest key first. It is always whole: replaced, never written into."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.old = place.with_name(f"{place.name}.old")

    def read(self) -> list[bytes]:
        return _decoded(self.place.read_text(encoding="ascii", errors="replace").split())

    def put_first(self, secret: bytes) -> None:
        self._replace(self.place, [secret, *self.read()])

    def retire(self, key_ids: Collection[str]) -> None:
        """Move these keys to `caunoi.key.old`: backups made before still need them."""
        secrets = self.read()
        leaving = [secret for secret in secrets if _Key.made_of(secret).id.hex() in key_ids]
        before = _decoded(self.old.read_text(encoding="ascii").split()) if self.old.exists() else []
        self._replace(self.old, list(dict.fromkeys([*leaving, *before])))
        self._replace(self.place, [secret for secret in secrets if secret not in leaving])

    @staticmethod
    def _replace(place: Path, secrets: Sequence[bytes]) -> None:
        passing = place.with_name(f"{place.name}.new")
        passing.unlink(missing_ok=True)
        write_durably(passing, b"".join(base64.b64encode(secret) + b"\n" for secret in secrets))
        passing.replace(place)
        sync_folder(place.parent)


@dataclass(frozen=True, slots=True)
class _Key:
    id: bytes
    ciphers: dict[str, AESGCM]
    hash_key: bytes

    @classmethod
    def made_of(cls, secret: bytes) -> "_Key":
        ciphers = {purpose: AESGCM(_derive(secret, purpose, SIZE)) for purpose in PURPOSES if purpose != "hash"}
        return cls(_derive(secret, "id", _ID), ciphers, _derive(secret, "hash", SIZE))

    def hash(self, purpose: str, text: str) -> str:
        digest = hmac.new(self.hash_key, f"{purpose}\0{text}".encode(), sha256)
        return f"{self.id.hex()}.{digest.hexdigest()}"


def _derive(secret: bytes, purpose: str, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=f"cau-noi {purpose}".encode()).derive(secret)


def _decoded(setting: Iterable[str]) -> list[bytes]:
    secrets = []
    for place, text in enumerate(setting, start=1):
        try:
            secret = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if len(secret) != SIZE:
            raise SettingsError(
                f"CAUNOI_SECRET_KEY: key {place} is not base64 of {SIZE} bytes. Make one with: openssl rand -base64 32"
            )
        secrets.append(secret)
    return secrets


def _from_file(database: Database, file: Path | None, known: dict[str, str]) -> list[bytes]:
    """Read or make the key beside the SQLite file. A database that already names a key gets no new one."""
    if file is None:
        if not database.is_sqlite:
            raise SettingsError(
                "CAUNOI_SECRET_KEY is empty: a database server has no file to keep a key beside. "
                "Make one with: openssl rand -base64 32"
            )
        return [new_secret()]
    place = file.with_name(FILE)
    if not place.exists():
        if known:
            raise KeyMissing(_missing(next(iter(known))))
        write_durably(place, base64.b64encode(new_secret()) + b"\n")
    return KeyFile(place).read()


def write_durably(place: Path, body: bytes) -> None:
    """Make a file on disk that its owner alone reads. Raises FileExistsError where there is one."""
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(body)
        out.flush()
        os.fsync(out.fileno())
    sync_folder(place.parent)


def sync_folder(folder: Path) -> None:
    """Without it, a loss of power may take the name of a new file."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _missing(key_id: str) -> str:
    return (
        f"The database was written with the key {key_id}, which is not there. Put that key into CAUNOI_SECRET_KEY "
        f"(after the newest one), or bring back the file {FILE} that lay beside the database; backups never hold it."
    )
