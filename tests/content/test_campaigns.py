"""A campaign's file: what keeps it from being sent is told plainly; what is shown is what will be sent."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.content.campaigns import check_campaign, fingerprint, read_campaign, read_fields, render_variants, write_fields
from bot.content.check import load_whole
from bot.content.render import Renderer
from bot.core.campaigns import Campaign
from bot.core.types import Language
from tests.build import REAL, write_content

DAY = date(2026, 11, 24)
GOOD: dict[str, Any] = {
    "title": "Xét hộ nghèo",
    "subject": "health",
    "texts": {"vi": 'Hỏi {{ office }} về {{ amount("test.amount") }}.', "en": "Ask {{ office }} in {{ commune }}."},
    "buttons": ["topic:health.coverage", "eligibility", "ok", "help"],
    "links": [{"label": {"vi": "Đọc thêm", "en": "Read more"}, "url": "https://khanhhoa.gov.vn/tin"}],
    "last_day": "2026-12-20",
}


@pytest.fixture(scope="module")
def renderer(tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    real = {
        f"messages/{flow}.yaml": (REAL / "messages" / f"{flow}.yaml").read_text(encoding="utf-8")
        for flow in ("campaign", "button")
    }
    return Renderer(load_whole(write_content(tmp_path_factory.mktemp("content"), real)))


def read(told: dict[str, Any], renderer: Renderer) -> Campaign:
    campaign, problems = read_fields(told, renderer.catalogue)
    assert campaign is not None, [str(problem) for problem in problems]
    return campaign


def test_a_campaign_without_a_fault_has_no_problem_and_reads_again_as_it_was_written(renderer: Renderer) -> None:
    campaign = read(GOOD, renderer)

    assert check_campaign(campaign, renderer, DAY) == []
    assert read(write_fields(campaign), renderer) == campaign


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("a blank placeholder", {"texts": {"vi": "Hỏi {{ }}.", "en": "Ask."}}, "braces cannot be read"),
    ("an unknown placeholder", {"texts": {"vi": "Chào {{ name }}.", "en": "Hi."}}, "`name` is no placeholder"),
    ("a call that reaches out", {"texts": {"vi": "{{ office.__class__ }}", "en": "Hi."}}, "cannot hold this"),
    ("a loop", {"texts": {"vi": "{% for a in office %}a{% endfor %}", "en": "Hi."}}, "cannot hold this"),
    ("a bare figure", {"texts": {"vi": "Được 70% tiền.", "en": "Hi."}}, "the figure `70` stands in the text"),
    ("a number word", {"texts": {"vi": "Được ba triệu đồng.", "en": "Hi."}}, "the figure `ba triệu`"),
    ("a bare figure in the title", {"title": "Còn 3 ngày"}, "the figure `3` stands in it"),
    ("a figure that has ended", {"texts": {"vi": '{{ share("test.ended") }}', "en": "Hi."}}, "has no firm value"),
    ("an unknown parameter", {"texts": {"vi": '{{ share("no.such") }}', "en": "Hi."}}, "there is no parameter"),
    ("a phone number", {"texts": {"vi": "Gọi 0912345678.", "en": "Hi."}}, "personal data"),
    ("an e-mail address", {"texts": {"vi": "Viết a@b.vn.", "en": "Hi."}}, "personal data"),
    ("a text that is too long", {"texts": {"vi": "chữ " * 400, "en": "Hi."}}, "characters"),
    ("a text of nothing", {"texts": {"vi": " ", "en": "Hi."}}, "is empty"),
    ("a language is missing", {"texts": {"vi": "Dạ"}}, "English text is missing"),
    ("a link elsewhere", {"texts": {"vi": "Xem [đây](https://evil.example/)", "en": "Hi."}}, "is not allowed"),
    ("a link that looks allowed", {"links": [{**GOOD["links"][0], "url": "https://xgov.vn/"}]}, "is not allowed"),
    ("a link with a name before it", {"links": [{**GOOD["links"][0], "url": "https://gov.vn@e.com/"}]}, "not allowed"),
    ("an unsafe link", {"links": [{**GOOD["links"][0], "url": "http://khanhhoa.gov.vn/"}]}, "is not allowed"),
    ("an unknown button", {"buttons": ["pay"]}, "`pay` is no button"),
    ("a topic that is none", {"buttons": ["topic:health.none"]}, "is no button"),
    ("too many buttons", {"buttons": ["ok"] * 7}, "At most 6"),
    ("an unknown subject", {"subject": "money"}, "`money` is no subject"),
    ("an unknown class", {"audience": {"classes": ["rich"]}}, "`rich` is no class"),
    ("an unknown commune", {"audience": {"communes": ["99999"]}}, "there is no commune `99999`"),
    ("an unknown key", {"colour": "red"}, "`colour` is not known here"),
    ("a picture", {"picture": "a.png"}, "picture"),
    ("a last day that is over", {"last_day": "2026-11-23"}, "is over"),
    ("a last day far away", {"last_day": "2027-05-01"}, "days away"),
    ("a day that is none", {"last_day": "soon"}, "is no day"),
]


@pytest.mark.parametrize(("change", "says"), [pytest.param(*each[1:], id=each[0]) for each in WRONG])
def test_what_keeps_a_campaign_from_being_sent_is_told_plainly(
    change: dict[str, Any], says: str, renderer: Renderer
) -> None:
    campaign, problems = read_fields({**GOOD, **change}, renderer.catalogue)
    if campaign is not None:
        problems = check_campaign(campaign, renderer, DAY)

    assert [problem for problem in problems if says in str(problem)], [str(problem) for problem in problems]
    assert all(problem.remedy.endswith(".") for problem in problems)


def test_a_text_that_changes_within_its_window_asks_for_an_earlier_last_day(renderer: Renderer) -> None:
    texts = {"vi": 'Mức {{ amount("test.soon") }}.', "en": "Ask."}
    campaign = read({**GOOD, "texts": texts, "last_day": "2027-01-02"}, renderer)

    problems = check_campaign(campaign, renderer, DAY)

    assert [each.remedy for each in problems if each.place == "last_day"] == ["At the latest: 2026-12-31."]


def test_every_language_and_every_commune_is_rendered_with_its_office_code_and_way_out(renderer: Renderer) -> None:
    campaign = read(GOOD, renderer)

    variants = render_variants(campaign, "BCD234", renderer, DAY)

    assert {(each.language, each.commune) for each in variants} == {
        (language, commune) for language in Language for commune in ("", "22780", "22888")
    }
    assert all("BCD234" in each.text for each in variants)
    named = next(each for each in variants if (each.language, each.commune) == (Language.EN, "22888"))
    assert "Phước Dinh" in named.text
    assert "https://khanhhoa.gov.vn/tin" in named.text
    assert [button.action for button in named.buttons] == [
        "t:health.coverage",
        "e:start",
        "cp:BCD234:ok",
        "cp:BCD234:help",
    ]


def test_a_text_without_placeholders_is_one_for_all_communes(renderer: Renderer) -> None:
    campaign = read({**GOOD, "texts": {"vi": "Dạ.", "en": "Yes."}}, renderer)

    assert [each.commune for each in render_variants(campaign, "BCD234", renderer, DAY)] == ["", ""]


def test_an_old_commune_stands_for_the_units_it_became(renderer: Renderer) -> None:
    campaign = read({**GOOD, "audience": {"communes": ["22768"]}}, renderer)

    assert campaign.audience.communes == {"22780", "22888"}


def test_the_hash_holds_for_exactly_what_is_sent(renderer: Renderer) -> None:
    campaign = read(GOOD, renderer)

    def hashed(changed: Campaign, on: date = DAY) -> str:
        return fingerprint(changed, render_variants(changed, "BCD234", renderer, on))

    first = hashed(campaign)
    others = [
        replace(campaign, texts={**campaign.texts, Language.EN: "Ask {{ office }} in {{ commune }} now."}),
        replace(campaign, title="Xét lại"),
        replace(campaign, buttons=campaign.buttons[:1]),
        replace(campaign, links=()),
        replace(campaign, audience=replace(campaign.audience, job_seekers=True)),
        replace(campaign, last_day=date(2026, 12, 19)),
        replace(campaign, emergency=True),
    ]
    assert hashed(campaign, date(2026, 12, 1)) == first
    assert len({first, *map(hashed, others)}) == len(others) + 1
    assert hashed(campaign, date(2026, 6, 1)) != first  # another amount


def test_a_file_is_read_as_the_form_is(renderer: Renderer) -> None:
    raw = b"title: X\nsubject: health\ntexts: {vi: D, en: Y}\nlast_day: 2026-12-01\nemergency: yes\n"

    campaign, problems = read_campaign(raw, renderer.catalogue, "F.yaml")

    assert problems == []
    assert campaign is not None
    assert campaign.emergency


def test_a_file_that_is_no_yaml_is_told_with_its_line(renderer: Renderer) -> None:
    campaign, problems = read_campaign(b"title: [\n", renderer.catalogue, "F.yaml")

    assert campaign is None
    assert problems[0].file == "F.yaml"
    assert problems[0].place.startswith("line")
