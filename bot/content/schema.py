"""The shape of each kind of content file. An unknown key is an error, on every record."""

import calendar
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from bot.core.parameters import Bound, Confidence

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Part = Literal["answer", "how_much", "who", "steps", "papers", "where", "deadline", "changes", "not_known"]


Repair = Literal["mean", "about", "about_end", "household"]


def end_of_month(value: Any) -> Any:
    """`2026-06` is the whole month: its last day."""
    if isinstance(value, str) and len(value) == 7 and value[4] == "-" and value.replace("-", "").isdigit():
        year, month = int(value[:4]), int(value[5:])
        if 1 <= month <= 12:
            return date(year, month, calendar.monthrange(year, month)[1])
    return value


def _as_list(value: Any) -> Any:
    """One document, or several: a list, or one text with `;` between them."""
    written = [value] if isinstance(value, str) else value
    if not isinstance(written, list) or not all(isinstance(each, str) for each in written):
        return written
    return [document.strip() for each in written for document in each.split(";")]


ReadUntil = Annotated[date, BeforeValidator(end_of_month)]
Documents = Annotated[list[Words], BeforeValidator(_as_list)]


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Both(Record):
    """A text in both languages."""

    vi: Words
    en: Words


class SourceRow(Record):
    text: Words
    read_until: ReadUntil | None = None
    start: date | None = Field(default=None, alias="from")
    until: date | None = None


Household = Literal["poor", "near_poor", "newly_escaped", "average"]


class TopicFile(Record):
    label: Both
    guarded: bool = False
    household: Household | None = None
    answered: bool = True
    related: list[Words] = Field(default_factory=list, max_length=3)
    sources: list[SourceRow] = Field(default_factory=list)
    parts: dict[Part, Both]
    examples: list[Words]
    review_by: date | None = None

    @model_validator(mode="after")
    def _has_answer(self) -> "TopicFile":
        if "answer" not in self.parts:
            raise ValueError("parts has no `answer`: it is what is said first")
        return self


class ConfirmedRow(Record):
    on: date
    by_office: Words


class ValueRow(Record):
    """One dated value: `value`, or `low` and `high` for a range."""

    start: date = Field(alias="from")
    until: date | None = None
    value: Words | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    bound: Bound = Bound.EXACT
    source: Documents = Field(default_factory=list)
    note: Both | None = None
    read_until: ReadUntil | None = None
    confidence: Confidence
    confirmed: ConfirmedRow | None = None

    @model_validator(mode="after")
    def _whole(self) -> "ValueRow":
        ranged = self.low is not None and self.high is not None
        if (self.bound is Bound.RANGE) != ranged or (self.value is None) != ranged:
            raise ValueError("write `value:`, or `bound: range` with both `low:` and `high:`")
        if ranged and self.low > self.high:  # type: ignore[operator]  # both are numbers here
            raise ValueError("`low` is larger than `high`")
        if self.until is not None and self.until < self.start:
            raise ValueError("`until` is before `from`")
        if not self.source and self.note is None:
            raise ValueError("no `source` and no `note`: every figure says where it comes from")
        return self


class ParameterFile(Record):
    label: Both
    description: str = ""
    unit: Words
    values: list[ValueRow] = Field(default_factory=list)
    formula: Words | None = None
    about: Decimal | None = Field(default=None, gt=0)
    review_by: date | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "ParameterFile":
        if bool(self.values) == bool(self.formula):
            raise ValueError("write either `values:` or `formula:`")
        for row in self.values:
            if row.confidence is Confidence.SEEN and row.read_until is None and self.unit != "phone":
                raise ValueError(f"the value from {row.start} has no `read_until`: how far was the law read?")
        return self


class MessageRow(Record):
    vi: Words
    en: Words
    params: list[Words] = Field(default_factory=list)


class LabelFile(Record):
    examples: list[Words]


class SubjectRow(Record):
    id: Words
    label: Both
    topics: list[Words]


class WordsFile(Record):
    commands: dict[str, list[Words]]
    abbreviations: dict[str, Words]
    part_cues: dict[Part, list[Words]]
    distress: list[Words]
    not_distress: list[Words] = Field(default_factory=list)
    english: dict[str, Words] = Field(default_factory=dict)
    concepts: dict[str, list[Words]] = Field(default_factory=dict)
    repairs: dict[Repair, list[Words]] = Field(default_factory=dict)
    households: dict[Household, list[Words]] = Field(default_factory=dict)
    answers: dict[str, dict[str, list[Words]]] = Field(default_factory=dict)
    around_answers: list[Words] = Field(default_factory=list)


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _as_span(value: Any) -> Any:
    """`07:30-11:30`: from, to."""
    return [part.strip() for part in value.split("-")] if isinstance(value, str) else value


Span = Annotated[tuple[time, time], BeforeValidator(_as_span)]


class HolidaysFile(Record):
    confirmed: Literal["yes", "no"]
    hours: dict[Weekday, list[Span]]
    closed: list[date] = Field(default_factory=list)

    @model_validator(mode="after")
    def _in_order(self) -> "HolidaysFile":
        for day, spans in self.hours.items():
            edges = [edge for span in spans for edge in span]
            if edges != sorted(set(edges)):
                raise ValueError(f"the hours of `{day}` are not in order: write 07:30-11:30, the earlier ones first")
        return self
