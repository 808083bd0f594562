"""A drafted change (core/editing.py) to the text of its file: what the file says now, and what it would say."""

import difflib
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from bot.content.splicing import NotThere, Raw, append, scalar, set_keys
from bot.core.editing import AddExample, AddSynonym, AddWord, ConfirmCondition, ConfirmFigure, Edit
from bot.core.topic_ids import LABEL_IDS, TOPIC_IDS

CHANGES: Final = "CHANGES.md"
_FIGURE: Final = ("from", "until", "value", "low", "high", "bound")
_AROUND: Final = 2  # lines of a diff around what is changed


@dataclass(frozen=True, slots=True)
class Change:
    """One file, named within the content folder, as it is and as it would be. `line` goes to CHANGES.md.

    `about`: what the change vouches for without changing it: a figure's value, bound and days.
    """

    path: str
    before: str
    after: str
    line: str
    about: str = ""

    @property
    def is_done(self) -> bool:
        return self.before == self.after

    def diff(self) -> list[str]:
        """The lines that differ with a few around them, each with its sign; numbers of lines as `@@`."""
        return list(self._lines(_AROUND))[2:]

    def patch(self, before: str, after: str) -> str:
        """What `git apply` and `patch -p1` take, with the line of CHANGES.md (as it is, as it would be)."""
        parts = [*self._lines(3), *_unified(CHANGES, before, after, 3)]
        return "\n".join(parts) + "\n"

    @property
    def fingerprint(self) -> str:
        """A hash of what an approver is shown: the file, the lines that go and come, and what is vouched for.

        Changes of other lines meanwhile do not count.
        """
        changed = [line for line in self._lines(0) if not line.startswith("@@")]
        return hashlib.sha256(json.dumps([self.path, self.about, changed]).encode()).hexdigest()

    def _lines(self, around: int) -> Sequence[str]:
        return _unified(self.path, self.before, self.after, around)


def plan(folder: Path, edit: Edit, day: date) -> Change | None:
    """Return what an edit would change; None for one that changes no file.

    An edit that is there already gives a Change that is done. Raises NotThere where its place is not in the folder.
    """
    match edit:
        case AddExample(label, text):
            path, change = _file_of_label(label), _append_to(text, "examples")
            said = f"one more example of {label}"
        case AddWord(short, long):
            path, change = "words.yaml", _set_in(short, long, "abbreviations")
            said = f'"{short}" is read as "{long}"'
        case AddSynonym(concept, phrase):
            path, change = "words.yaml", _append_to(phrase, "concepts", concept)
            said = f'"{phrase}" belongs to the concept {concept}'
        case ConfirmFigure(parameter, start, source, on, by_office):
            path = f"parameters/{_dotted(parameter)}.yaml"
            before = _read(folder, path)
            about, after = _confirmed(before, edit)
            office = by_office.rstrip(". ")
            line = f"{parameter} from {start}: checked on {on} by {office} ({source})."
            return Change(path, before, after, f"- {day}: {line}", about)
        case ConfirmCondition(programme, _, source, on, by_office):
            path = f"programmes/{_dotted(programme)}.yaml"
            before = _read(folder, path)
            about, after = _condition_confirmed(before, edit)
            line = f"{programme}: {about}: checked on {on} by {by_office.rstrip('. ')} ({source})."
            return Change(path, before, after, f"- {day}: {line}", about)
        case _:
            return None
    before = _read(folder, path)
    return Change(path, before, change(before), f"- {day}: {said}, from what people asked (console).")


def changes_with(text: str, line: str) -> str:
    """CHANGES.md with a line more, the newest first; unchanged where it stands there."""
    if line in text.split("\n"):
        return text
    head, newline, rest = text.partition("\n- ")
    return f"{head}\n{line}{newline}{rest}" if newline else f"{text.rstrip()}\n\n{line}\n"


def _append_to(item: str, *place: str) -> Callable[[str], str]:
    def made(text: str) -> str:
        there = _at(_loaded(text), place)
        if not isinstance(there, list):
            raise NotThere(".".join(place))
        return text if item in there else _meant(append(text, item, *place), place, [*there, item])

    return made


def _set_in(key: str, value: str, *place: str) -> Callable[[str], str]:
    def made(text: str) -> str:
        there = _at(_loaded(text), place)
        if there.get(key) == value:
            return text
        return _meant(set_keys(text, {key: value}, *place), place, {**there, key: value})

    return made


def _confirmed(text: str, edit: ConfirmFigure) -> tuple[str, str]:
    """What the row says of the figure itself, and the file with the row confirmed."""
    rows = _at(_loaded(text), ("values",))
    at = next((at for at, row in enumerate(rows) if row["from"] == str(edit.start)), None)
    if at is None:
        raise NotThere(f"{edit.parameter}, from {edit.start}")
    marks = {"on": str(edit.on), "by_office": edit.by_office}
    wanted = {"source": edit.source, "read_until": str(edit.on), "confidence": "seen", "confirmed": marks}
    if edit.value:
        wanted["value"] = edit.value
    values: dict[str, str | Raw | None] = {
        "source": Raw(_quoted(edit.source)),
        "read_until": Raw(str(edit.on)),
        "note": None,
        "confidence": "seen",
        "confirmed": Raw(f"{{on: {edit.on}, by_office: {_quoted(edit.by_office)}}}"),
    }
    if edit.value:
        values["value"] = Raw(edit.value if edit.value.replace(".", "").isdecimal() else _quoted(edit.value))
    row = {key: value for key, value in rows[at].items() if key != "note"}
    about = ", ".join(f"{key}: {row[key]}" for key in _FIGURE if key in row)
    return about, _meant(set_keys(text, values, "values", at), ("values", at), {**row, **wanted})


def _condition_confirmed(text: str, edit: ConfirmCondition) -> tuple[str, str]:
    """What the condition asks, and the file with it confirmed. One that several places share is changed in all."""
    place = ("rules", *(int(step) if step.isdecimal() else step for step in edit.place.split(".")))
    row = _at(_loaded(text), place)
    name = next((key for key in ("fact", "other") if isinstance(row, dict) and key in row), None)
    if name is None:
        raise NotThere(f"{edit.programme}, {edit.place}")
    marks = {"on": str(edit.on), "by_office": edit.by_office}
    wanted = {"source": edit.source, "read_until": str(edit.on), "confirmed": marks}
    values: dict[str, str | Raw | None] = {
        "source": Raw(_quoted(edit.source)),
        "read_until": Raw(str(edit.on)),
        "confirmed": Raw(f"{{on: {edit.on}, by_office: {_quoted(edit.by_office)}}}"),
    }
    if name == "fact":
        wanted["confidence"] = values["confidence"] = "seen"
    return f"{name} {row[name]}", _meant(set_keys(text, values, *place), place, {**row, **wanted})


def _quoted(text: str) -> str:
    """With quotes, as documents and offices stand in the files."""
    written = scalar(text)
    return written if written.startswith('"') else f'"{written}"'


def _meant(text: str, place: Sequence[str | int], wanted: Any) -> str:
    """Return the text if it is read back as it was meant. Raises NotThere: better no change than another one."""
    if _at(_loaded(text), place) != wanted:
        raise NotThere(".".join(map(str, place)))
    return text


def _loaded(text: str) -> Any:
    return yaml.load(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506  # text only


def _at(data: Any, place: Sequence[str | int]) -> Any:
    try:
        for step in place:
            data = data[step]
    except (KeyError, IndexError, TypeError):
        raise NotThere(".".join(map(str, place))) from None
    return data


def _file_of_label(label: str) -> str:
    """Only what the contract names is a file of ours: a path never comes from outside."""
    if label in TOPIC_IDS:
        return f"topics/{_dotted(label)}.yaml"
    if label in LABEL_IDS:
        return f"labels/{label}.yaml"
    raise NotThere(label)


def _dotted(name: str) -> str:
    area, _, rest = name.partition(".")
    if not (area.isidentifier() and rest.replace(".", "_").isidentifier()):
        raise NotThere(name)
    return f"{area}/{rest}"


def _read(folder: Path, path: str) -> str:
    try:
        return (folder / path).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotThere(path) from error


def _unified(path: str, before: str, after: str, around: int) -> list[str]:
    return list(
        difflib.unified_diff(
            before.splitlines(), after.splitlines(), f"a/content/{path}", f"b/content/{path}", lineterm="", n=around
        )
    )
