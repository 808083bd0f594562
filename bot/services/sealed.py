"""Records as encrypted bytes and back. JSON inside; fields that an older version lacked are default."""

import json
import logging
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any, Final

from bot.core.editing import KINDS, Edit, Kind
from bot.core.errors import BotError
from bot.core.markup import parse, plain
from bot.core.types import Address, Incoming, Language, Rendered, RenderedButton, Said, Session, Slip
from bot.core.types import Kind as EventKind
from bot.services.erasures import Erasures
from bot.services.keys import Keys
from db.inbox import Waiting
from db.messages import KeptMessage, ToSend

_LOG: Final = logging.getLogger(__name__)
_SESSION_FIELDS: Final = frozenset(field.name for field in fields(Session))
_SLIP_FIELDS: Final = frozenset(field.name for field in fields(Slip))


class Sealed:
    """Writes and reads what the database keeps encrypted."""

    def __init__(self, keys: Keys, erasures: Erasures | None = None) -> None:
        self._keys, self._erasures = keys, erasures

    def note_erased(self, address: Address) -> None:
        """List an address that is being erased, on disk before the erasure is committed: a backup may hold it."""
        if self._erasures is not None:
            self._erasures.note(address)

    def hashes(self, text: str) -> tuple[str, ...]:
        """Return the keyed hashes of a secret by each key, newest first: what is kept of it names one of them."""
        return self._keys.hashes("hash", text)

    def event(self, event: Incoming) -> bytes:
        """Kind, text and moment; the address and the event's id stand in the row."""
        return self._write("inbox", {"k": event.kind, "t": event.text, "r": event.received.isoformat()})

    def read_event(self, row: Waiting) -> Incoming:
        """Return the event as it came; one that cannot be read any more is UNREADABLE, and answered."""
        address = Address(row.channel, row.chat)
        try:
            told = self._read("inbox", row.payload)
            received = datetime.fromisoformat(told["r"])
            return Incoming(address, row.event_id, EventKind(told["k"]), told["t"], received)
        except (BotError, ValueError, TypeError, KeyError):
            _LOG.error("Event %d could not be read; it is answered as unreadable.", row.id)
            return Incoming(address, row.event_id, EventKind.UNREADABLE, "", row.received_at)

    def session(self, session: Session) -> bytes:
        told = {name: getattr(session, name) for name in _SESSION_FIELDS}
        return self._write("session", told | {"answers": dict(session.answers)})

    def read_session(self, blob: bytes | None) -> Session:
        """Return the session, a fresh one for None. One that cannot be read begins anew: nobody is locked out by it."""
        if blob is None:
            return Session()
        try:
            told = {name: value for name, value in self._read("session", blob).items() if name in _SESSION_FIELDS}
            return Session(**told | {"language": Language(told.get("language", Language.VI))})
        except (BotError, ValueError, TypeError, AttributeError):
            _LOG.error("A session could not be read; it begins anew.")
            return Session()

    def message(self, message: Rendered) -> bytes:
        """Text and buttons; content version and guarding stand in the row."""
        buttons = [[button.label, button.action] for button in message.buttons]
        return self._write("message", {"t": message.text, "b": buttons} if buttons else {"t": message.text})

    def read_message(self, row: KeptMessage | ToSend) -> Rendered:
        told = self._read("message", row.body)
        buttons = tuple(RenderedButton(label, action) for label, action in told.get("b", ()))
        return Rendered(told["t"], buttons, row.guarded, row.content_version)

    def read_said(self, row: KeptMessage) -> Said:
        return Said(row.at, row.by_person, self.read_message(row), row.is_news)

    def question(self, text: str) -> bytes | None:
        """The text of a question nobody answered; None for "", which is not kept."""
        return self._keys.encrypt("question", text.encode()) if text else None

    def kept_question(self, body: bytes) -> bytes | None:
        """The text of a line of the conversation (masked when it was kept), as the text of its question."""
        return self.question(plain(parse(self._read("message", body)["t"])))

    def read_question(self, blob: bytes) -> str:
        return self._keys.decrypt("question", blob).decode()

    def edit(self, edit: Edit) -> bytes:
        """A drafted change of the content: people's words may stand in it."""
        return self._write("edit", {name: _plain(getattr(edit, name)) for name in _fields_of(type(edit))})

    def read_edit(self, kind: Kind, blob: bytes) -> Edit:
        told = self._read("edit", blob)
        days: dict[str, Any] = {name: date.fromisoformat(told[name]) for name in ("start", "on") if name in told}
        lists: dict[str, Any] = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
        fields_read: dict[str, Any] = {**told, **days, **lists}
        return KINDS[kind](**fields_read)

    def handover(self, messages: tuple[str, ...]) -> bytes:
        return self._write("handover", {"messages": messages})

    def slip(self, slip: Slip) -> bytes:
        """The answers behind a slip; its commune stands in the row too."""
        told = {name: getattr(slip, name) for name in _SLIP_FIELDS}
        return self._write("slip", told | {"answers": dict(slip.answers), "day": slip.day.isoformat()})

    def read_slip(self, blob: bytes) -> Slip:
        told = {name: value for name, value in self._read("slip", blob).items() if name in _SLIP_FIELDS}
        day, language = date.fromisoformat(told["day"]), Language(told["language"])
        return Slip(**told | {"day": day, "language": language})

    def slip_hash(self, code: str) -> str:
        """Under which a slip's code is kept; the code itself is not."""
        return self._keys.hash("slip", code)

    def slip_hashes(self, code: str) -> tuple[str, ...]:
        """The same by every key: a slip is found though the key was changed meanwhile."""
        return self._keys.hashes("slip", code)

    def read_handover(self, blob: bytes) -> tuple[str, ...]:
        return tuple(self._read("handover", blob)["messages"])

    def line(self, text: str) -> bytes:
        """One line of a talk between a person and staff."""
        return self._keys.encrypt("handover", text.encode())

    def read_line(self, blob: bytes) -> str:
        return self._keys.decrypt("handover", blob).decode()

    def mark(self, text: str) -> str:
        """A keyed hash that nobody else can make; of use for a while only: it does not name its key."""
        return self._keys.hash("hash", text).rpartition(".")[2][:24]

    def privacy(self, text: str) -> bytes:
        """The words of a privacy request, or of how it was closed."""
        return self._keys.encrypt("privacy", text.encode())

    def read_privacy(self, blob: bytes | None) -> str:
        """Return them; "" where they were erased."""
        return "" if blob is None else self._keys.decrypt("privacy", blob).decode()

    def who(self, address: Address) -> str:
        """Return the keyed hash that stands for an address once it is gone."""
        return self._keys.hash("address", str(address))

    def link_code(self, code: str) -> str:
        return self._keys.hash("link", code)

    def link_codes(self, code: str) -> tuple[str, ...]:
        """Return the hash of a code by every key: one may have been shown before a new key came."""
        return self._keys.hashes("link", code)

    def totp(self, secret: str) -> bytes:
        """The secret from which a member's one-time codes are made."""
        return self._keys.encrypt("staff", secret.encode())

    def read_totp(self, blob: bytes) -> str:
        return self._keys.decrypt("staff", blob).decode()

    def _write(self, purpose: str, record: Mapping[str, Any]) -> bytes:
        return self._keys.encrypt(purpose, json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode())

    def _read(self, purpose: str, blob: bytes) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self._keys.decrypt(purpose, blob))
        return told


def _fields_of(shape: type) -> list[str]:
    return [field.name for field in fields(shape)]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
