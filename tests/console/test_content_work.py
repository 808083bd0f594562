"""Questions nobody answered become content: drafted, measured, approved by somebody else, written."""

import re
import zipfile
from collections.abc import AsyncIterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from bot.content.load import load
from bot.core.editing import AddExample, AddWord, ConfirmFigure, NewTopic, Stage
from bot.core.eligibility.programmes import conditions_of
from bot.core.parameters import Confidence, Confirmed
from bot.core.staff import Role
from bot.services.editing import LONGEST, Trouble
from bot.services.unanswered import Filter
from db import content_edits, questions
from tests.build import write_content
from tests.console.console_stand import BAO_AN, DO_VINH, MEASURED_NEVER, Browser, ConsoleStand, Person

TRACTOR = "nha nuoc co cho vay mua may cay khong"
_SHOWN = re.compile(r'name="shown" value="([0-9a-f]{64})"')
# A programme with one condition that no fact covers.
SUPPORT = """\
topic: health.coverage
label: {vi: Hỗ trợ thử, en: Test support}
of: household
rules:
  - from: 2026-01-01
    source: "NĐ 0/2049/NĐ-CP"
    read_until: 2026-06
    confidence: seen
    when: &asked
      all:
        - {fact: household_class, is: poor, yes: {vi: Hộ nghèo., en: Poor.}, no: {vi: Không phải., en: Not.}}
        - other: has_field
          ask: {vi: Nhà có ruộng không?, en: Do you have a field?}
review_by: 2027-01-31
"""


@pytest.fixture
async def stand(url: str, tmp_path: Path) -> AsyncIterator[ConsoleStand]:
    folder = write_content(tmp_path / "content")
    (folder / "labelled.tsv").write_text(
        "id\ttext\ttopic\n1\tcâu hỏi số a về health.coverage\thealth.coverage\n2\tmúa lân ở đâu\tout_of_scope\n",
        encoding="utf-8",
    )
    made = ConsoleStand(url, folder)
    yield made
    made.comparing.stop()
    await made.comparing.settled()
    await made.database.close()


async def editor(stand: ConsoleStand, name: str = "Lê Thị Đào", *more: Role) -> Person:
    return await stand.person(name, Role.EDITOR, *more)


async def approver(stand: ConsoleStand) -> Person:
    return await stand.person("Trần Văn Duyệt", Role.APPROVER)


async def submitted(stand: ConsoleStand, who: Person, text: str = TRACTOR) -> tuple[int, int]:
    """A draft and its approval, measured."""
    (question,) = await stand.asked(text)
    number = await stand.editing.draft(who.member, AddExample("health.coverage", text), [question])
    assert isinstance(number, int)
    asked = await stand.editing.submit(who.member, number)
    assert isinstance(asked, int)
    await stand.comparing.settled()
    return number, asked


async def rule(browser: Browser, asked: int, ruling: str, **fields: str) -> int:
    """Rule as the page lets one; return the answer's status."""
    page = (await browser.get(f"/console/approvals/{asked}")).text
    found = _SHOWN.search(page)
    shown = found[1] if found else ""
    return (await browser.post(f"/console/approvals/{asked}", ruling=ruling, shown=shown, **fields)).status_code


async def stage_of(stand: ConsoleStand, number: int) -> Stage:
    kept = await stand.database.read(lambda tx: content_edits.find(tx, number))
    assert kept is not None
    return kept.stage


async def test_what_is_alike_stands_together_with_its_number_and_weeks(stand: ConsoleStand) -> None:
    who = await editor(stand)
    await stand.asked(TRACTOR, "nhà nước có cho vay mua máy cày không ạ", "chợ mở mấy giờ", commune=DO_VINH)
    await stand.asked("chợ mở mấy giờ vậy", commune=BAO_AN, day=date(2026, 11, 12))

    picture = await stand.unanswered.picture(who.member, Filter())
    there = await stand.unanswered.picture(who.member, Filter(commune=BAO_AN))
    found = await stand.unanswered.picture(who.member, Filter(words="may cay"))
    earlier = await stand.unanswered.picture(who.member, Filter(week=date(2026, 11, 9)))

    assert [len(each.questions) for each in picture.groups] == [2, 2]
    assert picture.weeks[-3:] == (1, 0, 3)
    assert there.number == earlier.number == 1
    assert [len(each.questions) for each in found.groups] == [2]


async def test_an_answer_that_was_not_what_was_meant_is_found_as_such(stand: ConsoleStand) -> None:
    who = await editor(stand)
    await stand.asked("chợ mở mấy giờ")
    await stand.asked(TRACTOR, vote="wrong")

    wrong = await stand.unanswered.picture(who.member, Filter(decision="wrong"))
    none = await stand.unanswered.picture(who.member, Filter(decision="none"))

    assert [each.texts for each in wrong.groups] == [(TRACTOR,)]
    assert [each.texts for each in none.groups] == [("chợ mở mấy giờ",)]


async def test_looking_at_the_questions_and_fetching_them_stands_in_the_log(stand: ConsoleStand) -> None:
    browser = stand.browser(await editor(stand, "Lê Thị Đào", Role.SUPERVISOR))
    await stand.asked(TRACTOR)

    await browser.get("/console/questions")
    await browser.get("/console/questions/export")

    entries = [(each.deed, each.subject) for each in await stand.audit() if each.subject == "question"]
    assert entries == [("exported", "question"), ("listed", "question")]


async def test_a_spreadsheet_runs_nothing_of_what_people_wrote(stand: ConsoleStand) -> None:
    browser = stand.browser(await editor(stand, "Lê Thị Đào", Role.SUPERVISOR))
    await stand.asked('=HYPERLINK("http://x.example","bấm")', "http://x.example/a", "+84=1+1", "@SUM(1)")

    answer = await browser.get("/console/questions/export")

    with zipfile.ZipFile(BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert not [name for name in book.namelist() if "rels" in name and "worksheets" in name]
        assert "=HYPERLINK(" in book.read("xl/sharedStrings.xml").decode()
    assert answer.status_code == 200
    assert "<f>" not in sheet


@pytest.mark.parametrize("roles", [(Role.VIEWER,), (Role.EDITOR,), (Role.SUPERVISOR,), (Role.COUNSELLOR,)])
async def test_nobody_fetches_the_questions_without_both_rights(stand: ConsoleStand, roles: tuple[Role, ...]) -> None:
    browser = stand.browser(await stand.person("Phạm Văn Xem", *roles, communes=[DO_VINH]))

    assert (await browser.get("/console/questions/export")).status_code == 403


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN, Role.SUPERVISOR, Role.APPROVER])
async def test_only_editors_see_questions_drafts_and_figures(stand: ConsoleStand, role: Role) -> None:
    browser = stand.browser(await stand.person("Phạm Văn Xem", role))

    for path in ("questions", "questions/make?question=1", "content", "figures", "figures/test.amount/2020-01-01"):
        assert (await browser.get(f"/console/{path}")).status_code == 403, path


async def test_a_script_in_a_question_is_text_on_every_page(stand: ConsoleStand) -> None:
    who = await editor(stand)
    browser, script = stand.browser(who), '<script>alert("x")</script> {{ 7*7 }}'
    (number,) = await stand.asked(script)

    made = await browser.post("/console/questions/make", question=number, kind="example", label="health.coverage",
                              text=script)  # fmt: skip
    place = made.headers["location"]
    pages = [
        (await browser.get(path)).text
        for path in ("/console/questions?all=1&words=<script>", "/console/content", place, "/console/approvals")
    ]

    assert all("<script>alert" not in page for page in pages)
    assert "&lt;script&gt;alert" in pages[2]
    assert "49" not in pages[2].split("</dl>")[0].split("<dl>")[1].replace("{{ 7*7 }}", "")


async def test_one_press_makes_a_draft_of_a_whole_group_and_its_questions_wait_no_more(stand: ConsoleStand) -> None:
    browser = stand.browser(await editor(stand))
    first, _ = await stand.asked(TRACTOR, "nhà nước có cho vay mua máy cày không ạ")

    page = (await browser.get(f"/console/questions/make?question={first}")).text
    made = await browser.post("/console/questions/make", question=first, kind="example", label="health.coverage",
                              text=TRACTOR)  # fmt: skip

    assert "máy cày" in page
    assert made.status_code == 303
    assert "Nothing of this kind" in (await browser.get("/console/questions")).text
    assert "+  - nha nuoc co cho vay" in (await browser.get(made.headers["location"])).text


async def test_what_is_thrown_away_or_refused_waits_again(stand: ConsoleStand) -> None:
    who = await editor(stand)
    (question,) = await stand.asked("chợ mở mấy giờ")
    number = await stand.editing.draft(who.member, NewTopic("Chợ", ("chợ mở mấy giờ",)), [question])
    assert isinstance(number, int)

    assert await stand.editing.drop(who.member, number) is None
    dropped = await stand.unanswered.picture(who.member, Filter())
    other, asked = await submitted(stand, who)
    browser = stand.browser(await approver(stand))
    without = await rule(browser, asked, "refuse")
    refused = await rule(browser, asked, "refuse", reason="Câu này hỏi chuyện khác")

    assert dropped.number == 1
    assert (without, refused) == (422, 303)
    assert (await stand.unanswered.picture(who.member, Filter())).number == 2
    assert "Câu này hỏi chuyện khác" in (await stand.browser(who).get(f"/console/content/{other}")).text


@pytest.mark.parametrize(
    ("edit", "trouble"),
    [
        (AddExample("health.coverage", "  "), Trouble.EMPTY),
        (AddExample("health.coverage", "a" * (LONGEST + 1)), Trouble.LONG),
        (AddExample("health.coverage", "gọi cho tôi 0912345678 nhé"), Trouble.PERSONAL),
        (AddExample("health.coverage", "gọi cho tôi [phone] nhé"), Trouble.PERSONAL),
        (AddExample("health.coverage", "cau hoi so a ve health.coverage"), Trouble.MEASURED_WITH),
        (AddExample("../../words", "một câu nào đó"), Trouble.NOT_THERE),
        (AddWord("BHYT", "bảo hiểm y tế"), Trouble.THERE_ALREADY),
    ],
)
async def test_a_draft_that_cannot_be_is_refused_with_its_reason(
    stand: ConsoleStand, edit: AddExample, trouble: Trouble
) -> None:
    who = await editor(stand)

    assert await stand.editing.draft(who.member, edit) is trouble


async def test_what_the_check_finds_is_said_and_cannot_be_submitted(stand: ConsoleStand) -> None:
    who = await editor(stand)
    number = await stand.editing.draft(who.member, AddExample("health.coverage", "câu hỏi số b về jobs.register"))
    assert isinstance(number, int)

    answer = await stand.browser(who).post(f"/console/content/{number}/submit")

    assert answer.status_code == 422
    assert "stands in" in answer.text
    assert await stage_of(stand, number) is Stage.DRAFT


async def test_an_approved_example_is_written_with_its_line_and_taken_up(stand: ConsoleStand) -> None:
    who = await editor(stand)
    number, asked = await submitted(stand, who)
    browser = stand.browser(await approver(stand))
    page = (await browser.get(f"/console/approvals/{asked}")).text

    status = await rule(browser, asked, "approve")

    assert "own questions" in page
    assert "The examples, each kept out of learning once" in page
    assert status == 303
    assert TRACTOR in load(stand.folder).topics["health.coverage"].examples
    assert "one more example of health.coverage" in (stand.folder / "CHANGES.md").read_text(encoding="utf-8")
    assert stand.reloads == 1
    assert await stage_of(stand, number) is Stage.WRITTEN
    deeds = [(each.deed, each.name) for each in await stand.audit() if each.subject == "content"]
    assert deeds == [
        ("written", ""),
        ("approved", "Trần Văn Duyệt"),
        ("submitted", "Lê Thị Đào"),
        ("drafted", "Lê Thị Đào"),
    ]


async def test_nothing_is_approved_before_its_effect_is_measured(stand: ConsoleStand) -> None:
    who = await editor(stand)
    stand.comparing.program = MEASURED_NEVER
    number = await stand.editing.draft(who.member, AddExample("health.coverage", TRACTOR))
    assert isinstance(number, int)
    asked = await stand.editing.submit(who.member, number)
    assert isinstance(asked, int)
    browser = stand.browser(await approver(stand))

    page = (await browser.get(f"/console/approvals/{asked}")).text
    answer = await browser.post(f"/console/approvals/{asked}", ruling="approve", shown="0" * 64)

    assert "Look again" in page
    assert answer.status_code == 422
    assert await stage_of(stand, number) is Stage.SUBMITTED


async def test_an_author_approves_nothing_of_their_own_with_a_second_role_either(stand: ConsoleStand) -> None:
    who = await editor(stand, "Lê Thị Đào", Role.APPROVER, Role.ADMIN)
    number, asked = await submitted(stand, who)
    browser = stand.browser(who)
    draft = await stand.editing.one(who.member, number)
    assert draft is not None

    page = (await browser.get(f"/console/approvals/{asked}")).text
    answer = await browser.post(f"/console/approvals/{asked}", ruling="approve", shown=draft.fingerprint)

    assert 'value="approve"' not in page
    assert answer.status_code == 422
    assert "Ask a colleague" in answer.text
    assert TRACTOR not in load(stand.folder).topics["health.coverage"].examples


async def test_an_editor_who_may_not_approve_sees_others_approvals_no_more_than_a_number_that_is_not_there(
    stand: ConsoleStand,
) -> None:
    _, asked = await submitted(stand, await editor(stand))
    browser = stand.browser(await editor(stand, "Ngô Văn Khác"))

    assert (await browser.get(f"/console/approvals/{asked}")).status_code == 404
    assert (await browser.post(f"/console/approvals/{asked}", ruling="approve", shown="")).status_code == 404


async def test_what_changed_since_it_was_submitted_is_not_approved(stand: ConsoleStand) -> None:
    who, other = await editor(stand), await approver(stand)
    edit = ConfirmFigure("test.amount", date(2020, 1, 1), "NĐ 2/2049/NĐ-CP", date(2026, 11, 24), "Sở thử")
    asked = await stand.confirming.confirm(who.member, edit)
    assert isinstance(asked, int)
    file = stand.folder / "parameters" / "test" / "amount.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("1490000", "9000000"), encoding="utf-8")

    browser = stand.browser(other)
    page = (await browser.get(f"/console/approvals/{asked}")).text
    status = await rule(browser, asked, "approve")

    assert "no longer what was submitted" in page
    assert status == 422
    assert "NĐ 2/2049" not in file.read_text(encoding="utf-8")


async def test_a_folder_that_cannot_be_written_leaves_a_patch(
    stand: ConsoleStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = await editor(stand)
    number, asked = await submitted(stand, who)
    browser = stand.browser(await approver(stand))
    with monkeypatch.context() as patched:

        def refuse(*_: object) -> bool:
            raise PermissionError

        patched.setattr("bot.services.editing.write", refuse)
        assert await rule(browser, asked, "approve") == 303
    approved = await stage_of(stand, number)
    page = (await stand.browser(who).get(f"/console/content/{number}")).text
    patch = (await stand.browser(who).get(f"/console/content/{number}/patch")).text
    await stand.browser(who).post(f"/console/content/{number}/write")

    assert approved is Stage.APPROVED
    assert "Fetch the patch" in page
    assert f"+  - {TRACTOR}" in patch
    assert await stage_of(stand, number) is Stage.WRITTEN
    assert TRACTOR in load(stand.folder).topics["health.coverage"].examples


@pytest.mark.parametrize("path", ["questions/make", "content/{number}/submit", "content/{number}/drop", "approvals/1",
                                  "figures/test.amount/2020-01-01"])  # fmt: skip
async def test_a_form_from_elsewhere_changes_nothing(stand: ConsoleStand, path: str) -> None:
    who = await editor(stand)
    number = await stand.editing.draft(who.member, AddExample("health.coverage", TRACTOR))
    assert isinstance(number, int)
    browser, place = stand.browser(who), f"/console/{path.format(number=number)}"

    assert (await browser.post(place, csrf="0" * 64)).status_code == 403
    assert (await browser.post(place, origin="https://evil.example")).status_code == 403
    assert await stage_of(stand, number) is Stage.DRAFT


async def test_a_figure_that_somebody_else_approved_is_firm_and_says_who_checked_it(stand: ConsoleStand) -> None:
    file = stand.folder / "parameters" / "test" / "amount.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("confidence: seen", "confidence: unconfirmed"), "utf-8")
    browser = stand.browser(await editor(stand))
    listed = (await browser.get("/console/figures?area=test")).text

    asked = await browser.post(
        "/console/figures/test.amount/2026-07-01", document="NĐ 77/2049/NĐ-CP", article="Điều 3", on="2026-11-20",
        office="UBND xã Thử", value="",
    )  # fmt: skip
    other = stand.browser(await approver(stand))
    assert await rule(other, int(asked.headers["location"].rsplit("/", 1)[1]), "approve") == 303

    (value,) = [row for row in load(stand.folder).parameters["test.amount"].values if row.start == date(2026, 7, 1)]
    assert "2,530,000" in listed
    assert value.confidence is Confidence.SEEN
    assert value.confirmed is not None
    assert (value.confirmed.on, value.confirmed.by_office) == (date(2026, 11, 20), "UBND xã Thử")
    assert [(each.text, each.read_until) for each in value.sources] == [
        ("NĐ 77/2049/NĐ-CP, Điều 3", date(2026, 11, 20))
    ]
    assert "Lê Thị Đào" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "wrong",
    [{"on": "2026-12-24"}, {"on": "hôm qua"}, {"document": " "}, {"office": ""}, {"value": "12 triệu: {x}"}],
)
async def test_a_confirmation_that_lacks_something_is_refused(stand: ConsoleStand, wrong: dict[str, str]) -> None:
    browser = stand.browser(await editor(stand))
    right = {"document": "NĐ 77/2049/NĐ-CP", "article": "", "on": "2026-11-20", "office": "UBND xã Thử", "value": ""}

    answer = await browser.post("/console/figures/test.amount/2026-07-01", **{**right, **wrong})

    assert answer.status_code == 422
    assert await stand.database.read(lambda tx: [each.stage for each in content_edits.newest(tx, 9)]) in (
        [], [Stage.DROPPED]
    )  # fmt: skip


async def test_a_condition_that_somebody_else_approved_is_read_and_no_more_to_be_done(stand: ConsoleStand) -> None:
    file = stand.folder / "programmes" / "health" / "coverage.field.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(SUPPORT, encoding="utf-8")
    browser = stand.browser(await editor(stand))
    listed = (await browser.get("/console/figures/conditions")).text
    place = "/console/figures/conditions/health.coverage.field/0.when.all.1"
    given = {"document": "NĐ 77/2049/NĐ-CP", "article": "Điều 3", "on": "2026-11-20", "office": "UBND xã Thử"}

    refused = [await browser.post(place, **{**given, **wrong}) for wrong in ({"document": " "}, {"on": "2026-12-24"})]
    asked = await browser.post(place, **given)
    number = int(asked.headers["location"].rsplit("/", 1)[1])
    own = await rule(browser, number, "approve")
    other = await rule(stand.browser(await approver(stand)), number, "approve")

    _, condition = tuple(conditions_of(load(stand.folder).programmes["health.coverage.field"].rules[0].when, "0.when"))[
        1
    ]
    assert "Do you have a field?" in listed
    assert [answer.status_code for answer in refused] == [422, 422]
    assert (own, other) == (403, 303)
    assert condition.confirmed == Confirmed(date(2026, 11, 20), "UBND xã Thử")
    assert [each.text for each in condition.sources] == ["NĐ 77/2049/NĐ-CP, Điều 3"]
    assert "Do you have a field?" not in (await browser.get("/console/figures/conditions")).text
    assert "Do you have a field?" in (await browser.get("/console/figures/conditions?state=checked")).text
    assert "Lê Thị Đào" not in file.read_text(encoding="utf-8")


async def test_erasing_a_question_takes_the_words_of_its_draft_along(stand: ConsoleStand) -> None:
    who = await editor(stand)
    (question,) = await stand.asked(TRACTOR)
    number = await stand.editing.draft(who.member, AddExample("health.coverage", TRACTOR), [question])
    assert isinstance(number, int)

    await stand.database.write(lambda tx: questions.erase(tx, [question]))

    kept = await stand.database.read(lambda tx: content_edits.find(tx, number))
    assert kept is not None
    assert (kept.body, kept.stage) == (None, Stage.DROPPED)


async def test_the_words_of_old_drafts_are_forgotten(stand: ConsoleStand) -> None:
    who = await editor(stand)
    number = await stand.editing.draft(who.member, AddExample("health.coverage", TRACTOR))
    assert isinstance(number, int)
    stand.clock.pass_time(timedelta(days=366))
    before = stand.clock.now() - timedelta(days=365)

    assert await stand.database.write(lambda tx: content_edits.forget(tx, before)) == 1

    draft = await stand.editing.one(who.member, number)
    assert draft is not None
    assert draft.edit is None


async def test_an_approval_that_ran_out_says_so(stand: ConsoleStand) -> None:
    who, other = await editor(stand), await approver(stand)
    _, asked = await submitted(stand, who)
    draft = await stand.approving.one(who.member, asked)
    assert draft is not None
    stand.clock.pass_time(timedelta(days=31))
    signed = stand.browser()
    await signed.sign_in("Trần Văn Duyệt", stand.next_code(other.secret))

    answer = await signed.post(f"/console/approvals/{asked}", ruling="approve", shown=draft.fingerprint)

    assert answer.status_code == 422
    assert "The time for this is over" in answer.text
