"""The questions we measure with are not the questions we train with: neither copied nor in other words."""

import re
from itertools import chain
from pathlib import Path

import pytest

from bot.content.load import load
from bot.core.likeness import alike
from bot.core.text import fold
from tests.eval.measure import SETS, read

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", SETS)
def test_no_example_is_a_question_in_disguise(name: str) -> None:
    catalogue = load(ROOT / "content")
    examples = chain(
        *(topic.examples for topic in catalogue.topics.values()),
        *catalogue.labels.values(),
    )

    assert not list(alike(sorted({fold(text) for text in examples}), questions(name)))


@pytest.mark.parametrize("example", ["gio nha toi o xa dong hai thi sao", "dong hai gio thi nha toi o xa sao"])
def test_a_changed_word_or_another_order_is_found_all_the_same(example: str) -> None:
    question = "gio nha toi o xa dong hai thi sao a"

    assert list(alike([example], [question])) == [(example, question)]


def test_another_question_in_similar_words_is_not_taken_for_a_copy() -> None:
    assert not list(alike(["ho ngheo vay von lai suat bao nhieu"], ["ho can ngheo vay duoc may nam"]))


def test_neither_content_nor_program_reads_the_questions() -> None:
    files = (path for folder in ("bot", "content") for path in (ROOT / folder).rglob("*") if path.is_file())
    readers = [
        str(path.relative_to(ROOT))
        for path in files
        if path.suffix in (".py", ".yaml", ".csv", ".js", ".md") and "questions-" in code_of(path)
    ]

    assert readers == []


def code_of(path: Path) -> str:
    """A file's text without its remarks: a comment may say where a number was measured."""
    return re.sub(r"#.*", "", path.read_text(encoding="utf-8"))


def questions(name: str) -> list[str]:
    return sorted({fold(each.text) for each in read(name)})
