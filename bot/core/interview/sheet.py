"""What is kept of an eligibility check between two steps: JSON in `Session.answers` under `e:`.

`e:<fact>` holds a fact as facts.read_value reads it; the other keys are the fields of Sheet. An answer that the
content in use no longer knows, or that is older than its fact may be kept, is left out when the sheet is read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

from bot.core.eligibility.facts import Fact, FactError, Facts, Of, read_value
from bot.core.eligibility.zones import COMMUNE, OLD_COMMUNE, with_zones
from bot.core.types import Session
from bot.core.world import World

FLOW: Final = "eligibility"
KEY: Final = "e:"
HOUSEHOLD: Final = "household"
ME: Final = "me"
WHOM: Final = (HOUSEHOLD, ME, "child", "parent", "other")  # for whom it is; never a name
ASK_WHOM: Final = "for"  # `at` while this is asked
PAUSE: Final = "pause"  # `at` while going on is offered


@dataclass(frozen=True, slots=True)
class Sheet:
    """The answers so far. `at`: the fact asked for (or ASK_WHOM, PAUSE); "" when nothing is left to ask.

    `asked` are the facts in the order in which they were asked, answered or not; `agreed` the sensitive ones that the
    person is willing to answer. `draft` is an income as it was said, and the words of a set picked so far.
    """

    whom: str = ""
    at: str = ""
    since: date | None = None  # day of the first answer
    told: Mapping[str, Any] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    draft: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return bool(self.at)

    @property
    def skipped(self) -> tuple[str, ...]:
        """Asked and not answered: not known, or not to be told."""
        return tuple(name for name in self.asked if name not in self.told)

    def with_answer(self, name: str, value: Any) -> "Sheet":
        """The sheet with a fact told; what was told of it before is replaced."""
        return replace(self.with_asked(name), told={**self.told, name: value})

    def without(self, *names: str) -> "Sheet":
        """The sheet as if these facts had not been asked."""
        told = {name: value for name, value in self.told.items() if name not in names}
        draft = {name: value for name, value in self.draft.items() if name not in names}
        asked, agreed = (tuple(each for each in some if each not in names) for some in (self.asked, self.agreed))
        return replace(self, told=told, draft=draft, asked=asked, agreed=agreed)

    def with_asked(self, name: str) -> "Sheet":
        return self if name in self.asked else replace(self, asked=(*self.asked, name))


def read_sheet(session: Session, world: World) -> tuple[Sheet, bool]:
    """Return what is kept, and whether something had to be left out of it."""
    kept = {key.removeprefix(KEY): _json(text) for key, text in session.answers.items() if key.startswith(KEY)}
    facts = world.catalogue.facts
    asked, agreed = (_names(kept.pop(name, ()), facts) for name in ("asked", "agreed"))
    whom, at = (_word(kept.pop(name, "")) for name in (ASK_WHOM, "at"))
    since, draft = _day(kept.pop("since", "")), kept.pop("draft", {})
    told = {name: raw for name, raw in kept.items() if _fits(facts.get(name), raw, since, world.day)}
    known = at in facts or at in ("", ASK_WHOM, PAUSE)
    draft = draft if isinstance(draft, dict) else {}
    draft = {name: raw for name, raw in draft.items() if name in facts and not _is_over(facts[name], since, world.day)}
    dropped = len(told) < len(kept) or not known
    asked = tuple(name for name in asked if name in told or name not in kept)
    return Sheet(whom if whom in WHOM else "", at if known else PAUSE, since, told, asked, agreed, draft), dropped


def write_sheet(session: Session, sheet: Sheet) -> Session:
    """Put a sheet in the place of the one kept; an open question is what the session's flow waits for."""
    rest = {key: text for key, text in session.answers.items() if not key.startswith(KEY)}
    fields: dict[str, Any] = {
        ASK_WHOM: sheet.whom, "at": sheet.at, "since": sheet.since and sheet.since.isoformat(),
        "asked": sheet.asked, "agreed": sheet.agreed, "draft": dict(sheet.draft),
    }  # fmt: skip
    kept = {f"{KEY}{name}": json.dumps(value, ensure_ascii=False) for name, value in fields.items() if value}
    told = {f"{KEY}{name}": json.dumps(value, ensure_ascii=False) for name, value in sheet.told.items()}
    return replace(session, flow=FLOW if sheet.at else "", answers={**rest, **told, **kept})


@dataclass(frozen=True, slots=True)
class Check:
    """One step of a check: the sheet as it stands, the session it lies in, what may be looked at."""

    session: Session
    sheet: Sheet
    world: World

    @property
    def fact(self) -> Fact | None:
        """The fact asked for."""
        return self.world.catalogue.facts.get(self.sheet.at)

    def put(self, sheet: Sheet) -> "Check":
        return replace(self, sheet=sheet)

    def at(self, name: str) -> "Check":
        return self.put(replace(self.sheet, at=name))

    def told(self) -> Facts:
        """What the person answered, as rules read it."""
        facts = self.world.catalogue.facts
        return {name: read_value(facts[name], raw, self.world.day) for name, raw in self.sheet.told.items()}

    def known(self) -> Facts:
        """What was answered, and what the commune says about zones where that is sure."""
        named = {COMMUNE: self.session.commune, OLD_COMMUNE: self.session.old_commune}
        facts = {**{name: code for name, code in named.items() if code}, **self.told()}
        return with_zones(facts, self.world.catalogue.zones, self.world.catalogue.places, self.world.day)

    def of_member(self) -> tuple[str, ...]:
        """The facts that are one member's own."""
        return tuple(fact.id for fact in self.world.catalogue.facts.values() if fact.of is Of.MEMBER)


def _fits(fact: Fact | None, raw: Any, since: date | None, day: date) -> bool:
    if fact is None or _is_over(fact, since, day):
        return False
    try:
        read_value(fact, raw, day)
    except (FactError, TypeError):
        return False
    return True


def _is_over(fact: Fact, since: date | None, day: date) -> bool:
    return since is not None and since + timedelta(days=fact.keep) < day


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _word(raw: Any) -> str:
    return raw if isinstance(raw, str) else ""


def _day(raw: Any) -> date | None:
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError):
        return None


def _names(raw: Any, facts: Mapping[str, Fact]) -> tuple[str, ...]:
    return tuple(name for name in raw if name in facts) if isinstance(raw, list) else ()
