"""`bot check`: every problem in content/ at once, for people who do not program."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from jinja2 import TemplateError, UndefinedError

from bot.content.load import read
from bot.content.problems import Problem
from bot.content.render import Renderer
from bot.core.catalogue import Catalogue, Topic
from bot.core.errors import BotError
from bot.core.markup import parse, plain
from bot.core.text import fold
from bot.core.types import Language

LONGEST_ANSWER: Final = 900  # characters as read, without what stands under it (design section 6)
LONGEST_LABEL: Final = 40
FEWEST_EXAMPLES: Final = 8
OLD: Final = timedelta(days=365)  # a reading older than this is stale
DAYS: Final = (date(2022, 6, 1), date(2025, 12, 31), date(2026, 6, 30), date(2027, 1, 15))

_CALLS: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_ALLOWED: Final = re.compile(
    r"(?:Điều|khoản|điểm|Mẫu số|Dự án|lớp|bước|Article|Clause|Point|Form|Project|grade|step)\s+\d+"
    r"|\d+(?:/\d{4})?/[A-ZĐ0-9-]+(?:-[A-ZĐ0-9]+)*",
    re.IGNORECASE,
)
_NUMBER_WORDS: Final = re.compile(
    r"\b(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|trăm)\s+(?:phần trăm|đồng|triệu|nghìn|ngày|tháng|tuổi)\b"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\s+"
    r"(?:percent|dong|million|thousand|days|months|years old)\b",
    re.IGNORECASE,
)
# "một tháng" and "một ngày" say per month and per day; they are no figures.
_PER: Final = re.compile(r"\bmột\s+(?:tháng|ngày)\b|\bone\s+(?:month|day)\b", re.IGNORECASE)


def check(folder: Path, day: date) -> list[Problem]:
    """Return every problem; those with `stale` are right and old."""
    catalogue, problems = read(folder)
    if catalogue is None:
        return problems
    found = [*problems, *_stale(catalogue, day)]
    for topic in catalogue.topics.values():
        found.extend(_topic(topic))
    found.extend(_twice(catalogue))
    if not problems:
        found.extend(_renderings(catalogue, day))
    return sorted(set(found))


def todo(folder: Path, day: date) -> list[str]:
    """Return what the office has to confirm: figures that are not firm, documents not read, topics not answered."""
    catalogue, problems = read(folder)
    if catalogue is None:
        return [str(problem) for problem in problems]
    items: list[str] = []
    for name, parameter in sorted(catalogue.parameters.by_id.items()):
        items.extend(
            f"{name}: confirm the value from {row.start:%d/%m/%Y} ({parameter.label[Language.VI]})"
            for row in parameter.values
            if not row.firm
        )
        items.extend(f"{name}: {note[Language.VI]}" for row in parameter.values for note in row.notes)
        if parameter.review_by is not None and parameter.review_by < day:
            items.append(f"{name}: review was due on {parameter.review_by:%d/%m/%Y}")
    items.extend(f"{name}: not answered yet" for name, topic in sorted(catalogue.topics.items()) if not topic.answered)
    return items


def _topic(topic: Topic) -> Iterator[Problem]:
    file = _file(topic.id)
    for language, label in topic.label.items():
        if len(label) > LONGEST_LABEL:
            yield Problem(file, f"label, {language}", f"has {len(label)} characters", f"At most {LONGEST_LABEL}.")
    if len(topic.examples) < FEWEST_EXAMPLES:
        yield Problem(file, "examples", f"has {len(topic.examples)}", f"Write at least {FEWEST_EXAMPLES}.")
    for part, text in topic.parts.items():
        for language, words in text.items():
            yield from _bare_figures(file, f"parts, {part}, {language}", words)


def _bare_figures(file: str, place: str, text: str) -> Iterator[Problem]:
    """Figures outside the calls: a digit, or a number word before a unit."""
    words = _PER.sub(" ", _ALLOWED.sub(" ", _CALLS.sub(" ", text)))
    for found in (re.search(r"\d+", words), _NUMBER_WORDS.search(words)):
        if found:
            yield Problem(
                file, place, f"the figure `{found[0]}` stands in the text",
                "Put it into content/parameters and write amount(), share(), days(), date(), age() or phone().",
            )  # fmt: skip


def _twice(catalogue: Catalogue) -> Iterator[Problem]:
    """The same example under two labels teaches nothing."""
    owners: dict[str, str] = {}
    for name, topic in catalogue.topics.items():
        for example in topic.examples:
            other = owners.setdefault(fold(example), name)
            if other != name:
                yield Problem(_file(name), "examples", f"`{example}` stands in {other} too", "Keep it in one of them.")


def _stale(catalogue: Catalogue, day: date) -> Iterator[Problem]:
    for name, parameter in catalogue.parameters.by_id.items():
        file = f"parameters/{name.replace('.', '/', 1)}.yaml"
        if parameter.review_by is not None and parameter.review_by < day:
            yield Problem(
                file, "review_by", f"was {parameter.review_by}", "Look at it again, set a new day.", stale=True
            )
        last = parameter.values[-1] if parameter.values else None
        read_until = [source.read_until for source in last.sources if source.read_until] if last else []
        if read_until and min(read_until) + OLD < day:
            yield Problem(file, "read_until", f"is {min(read_until)}", "Read the newer documents.", stale=True)
    for topic in catalogue.topics.values():
        if topic.review_by is not None and topic.review_by < day:
            yield Problem(
                _file(topic.id), "review_by", f"was {topic.review_by}", "Look at it again, set a new day.", stale=True
            )


def _renderings(catalogue: Catalogue, day: date) -> Iterator[Problem]:
    """Every part in both languages on several days: it renders, and the answer is short enough today."""
    renderer = Renderer(catalogue)
    for topic in catalogue.topics.values():
        for part in topic.parts:
            for language in Language:
                place = f"parts, {part}, {language}"
                for on in (*DAYS, day):
                    try:
                        text = plain(parse(renderer.body(topic.id, part, language, on)))
                    except (TemplateError, BotError, KeyError, TypeError, ValueError) as error:
                        remedy = "Compare the calls with the table in README.md."
                        kind = "an unknown name" if isinstance(error, UndefinedError) else "cannot be rendered"
                        yield Problem(_file(topic.id), place, f"{kind}: {error}", remedy)
                        break
                    if part == "answer" and on == day and len(text) > LONGEST_ANSWER:
                        reason = f"has {len(text)} characters on {on:%d/%m/%Y}"
                        yield Problem(
                            _file(topic.id), place, reason, f"At most {LONGEST_ANSWER}: move some into parts."
                        )


def _file(topic: str) -> str:
    return f"topics/{topic.replace('.', '/', 1)}.yaml"
