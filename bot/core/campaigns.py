"""An announcement to many: what is written of it, and the states it and its deliveries go through.

Nobody moves a campaign or a delivery but by these tables. The days of a campaign are local days.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bot.core.parameters import Text
from bot.core.text import strip_marks
from bot.core.types import Language, RenderedButton

LONGEST_TITLE: Final = 80  # characters
LONGEST_TEXT: Final = 1200  # characters as read, sources included: three screens of an old phone
LONGEST_WINDOW: Final = 92  # days from submitting to the last day: longer, and nobody knows any more what is sent
MOST_BUTTONS: Final = 6
OK, HELP = "ok", "help"  # buttons that answer the campaign itself


EXPIRED, CHANGED, MISSED, TROUBLES = "expired", "changed", "missed", "troubles"  # why one stands so, unasked


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class Action(StrEnum):
    SUBMIT = "submit"
    APPROVE = "approve"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"  # to change it: whatever was approved is void
    VOID = "void"  # it is no longer what was approved: a second person looks again
    EXPIRE = "expire"  # its approval is too old
    SCHEDULE = "schedule"
    MISS = "miss"  # the moment went by while nobody served: a person decides anew
    SEND = "send"
    PAUSE = "pause"
    RESUME = "resume"
    FINISH = "finish"
    RESEND = "resend"  # to whom it may not have reached
    CANCEL = "cancel"


TABLE: Final[Mapping[State, Mapping[Action, State]]] = {
    State.DRAFT: {Action.SUBMIT: State.SUBMITTED, Action.CANCEL: State.CANCELLED},
    State.SUBMITTED: {
        Action.APPROVE: State.APPROVED,
        Action.VOID: State.SUBMITTED,
        Action.REFUSE: State.DRAFT,
        Action.TAKE_BACK: State.DRAFT,
        Action.EXPIRE: State.DRAFT,
        Action.CANCEL: State.CANCELLED,
    },
    State.APPROVED: {
        Action.SCHEDULE: State.SCHEDULED,
        Action.SEND: State.SENDING,
        Action.VOID: State.SUBMITTED,
        Action.TAKE_BACK: State.DRAFT,
        Action.EXPIRE: State.DRAFT,
        Action.CANCEL: State.CANCELLED,
    },
    State.SCHEDULED: {
        Action.SEND: State.SENDING,
        Action.SCHEDULE: State.SCHEDULED,
        Action.MISS: State.APPROVED,
        Action.VOID: State.SUBMITTED,
        Action.TAKE_BACK: State.DRAFT,
        Action.EXPIRE: State.DRAFT,
        Action.CANCEL: State.CANCELLED,
    },
    State.SENDING: {
        Action.PAUSE: State.PAUSED,
        Action.FINISH: State.DONE,
        Action.RESEND: State.SENDING,
        Action.CANCEL: State.CANCELLED,
    },
    State.PAUSED: {
        Action.RESUME: State.SENDING,
        Action.FINISH: State.DONE,
        Action.RESEND: State.PAUSED,
        Action.CANCEL: State.CANCELLED,
    },
    State.DONE: {Action.RESEND: State.SENDING},
}


class Delivered(StrEnum):
    """States of a delivery (design section 3). The audience is their sum, always."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    BLOCKED = "blocked"
    REFUSED = "refused"
    UNSURE = "unsure"
    SKIPPED = "skipped"


class Skip(StrEnum):
    """Why somebody was passed over."""

    OPTED_OUT = "opted_out"  # no subscription to the subject any more
    STOPPED = "stopped"  # stopped us altogether
    ERASED = "erased"
    CAP = "cap"  # had as much as one may get, up to the last day
    OUT_OF_DATE = "out_of_date"  # what it says does not hold any more
    CANCELLED = "cancelled"


class Happening(StrEnum):
    """What happens to a delivery."""

    BEGIN = "begin"
    ARRIVE = "arrive"
    LATER = "later"
    BLOCK = "block"
    REFUSE = "refuse"
    LOSE_SIGHT = "lose_sight"  # it may have arrived
    SKIP = "skip"
    RESEND = "resend"


DELIVERY_TABLE: Final[Mapping[Delivered, Mapping[Happening, Delivered]]] = {
    Delivered.PENDING: {Happening.BEGIN: Delivered.SENDING, Happening.SKIP: Delivered.SKIPPED},
    Delivered.SENDING: {
        Happening.ARRIVE: Delivered.SENT,
        Happening.LATER: Delivered.PENDING,
        Happening.BLOCK: Delivered.BLOCKED,
        Happening.REFUSE: Delivered.REFUSED,
        Happening.LOSE_SIGHT: Delivered.UNSURE,
    },
    Delivered.UNSURE: {Happening.RESEND: Delivered.PENDING},
}


@dataclass(frozen=True, slots=True)
class Audience:
    """Who shall get it, of those who subscribed to its subject. Empty sets: all. `communes`: new codes."""

    communes: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    languages: frozenset[Language] = frozenset()
    job_seekers: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    label: Text
    url: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """What is written. `texts`: Jinja sources; `buttons`: `topic:<id>`, `eligibility`, `job`, `ok`, `help`.

    `last_day`: the last day on which it may reach anybody. `emergency`: two approve it; it goes out at night too and
    counts towards no cap.
    """

    title: str
    subject: str
    texts: Text
    last_day: date
    audience: Audience = Audience()
    buttons: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Variant:
    """One text as it is sent: in one language, for one commune ("" = not known, or it names none)."""

    language: Language
    commune: str
    text: str
    buttons: tuple[RenderedButton, ...] = ()


# Codes: three letters, three digits; without 0, O, 1, I, and without vowels, so that no word comes of them.
_LETTERS: Final = "BCDGHKLMNPQRSTVX"
_DIGITS: Final = "23456789"


def make_code(choose: Callable[[str], str]) -> str:
    """Return a short code of signs that `choose` takes out of those given."""
    return "".join([*(choose(_LETTERS) for _ in range(3)), *(choose(_DIGITS) for _ in range(3))])


def read_code(text: str) -> str:
    """Return the code as it is kept, however it was typed; "" for what is none."""
    signs = "".join(strip_marks(text).upper().replace("-", " ").split())
    is_code = len(signs) == 6 and set(signs[:3]) <= set(_LETTERS) and set(signs[3:]) <= set(_DIGITS)
    return signs if is_code else ""
