"""What the office has to confirm: dated values of parameters, conditions of programmes, each with its doubt."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from enum import StrEnum

from bot.content.render import Renderer
from bot.core.catalogue import Catalogue
from bot.core.editing import ConfirmCondition, ConfirmFigure
from bot.core.eligibility.programmes import Condition, Other, Programme, Rule, conditions_of
from bot.core.parameters import Confidence, Confirmed, Parameter, Value
from bot.core.staff import Member
from bot.core.text import fold
from bot.core.types import Language
from bot.services.access import NotAllowed, Right, may
from bot.services.editing import Editing, Trouble
from bot.services.ports import Clock


class Doubt(StrEnum):
    UNCONFIRMED = "unconfirmed"  # never said as a figure
    NO_DOCUMENT = "no_document"  # said, with a note that the document's number was not seen
    UNCHECKED = "unchecked"  # read by us in the document, by nobody of the office
    CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class Figure:
    """One dated value. `said`: as people read it, in the language of whoever looks."""

    parameter: Parameter
    value: Value
    said: str
    doubt: Doubt

    @property
    def area(self) -> str:
        return self.parameter.id.partition(".")[0]

    @property
    def sources(self) -> str:
        return "; ".join(source.text for source in self.value.sources)


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition of a programme, in a rule that is in force or to come. `said`: what the commune is asked."""

    programme: Programme
    rule: Rule
    place: str
    condition: Condition | Other
    said: str

    @property
    def sources(self) -> str:
        return "; ".join(source.text for source in self.condition.sources)

    @property
    def confirmed(self) -> Confirmed | None:
        return self.condition.confirmed


class Confirming:
    """`catalogue`, `renderer`: of the content in use."""

    def __init__(
        self,
        editing: Editing,
        catalogue: Callable[[], Catalogue],
        renderer: Callable[[], Renderer],
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self._editing, self._catalogue, self._renderer = editing, catalogue, renderer
        self._clock, self._zone = clock, zone

    def today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    def areas(self) -> Sequence[str]:
        return sorted({name.partition(".")[0] for name in self._catalogue().parameters})

    async def figures(
        self, by: Member, language: Language, area: str = "", doubt: str = "", words: str = ""
    ) -> Sequence[Figure]:
        """Return figures that are not over, by name and day; `doubt` "": those that `bot check --todo` lists.

        `words` are searched without tone marks. Raises NotAllowed.
        """
        if not may(by, Right.EDIT_CONTENT):
            raise NotAllowed(by, Right.EDIT_CONTENT)
        todo, sought, today = (Doubt.UNCONFIRMED, Doubt.NO_DOCUMENT), fold(words), self.today()
        found = await asyncio.to_thread(self._every, language)
        return [
            each
            for each in found
            if (each.doubt == doubt if doubt else each.doubt in todo)
            and area in ("", each.area)
            and (each.value.until is None or each.value.until >= today or each.doubt in todo)
            and sought in fold(f"{each.parameter.id} {each.parameter.label[language]}")
        ]

    async def figure(self, by: Member, language: Language, parameter: str, start: date) -> Figure | None:
        """Return one figure. Raises NotAllowed."""
        if not may(by, Right.EDIT_CONTENT):
            raise NotAllowed(by, Right.EDIT_CONTENT)
        found = await asyncio.to_thread(self._every, language)
        return next((each for each in found if (each.parameter.id, each.value.start) == (parameter, start)), None)

    def conditions(self, by: Member, language: Language, *, checked: bool = False, words: str = "") -> Sequence[Asked]:
        """Return conditions whose document the office has not read (`checked`: has read). Raises NotAllowed."""
        if not may(by, Right.EDIT_CONTENT):
            raise NotAllowed(by, Right.EDIT_CONTENT)
        sought = fold(words)
        return [
            each
            for each in self._conditions(language)
            if (each.confirmed is not None) == checked
            and sought in fold(f"{each.programme.label[language]} {each.said}")
        ]

    def condition(self, by: Member, language: Language, programme: str, place: str) -> Asked | None:
        """Return one condition. Raises NotAllowed."""
        found = (*self.conditions(by, language), *self.conditions(by, language, checked=True))
        return next((each for each in found if (each.programme.id, each.place) == (programme, place)), None)

    async def confirm(self, by: Member, edit: ConfirmFigure | ConfirmCondition) -> int | Trouble:
        """Draft the confirmation and ask a second person; return the approval's number. Raises NotAllowed."""
        if edit.on > self.today():
            return Trouble.NOT_NOW
        number = await self._editing.draft(by, edit)
        return number if isinstance(number, Trouble) else await self._submitted(by, number)

    async def _submitted(self, by: Member, number: int) -> int | Trouble:
        asked = await self._editing.submit(by, number)
        if isinstance(asked, Trouble):
            await self._editing.drop(by, number)
        return asked

    def _conditions(self, language: Language) -> Iterator[Asked]:
        """Those that a verdict cannot rest on: nothing here knows them, or nobody read the document."""
        for programme in self._catalogue().programmes.values():
            for number, rule in enumerate(programme.rules):
                if rule.until is not None and rule.until < self.today():
                    continue
                for place, each in conditions_of(rule.when, f"{number}.when"):
                    if isinstance(each, Other) or each.confidence is not Confidence.SEEN or each.confirmed:
                        said = each.ask if isinstance(each, Other) else each.ask or each.yes
                        yield Asked(programme, rule, place, each, said[language])

    def _every(self, language: Language) -> list[Figure]:
        renderer = self._renderer()
        return [
            Figure(parameter, value, renderer.figure(parameter, value, language), _doubt_about(value))
            for _, parameter in sorted(self._catalogue().parameters.by_id.items())
            for value in parameter.values
        ]


def _doubt_about(value: Value) -> Doubt:
    if not value.firm:
        return Doubt.UNCONFIRMED
    if value.confirmed is not None:
        return Doubt.CHECKED
    return Doubt.NO_DOCUMENT if value.notes else Doubt.UNCHECKED
