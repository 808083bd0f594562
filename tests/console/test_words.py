"""Every word of the console stands in both languages, with the same places for what is filled in."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from bot.console.words import LOCALE, po_file, translations
from bot.core.types import Language

ROOT = Path(__file__).parents[2] / "bot" / "console"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "trimmed": "false"}}
PLACE = re.compile(r"%\(\w+\)[a-z]")

Message = str | tuple[str, str]


def used() -> Iterator[Message]:
    """Every word that code and templates of the console say: a msgid, or its singular and plural."""
    keywords = {**DEFAULT_KEYWORDS, "mark": None}
    for _file, _line, message, _comments, _context in extract_from_dir(ROOT, METHODS, OPTIONS, keywords):
        yield message if isinstance(message, str) else (message[0], message[1])


def catalogue(language: Language) -> Catalog:
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language)


def test_every_word_of_the_console_is_translated_into_vietnamese() -> None:
    vietnamese = catalogue(Language.VI)
    missing = []
    for message in sorted(set(used()), key=str):
        found = vietnamese.get(message if isinstance(message, str) else message[0])
        if found is None or found.fuzzy or not (found.string if isinstance(found.string, str) else all(found.string)):
            missing.append(message)

    assert missing == [], f"translate these in {po_file(Language.VI).relative_to(LOCALE)}"


def test_no_translation_is_left_of_a_word_that_is_gone() -> None:
    ids = {message if isinstance(message, str) else message[0] for message in used()}

    for language in Language:
        kept = {each.id if isinstance(each.id, str) else each.id[0] for each in catalogue(language) if each.id}
        assert kept - ids == set()


def test_a_translation_fills_in_what_the_word_fills_in() -> None:
    for each in catalogue(Language.VI):
        if each.id:
            singular = each.id if isinstance(each.id, str) else each.id[0]
            said = [each.string] if isinstance(each.string, str) else list(each.string)
            assert all(set(PLACE.findall(text)) == set(PLACE.findall(singular)) for text in said), each.id


@pytest.mark.parametrize("language", Language)
def test_numbers_are_said_in_each_language(language: Language) -> None:
    told = translations(language).ngettext(
        "There were too many tries. Wait %(num)s minute, then try again.",
        "There were too many tries. Wait %(num)s minutes, then try again.",
        2,
    )

    assert "minutes" in told if language is Language.EN else "phút" in told
