"""Who gets a campaign, and why somebody who subscribed does not: exact, before anything is sent.

A household class, a commune, looking for work count only where the person let them be known for this.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.campaigns import Audience
from bot.core.subscribing import AUDIENCE, TELLABLE
from bot.core.types import Language

COOKIE_ENDS: Final = timedelta(days=30)  # after which a web address cannot be reached any more (webchat/visit.py)
CLASS, COMMUNE, JOB_SEEKER = (f"{AUDIENCE}{what}" for what in TELLABLE)  # purposes of consents


class Left(StrEnum):
    """Why a subscriber is left out."""

    STOPPED = "stopped"  # they stopped us altogether
    UNREACHABLE = "unreachable"  # their cookie ended, or their channel is not served
    LANGUAGE = "language"
    COMMUNE = "commune"
    COMMUNE_UNTOLD = "commune_untold"
    CLASS = "class"
    CLASS_UNTOLD = "class_untold"
    NO_JOB_SEEKER = "no_job_seeker"


@dataclass(frozen=True, slots=True)
class Reach:
    """One address of a subscriber. `is_settled`: its outbox is the conversation itself (the web)."""

    address_id: int
    channel: str
    is_settled: bool
    is_stopped: bool
    seen_at: datetime
    language: Language


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One person. `told`: by purpose, what they let be known."""

    person: int
    reaches: tuple[Reach, ...]
    told: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Chosen:
    subscriber: Subscriber
    reach: Reach

    @property
    def commune(self) -> str:
        return self.subscriber.told.get(COMMUNE, "")


@dataclass(frozen=True, slots=True)
class Picture:
    """`subscribers`: all who subscribed; each is chosen or left out for one reason."""

    chosen: Sequence[Chosen]
    left: Mapping[Left, int]

    @property
    def subscribers(self) -> int:
        return len(self.chosen) + sum(self.left.values())

    def by(self, what: str) -> Mapping[str, int]:
        """How many of the chosen, by `channel`, `language` or `commune`."""
        values = (each.commune if what == "commune" else str(getattr(each.reach, what)) for each in self.chosen)
        return Counter(values)


def choose(subscribers: Iterable[Subscriber], audience: Audience, served: frozenset[str], now: datetime) -> Picture:
    """Choose who gets it, each on one address. `served`: channels that are there."""
    chosen: list[Chosen] = []
    left: Counter[Left] = Counter()
    for subscriber in subscribers:
        found = _reach(subscriber, served, now)
        reason = found if isinstance(found, Left) else _reason(subscriber, found, audience)
        if reason is None and isinstance(found, Reach):
            chosen.append(Chosen(subscriber, found))
        elif reason is not None:
            left[reason] += 1
    return Picture(chosen, left)


def _reach(subscriber: Subscriber, served: frozenset[str], now: datetime) -> Reach | Left:
    """The address to write to: one that rings before one that waits to be opened, then the one used last."""
    wanted = [each for each in subscriber.reaches if not each.is_stopped]
    if not wanted:
        return Left.STOPPED
    there = [
        each for each in wanted if each.channel in served and not (each.is_settled and each.seen_at < now - COOKIE_ENDS)
    ]
    return max(there, key=lambda each: (not each.is_settled, each.seen_at), default=Left.UNREACHABLE)


def _reason(subscriber: Subscriber, reach: Reach, audience: Audience) -> Left | None:
    told = subscriber.told
    if audience.languages and reach.language not in audience.languages:
        return Left.LANGUAGE
    if audience.communes and told.get(COMMUNE) not in audience.communes:
        return Left.COMMUNE if COMMUNE in told else Left.COMMUNE_UNTOLD
    if audience.classes and told.get(CLASS) not in audience.classes:
        return Left.CLASS if CLASS in told else Left.CLASS_UNTOLD
    if audience.job_seekers and JOB_SEEKER not in told:
        return Left.NO_JOB_SEEKER
    return None
