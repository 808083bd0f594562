"""What a text asks for, read from its template without rendering it: also in branches that no day reaches today."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from jinja2 import TemplateSyntaxError, meta, nodes

from bot.content.figures import CALLS, MODES, base_unit, call_for
from bot.content.templates import environment
from bot.core.parameters import Parameter

_OTHERS: Final = ("known", "on_or_after", "law")
PLACEHOLDERS: Final = ("commune", "office")  # of a campaign's text: both take finitely many values
_GIVEN: Final = ("counter", "spell", "spell_month", "say", "told", "worth", "earned", "named", "pay")
# A topic's text chooses by day and says figures; it computes nothing.
_IN_TOPICS: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Call, nodes.Name, nodes.Const, nodes.If, nodes.Not,
    nodes.And, nodes.Or,
)  # fmt: skip
_MEASURED: Final = re.compile(r"%|\b(?:đồng|triệu|phần trăm|VND|percent|ngày làm việc)\b", re.IGNORECASE)
_TAG: Final = re.compile(r"\{%.*?%\}")
_MONTH: Final = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_TABLE: Final = "Compare it with the table of calls in README.md."


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at `line` of a text (counted within it; 0 = all of it)."""

    line: int
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Script:
    """A text's template, read. `words` are the pieces that are said as they stand, with their lines."""

    words: tuple[tuple[int, str], ...]
    tree: nodes.Template


def read_script(text: str) -> Script | Fault:
    """Read a template; a Fault where it is none."""
    try:
        tree = environment().parse(text)
    except TemplateSyntaxError as error:
        return Fault(
            error.lineno, f"the braces cannot be read: {error.message}",
            "Close each {{ with }} and each {% if … %} with {% endif %}.",
        )  # fmt: skip
    return Script(tuple((data.lineno, data.data) for data in tree.find_all(nodes.TemplateData)), tree)


def parameters_of(script: Script) -> Iterator[str]:
    """Every parameter that a text names."""
    for call in script.tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in (*CALLS, "known") and _first(call):
            yield _first(call)


def documents_of(script: Script) -> Iterator[tuple[str, str]]:
    """Every document that a text names with `law(…)`, and the month up to which it was read ("" = not said)."""
    for call in script.tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "law" and _first(call):
            words = [each.value for each in call.args if isinstance(each, nodes.Const)]
            yield words[0], words[1] if len(words) > 1 else ""


def joined_lines(text: str) -> Iterator[int]:
    """Give the lines whose words run into the next line: a tag at a line's end takes the line break with it."""
    lines = text.split("\n")
    for number, (line, after) in enumerate(pairwise(lines), start=1):
        if line.rstrip().endswith("%}") and _TAG.sub("", line).strip() and _TAG.sub("", after).strip():
            yield number


def plain_figures(script: Script) -> Iterator[str]:
    """The parameters a text says without having asked `known(…)`, and not as the last one that held."""
    return _plain(script.tree, frozenset())


def faults(script: Script, parameters: Mapping[str, Parameter], params: frozenset[str] | None) -> Iterator[Fault]:
    """Give every wrong call. `params` are those a message declares; None: the text is a topic's part."""
    for call in script.tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name):
            yield from _call_faults(call, call.node.name, parameters)
    names = {*CALLS, *_OTHERS, *_GIVEN, *(params or ())}
    for name in sorted(meta.find_undeclared_variables(script.tree) - names):
        remedy = _TABLE if params is None else f"Mend the name, or write it under `params:` ({', '.join(params)})."
        yield Fault(0, f"`{name}` is not known here", remedy)
    if params is None:
        yield from _topic_faults(script.tree)


def campaign_faults(script: Script, parameters: Mapping[str, Parameter]) -> Iterator[Fault]:
    """Give every wrong call or placeholder of a campaign's text."""
    for call in script.tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name):
            yield from _call_faults(call, call.node.name, parameters)
    for name in sorted(meta.find_undeclared_variables(script.tree) - {*CALLS, *_OTHERS, *PLACEHOLDERS}):
        yield Fault(0, f"`{name}` is no placeholder", "Only {{ commune }} and {{ office }} may stand in a campaign.")
    yield from _topic_faults(script.tree, PLACEHOLDERS)


def placeholders_of(script: Script) -> frozenset[str]:
    return frozenset(meta.find_undeclared_variables(script.tree)) & frozenset(PLACEHOLDERS)


def _call_faults(call: nodes.Call, name: str, parameters: Mapping[str, Parameter]) -> Iterator[Fault]:
    """One call: its words in quotes, a parameter that exists, the call of its unit."""
    if name not in (*CALLS, *_OTHERS):
        return
    words = [each.value for each in call.args if isinstance(each, nodes.Const) and isinstance(each.value, str)]
    most = 2 if name == "law" or MODES.get(name) else 1
    if call.kwargs or len(words) != len(call.args) or not 1 <= len(words) <= most:
        yield Fault(
            call.lineno, f"`{name}(…)` takes {'one or two words' if most == 2 else 'one word'} in quotes", _TABLE
        )
    elif name == "on_or_after":
        if not _is_day(words[0]):
            yield Fault(call.lineno, f"`{words[0]}` is no day", 'Write on_or_after("2027-01-01").')
    elif name == "law":
        if _MEASURED.search(words[0]):
            yield Fault(call.lineno, f"`{words[0]}` is more than a document", "Name the document and its article only.")
        if len(words) == 2 and not _MONTH.fullmatch(words[1]):
            yield Fault(call.lineno, f"`{words[1]}` is no month", 'Write how far it was read: law("…", "2026-03").')
    elif words[0] not in parameters:
        yield Fault(
            call.lineno, f"there is no parameter `{words[0]}`",
            f"Mend the name, or write parameters/{words[0].replace('.', '/', 1)}.yaml.",
        )  # fmt: skip
    elif name != "known":
        yield from _unit_faults(call, name, words, parameters[words[0]])


def _unit_faults(call: nodes.Call, name: str, words: list[str], parameter: Parameter) -> Iterator[Fault]:
    if len(words) == 2 and words[1] not in MODES[name]:
        allowed = " or ".join(f'"{mode}"' for mode in MODES[name])
        yield Fault(call.lineno, f'`"{words[1]}"` is not known in `{name}(…)`', f"After the id may stand {allowed}.")
    fitting = call_for(parameter.unit)
    if name != fitting and not (name == "date" and len(words) == 2):
        yield Fault(
            call.lineno, f"`{name}(…)` cannot say `{words[0]}`, whose unit is {base_unit(parameter.unit)}",
            f'Write {fitting}("{words[0]}").',
        )  # fmt: skip


def _topic_faults(tree: nodes.Template, names: Collection[str] = ("counter",)) -> Iterator[Fault]:
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _IN_TOPICS):
            kind = type(node).__name__.lower()
            yield Fault(node.lineno, f"a text cannot hold this ({kind})", f"Only calls and if. {_TABLE}")
    for output in tree.find_all(nodes.Output):
        for said in output.nodes:
            if isinstance(said, nodes.Const) or (isinstance(said, nodes.Name) and said.name not in names):
                yield Fault(said.lineno, "{{ … }} says nothing that comes from a parameter", _TABLE)


def _plain(node: nodes.Node, known: frozenset[str]) -> Iterator[str]:
    if isinstance(node, nodes.If):
        asked = known | {
            _first(call)
            for call in [node.test, *node.test.find_all(nodes.Call)]
            if isinstance(call, nodes.Call) and isinstance(call.node, nodes.Name) and call.node.name == "known"
        }
        for each in node.body:
            yield from _plain(each, asked)
        for each in (*node.elif_, *node.else_):
            yield from _plain(each, known)
        return
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in CALLS:
        name = _first(node)
        if len(node.args) == 1 and name and name not in known:
            yield name
    for each in node.iter_child_nodes():
        yield from _plain(each, known)


def _first(call: nodes.Call) -> str:
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, nodes.Const) and isinstance(first.value, str) else ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
