"""How figures are written; and that every figure a household reads comes from a parameter with a source."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.content.calls import Script, documents_of, read_script
from bot.content.figures import in_words, number_text, spell_day, spell_month
from bot.content.load import load, read
from bot.content.prose import without_names
from bot.content.render import Renderer
from bot.content.templates import Templates
from bot.core.catalogue import Catalogue
from bot.core.errors import ContentError, NoValueOnDate
from bot.core.markup import parse, plain
from bot.core.parameters import Bound, Confidence, Parameter, Parameters, Value
from bot.core.types import Language, Source
from tests.build import REAL, TOPIC, topic_yaml, write_content

VI, EN = Language.VI, Language.EN


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates(read(REAL)[0])


def words(
    templates: Templates, unit: str, low: str | None, high: str | None, *, language: Language = VI, about: str = ""
) -> str:
    """A value of that unit, said."""
    ends = [None if end is None else Decimal(end) for end in (low, high)]
    bound = (
        Bound.EXACT
        if low == high
        else Bound.AT_MOST
        if low is None
        else Bound.AT_LEAST
        if high is None
        else Bound.RANGE
    )
    value = Value(date(2026, 1, 1), None, ends[0], ends[1], bound, Confidence.SEEN)
    parameter = Parameter("test.x", {VI: "Mức", EN: "Level"}, unit, about=Decimal(about) if about else None)
    return plain(
        parse(in_words(parameter, value, language, lambda key, params: templates.message(key, language, params)))
    )


@pytest.mark.parametrize(
    ("unit", "low", "high", "vi", "en"),
    [
        ("VND", "1500000", "1500000", "1.500.000 đồng", "1,500,000 VND"),
        ("VND/person/month", None, "34155.00", "nhiều nhất 34.155 đồng", "at most 34,155 VND"),
        ("VND", "34154.5", "34154.5", "34.155 đồng", "34,155 VND"),
        ("VND", "0", "0", "0 đồng", "0 VND"),
        ("percent", "70", None, "ít nhất 70%", "at least 70%"),
        ("percent/year", "7.4880", "7.4880", "7,488%", "7.488%"),
        ("percent", "33.33333333333333", "33.33333333333333", "33,3333%", "33.3333%"),
        ("percent", "100", "100", "100%", "100%"),
        ("days", "3", "10", "từ 3 đến 10 ngày", "from 3 to 10 days"),
        ("days", "1", "1", "1 ngày", "1 day"),
        ("working_days", None, "15", "nhiều nhất 15 ngày làm việc", "at most 15 working days"),
        ("months", "36", "36", "36 tháng", "36 months"),
        ("years", None, "3", "nhiều nhất 3 năm", "at most 3 years"),
        ("kg/month", "15", "15", "15 kg", "15 kg"),
        ("km", "4", None, "ít nhất 4 km", "at least 4 km"),
        ("count", "3", "3", "3", "3"),
        ("age", "75", "75", "75 tuổi", "75"),
    ],
)
def test_a_figure_is_written_as_people_read_it(
    templates: Templates, unit: str, low: str | None, high: str | None, vi: str, en: str
) -> None:
    assert words(templates, unit, low, high) == vi
    assert words(templates, unit, low, high, language=EN) == en


def test_an_age_from_which_something_is_given_is_said_so(templates: Templates) -> None:
    assert words(templates, "age", "75", None) == "từ đủ 75 tuổi"


def test_what_is_only_about_so_much_is_rounded_and_said_so(templates: Templates) -> None:
    assert words(templates, "VND", "64281.6", "64281.6", about="1000") == "khoảng 64.000 đồng"
    assert words(templates, "VND", None, "64500", about="1000") == "nhiều nhất khoảng 65.000 đồng"


def test_days_and_months_are_written_as_each_language_does() -> None:
    day = date(2026, 7, 1)

    assert (spell_day(day, VI), spell_day(day, EN)) == ("1/7/2026", "1 July 2026")
    assert (spell_month(day, VI), spell_month(day, EN)) == ("7/2026", "July 2026")


# --- Every figure has a source -------------------------------------------------------------------------------------
# All values are replaced by numbers that stand nowhere else. A number in a rendered text that is none of them, is not
# computed from them by a declared formula and names no document or day has come from somewhere else: from the text.

DAYS = (date(2022, 6, 1), date(2026, 11, 24), date(2027, 1, 15))
NUMBER = re.compile(r"\d[\d.,]*\d|\d")
DATE = re.compile(
    r"\b\d{1,2}/\d{1,2}/\d{4}\b|\b\d{1,2} (?:[A-Z][a-z]+) \d{4}\b|\b\d{1,2}/\d{4}\b|\b[A-Z][a-z]+ \d{4}\b"
)


def with_sentinels(catalogue: Catalogue) -> Catalogue:
    """The same catalogue with every dated value replaced by a number of its own; sources by a letter."""
    numbers = iter(range(100_003, 10_000_000, 1_009))
    by_id = {
        name: replace(parameter, values=tuple(_sentinel(row, next(numbers)) for row in parameter.values))
        for name, parameter in catalogue.parameters.by_id.items()
    }
    topics = {name: replace(topic, sources=()) for name, topic in catalogue.topics.items()}
    return replace(catalogue, parameters=Parameters(by_id), topics=topics)


def _sentinel(row: Value, number: int) -> Value:
    """Shares become numbers below one hundred, so that `100 - share` stays a quantity."""
    source = (Source("văn bản", date(2026, 6, 30)),)
    if row.text:
        return replace(row, text=f"0{number}", sources=source, notes=())
    if row.day is not None:
        return replace(row, day=date(1900, 1, 1) + timedelta(days=number % 20_000), sources=source, notes=())
    scaled = Decimal(number) / (1 if max(filter(None, (row.low, row.high)), default=0) > 100 else 100_003)
    low, high = (None if end is None else scaled + shift for end, shift in ((row.low, 0), (row.high, 0)))
    if row.bound is Bound.RANGE and high is not None:
        high += 1
    return replace(row, low=low, high=high, sources=source, notes=())


def unexplained(catalogue: Catalogue) -> Iterator[str]:
    """Every number in a topic's text, with its place, that no parameter and no declared formula explains."""
    marked = with_sentinels(catalogue)
    renderer = Renderer(marked)
    for day in DAYS:
        known = {language: sayable(marked, renderer, language, day) for language in Language}
        for topic in marked.topics.values():
            for part in topic.parts:
                for language in Language:
                    text = plain(parse(renderer.render_part(topic.id, part, language, day).text))
                    read = set()
                    for document, month in documents_in(topic.parts[part][language]):
                        text = text.replace(document, " ")
                        read |= {spell_month(date.fromisoformat(f"{month}-01"), language)} if month else set()
                    for found in numbers_of(text, known[language] | read):
                        yield f"{topic.id}, {part}, {language}, {day}: {found}"


def sayable(catalogue: Catalogue, renderer: Renderer, language: Language, day: date) -> set[str]:
    """What a text of that day may say: each parameter's figure of the day, the last one, the coming one, their days."""
    templates = Templates(catalogue)

    def say(key: str, params: object) -> str:
        return templates.message(key, language, params)  # type: ignore[arg-type]

    figures, days = set(), {day, date(2026, 6, 30)}
    parameters = catalogue.parameters
    for name, parameter in parameters.by_id.items():
        change = parameters.next_change(name, day)
        days |= {change.day, change.day - timedelta(days=1)} if change else set()
        for value in (_firm(parameters, name, day), parameters.last_before(name, day), change and change.value):
            if value is not None:
                figures |= set(NUMBER.findall(plain(parse(in_words(parameter, value, language, say)))))
                days |= {value.start, value.until or value.start, value.day or value.start}
    return figures | {spell_day(each, language) for each in days} | {spell_month(each, language) for each in days}


def documents_in(source: str) -> Iterator[tuple[str, str]]:
    """What a text names with `law(…)`: bot check sees to it that these are documents."""
    script = read_script(source)
    yield from documents_of(script) if isinstance(script, Script) else ()


def _firm(parameters: Parameters, name: str, day: date) -> Value | None:
    try:
        return parameters.firm_on(name, day)
    except (ContentError, NoValueOnDate):
        return None


def numbers_of(text: str, known: set[str]) -> Iterator[str]:
    """The numbers of a text that are neither in `known` nor name a document, an article, a form, a step."""
    bare = DATE.sub(lambda found: " " if found[0] in known else found[0], without_names(text))
    yield from (number for number in NUMBER.findall(bare) if number not in known)


def test_every_figure_has_a_source() -> None:
    catalogue, _ = read(REAL)

    assert list(unexplained(catalogue)) == []
    assert catalogue.topics


@pytest.mark.parametrize(
    ("planted", "number"),
    [
        ("Hộ nghèo đóng 25.000 đồng.", "25.000"),
        ("Nhà nước trả 70%.", "70"),
        ('{% if on_or_after("2027-01-01") %}Mức mới 2.200.000 đồng.{% else %}Hỏi xã.{% endif %}', "2.200.000"),
        ("Hạn là 30/4/2026.", "30"),
        ("Gọi 1900 nha.", "1900"),
    ],
)
def test_a_figure_without_a_source_is_found(planted: str, number: str, tmp_path: Path) -> None:
    catalogue = load(write_content(tmp_path, {TOPIC: topic_yaml(planted)}))

    found = list(unexplained(catalogue))

    assert found
    assert any(line.endswith(f": {number}") for line in found)
    assert all(line.startswith("health.coverage, answer") for line in found)


def test_figures_that_are_computed_or_come_from_parameters_are_explained(tmp_path: Path) -> None:
    text = (
        'Đóng {{ amount("test.premium") }}: {{ share("test.pays") }} của {{ share("test.rate") }} lương '
        '{{ amount("test.amount") }} (từ {{ date("test.amount", "from") }}), trong {{ days("test.term") }}.\n\n'
        'Mới: {{ amount("test.soon") }}.\n\n'
        'Hết {{ share("test.ended", "last") }} ngày {{ date("test.ended", "until") }}. '
        'Gọi {{ phone("test.line") }}, hạn {{ date("test.deadline") }}, Điều 6 khoản 2 {{ law("NĐ 188/2025/NĐ-CP") }}.'
    )
    catalogue = load(write_content(tmp_path, {TOPIC: topic_yaml(text)}))

    assert list(unexplained(catalogue)) == []


def test_numbers_are_written_with_the_signs_of_the_language() -> None:
    assert number_text(Decimal("1234567.50"), VI) == "1.234.567,5"
    assert number_text(Decimal("1234567.50"), EN) == "1,234,567.5"
