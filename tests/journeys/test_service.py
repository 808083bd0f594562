"""The whole process over HTTP, as people without scripts use it: asked, pressed twice, left, given odd things."""

import csv
import shutil
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.journeys.service import ROOT, Page, Service, Visitor, running, visiting

QUESTIONS = Path(__file__).parents[1] / "eval" / "questions-dev.tsv"
NOW = "2026-11-24T09:00:00+07:00"
NEAR_POOR = "nha toi can ngheo mua bhyt duoc ho tro bao nhieu"
SHARE = "ít nhất 70%"  # stands in the answer to it
UNBEARABLE = "cau nay khong ai chiu noi"
AT_ONCE = 4


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with running(Service(tmp_path, TEST_CLOCK=NOW)) as service:
        assert service.start().url, service.log.read_text()
        yield service


@pytest.fixture
def visitor(service: Service) -> Iterator[Visitor]:
    with visiting(service, 1) as people:
        yield people[0]


@pytest.fixture
def next_person(service: Service) -> Iterator[Visitor]:
    """Somebody who waits no longer than a second."""
    with visiting(service, 1, patience=1.0) as people:
        yield people[0]


def test_a_question_without_tone_marks_gets_its_answer_with_bounds_sum_and_sources(visitor: Visitor) -> None:
    page = visitor.say(NEAR_POOR)

    for words in (SHARE, "nhiều nhất 34.155 đồng", "409.860", "NĐ 188/2025/NĐ-CP", "đến 6/2026"):
        assert words in page.text
    for dead in ("95%", "15-20%", "25%"):
        assert dead not in page.text


def test_somebody_asks_picks_what_is_offered_wants_a_part_presses_twice_and_erases(visitor: Visitor) -> None:
    start = visitor.open()
    assert start.said == []
    assert visitor.cookies

    offer = visitor.submit(start.writing(), text="vay tien")
    picked = next(action for action in offer.offered if action.startswith("t:"))
    assert offer.said == ["vay tien"]
    assert offer.offered.count("none") == 1

    answer = visitor.submit(offer.choice(picked))
    part = next(action for action in answer.offered if action.startswith(f"p:{picked.removeprefix('t:')}:"))
    assert len(answer.lines) > len(offer.lines)
    assert "Nguồn:" in answer.lines[len(offer.lines)].text

    told = visitor.submit(answer.choice(part))
    assert len(told.lines) > len(answer.lines)

    first = visitor.submit(told.writing(), text=NEAR_POOR)
    second = visitor.submit(told.writing(), text=NEAR_POOR)
    assert first.lines == second.lines
    assert first.said == ["vay tien", NEAR_POOR]
    assert first.text.count(SHARE) == 1

    erased = visitor.submit(second.posting("/xoa"))
    assert erased.said == visitor.open().said == []
    assert SHARE not in erased.text


def test_leaving_erases_the_conversation_and_its_cookie(service: Service, visitor: Visitor) -> None:
    page = visitor.say(NEAR_POOR)
    before = visitor.cookies

    gone = visitor.submit(page.posting("/thoat"))

    assert "nghèo" not in gone.text
    assert not visitor.cookies
    assert visitor.open().said == []
    assert visitor.cookies != before
    assert service.rows("SELECT count(*) FROM messages") == service.rows("SELECT count(*) FROM sessions") == [(0,)]


def test_distress_is_answered_once_and_is_nowhere_afterwards(visitor: Visitor) -> None:
    told = visitor.say("chong cu hay danh toi voi con")
    after = visitor.open()

    assert "113" in told.text
    assert "111" in told.text
    assert "113" not in after.text
    assert "danh toi" not in after.text


def test_every_development_question_gets_a_page(service: Service) -> None:
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]

    def ask(start: int) -> list[Page]:
        """Six each: the limit of one visitor is not far above."""
        with visiting(service, 1) as (person,):
            return [person.say(text) for text in texts[start : start + 6]]

    with ThreadPoolExecutor(AT_ONCE) as threads:
        pages = [page for some in threads.map(ask, range(0, len(texts), 6)) for page in some]

    assert [text for text, page in zip(texts, pages, strict=True) if page.status != 200] == []
    assert len(texts) == 282


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"%00nul%00", id="NUL"),
        pytest.param(b"%ED%A0%80 mot nua", id="half a surrogate pair"),
        pytest.param(b"%FF%FE%C0", id="no UTF-8"),
        pytest.param(quote("ợ" * 10_000).encode(), id="10,000 letters"),
        pytest.param(quote("a " * 5_000).encode(), id="5,000 words"),
        pytest.param(quote("😀👩‍👩‍👧‍👦🇻🇳" * 40).encode(), id="emoji only"),
        pytest.param(quote("{{7*7}} {% raise %} ${7*7}").encode(), id="template"),
        pytest.param(quote("<script>alert(1)</script></textarea><img src=x onerror=alert(1)>").encode(), id="HTML"),
        pytest.param(quote("**x** [a](javascript:alert) ](tel:1) \\ * [b](http://x \n\n- - **").encode(), id="markup"),
        pytest.param(quote("\u202e\u0000\u200b\ufeff\u0301\u0301").encode(), id="marks alone"),
    ],
)
def test_odd_words_are_answered_and_the_next_person_within_a_second(
    visitor: Visitor, next_person: Visitor, body: bytes
) -> None:
    event = quote(visitor.open().writing().fields["event"]).encode()

    with ThreadPoolExecutor(1) as threads:
        odd = threads.submit(visitor.post, "/say", b"event=" + event + b"&text=" + body)
        answered = next_person.say(NEAR_POOR)

    assert SHARE in answered.text
    assert odd.result().status == 200
    assert not odd.result().lines[-1].by_person
    page = visitor.open()
    assert page.lines == odd.result().lines
    assert "<script>alert" not in page.html
    assert "<img src=x" not in page.html
    assert "javascript:" not in page.html.replace("[a](javascript:alert)", "")
    assert "49" not in page.said[-1] if page.said else True
    assert SHARE in visitor.say(NEAR_POOR).text


def test_letters_taken_apart_are_understood_like_whole_ones(service: Service) -> None:
    text = "chuẩn nghèo là bao nhiêu"

    with visiting(service, 2) as people:
        whole, apart = (
            person.say(unicodedata.normalize(form, text)) for person, form in zip(people, ("NFC", "NFD"), strict=True)
        )

    assert apart.lines == whole.lines
    assert "Ở nông thôn" in whole.text


def test_a_message_no_turn_can_bear_gets_an_apology_and_the_next_person_an_answer_within_a_second(
    tmp_path: Path,
) -> None:
    program = ("-m", "tests.journeys.odd_service", "raises", UNBEARABLE)
    with running(Service(tmp_path, TEST_CLOCK=NOW).start(program)) as service, visiting(service, 1) as (odd,):
        form = odd.open().writing()
        with visiting(service, 1, patience=1.0) as (next_person,), ThreadPoolExecutor(1) as threads:
            sorry = threads.submit(odd.submit, form, text=UNBEARABLE)
            answered = next_person.say(NEAR_POOR)
        again = odd.submit(form, text=UNBEARABLE)
        afterwards = odd.submit(again.writing(), text=NEAR_POOR)

        assert service.rows("SELECT state, payload, tries FROM inbox WHERE state <> 'done'") == [("aside", None, 3)]
        assert service.stop() == 0

    assert SHARE in answered.text
    assert again.lines == sorry.result().lines
    assert len(again.lines) == 1
    assert not again.lines[0].by_person
    assert afterwards.lines[0] == again.lines[0]
    assert SHARE in afterwards.text
    assert UNBEARABLE not in service.log.read_text()


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("messages/turn.yaml", b"apology: {vi: ["),
        ("topics/health/coverage.yaml", b""),
        ("topics/poverty/standard.yaml", b"\xff\xfe"),
        ("parameters/poverty/income_rural.yaml", b"label: {vi: a, en: b}\nunit: percent\nvalues: []\n"),
        ("words.yaml", b"- a\n"),
        ("places.csv", b"old_code,new_code\n1,2\n"),
    ],
)
def test_a_broken_file_of_the_content_stops_the_start_and_is_named(tmp_path: Path, file: str, content: bytes) -> None:
    folder = tmp_path / "content"
    shutil.copytree(ROOT / "content", folder)
    (folder / file).write_bytes(content)

    with running(Service(tmp_path, CONTENT=str(folder))) as service:
        code = service.start().ended()

    said = service.log.read_text()
    assert service.url == ""
    assert code == 1
    assert file in said
    assert "Traceback" not in said
    assert not service.database.exists()
