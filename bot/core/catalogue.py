"""What the content files say, as frozen records. `bot.content.load` makes them, nobody changes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bot.core.eligibility.facts import Fact
from bot.core.eligibility.programmes import Programme, Zone
from bot.core.hours import UNKNOWN, Hours
from bot.core.parameters import Parameters, Text
from bot.core.types import Source

PARTS: Final = (
    "answer", "how_much", "who", "steps", "papers", "where", "deadline", "changes", "not_known",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """A document a topic leans on without a figure of it, from `start` to `until` (both inclusive, None = open)."""

    source: Source
    start: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject the bot can answer. `parts` maps a part's name (PARTS) to its Jinja source in each language."""

    id: str
    label: Text
    parts: Mapping[str, Text]
    examples: tuple[str, ...]
    related: tuple[str, ...] = ()
    sources: tuple[Document, ...] = ()  # documents of what is said without a figure
    guarded: bool = False
    answered: bool = True  # False: the answer only says that we cannot answer this yet
    review_by: date | None = None
    household: str = ""  # its answer is for this class of household alone (Words.households)

    @property
    def subject(self) -> str:
        return self.id.split(".")[0]


@dataclass(frozen=True, slots=True)
class Subject:
    """The prefix of topic ids: one button of the menu, and what one subscribes to."""

    id: str
    label: Text
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A short text of a flow: Jinja source in each language, and the params it may use."""

    key: str
    text: Text
    params: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """One row of places.csv: an old unit and the new unit it became (a split unit has several rows)."""

    old_code: str
    old_type: str
    old_name: str
    old_district: str
    old_from: date | None
    old_to: date
    new_code: str
    new_type: str
    new_name: str
    part: str = ""  # which part of the old unit this row speaks of; "" = all of it


@dataclass(frozen=True, slots=True)
class Words:
    """words.yaml: what staff extend. Commands, part cues and repairs are folded (core/text.fold); the others keep their
    marks (core/text.spell), so that a marked "vậy" is not heard as "vay"."""

    commands: Mapping[str, tuple[str, ...]]  # command id -> whole messages that mean it
    abbreviations: Mapping[str, str]  # "bhyt" -> "bao hiem y te"
    part_cues: Mapping[str, tuple[str, ...]]  # part -> phrases that ask for it
    distress: tuple[str, ...]  # phrases that are distress wherever they stand
    not_distress: tuple[str, ...] = ()  # phrases that only look like it
    english: Mapping[str, str] = field(default_factory=dict)  # English words -> our words, for English questions
    concepts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # phrases that mean the same kind of thing
    repairs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # turns of speech (core/repair.py), folded
    households: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # class -> phrases that name it, folded
    # fact id -> choice -> phrases that mean it, folded; `for`: for whom a check is (core/interview/hearing.py)
    answers: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    around_answers: tuple[str, ...] = ()  # words that may stand around an answer and say nothing, folded


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All content, checked whole. `version` is a hash of every file it was made from."""

    version: str
    topics: Mapping[str, Topic]
    subjects: tuple[Subject, ...]
    messages: Mapping[str, Message]
    parameters: Parameters
    places: tuple[Place, ...]
    words: Words
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # label that is no topic -> examples
    facts: Mapping[str, Fact] = field(default_factory=dict)  # in the order of facts.yaml
    programmes: Mapping[str, Programme] = field(default_factory=dict)
    zones: tuple[Zone, ...] = ()
    hours: Hours = UNKNOWN
