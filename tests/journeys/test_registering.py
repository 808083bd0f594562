"""Registering for work: on the web without scripts and over Telegram, through restarts, to a counsellor and back."""

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import pytest

from bot.content.load import load
from bot.content.render import Renderer
from bot.core.hours import UNKNOWN
from bot.core.lead_record import Result
from bot.core.leads import PATIENCE, Deed, Reason
from bot.core.staff import Member, Role, Standing
from bot.core.types import Language, Rendered, Reply
from bot.demo import MARK
from bot.services.keys import open_keys
from bot.services.leads import Called, Leads, Trouble
from bot.services.sealed import Sealed
from bot.services.vacancies import Vacancies
from bot.wiring import PLATFORMS, SystemClock
from db import audit, staff, vacancies
from db.engine import open_database
from db.migrations import upgrade
from tests.console.test_vacancies import ROW, file_of
from tests.journeys.bot_api import BotApi
from tests.journeys.service import ROOT, Page, Service, Visitor, running, visiting
from tests.journeys.telegram import DAY, MORNING, Mailbox, TelegramService, joined, wait_until

Result_ = TypeVar("Result_")
TOO_FAST: Final = 429
NOW: Final = "2026-11-24T09:00:00+07:00"
RECEIPT: Final = re.compile(r"CN-[0-9A-Z]{4}-[0-9A-Z]{4}")
ABOUT_HER: Final = (
    "Chamaléa Thị Mai", "sinh năm 05", "nữ", "0912 345 678", "Phước Dinh", "bỏ qua", "cận nghèo", "lớp 9", "chưa",
    "thất nghiệp", "phụ bếp gì cũng được", "gần nhà", "5-7tr", "cả ngày", "lâu dài", "tìm việc", "không", "không",
)  # fmt: skip
SECRETS: Final = ("Chamaléa", "Mai", "0912345678", "912345678", "0987654321", "987654321", "phụ bếp")


def mark_as_filled(folder: Path) -> None:
    """A demonstration takes registrations; here nobody invented is wanted in it."""

    async def mark() -> None:
        url = f"sqlite+aiosqlite:///{folder / 'caunoi.db'}"
        await upgrade(url)
        database = open_database(url)
        await database.write(lambda tx: audit.note(tx, None, "filled", MARK, "", MORNING))
        await database.close()

    asyncio.run(mark())


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    mark_as_filled(tmp_path)
    with running(Service(tmp_path, TEST_CLOCK=NOW, DEMO="1")) as service:
        assert service.start().url, service.log.read_text()
        yield service


@pytest.fixture
def visitor(service: Service) -> Iterator[Visitor]:
    with visiting(service, 1) as people:
        yield people[0]


def test_without_scripts_a_registration_outlives_a_restart_and_is_erased_at_the_end(
    service: Service, visitor: Visitor
) -> None:
    visitor.say("tìm việc")
    visitor.submit(visitor.open().choice("f:yes"))
    visitor.submit(visitor.open().choice("f:me"))
    for text in ABOUT_HER[:7]:
        says(visitor, text)

    service.kill()
    assert service.start(TEST_CLOCK="2026-11-26T09:00:00+07:00").url
    visitor.say("tìm việc")
    page = visitor.submit(visitor.open().choice("f:go"))
    assert "f:a:schooling:primary" in page.offered
    for text in ABOUT_HER[7:]:
        page = says(visitor, text)
    assert "Chamaléa Thị Mai" in page.text
    page = takes(lambda: visitor.submit(page.choice("f:send")))

    receipt = RECEIPT.search(page.text)
    assert receipt is not None
    assert "chưa cán bộ nào nhận lo" in says(visitor, "đơn của tôi").text
    held = service.bytes_on_disk()
    assert [text for text in SECRETS if text.encode() in held] == []
    assert [text for text in SECRETS if text in service.log.read_text(encoding="utf-8")] == []
    with visiting(service, 1) as others:
        says(others[0], "đơn của tôi")
        takes(lambda: others[0].submit(others[0].open().choice("w:code")))
        page = says(others[0], f"{receipt[0]} 5678")
        assert "chưa cán bộ nào nhận lo" in page.text
        assert not [action for action in page.offered if action.startswith(("w:c:", "w:w:", "w:e:"))]
    takes(lambda: visitor.submit(visitor.open().choice("w:e:1")))
    takes(lambda: visitor.submit(visitor.open().choice("w:e:1:yes")))
    assert service.rows("SELECT count(*) FROM leads") == [(0,)]
    assert "không thấy đơn nào" in says(visitor, "đơn của tôi").text


def says(visitor: Visitor, text: str) -> Page:
    return takes(lambda: visitor.say(text))


def takes(send: Callable[[], Page]) -> Page:
    """Send a form, again where that was too fast for one internet line."""
    pages: list[Page] = []

    def is_taken() -> bool:
        pages.append(send())
        return pages[-1].status != TOO_FAST

    assert wait_until(is_taken)
    return pages[-1]


def at_work(service: Service, work: Callable[[Leads, Member], Awaitable[Result_]]) -> Result_:
    """A counsellor at work beside the running service, on the same database."""

    async def run() -> Result_:
        database = open_database(f"sqlite+aiosqlite:///{service.database}")
        try:
            sealed = Sealed(await open_keys(database, (), service.folder / "caunoi.key"))
            zone, clock, renderer = ZoneInfo("Asia/Ho_Chi_Minh"), SystemClock(MORNING), Renderer(load(ROOT / "content"))

            def say(reply: Reply, language: Language, commune: str) -> Rendered:
                return renderer.render(reply, language, DAY, commune)

            named = await database.read(lambda tx: staff.find_named(tx, "Lan"))
            lan = named.member if named else await database.write(
                lambda tx: staff.add(tx, "Lan", {Role.COUNSELLOR}, {"22888"}, clock.now())
            )  # fmt: skip
            assert lan is not None
            await database.write(lambda tx: staff.lock(tx, lan.id, Standing.ACTIVE))
            active = await database.read(lambda tx: staff.find(tx, lan.id))
            assert active is not None
            leads = Leads(database, sealed, clock, zone, say, PLATFORMS, {}, hours=lambda: UNKNOWN, patience=PATIENCE)
            return await work(leads, active)
        finally:
            await database.close()

    return asyncio.run(run())


def with_lan(service: Service) -> None:
    """A counsellor is there."""

    async def nothing(_leads: Leads, _lan: Member) -> None:
        return None

    at_work(service, nothing)


def import_vacancy(service: Service) -> int:
    """A vacancy from a spreadsheet, as `bot vacancies import` takes it in; its number."""
    row = {**ROW, "title": "Phụ bếp quán ăn", "employer": "Quán Thử", "place": "Xã Phước Dinh"}

    async def run() -> int:
        database = open_database(f"sqlite+aiosqlite:///{service.database}")
        try:
            zone, clock, content = ZoneInfo("Asia/Ho_Chi_Minh"), SystemClock(MORNING), load(ROOT / "content")
            named = await database.read(lambda tx: staff.find_named(tx, "Lan"))
            assert named is not None
            taken = await Vacancies(database, clock, zone, lambda: content).take_in(named.member, file_of(row))
            assert taken.new == 1
            return (await database.read(vacancies.every))[0].id
        finally:
            await database.close()

    return asyncio.run(run())


class Mother:
    """Somebody on Telegram who registers her daughter."""

    def __init__(self, api: BotApi, service: TelegramService, chat: int = 7) -> None:
        self._api, self._service, self._box, self.chat = api, service, Mailbox(api), chat
        self._events = 0

    def writes(self, text: str) -> str:
        return self._does(lambda: self._api.write(self.chat, text))

    def presses(self, action: str) -> str:
        return self._does(lambda: self._api.press(self.chat, action))

    def _does(self, what: Callable[[], object]) -> str:
        before = len(self._box[self.chat])
        self._events += 1
        what()
        assert wait_until(lambda: self._service.is_settled(self._events)), self._service.logged()
        return "\n".join(message.text for message in self._box[self.chat][before:])


def test_a_mother_registers_her_daughter_and_asks_for_the_state_at_each_step(tmp_path: Path) -> None:
    mark_as_filled(tmp_path)
    with joined(tmp_path, DEMO="1") as (api, service):
        mother = Mother(api, service)
        mother.writes("/timviec")
        mother.presses("f:yes")
        mother.presses("f:other")
        for text in ABOUT_HER:
            mother.writes(text)
        mother.presses("f:change")
        mother.presses("f:c:phone")
        mother.writes("0987 654 321")
        mother.presses("f:change")
        mother.presses("f:c:wage")
        mother.writes("300k một ngày")
        sent = mother.presses("f:send")
        assert RECEIPT.search(sent)
        assert "chưa cán bộ nào nhận lo" in mother.writes("/don")
        number = service.rows("SELECT id FROM leads")[0][0]

        assert at_work(service, lambda leads, lan: leads.claim(lan, number)) is None
        assert "Chưa gọi" in mother.writes("/don")
        to_call = Called(Result.REACHED, Deed.CONTACT, next_step="tìm chỗ", next_day=date(2027, 1, 5))
        refused = at_work(service, lambda leads, lan: leads.call(lan, number, to_call))
        assert refused is Trouble.NOT_CONFIRMED
        agreed = Called(Result.REACHED, Deed.CONTACT, None, "ok", "tìm chỗ", date(2027, 1, 5), is_confirmed=True)
        assert at_work(service, lambda leads, lan: leads.call(lan, number, agreed)) is None
        assert "đã nói chuyện điện thoại" in mother.writes("/don")
        job = import_vacancy(service)
        introduced = Called(
            Result.REACHED, Deed.INTRODUCE, None, "quán", "hỏi lại", date(2027, 1, 8), vacancy=job, is_told=True
        )
        assert at_work(service, lambda leads, lan: leads.call(lan, number, introduced)) is None
        told = mother.writes("/don")
        assert "đã giới thiệu chỗ làm" in told
        assert "Phụ bếp" in told
        assert "02593888999" in told
        mother.presses("t:jobs.vacancies")
        assert "Quán Thử" in mother.presses("j:all:0")
        closed = Called(Result.REACHED, Deed.CLOSE, Reason.FOUND_WORK)
        assert at_work(service, lambda leads, lan: leads.call(lan, number, closed)) is None
        told = mother.writes("/don")
        assert "Mừng quá" in told
        assert "Đơn đã đóng" in told

        held = service.bytes_on_disk()
        assert [text for text in SECRETS if text.encode() in held] == []
        mother.presses(f"w:e:{number}")
        mother.presses(f"w:e:{number}:yes")
        with closing(sqlite3.connect(service.database)) as connection:
            assert connection.execute("SELECT count(*) FROM leads").fetchone() == (0,)
