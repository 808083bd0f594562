"""A person of whom everything is kept that can be, on two addresses, and a member of staff who answered them."""

import io
import itertools
import sqlite3
import zipfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from bot.core.handover import QUESTION, State
from bot.core.staff import Role
from bot.core.types import Address, Incoming, KeepSlip, Kind, Language, OpenLead, Rendered, Reply, Session
from bot.office import make_console, make_staff
from bot.services import locks
from bot.services.handovers import Handovers
from bot.services.invitations import Invitations
from bot.services.keeping import KEEP
from bot.services.locks import Passwords
from bot.services.moment import Moment
from bot.services.privacy import PrivacyRequests
from bot.services.records import EXPORTED, Records
from bot.services.staff import Invited
from bot.services.talks import Talks
from bot.services.throttle import Throttle
from bot.wiring import PLATFORMS, Service
from db import addresses, handovers
from db import staff as members
from db.keys import sealed_columns
from db.tables import metadata
from tests.console.console_stand import PASSWORD, Browser, Person
from tests.services.desk import CODE, SLIP

PHONE, LAPTOP = Address("telegram", "7700112233"), Address("web", "4f2c9a71.5b3e88d0c1")  # both hers
NAME: Final = "Nguyễn Thị Me Xóm Trên"
WORDS: Final = f"tôi là {NAME}, nhà gần cây me lớn đầu xóm, mái tôn bay hết"
ANSWER: Final = "Cô mang giấy lên gặp anh Ba ở ủy ban sáng thứ tư nghe cô"
WISH: Final = "đừng gọi tôi giờ trưa, chồng tôi đang ngủ"
ASKED: Final = "tối nay đội nào đá với đội Xóm Trên"  # nobody can answer it
REASON: Final = "đã ghi, không gọi giờ trưa nữa"
TEXTS: Final = (NAME, WORDS, ASKED, ANSWER, WISH, REASON)
_PRESSED: Final = frozenset({"erase"})
_EVENTS: Final = itertools.count(1)


async def say(service: Service, address: Address, *texts: str) -> None:
    """Let somebody type; what holds a colon (and a few words) is a button."""
    for text in texts:
        kind = Kind.CHOICE if ":" in text or text in _PRESSED else Kind.TEXT
        await service.turns.take(Incoming(address, f"whole-{next(_EVENTS)}", kind, text, service.clock.now()))


async def last_said(service: Service, address: Address) -> str:
    return (await service.people.read(address))[-1].message.text


async def live(service: Service) -> Person:
    """Let her do all that can be kept, and let staff answer her; return who of the staff did."""
    colleague = await _colleague(service)
    await say(service, PHONE, "xã Phước Hữu", ASKED, WORDS, "gặp cán bộ", "handover:yes", "n:on:credit", "n:on:social")
    await say(service, PHONE, "au:class:poor", "ngừng an sinh", "pr:object", WISH)
    await say(service, PHONE, "l:code")
    code = (await last_said(service, PHONE)).partition("Mã của bạn: ")[2].strip("*")[:9]
    await say(service, LAPTOP, WORDS, "l:type", code, "l:join", "n:on:housing")
    await service.database.write(lambda tx: _keep_slip_and_lead(tx, service))
    await _answered(service, colleague)
    assert len(await service.database.read(lambda tx: addresses.of_person(tx, _number(tx, LAPTOP)))) == 2
    return colleague


async def exports(service: Service, colleague: Person, others: Iterable[Address]) -> bytes:
    """What staff can take along now: every spreadsheet of the console, unpacked, and what is kept of others."""
    browser, told = Browser(make_console(service), colleague.token, "192.0.2.7"), b""
    for name in ("staff.xlsx", "audit.xlsx", "privacy.xlsx", "questions/export"):
        answer = await browser.get(f"/console/{name}")
        assert answer.status_code == 200, name
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            told += b"".join(book.read(each) for each in book.namelist())
    records = Records(service.database, service.sealed, service.clock, service.people)
    for address in others:
        told += str(await records.read(colleague.member, address, EXPORTED)).encode()
    for mine in (PHONE, LAPTOP):
        assert await records.read(colleague.member, mine, EXPORTED) is None
    return told


def sealed_of_her(file: Path) -> list[bytes]:
    """Some bytes of everything encrypted that is kept of her; each kind of record is there."""
    mine = "address_id IN (SELECT id FROM addresses WHERE chat IN (?, ?))"
    asked = f"id IN (SELECT question_id FROM messages WHERE {mine})"
    talk = f"handover_id IN (SELECT id FROM handovers WHERE {mine})"
    kept = []
    with closing(sqlite3.connect(file)) as connection:
        for each in sealed_columns():
            table, column = each.column.table, each.column.name
            of_her = {"questions": asked, "handover_lines": talk}.get(table.name, mine)
            if of_her is mine and "address_id" not in table.c:
                continue  # of staff and their work
            rows = connection.execute(
                f"SELECT {column} FROM {table.name} WHERE {of_her} AND {column} IS NOT NULL", (PHONE.chat, LAPTOP.chat)
            ).fetchall()
            assert rows or table.name == "inbox", f"nothing of {table.name}.{column}: the test has to make it"
            kept += [blob[4:28] for (blob,) in rows]
    return kept


def rows_with_a_person(tx: sa.Connection) -> dict[str, int]:
    """How many rows of each table are somebody's."""
    counted = {
        table.name: tx.scalar(sa.select(sa.func.count()).select_from(table).where(table.c.address_id.is_not(None))) or 0
        for table in metadata.sorted_tables
        if "address_id" in table.c
    }
    for table in (metadata.tables[name] for name in ("addresses", "handover_lines", "questions")):
        counted[table.name] = tx.scalar(sa.select(sa.func.count()).select_from(table)) or 0
    return {name: number for name, number in counted.items() if number}


async def _colleague(service: Service) -> Person:
    """Somebody of the staff who may see and take along all there is."""
    invited = await make_staff(service).invite(None, "Lê Văn Cán Bộ", (Role.ADMIN, Role.EDITOR, Role.SUPERVISOR), ())
    assert isinstance(invited, Invited)
    invitations = Invitations(service.database, service.sealed, service.clock, Throttle(service.keys), Passwords())
    kept = await service.database.read(lambda tx: members.invitation(tx, locks.digest(invited.token)))
    assert kept is not None
    secret = service.sealed.read_totp(kept.totp)
    assert await invitations.choose_password(invited.token, PASSWORD) is None
    token = await invitations.accept(invited.token, locks.code_at(secret, service.clock.now()), "Firefox, Linux")
    member = await service.database.read(lambda tx: members.find(tx, invited.member.id))
    assert member is not None
    assert isinstance(token, str)
    return Person(member, secret, token)


async def _answered(service: Service, colleague: Person) -> None:
    """Her question is claimed and answered, she writes back; her request about her data is closed with a reason."""

    def rendered(reply: Reply, language: Language, commune: str) -> Rendered:
        return service.content.renderer.render(reply, language, service.clock.now().date(), commune)

    talks = Handovers(service.database, service.sealed, service.clock, Talks(service.sealed, rendered, PLATFORMS, {}))
    (number,) = [
        each.id
        for each in await service.database.read(lambda tx: handovers.every(tx, (QUESTION,), tuple(State)))
        if each.address_id == await service.database.read(lambda tx: _number(tx, PHONE))
    ]
    assert await talks.claim(colleague.member, number) is None
    assert await talks.answer(colleague.member, number, ANSWER) is None
    await say(service, PHONE, WORDS)
    requests = PrivacyRequests(service.database, service.sealed, service.clock)
    assert await requests.close(colleague.member, 1, REASON)


def _keep_slip_and_lead(tx: sa.Connection, service: Service) -> None:
    now = service.clock.now()
    session = Session(commune=SLIP.commune)
    moment = Moment(tx, service.sealed, PHONE, _number(tx, PHONE), session, now.date(), now)
    KEEP[KeepSlip](moment, KeepSlip(CODE, SLIP, 30))
    answers = {"name": NAME, "phone": "+84912345678", "commune": f"{SLIP.commune}:", "work": "phụ hồ"}
    KEEP[OpenLead](moment, OpenLead("CN-AAAA-BBBB", answers, False, now.date().isoformat()))


def _number(tx: sa.Connection, address: Address) -> int:
    found = addresses.find(tx, address)
    assert found is not None
    return found
