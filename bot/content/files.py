"""Content files as they lie in the folder: YAML read as text, so that `no`, `012` and dates stay what was written.

A repeated key is refused: PyYAML would silently let the last one win.
"""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from bot.content.problems import Problem

try:  # four times as fast; not every build of PyYAML has it
    from yaml import CBaseLoader as _Loader
except ImportError:  # pragma: no cover
    from yaml import BaseLoader as _Loader  # type: ignore[assignment]

DEEPEST: Final = 20  # levels in a file; an anchor that holds itself has no end
_SINGLE: Final = ("subjects.yaml", "words.yaml", "places.csv")
_SHAPES: Final = ("topics/*/*.yaml", "parameters/*/*.yaml", "messages/*.yaml", "labels/*.yaml")


@dataclass(frozen=True, slots=True)
class Files:
    """Every content file by its path within the folder; `version` is the hash of names and bytes, 16 hex digits."""

    contents: Mapping[str, bytes]
    version: str

    def under(self, kind: str) -> Iterator[str]:
        """The paths of one kind (`topics`, `parameters`, `messages`, `labels`), sorted."""
        return (path for path in self.contents if path.startswith(f"{kind}/"))


class UnreadableYaml(Exception):
    """A file is no YAML, or repeats a key: `place` says where."""

    def __init__(self, place: str, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.place, self.reason, self.remedy = place, reason, remedy

    def in_file(self, path: str) -> Problem:
        return Problem(path, self.place, self.reason, self.remedy)


def read_files(folder: Path) -> Files:
    """Read all content files. Raises OSError where the folder cannot be read."""
    shaped = sorted(file for shape in _SHAPES for file in folder.glob(shape))
    single = [folder / name for name in _SINGLE if (folder / name).is_file()]
    contents = {file.relative_to(folder).as_posix(): file.read_bytes() for file in (*shaped, *single)}
    digest = hashlib.sha256()
    for path, held in contents.items():
        digest.update(f"{path}\0{len(held)}\0".encode() + held)
    return Files(contents, digest.hexdigest()[:16])


def misplaced(folder: Path) -> Iterator[Problem]:
    """Files that nobody reads because of where they lie or what they are called."""
    read = {file for shape in _SHAPES for file in folder.glob(shape)}
    for file in sorted(folder.rglob("*.y*ml")):
        path = file.relative_to(folder).as_posix()
        if file not in read and path not in _SINGLE:
            yield Problem(
                path, "", "This file is not read: nothing is expected under that name.",
                "Move it to topics/<subject>/<name>.yaml, parameters/<area>/<name>.yaml, messages/<flow>.yaml or "
                "labels/<label>.yaml.",
            )  # fmt: skip


def parse_yaml(held: bytes) -> Any:
    """Return the file as dicts, lists and str. Raises UnreadableYaml."""
    try:
        node = yaml.compose(held.decode("utf-8-sig"), Loader=_Loader)
    except UnicodeDecodeError as error:
        raise UnreadableYaml(f"byte {error.start + 1}", "This file is not UTF-8.", "Save it as UTF-8.") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}" if mark else ""
        raise UnreadableYaml(
            place, f"This is no YAML: {error.problem or error.context}.",
            "Look at the spaces at the beginning of the line, and put text that holds `: ` or `#` in quotes.",
        ) from None  # fmt: skip
    except yaml.YAMLError as error:
        raise UnreadableYaml("", f"This is no YAML: {error}.", "Remove the sign that cannot be read.") from None
    if node is None:
        raise UnreadableYaml("", "This file is empty.", "Write its content, or remove the file.")
    return _as_text(node, DEEPEST)


def parse_table(held: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file with a header. Raises UnreadableYaml where it is not UTF-8."""
    try:
        lines = held.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise UnreadableYaml(f"byte {error.start + 1}", "This file is not UTF-8.", "Save it as UTF-8.") from None
    return [{name: value or "" for name, value in row.items() if name} for row in csv.DictReader(lines)]


def _as_text(node: yaml.Node, levels: int) -> Any:
    if not levels:
        raise UnreadableYaml(_line(node), "Records lie in records without end.", "Remove the `&` and `*` references.")
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_as_text(each, levels - 1) for each in node.value]
    record: dict[str, Any] = {}
    for key, value in node.value:
        name = _as_text(key, levels - 1)
        if not isinstance(name, str):
            raise UnreadableYaml(_line(key), "A key has to be a word.", "Write `word: …`.")
        if name in record:
            raise UnreadableYaml(_line(key), f"`{name}:` stands here twice.", "Keep one of the two.")
        record[name] = _as_text(value, levels - 1)
    return record


def _line(node: yaml.Node) -> str:
    return f"line {node.start_mark.line + 1}"
