"""Who may do what: roles add up, communes limit, and a change asks anew within its own transaction."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.core.approvals import Approval, Objection, Ruling, Stage, Subject
from bot.core.staff import Member, Role, Standing
from bot.services import access, approvals
from bot.services.access import NotAllowed, Right
from bot.services.audits import Audits, Filter
from bot.services.keys import Keys
from bot.services.rotation import Resealed, reseal
from bot.services.sealed import Sealed
from bot.services.staff import Trouble
from tests.console.console_stand import BAC_AI_TAY, BAO_AN, COMMUNES, DO_VINH, ConsoleStand

roles = st.frozensets(st.sampled_from(Role))
communes = st.frozensets(st.sampled_from(list(COMMUNES)))
rights = st.sampled_from(Right)


def member(*given: Role, communes: frozenset[str] = frozenset(), standing: Standing = Standing.ACTIVE) -> Member:
    return Member(1, "Lê Thị Đào", frozenset(given), communes, standing)


@given(roles, roles, communes, communes, rights)
def test_another_role_never_takes_anything_away(
    some: frozenset[Role], more: frozenset[Role], own: frozenset[str], record: frozenset[str], right: Right
) -> None:
    before = access.reaches(member(*some, communes=own), right, record)

    assert access.reaches(member(*some, *more, communes=own), right, record) >= before


@given(roles, communes, communes, rights)
def test_what_reaches_a_record_is_a_right_that_is_held(
    some: frozenset[Role], own: frozenset[str], record: frozenset[str], right: Right
) -> None:
    if access.reaches(member(*some, communes=own), right, record):
        assert access.may(member(*some, communes=own), right)


@given(roles, communes, rights)
def test_nobody_who_does_not_work_here_may_do_anything(
    some: frozenset[Role], own: frozenset[str], right: Right
) -> None:
    for standing in (Standing.INVITED, Standing.ENDED):
        assert not access.reaches(member(*some, communes=own, standing=standing), right, own)


def test_a_counsellor_reaches_their_own_communes_and_no_others() -> None:
    counsellor = member(Role.COUNSELLOR, communes=frozenset({DO_VINH}))

    assert access.reaches(counsellor, Right.SEE_STAFF, {DO_VINH, BAO_AN})
    assert not access.reaches(counsellor, Right.SEE_STAFF, {BAO_AN})
    assert not access.reaches(counsellor, Right.SEE_STAFF, ())


def test_a_viewer_reads_numbers_vacancies_and_announcements_and_may_do_nothing_else() -> None:
    viewer = member(Role.VIEWER, communes=frozenset(COMMUNES))

    assert {right for right in Right if access.may(viewer, right)} == {
        Right.SEE_CAMPAIGNS, Right.SEE_FIGURES, Right.SEE_VACANCIES,
    }  # fmt: skip


async def test_looking_at_a_record_is_noted_and_a_foreign_one_leaves_no_trace(stand: ConsoleStand) -> None:
    here = await stand.person("Lê Thị Đào", Role.COUNSELLOR, communes=[DO_VINH])
    near = await stand.person("Trần Văn Bình", Role.COUNSELLOR, communes=[DO_VINH, BAO_AN])
    far = await stand.person("Phạm Thị Cúc", Role.COUNSELLOR, communes=[BAC_AI_TAY])

    found = [await stand.staff.one(here.member, number) for number in (near.member.id, far.member.id, 999)]

    assert found == [near.member, None, None]
    assert [(each.by, each.subject, each.subject_id) for each in await stand.audit("seen")] == [
        (here.member.id, "staff", str(near.member.id))
    ]


async def test_roles_that_went_since_the_page_was_opened_open_nothing(stand: ConsoleStand) -> None:
    first, second = [await stand.person(name, Role.ADMIN) for name in ("Nguyễn Văn An", "Lê Thị Đào")]
    assert await stand.staff.assign(first.member, second.member.id, {Role.VIEWER}, ()) is None

    with pytest.raises(NotAllowed):
        await stand.staff.end(second.member, first.member.id)


async def test_the_log_is_for_those_who_administer_now(stand: ConsoleStand) -> None:
    first, second = [await stand.person(name, Role.ADMIN) for name in ("Nguyễn Văn An", "Lê Thị Đào")]
    audits = Audits(stand.database, stand.clock, stand.options.zone)
    assert await audits.read(second.member, Filter())
    await stand.staff.assign(first.member, second.member.id, {Role.SUPERVISOR}, ())

    with pytest.raises(NotAllowed):
        await audits.read(second.member, Filter())
    with pytest.raises(NotAllowed):
        await audits.members(second.member)


async def test_two_administrators_who_end_each_other_at_once_leave_one(stand: ConsoleStand) -> None:
    first, second = [await stand.person(name, Role.ADMIN) for name in ("Nguyễn Văn An", "Lê Thị Đào")]

    results = await asyncio.gather(
        stand.staff.end(first.member, second.member.id),
        stand.staff.end(second.member, first.member.id),
        return_exceptions=True,
    )

    assert sorted(type(result).__name__ for result in results) == ["NoneType", "NotAllowed"]


async def test_nobody_changes_ends_or_invites_anew_themselves(stand: ConsoleStand) -> None:
    me = (await stand.person("Nguyễn Văn An", Role.ADMIN)).member

    assert await stand.staff.assign(me, me.id, {Role.ADMIN, Role.APPROVER}, ()) is Trouble.OWN
    assert await stand.staff.end(me, me.id) is Trouble.OWN
    assert await stand.staff.link(me, me.id) is Trouble.OWN


async def test_an_end_is_at_once_and_for_good(stand: ConsoleStand) -> None:
    admin = await stand.person("Nguyễn Văn An", Role.ADMIN)
    gone = await stand.person("Lê Thị Đào", Role.EDITOR)
    browser = stand.browser(gone)
    assert (await browser.get("/console/")).status_code == 200

    await stand.staff.end(admin.member, gone.member.id)

    assert (await browser.get("/console/")).status_code == 303
    assert (await browser.sign_in("Lê Thị Đào", stand.next_code(gone.secret))).status_code == 422
    assert await stand.staff.link(admin.member, gone.member.id) is Trouble.ENDED


async def test_a_new_link_ends_sign_ins_password_and_the_link_before(stand: ConsoleStand) -> None:
    admin = await stand.person("Nguyễn Văn An", Role.ADMIN)
    lost = await stand.person("Lê Thị Đào", Role.EDITOR)

    first = await stand.staff.link(admin.member, lost.member.id)
    second = await stand.staff.link(admin.member, lost.member.id)

    assert not isinstance(first, Trouble)
    assert not isinstance(second, Trouble)
    assert (await stand.browser(lost).get("/console/")).status_code == 303
    assert (await stand.browser().sign_in("Lê Thị Đào", stand.next_code(lost.secret))).status_code == 422
    assert (await stand.browser().get(f"/console/invitation/{first.token}")).status_code == 410
    assert (await stand.come(second)).member.id == lost.member.id


async def test_an_author_with_a_second_role_does_not_approve_their_own(stand: ConsoleStand) -> None:
    author = (await stand.person("Nguyễn Văn An", Role.ADMIN, Role.EDITOR, Role.APPROVER, Role.SUPERVISOR)).member
    other = (await stand.person("Lê Thị Đào", Role.APPROVER)).member
    now, until = stand.clock.now(), stand.clock.now() + timedelta(days=3)
    subject = Subject("topic", "health.coverage")
    number = await stand.database.write(lambda tx: approvals.ask(tx, author, subject, "hash", until, now))

    own, others = [
        await stand.database.write(
            lambda tx, by=by: approvals.rule(tx, by, number, Ruling.APPROVE, "hash", stand.clock.now())
        )
        for by in (author, other)
    ]

    assert own is Objection.OWN
    assert isinstance(others, Approval)
    assert (others.stage, others.approver) == (Stage.APPROVED, other.id)
    newest = (await stand.audit())[0]
    assert (newest.deed, newest.by, newest.subject_id) == ("approved", other.id, "health.coverage")


async def test_what_waits_for_approval_does_not_wait_for_its_author(stand: ConsoleStand) -> None:
    author = (await stand.person("Nguyễn Văn An", Role.EDITOR, Role.APPROVER)).member
    approver = (await stand.person("Lê Thị Đào", Role.APPROVER)).member
    editor = (await stand.person("Trần Văn Bình", Role.EDITOR)).member
    now = stand.clock.now()
    until = now + timedelta(days=3)
    await stand.database.write(lambda tx: approvals.ask(tx, author, Subject("topic", "x"), "hash", until, now))

    counts = [
        await stand.database.read(lambda tx, by=by: approvals.waiting(tx, by, now)) for by in (author, approver, editor)
    ]

    assert counts == [0, 1, 0]
    assert await stand.database.read(lambda tx: approvals.waiting(tx, approver, until)) == 0


async def test_approving_without_the_role_is_refused(stand: ConsoleStand) -> None:
    author, editor = [(await stand.person(name, Role.EDITOR)).member for name in ("Nguyễn Văn An", "Lê Thị Đào")]
    now = stand.clock.now()
    number = await stand.database.write(
        lambda tx: approvals.ask(tx, author, Subject("topic", "x"), "hash", now + timedelta(days=3), now)
    )

    with pytest.raises(NotAllowed):
        await stand.database.write(lambda tx: approvals.rule(tx, editor, number, Ruling.APPROVE, "hash", now))


async def test_a_change_of_keys_takes_the_phones_along(stand: ConsoleStand) -> None:
    person = await stand.person("Lê Thị Đào", Role.EDITOR)
    waiting = await stand.invited("Trần Văn Mới", Role.EDITOR)
    secret = await stand.secret_of(waiting.token)
    both = Keys([b"n" * 32, b"k" * 32])

    assert await reseal(stand.database, both) == Resealed(2, 0)

    new = Sealed(Keys([b"n" * 32]))
    kept = await stand.database.read(
        lambda tx: list(tx.scalars(sa.text("SELECT totp FROM staff WHERE totp IS NOT NULL")))
    )
    waits = await stand.database.read(lambda tx: list(tx.scalars(sa.text("SELECT totp FROM invitations"))))
    assert {new.read_totp(totp) for totp in (*kept, *waits)} == {person.secret, secret}
