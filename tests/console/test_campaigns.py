"""The pages of announcements: written by one, approved by another, started, counted."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.campaigns import State
from bot.core.staff import Role
from bot.core.types import Address
from db import addresses, campaigns, subscriptions
from tests.console.console_stand import Browser, ConsoleStand, Person

_SHOWN = re.compile(r'name="shown" value="([0-9a-f]{64})"')
FORM: Mapping[str, Any] = {
    "title": "Rà soát hộ nghèo", "subject": "poverty", "text_vi": "Hỏi {{ office }} nha.",
    "text_en": "Ask {{ office }}.", "last_day": "2026-12-20", "button": ["ok", "help"],
}  # fmt: skip


@pytest.fixture
async def stand(url: str) -> AsyncIterator[ConsoleStand]:
    made = ConsoleStand(url)
    yield made
    await made.database.close()


@pytest.fixture
async def editor(stand: ConsoleStand) -> Person:
    return await stand.person("Lê Thị Đào", Role.EDITOR)


@pytest.fixture
async def approver(stand: ConsoleStand) -> Person:
    return await stand.person("Trần Văn Duyệt", Role.APPROVER)


async def subscribe(stand: ConsoleStand, *chats: str) -> None:
    now = stand.clock.now()

    def work(tx: sa.Connection) -> None:
        for number in addresses.note(tx, [Address("web", chat) for chat in chats], now).values():
            subscriptions.add(tx, number, "poverty", now)

    await stand.database.write(work)


async def state(stand: ConsoleStand, number: int = 1) -> State:
    kept = await stand.database.read(lambda tx: campaigns.find(tx, number))
    assert kept is not None
    return kept.state


async def post(browser: Browser, path: str, form: Mapping[str, Any] | None = None) -> Any:
    return await browser.post(path, **(form or {}))


async def test_an_announcement_goes_from_the_form_to_everybody_and_its_report_adds_up(
    stand: ConsoleStand, editor: Person, approver: Person
) -> None:
    await subscribe(stand, "a", "b", "c")
    writing, approving = stand.browser(editor), stand.browser(approver)

    assert (await post(writing, "/console/campaigns/new", FORM)).status_code == 303
    page = (await writing.get("/console/campaigns/1")).text
    assert "of 3 who subscribed" in page
    assert "Hỏi" in page
    assert (await post(writing, "/console/campaigns/1/submit")).status_code == 303
    shown = _SHOWN.search((await approving.get("/console/approvals/1")).text)
    assert shown is not None
    ruling = {"ruling": "approve", "shown": shown[1]}
    assert (await post(approving, "/console/approvals/1", ruling)).status_code == 303
    assert await state(stand) is State.APPROVED

    assert (await post(writing, "/console/campaigns/1/send")).status_code == 303
    await stand.campaigning.look()

    assert await state(stand) is State.DONE
    page = (await writing.get("/console/campaigns/1")).text
    assert "3 of 3 are through" in page
    file = await writing.get("/console/campaigns/1/export")
    assert file.content[:2] == b"PK"


async def test_the_author_finds_no_button_to_approve_their_own(stand: ConsoleStand) -> None:
    both = stand.browser(await stand.person("Cả hai", Role.EDITOR, Role.APPROVER, Role.ADMIN))
    await post(both, "/console/campaigns/new", FORM)
    await post(both, "/console/campaigns/1/submit")

    page = (await both.get("/console/approvals/1")).text

    assert 'value="approve"' not in page


async def test_what_is_wrong_is_told_beside_the_form_and_what_was_typed_stays(
    stand: ConsoleStand, editor: Person
) -> None:
    browser = stand.browser(editor)

    answer = await post(browser, "/console/campaigns/new", {**FORM, "text_en": ""})

    assert answer.status_code == 422
    assert "texts.en" in answer.text
    assert "Hỏi {{ office }} nha." in answer.text


async def test_a_draft_that_cannot_be_sent_says_why_and_has_no_button_to_submit(
    stand: ConsoleStand, editor: Person
) -> None:
    browser = stand.browser(editor)

    await post(browser, "/console/campaigns/new", {**FORM, "text_vi": "Được 70%."})

    page = (await browser.get("/console/campaigns/1")).text
    assert "the figure `70` stands in the text" in page
    assert "/campaigns/1/submit" not in page


async def test_a_pasted_file_is_read_as_the_form_is(stand: ConsoleStand, editor: Person) -> None:
    file = 'title: Tin\nsubject: poverty\ntexts: {vi: "Dạ.", en: "Yes."}\nlast_day: 2026-12-01\n'
    browser = stand.browser(editor)

    await post(browser, "/console/campaigns/new", {"file": file})

    assert "Tin" in (await browser.get("/console/campaigns/1/edit")).text


async def test_who_only_reads_finds_no_button_and_a_counsellor_no_page(stand: ConsoleStand, editor: Person) -> None:
    await post(stand.browser(editor), "/console/campaigns/new", FORM)
    viewer = stand.browser(await stand.person("Người xem", Role.VIEWER))
    counsellor = stand.browser(await stand.person("Tư vấn", Role.COUNSELLOR, communes=["22738"]))

    page = (await viewer.get("/console/campaigns/1")).text

    assert "/campaigns/1/cancel" not in page
    assert (await post(viewer, "/console/campaigns/1/cancel")).status_code == 403
    assert (await viewer.get("/console/campaigns/new")).status_code == 403
    assert (await viewer.get("/console/campaigns/1/export")).status_code == 403
    assert (await counsellor.get("/console/campaigns")).status_code == 403
    assert await state(stand) is State.DRAFT
