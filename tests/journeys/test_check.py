"""The check typed by hand on the real `bot serve`, at 360 px and over Telegram: three households, and the slip."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe

from bot.content.load import load
from bot.core.types import Language
from tests.journeys.bot_api import BotApi
from tests.journeys.browser import Visitor
from tests.journeys.service import ROOT, Service, running, visiting
from tests.journeys.telegram import Person, Read, TelegramService, joined

MakeVisitor = Callable[..., Visitor]
CATALOGUE = load(ROOT / "content")
MORNING = "2026-11-24T09:00:00+07:00"
WRONG = "hmm xyz"  # fits no question
NOT_KNOWN = "hong biet"
RESULT = "Chỉ UBND xã, phường mới xét và xác nhận."
FAST = "100000"  # messages a minute: nobody waits; the limit is tested with the web chat


class Talk(Protocol):
    """One person's conversation on one channel. Both return what came."""

    def write(self, text: str) -> str: ...
    def press(self, label: str) -> str: ...


@dataclass(frozen=True)
class Household:
    """For whom, what is typed to each fact that is asked for (else that it is not known), what comes out.

    `changes`: facts whose answer is changed afterwards, to what, and what comes out then.
    """

    name: str
    whom: str
    answers: Mapping[str, str]
    gets: str
    changes: tuple[tuple[str, str, str], ...] = ()


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
        "daughter", "cho ma tui",
        {
            "household_class": "khong co so", "age": "76 tuoi", "has_pension": "khong co", "disability": "khong",
            "pupil_level": "khong di hoc", "ethnic_minority": "co", "commune": "phuoc thanh",
        },
        "Trợ cấp hưu trí xã hội",
    ),
    Household(
        "unsure", "cho toi", {"age": "hon ba muoi"}, "chưa có việc nào chắc chắn được",
        (
            ("household_class", "ho can ngheo", "Hỗ trợ mua BHYT cho hộ cận nghèo"),
            ("household_class", "chac la ho ngheo", "Thẻ BHYT miễn phí cho hộ nghèo"),
        ),
    ),
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


def type_through(talk: Talk, household: Household) -> str:
    """Answer by hand, each question wrongly first; return the result."""
    asked: list[str] = []
    told = talk.write("xem nha minh duoc gi")
    assert "Xem cho ai trong nhà?" in told
    assert talk.write(WRONG).startswith(helpful())
    told = talk.write(household.whom)
    while RESULT not in told:
        if "Đã hỏi" in told:
            assert talk.write(WRONG).startswith(helpful())
            told = talk.write("lam tiep")
            continue
        fact = fact_of(told)
        assert fact, told
        asked.append(fact)
        assert len(asked) < 40, asked
        assert talk.write(WRONG).startswith(helpful()), fact
        told = talk.write("dong y" if fact == "agree" else household.answers.get(fact, NOT_KNOWN))
    return told


def change(talk: Talk, fact: str, answer: str) -> str:
    """Change one answer, again wrongly first; return the result."""
    assert "Bạn đã trả lời như vầy" in talk.write("doi cau tra loi")
    told = talk.press(CATALOGUE.facts[fact].label[Language.VI])
    assert fact_of(told) == fact
    assert talk.write(WRONG).startswith(helpful()), fact
    talk.write(answer)
    return talk.write("ket qua")


def go_through(talk: Talk, household: Household) -> None:
    """Type the whole check, change what they change, look at what is not theirs."""
    assert household.gets in type_through(talk, household)
    for fact, answer, gets in household.changes:
        assert gets in change(talk, fact, answer)
    assert "Không được" in talk.press("Vì sao không?")
    if household.changes:
        talk.write("ket qua")
        assert "Giữ nguyên các câu trả lời khác" in talk.press("Nếu thoát nghèo thì sao?")


class OnTheWeb:
    """No page without scripts is spoken to before it is there: `evaluate` would wait for ever."""

    def __init__(self, person: Visitor) -> None:
        self.person = person

    def write(self, text: str) -> str:
        with self.person.page.expect_navigation():
            self.person.say(text)
        return self._came()

    def press(self, label: str) -> str:
        with self.person.page.expect_navigation():
            self.person.press(label)
        return self._came()

    def _came(self) -> str:
        page = self.person.page
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        return said(" ".join(page.locator(".line.bot.new .words").all_inner_texts()))


class OnTelegram:
    def __init__(self, person: Person) -> None:
        self._person = person
        self._read: list[Read] = []

    def write(self, text: str) -> str:
        return self._came(self._person.write(text))

    def press(self, label: str) -> str:
        buttons = (button for message in reversed(self._read) for button in message.buttons)
        return self._came(self._person.press(next(action for name, action in buttons if name == label)))

    def _came(self, messages: list[Read]) -> str:
        self._read += messages
        return said(" ".join(each.text for each in messages))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("check"), TEST_CLOCK=MORNING, TEST_WEB_RATE=FAST).start()
    assert running.url, running.log.read_text()
    yield running
    running.kill()


@pytest.fixture(scope="module")
def on_telegram(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[BotApi, TelegramService]]:
    with joined(tmp_path_factory.mktemp("telegram")) as (api, service):
        yield api, service


def keep_picture(person: Visitor, name: str) -> None:
    """With SHOTS set, the page's picture and its print are kept in that folder."""
    if folder := os.environ.get("SHOTS"):
        person.page.screenshot(path=f"{folder}/{name}.png", full_page=name.startswith("slip"))
        person.page.pdf(path=f"{folder}/{name}.pdf", format="A4", print_background=True)


@households
def test_a_household_types_its_way_to_the_result_on_a_small_phone(visitor: MakeVisitor, household: Household) -> None:
    person = visitor(scripts=False)

    go_through(OnTheWeb(person), household)

    keep_picture(person, household.name)


@households
def test_a_household_types_its_way_to_the_result_over_telegram(
    on_telegram: tuple[BotApi, TelegramService], household: Household
) -> None:
    api, service = on_telegram
    chat = HOUSEHOLDS.index(household) + 1
    person = Person(api, service, chat)
    person.does(lambda: api.press_start(chat, ""))

    go_through(OnTelegram(person), household)


def test_a_slip_is_asked_for_in_words_over_telegram(on_telegram: tuple[BotApi, TelegramService]) -> None:
    api, service = on_telegram
    chat = len(HOUSEHOLDS) + 1
    person = Person(api, service, chat)
    person.does(lambda: api.press_start(chat, ""))
    talk = OnTelegram(person)

    assert "Chưa có kết quả nào để làm phiếu" in talk.write("cho toi to phieu")
    for text in ("xem nha minh duoc gi", "ca nha", "ho ngheo", "ket qua"):
        talk.write(text)
    talk.write("in phieu")
    talk.press("Nói xã, phường của tôi")
    talk.write("bac ai dong")
    assert "Bạn đồng ý không?" in talk.write("in phiếu")
    assert "Mã phiếu:" in talk.write("dong y")
    assert f"{service.url}/slip/" in str(api.sent_to(chat)[-1])


def test_a_slip_is_made_printed_and_erased_again(visitor: MakeVisitor) -> None:
    person = visitor(scripts=False)
    talk = OnTheWeb(person)
    for text in ("xem nha minh duoc gi", "ca nha", "ho ngheo", "ket qua"):
        talk.write(text)
    assert "Phiếu này đưa xã, phường nào?" in talk.press("Phiếu mang ra xã")
    talk.press("Nói xã, phường của tôi")
    talk.write("bac ai dong")
    assert "Ai mở đều được ghi lại." in talk.write("cho toi to phieu")
    keep_picture(person, "slip-ask")
    assert "Mã phiếu:" in talk.write("dong y")
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

    told = talk.write("du lieu cua toi")
    assert "Phiếu lập ngày 24/11/2026, tự xóa sau ngày 24/12/2026" in told
    assert "Đã xóa phiếu." in talk.press("Xóa phiếu ngày 24/11/2026")
    gone = paper.page.goto(place)
    assert gone is not None
    assert gone.status == 404
    paper.sees("Không mở được phiếu này")


def test_a_check_goes_on_after_a_kill_a_release_and_29_days_and_is_over_after_30(tmp_path: Path) -> None:
    content = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    with (
        running(Service(tmp_path, CONTENT=str(content)).start(TEST_CLOCK=MORNING)) as service,
        visiting(service, 1) as (person,),
    ):
        for text in ("xem nha minh duoc gi", "cho me toi", "ho ngheo"):
            asked = person.say(text).lines[-1].text
        service.kill()
        facts = (content / "facts.yaml").read_text(encoding="utf-8")
        question = CATALOGUE.facts[fact_of(asked)].question[Language.VI]
        assert facts.count(question) == 1
        (content / "facts.yaml").write_text(facts.replace(question, "Câu này nay hỏi khác?"), encoding="utf-8")
        service.start(TEST_CLOCK="2026-12-23T09:00:00+07:00")

        assert "Câu này nay hỏi khác?" in person.say("lam tiep").lines[-1].text
        assert "Thẻ BHYT miễn phí cho hộ nghèo" in person.say("ket qua").text

        service.kill()
        service.start(TEST_CLOCK="2026-12-25T09:00:00+07:00")
        over = person.say("ket qua")
        lines = [line.text for line in over.lines[-3:]]
        assert any("để lâu quá hạn giữ" in line for line in lines), lines
        assert not any("Thẻ BHYT miễn phí cho hộ nghèo;" in line for line in lines), lines
