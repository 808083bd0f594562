"""The web chat over HTTP, as a browser without scripts meets it."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape

import httpx
import pytest

from bot.core.types import Kind, Language
from bot.web import place_of
from tests.channels.webchat_stand import OTHER, Stand


@dataclass
class Browser:
    """A cookie jar and the forms of the last page."""

    client: httpx.AsyncClient
    page: httpx.Response | None = None

    async def open(self, path: str = "/", **headers: str) -> httpx.Response:
        self.page = await self.client.get(path, headers=headers, follow_redirects=True)
        return self.page

    async def post(self, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        self.page = await self.client.post(path, data=fields, headers=headers)
        return self.page

    async def say(self, text: str, event: str = "") -> httpx.Response:
        return await self.post("/say", {"event": event or await self.event(), "text": text})

    async def event(self) -> str:
        """A fresh event id, from a fresh page."""
        return box_event(await self.open())


def box_event(page: httpx.Response) -> str:
    form = page.text.partition('action="/say"')[2]
    found = re.search(r'name="event" value="([^"]+)"', form)
    assert found
    return found[1]


def draft(page: httpx.Response) -> str:
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page.text, re.DOTALL)
    assert found
    return unescape(found[1])


def words(page: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def new_browser(stand: Stand, line: str = "203.0.113.1") -> Browser:
    transport = httpx.ASGITransport(app=stand.app, raise_app_exceptions=False, client=(line, 1))
    return Browser(httpx.AsyncClient(transport=transport, base_url="http://testserver"))


@pytest.fixture
def stand() -> Stand:
    return Stand()


@pytest.fixture
async def browser(stand: Stand) -> AsyncIterator[Browser]:
    browser = new_browser(stand)
    yield browser
    await browser.client.aclose()


async def test_opening_the_page_writes_nothing_and_shows_whose_service_it_is(stand: Stand, browser: Browser) -> None:
    page = await browser.open()

    assert page.status_code == 200
    assert "Bản dùng thử, chưa có cơ quan nào vận hành" in words(page)
    assert "30 ngày" in words(page)
    assert "Bảo hiểm y tế" in words(page)
    assert stand.talk.taken == []


async def test_an_office_that_runs_it_is_named_in_place_of_the_trial() -> None:
    page = await new_browser(Stand(operator="Sở X, Khánh Hòa", privacy_contact="0258 000 000")).open()

    assert "Dịch vụ của Sở X, Khánh Hòa" in words(page)
    assert "0258 000 000" in words(page)
    assert "Bản dùng thử" not in words(page)


async def test_a_demonstration_is_marked_on_every_page() -> None:
    browser = new_browser(Stand(demo=True))

    assert "Bản trình diễn" in words(await browser.open())
    assert "Bản trình diễn" in words(await browser.open("/khong-co"))


async def test_words_typed_become_one_event_and_the_answer_stands_on_the_page(stand: Stand, browser: Browser) -> None:
    posted = await browser.say("nhà tôi cận nghèo")
    page = await browser.open()

    assert (posted.status_code, posted.headers["location"]) == (303, "/#cuoi")
    assert [(each.kind, each.text) for each in stand.talk.taken] == [(Kind.TEXT, "nhà tôi cận nghèo")]
    assert "nhà tôi cận nghèo" in words(page)
    assert "<strong>ít nhất 70%</strong>" in page.text
    assert 'id="cuoi"' in page.text


async def test_a_button_s_action_goes_back_unchanged(stand: Stand, browser: Browser) -> None:
    await browser.say("nhà tôi cận nghèo")
    page = await browser.open()
    found = re.search(r'value="([^"]+)"><button name="action" value="(p:[^"]+)"', page.text)
    assert found

    await browser.post("/press", {"event": found[1], "action": found[2]})

    assert (stand.talk.taken[-1].kind, stand.talk.taken[-1].text) == (
        Kind.CHOICE,
        "p:health.near_poor_subsidy:papers",
    )


async def test_the_same_post_twice_is_one_turn(stand: Stand, browser: Browser) -> None:
    event = await browser.event()

    first = await browser.say("nhà tôi cận nghèo", event)
    second = await browser.say("nhà tôi cận nghèo", event)

    assert (first.status_code, second.status_code) == (303, 303)
    assert len(stand.talk.taken) == 1
    assert words(await browser.open()).count("nhà tôi cận nghèo") == 1


async def test_every_form_of_a_page_has_an_event_id_of_its_own(browser: Browser) -> None:
    await browser.say("nhà tôi cận nghèo")

    events = re.findall(r'name="event" value="([^"]+)"', (await browser.open()).text)

    assert len(events) > 5
    assert len(set(events)) == len(events)


async def test_only_the_newest_turn_s_buttons_stand_out(stand: Stand, browser: Browser) -> None:
    await browser.say("một")
    stand.clock.go_on(seconds=60)
    await browser.say("hai")

    page = await browser.open()

    kinds = re.findall(r'<div class="(line[^"]*)"', page.text)
    assert kinds == ["line person", "line bot", "line person new", "line bot new"]
    assert page.text.count("Cần giấy gì?") == 2


async def test_lines_of_earlier_days_stand_under_their_day(stand: Stand, browser: Browser) -> None:
    await browser.say("một")
    stand.clock.go_on(days=1)
    await browser.say("hai")

    page = await browser.open()

    assert re.findall(r'<p class="day">([^<]+)<', page.text) == ["24/11/2026", "Hôm nay"]


async def test_a_guarded_answer_is_shown_at_once_without_the_words_and_never_again(
    stand: Stand, browser: Browser
) -> None:
    await browser.say("nhà tôi cận nghèo")
    event = await browser.event()

    page = await browser.say("chong cu hay danh toi", event)
    later = await browser.open()

    assert page.status_code == 200
    assert "Gọi ngay" in words(page)
    assert "nhà tôi cận nghèo" in words(page)
    assert "danh toi" not in words(page)
    assert page.headers["cache-control"] == "no-store"
    assert "Gọi ngay" not in words(later)
    assert "danh toi" not in words(later)


async def test_a_guarded_post_sent_twice_shows_the_first_answer(stand: Stand, browser: Browser) -> None:
    event = await browser.event()

    await browser.say("chong cu hay danh toi", event)
    page = await browser.say("chong cu hay danh toi", event)

    assert "Gọi ngay" in words(page)
    assert len(stand.talk.taken) == 1


async def test_a_page_sent_again_after_leaving_shows_nothing(stand: Stand, browser: Browser) -> None:
    event = await browser.event()
    await browser.say("chong cu hay danh toi", event)
    await browser.post("/thoat", {})

    page = await browser.say("chong cu hay danh toi", event)

    assert page.status_code == 409
    assert "Gọi ngay" not in words(page)
    assert "danh toi" not in page.text
    assert len(stand.talk.taken) == 1


async def test_an_event_id_of_one_browser_is_of_no_use_to_another(stand: Stand, browser: Browser) -> None:
    event = await browser.event()
    stranger = new_browser(stand)
    await stranger.open()

    page = await stranger.say("xin chào", event)

    assert page.status_code == 409
    assert stand.talk.taken == []


async def test_leaving_erases_clears_the_cookie_and_ends_on_a_page_that_says_nothing(
    stand: Stand, browser: Browser
) -> None:
    await browser.say("nhà tôi cận nghèo")

    left = await browser.post("/thoat", {})
    farewell = await browser.open(left.headers["location"])

    assert left.status_code == 303
    assert stand.talk.lines == {}
    assert "caunoi" not in browser.client.cookies
    assert "cookies" not in left.headers["clear-site-data"]
    assert farewell.headers["cache-control"] == "no-store"
    for told in ("nghèo", "hỏi", "hỗ trợ", "trò chuyện", "Cầu Nối"):
        assert told not in words(farewell)
    assert "cận nghèo" not in words(await browser.open())


async def test_leaving_does_not_wait_for_a_database_that_is_away_and_erases_once_it_is_back() -> None:
    stand = Stand(patience=0.05)
    browser = new_browser(stand)
    await browser.say("nhà tôi cận nghèo")
    stand.talk.open.clear()

    left = await browser.post("/thoat", {})
    stand.talk.open.set()
    await asyncio.wait_for(stand.talk.gone.wait(), 5)

    assert left.status_code == 303
    assert stand.talk.lines == {}


async def test_erasing_keeps_the_person_on_the_page(stand: Stand, browser: Browser) -> None:
    await browser.say("nhà tôi cận nghèo")

    erased = await browser.post("/xoa", {})
    page = await browser.open(erased.headers["location"])

    assert stand.talk.lines == {}
    assert "Đã xóa hết" in words(page)
    assert "nhà tôi cận nghèo" not in words(page)
    assert "caunoi" in browser.client.cookies


async def test_a_deep_link_is_a_button_and_only_its_press_is_an_event(stand: Stand, browser: Browser) -> None:
    page = await browser.open("/?start=health-near_poor_subsidy")
    found = re.search(r'value="([^"]+)"><button class="primary" name="start" value="([^"]+)"', page.text)
    assert found
    assert stand.talk.taken == []

    await browser.post("/press", {"event": found[1], "start": found[2]})

    assert [(each.kind, each.text) for each in stand.talk.taken] == [(Kind.START, "health-near_poor_subsidy")]


async def test_an_odd_deep_link_is_left_out(browser: Browser) -> None:
    page = await browser.open("/?start=%3Cscript%3E")

    assert page.status_code == 200
    assert "script%3E" not in page.text
    assert 'name="start"' not in page.text


async def test_an_empty_message_is_a_hint_and_no_event(stand: Stand, browser: Browser) -> None:
    await browser.say("nhà tôi cận nghèo")

    page = await browser.say("  \n ")

    assert page.status_code == 422
    assert "chưa gõ chữ nào" in words(page)
    assert "nhà tôi cận nghèo" in words(page)
    assert len(stand.talk.taken) == 1


async def test_ten_thousand_letters_with_tone_marks_are_taken(stand: Stand, browser: Browser) -> None:
    await browser.say("ế" * 10_000)

    assert len(stand.talk.taken[0].text) == 10_000


async def test_a_longer_message_comes_back_as_a_draft(stand: Stand, browser: Browser) -> None:
    page = await browser.say("ế" * 10_001)

    assert page.status_code == 413
    assert draft(page) == "ế" * 10_001
    assert stand.talk.taken == []


async def test_a_body_without_end_is_not_read(stand: Stand, browser: Browser) -> None:
    page = await browser.say("a" * 200_000)

    assert page.status_code == 413
    assert "Tin dài quá" in words(page)


async def test_too_many_messages_in_a_moment_wait_with_their_words_and_their_event(
    stand: Stand, browser: Browser
) -> None:
    for number in range(10):
        assert (await browser.say(f"câu {number}")).status_code == 303
    event = await browser.event()

    slowed = await browser.say("câu mười", event)
    stand.clock.go_on(seconds=4)
    again = await browser.say(draft(slowed), box_event(slowed))

    assert slowed.status_code == 429
    assert int(slowed.headers["retry-after"]) > 0
    assert (draft(slowed), box_event(slowed)) == ("câu mười", event)
    assert again.status_code == 303
    assert stand.talk.taken[-1].text == "câu mười"


async def test_a_press_that_was_too_fast_can_be_pressed_again_as_the_same_event() -> None:
    browser = new_browser(Stand(burst=0))
    event = await browser.event()

    page = await browser.post("/press", {"event": event, "action": "t:housing.poor"})

    assert page.status_code == 429
    assert f'value="{event}"><button class="primary" name="action" value="t:housing.poor"' in page.text


async def test_one_line_has_an_allowance_for_all_its_browsers_and_others_feel_nothing() -> None:
    stand = Stand(line_burst=3, line_per_minute=60)
    browsers = [new_browser(stand) for _ in range(4)]
    elsewhere = new_browser(stand, "203.0.113.2")

    statuses = [(await browser.say("câu hỏi")).status_code for browser in browsers]
    other = await elsewhere.say("câu hỏi")
    stand.clock.go_on(seconds=1)
    again = await browsers[3].say("câu hỏi")

    assert statuses == [303, 303, 303, 429]
    assert (other.status_code, again.status_code) == (303, 303)


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("203.0.113.1", "203.0.113.1"),
        ("::ffff:203.0.113.1", "203.0.113.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_a_line_is_an_address_or_the_network_a_household_has(host: str, place: str) -> None:
    assert place_of(host) == place


@pytest.mark.parametrize("broken", [True, False])
async def test_while_the_database_is_away_the_words_stay_in_the_box_under_the_same_event(broken: bool) -> None:
    stand = Stand(patience=0.05)
    browser = new_browser(stand)
    event = await browser.event()
    if broken:
        stand.talk.error = OSError("nhà tôi cận nghèo")
    else:
        stand.talk.open.clear()

    page = await browser.say("nhà tôi <cận> nghèo", event)
    stand.talk.error = None
    stand.talk.open.set()
    again = await browser.say(draft(page), box_event(page))

    assert page.status_code == 503
    assert "không mất gì cả" in words(page)
    assert (draft(page), box_event(page)) == ("nhà tôi <cận> nghèo", event)
    assert again.status_code == 303
    assert len(stand.talk.taken) == 1


async def test_a_failure_is_logged_without_the_words_it_carries(caplog: pytest.LogCaptureFixture) -> None:
    stand = Stand(patience=0.05)
    browser = new_browser(stand)
    event = await browser.event()
    stand.talk.error = OSError("INSERT nhà tôi cận nghèo")

    await browser.say("nhà tôi cận nghèo", event)

    assert "OSError" in caplog.text
    assert "cận nghèo" not in caplog.text


async def test_a_page_that_cannot_be_read_in_time_says_so_and_keeps_the_box() -> None:
    stand = Stand(patience=0.05)
    browser = new_browser(stand)
    await browser.open()
    stand.talk.open.clear()

    page = await browser.open()

    assert page.status_code == 503
    assert "chưa mở được cuộc trò chuyện" in words(page)
    assert 'action="/say"' in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/say", "/press", "/xoa", "/thoat"])
async def test_a_post_from_a_page_that_is_not_ours_is_refused(
    stand: Stand, browser: Browser, headers: dict[str, str], path: str
) -> None:
    event = await browser.event()

    page = await browser.post(path, {"event": event, "text": "a", "action": "menu"}, **headers)

    assert page.status_code == 403
    assert stand.talk.taken == []
    assert stand.talk.erased == []


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}, {}])
async def test_a_post_from_our_own_page_is_taken(stand: Stand, browser: Browser, headers: dict[str, str]) -> None:
    event = await browser.event()

    page = await browser.post("/say", {"event": event, "text": "a"}, **headers)

    assert page.status_code == 303


async def test_behind_a_proxy_the_public_address_is_ours_too() -> None:
    stand = Stand(public_url="https://caunoi.example")
    browser = new_browser(stand)
    browser.client.base_url = httpx.URL("https://testserver")
    event = await browser.event()

    page = await browser.post("/say", {"event": event, "text": "a"}, Origin="https://caunoi.example")

    assert page.status_code == 303


async def test_the_cookie_is_hidden_from_scripts_and_renewed_by_every_page(browser: Browser) -> None:
    first = await browser.open()
    second = await browser.open()

    for page in (first, second):
        cookie = page.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Max-Age=2592000" in cookie
        assert "Secure" not in cookie
    assert first.headers["set-cookie"] == second.headers["set-cookie"]


async def test_with_https_the_cookie_is_secure_and_bound_to_the_host() -> None:
    page = await new_browser(Stand(public_url="https://caunoi.example")).open()

    assert page.headers["set-cookie"].startswith("__Host-caunoi=")
    assert "Secure" in page.headers["set-cookie"]
    assert "strict-transport-security" in page.headers


async def test_every_answer_carries_the_headers_that_protect_it(stand: Stand, browser: Browser) -> None:
    stand.talk.error = None
    answers = [await browser.open(path) for path in ("/", "/khong-co", "/tam-biet", "/healthz")]
    answers.append(await browser.post("/healthz", {}))

    for each in answers:
        assert each.headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe" not in each.headers["content-security-policy"]
        assert each.headers["x-content-type-options"] == "nosniff"
        assert each.headers["cache-control"] == "no-store"


async def test_pages_hold_neither_inline_scripts_nor_inline_styles(browser: Browser) -> None:
    await browser.say("nhà tôi cận nghèo")

    for path in ("/", "/khong-co", "/tam-biet"):
        page = (await browser.open(path)).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]+src=)", page)


async def test_static_files_keep_for_ever_under_a_name_that_changes_with_them(browser: Browser) -> None:
    page = await browser.open()
    paths = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)

    assert len(paths) == 3
    for path in paths:
        asset = await browser.open(path)
        assert asset.status_code == 200
        assert "immutable" in asset.headers["cache-control"]
    stale = await browser.open(paths[0].split("?")[0] + "?v=old")
    assert "immutable" not in stale.headers["cache-control"]


async def test_the_first_load_is_light_and_the_script_is_small(browser: Browser) -> None:
    page = await browser.open()
    sizes = {}
    for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text):
        sizes[path] = len((await browser.open(path)).content)

    assert sum(sizes.values()) + len(page.content) < 25_000  # bytes before compression
    assert next(size for path, size in sizes.items() if "chat.js" in path) < 6_000


@pytest.mark.parametrize("path", ["/khong-co", "/say", "/static/khong-co"])
async def test_a_page_that_is_not_there_is_told_kindly_in_the_browser_s_language(browser: Browser, path: str) -> None:
    vietnamese = await browser.open(path)
    english = await browser.open(path, **{"Accept-Language": "en-GB,en;q=0.8"})

    assert vietnamese.status_code == english.status_code == (405 if path == "/say" else 404)
    assert 'lang="vi"' in vietnamese.text
    assert 'lang="en"' in english.text
    assert "Về trang đầu" in words(vietnamese)
    assert vietnamese.headers.get("allow") == ("POST" if path == "/say" else None)


async def test_an_error_of_ours_is_a_kind_page_with_all_headers(stand: Stand, browser: Browser) -> None:
    stand.clock.now = None  # type: ignore[method-assign, assignment]  # anything unexpected

    page = await browser.open()

    assert page.status_code == 500
    assert "Lỗi ở chúng tôi" in words(page)
    assert page.headers["cache-control"] == "no-store"
    assert "content-security-policy" in page.headers


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "vi"), ("en-US,en;q=0.9", "en"), ("en-US,en;q=0.9,vi;q=0.5", "vi"), ("fr", "vi"), ("vi-VN", "vi")],
)
async def test_a_first_page_speaks_english_only_to_a_browser_without_vietnamese(
    browser: Browser, accepted: str, language: str
) -> None:
    page = await browser.open("/", **{"Accept-Language": accepted})

    assert f'<html lang="{language}">' in page.text


async def test_after_the_press_on_english_the_whole_page_is_english(stand: Stand, browser: Browser) -> None:
    await browser.post("/press", {"event": await browser.event(), "action": "lang:en"})

    page = await browser.open()

    assert '<html lang="en">' in page.text
    assert "Leave quickly" in words(page)
    assert 'value="lang:vi"' in page.text
    assert list(stand.talk.languages.values()) == [Language.EN]


async def test_while_a_handover_is_open_the_page_offers_to_look_for_an_answer(stand: Stand, browser: Browser) -> None:
    await browser.say("gặp cán bộ")
    assert "Xem có trả lời chưa" not in words(await browser.open())

    stand.talk.waiting = True

    assert "Xem có trả lời chưa" in words(await browser.open())


async def test_what_staff_wrote_is_called_new_on_the_first_page_that_holds_it(stand: Stand, browser: Browser) -> None:
    await browser.say("gặp cán bộ")
    stand.clock.go_on(minutes=5)
    stand.talk.write("Dạ, mai cán bộ qua.")

    first, second = await browser.open(), await browser.open()

    assert "Có tin mới" in words(first)
    assert first.text.index('id="cuoi"') > first.text.index("gặp cán bộ")
    assert "Dạ, mai cán bộ qua." in first.text[first.text.index('id="cuoi"') :]
    assert "Có tin mới" not in words(second)
    assert "Dạ, mai cán bộ qua." in words(second)


async def test_what_staff_wrote_in_distress_is_said_to_leave_the_page(stand: Stand, browser: Browser) -> None:
    await browser.say("gặp cán bộ")
    stand.talk.write("Chị qua trạm y tế nghe.", guarded=True)

    page = await browser.open()

    assert "Chị qua trạm y tế nghe." in words(page)
    assert "ít phút nữa sẽ mất khỏi trang" in words(page)
    assert 'class="line bot new guarded"' in page.text


async def test_a_look_that_cannot_be_noted_shows_the_page_all_the_same(stand: Stand, browser: Browser) -> None:
    await browser.say("gặp cán bộ")
    stand.talk.write("Dạ, mai cán bộ qua.")

    async def fails(*_: object) -> None:
        raise ValueError

    stand.talk.note_seen = fails  # type: ignore[method-assign]

    assert "Có tin mới" in words(await browser.open())


async def test_what_a_person_typed_is_shown_as_typed_and_never_as_html(browser: Browser) -> None:
    await browser.say("<b>x</b> **y** [z](https://a.example) & \\")

    page = await browser.open()

    shown = "<p>&lt;b&gt;x&lt;/b&gt; **y** [z](https://a.example) &amp; \\</p>"
    assert shown in page.text


async def test_health_says_whether_all_is_well(stand: Stand, browser: Browser) -> None:
    well = await browser.open("/healthz")
    stand.well = False
    ill = await browser.open("/healthz")

    assert (well.status_code, well.json()) == (200, {"database": "ok"})
    assert (ill.status_code, ill.json()) == (503, {"database": "away"})


async def test_the_script_gets_the_answer_without_the_way_of_a_redirect(browser: Browser) -> None:
    event = await browser.event()

    page = await browser.post("/say", {"event": event, "text": "nhà tôi cận nghèo"}, **{"X-Chat-Script": "1"})

    assert page.status_code == 200
    assert "ít nhất 70%" in words(page)


async def test_a_form_without_an_event_or_of_another_kind_is_no_event(stand: Stand, browser: Browser) -> None:
    await browser.open()

    bare = await browser.post("/say", {"text": "a"})
    odd = await browser.client.post("/say", content=b"\xff\x00=&&&", headers={"Content-Type": "text/plain"})

    assert (bare.status_code, odd.status_code) == (409, 409)
    assert stand.talk.taken == []


async def test_an_old_button_s_answer_is_shown_like_any_other(stand: Stand, browser: Browser) -> None:
    await browser.post("/press", {"event": await browser.event(), "action": "x" * 500})

    assert len(stand.talk.taken[0].text) == 64
    assert OTHER.text in words(await browser.open())
