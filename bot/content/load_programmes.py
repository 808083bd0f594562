"""facts.yaml, zones.yaml and programmes/ to core records. What does not fit together is reported, its file left out."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from bot.content import schema_programmes as schema
from bot.content.reading import Reading, read_file, text_of, yaml_files
from bot.core.catalogue import Place
from bot.core.eligibility.due import MEMBERS, PER
from bot.core.eligibility.facts import NO, YES, Fact, Kind
from bot.core.eligibility.programmes import (
    All,
    Amount,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Other,
    Programme,
    Rule,
    When,
    Zone,
)
from bot.core.parameters import Bound, Confidence, Confirmed, Parameter, Text
from bot.core.types import Source

README: Final = "programmes/README.md shows the shape."
_WORDS: Final = (Comparison.IS, Comparison.IN)
# Which comparisons fit which kind of fact.
_FITTING: Final[Mapping[Kind, tuple[Comparison, ...]]] = {
    Kind.CHOICE: _WORDS,
    Kind.YES_NO: _WORDS,
    Kind.PLACE: _WORDS,
    Kind.SET: (Comparison.HAS,),
    Kind.NUMBER: (Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.LESS_THAN, Comparison.MORE_THAN),
    Kind.MONTH: (Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.LESS_THAN, Comparison.MORE_THAN),
}
# Which units a parameter may have to be compared with a fact of this unit ("" = a month), besides the unit itself.
_ALIKE: Final[Mapping[str, tuple[str, ...]]] = {"": ("months", "years"), "age": ("years",)}


def facts_in(reading: Reading, places: Sequence[Place]) -> dict[str, Fact]:
    """Read facts.yaml; the choices of a place are the codes of places.csv (`old_commune`: of the old units)."""
    file = reading.folder / "facts.yaml"
    rows = read_file(reading, file, TypeAdapter(dict[str, schema.FactRow])) or {}
    found: dict[str, Fact] = {}
    for name, row in rows.items():
        choices: dict[str, Text] = {word: text_of(text) for word, text in row.choices.items()}
        if row.kind is Kind.PLACE:
            codes = {place.old_code if name.startswith("old_") else place.new_code for place in places}
            choices = {code: {} for code in sorted(codes)}
        low = Decimal(0) if row.kind is Kind.MONTH else row.low
        found[name] = Fact(
            name, row.of, row.kind, text_of(row.label), text_of(row.question), choices, low, row.high, row.whole,
            row.unit, row.keep, row.sensitive, row.weights,
            text_of(row.question_me) if row.question_me else None, row.asked_from,
        )  # fmt: skip
        for words in row.weights:
            if not _may_weigh(found[name], words):
                reading.report(
                    file, f"{name}.weights", f"`{words}` is no choice and no range",
                    "Weigh the fact's own choices, or ranges of its numbers such as 18-59.",
                )  # fmt: skip
                found.pop(name, None)
                break
    return found


def zones_in(reading: Reading, facts: Mapping[str, Fact], places: Sequence[Place]) -> Iterator[Zone]:
    """Read zones.yaml, where there is one."""
    file = reading.folder / "zones.yaml"
    if not file.exists():
        return
    known = {place.old_code for place in places}
    districts = {place.old_district for place in places}
    zones = facts["zone"].choices if "zone" in facts else {}
    for number, row in enumerate(read_file(reading, file, TypeAdapter(list[schema.ZoneRow])) or [], start=1):
        odd = [*({row.zone} - set(zones)), *(set(row.communes) - known), *(set(row.districts) - districts)]
        for word in sorted(odd):
            reading.report(
                file, f"row {number}", f"`{word}` is not known",
                "Write a zone of facts.yaml, and old codes and districts as in places.csv.",
            )  # fmt: skip
        codes = {place.old_code for place in places if place.old_district in row.districts} | set(row.communes)
        if not odd:
            source = Source(row.source, row.read_until)
            yield Zone(row.zone, frozenset(codes), row.start, row.until, row.whole, source)


def programmes_in(
    reading: Reading, facts: Mapping[str, Fact], parameters: Mapping[str, Parameter]
) -> Iterator[tuple[str, Programme]]:
    """Read programmes/: each file that is sound is one programme."""
    for name, file in yaml_files(reading, "programmes"):
        row = read_file(reading, file, TypeAdapter(schema.ProgrammeFile))
        if row is None:
            continue
        before = len(reading.problems)
        readers = [
            _RuleReader(reading, file, f"rules.row {number}", each, facts, parameters)
            for number, each in enumerate(row.rules, start=1)
        ]
        rules = tuple(reader.rule() for reader in readers)
        for number, (earlier, later) in enumerate(pairwise(row.rules), start=2):
            if later.start <= earlier.start or (earlier.until is None or later.start <= earlier.until):
                reading.report(
                    file, f"rules.row {number}", "begins before the rule above has ended",
                    "Write the rules oldest first; end the older with `until`, the day before the next `from`.",
                )  # fmt: skip
        if len(reading.problems) == before and all(reader.is_sound for reader in readers):
            note = text_of(row.note) if row.note else None
            yield name, Programme(name, row.topic, text_of(row.label), row.of, rules, note, row.review_by)


class _RuleReader:
    """Reads one rule: every problem is reported at its place, but for what a broken file has already been reported for.

    A rule that is not sound is not used.
    """

    def __init__(
        self,
        reading: Reading,
        file: Path,
        place: str,
        row: schema.RuleRow,
        facts: Mapping[str, Fact],
        parameters: Mapping[str, Parameter],
    ) -> None:
        self._reading, self._file, self._place, self._row = reading, file, place, row
        self._facts, self._parameters = facts, parameters
        self._broken = frozenset(problem.file for problem in reading.problems)
        self.is_sound = True

    def rule(self) -> Rule:
        row = self._row
        when = self._when(row.when, f"{self._place}.when")
        amounts = [self._amount(each, f"{self._place}.amounts.row {at}") for at, each in enumerate(row.amounts, 1)]
        return Rule(row.start, row.until, when, tuple(amounts), tuple(row.replaced_by), row.note)

    def _when(self, row: schema.ConditionRow, place: str) -> When:
        for kind, rows in (("all", row.all), ("any", row.any)):
            if rows is not None:
                parts = tuple(self._when(each, f"{place}.{kind}.row {at}") for at, each in enumerate(rows, start=1))
                return All(parts) if kind == "all" else AnyOf(parts)
        if row.none is not None:
            return Not(self._when(row.none, f"{place}.not"))
        sources = self._sources(row, place)
        if row.other is not None:
            assert row.ask is not None
            return Other(row.other, text_of(row.ask), sources, _confirmed(row))
        return self._condition(row, place, sources)

    def _condition(self, row: schema.ConditionRow, place: str, sources: tuple[Source, ...]) -> Condition | Other:
        assert row.fact is not None and row.yes is not None and row.no is not None  # noqa: PT018  # schema's
        fact = self._facts.get(row.fact)
        if fact is None:
            self._lost("facts.yaml", place, f"there is no fact `{row.fact}`", "Write the id of a fact of facts.yaml.")
            return Other("", {}, ())
        ((comparison, value),) = row.comparisons.items()
        if comparison not in _FITTING[fact.kind]:
            fitting = " or ".join(_FITTING[fact.kind])
            self._report(place, f"`{comparison}` does not fit `{fact.id}`, a {fact.kind}", f"Write {fitting}.")
        words = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else ()
        for word in words:
            if word not in ((YES, NO) if fact.kind is Kind.YES_NO else fact.choices):
                self._report(place, f"`{word}` is no choice of `{fact.id}`", "Write one of facts.yaml (or places.csv).")
        parameter = value.amount if isinstance(value, schema.AmountOf) else ""
        if parameter:
            self._threshold(fact, parameter, place)
        confidence = row.confidence or self._row.confidence or Confidence.SEEN
        return Condition(
            fact, comparison, text_of(row.yes), text_of(row.no), words,
            value if isinstance(value, Decimal) else None, parameter,
            bool(parameter) and fact.kind is Kind.MONTH and self._unit(parameter) == "years",
            sources, confidence, text_of(row.ask) if row.ask else None, _confirmed(row),
        )  # fmt: skip

    def _threshold(self, fact: Fact, name: str, place: str) -> None:
        """A parameter that a fact is compared with: there, of the fact's unit, one figure at a time."""
        if not self._is_there(name, place):
            return
        unit = self._unit(name)
        if unit != fact.unit and unit not in _ALIKE.get(fact.unit, ()):
            expected = " or ".join((*filter(None, [fact.unit]), *_ALIKE.get(fact.unit, ())))
            self._report(
                place, f"`{name}` has the unit {unit}, `{fact.id}` is in {expected}", "Compare what has the same unit."
            )
        if any(value.bound is Bound.RANGE for value in self._parameters[name].values):
            self._report(place, f"`{name}` is a range", "Compare with a parameter that is one figure.")

    def _amount(self, row: schema.AmountRow, place: str) -> Amount:
        self._is_there(row.amount, place)
        for name in row.times:
            if name != MEMBERS and self._is_there(name, place) and self._unit(name) not in PER:
                self._report(
                    place, f"`{name}` cannot multiply: its unit is {self._unit(name)}",
                    f"Multiply by `{MEMBERS}`, or by a parameter in {', '.join(PER)}.",
                )  # fmt: skip
        when = self._when(row.when, f"{place}.when") if row.when else None
        return Amount(text_of(row.label), row.amount, tuple(row.times), when, row.payer)

    def _sources(self, row: schema.ConditionRow, place: str) -> tuple[Source, ...]:
        """A condition's own documents, else its rule's. Every condition has one, and says how far it was read."""
        texts = row.source or self._row.source
        read_until = row.read_until or self._row.read_until
        if not texts:
            self._report(place, "has no `source`", "Name the document and article, here or for the whole rule.")
        firm = (row.confidence or self._row.confidence or Confidence.SEEN) is Confidence.SEEN and row.other is None
        if firm and read_until is None:
            self._report(place, "has no `read_until`", "Say how far the law was read, here or for the whole rule.")
        return tuple(Source(text, read_until) for text in texts)

    def _is_there(self, name: str, place: str) -> bool:
        if name in self._parameters:
            return True
        file = f"parameters/{name.replace('.', '/', 1)}.yaml"
        self._lost(file, place, f"there is no parameter `{name}`", f"Mend the name, or write {file}.")
        return False

    def _lost(self, file: str, place: str, reason: str, remedy: str) -> None:
        """Something is not there that should stand in `file`."""
        self.is_sound = False
        if file not in self._broken:
            self._report(place, reason, remedy)

    def _unit(self, name: str) -> str:
        return self._parameters[name].unit if name in self._parameters else ""

    def _report(self, place: str, reason: str, remedy: str) -> None:
        self._reading.report(self._file, place, reason, remedy)


def _may_weigh(fact: Fact, words: str) -> bool:
    if fact.kind is not Kind.NUMBER:
        return words in fact.choices or (fact.kind is Kind.YES_NO and words in (YES, NO))
    low, _, high = words.partition("-")
    return low.isdigit() and (high or low).isdigit() and int(low) <= int(high or low)


def _confirmed(row: schema.ConditionRow) -> Confirmed | None:
    return Confirmed(row.confirmed.on, row.confirmed.by_office) if row.confirmed else None
