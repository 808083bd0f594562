"""`bot check`: every problem in content/ at once, for people who do not program."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from bot.content.calls import Fault, Script, parameters_of, plain_figures, read_script
from bot.content.check_forms import form_problems
from bot.content.check_programmes import fact_problems, programme_problems, stale_programmes, unread_conditions
from bot.content.check_texts import broken_parameters, label_problems, placed, review_problems, text_problems
from bot.content.figures import base_unit
from bot.content.load import load, read
from bot.content.problems import Problem
from bot.content.render import Renderer
from bot.core.catalogue import Catalogue, Topic
from bot.core.errors import ContentError, NoValueOnDate
from bot.core.markup import parse, plain
from bot.core.parameters import Parameters, Text
from bot.core.text import fold
from bot.core.topic_ids import LABEL_IDS, TOPIC_IDS
from bot.core.types import Language

LONGEST_ANSWER: Final = 900  # characters as read, without what stands under it (design section 6)
FEWEST_EXAMPLES: Final = 8  # below that a topic is not found
OLD: Final = timedelta(days=365)  # a reading older than this is stale
# Days on which every text is rendered, besides the day asked for: the plan's year, both sides of changes of law.
DAYS: Final = (date(2022, 6, 1), date(2025, 12, 31), date(2026, 6, 30), date(2027, 1, 15))

_FILES: Final = (
    "topics/*/*.yaml", "parameters/*/*.yaml", "programmes/*/*.yaml", "messages/*.yaml", "labels/*.yaml", "forms/*.yaml",
)  # fmt: skip
_SINGLE: Final = (
    "subjects.yaml", "words.yaml", "facts.yaml", "zones.yaml", "holidays.yaml", "trades.yaml", "links.yaml",
)  # fmt: skip
# Files of messages/ that the program speaks from: without one a start would look well, and its first use would fail.
FLOWS: Final = (
    "answer", "button", "campaign", "commune", "data", "distress", "eligibility", "figure", "handover", "lead",
    "link", "menu", "notice", "part", "privacy", "rank", "register", "repair", "slip", "subscription", "talk",
    "telegram", "terminal", "turn", "unit", "vacancies", "web",
)  # fmt: skip
_UNDER_ALL: Final = frozenset({"messages/answer.yaml", "messages/figure.yaml", "messages/unit.yaml"})


def check(folder: Path, day: date) -> list[Problem]:
    """Return every problem, sorted by file. What is `stale` on `day` was right once; the rest is wrong on any day.

    A file that cannot be read is reported once: what others say of it is not repeated there.
    """
    catalogue, problems = read(folder)
    broken = frozenset(problem.file for problem in problems)
    found = [*problems, *_misplaced(folder), *_presence(catalogue, broken), *_subjects(catalogue)]
    found += [*_examples(catalogue), *_units(catalogue), *_stale(catalogue, day)]
    for key, message in catalogue.messages.items():
        flow, _, name = key.partition(".")
        found += text_problems(f"messages/{flow}.yaml", name, message.text, catalogue, broken, message.params)
    renderer = Renderer(catalogue)
    for topic in catalogue.topics.values():
        found += _topic(topic, catalogue, broken, renderer, day)
    for form in catalogue.forms.values():
        found += form_problems(form, catalogue, broken)
    for trade in catalogue.trades.by_id.values():
        found += label_problems("trades.yaml", f"trades.{trade.id}.label", trade.label)
    found += [*fact_problems(catalogue, broken), *stale_programmes(catalogue, day)]
    for programme in catalogue.programmes.values():
        found += programme_problems(programme, catalogue, broken, sorted({*DAYS, day}))
    return sorted(set(found))


def load_whole(folder: Path) -> Catalogue:
    """Read a content folder for a start: with every topic and label, each text a template that can be read.

    What only `check` finds would not show before somebody asks, or is a matter of form; it costs a second.
    Raises ContentError naming every file that cannot be used.
    """
    catalogue = load(folder)
    problems = [*_presence(catalogue, frozenset()), *_unreadable(catalogue)]
    if problems:
        lines = "\n".join(f"  {problem}" for problem in sorted(problems))
        raise ContentError(f"content in {folder} cannot be used:\n{lines}")
    return catalogue


def todo(folder: Path, day: date) -> list[str]:
    """Return what the office has to confirm: figures that are not firm, documents not read, topics not answered."""
    catalogue, problems = read(folder)
    items = [f"{problem.file}: cannot be read; run bot check first" for problem in problems]
    for name, parameter in sorted(catalogue.parameters.by_id.items()):
        label = parameter.label[Language.VI]
        items += [
            f"{name}: confirm the value from {row.start:%d/%m/%Y} ({label})" for row in parameter.values if not row.firm
        ]
        items += [f"{name}: {note[Language.VI]}" for row in parameter.values for note in row.notes]
        if parameter.review_by is not None and parameter.review_by < day:
            items.append(f"{name}: look at it again, due on {parameter.review_by:%d/%m/%Y} ({label})")
    items += unread_conditions(catalogue, day)
    items += [f"{name}: not answered yet" for name, topic in sorted(catalogue.topics.items()) if not topic.answered]
    if not catalogue.hours.is_confirmed:
        items.append("holidays.yaml: the office's own working hours and closed days")
    return list(dict.fromkeys(items))


def _misplaced(folder: Path) -> Iterator[Problem]:
    """Files that nobody reads, because of where they lie or what they are called."""
    expected = {file for shape in _FILES for file in folder.glob(shape)}
    for file in sorted(folder.rglob("*.y*ml")):
        path = file.relative_to(folder).as_posix()
        if file not in expected and path not in _SINGLE:
            yield Problem(
                path, "", "is not read: no file is expected under that name",
                "Move it to topics/<subject>/<name>.yaml (parameters/, programmes/ likewise), messages/ or labels/.",
            )  # fmt: skip


def _presence(catalogue: Catalogue, broken: frozenset[str]) -> Iterator[Problem]:
    """Topics and labels are exactly the contract's (core/topic_ids.py), and no file of messages is missing."""
    for name in TOPIC_IDS:
        if name not in catalogue.topics and _topic_file(name) not in broken:
            yield Problem(_topic_file(name), "", "is missing", "Write this topic; at least that it is not answered.")
    for name in catalogue.topics.keys() - set(TOPIC_IDS):
        yield Problem(_topic_file(name), "", "is no topic of the contract (core/topic_ids.py)", "Take the file out.")
    for name in LABEL_IDS:
        if name not in catalogue.labels and f"labels/{name}.yaml" not in broken:
            yield Problem(f"labels/{name}.yaml", "", "is missing", "Write its examples.")
    flows = {key.partition(".")[0] for key in catalogue.messages}
    for flow in FLOWS:
        if flow not in flows and f"messages/{flow}.yaml" not in broken:
            yield Problem(f"messages/{flow}.yaml", "", "is missing", "Bring the file back: the program speaks from it.")
    for name in catalogue.labels.keys() - set(LABEL_IDS):
        yield Problem(f"labels/{name}.yaml", "", "is no label of the contract (core/topic_ids.py)", "Take it out.")


def _unreadable(catalogue: Catalogue) -> Iterator[Problem]:
    """Texts whose braces cannot be read."""
    texts = [
        (f"messages/{key.partition('.')[0]}.yaml", key.partition(".")[2], message.text)
        for key, message in catalogue.messages.items()
    ]
    for topic in catalogue.topics.values():
        texts += [(_topic_file(topic.id), f"parts.{part}", text) for part, text in topic.parts.items()]
    for file, place, text in texts:
        for language, words in text.items():
            fault = read_script(words)
            if isinstance(fault, Fault):
                yield Problem(file, placed(place, language, fault.line), fault.reason, fault.remedy)


def _subjects(catalogue: Catalogue) -> Iterator[Problem]:
    """Every topic is on the menu, under one subject."""
    reached = {name for subject in catalogue.subjects for name in subject.topics}
    if catalogue.subjects:
        for name in catalogue.topics.keys() - reached:
            yield Problem(
                "subjects.yaml", name, "is on no menu", f"Write a subject with the id {name.partition('.')[0]}."
            )
    for subject in catalogue.subjects:
        yield from label_problems("subjects.yaml", f"{subject.id}.label", subject.label)


def _examples(catalogue: Catalogue) -> Iterator[Problem]:
    """Enough examples, and none under two labels: it would teach nothing."""
    owners: dict[str, str] = {}
    for name, topic in catalogue.topics.items():
        if len(topic.examples) < FEWEST_EXAMPLES:
            yield Problem(
                _topic_file(name), "examples", f"has {len(topic.examples)}",
                f"Write at least {FEWEST_EXAMPLES}, as people type them.",
            )  # fmt: skip
    sets = [(name, _topic_file(name), topic.examples) for name, topic in catalogue.topics.items()]
    sets += [(name, f"labels/{name}.yaml", examples) for name, examples in catalogue.labels.items()]
    for name, file, examples in sets:
        for example in examples:
            other = owners.setdefault(fold(example), name)
            if other != name:
                yield Problem(file, "examples", f"`{example}` stands in {other} too", "Keep it in one of them.")


def _units(catalogue: Catalogue) -> Iterator[Problem]:
    """Every unit has its word."""
    for name, parameter in catalogue.parameters.by_id.items():
        unit = base_unit(parameter.unit)
        if unit not in ("phone", "date") and f"unit.{unit}" not in catalogue.messages:
            yield Problem(
                _parameter_file(name), "unit", f"`{unit}` has no word", "Use a unit of messages/unit.yaml, or add it."
            )


def _topic(
    topic: Topic, catalogue: Catalogue, broken: frozenset[str], renderer: Renderer, day: date
) -> Iterator[Problem]:
    file = _topic_file(topic.id)
    yield from label_problems(file, "label", topic.label)
    for name in topic.related:
        if name not in TOPIC_IDS or name == topic.id:
            yield Problem(file, "related", f"`{name}` is no other topic", "Write the id of a topic, or take it out.")
    for part, text in topic.parts.items():
        wrong = list(text_problems(file, f"parts.{part}", text, catalogue, broken, None))
        yield from wrong
        if not wrong and not broken & _UNDER_ALL and not _leans_on(text, catalogue, broken):
            yield from _renderings(topic, part, renderer, day)


def _leans_on(text: Text, catalogue: Catalogue, broken: frozenset[str]) -> bool:
    """Whether a text names a parameter whose own file is broken."""
    scripts = [script for words in text.values() if isinstance(script := read_script(words), Script)]
    gone = broken_parameters(broken)
    return any(name in gone or name not in catalogue.parameters for each in scripts for name in parameters_of(each))


def _renderings(topic: Topic, part: str, renderer: Renderer, day: date) -> Iterator[Problem]:
    """A part in both languages on several days: it can be said, says something, and an answer is short enough."""
    file = _topic_file(topic.id)
    for language in Language:
        place = f"parts.{part}.{language}"
        for on in sorted({*DAYS, day}):
            try:
                said = plain(parse(renderer.body(topic.id, part, language, on)))
                renderer.render_part(topic.id, part, language, on)
            except ContentError as error:
                yield Problem(file, place, f"cannot be said on {on}: {error}", "Compare its calls with README.md.")
                break
            if not said:
                yield Problem(file, place, f"says nothing on {on}", "Write what is known, and whom to ask.")
            if part == "answer" and len(said) > LONGEST_ANSWER and on >= day:
                yield Problem(
                    file, place, f"has {len(said)} characters on {on}",
                    f"At most {LONGEST_ANSWER}: move some of it into another part.",
                )  # fmt: skip


def _stale(catalogue: Catalogue, day: date) -> Iterator[Problem]:
    """What was right once and has to be looked at again."""
    parameters = catalogue.parameters
    for name, parameter in parameters.by_id.items():
        file = _parameter_file(name)
        yield from review_problems(file, parameter.review_by, day)
        read_until = None if parameter.formula else _read_until(parameters, name, day)
        if read_until is not None and read_until + OLD < day:
            yield Problem(file, "read_until", f"is {read_until}", "Read the newer documents.", stale=True)
    for topic in catalogue.topics.values():
        yield from review_problems(_topic_file(topic.id), topic.review_by, day)
        yield from _ended(topic, parameters, day)


def _ended(topic: Topic, parameters: Parameters, day: date) -> Iterator[Problem]:
    """Figures whose last value is over, in a text that does not ask whether they still hold."""
    for part, text in topic.parts.items():
        for language, words in text.items():
            script = read_script(words)
            for name in dict.fromkeys(plain_figures(script) if isinstance(script, Script) else ()):
                if name not in parameters or parameters.firm_on(name, day) is not None:
                    continue
                last = parameters.last_before(name, day)
                if last is not None and last.until is not None:
                    yield Problem(
                        _topic_file(topic.id), f"parts.{part}.{language}", f"`{name}` ended on {last.until}",
                        f'Add what follows to {_parameter_file(name)}, or ask known("{name}") in the text.', stale=True,
                    )  # fmt: skip


def _read_until(parameters: Parameters, name: str, day: date) -> date | None:
    """How far the documents of the value in force were read; None where nothing is in force."""
    try:
        sources = parameters.value_on(name, day).sources
    except NoValueOnDate:
        return None
    return min((source.read_until for source in sources if source.read_until is not None), default=None)


def _topic_file(name: str) -> str:
    return f"topics/{name.replace('.', '/', 1)}.yaml"


def _parameter_file(name: str) -> str:
    return f"parameters/{name.replace('.', '/', 1)}.yaml"
