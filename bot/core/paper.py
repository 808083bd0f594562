"""A form half filled, between two steps: one JSON text in `Session.answers` under `f:<form>`.

An answer that the content in use no longer knows is left out when it is read; what was told besides stays.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.core.forms import Field, FieldKind, Form, counted, next_field, refusal
from bot.core.types import Session
from bot.core.world import World

FLOW: Final = "job_seeker"  # of the session while something is asked; also the form's id
KEY: Final = f"f:{FLOW}"
ME: Final = "me"
OTHER: Final = "other"
# What may be asked besides the fields.
CONSENT: Final = "consent"
WHOM: Final = "whom"
REVIEW: Final = "review"


@dataclass(frozen=True, slots=True)
class Paper:
    """`at`: what is asked; "" while nothing is. `since`: the day of the consent. `asked`: fields in the order asked.

    `lead`: number of the registration that is being corrected; 0 for a new one. `is_review`: everything was asked once.
    """

    at: str = ""
    since: str = ""
    whom: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    is_review: bool = False
    lead: int = 0

    def with_answer(self, name: str, value: str) -> "Paper":
        return replace(self.with_asked(name), told={**self.told, name: value}, skipped=_without(self.skipped, name))

    def with_skipped(self, name: str) -> "Paper":
        told = {key: value for key, value in self.told.items() if key != name}
        return replace(self.with_asked(name), told=told, skipped=(*_without(self.skipped, name), name))

    def without(self, name: str) -> "Paper":
        """As if this field had not been asked."""
        told = {key: value for key, value in self.told.items() if key != name}
        left = (_without(each, name) for each in (self.skipped, self.agreed, self.asked))
        skipped, agreed, asked = left
        return replace(self, told=told, skipped=skipped, agreed=agreed, asked=asked)

    def with_asked(self, name: str) -> "Paper":
        return self if name in self.asked else replace(self, asked=(*self.asked, name))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One step: the paper as it stands, its form, the session it lies in, what may be looked at."""

    session: Session
    paper: Paper
    form: Form
    world: World

    @property
    def field(self) -> Field | None:
        """The field that is asked."""
        return self.form.fields.get(self.paper.at)

    @property
    def next(self) -> str:
        """What to ask next: a field, or the review."""
        found = next_field(self.form, self.paper.told, self.paper.skipped, self.world.day)
        return found.id if found else REVIEW

    @property
    def refusal(self) -> str:
        return refusal(self.form, self.paper.told, self.world.day)

    def put(self, paper: Paper) -> "Sheet":
        return replace(self, paper=paper)

    def at(self, name: str) -> "Sheet":
        return self.put(replace(self.paper, at=name))

    def counted(self) -> dict[str, str]:
        return counted(self.form, self.paper.told, self.world.day)


def read_paper(session: Session, form: Form, world: World) -> Paper | None:
    """What is kept; None where nothing is, or nothing that can be read."""
    try:
        kept: Any = json.loads(session.answers.get(KEY, ""))
        told = {str(name): str(value) for name, value in kept.get("told", {}).items()}
        paper = Paper(
            str(kept.get("at", "")), str(kept.get("since", "")), str(kept.get("whom", "")),
            {name: value for name, value in told.items() if _fits(form.fields.get(name), value, world)},
            _names(kept.get("skipped"), form), _names(kept.get("agreed"), form), _names(kept.get("asked"), form),
            bool(kept.get("is_review")), int(kept.get("lead", 0)),
        )  # fmt: skip
    except (ValueError, TypeError, AttributeError):
        return None
    if paper.at in ("", CONSENT, WHOM, REVIEW, *form.fields):
        return paper
    following = next_field(form, paper.told, paper.skipped, world.day)  # the field asked for is gone from the form
    return replace(paper, at=following.id if following else REVIEW)


def write_paper(session: Session, paper: Paper | None) -> Session:
    """Put a paper in the place of the one kept (None: of none); what it asks is what the session waits for."""
    rest = {key: text for key, text in session.answers.items() if key != KEY}
    if paper is None:
        return replace(session, flow="", answers=rest)
    kept = {
        "at": paper.at, "since": paper.since, "whom": paper.whom, "told": dict(paper.told), "skipped": paper.skipped,
        "agreed": paper.agreed, "asked": paper.asked, "is_review": paper.is_review, "lead": paper.lead,
    }  # fmt: skip
    text = json.dumps({name: value for name, value in kept.items() if value}, ensure_ascii=False)
    return replace(session, flow=FLOW if paper.at else "", answers={**rest, KEY: text})


def _fits(field: Field | None, value: str, world: World) -> bool:
    if field is None:
        return False
    match field.kind:
        case FieldKind.CHOICE:
            return value in field.choices
        case FieldKind.YES_NO:
            return value in ("yes", "no")
        case FieldKind.YEAR:
            return value.isdecimal()
        case FieldKind.PLACE:
            return any(each.new_code == value.partition(":")[0] for each in world.catalogue.places)
        case _:
            return bool(value)


def _names(raw: Any, form: Form) -> tuple[str, ...]:
    return tuple(name for name in raw if name in form.fields) if isinstance(raw, list) else ()


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(each for each in names if each != name)
