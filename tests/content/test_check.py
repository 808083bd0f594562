"""`bot check`: a folder without a fault has no problem; each kind of fault is told with file, place and remedy."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.content.check import FLOWS, check, load_whole, todo
from bot.core.errors import ContentError
from bot.settings import CONTENT
from tests.build import PARAMETERS, TOPIC, parameter_yaml, topic_yaml, write_content

DAY = date(2026, 11, 24)
CASES = Path(__file__).parents[1] / "bad_content"


@dataclass(frozen=True, slots=True)
class Bad:
    """One wrong file and the words its problem must hold (tests/bad_content)."""

    file: str
    says: list[str]
    content: str | None = None
    missing: bool = False
    stale: bool = False


def cases() -> Iterator[Any]:
    for file in sorted(CASES.glob("*.yaml")):
        yield pytest.param(Bad(**yaml.safe_load(file.read_text(encoding="utf-8"))), id=file.stem)


def test_a_folder_without_a_fault_has_no_problem(tmp_path: Path) -> None:
    folder = write_content(tmp_path)

    problems = check(folder, DAY)

    assert [str(problem) for problem in problems] == []


@pytest.mark.parametrize("bad", list(cases()))
def test_a_fault_is_told_with_its_file_and_what_to_do(bad: Bad, tmp_path: Path) -> None:
    folder = write_content(tmp_path, {bad.file: bad.content})

    problems = [problem for problem in check(folder, DAY) if problem.file == bad.file]

    told = [str(problem) for problem in problems if all(words in str(problem) for words in bad.says)]
    assert told, [str(problem) for problem in problems]
    assert all(problem.stale is bad.stale for problem in problems)
    assert all(problem.remedy.endswith(".") for problem in problems)


def test_every_file_of_messages_that_is_shipped_is_one_that_must_be_there() -> None:
    assert {file.stem for file in (CONTENT / "messages").glob("*.yaml")} == set(FLOWS)


def test_a_start_without_a_file_of_messages_is_refused_by_name(tmp_path: Path) -> None:
    folder = write_content(tmp_path, {"messages/turn.yaml": None})

    with pytest.raises(ContentError, match=r"messages/turn\.yaml.*is missing"):
        load_whole(folder)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    folder = write_content(
        tmp_path,
        {
            TOPIC: topic_yaml("Đóng 70% nha, hỏi {{ phne }}."),
            "topics/water/sanitation.yaml": "label: {vi: Nước\n",
            "parameters/test/amount.yaml": parameter_yaml("amount", "VND", "from: 2020-01-01, value: nhiều"),
        },
    )

    files = {problem.file for problem in check(folder, DAY)}

    assert {TOPIC, "topics/water/sanitation.yaml", "parameters/test/amount.yaml"} <= files


def test_a_broken_amount_is_told_once_and_not_again_for_every_text_that_says_it(tmp_path: Path) -> None:
    folder = write_content(
        tmp_path,
        {
            "parameters/test/term.yaml": parameter_yaml("term", "months", "from: 2020-01-01, value: nhiều"),
            TOPIC: topic_yaml('Trả trong {{ days("test.term") }}.'),
        },
    )

    problems = check(folder, DAY)

    assert {problem.file for problem in problems} == {"parameters/test/term.yaml"}


@pytest.mark.parametrize("broken", ["facts.yaml", "parameters/test/age.yaml"])
def test_a_broken_file_is_told_once_and_not_again_for_every_programme_that_reads_it(
    broken: str, tmp_path: Path
) -> None:
    folder = write_content(tmp_path, {broken: "label: {vi: Tuổi\n"})

    assert {problem.file for problem in check(folder, DAY)} == {broken}


def test_numbers_that_name_something_are_no_figures(tmp_path: Path) -> None:
    text = (
        "Theo Điều 6 khoản 6 điểm 2, Mẫu số 01, Dự án 5, lớp 1, bước 2, NĐ 188/2025/NĐ-CP, QĐ 1279/QĐ-BCT: đồng ý thì "
        "đóng một người một tháng, một ngày. Mỗi triệu đồng. [Đọc](https://vbpl.vn/2025/12)."
    )
    folder = write_content(tmp_path, {TOPIC: topic_yaml(text)})

    assert [str(problem) for problem in check(folder, DAY)] == []


def test_a_text_that_asks_whether_a_figure_holds_is_not_stale_when_it_ends(tmp_path: Path) -> None:
    text = (
        '{% if known("test.ended") %}\nThêm {{ share("test.ended") }}.\n{% else %}\n'
        'Phần thêm {{ share("test.ended", "last") }} đã hết ngày {{ date("test.ended", "until") }}.\n{% endif %}'
    )
    folder = write_content(tmp_path, {TOPIC: topic_yaml(text)})

    assert [str(problem) for problem in check(folder, DAY)] == []


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    folder = write_content(tmp_path)
    (folder / TOPIC).write_bytes("label: {vi: Khám, en: x}".encode("utf-16"))

    told = [str(problem) for problem in check(folder, DAY) if problem.file == TOPIC]

    assert len(told) == 1
    assert "UTF-8" in told[0]


def test_what_the_office_has_to_confirm_is_listed(tmp_path: Path) -> None:
    recalled = 'from: 2026-07-01, value: 600000, source: "NĐ 1", confidence: unconfirmed'
    unread = 'from: 2020-01-01, value: 5, note: {vi: "Mức: chưa đọc được số văn bản", en: "Level: not read"}'
    folder = write_content(
        tmp_path,
        {
            "parameters/test/amount.yaml": "label: {vi: Lương, en: Salary}\nunit: VND\nvalues:\n"
            f"  - {{{recalled}}}\n",
            "parameters/test/rate.yaml": "label: {vi: Tỷ lệ, en: Rate}\nunit: percent\nvalues:\n"
            f"  - {{{unread}, read_until: 2026-06, confidence: seen}}\n",
            TOPIC: topic_yaml("Hỏi {{ counter }}.", more="answered: false\n"),
        },
    )

    items = todo(folder, DAY)

    assert items == [
        "test.amount: confirm the value from 01/07/2026 (Lương)",
        "test.rate: Mức: chưa đọc được số văn bản",
        "health.coverage: not answered yet",
    ]


def test_every_kind_of_unit_is_in_the_folder_that_tests_start_from() -> None:
    units = {unit.split("/")[0] for unit, _ in PARAMETERS.values()}

    assert {"VND", "percent", "months", "days", "age", "date", "phone"} <= units
