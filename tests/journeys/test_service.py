"""The whole process over HTTP, as people without scripts use it: asked, pressed twice, killed, started again."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.journeys.service import Service, Visitor

QUESTIONS = Path(__file__).parents[1] / "eval" / "questions-dev.tsv"
NEAR_POOR = "nha toi can ngheo mua bhyt duoc ho tro bao nhieu"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    running = Service(tmp_path, TEST_CLOCK="2026-11-24T09:00:00+07:00").start()
    assert running.url, running.log.read_text()
    yield running
    if running.alive:
        running.kill()


def test_a_question_without_tone_marks_gets_its_answer_with_bounds_sum_and_sources(service: Service) -> None:
    visitor = Visitor(service)

    page = visitor.say(NEAR_POOR)

    for words in ("ít nhất 70%", "nhiều nhất 34.155 đồng", "409.860", "NĐ 188/2025/NĐ-CP", "đến 6/2026"):
        assert words in page.text
    for dead in ("95%", "15-20%", "25%"):
        assert dead not in page.text
    visitor.close()


def test_the_same_post_twice_is_one_turn_and_shows_the_first_answer(service: Service) -> None:
    visitor = Visitor(service)
    form = visitor.open().writing()

    first = visitor.submit(form, text=NEAR_POOR)
    second = visitor.submit(form, text=NEAR_POOR)

    assert first.text.count("ít nhất 70%") == second.text.count("ít nhất 70%") == 1
    visitor.close()


def test_distress_is_answered_once_and_is_nowhere_afterwards(service: Service) -> None:
    visitor = Visitor(service)

    told = visitor.say("chong cu hay danh toi voi con")
    after = visitor.open()

    assert "113" in told.text
    assert "111" in told.text
    assert "113" not in after.text
    assert "danh toi" not in after.text
    visitor.close()


def test_every_development_question_gets_a_page(service: Service) -> None:
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]

    for start in range(0, len(texts), 6):  # a new visitor before the limit of one session is near
        visitor = Visitor(service)
        for text in texts[start : start + 6]:
            assert visitor.say(text).status == 200, text
        visitor.close()

    assert len(texts) == 282


@pytest.mark.parametrize(
    "text",
    ["\x00nul", "😀😀😀", "{{7*7}}", "<script>alert(1)</script> **x** [a](javascript:b)", "nghe\u0300o", "a " * 4900],
)
def test_odd_input_is_answered_and_the_next_person_too(service: Service, text: str) -> None:
    odd, next_person = Visitor(service), Visitor(service)

    assert odd.say(text).status == 200
    assert "ít nhất 70%" in next_person.say(NEAR_POOR).text
    assert "<script>alert" not in odd.open().html
    odd.close()
    next_person.close()


def test_leaving_erases_the_conversation_and_its_cookie(service: Service) -> None:
    visitor = Visitor(service)
    page = visitor.say(NEAR_POOR)

    gone = visitor.submit(page.button("Thoát nhanh"))
    after = visitor.open()

    assert "nghèo" not in gone.text
    assert "can ngheo" not in after.text
    visitor.close()


def test_questions_survive_a_process_that_is_killed_again_and_again(tmp_path: Path) -> None:
    chance = random.Random(4)
    service = Service(tmp_path).start()
    visitors = [Visitor(service) for _ in range(5)]

    for number in range(30):
        visitor = visitors[number % 5]
        form = visitor.open().writing()
        if chance.random() < 0.3:
            service.kill()
            with pytest.raises(httpx.TransportError):
                visitor.submit(form, text=f"tien dien ho ngheo {number}")
            service.start()
        page = visitor.insist(form, text=f"tien dien ho ngheo {number}")
        assert page.text.count(f"tien dien ho ngheo {number} ") == 1

    for at, visitor in enumerate(visitors):
        shown = visitor.open().text
        places = [shown.find(f"tien dien ho ngheo {number} ") for number in range(at, 30, 5)]
        assert places == sorted(places)
        assert -1 not in places
        visitor.close()
    service.kill()
