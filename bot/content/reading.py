"""Reading content files: YAML as text into a shape; every problem met is kept, told in plain words.

YAML is read as text (no `no` becoming False, no `012` becoming 10), repeated keys are refused.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from bot.content.problems import Problem
from bot.content.schema import Both
from bot.core.parameters import Text
from bot.core.types import Language

_Base: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
Kind = TypeVar("Kind")


class _Reader(_Base):  # type: ignore[misc]  # libyaml's class is made at import
    """Every scalar is text; a key that stands twice is an error."""


def _mapping(reader: Any, node: Any) -> dict[str, Any]:
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


def yaml_files(reading: Reading, kind: str) -> Iterator[tuple[str, Path]]:
    """Give `<area>.<name>` and the file of every YAML file two levels down."""
    for file in sorted((reading.folder / kind).glob("*/*.yaml")):
        yield f"{file.parent.name}.{file.stem}", file


def read_file(reading: Reading, file: Path, shape: TypeAdapter[Kind]) -> Kind | None:
    """Read one file into its shape; what is wrong with it is reported, all of it."""
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        reading.report(file, "", "is missing", "Put it back; README.md in this folder says what it holds.")
        return None
    except OSError as error:
        reading.report(file, "", f"cannot be read: {error.strerror}", "See what it is, and who may read it.")
        return None
    name = file.relative_to(reading.folder).as_posix()
    reading.digest.update(name.encode() + b"\0" + raw)
    return read_raw(reading, name, raw, shape)


def read_raw(reading: Reading, file: str, raw: bytes, shape: TypeAdapter[Kind]) -> Kind | None:
    """Read the bytes of a file; what is wrong with them is reported under its name, all of it."""
    try:
        told = yaml.load(raw.decode("utf-8"), _Reader)  # noqa: S506  # text only, see above
    except UnicodeDecodeError:
        reading.report(file, "", "is not UTF-8", "Save it as UTF-8.")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else ""
        reason = getattr(error, "problem", None) or "cannot be read as YAML"
        reading.report(file, place, str(reason), "Look at the indentation, colons and quotes there.")
    else:
        return read_told(reading, file, told, shape)
    return None


def read_told(reading: Reading, file: str, told: object, shape: TypeAdapter[Kind]) -> Kind | None:
    """Fit what was read into its shape; every misfit is reported."""
    try:
        return shape.validate_python(told)
    except ValidationError as error:
        for each in error.errors():
            reading.report(file, ".".join(_step(part) for part in each["loc"]), *_explain(each["type"], each))
    return None


def _step(part: int | str) -> str:
    return f"row {part + 1}" if isinstance(part, int) else part


def _explain(kind: str, error: Mapping[str, Any]) -> tuple[str, str]:
    """Say the schema's finding in plain words: reason, remedy."""
    key = str(error["loc"][-1]) if error["loc"] else ""
    match kind:
        case "extra_forbidden" if " " in key:
            return f"`{key}` is read as a key", 'A text with a comma needs quotes inside {…}: {vi: "…, …", en: "…"}.'
        case "extra_forbidden":
            return f"the key `{key}` is not known here", "Mend its spelling, or take it out."
        case "missing" if key in ("vi", "en"):
            return f"the {'Vietnamese' if key == 'vi' else 'English'} text is missing", "Both languages are needed."
        case "missing":
            return f"`{key}` is missing", "Write it; README.md in this folder shows the shape."
        case "string_too_short":
            return f"`{key}` is empty", "Write the text, or take the key out."
        case "literal_error":
            return f"`{key}` is no name of a part", "Use one of the names in README.md of this folder."
        case _ if kind.startswith("date"):
            return f"`{error['input']}` is no day", "Write days as 2026-07-01; `read_until` may be a month, 2026-06."
        case _:
            reason = str(error["msg"]).removeprefix("Value error, ")
            return reason, "README.md in this folder shows the shape."


def text_of(row: Both) -> Text:
    return {Language.VI: row.vi, Language.EN: row.en}
