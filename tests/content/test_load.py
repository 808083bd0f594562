"""Content files to a catalogue."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.content.load import load, read
from bot.core.catalogue import PARTS, Document
from bot.core.errors import ContentError
from bot.core.parameters import Bound, Confidence
from bot.core.topic_ids import TOPIC_IDS
from bot.core.types import Language, Source
from tests.build import TOPIC, parameter_yaml, topic_yaml, write_content

WHOLE = """\
label: {vi: Khám bệnh, en: Seeing a doctor}
guarded: true
answered: no
related: [health.nutrition]
sources:
  - {text: "Luật BHYT, Điều 22", read_until: 2026-02}
parts:
  where: {vi: Ở xã., en: At the commune.}
  answer: {vi: Hỏi xã., en: Ask.}
examples: [khám bệnh ở đâu, 012]
review_by: 2027-01-31
"""


def test_a_topic_file_becomes_a_topic(tmp_path: Path) -> None:
    folder = write_content(tmp_path, {TOPIC: WHOLE})

    topic = load(folder).topics["health.coverage"]

    assert topic.label == {Language.VI: "Khám bệnh", Language.EN: "Seeing a doctor"}
    assert topic.parts["where"][Language.EN] == "At the commune."
    assert (topic.guarded, topic.answered, topic.related) == (True, False, ("health.nutrition",))
    assert topic.examples == ("khám bệnh ở đâu", "012")
    assert topic.review_by == date(2027, 1, 31)


def test_parts_stand_in_the_order_in_which_they_are_offered(tmp_path: Path) -> None:
    folder = write_content(tmp_path, {TOPIC: WHOLE})

    parts = tuple(load(folder).topics["health.coverage"].parts)

    assert parts == tuple(part for part in PARTS if part in parts) == ("answer", "where")


def test_a_month_of_reading_means_its_last_day(tmp_path: Path) -> None:
    folder = write_content(tmp_path, {TOPIC: WHOLE})

    sources = load(folder).topics["health.coverage"].sources

    assert sources == (Document(Source("Luật BHYT, Điều 22", date(2026, 2, 28))),)


def test_a_row_becomes_a_value_with_its_bound(tmp_path: Path) -> None:
    parameters = load(write_content(tmp_path)).parameters

    least, most, span = (parameters[f"test.{name}"].values[0] for name in ("least", "most", "span"))

    assert (least.low, least.high, least.bound) == (Decimal(70), None, Bound.AT_LEAST)
    assert (most.low, most.high, most.bound) == (None, Decimal(40), Bound.AT_MOST)
    assert (span.low, span.high, span.bound) == (Decimal(3), Decimal(10), Bound.RANGE)
    assert least.confidence is Confidence.SEEN


def test_a_phone_and_a_date_are_no_numbers(tmp_path: Path) -> None:
    parameters = load(write_content(tmp_path)).parameters

    line, deadline = parameters["test.line"].values[0], parameters["test.deadline"].values[0]

    assert (line.text, line.low) == ("111", None)
    assert (deadline.day, deadline.low) == (date(2026, 12, 14), None)


def test_several_documents_of_one_value_are_several_sources(tmp_path: Path) -> None:
    listed = (
        "label: {vi: Lương, en: Salary}\nunit: VND\nvalues:\n  - {from: 2020-01-01, value: 1, read_until: 2026-06, "
    )
    one = write_content(
        tmp_path / "one", {"parameters/test/rate.yaml": f"{listed}source: NĐ 1; NĐ 2, confidence: seen}}\n"}
    )
    two = write_content(
        tmp_path / "two", {"parameters/test/rate.yaml": f"{listed}source: [NĐ 1, NĐ 2], confidence: seen}}\n"}
    )

    sources = [[each.text for each in load(folder).parameters["test.rate"].values[0].sources] for folder in (one, two)]

    assert sources == [["NĐ 1", "NĐ 2"]] * 2


def test_commands_are_folded_and_the_other_words_keep_their_marks(tmp_path: Path) -> None:
    words = load(write_content(tmp_path)).words

    assert words.commands["menu"] == ("muc luc", "menu")
    assert words.abbreviations == {"bhyt": "bảo hiểm y tế"}
    assert words.distress == ("bị đánh",)


def test_a_subject_has_its_topics_in_the_listed_order_and_those_not_listed_after_them(tmp_path: Path) -> None:
    listed = "- {id: credit, label: {vi: Vay, en: Loans}, topics: [credit.student, credit.production, credit.gone]}\n"
    folder = write_content(tmp_path, {"subjects.yaml": listed})

    subject = load(folder).subjects[0]

    assert subject.topics[:2] == ("credit.student", "credit.production")
    assert set(subject.topics) == {name for name in TOPIC_IDS if name.startswith("credit.")}


def test_the_parts_of_a_split_unit_are_told_apart(tmp_path: Path) -> None:
    places = load(write_content(tmp_path)).places

    assert [(place.new_code, place.part) for place in places] == [
        ("22780", "all but thôn Phú Thọ"),
        ("22888", "thôn Phú Thọ"),
        ("22888", ""),
    ]


def test_the_version_changes_with_a_byte_and_with_a_name(tmp_path: Path) -> None:
    same = [load(write_content(tmp_path / name)).version for name in ("a", "b")]
    byte = load(write_content(tmp_path / "c", {TOPIC: topic_yaml("Hỏi xã nha.")})).version
    name = load(
        write_content(
            tmp_path / "d", {"parameters/test/rat.yaml": parameter_yaml("r", "percent", "from: 2020-01-01, value: 1")}
        )
    ).version

    assert same[0] == same[1]
    assert len({same[0], byte, name}) == 3
    assert len(same[0]) == 16


def test_a_missing_topic_does_not_stop_the_service(tmp_path: Path) -> None:
    folder = write_content(tmp_path, {TOPIC: None})

    catalogue = load(folder)

    assert "health.coverage" not in catalogue.topics
    assert all("health.coverage" not in subject.topics for subject in catalogue.subjects)


def test_every_broken_file_is_named_and_nothing_is_half_loaded(tmp_path: Path) -> None:
    folder = write_content(
        tmp_path,
        {
            TOPIC: "label: {vi: Khám",
            "messages/talk.yaml": "hello: {vi: Chào}\n",
            "parameters/test/pays.yaml": "label: {vi: A, en: B}\nunit: percent\nformula: 100 - test.gone\n",
            "words.yaml": None,
            "places.csv": "old_code\n1\n",
        },
    )

    with pytest.raises(ContentError) as error:
        load(folder)

    for file in (TOPIC, "messages/talk.yaml", "parameters/test/pays.yaml", "words.yaml", "places.csv"):
        assert file in str(error.value)


def test_what_can_be_read_of_a_broken_folder_is_read(tmp_path: Path) -> None:
    folder = write_content(tmp_path, {TOPIC: "label: {vi: Khám", "parameters/test/rate.yaml": None})

    catalogue, problems = read(folder)

    assert set(catalogue.topics) == set(TOPIC_IDS) - {"health.coverage"}
    assert "test.premium" not in catalogue.parameters
    assert {problem.file for problem in problems} == {TOPIC, "parameters/test/premium.yaml"}
