"""Content files to core records. Everything is read, every problem is kept, then all of it is used or none."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import get_args

from pydantic import TypeAdapter

from bot.content import schema
from bot.content.load_programmes import facts_in, programmes_in, zones_in
from bot.content.problems import Problem
from bot.content.reading import Reading, read_file, text_of, yaml_files
from bot.core.catalogue import PARTS, Catalogue, Document, Message, Place, Subject, Topic, Words
from bot.core.errors import ContentError, NoValueOnDate
from bot.core.formula import Formula, parse_formula
from bot.core.hours import Hours
from bot.core.parameters import Bound, Confirmed, Parameter, Parameters, Value
from bot.core.text import fold, spell
from bot.core.types import Language, Source


def load(folder: Path) -> Catalogue:
    """Read a content folder. Raises ContentError naming every file that cannot be used.

    Whether topics are missing, and whether every text can be said, is `bot check`'s question (check.py).
    """
    catalogue, problems = read(folder)
    if problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise ContentError(f"content in {folder} cannot be used:\n{lines}")
    return catalogue


def read(folder: Path) -> tuple[Catalogue, list[Problem]]:
    """Read what can be read, and list what cannot: the catalogue holds the sound files only."""
    reading = Reading(folder)
    topics = dict(_topics(reading))
    parameters = dict(_parameters(reading))
    messages = dict(_messages(reading))
    labels = dict(_labels(reading))
    subjects = tuple(_subjects(reading, topics))
    words = read_file(reading, folder / "words.yaml", TypeAdapter(schema.WordsFile))
    places = _places(reading)
    _keep_computable(reading, parameters)
    facts = facts_in(reading, places)
    catalogue = Catalogue(
        version="",  # known when everything is read
        topics=topics,
        subjects=subjects,
        messages=messages,
        parameters=Parameters(parameters),
        places=places,
        words=_words(words) if words is not None else Words({}, {}, {}, ()),
        labels=labels,
        facts=facts,
        programmes=dict(programmes_in(reading, facts, parameters)),
        zones=tuple(zones_in(reading, facts, places)),
        hours=_hours(reading),
    )
    return replace(catalogue, version=reading.digest.hexdigest()[:16]), sorted(reading.problems)


def _topics(reading: Reading) -> Iterator[tuple[str, Topic]]:
    for name, file in yaml_files(reading, "topics"):
        row = read_file(reading, file, TypeAdapter(schema.TopicFile))
        if row is None:
            continue
        yield (
            name,
            Topic(
                id=name,
                label=text_of(row.label),
                parts={part: text_of(row.parts[part]) for part in PARTS if part in row.parts},
                examples=tuple(row.examples),
                related=tuple(row.related),
                sources=tuple(
                    Document(Source(each.text, each.read_until), each.start, each.until) for each in row.sources
                ),
                guarded=row.guarded,
                household=row.household or "",
                answered=row.answered,
                review_by=row.review_by,
            ),
        )


def _parameters(reading: Reading) -> Iterator[tuple[str, Parameter]]:
    for name, file in yaml_files(reading, "parameters"):
        row = read_file(reading, file, TypeAdapter(schema.ParameterFile))
        if row is None:
            continue
        values = list(_values(reading, file, row))
        for number, (earlier, later) in enumerate(pairwise(values), start=2):
            if later.start <= earlier.start or (earlier.until is not None and later.start <= earlier.until):
                reading.report(
                    file, f"values, row {number}", "begins before the row above has ended",
                    "Write the rows oldest first, each beginning after the one before; end the older with `until`.",
                )  # fmt: skip
        formula = _formula(reading, file, row.formula) if row.formula else None
        if values or formula:
            yield name, Parameter(name, text_of(row.label), row.unit, tuple(values), formula, row.about, row.review_by)


def _values(reading: Reading, file: Path, row: schema.ParameterFile) -> Iterator[Value]:
    for number, each in enumerate(row.values, start=1):
        try:
            yield _value(each, row.unit)
        except (InvalidOperation, ValueError):
            reading.report(
                file, f"values, row {number}", f"`{each.value}` does not fit the unit `{row.unit}`",
                "Write 1500000 or 4.5 for a number, 2026-12-14 for a date, digits for a phone; or mend the unit.",
            )  # fmt: skip


def _value(row: schema.ValueRow, unit: str) -> Value:
    sources = tuple(Source(text, row.read_until) for text in row.source) or (Source("", row.read_until),)
    low = high = None
    if row.bound is Bound.RANGE:
        low, high = row.low, row.high
    elif unit not in ("phone", "date") and row.value is not None:
        number = Decimal(row.value)
        if not number.is_finite():
            raise ValueError(row.value)
        low = None if row.bound is Bound.AT_MOST else number
        high = None if row.bound is Bound.AT_LEAST else number
    if unit == "phone" and not (row.value or "").replace(" ", "").isdigit():
        raise ValueError(row.value)
    confirmed = Confirmed(row.confirmed.on, row.confirmed.by_office) if row.confirmed else None
    return Value(
        start=row.start,
        until=row.until,
        low=low,
        high=high,
        bound=row.bound,
        confidence=row.confidence,
        sources=sources,
        notes=(text_of(row.note),) if row.note else (),
        text=row.value or "" if unit == "phone" else "",
        day=date.fromisoformat(row.value or "") if unit == "date" else None,
        confirmed=confirmed,
    )


def _formula(reading: Reading, file: Path, text: str) -> Formula | None:
    try:
        return parse_formula(text)
    except ContentError as error:
        reading.report(file, "formula", str(error), "Use numbers, parameter ids, + - * / and brackets.")
        return None


def _messages(reading: Reading) -> Iterator[tuple[str, Message]]:
    rows = TypeAdapter(dict[str, schema.MessageRow])
    for file in sorted((reading.folder / "messages").glob("*.yaml")):
        for name, row in (read_file(reading, file, rows) or {}).items():
            key = f"{file.stem}.{name}"
            text = {Language.VI: row.vi, Language.EN: row.en}
            yield key, Message(key, text, frozenset(row.params))


def _labels(reading: Reading) -> Iterator[tuple[str, tuple[str, ...]]]:
    for file in sorted((reading.folder / "labels").glob("*.yaml")):
        row = read_file(reading, file, TypeAdapter(schema.LabelFile))
        if row is not None:
            yield file.stem, tuple(row.examples)


def _subjects(reading: Reading, topics: Mapping[str, Topic]) -> Iterator[Subject]:
    """Subjects in the order of the menu, each with its topics in the listed order; one without topics is no button."""
    file = reading.folder / "subjects.yaml"
    for row in read_file(reading, file, TypeAdapter(list[schema.SubjectRow])) or []:
        own = [name for name in topics if topics[name].subject == row.id]
        listed = [name for name in row.topics if name in own]
        if own:
            yield Subject(row.id, text_of(row.label), (*listed, *(name for name in own if name not in listed)))


def _places(reading: Reading) -> tuple[Place, ...]:
    file = reading.folder / "places.csv"
    try:
        raw = file.read_bytes()
        reading.digest.update(raw)
        rows = list(csv.DictReader(raw.decode("utf-8").splitlines()))
        return tuple(
            Place(
                row["old_code"], row["old_type"], row["old_name"], row["old_district"],
                date.fromisoformat(row["old_from"]) if row["old_from"] else None,
                date.fromisoformat(row["old_to"]),
                row["new_code"], row["new_type"], row["new_name"],
                _part_of(row["note"]) if row["relation"] == "part" else "",
            )
            for row in rows
        )  # fmt: skip
    except (OSError, KeyError, ValueError) as error:
        reading.report(file, "", f"cannot be read: {error}", "Keep the columns and the days of communes.csv.")
        return ()


def _hours(reading: Reading) -> Hours:
    row = read_file(reading, reading.folder / "holidays.yaml", TypeAdapter(schema.HolidaysFile))
    if row is None:
        return Hours()
    week = {number: tuple(row.hours.get(day, ())) for number, day in enumerate(get_args(schema.Weekday))}
    return Hours(week, frozenset(row.closed), is_confirmed=row.confirmed == "yes")


def _part_of(note: str) -> str:
    """ "thôn Phú Thọ only; ask for the thôn" is the part "thôn Phú Thọ"; the rest of it says "all but …"."""
    return note.split(";", maxsplit=1)[0].removesuffix(" only")


def _words(row: schema.WordsFile) -> Words:
    return Words(
        commands={name: tuple(fold(each) for each in phrases) for name, phrases in row.commands.items()},
        abbreviations={spell(short): spell(long) for short, long in row.abbreviations.items()},
        part_cues={part: tuple(fold(each) for each in cues) for part, cues in row.part_cues.items()},
        households={name: tuple(fold(each) for each in phrases) for name, phrases in row.households.items()},
        repairs={kind: tuple(fold(each) for each in phrases) for kind, phrases in row.repairs.items()},
        distress=tuple(spell(each) for each in row.distress),
        not_distress=tuple(spell(each) for each in row.not_distress),
        english={fold(english): spell(words) for english, words in row.english.items()},
        concepts={name: tuple(spell(each) for each in phrases) for name, phrases in row.concepts.items()},
        answers={
            fact: {choice: tuple(fold(each) for each in phrases) for choice, phrases in choices.items()}
            for fact, choices in row.answers.items()
        },
        around_answers=tuple(fold(each) for each in row.around_answers),
    )


def _keep_computable(reading: Reading, parameters: dict[str, Parameter]) -> None:
    """Take out formulas whose inputs are missing, that go in a circle, or whose inputs' bounds do not agree."""
    while lost := [
        (name, gone) for name, each in parameters.items() for gone in _inputs(each) if gone not in parameters
    ]:
        for name, gone in dict(lost).items():
            reading.report(
                _file(name), "formula", f"reads `{gone}`, and there is no such parameter that can be used",
                f"Mend the name, or write {_file(gone)}.",
            )  # fmt: skip
            del parameters[name]
    sound: set[str] = set()
    while more := {name for name in parameters.keys() - sound if sound.issuperset(_inputs(parameters[name]))}:
        sound |= more
    for name in parameters.keys() - sound:
        reading.report(
            _file(name), "formula", "is computed from itself, directly or through others",
            "Break the circle: give one of them its own values.",
        )  # fmt: skip
        del parameters[name]
    whole = Parameters(parameters)
    for name in [name for name in parameters if parameters[name].formula]:
        _check_bounds(reading, name, whole)


def _check_bounds(reading: Reading, name: str, parameters: Parameters) -> None:
    for day in sorted({value.start for value in _leaves(parameters, name)}):
        try:
            parameters.value_on(name, day)
        except NoValueOnDate:
            continue
        except ContentError as error:
            reading.report(
                _file(name), "formula", f"cannot be computed on {day}: {error}",
                "Use inputs that are numbers, with bounds in the same direction, or turn the formula round.",
            )  # fmt: skip
            return


def _leaves(parameters: Parameters, name: str) -> Iterator[Value]:
    yield from parameters[name].values
    for inner in _inputs(parameters[name]):
        yield from _leaves(parameters, inner)


def _inputs(parameter: Parameter) -> tuple[str, ...]:
    return parameter.formula.names if parameter.formula else ()


def _file(name: str) -> str:
    return f"parameters/{name.replace('.', '/', 1)}.yaml"
