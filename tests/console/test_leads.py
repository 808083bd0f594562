"""The counsellors' pages: who sees what, claiming, calls, closing, handing over; and what the database holds of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from bot.core.lead_record import Result
from bot.core.leads import Deed, LeadState, Reason, rises
from bot.core.staff import Role
from bot.core.types import Address, CorrectLead, EraseLead, OpenLead, Session, WithdrawLead
from bot.services import lead_queues, registrations
from bot.services.lead_lists import Wanted
from bot.services.leads import Called, Trouble
from bot.services.moment import Moment
from db import addresses, leads
from db.leads import KeptLead
from tests.console.console_stand import BAO_AN, DO_VINH, ConsoleStand, Person, content, open_stand
from tests.services.desk import bytes_in

ANSWERS: Final = {
    "name": "Nguyễn Thị Hường", "birth_year": "1985", "phone": "+84912345678", "commune": f"{DO_VINH}:",
    "work": "phụ hồ, làm bếp", "wage": "5000000-7000000/month", "household": "poor", "ethnic": "cham",
}  # fmt: skip
NEXT: Final = {"next_step": "gọi lại", "next_day": "2027-01-05"}


@dataclass(frozen=True)
class Seeker:
    """Somebody at an address, and what they do with their registrations."""

    stand: ConsoleStand
    address: Address
    address_id: int

    def moment(self, tx: sa.Connection, now: datetime) -> Moment:
        return Moment(tx, self.stand.sealed, self.address, self.address_id, Session(), date(2026, 11, 24), now)

    async def does(self, effect: Any) -> None:
        def work(tx: sa.Connection) -> None:
            moment = self.moment(tx, self.stand.clock.now())
            deeds = {
                OpenLead: registrations.open_lead, CorrectLead: registrations.correct,
                WithdrawLead: registrations.withdraw, EraseLead: registrations.erase,
            }  # fmt: skip
            deeds[type(effect)](moment, effect)

        await self.stand.database.write(work)

    async def asks(self, text: str) -> Any:
        zone = self.stand.options.zone

        def work(tx: sa.Connection) -> Any:
            return registrations.by_receipt(tx, self.stand.sealed, self.address_id, text, self.stand.clock.now(), zone)

        return await self.stand.database.write(work)


async def seeker(stand: ConsoleStand, chat: str = "1") -> Seeker:
    address = Address("web", chat)
    noted = await stand.database.write(lambda tx: addresses.note(tx, [address], stand.clock.now()))
    return Seeker(stand, address, noted[address])


async def register(
    stand: ConsoleStand, changed: Mapping[str, str] | None = None, *, is_other: bool = False, receipt: str = ""
) -> int:
    who = await seeker(stand)
    answers, receipt = ANSWERS | (changed or {}), receipt or registrations.new_receipt()
    await who.does(OpenLead(receipt, answers, is_other, "2026-11-24", due(stand)))
    return max(lead.id for lead in await kept(stand))


def due(stand: ConsoleStand) -> datetime | None:
    return rises(LeadState.NEW, stand.clock.now().astimezone(stand.options.zone), None, content().hours)


async def kept(stand: ConsoleStand) -> list[KeptLead]:
    return await stand.database.read(lambda tx: leads.within(tx, None))


async def counsellor(stand: ConsoleStand, name: str = "Lan", commune: str = DO_VINH) -> Person:
    return await stand.person(name, Role.COUNSELLOR, communes=[commune])


async def test_a_counsellor_sees_the_leads_of_their_communes_masked(stand: ConsoleStand) -> None:
    lan = await counsellor(stand)
    number = await register(stand)
    other = await register(stand, {"commune": f"{BAO_AN}:", "work": "lái xe"})

    page = await stand.browser(lan).get("/console/leads")
    one = await stand.browser(lan).get(f"/console/leads/{number}")

    assert "phụ hồ" in page.text
    assert "lái xe" not in page.text
    for text in (page.text, one.text):
        assert "Hường" not in text
        assert "0912345678" not in text
        assert "+84912345678" not in text
        assert "Chăm" not in text
    assert (await stand.browser(lan).get(f"/console/leads/{other}")).status_code == 404
    assert [(entry.by, entry.subject_id) for entry in await stand.audit("seen")] == [(lan.member.id, str(number))]


async def test_whoever_has_claimed_a_lead_sees_name_and_phone_and_calls(stand: ConsoleStand) -> None:
    lan = await counsellor(stand)
    number = await register(stand)
    browser = stand.browser(lan)

    assert (await browser.post(f"/console/leads/{number}/claim")).status_code == 303
    page = (await browser.get(f"/console/leads/{number}")).text
    assert "Nguyễn Thị Hường" in page
    assert "0912345678" in page
    done = await browser.post(f"/console/leads/{number}/call", result="reached", deed="contact", note="vui", **NEXT)

    assert done.status_code == 303
    lead = (await kept(stand))[0]
    assert (lead.state, lead.calls, lead.next_step) == (LeadState.CONTACTED, 1, date(2027, 1, 5))
    assert "vui" in (await browser.get(f"/console/leads/{number}")).text


async def test_of_two_counsellors_who_claim_at_the_same_instant_one_wins_two_hundred_times(stand: ConsoleStand) -> None:
    lan, ba = await counsellor(stand), await counsellor(stand, "Bá")
    numbers = [await register(stand) for _ in range(200)]

    for number in numbers:
        results = await asyncio.gather(
            stand.leads.claim(lan.member, number), stand.leads.claim(ba.member, number), return_exceptions=True
        )
        assert sorted(str(each) for each in results) == ["None", str(Trouble.TAKEN)]

    assert {lead.state for lead in await kept(stand)} == {LeadState.CLAIMED}


async def test_an_open_lead_needs_a_next_step_and_a_closed_one_a_reason(stand: ConsoleStand) -> None:
    lan = await counsellor(stand)
    number = await register(stand)
    await stand.leads.claim(lan.member, number)

    async def call(**changed: Any) -> Trouble | None:
        full = Called(Result.REACHED, Deed.CONTACT, next_step="gọi", next_day=date(2027, 1, 5))
        return await stand.leads.call(lan.member, number, replace(full, **changed))

    assert await call(next_day=None) is Trouble.NO_STEP
    assert await call(next_step="  ") is Trouble.NO_STEP
    assert await call(result=None) is Trouble.NO_RESULT
    assert await call(deed=Deed.CLOSE) is Trouble.NO_REASON
    assert await call(deed=Deed.CLOSE, reason=Reason.WITHDRAWN) is Trouble.NO_REASON
    assert await call(deed=Deed.PLACE) is Trouble.NOT_NOW
    assert await call(deed=Deed.RETURN) is Trouble.NOT_NOW
    assert await call(result=Result.NO_ANSWER) is Trouble.NOT_REACHED
    assert await call(next_day=date(2026, 11, 1)) is Trouble.ODD_DAY
    assert await call(next_day=date(2028, 1, 1)) is Trouble.ODD_DAY
    assert await call() is None


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.WITHDRAWN])
async def test_a_closed_lead_is_told_kindly_with_its_reason(stand: ConsoleStand, reason: Reason) -> None:
    lan = await counsellor(stand)
    number = await register(stand, receipt="CN-7KQ2-M4XA")
    await stand.leads.claim(lan.member, number)

    assert await stand.leads.call(lan.member, number, Called(Result.REACHED, Deed.CLOSE, reason)) is None

    bodies = await stand.database.read(lambda tx: list(tx.execute(sa.text("SELECT body, state FROM messages"))))
    assert [state for _, state in bodies] == ["sent"]
    assert len(await kept(stand)) == 1
    assert await stand.leads.call(lan.member, number, Called(Result.REACHED, Deed.CLOSE, reason)) is Trouble.NOT_NOW


async def test_a_lead_is_handed_over_to_a_colleague_of_its_commune_only(stand: ConsoleStand) -> None:
    lan, ba, xa = await counsellor(stand), await counsellor(stand, "Bá"), await counsellor(stand, "Xa", BAO_AN)
    number = await register(stand)
    await stand.leads.claim(lan.member, number)

    assert await stand.leads.hand_over(ba.member, number, ba.member.id) is Trouble.NOT_YOURS
    assert await stand.leads.hand_over(lan.member, number, xa.member.id) is Trouble.NO_COLLEAGUE
    assert await stand.leads.hand_over(xa.member, number, xa.member.id) is Trouble.NOT_THERE
    assert await stand.leads.hand_over(lan.member, number, ba.member.id) is None
    assert (await kept(stand))[0].owner_id == ba.member.id


async def test_a_seeker_registered_by_another_says_yes_themselves_or_is_erased(stand: ConsoleStand) -> None:
    lan = await counsellor(stand)
    number = await register(stand, is_other=True)
    await stand.leads.claim(lan.member, number)
    called = Called(Result.REACHED, Deed.CONTACT, next_step="gọi", next_day=date(2027, 1, 5))

    assert await stand.leads.call(lan.member, number, called) is Trouble.NOT_CONFIRMED
    assert await stand.leads.call(lan.member, number, replace(called, is_confirmed=True)) is None
    assert await stand.leads.erase(lan.member, number) is Trouble.NOT_NOW
    again = await register(stand, is_other=True)
    await stand.leads.claim(lan.member, again)
    assert await stand.leads.erase(lan.member, again) is None
    assert [lead.id for lead in await kept(stand)] == [number]


async def test_a_lead_that_rests_reaches_the_supervisor(stand: ConsoleStand) -> None:
    boss = await stand.person("Sếp", Role.SUPERVISOR)
    lan = await counsellor(stand)
    await register(stand)

    async def resting(person: Person) -> int:
        local = stand.clock.now().astimezone(stand.options.zone)
        return await stand.database.read(lambda tx: lead_queues.resting(tx, person.member, local))

    assert await resting(boss) == 0
    stand.clock.pass_time(timedelta(days=5))

    assert (await resting(boss), await resting(lan)) == (1, 0)
    assert (await stand.lead_lists.list(boss.member, Wanted(resting=True))).found == 1


async def test_a_seeker_who_moved_to_another_commune_waits_for_a_counsellor_there(stand: ConsoleStand) -> None:
    lan, xa = await counsellor(stand), await counsellor(stand, "Xa", BAO_AN)
    number = await register(stand)
    await stand.leads.claim(lan.member, number)
    called = Called(Result.REACHED, Deed.CONTACT, next_step="gọi", next_day=date(2027, 1, 5))
    await stand.leads.call(lan.member, number, called)

    await (await seeker(stand)).does(CorrectLead(number, ANSWERS | {"commune": f"{BAO_AN}:"}, due(stand)))

    lead = (await kept(stand))[0]
    assert (lead.state, lead.owner_id, lead.calls, lead.next_step) == (LeadState.NEW, None, 1, None)
    assert await stand.leads.claim(xa.member, number) is None


async def test_a_name_is_found_without_its_tone_marks_and_only_by_whoever_may_read_it(stand: ConsoleStand) -> None:
    lan, ba = await counsellor(stand), await counsellor(stand, "Bá")
    number = await register(stand)
    await stand.leads.claim(lan.member, number)

    async def found(person: Person, text: str) -> int:
        return (await stand.lead_lists.list(person.member, Wanted(text=text))).found

    assert [await found(lan, text) for text in ("huong", "0912 345", "phu ho", "zzz")] == [1, 1, 1, 0]
    assert [await found(ba, text) for text in ("huong", "0912 345", "phu ho")] == [0, 0, 1]


async def test_a_script_in_any_field_is_text(stand: ConsoleStand) -> None:
    lan = await counsellor(stand)
    script = "<script>alert(1)</script>"
    number = await register(stand, dict.fromkeys(("name", "work", "village", "household"), script))
    await stand.leads.claim(lan.member, number)
    browser = stand.browser(lan)
    await browser.post(f"/console/leads/{number}/call", result="reached", deed="contact", note=script,
                       next_step=script, next_day="2027-01-05")  # fmt: skip

    for place in ("/console/leads", f"/console/leads?text={script}", f"/console/leads/{number}"):
        page = (await browser.get(place)).text
        assert "<script" not in page
        assert "&lt;script&gt;" in page


async def test_possible_duplicates_are_shown_and_never_merged(stand: ConsoleStand) -> None:
    lan = await counsellor(stand)
    first, second = await register(stand), await register(stand, {"name": "Nguyễn Văn Ba"})

    page = (await stand.browser(lan).get(f"/console/leads/{second}")).text

    assert f'href="/console/leads/{first}"' in page
    assert len(await kept(stand)) == 2


async def test_a_receipt_cannot_be_guessed_and_opens_the_state_alone(stand: ConsoleStand) -> None:
    await register(stand, receipt="CN-7KQ2-M4XA")
    other = await seeker(stand, "2")

    assert (await other.asks("CN-7KQ2-M4XA 1111")).lead is None
    found = await other.asks("CN-7KQ2-M4XA 5678")
    assert (found.lead.state, found.lead.answers) == (LeadState.NEW, {})
    for _ in range(3):
        await other.asks("CN-7KQ2-M4XA 2222")
    assert (await other.asks("CN-7KQ2-M4XA 5678")).is_held
    third = await seeker(stand, "3")
    assert (await third.asks("CN-7KQ2-M4XA 5678")).is_held
    stand.clock.pass_time(timedelta(hours=1, seconds=1))
    assert (await third.asks("CN-7KQ2-M4XA 5678")).lead is not None


async def test_nobody_changes_another_persons_lead_from_a_chat(stand: ConsoleStand) -> None:
    number = await register(stand)
    stranger = await seeker(stand, "2")

    for effect in (CorrectLead(number, ANSWERS | {"name": "X"}), WithdrawLead(number), EraseLead(number)):
        await stranger.does(effect)

    lead = (await kept(stand))[0]
    assert lead.state is LeadState.NEW
    assert stand.sealed.read_lead(lead.body).answers == ANSWERS
    owner = await seeker(stand)
    await owner.does(WithdrawLead(number))
    assert (await kept(stand))[0].reason is Reason.WITHDRAWN
    await owner.does(EraseLead(number))
    assert await kept(stand) == []


async def test_the_database_holds_no_name_phone_or_receipt_that_can_be_read(tmp_path: Path) -> None:
    stand = await open_stand(tmp_path)
    lan = await counsellor(stand)
    for at in range(20):
        number = await register(stand, {"phone": f"+8491234{at:04}"}, receipt=f"CN-7KQ2-M4{at + 20:02}")
        await stand.leads.claim(lan.member, number)
        await stand.leads.call(lan.member, number, Called(Result.REACHED, Deed.CLOSE, Reason.FOUND_WORK, note="bí mật"))
    await stand.database.close()

    held = bytes_in(tmp_path)
    for text in ("Hường", "Nguyễn", "91234", "CN-7KQ2", "phụ hồ", "bí mật"):
        assert text.encode() not in held


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER, Role.APPROVER, Role.ADMIN])
async def test_other_roles_open_no_lead(stand: ConsoleStand, role: Role) -> None:
    somebody = await stand.person("Ai", role)
    number = await register(stand)
    browser = stand.browser(somebody)

    assert (await browser.get("/console/leads")).status_code == 403
    assert (await browser.get(f"/console/leads/{number}")).status_code == 403
    assert (await browser.post(f"/console/leads/{number}/claim")).status_code == 403


async def test_leads_are_taken_along_masked_as_they_are_seen_with_totals_that_add_up(stand: ConsoleStand) -> None:
    lan, ba = await counsellor(stand), await counsellor(stand, "Bá")
    formula = '=HYPERLINK("http://x","y")'
    for number, changed in enumerate(({}, {"sex": "female"}, {"work": formula, "sex": "male"})):
        await stand.leads.claim((lan if number else ba).member, await register(stand, changed))

    taken = await stand.browser(lan).get("/console/leads.xlsx")

    with CalamineWorkbook.from_filelike(BytesIO(taken.content)) as book:
        people, _codes, totals = (book.get_sheet_by_index(at).to_python() for at in range(3))
    names = [row[people[0].index("name")] for row in people[1:]]
    assert sorted(names) == ["N. T. H.", "Nguyễn Thị Hường", "Nguyễn Thị Hường"]
    assert formula in [row[people[0].index("work looked for")] for row in people[1:]]
    sums: dict[str, float] = {}
    for by, value, count in totals[1:]:
        if value == "Together":
            assert sums.pop(by) == count == len(people) - 1
        else:
            sums[by] = sums.get(by, 0) + count
    assert sums == {}
    assert [entry.by for entry in await stand.audit("exported")] == [lan.member.id]


async def test_who_may_not_export_takes_nothing_along(stand: ConsoleStand) -> None:
    admin = await stand.person("Ai", Role.ADMIN)
    await register(stand)

    assert (await stand.browser(admin).get("/console/leads.xlsx")).status_code == 403
    assert await stand.audit("exported") == []


async def test_numbers_are_drawn_with_a_table_for_the_communes_one_works_for_and_small_ones_are_hidden(
    stand: ConsoleStand,
) -> None:
    lan, viewer = await counsellor(stand), await stand.person("Xem", Role.VIEWER)
    for number in range(9):
        await register(stand, {"commune": f"{DO_VINH if number < 6 else BAO_AN}:"})

    own, everything = [await stand.browser(each).get("/console/leads/figures") for each in (lan, viewer)]
    boss = await stand.person("Sếp", Role.SUPERVISOR)
    taken = await stand.browser(boss).get("/console/leads/figures.xlsx")
    assert (await stand.browser(viewer).get("/console/leads/figures.xlsx")).status_code == 403

    assert own.text.count("<svg class=") == own.text.count("<table>") == 5
    assert "Phường Bảo An" not in own.text
    assert "<td>6</td>" in own.text
    assert "<td>3</td>" not in everything.text
    with CalamineWorkbook.from_filelike(BytesIO(taken.content)) as book:
        rows = {row[0]: row[1] for row in book.get_sheet_by_index(4).to_python()}
    assert (rows["Phường Đô Vinh"], rows["Phường Bảo An"], rows["Together"]) == ("< 5", "< 5", 9)
    admin = await stand.person("Ai", Role.ADMIN)
    assert (await stand.browser(admin).get("/console/leads/figures")).status_code == 403
