"""Content files to core records. Everything is read, every problem is kept, then all of it is used or none.

YAML is read as text (no `no` becoming False, no `012` becoming 10), repeated keys are refused.
"""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from bot.content import schema
from bot.content.problems import Problem
from bot.core.catalogue import Catalogue, Message, Place, Subject, Topic, Words
from bot.core.errors import ContentError
from bot.core.formula import Formula, parse_formula
from bot.core.parameters import Bound, Confirmed, Parameter, Parameters, Text, Value
from bot.core.text import fold
from bot.core.topic_ids import LABEL_IDS, TOPIC_IDS
from bot.core.types import Language, Source

_Base: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
Kind = TypeVar("Kind")


class _Reader(_Base):  # type: ignore[misc]  # libyaml's class is made at import
    """Every scalar is text; a key that stands twice is an error."""


def _mapping(reader: Any, node: Any, deep: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = reader.construct_object(key_node, deep=True)
        if key in found:
            raise yaml.MarkedYAMLError(None, None, f"the key `{key}` stands twice", key_node.start_mark)
        found[key] = reader.construct_object(value_node, deep=True)
    return found


_Reader.add_constructor("tag:yaml.org,2002:map", _mapping)


@dataclass(slots=True)
class Reading:
    """What was read so far, with every problem met."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)
    digest: Any = field(default_factory=hashlib.sha256)

    def report(self, file: Path | str, place: str, reason: str, remedy: str) -> None:
        name = file if isinstance(file, str) else file.relative_to(self.folder).as_posix()
        self.problems.append(Problem(name, place, reason, remedy))


def load(folder: Path) -> Catalogue:
    """Read a content folder. Raises ContentError naming every problem that stops its use."""
    catalogue, problems = read(folder)
    if catalogue is None or problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise ContentError(f"content in {folder} cannot be used:\n{lines}")
    return catalogue


def read(folder: Path) -> tuple[Catalogue | None, list[Problem]]:
    """Read a content folder; the catalogue is None where too little could be read to make one."""
    reading = Reading(folder)
    topics = dict(_topics(reading))
    parameters = dict(_parameters(reading))
    messages = dict(_messages(reading))
    labels = dict(_labels(reading))
    subjects = _subjects(reading, topics)
    words = _one(reading, folder / "words.yaml", TypeAdapter(schema.WordsFile))
    places = _places(reading)
    _check_ids(reading, topics, labels)
    _check_formulas(reading, parameters)
    if words is None or reading.problems and not topics:
        return None, sorted(reading.problems)
    catalogue = Catalogue(
        version=reading.digest.hexdigest()[:16],
        topics=topics,
        subjects=subjects,
        messages=messages,
        parameters=Parameters(parameters),
        places=places,
        words=_words(words),
        labels=labels,
    )
    return catalogue, sorted(reading.problems)


def _topics(reading: Reading) -> Iterator[tuple[str, Topic]]:
    for name, file in _files(reading, "topics"):
        row = _one(reading, file, TypeAdapter(schema.TopicFile))
        if row is None:
            continue
        for related in row.related:
            if related not in TOPIC_IDS:
                reading.report(file, "related", f"there is no topic `{related}`", "Write an id of topic_ids.py.")
        yield (
            name,
            Topic(
                id=name,
                label=_text(row.label),
                parts={part: _text(both) for part, both in row.parts.items()},
                examples=tuple(row.examples),
                related=tuple(row.related),
                sources=tuple(Source(each.text, each.read_until) for each in row.sources),
                guarded=row.guarded,
                answered=row.answered,
                review_by=row.review_by,
            ),
        )


def _parameters(reading: Reading) -> Iterator[tuple[str, Parameter]]:
    for name, file in _files(reading, "parameters"):
        row = _one(reading, file, TypeAdapter(schema.ParameterFile))
        if row is None:
            continue
        values = []
        for number, each in enumerate(row.values, start=1):
            try:
                values.append(_value(each, row.unit))
            except (InvalidOperation, ValueError):
                reading.report(
                    file, f"values, row {number}", f"`{each.value}` is no {row.unit}", "Write a number or a day."
                )
        for number, (earlier, later) in enumerate(zip(values, values[1:], strict=False), start=2):
            if later.start <= earlier.start or (earlier.until is not None and later.start <= earlier.until):
                reading.report(
                    file, f"values, row {number}", "begins before the row above has ended",
                    "Write the rows oldest first, each beginning after the one before.",
                )  # fmt: skip
        formula = _formula(reading, file, row.formula) if row.formula else None
        yield name, Parameter(name, _text(row.label), row.unit, tuple(values), formula, row.about, row.review_by)


def _value(row: schema.ValueRow, unit: str) -> Value:
    sources = tuple(Source(text, row.read_until) for text in row.source) or (Source("", row.read_until),)
    low = high = None
    if row.bound is Bound.RANGE:
        low, high = row.low, row.high
    elif unit not in ("phone", "date") and row.value is not None:
        number = Decimal(row.value)
        low = None if row.bound is Bound.AT_MOST else number
        high = None if row.bound is Bound.AT_LEAST else number
    confirmed = Confirmed(row.confirmed.on, row.confirmed.by_office) if row.confirmed else None
    return Value(
        start=row.start,
        until=row.until,
        low=low,
        high=high,
        bound=row.bound,
        confidence=row.confidence,
        sources=sources,
        notes=(_text(row.note),) if row.note else (),
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
        for name, row in (_one(reading, file, rows) or {}).items():
            key = f"{file.stem}.{name}"
            text = {Language.VI: row.vi, Language.EN: row.en}
            yield key, Message(key, text, frozenset(row.params))


def _labels(reading: Reading) -> Iterator[tuple[str, tuple[str, ...]]]:
    for file in sorted((reading.folder / "labels").glob("*.yaml")):
        row = _one(reading, file, TypeAdapter(schema.LabelFile))
        if row is not None:
            yield file.stem, tuple(row.examples)


def _subjects(reading: Reading, topics: Mapping[str, Topic]) -> tuple[Subject, ...]:
    file = reading.folder / "subjects.yaml"
    rows = _one(reading, file, TypeAdapter(list[schema.SubjectRow])) or []
    listed = [name for row in rows for name in row.topics]
    for name in topics:
        if listed.count(name) != 1:
            reading.report(file, name, "must stand in exactly one subject", "List it once, under its subject.")
    for name in listed:
        if name not in topics:
            reading.report(file, name, "has no topic file that can be read", "Write the file, or take it out.")
    return tuple(
        Subject(row.id, _text(row.label), tuple(name for name in row.topics if name in topics)) for row in rows
    )


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
                row["note"] if row["relation"] == "part" else "",
            )
            for row in rows
        )  # fmt: skip
    except (OSError, KeyError, ValueError) as error:
        reading.report(file, "", f"cannot be read: {error}", "Keep the columns and the days of communes.csv.")
        return ()


def _words(row: schema.WordsFile) -> Words:
    return Words(
        commands={name: tuple(fold(each) for each in phrases) for name, phrases in row.commands.items()},
        abbreviations={fold(short): fold(long) for short, long in row.abbreviations.items()},
        part_cues={part: tuple(fold(each) for each in cues) for part, cues in row.part_cues.items()},
        distress=tuple(fold(each) for each in row.distress),
        not_distress=tuple(fold(each) for each in row.not_distress),
        english={fold(english): fold(words) for english, words in row.english.items()},
    )


def _check_ids(reading: Reading, topics: Mapping[str, Topic], labels: Mapping[str, object]) -> None:
    """The topics are exactly the contract's, and every other label has its examples."""
    for name in (*TOPIC_IDS, *topics):
        area, _, rest = name.partition(".")
        if name not in topics:
            reading.report(f"topics/{area}/{rest}.yaml", "", "is missing or cannot be read", "Write this topic.")
        elif name not in TOPIC_IDS:
            reading.report(f"topics/{area}/{rest}.yaml", "", "is no topic of the contract", "Take the file out.")
    for name in LABEL_IDS:
        if name not in labels:
            reading.report(f"labels/{name}.yaml", "", "is missing or cannot be read", "Write its examples.")


def _check_formulas(reading: Reading, parameters: Mapping[str, Parameter]) -> None:
    """Inputs exist and no formula reads itself, at any depth."""
    for name, parameter in parameters.items():
        file = f"parameters/{name.replace('.', '/', 1)}.yaml"
        open_names, seen = list(parameter.formula.names if parameter.formula else ()), set[str]()
        while open_names:
            inner = open_names.pop()
            if inner == name:
                reading.report(file, "formula", "reads itself", "Break the circle.")
                break
            if inner not in parameters:
                reading.report(file, "formula", f"there is no parameter `{inner}`", "Write its file, or mend the name.")
            elif inner not in seen:
                seen.add(inner)
                formula = parameters[inner].formula
                open_names.extend(formula.names if formula else ())


def _files(reading: Reading, kind: str) -> Iterator[tuple[str, Path]]:
    """Give `<area>.<name>` and the file of every YAML file two levels down."""
    for file in sorted((reading.folder / kind).glob("*/*.yaml")):
        yield f"{file.parent.name}.{file.stem}", file


def _one(reading: Reading, file: Path, shape: TypeAdapter[Kind]) -> Kind | None:
    """Read one file into its shape; what is wrong with it is reported, all of it."""
    try:
        raw = file.read_bytes()
        reading.digest.update(file.relative_to(reading.folder).as_posix().encode() + b"\0" + raw)
        return shape.validate_python(yaml.load(raw.decode("utf-8"), _Reader))  # noqa: S506  # text only, see above
    except FileNotFoundError:
        reading.report(file, "", "is missing", "Put it back; README.md in this folder says what it holds.")
    except UnicodeDecodeError:
        reading.report(file, "", "is not UTF-8", "Save it as UTF-8.")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else ""
        reason = getattr(error, "problem", None) or "cannot be read as YAML"
        reading.report(file, place, str(reason), "Look at the indentation, colons and quotes there.")
    except ValidationError as error:
        for each in error.errors():
            place = ", ".join(str(part) for part in each["loc"])
            reading.report(file, place, each["msg"].removeprefix("Value error, "), _remedy(each["type"]))
    return None


_REMEDIES: Mapping[str, str] = {
    "extra_forbidden": "Mend the key's spelling, or take it out.",
    "missing": "Write it; both languages are needed.",
    "literal_error": "Use one of the names in README.md.",
    "string_too_short": "Write the text, or take the key out.",
}


def _remedy(kind: str) -> str:
    return _REMEDIES.get(kind, "README.md in this folder shows the shape.")


def _text(row: schema.Both) -> Text:
    return {Language.VI: row.vi, Language.EN: row.en}
