"""The check typed by hand on the real `bot serve`, at 360 px and over Telegram: three households, and the slip."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from bot.content.load import load
from bot.core.types import Language
from tests.journeys.browser import Visitor
from tests.journeys.service import ROOT, Service
from tests.journeys.telegram import Person, joined

MakeVisitor = Callable[..., Visitor]
Write = Callable[[str], str]  # types a line, returns what came
CATALOGUE = load(ROOT / "content")
WRONG = "hmm xyz"  # fits no question
NOT_KNOWN = "hong biet"
RESULT = "Chỉ UBND xã, phường mới xét và xác nhận."
TOO_FAST = "Bạn gửi nhanh quá"
TRIES = 30  # a second each


@dataclass(frozen=True)
class Household:
    """For whom, what is typed to each fact that is asked for (else that it is not known), and what comes out."""

    name: str
    whom: str
    answers: Mapping[str, str]
    gets: str
    asked: list[str] = field(default_factory=list)


HOUSEHOLDS = (
    Household(
        "farmer", "ca nha",
        {
            "household_class": "ho ngheo", "area": "o que", "members": "5 nguoi", "house_state": "dot nat het roi",
            "water_toilet": "thieu", "income_per_person": "ca nha 4 trieu mot thang", "commune": "bac ai dong",
        },
        "Thẻ BHYT miễn phí cho hộ nghèo",
    ),
    Household(
        "daughter", "cho me toi",
        {
            "household_class": "khong co so", "age": "76 tuoi", "has_pension": "khong co", "disability": "khong",
            "pupil_level": "khong di hoc", "ethnic_minority": "co", "commune": "phuoc thanh",
        },
        "Trợ cấp hưu trí xã hội",
    ),
    Household("unsure", "cho toi", {"age": "hon ba muoi"}, "chưa có việc nào chắc chắn được"),
)  # fmt: skip
households = pytest.mark.parametrize("household", HOUSEHOLDS, ids=lambda each: each.name)


def said(text: str) -> str:
    """A text as both channels show it, for finding one in the other."""
    return " ".join(text.replace("**", "").split())


def helpful() -> tuple[str, ...]:
    """How every line begins that says how to answer."""
    lines = (each.text[Language.VI] for key, each in CATALOGUE.messages.items() if key.startswith("eligibility.bad_"))
    return tuple(said(line)[:14] for line in lines)


def fact_of(text: str) -> str:
    """The fact that the last question asks for, `agree` with a sensitive one, "" for none."""
    if "Bạn đồng ý trả lời không?" in text:
        return "agree"
    asked = [
        (text.rfind(said(question[Language.VI])), fact.id)
        for fact in CATALOGUE.facts.values()
        for question in (fact.question, fact.question_me)
        if question and said(question[Language.VI]) in text
    ]
    return max(asked)[1] if asked else ""


def type_through(write: Write, household: Household, *, is_clumsy: bool = True) -> str:
    """Answer by hand, each question wrongly first where they are clumsy; return the result."""
    told = write("xem nha minh duoc gi")
    assert "Xem cho ai trong nhà?" in told
    assert not is_clumsy or write(WRONG).startswith(helpful())
    told = write(household.whom)
    while RESULT not in told:
        if "Đã hỏi" in told:
            assert not is_clumsy or write(WRONG).startswith(helpful())
            told = write("lam tiep")
            continue
        fact = fact_of(told)
        assert fact, told
        household.asked.append(fact)
        assert len(household.asked) < 40, household.asked
        assert not is_clumsy or write(WRONG).startswith(helpful()), fact
        told = write("dong y" if fact == "agree" else household.answers.get(fact, NOT_KNOWN))
    return told


def press(person: Visitor, label: str) -> None:
    """Press; when it was too fast, wait a little and press again."""
    person.press(label)
    until_taken(person, lambda: person.press("Bấm lại"))


def until_taken(person: Visitor, again: Callable[[], None]) -> None:
    """Do it again each second while the page says that it was too fast."""
    for _ in range(TRIES):
        if TOO_FAST not in person.text:
            return
        person.page.wait_for_timeout(1000)
        again()
    raise AssertionError(f"too fast {TRIES} times:\n{person.text[-500:]}")


def on_the_web(person: Visitor) -> Write:
    """Type as people do: when it was too fast, wait a little and press once more."""

    def write(text: str) -> str:
        person.say(text)
        until_taken(person, person.send)
        assert person.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        return said(" ".join(person.page.locator(".line.bot.new .words").all_inner_texts()))

    return write


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("check"), TEST_CLOCK="2026-11-24T09:00:00+07:00").start()
    assert running.url, running.log.read_text()
    yield running
    running.kill()


def keep_picture(person: Visitor, name: str) -> None:
    """With SHOTS set, the page's picture and its print are kept in that folder."""
    if folder := os.environ.get("SHOTS"):
        person.page.screenshot(path=f"{folder}/{name}.png", full_page=name.startswith("slip"))
        person.page.pdf(path=f"{folder}/{name}.pdf", format="A4", print_background=True)


@households
def test_a_household_types_its_way_to_the_result_on_a_small_phone(visitor: MakeVisitor, household: Household) -> None:
    person = visitor(scripts=False)

    told = type_through(on_the_web(person), household, is_clumsy=household.name == "unsure")
    keep_picture(person, household.name)

    assert household.gets in told
    press(person, "Vì sao không?")
    person.sees("Không được")
    keep_picture(person, f"{household.name}-not")


def test_an_answer_can_be_changed_by_hand_and_what_if_is_told(visitor: MakeVisitor) -> None:
    person = visitor(scripts=False)
    write = on_the_web(person)
    for text in ("xem nha minh duoc gi", "ca nha", "ho ngheo", "ket qua"):
        told = write(text)
    assert "Thẻ BHYT miễn phí cho hộ nghèo" in told

    press(person, "Đổi một câu trả lời")
    person.sees("Bạn đã trả lời như vầy")
    keep_picture(person, "change")
    press(person, "nhà thuộc hộ nào")
    write("can ngheo")
    assert "Hỗ trợ mua BHYT cho hộ cận nghèo" in write("ket qua")
    press(person, "Nếu thoát nghèo thì sao?")
    person.sees("Giữ nguyên các câu trả lời khác")
    keep_picture(person, "what-if")


def test_a_slip_is_made_printed_and_erased_again(visitor: MakeVisitor) -> None:
    person = visitor(scripts=False)
    write = on_the_web(person)
    for text in ("xem nha minh duoc gi", "ca nha", "ho ngheo", "ket qua"):
        write(text)
    press(person, "Phiếu mang ra xã")
    person.sees("Phiếu này đưa xã, phường nào?")
    press(person, "Nói xã, phường của tôi")
    write("bac ai dong")
    write("xem ket qua")
    press(person, "Phiếu mang ra xã")
    person.sees("Ai mở đều được ghi lại.")
    keep_picture(person, "slip-ask")
    assert "Mã phiếu:" in write("dong y")
    keep_picture(person, "slip-made")
    place = person.page.get_by_role("link", name="mở trang để in").get_attribute("href") or ""
    assert place.startswith(f"{person.url}/slip/")

    paper = visitor()
    answer = paper.page.goto(place)
    assert answer is not None
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert (answer.headers["x-robots-tag"], answer.headers["referrer-policy"]) == ("noindex", "no-referrer")
    for words in (
        "Đưa bộ phận một cửa UBND xã Bác Ái Đông",
        place.rpartition("/")[2],
        "Thẻ BHYT miễn phí cho hộ nghèo",
    ):
        paper.sees(words)
    keep_picture(paper, "slip")
    assert paper.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    found = Axe().run(paper.page)
    assert found.violations_count == 0, found.generate_report()

    told = write("du lieu cua toi")
    assert "Phiếu lập ngày 24/11/2026, tự xóa sau ngày 24/12/2026" in told
    press(person, "Xóa phiếu ngày 24/11/2026")
    person.sees("Đã xóa phiếu.")
    gone = paper.page.goto(place)
    assert gone is not None
    assert gone.status == 404
    paper.sees("Không mở được phiếu này")


def test_three_households_type_their_way_to_the_result_over_telegram(tmp_path: Path) -> None:
    with joined(tmp_path) as (api, service):
        for chat, household in enumerate(HOUSEHOLDS, start=1):
            person = Person(api, service, chat)
            person.does(lambda chat=chat: api.press_start(chat, ""))  # type: ignore[misc]
            write = lambda text, person=person: said(" ".join(each.text for each in person.write(text)))  # noqa: E731

            told = type_through(write, Household(household.name, household.whom, household.answers, household.gets))

            assert household.gets in told, household.name

        slip = Person(api, service, 1)
        slip.press("e:slip")
        told = " ".join(each.text for each in slip.press("e:slip:yes"))
        assert "Mã phiếu:" in told
        assert f"{service.url}/slip/" in str(api.sent_to(1)[-1])
