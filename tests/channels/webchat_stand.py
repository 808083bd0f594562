"""A web chat on fakes: a conversation in memory that answers by rule, with the real page, texts and script.

`Talk` is both ports at once, as the database is for the real ones. It can be told to be away.
"""

import asyncio
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment
from starlette.types import ASGIApp

from bot.channels.webchat.app import Options, Standing, Surroundings, create_app
from bot.core.markup import escape
from bot.core.own import Ours
from bot.core.types import Address, Incoming, Kind, Language, Rendered, RenderedButton, Said
from bot.services.ports import Paper, Receipt

MESSAGES = Path(__file__).parents[2] / "content" / "messages"
NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # 12:00 in Ninh Thuận

HEALTH = Rendered(
    "Hộ cận nghèo mua thẻ BHYT được Nhà nước hỗ trợ **ít nhất 70%**. Bạn đóng **nhiều nhất 34.155 đồng** một người "
    "một tháng; 12 tháng nhiều nhất 409.860 đồng.\nCách tính: nhiều nhất 30% của 4,5% lương cơ sở 2.530.000 đồng "
    "(từ 1/7/2026).\n\nTrước khi đóng, hỏi bộ phận một cửa UBND xã, phường nơi bạn ở:\n- Xã mình có trong danh sách xã "
    "nghèo không?\n- Tỉnh có hỗ trợ thêm không?\n\nNguồn: NĐ 188/2025/NĐ\\-CP, Điều 6 khoản 6. "
    "[Cổng dịch vụ công](https://dichvucong.gov.vn). Theo văn bản đọc được đến 6/2026.",
    (
        RenderedButton("Cần giấy gì?", "p:health.near_poor_subsidy:papers"),
        RenderedButton("Nộp ở đâu?", "p:health.near_poor_subsidy:where"),
        RenderedButton("Mục lục", "menu"),
    ),
)
PAPERS = Rendered("Đem theo **thẻ căn cước** và sổ hộ cận nghèo.", (RenderedButton("Mục lục", "menu"),))
DISTRESS = Rendered(
    "**Bạn cần được an toàn trước đã. Gọi ngay:**\n- **113**: công an\n- **111**: bảo vệ trẻ em",
    (RenderedButton("Nhờ cán bộ giúp", "distress"),),
    guarded=True,
)
ENGLISH = Rendered("I speak English from now on. What would you like to know?")
OTHER = Rendered("Bạn bấm Mục lục, hoặc gõ lại câu hỏi nha.", (RenderedButton("Mục lục", "menu"),))


def answer(event: Incoming) -> tuple[Rendered, ...]:
    """The rule by which the stand answers."""
    match event.kind, event.text:
        case Kind.CHOICE, "p:health.near_poor_subsidy:papers":
            return (PAPERS,)
        case Kind.CHOICE, "lang:en":
            return (ENGLISH,)
        case (Kind.CHOICE, "distress") | (Kind.TEXT, "chong cu hay danh toi"):
            return (DISTRESS,)
        case (Kind.TEXT, _) | (Kind.START, _):
            return (HEALTH,)
        case _:
            return (OTHER,)


class FakeClock:
    """Stands still until it is told to go on."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def go_on(self, **time: float) -> None:
        self.moment += timedelta(**time)


class Talk:
    """Conversations in memory. `taken` holds every event that became a turn."""

    def __init__(self, clock: FakeClock, rule: Callable[[Incoming], tuple[Rendered, ...]] = answer) -> None:
        self._clock, self._rule = clock, rule
        self.lines: dict[Address, list[Said]] = {}
        self.languages: dict[Address, Language] = {}
        self.taken: list[Incoming] = []
        self.erased: list[Address] = []
        self.gone = asyncio.Event()  # set by the first erasing
        self.waiting = False  # a handover is open
        self.error: Exception | None = None  # raised by every call
        self.open = asyncio.Event()  # while it is not set, every call waits
        self.open.set()
        self._receipts: dict[str, Receipt] = {}

    async def take(self, event: Incoming) -> Receipt:
        await self._reach()
        if event.event_id in self._receipts:
            first = self._receipts[event.event_id]
            return Receipt(first.replies, first.guarded, repeated=True)
        self.taken.append(event)
        replies = self._rule(event)
        guarded = any(reply.guarded for reply in replies)
        if not guarded:
            lines, now = self.lines.setdefault(event.address, []), self._clock.now()
            if event.kind is Kind.TEXT:
                lines.append(Said(now, True, Rendered(escape(event.text))))
            lines.extend(Said(now, False, reply) for reply in replies)
        if event.text.startswith("lang:"):
            self.languages[event.address] = Language(event.text.removeprefix("lang:"))
        receipt = self._receipts[event.event_id] = Receipt(replies, guarded)
        return receipt

    async def read(self, address: Address) -> Sequence[Said]:
        await self._reach()
        return tuple(self.lines.get(address, ()))

    async def erase(self, address: Address) -> None:
        await self._reach()
        self.erased.append(address)
        self.lines.pop(address, None)
        self.gone.set()

    async def note_seen(self, address: Address, until: datetime) -> None:
        await self._reach()
        lines = self.lines.get(address, [])
        lines[:] = [replace(line, is_news=line.is_news and line.at > until) for line in lines]

    def write(self, text: str, *, guarded: bool = False) -> None:
        """Staff write to everybody."""
        for lines in self.lines.values():
            lines.append(Said(self._clock.now(), False, Rendered(text, guarded=guarded), is_news=True))

    async def standing(self, address: Address) -> Standing:
        await self._reach()
        return Standing(self.languages.get(address), self.waiting)

    async def _reach(self) -> None:
        if self.error is not None:
            raise self.error
        await self.open.wait()


def read_texts() -> Callable[[str, Language, Mapping[str, object]], str]:
    """The real words of the page, straight from content/messages/."""
    jinja, rows = Environment(), {}
    for file in ("web", "button", "slip"):
        for name, row in yaml.load((MESSAGES / f"{file}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader).items():
            rows[f"{file}.{name}"] = row

    def say(key: str, language: Language, params: Mapping[str, object]) -> str:
        assert set(params) == set(rows[key].get("params", ())), f"{key} declares other params than {set(params)}"
        return jinja.from_string(rows[key][language]).render(params)

    return say


def menu(_language: Language) -> Sequence[RenderedButton]:
    labels = ("Bảo hiểm y tế", "Giảm nghèo", "Nhà ở", "Vay vốn", "Học phí", "Trợ cấp xã hội", "Việc làm")
    return tuple(RenderedButton(label, f"s:{at}") for at, label in enumerate(labels))


class Stand:
    """The app and all it stands on."""

    def __init__(self, rule: Callable[[Incoming], tuple[Rendered, ...]] = answer, **options: Any) -> None:
        self.clock = FakeClock()
        self.talk = Talk(self.clock, rule)
        self.well = True
        self.papers: dict[str, Paper] = {}  # slips by their code
        numbers = itertools.count(1)
        self.app: ASGIApp = create_app(
            Surroundings(
                intake=self.talk,
                conversations=self.talk,
                texts=read_texts(),
                menu=menu,
                standing=self.talk.standing,
                health=self._health,
                paper=self._paper,
                ours=self._ours,
                address_of=self._address_of,
                new_id=lambda: f"id{next(numbers):020d}",
                clock=self.clock,
            ),
            Options(**options),
        )

    @staticmethod
    async def _address_of(token: str) -> Address:
        return Address("web", f"hash-of-{token}")

    async def _ours(self, code: str) -> Ours | None:
        return Ours("Rà soát hộ nghèo", date(2026, 11, 24)) if code == "BCD234" else None

    async def _paper(self, code: str) -> Paper | None:
        return self.papers.get(code)

    async def _health(self) -> tuple[bool, Mapping[str, Any]]:
        return self.well, {"database": "ok" if self.well else "away"}
