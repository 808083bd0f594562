"""Who works with the console: members of staff, their roles, where they work. What a role may: services/access.py."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from bot.core.text import clean, strip_marks

LONGEST_NAME: Final = 80  # characters
SIGN_IN_IDLE: Final = timedelta(hours=12)  # without being used
SIGN_IN_LONGEST: Final = timedelta(days=7)


class Role(StrEnum):
    """Roles add up."""

    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"
    APPROVER = "approver"
    COUNSELLOR = "counsellor"
    VIEWER = "viewer"


class Standing(StrEnum):
    """Whether somebody may sign in."""

    INVITED = "invited"  # a one-time link was made and not used yet
    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the staff. `communes`: codes of the units they work for, for the roles that have own communes."""

    id: int
    name: str  # "" until the first administrator has chosen one
    roles: frozenset[Role] = frozenset()
    communes: frozenset[str] = frozenset()
    standing: Standing = Standing.ACTIVE

    def has(self, role: Role) -> bool:
        return role in self.roles


def clean_name(text: str) -> str:
    """Return a name as it is kept: NFC, single spaces, nothing that cannot be printed; "" when nothing is left."""
    printable = "".join(sign if sign.isprintable() else " " for sign in clean(text))
    return " ".join(printable.split())[:LONGEST_NAME].strip()


def name_key(name: str) -> str:
    """Return the form in which names are compared: two people whose names differ only in marks would be mixed up."""
    return strip_marks(clean_name(name)).lower()
