"""Changes of the content that staff draft in the console: what they change, and the way to the folder.

A change is one line of one file. It is drafted by one person, approved by another, then written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

LONGEST: Final = 300  # characters of an example: a longer one is a story, and teaches little


class Stage(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"  # not in the folder yet
    WRITTEN = "written"
    REFUSED = "refused"
    DROPPED = "dropped"


class Step(StrEnum):
    SUBMIT = "submit"
    APPROVE = "approve"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"
    WRITE = "write"
    DROP = "drop"


TABLE: Final[Mapping[Stage, Mapping[Step, Stage]]] = {
    Stage.DRAFT: {Step.SUBMIT: Stage.SUBMITTED, Step.DROP: Stage.DROPPED},
    Stage.SUBMITTED: {Step.APPROVE: Stage.APPROVED, Step.REFUSE: Stage.REFUSED, Step.TAKE_BACK: Stage.DRAFT},
    Stage.APPROVED: {Step.WRITE: Stage.WRITTEN, Step.TAKE_BACK: Stage.DRAFT},
}


@dataclass(frozen=True, slots=True)
class AddExample:
    """A question as people type it, under the topic (or label) that it asks for."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class AddWord:
    """What people write short ("bhyt"), and what it means."""

    short: str
    long: str


@dataclass(frozen=True, slots=True)
class AddSynonym:
    """A phrase that means the same kind of thing as the others of a concept of words.yaml."""

    concept: str
    phrase: str


@dataclass(frozen=True, slots=True)
class ConfirmFigure:
    """The office read the document: the value from `start` on is `value` ("" = as it stands there).

    `on`: the day of reading; so far the document was read.
    """

    parameter: str
    start: date
    source: str
    on: date
    by_office: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmCondition:
    """The office read the document behind a condition of a programme. `place`: where it stands (`conditions_of`)."""

    programme: str
    place: str
    source: str
    on: date
    by_office: str


@dataclass(frozen=True, slots=True)
class NewTopic:
    """What people ask and no topic answers. Writing one is work for the content team: nothing is changed by it."""

    title: str
    asked: tuple[str, ...]


Edit = AddExample | AddWord | AddSynonym | ConfirmFigure | ConfirmCondition | NewTopic


class Kind(StrEnum):
    EXAMPLE = "example"
    WORD = "word"
    SYNONYM = "synonym"
    FIGURE = "figure"
    CONDITION = "condition"
    TOPIC = "topic"


KINDS: Final[Mapping[Kind, type[Edit]]] = {
    Kind.EXAMPLE: AddExample,
    Kind.WORD: AddWord,
    Kind.SYNONYM: AddSynonym,
    Kind.FIGURE: ConfirmFigure,
    Kind.CONDITION: ConfirmCondition,
    Kind.TOPIC: NewTopic,
}


def kind_of(edit: Edit) -> Kind:
    return next(kind for kind, shape in KINDS.items() if isinstance(edit, shape))


def target_of(edit: Edit) -> str:
    """What it changes, by an id of ours: never the words of people."""
    match edit:
        case AddExample(label):
            return label
        case AddSynonym(concept):
            return concept
        case ConfirmFigure(parameter):
            return parameter
        case ConfirmCondition(programme):
            return programme
        case _:
            return ""


def teaches(edit: Edit) -> bool:
    """Whether it changes how questions are understood: then its effect is measured before it goes live."""
    return isinstance(edit, AddExample | AddWord | AddSynonym)
