"""The pages about what people passed to staff, and the desk: who may, what is shown, what is refused."""

import re
from datetime import timedelta
from html import unescape

import httpx
import pytest
import sqlalchemy as sa

from bot.core.handover import DISTRESS, FIRST_ANSWER, QUESTION
from bot.core.staff import Role
from bot.core.types import Address, OpenHandover, Session
from bot.services import keeping
from bot.services.keeping import Moment
from db import addresses, handovers
from tests.console.console_stand import BAO_AN, DO_VINH, Browser, ConsoleStand

SCRIPT = '<script>alert(1)</script><img src=x onerror=alert(1)>"'
HERE = Address("web", "1")


async def passed(
    stand: ConsoleStand, *texts: str, kind: str = QUESTION, commune: str = DO_VINH, at: Address = HERE
) -> int:
    """Somebody passes their words to staff; return the handover's number."""

    def work(tx: sa.Connection) -> int:
        now = stand.clock.now()
        number = addresses.note(tx, {at}, now)[at]
        moment = Moment(tx, stand.sealed, at, number, Session(commune=commune), now.date(), now)
        keeping.open_handover(moment, OpenHandover(kind, texts))
        found = handovers.newest(tx, number)
        assert found is not None
        return found

    return await stand.database.write(work)


async def editor(stand: ConsoleStand, name: str = "Lê Thị Đào") -> Browser:
    return stand.browser(await stand.person(name, Role.EDITOR))


async def sent(stand: ConsoleStand) -> list[str]:
    """What the person was written."""
    rows = await stand.database.read(lambda tx: list(tx.execute(sa.text("SELECT body FROM messages ORDER BY id"))))
    return [stand.sealed._read("message", row.body)["t"] for row in rows]


def shown(page: httpx.Response) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


async def test_it_is_taken_read_and_answered(stand: ConsoleStand) -> None:
    browser, number = await editor(stand), await passed(stand, "nhà tôi bị tốc mái")
    place = f"/console/handovers/{number}"

    listed, before = await browser.get("/console/handovers"), await browser.get(place)
    await browser.post(f"{place}/claim")
    mine = await browser.get(place)
    done = await browser.post(f"{place}/answer", text="Dạ, mai cán bộ qua.", do="send")

    assert "Phường Đô Vinh" in shown(listed)
    assert "tốc mái" not in listed.text + before.text
    assert "nhà tôi bị tốc mái" in shown(mine)
    assert (done.status_code, done.headers["location"]) == (303, place)
    assert (await sent(stand))[-1] == "**Cán bộ trả lời:**\n\nDạ, mai cán bộ qua."


async def test_who_was_slower_is_told_so(stand: ConsoleStand) -> None:
    first, second = await editor(stand), await editor(stand, "Nguyễn Văn An")
    number = await passed(stand, "x")
    await first.post(f"/console/handovers/{number}/claim")

    page = await second.post(f"/console/handovers/{number}/claim")

    assert page.status_code == 422
    assert "A colleague was faster" in shown(page)


async def test_a_part_of_a_topic_is_put_in_with_its_sources_and_the_draft_stays(stand: ConsoleStand) -> None:
    browser, number = await editor(stand), await passed(stand, "x")
    place = f"/console/handovers/{number}"
    await browser.post(f"{place}/claim")

    found = await browser.post(f"{place}/answer", text="Chào bạn.", search="bảo hiểm", do="find")
    put = await browser.post(
        f"{place}/answer", text="Chào bạn.", search="bảo hiểm", insert="health.near_poor_subsidy:answer"
    )

    assert 'value="health.near_poor_subsidy:answer"' in found.text
    draft = re.findall(r"<textarea[^>]*>(.*?)</textarea>", put.text, re.DOTALL)[0]
    assert "Chào bạn." in draft
    assert "NĐ 188/2025/NĐ-CP" in unescape(draft)
    assert 'name="used" value="health.near_poor_subsidy:answer"' in put.text
    assert len(await sent(stand)) == 1  # only that somebody reads


async def test_a_sum_from_nowhere_is_asked_about_and_one_of_a_topic_is_not(stand: ConsoleStand) -> None:
    browser, number = await editor(stand), await passed(stand, "x")
    place = f"/console/handovers/{number}"
    await browser.post(f"{place}/claim")
    used = "health.near_poor_subsidy:answer"

    odd = await browser.post(f"{place}/answer", text="Bạn đóng 55.000 đồng.", used=used, do="send")
    sure = await browser.post(f"{place}/answer", text="Bạn đóng 55.000 đồng.", do="send", sure="yes")
    known = await browser.post(f"{place}/answer", text="Nhà nước trả ít nhất 70%.", used=used, do="send")

    assert (odd.status_code, sure.status_code, known.status_code) == (422, 303, 303)
    assert "55.000 đồng" in shown(odd)
    assert "Bạn đóng 55.000 đồng." in odd.text


async def test_another_commune_s_looks_like_none_and_a_viewer_is_refused(stand: ConsoleStand) -> None:
    far = stand.browser(await stand.person("Phạm Thị Cúc", Role.COUNSELLOR, communes=[BAO_AN]))
    viewer = stand.browser(await stand.person("Trần Văn Bình", Role.VIEWER))
    number = await passed(stand, "nhà tôi bị tốc mái")

    for action in ("", "/claim", "/answer", "/close", "/release", "/hand-on", "/take-over"):
        place, fields = f"/console/handovers/{number}{action}", {"text": "x", "do": "send", "reason": "answered"}
        other = f"/console/handovers/99{action}"
        pages = [
            await (each.post(path, **fields) if action else each.get(path))
            for each, path in ((far, place), (far, other), (viewer, place))
        ]
        assert [page.status_code for page in pages] == [404, 404, 403], action
    assert (await viewer.get("/console/handovers")).status_code == 403
    assert (await viewer.get("/console/desk")).status_code == 403
    assert "tốc mái" not in (await far.get("/console/handovers")).text


async def test_a_call_for_help_is_not_in_an_editor_s_list(stand: ConsoleStand) -> None:
    browser = await editor(stand)
    supervisor = stand.browser(await stand.person("Nguyễn Văn An", Role.SUPERVISOR))
    number = await passed(stand, kind=DISTRESS)

    assert (await browser.get(f"/console/handovers/{number}")).status_code == 404
    assert "Call for help" not in (await browser.get("/console/handovers")).text
    assert "Call for help" in (await supervisor.get("/console/handovers")).text
    assert "calls for help that wait" in shown(await supervisor.get("/console/"))


async def test_a_form_of_another_sign_in_changes_nothing(stand: ConsoleStand) -> None:
    browser, number = await editor(stand), await passed(stand, "x")

    pages = [
        await browser.post(f"/console/handovers/{number}/claim", csrf="0" * 64),
        await browser.post(f"/console/handovers/{number}/claim", origin="https://evil.example"),
        await browser.post("/console/desk", csrf="0" * 64, text="x", turn="0"),
    ]

    assert [page.status_code for page in pages] == [403, 403, 403]
    assert await sent(stand) == []


async def test_scripts_are_words_wherever_they_are_typed(stand: ConsoleStand) -> None:
    browser, number = await editor(stand), await passed(stand, SCRIPT)
    place = f"/console/handovers/{number}"
    await browser.post(f"{place}/claim")
    await browser.post(f"{place}/answer", text=SCRIPT, do="send")

    pages = [
        await browser.get(place),
        await browser.post(f"{place}/answer", text=SCRIPT, search=SCRIPT, used=SCRIPT, do="find"),
        await browser.post(f"{place}/answer", text=f"{SCRIPT} 9%", do="send"),
        await browser.get(f"/console/handovers?state={SCRIPT}&commune={SCRIPT}&age={SCRIPT}"),
    ]
    await browser.post("/console/desk", text=SCRIPT, turn="0")
    pages.append(await browser.get("/console/desk"))

    for page in pages:
        assert "<script" not in page.text
        assert "<img" not in page.text
    assert "<script" not in "".join(await sent(stand)).replace(SCRIPT, "")


async def test_a_list_is_filtered(stand: ConsoleStand) -> None:
    browser, number = await editor(stand), await passed(stand, "x")
    link = f'href="/console/handovers/{number}"'

    async def finds(asked: str) -> bool:
        return link in (await browser.get(f"/console/handovers?{asked}")).text

    before = [await finds(asked) for asked in ("", "state=open", "state=mine", "age=overdue", f"commune={BAO_AN}")]
    stand.clock.pass_time(FIRST_ANSWER)
    late = await finds("age=overdue")
    await browser.post(f"/console/handovers/{number}/claim")
    await browser.post(f"/console/handovers/{number}/close", reason="answered")
    after = [await finds(asked) for asked in ("", "state=closed", f"commune={DO_VINH}&state=closed")]

    assert before == [True, True, False, False, False]
    assert late
    assert after == [False, True, True]


async def test_at_the_desk_the_same_engine_answers_and_only_the_question_s_row_is_kept(stand: ConsoleStand) -> None:
    browser = await editor(stand)
    stand.library.found = ("health.near_poor_subsidy",)

    await browser.post("/console/desk", text="cận nghèo mua thẻ đóng bao nhiêu", turn="0")
    answered = await browser.get("/console/desk")
    twice = await browser.post("/console/desk", text="cận nghèo mua thẻ đóng bao nhiêu", turn="0")

    assert "ít nhất 70%" in shown(answered)
    assert twice.status_code == 303
    rows = await stand.database.read(
        lambda tx: [tuple(row) for row in tx.execute(sa.text("SELECT channel, topic, text FROM questions"))]
    )
    assert rows == [("desk", "health.near_poor_subsidy", None)]
    for table in ("addresses", "messages", "sessions", "inbox", "handovers"):
        found = await stand.database.read(
            lambda tx, table=table: tx.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar()  # type: ignore[misc]
        )
        assert found == 0, table


async def test_the_next_caller_and_another_sign_in_see_nothing_of_the_one_before(stand: ConsoleStand) -> None:
    browser, other = await editor(stand), await editor(stand, "Nguyễn Văn An")
    await browser.post("/console/desk", text="cận nghèo mua thẻ đóng bao nhiêu", turn="0")

    elsewhere = await other.get("/console/desk")
    await browser.post("/console/desk", do="next")

    assert "70%" not in elsewhere.text
    assert "70%" not in (await browser.get("/console/desk")).text


async def test_at_the_desk_buttons_and_languages_work_and_nothing_is_handed_over(stand: ConsoleStand) -> None:
    browser = await editor(stand)
    await browser.post("/console/desk", action="lang:vi", turn="0")
    await browser.post("/console/desk", action="menu", turn="1")
    menu = await browser.get("/console/desk")
    await browser.post("/console/desk", action="staff", turn="2")
    await browser.post("/console/desk", text="đồng ý", turn="3")
    await browser.post("/console/desk", text="nhà tôi bị tốc mái", turn="4")

    page = await browser.get("/console/desk")

    assert "Gặp cán bộ" in menu.text
    assert "Cán bộ đang ngồi ngay đây" in shown(page)


@pytest.mark.parametrize("age", ["1 minute", "2 hours", "3 days"])
async def test_how_long_it_waits_is_said(stand: ConsoleStand, age: str) -> None:
    browser = await editor(stand)
    await passed(stand, "x")
    number, unit = age.split()
    stand.clock.pass_time(timedelta(**{unit if unit.endswith("s") else f"{unit}s": int(number)}))
    browser = stand.browser(await stand.person("Nguyễn Văn An", Role.EDITOR))

    assert f"Waiting for {age}" in shown(await browser.get("/console/handovers"))
