"""A change in a file: it is read back as it was meant, and nothing else of the file changes."""

import shutil
import stat
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.content.check import todo
from bot.content.edits import changes_with, plan
from bot.content.load import load
from bot.content.splicing import NotThere, append, scalar, set_keys
from bot.content.writing import patch, problems_with, write
from bot.core.editing import AddExample, AddSynonym, AddWord, ConfirmCondition, ConfirmFigure, Edit, NewTopic
from bot.core.eligibility.programmes import conditions_of
from tests.build import write_content

DAY = date(2026, 11, 24)
NASTY = 'nói "có": - {a: b} # [x] & * ! | > % @ ` \' \\n'
REAL = Path(__file__).parents[2] / "content"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write_content(tmp_path / "content")
    (made / "CHANGES.md").write_text("# What changed\n\n- 2026-11-23: before.\n", encoding="utf-8")
    return made


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40).map(lambda text: " ".join(text.split())))
def test_any_text_is_read_back_as_itself_wherever_it_is_put(text: str) -> None:
    block = append("before: 1 # why\nlist:\n  - one\n\n# under it\nafter: 2\n", text, "list")
    flow = append("list: [one, 'two']\nafter: 2\n", text, "list")
    record = set_keys("rows:\n  - {a: 1, b: 2}\n", {"a": text, "c": text, "b": None}, "rows", 0)

    assert yaml.load(block, yaml.BaseLoader) == {"before": "1", "list": ["one", text], "after": "2"}
    assert "# why" in block
    assert "# under it" in block
    assert yaml.load(flow, yaml.BaseLoader) == {"list": ["one", "two", text], "after": "2"}
    assert yaml.load(record, yaml.BaseLoader) == {"rows": [{"a": text, "c": text}]}
    assert yaml.safe_load(f"[{scalar(text)}]") == [text]


@pytest.mark.parametrize(
    "edit",
    [
        AddExample("health.coverage", NASTY),
        AddExample("smalltalk.thanks", NASTY),
        AddWord("xyz: a", NASTY),
        AddSynonym("loan", NASTY),
        ConfirmFigure("poverty.answer_days", date(2026, 1, 1), 'NĐ "1"/2049', DAY, 'UBND "xã": x'),
    ],
)
def test_a_change_of_the_real_content_touches_its_own_lines_alone(edit: Edit) -> None:
    change = plan(REAL, edit, DAY)

    assert change is not None
    signs = [line for line in change.diff() if line[0] in "+-"]
    assert 1 <= len(signs) <= 8
    assert set(change.before.splitlines()) - set(change.after.splitlines()) == {
        line[1:] for line in signs if line[0] == "-"
    }


def test_every_value_and_every_label_of_the_real_content_can_be_changed() -> None:
    catalogue = load(REAL)
    edits: list[Edit] = [AddExample(name, "câu mới tinh") for name in (*catalogue.topics, *catalogue.labels)]
    edits += [
        ConfirmFigure(name, row.start, "NĐ 1/2049/NĐ-CP", DAY, "Sở thử")
        for name, parameter in catalogue.parameters.by_id.items()
        for row in parameter.values
    ]

    assert all(plan(REAL, edit, DAY) for edit in edits)


def test_every_condition_of_the_real_content_can_be_confirmed_and_is_no_more_to_be_done(tmp_path: Path) -> None:
    catalogue, copy = load(REAL), Path(shutil.copytree(REAL, tmp_path / "content"))
    places = [
        (programme.id, place)
        for programme in catalogue.programmes.values()
        for number, rule in enumerate(programme.rules)
        for place, _ in conditions_of(rule.when, f"{number}.when")
    ]
    for name, place in places:
        change = plan(copy, ConfirmCondition(name, place, "NĐ 1/2049/NĐ-CP, Điều 3", DAY, "Sở thử"), DAY)
        assert change is not None
        (copy / change.path).write_text(change.after, encoding="utf-8")

    assert len(places) > 100
    assert not [line for line in todo(copy, DAY) if "confirm the condition" in line]
    assert [line for line in todo(REAL, DAY) if "confirm the condition" in line]


@pytest.mark.parametrize(
    "edit",
    [
        ConfirmCondition("../words", "0.when", "x", DAY, "x"),
        ConfirmCondition("credit.student", "0.when", "x", DAY, "x"),
        ConfirmCondition("credit.student", "99.when.all.0", "x", DAY, "x"),
        ConfirmCondition("credit.student", "nowhere", "x", DAY, "x"),
        AddExample("../../etc/passwd", "x"),
        AddExample("health.../words", "x"),
        AddExample("health.nothing", "x"),
        ConfirmFigure("../words", date(2026, 1, 1), "x", DAY, "x"),
        ConfirmFigure("health./../../words", date(2026, 1, 1), "x", DAY, "x"),
        ConfirmFigure("test.amount", date(1999, 1, 1), "x", DAY, "x"),
        AddSynonym("no_such_concept", "x"),
    ],
)
def test_a_place_that_is_not_in_the_folder_is_refused(folder: Path, edit: Edit) -> None:
    with pytest.raises(NotThere):
        plan(folder, edit, DAY)


def test_a_topic_to_be_written_changes_no_file(folder: Path) -> None:
    assert plan(folder, NewTopic("Máy cày", ("vay mua máy cày",)), DAY) is None


def test_a_change_is_written_once_with_its_line_and_the_files_keep_their_rights(folder: Path) -> None:
    edit = AddExample("health.coverage", "tram xa kham khong ton tien ha")
    change = plan(folder, edit, DAY)
    assert change is not None
    file = folder / change.path
    file.chmod(0o640)

    assert write(folder, edit, change.fingerprint, DAY)
    assert write(folder, edit, change.fingerprint, DAY)

    assert load(folder).topics["health.coverage"].examples[-1] == "tram xa kham khong ton tien ha"
    assert file.read_text(encoding="utf-8").count("tram xa kham") == 1
    assert (folder / "CHANGES.md").read_text(encoding="utf-8").splitlines()[2] == change.line
    assert (folder / "CHANGES.md").read_text(encoding="utf-8").count(change.line) == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert not [each for each in folder.rglob("*") if each.name.startswith(".new-")]


def test_a_value_that_changed_in_another_line_is_another_confirmation(folder: Path) -> None:
    edit = ConfirmFigure("test.amount", date(2020, 1, 1), "NĐ 2/2049/NĐ-CP", DAY, "Sở thử")
    file = folder / "parameters" / "test" / "amount.yaml"
    rows = "  - from: 2020-01-01\n    value: {}\n    note: {{vi: a, en: b}}\n    confidence: unconfirmed\n"
    head = "label: {vi: Mức thử, en: Test}\nunit: VND/month\nvalues:\n"
    file.write_text(head + rows.format(1490000), encoding="utf-8")
    before = plan(folder, edit, DAY)
    file.write_text(head + rows.format(9000000), encoding="utf-8")
    after = plan(folder, edit, DAY)

    assert before is not None
    assert after is not None
    assert before.fingerprint != after.fingerprint
    assert not write(folder, edit, before.fingerprint, DAY)


def test_what_became_another_change_meanwhile_is_not_written(folder: Path) -> None:
    edit = ConfirmFigure("test.amount", date(2020, 1, 1), "NĐ 2/2049/NĐ-CP", DAY, "Sở thử")
    change = plan(folder, edit, DAY)
    assert change is not None
    file = folder / change.path
    file.write_text(file.read_text(encoding="utf-8").replace("1490000", "1500000"), encoding="utf-8")

    assert not write(folder, edit, change.fingerprint, DAY)

    assert "NĐ 2/2049" not in file.read_text(encoding="utf-8")


def test_a_change_of_other_lines_meanwhile_does_not_matter(folder: Path) -> None:
    edit = AddExample("health.coverage", "tram xa kham khong ton tien ha")
    before = plan(folder, edit, DAY)
    other = plan(folder, AddExample("health.coverage", "mot cau khac hoi khac"), DAY)
    assert before is not None
    assert other is not None
    assert write(folder, AddExample("health.coverage", "mot cau khac hoi khac"), other.fingerprint, DAY)

    assert write(folder, edit, before.fingerprint, DAY)


def test_what_bot_check_would_refuse_is_said_before_and_nothing_is_written(folder: Path) -> None:
    example = load(folder).topics["health.poor_card"].examples[0]
    change = plan(folder, AddExample("health.coverage", example), DAY)
    assert change is not None

    assert [problem.file for problem in problems_with(folder, change, DAY)] != []
    assert (folder / change.path).read_text(encoding="utf-8") == change.before


def test_a_patch_holds_the_change_and_its_line(folder: Path) -> None:
    change = plan(folder, AddExample("health.coverage", "tram xa kham khong ton tien ha"), DAY)
    assert change is not None

    text = patch(folder, change)

    assert "+++ b/content/topics/health/coverage.yaml" in text
    assert "+  - tram xa kham khong ton tien ha" in text
    assert f"+{change.line}" in text


def test_the_first_line_of_changes_is_written_where_there_was_none() -> None:
    assert changes_with("# What changed\n", "- one") == "# What changed\n\n- one\n"
