"""`bot demo`, `bot serve --demo`: an empty database filled with invented staff and people, for who wants to look.

Whoever builds a feature adds its line to FILLERS. Nothing may look real: names say "thử", addresses "demo".
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from bot.content.edits import plan
from bot.core.approvals import Subject
from bot.core.editing import AddExample, Stage, kind_of
from bot.core.errors import BotError
from bot.core.staff import Role
from bot.core.types import Address, Incoming, Kind
from bot.office import make_staff, place_of_link
from bot.services import approvals
from bot.services.editing import KIND as EDIT
from bot.services.editing import OPEN_FOR
from bot.services.staff import Trouble
from bot.settings import Settings
from bot.shelf import Content
from bot.wiring import Service, SystemClock, open_service, today
from db import audit, content_edits, staff
from db.unused import is_unused

MARK: Final = "demonstration"  # the audit's subject of an entry that only a filled database has


async def fill(settings: Settings, content: Content, base: str = "") -> Sequence[str]:
    """Fill the database; return lines to print. One that was filled before is left as it is.

    `base`: where one-time links lead, unless PUBLIC_URL says it.

    Raises BotError for a service that somebody runs, and for a database that somebody uses.
    """
    if settings.operator:
        raise BotError("CAUNOI_OPERATOR is set: this service is real. A demonstration needs it unset.")
    async with open_service(settings, SystemClock(settings.test_clock), content) as service:
        if await service.database.read(_is_filled):
            return ()
        if not await service.database.read(is_unused):
            raise BotError(
                "The database holds what somebody did in earnest; a demonstration fills only an empty one. "
                "Name another: CAUNOI_DATABASE_URL=sqlite+aiosqlite:///./demo.db"
            )
        await service.database.write(lambda tx: audit.note(tx, None, "filled", MARK, "", service.clock.now()))
        working = asyncio.create_task(service.turns.run())
        try:
            return [line for fill_in in FILLERS for line in await fill_in(service, base)]
        finally:
            working.cancel()
            await asyncio.wait([working])


def _is_filled(tx: sa.Connection) -> bool:
    return any(entry.subject == MARK for entry in audit.read(tx, audit.Wanted(deed="filled"), 1))


@dataclass(frozen=True, slots=True)
class _Colleague:
    name: str
    roles: tuple[Role, ...]
    communes: int = 0  # how many of today's units they work for


_COLLEAGUES: Final = (
    _Colleague("Quản trị thử", (Role.ADMIN,)),
    _Colleague("Phụ trách thử", (Role.SUPERVISOR,)),
    _Colleague("Biên tập thử", (Role.EDITOR,)),
    _Colleague("Người duyệt thử", (Role.APPROVER,)),
    _Colleague("Tư vấn viên thử", (Role.COUNSELLOR,), communes=3),
    _Colleague("Người xem thử", (Role.VIEWER,)),
)

# What each person says in turn; a word with a colon, or one of _PRESSED, is a button.
_PRESSED: Final = frozenset({"distress"})
_CONVERSATIONS: Final = (
    ("nha toi can ngheo mua bhyt dong bao nhieu",),
    ("hộ nghèo vay vốn ở đâu", "lãi bao nhiêu"),
    ("con tôi học lớp 3 có được giảm học phí không",),
    ("xã mình mấy giờ mở chợ phiên",),
    ("tối nay đội nào đá",),
    ("bài hát nào hay",),
    ("mái nhà tôi dột, có được hỗ trợ sửa không", "gặp cán bộ", "handover:yes"),
    ("mẹ tôi 76 tuổi chưa có tiền già", "gặp cán bộ", "handover:yes"),
    ("nhận tin", "n:on:poverty", "n:on:health"),
    ("/nhantin tatca", "au:class:poor"),
    ("chong toi danh toi voi con", "distress", "distress:yes"),
    ("nhận tin vay vốn", "nhận tin nhà ở"),
    ("nhận tin", "n:all", "ngừng vay vốn"),
    ("dữ liệu của tôi", "pr:object", "đừng nhắn tin cho tôi buổi trưa"),
    ("dữ liệu của tôi", "pr:show", "cho tôi xem những gì cán bộ đang giữ"),
)


async def _staff(service: Service, base: str) -> list[str]:
    """Invite one member for each role; their links are printed, nobody has a password yet."""
    communes = list(dict.fromkeys(place.new_code for place in service.content.catalogue.places))
    lines = ["Demonstration: invented staff, each comes in by a one-time link (72 hours):"]
    for each in _COLLEAGUES:
        invited = await make_staff(service).invite(None, each.name, each.roles, communes[: each.communes])
        if isinstance(invited, Trouble):
            raise BotError(f"{each.name} could not be invited: {invited}")
        lines.append(f"  {each.name}: {place_of_link(service.settings, invited, base)}")
    return lines


async def _conversations(service: Service, _base: str) -> list[str]:
    """Let people ask: answered, not answered, passed to staff, in distress."""
    for number, said in enumerate(_CONVERSATIONS, start=1):
        for turn, text in enumerate(said, start=1):
            kind = Kind.CHOICE if ":" in text or text in _PRESSED else Kind.TEXT
            address, now = Address("web", f"demo-{number}"), service.clock.now()
            await service.turns.take(Incoming(address, f"demo-{number}-{turn}", kind, text, now))
    return [f"Demonstration: {len(_CONVERSATIONS)} invented people have asked something."]


async def _approvals(service: Service, _base: str) -> list[str]:
    """One more example of a topic waits for the approver. It is a true one: who approves it changes the content."""
    edit = AddExample("housing.poor_district", "mai ton nha em muc het roi xin nha nuoc giup sua sao a")
    now, day = service.clock.now(), today(service)
    change = plan(service.settings.content, edit, day)
    if change is None or change.is_done:
        return []
    shown = change.fingerprint

    def work(tx: sa.Connection) -> None:
        author = next(each.member for each in staff.every(tx) if Role.EDITOR in each.member.roles)
        number = content_edits.add(tx, kind_of(edit), edit.label, service.sealed.edit(edit), author.id, now)
        content_edits.move(tx, number, Stage.DRAFT, Stage.SUBMITTED, now)
        subject = Subject(EDIT, str(number))
        content_edits.ask(tx, number, approvals.ask(tx, author, subject, shown, now + OPEN_FOR, now))

    await service.database.write(work)
    return ["Demonstration: one change of the content waits for the approver."]


FILLERS: Final[Sequence[Callable[[Service, str], Awaitable[list[str]]]]] = (_staff, _conversations, _approvals)
