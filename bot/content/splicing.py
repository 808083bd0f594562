"""Changing one place of a YAML file and nothing else: comments, order, quotes and line breaks stay as they are.

The place is found by reading the file (PyYAML's marks), then text is put in there. What comes out is read again by the
caller: a change that reads otherwise than it was meant is never written.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

_PLAIN: Final = re.compile(r"[^\W\d_]\w*(?: \w+)*")  # needs no quotes anywhere in a file
_ODD: Final = frozenset({"yes", "no", "true", "false", "null", "on", "off", "y", "n"})  # other readers take these amiss


# As the content is loaded: the slow one refuses some of what this one reads (a "?" before a comma in braces).
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class NotThere(Exception):
    """The place that was to be changed is not in the file."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A value as it is to stand in the file: `{on: 2026-12-02}`."""

    text: str


def scalar(text: str) -> str:
    """Write a text so that it is read back as itself, whatever it holds."""
    if _PLAIN.fullmatch(text) and text.lower() not in _ODD:
        return text
    written = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in written)


def find(text: str, *path: str | int) -> yaml.Node:
    """Return the node at a path of keys and numbers. Raises NotThere."""
    node: Any = yaml.compose(text, Loader=_LOADER)
    for step in path:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            node = None
        if node is None:
            raise NotThere(".".join(map(str, path)))
    return node  # type: ignore[no-any-return]


def append(text: str, item: str, *path: str | int) -> str:
    """Add a text to the end of the list at `path`. Raises NotThere, also for a list without items."""
    node = find(text, *path)
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise NotThere(".".join(map(str, path)))
    last = node.value[-1]
    if node.flow_style:
        return _put(text, last.end_mark.index, f", {scalar(item)}")
    return _put(text, _line_end(text, last), f"\n{' ' * node.start_mark.column}- {scalar(item)}")


def set_keys(text: str, values: Mapping[str, str | Raw | None], *path: str | int) -> str:
    """Set keys of the record at `path`, each where it stands or at the end; None takes a key out. Raises NotThere."""
    for key, value in values.items():
        node = find(text, *path)
        if not isinstance(node, yaml.MappingNode) or not node.value:
            raise NotThere(".".join(map(str, path)))
        at = next((at for at, (name, _) in enumerate(node.value) if name.value == key), None)
        if value is None:
            text = text if at is None else _without(text, node, at)
            continue
        written = value.text if isinstance(value, Raw) else scalar(value)
        if at is not None:
            text = text[: node.value[at][1].start_mark.index] + written + text[_end(text, node.value[at][1]) :]
        elif node.flow_style:
            text = _put(text, _end(text, node.value[-1][1]), f", {key}: {written}")
        else:
            column = node.value[0][0].start_mark.column  # the record's own begins at its anchor, where it has one
            line = f"\n{' ' * column}{scalar(key)}: {written}"
            text = _put(text, _line_end(text, node.value[-1][1]), line)
    return text


def _without(text: str, node: yaml.MappingNode, at: int) -> str:
    pairs: Sequence[tuple[Any, Any]] = node.value
    key, value = pairs[at]
    if not node.flow_style:  # whole lines; the first key of a list's record shares its line with the dash
        if at == 0:
            raise NotThere(str(key.value))
        return text[: text.rindex("\n", 0, key.start_mark.index)] + text[_line_end(text, value) :]
    if at + 1 < len(pairs):
        return text[: key.start_mark.index] + text[pairs[at + 1][0].start_mark.index :]
    start = _end(text, pairs[at - 1][1]) if at else key.start_mark.index
    return text[:start] + text[_end(text, value) :]


def _end(text: str, node: Any) -> int:
    """Where a value ends: a plain or folded one's mark may stand behind the spaces that follow it."""
    return len(text[: node.end_mark.index].rstrip())


def _line_end(text: str, node: Any) -> int:
    end = text.find("\n", _end(text, _last(node)))
    return len(text) if end < 0 else end


def _last(node: Any) -> Any:
    """The last scalar or {…} within a block."""
    while not isinstance(node, yaml.ScalarNode) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    return node


def _put(text: str, at: int, added: str) -> str:
    return text[:at] + added + text[at:]
