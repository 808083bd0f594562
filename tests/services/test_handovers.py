"""Handovers: one has it, what is said meanwhile goes to them, both sides can end it, nothing stays behind."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.core.handover import DISTRESS, FIRST_ANSWER, QUESTION, TALK_IDLE, State
from bot.core.staff import Member, Role, Standing
from bot.core.types import Address, EndTalk, Language, OpenHandover, Rendered, Reply, Session, WriteToStaff
from bot.services import keeping
from bot.services.handover_queues import calls, overdue, own_talks, questions
from bot.services.handovers import Handovers, Trouble
from bot.services.keeping import Moment
from bot.services.ports import Platform
from bot.services.talks import Talks
from db import addresses, audit, handovers, messages, sessions, staff
from tests.fakes import START
from tests.services.desk import SHORT, WEB, Desk
from tests.services.test_sweep import sweep_of

HERE = Address(WEB, "1")
DO_VINH, BAO_AN = "22738", "22741"


def say(reply: Reply, language: Language, commune: str) -> Rendered:  # the key says enough
    return Rendered(reply.key)


class Office:
    """Staff and people on the desk's database."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.database = desk, desk.database
        platforms = {WEB: Platform(is_settled=True), SHORT: Platform()}
        self.talks = Talks(desk.sealed, say, platforms, {})
        self.handovers = Handovers(desk.database, desk.sealed, desk.clock, self.talks)

    async def member(self, name: str, *roles: Role, communes: tuple[str, ...] = ()) -> Member:
        def work(tx: sa.Connection) -> Member:
            made = staff.add(tx, name, roles, communes, START)
            assert made is not None
            staff.activate(tx, made.id, "x", b"x", 1)
            found = staff.find(tx, made.id)
            assert found is not None
            return found

        found = await self.database.write(work)
        assert found.standing is Standing.ACTIVE
        return found

    async def keep(self, *effects: object, address: Address = HERE, commune: str = DO_VINH) -> None:
        """Keep the effects of a turn of this address."""

        def work(tx: sa.Connection) -> None:
            number = addresses.note(tx, {address}, START)[address]
            session = Session(commune=commune)
            sessions.save(tx, {number: self.desk.sealed.session(session)}, START)
            moment = Moment(tx, self.desk.sealed, address, number, session, START.date(), self.desk.clock.now())
            for effect in effects:
                keeping.KEEP[type(effect)](moment, effect)

        await self.database.write(work)

    async def waiting(self, kind: str = QUESTION, *texts: str, **where: str) -> int:
        """Somebody passes their words to staff; return the handover's number."""
        due = self.desk.clock.now() + FIRST_ANSWER
        await self.keep(OpenHandover(kind, texts or ("xin giúp",), due), **where)
        return await self.desk.database.read(lambda tx: handovers.every(tx, (kind,), tuple(State))[-1].id)

    async def talks_of(self) -> str:
        def work(tx: sa.Connection) -> str:
            number = addresses.find(tx, HERE)
            assert number is not None
            return sessions.load(tx, [number])[number].talks_of

        return await self.database.read(work)


@pytest.fixture
async def office(desk: Desk) -> Office:
    return Office(desk)


async def test_of_two_who_take_it_at_once_one_has_it_a_hundred_times(office: Office) -> None:
    first, second = [await office.member(name, Role.EDITOR) for name in ("Nguyễn Văn An", "Lê Thị Đào")]

    for each in range(100):
        number = await office.waiting(address=Address(WEB, str(each)))
        results = await asyncio.gather(*(office.handovers.claim(by, number) for by in (first, second)))

        assert sorted(results, key=str) == [None, Trouble.TAKEN]
        opened = [await office.handovers.open(by, number) for by in (first, second)]
        assert [each.is_mine for each in opened if each] == [result is None for result in results]


async def test_nobody_reads_before_they_have_it(office: Office) -> None:
    here, near = await office.member("An", Role.EDITOR), await office.member("Đào", Role.EDITOR)
    number = await office.waiting(QUESTION, "nhà tôi bị tốc mái")

    before = await office.handovers.open(here, number)
    await office.handovers.claim(here, number)
    mine, theirs = await office.handovers.open(here, number), await office.handovers.open(near, number)

    assert before is not None
    assert before.lines == ()
    assert mine is not None
    assert [line.text for line in mine.lines] == ["nhà tôi bị tốc mái"]
    assert theirs is not None
    assert theirs.lines == ()


async def test_the_person_is_told_and_what_they_write_comes_to_who_has_it(office: Office) -> None:
    here = await office.member("An", Role.EDITOR)
    number = await office.waiting()
    assert await office.talks_of() == ""

    await office.handovers.claim(here, number)
    kind = await office.talks_of()
    await office.keep(WriteToStaff("tôi ở thôn 2"))
    await office.handovers.answer(here, number, "Dạ, **mai** cán bộ qua.")
    opened = await office.handovers.open(here, number)
    closed = await office.handovers.close(here, number, "answered")

    assert kind == QUESTION
    assert opened is not None
    assert [(line.by, line.text) for line in opened.lines] == [
        ("", "xin giúp"), ("", "tôi ở thôn 2"), ("An", "Dạ, mai cán bộ qua."),
    ]  # fmt: skip
    assert await office.desk.conversation() == [
        "handover.taken", "handover.answer\n\nDạ, **mai** cán bộ qua.", "handover.closed",
    ]  # fmt: skip
    assert closed is None
    assert await office.talks_of() == ""


async def test_on_another_channel_the_answer_waits_for_its_sender(office: Office) -> None:
    here = await office.member("An", Role.EDITOR)
    number = await office.waiting(address=Address(SHORT, "9"))

    await office.handovers.claim(here, number)

    assert await office.desk.rows("SELECT state FROM messages") == [(messages.PENDING,)]


async def test_who_stopped_us_is_written_nothing_and_staff_are_told(office: Office) -> None:
    here = await office.member("An", Role.EDITOR)
    number = await office.waiting()
    await office.handovers.claim(here, number)
    await office.desk.change("UPDATE addresses SET state = 'blocked'")

    trouble = await office.handovers.answer(here, number, "Dạ")
    opened = await office.handovers.open(here, number)

    assert trouble is Trouble.STOPPED
    assert opened is not None
    assert not opened.is_reachable


async def test_a_word_that_comes_while_it_is_being_closed_lets_it_wait_again(office: Office) -> None:
    here = await office.member("An", Role.EDITOR)
    number = await office.waiting()
    await office.handovers.claim(here, number)
    await office.handovers.close(here, number, "silent")

    await office.keep(WriteToStaff("tôi đây"))

    opened = await office.handovers.open(here, number)
    assert opened is not None
    assert opened.handover.state is State.OPEN


async def test_asking_again_adds_what_is_new_to_what_waits(office: Office) -> None:
    here = await office.member("An", Role.EDITOR)
    number = await office.waiting(QUESTION, "một", "hai")

    again = await office.waiting(QUESTION, "hai", "ba")

    await office.handovers.claim(here, number)
    opened = await office.handovers.open(here, number)
    assert again == number
    assert opened is not None
    assert [line.text for line in opened.lines] == ["một", "hai", "ba"]


async def test_the_person_ends_it_and_the_bot_has_the_word_again(office: Office) -> None:
    here = await office.member("An", Role.EDITOR)
    number = await office.waiting()
    await office.handovers.claim(here, number)

    await office.keep(EndTalk())

    opened = await office.handovers.open(here, number)
    assert opened is not None
    assert opened.handover.reason == "by_person"
    assert await office.talks_of() == ""
    assert await office.handovers.answer(here, number, "Dạ") is Trouble.NOT_YOURS


async def test_it_is_given_back_or_handed_to_a_colleague_who_may_have_it(office: Office) -> None:
    here = await office.member("An", Role.COUNSELLOR, communes=(DO_VINH,))
    near = await office.member("Đào", Role.COUNSELLOR, communes=(DO_VINH,))
    far = await office.member("Bình", Role.COUNSELLOR, communes=(BAO_AN,))
    number = await office.waiting()
    await office.handovers.claim(here, number)
    opened = await office.handovers.open(here, number)

    refused = await office.handovers.hand_on(here, number, far.id)
    handed = await office.handovers.hand_on(here, number, near.id)
    late = await office.handovers.release(here, number)
    back = await office.handovers.release(near, number)

    assert opened is not None
    assert [each.id for each in opened.colleagues] == [near.id]
    assert (refused, handed, late, back) == (Trouble.NOT_FOR_THEM, None, Trouble.NOT_YOURS, None)
    assert await office.handovers.claim(near, number) is None


async def test_another_commune_s_number_looks_like_none(office: Office) -> None:
    far = await office.member("Bình", Role.COUNSELLOR, communes=(BAO_AN,))
    number = await office.waiting()

    found = [await office.handovers.open(far, each) for each in (number, 999)]
    done = [await office.handovers.claim(far, each) for each in (number, 999)]

    assert found == [None, None]
    assert done == [Trouble.NOT_THERE, Trouble.NOT_THERE]
    assert await office.handovers.every(far) == []
    assert not await office.desk.rows("SELECT 1 FROM audit WHERE deed IN ('seen', 'claimed')")


async def test_a_call_for_help_is_the_supervisor_s_alone(office: Office) -> None:
    supervisor = await office.member("An", Role.SUPERVISOR)
    others = [
        await office.member("Đào", Role.EDITOR, Role.ADMIN),
        await office.member("Bình", Role.COUNSELLOR, communes=(DO_VINH,)),
    ]
    number = await office.waiting(DISTRESS)

    for each in others:
        assert await office.handovers.open(each, number) is None
        assert await office.handovers.every(each) == []
        assert await office.desk.database.read(lambda tx, by=each: calls(tx, by, START)) == 0
    assert await office.handovers.claim(supervisor, number) is None
    assert await office.talks_of() == DISTRESS


async def test_what_waits_too_long_waits_for_the_supervisor_too(office: Office) -> None:
    supervisor = await office.member("An", Role.SUPERVISOR)
    editor = await office.member("Đào", Role.EDITOR)
    number = await office.waiting()
    clock, database = office.desk.clock, office.desk.database

    async def counted() -> list[int]:
        now = clock.now()
        return [
            await database.read(lambda tx, count=count, by=by: count(tx, by, now))
            for count, by in ((overdue, supervisor), (questions, editor), (questions, supervisor))
        ]

    early = await counted()
    clock.pass_time(FIRST_ANSWER)
    late = await counted()
    await office.handovers.claim(supervisor, number)
    await office.handovers.answer(supervisor, number, "Dạ")
    answered = await counted()
    own = await database.read(lambda tx: own_talks(tx, supervisor, START))

    assert (early, late, answered, own) == ([0, 1, 0], [1, 1, 0], [0, 0, 0], 1)


async def test_a_supervisor_takes_over_from_who_does_not_come_to_it(office: Office) -> None:
    supervisor = await office.member("An", Role.SUPERVISOR)
    ill, other = await office.member("Đào", Role.EDITOR), await office.member("Bình", Role.EDITOR)
    number = await office.waiting()
    await office.handovers.claim(ill, number)

    assert await office.handovers.take_over(other, number) is Trouble.NOT_YOURS
    assert await office.handovers.take_over(supervisor, number) is None
    assert await office.handovers.answer(ill, number, "Dạ") is Trouble.NOT_YOURS


async def test_every_look_and_deed_stands_in_the_log_without_a_word(office: Office) -> None:
    here = await office.member("An", Role.EDITOR)
    number = await office.waiting()
    await office.handovers.every(here)
    await office.handovers.claim(here, number)
    await office.handovers.open(here, number)
    await office.handovers.answer(here, number, "Dạ")
    await office.handovers.close(here, number, "answered")

    entries = await office.database.read(lambda tx: audit.read(tx, audit.Wanted(), 100))

    assert [entry.deed for entry in entries][::-1] == ["listed", "claimed", "seen", "answered", "closed"]
    assert {(entry.by, entry.subject, entry.subject_id) for entry in entries} == {
        (here.id, "handover", ""), (here.id, "handover", str(number)),
    }  # fmt: skip


async def test_erasing_the_person_erases_the_talk_and_its_number_is_gone(office: Office) -> None:
    here = await office.member("An", Role.EDITOR)
    number = await office.waiting()
    await office.handovers.claim(here, number)
    await office.keep(WriteToStaff("tôi ở thôn 2"))
    await office.handovers.answer(here, number, "Dạ")

    await office.desk.people.erase(HERE)

    assert await office.handovers.open(here, number) is None
    assert await office.handovers.answer(here, number, "Dạ") is Trouble.NOT_THERE
    for table in ("handovers", "handover_lines", "messages"):
        assert await office.desk.rows(f"SELECT * FROM {table}") == []


async def test_an_answer_says_something_and_not_too_much(office: Office) -> None:
    here = await office.member("An", Role.EDITOR)
    number = await office.waiting()
    await office.handovers.claim(here, number)

    assert await office.handovers.answer(here, number, " \n ") is Trouble.EMPTY
    assert await office.handovers.answer(here, number, "a" * 4001) is Trouble.TOO_LONG
    assert await office.handovers.close(here, number, "by_person") is Trouble.NO_REASON


async def test_a_talk_left_alone_for_a_day_waits_again(office: Office) -> None:
    here = await office.member("An", Role.EDITOR)
    number = await office.waiting()
    await office.handovers.claim(here, number)

    now = office.desk.clock.now()
    left = [
        await office.database.write(lambda tx, after=after: office.talks.leave_idle(tx, now + after))
        for after in (TALK_IDLE, TALK_IDLE + timedelta(seconds=1), 2 * TALK_IDLE)
    ]

    assert left == [0, 1, 0]
    assert await office.talks_of() == ""
    assert await office.desk.conversation() == ["handover.taken", "handover.left"]
    assert await office.handovers.claim(here, number) is None


@pytest.mark.parametrize(("kind", "told"), [(QUESTION, "handover.left"), (DISTRESS, "handover.left_distress")])
async def test_a_talk_given_back_tells_the_person_once_that_the_bot_answers(
    office: Office, kind: str, told: str
) -> None:
    here, other = await office.member("An", Role.SUPERVISOR), await office.member("Đào", Role.SUPERVISOR)
    number = await office.waiting(kind)
    await office.handovers.claim(here, number)

    given = [await office.handovers.release(by, number) for by in (here, here, other)]

    assert given == [None, Trouble.NOT_YOURS, Trouble.NOT_YOURS]
    assert await office.talks_of() == ""
    assert (await office.desk.conversation())[1:] == [told]


async def test_on_a_channel_with_a_sender_it_waits_for_it(office: Office) -> None:
    here, far = await office.member("An", Role.EDITOR), Address(SHORT, "1")
    number = await office.waiting(address=far)
    await office.handovers.claim(here, number)

    await office.handovers.release(here, number)

    assert await office.desk.rows("SELECT state FROM messages ORDER BY id") == [("pending",), ("pending",)]


async def test_what_staff_write_in_distress_is_shown_for_ten_minutes_from_when_it_was_first_seen(
    office: Office,
) -> None:
    supervisor, clock, people = await office.member("An", Role.SUPERVISOR), office.desk.clock, office.desk.people
    number = await office.waiting(DISTRESS)
    await office.handovers.claim(supervisor, number)
    await office.handovers.answer(supervisor, number, "chị qua trạm y tế nghe")
    clock.pass_time(timedelta(days=2))  # nobody looked: it waits

    news = await people.read(HERE)
    await people.note_seen(HERE, news[-1].at)
    clock.pass_time(timedelta(minutes=9))
    again = await people.read(HERE)
    clock.pass_time(timedelta(minutes=1))
    await sweep_of(office.desk).sweep_guarded()

    assert [(line.is_news, line.message.guarded) for line in news] == [(True, True)] * 2
    assert [line.message.text for line in again] == [line.message.text for line in news]
    assert not any(line.is_news for line in again)
    assert await people.read(HERE) == []
    assert await office.desk.rows("SELECT * FROM messages") == []


async def test_what_staff_write_in_distress_is_no_part_of_what_is_kept(office: Office) -> None:
    supervisor = await office.member("An", Role.SUPERVISOR)
    number = await office.waiting(DISTRESS)
    await office.handovers.claim(supervisor, number)
    await office.handovers.answer(supervisor, number, "chị qua trạm y tế nghe")

    assert await office.database.read(lambda tx: messages.read(tx, 1)) == []
