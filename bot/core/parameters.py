"""Dated amounts: the only place where a number of the law stands.

A value holds from its start day, that day included, to its last day (`until`, included) or to the day before
the next value starts. Firm = confidence `seen`; whatever is not firm is never said as a figure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.core.errors import NoValueOnDate
from bot.core.formula import Formula, Interval
from bot.core.types import Language, Source

Text = Mapping[Language, str]

SOON = timedelta(days=60)  # a change within this time is told with the answer (design section 6)


class Bound(StrEnum):
    EXACT = "exact"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    RANGE = "range"


class Confidence(StrEnum):
    SEEN = "seen"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A named member of staff checked the value; written by the console only."""

    on: date
    by_office: str


@dataclass(frozen=True, slots=True)
class Value:
    """One row of a parameter: in force from `start` to `until` (both included; None = open).

    Numbers stand in `low` and `high` (None = open end); `text` holds a phone number, `day` a date.
    """

    start: date
    until: date | None
    low: Decimal | None
    high: Decimal | None
    bound: Bound
    confidence: Confidence
    sources: tuple[Source, ...] = ()
    notes: tuple[Text, ...] = ()  # said beside the sources: "chưa đọc được số văn bản …"
    text: str = ""
    day: date | None = None
    confirmed: Confirmed | None = None

    @property
    def firm(self) -> bool:
        return self.confidence is Confidence.SEEN

    @property
    def same_figure(self) -> tuple[object, ...]:
        """What a person would hear: equal for two rows that differ in source only."""
        return (self.low, self.high, self.bound, self.text, self.day)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated amount: rows of values, or a formula over other parameters (then `values` is empty)."""

    id: str
    label: Text
    unit: str
    values: tuple[Value, ...] = ()
    formula: Formula | None = None
    about: Decimal | None = None  # said rounded to this and with "khoảng"
    review_by: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """From `day` on, the figure is `value`; None: nothing firm is known from that day."""

    parameter: Parameter
    day: date
    value: Value | None


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """All parameters by id."""

    by_id: Mapping[str, Parameter] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Parameter:
        return self.by_id[name]

    def __contains__(self, name: object) -> bool:
        return name in self.by_id

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_id)

    def value_on(self, name: str, day: date) -> Value:
        """Return the value in force on `day`, firm or not, in the parameter's unit.

        A computed value starts on the latest start of its inputs, ends on their earliest end, and carries
        their sources, notes and weakest confidence. Raises NoValueOnDate where there is none.
        """
        parameter = self.by_id[name]
        if parameter.formula is not None:
            return self._computed(parameter, day)
        for at, row in enumerate(parameter.values):
            end = self._end(parameter, at)
            if row.start <= day and (end is None or day <= end):
                return row if row.until == end else _until(row, end)
        raise NoValueOnDate(name, day, _known(parameter))

    def firm_on(self, name: str, day: date) -> Value | None:
        """Return the value in force on `day` if it may be said as a figure, else None."""
        try:
            value = self.value_on(name, day)
        except NoValueOnDate:
            return None
        return value if value.firm else None

    def last_before(self, name: str, day: date) -> Value | None:
        """Return the firm value that ended last before `day` (for "… đã hết ngày …"), or None."""
        ends = [end for end in self._ends(name) if end < day]
        return self.firm_on(name, max(ends)) if ends else None

    def next_change(self, name: str, day: date, within: timedelta = SOON) -> Change | None:
        """Return the first change of the figure after `day` and within that time, or None.

        A row that only changes its source is no change.
        """
        now = self.firm_on(name, day)
        for edge in sorted(edge for edge in self._edges(name) if day < edge <= day + within):
            then = self.firm_on(name, edge)
            if now is None and then is None:
                continue
            if now is None or then is None or now.same_figure != then.same_figure:
                return Change(self.by_id[name], edge, then)
        return None

    def _computed(self, parameter: Parameter, day: date) -> Value:
        assert parameter.formula is not None
        inputs = {name: self.value_on(name, day) for name in parameter.formula.names}
        result = parameter.formula.value(lambda name: Interval(inputs[name].low, inputs[name].high))
        rows = list(inputs.values())
        ends = [row.until for row in rows if row.until is not None]
        confirmed = [row.confirmed for row in rows]
        return Value(
            start=max(row.start for row in rows),
            until=min(ends) if ends else None,
            low=result.low,
            high=result.high,
            bound=bound_of(result),
            confidence=Confidence.SEEN if all(row.firm for row in rows) else Confidence.UNCONFIRMED,
            sources=tuple(dict.fromkeys(source for row in rows for source in row.sources)),
            notes=tuple(note for row in rows for note in row.notes),
            confirmed=_weakest(confirmed),
        )

    def _end(self, parameter: Parameter, at: int) -> date | None:
        """The last day of row `at`: its own `until`, or the day before the next row."""
        row = parameter.values[at]
        following = parameter.values[at + 1] if at + 1 < len(parameter.values) else None
        before = following.start - timedelta(days=1) if following else None
        return min((end for end in (row.until, before) if end is not None), default=None)

    def _leaves(self, name: str) -> Iterator[Parameter]:
        parameter = self.by_id[name]
        if parameter.formula is None:
            yield parameter
        else:
            for inner in parameter.formula.names:
                yield from self._leaves(inner)

    def _edges(self, name: str) -> set[date]:
        """Days on which a value may begin or be gone."""
        starts = {row.start for leaf in self._leaves(name) for row in leaf.values}
        return starts | {end + timedelta(days=1) for end in self._ends(name)}

    def _ends(self, name: str) -> set[date]:
        return {
            end
            for leaf in self._leaves(name)
            for at in range(len(leaf.values))
            if (end := self._end(leaf, at)) is not None
        }


def _until(row: Value, end: date | None) -> Value:
    return Value(
        row.start, end, row.low, row.high, row.bound, row.confidence, row.sources, row.notes, row.text, row.day,
        row.confirmed,
    )  # fmt: skip


def bound_of(interval: Interval) -> Bound:
    """Which bound a computed figure has."""
    if interval.exact:
        return Bound.EXACT
    if interval.low is None:
        return Bound.AT_MOST
    return Bound.AT_LEAST if interval.high is None else Bound.RANGE


def _weakest(confirmed: list[Confirmed | None]) -> Confirmed | None:
    """A computed value is confirmed only when every input is; the earliest day counts."""
    named = [each for each in confirmed if each is not None]
    return min(named, key=lambda each: each.on) if named and len(named) == len(confirmed) else None


def _known(parameter: Parameter) -> str:
    if not parameter.values:
        return "on no day"
    last = parameter.values[-1].until
    return f"from {parameter.values[0].start:%d/%m/%Y}" + (f" to {last:%d/%m/%Y}" if last else " on")
