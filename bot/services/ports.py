"""What the services need from outside, and what channels may ask of the services."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.core.errors import BotError
from bot.core.types import Address, Attempt, Incoming, Language, Rendered, Said
from db.deliveries import Ended
from db.messages import End, ToSend


class Refused(BotError):
    """A platform does not take us as we are: its channel stops, the message says what to repair."""


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the current moment, aware UTC."""
        ...


class Sender(Protocol):
    """One channel's way out. Raises nothing a network may cause: that is an Outcome. Raises Refused."""

    channel: str

    async def send(self, address: Address, message: Rendered) -> Attempt: ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """An event that is stored and whose turn is committed. `replies` are those of its (first) turn;
    guarded ones are there for ten minutes."""

    replies: tuple[Rendered, ...]
    guarded: bool = False
    repeated: bool = False  # the same event had come before: no second turn


@dataclass(frozen=True, slots=True)
class Promise:
    """What a channel's sender takes from a commit at once: first replies to up to `room` addresses, none of `but`.

    The commit notes `ends`, of sends before, on its way.
    """

    room: int = 0
    but: Collection[int] = ()  # numbers of addresses that may not be written to yet
    ends: Sequence[End | Ended] = ()


class Outlet(Protocol):
    """A channel's sender, as it is seen by those who leave replies for it."""

    def promise(self) -> Promise:
        """Say what a commit may begin itself; so much is kept for it until `take`."""
        ...

    def take(self, begun: Sequence[ToSend]) -> None:
        """Send what the commit has begun (`sending`)."""
        ...

    def take_back(self, promise: Promise) -> None:
        """The commit failed: nothing was begun, nothing noted."""
        ...

    def wake(self) -> None:
        """Say that replies wait (`pending`)."""
        ...

    def announce(self) -> None:
        """Say that announcements may wait."""
        ...


@dataclass(frozen=True, slots=True)
class Platform:
    """What a channel can carry. `longest`: UTF-16 units of a text as it is read; None: any length."""

    is_settled: bool = False  # the outbox is the conversation itself: a reply is sent by the commit of its turn
    is_abroad: bool = False  # what is said passes servers abroad
    longest: int | None = None


class Intake(Protocol):
    async def take(self, event: Incoming) -> Receipt:
        """Store the event, run its turn, return after the commit. Raises nothing the event's content may cause."""
        ...

    async def take_many(self, events: Sequence[Incoming]) -> Sequence[Receipt | BaseException]:
        """Take a poll's events together; return in their order what `take` would return or raise."""
        ...


@dataclass(frozen=True, slots=True)
class Paper:
    """A slip as it is read again: `parts` in the mini markup, by the names of core/interview/slip.py and `page_for`.

    `version` is the content's on the day it was made, `version_now` that of the content it is judged by.
    """

    code: str
    language: Language
    day: date
    last_day: date
    version: str
    version_now: str
    parts: Mapping[str, str]


class Conversations(Protocol):
    async def read(self, address: Address) -> Sequence[Said]:
        """What a page may show of this address's conversation, oldest first: what is kept, guarded news.

        Guarded replies of a turn are not in it: its receipt has them.
        """
        ...

    async def note_seen(self, address: Address, until: datetime) -> None:
        """Note that a page was served that held what came later than its turn, up to that moment."""
        ...

    async def erase(self, address: Address) -> None:
        """Erase messages, the questions they point to, session and handovers of this address, at once."""
        ...
