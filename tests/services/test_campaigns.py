"""Campaigns tell the truth: written, approved by a second person, sent once to everyone, counted to the last one."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.core.approvals import Approval, Objection, Ruling
from bot.core.audience import Left
from bot.core.campaigns import State
from bot.core.staff import Member, Role
from bot.core.types import Address, Attempt, Language, Outcome, Rendered
from bot.services import outbox
from bot.services.access import NotAllowed
from bot.services.campaigns import Source, Trouble
from bot.services.erasing import erase
from bot.services.ports import Platform
from db import addresses, deliveries, subscriptions
from tests.fakes import FakeSender
from tests.services.campaign_stand import WRITTEN, Stand


@pytest.fixture
async def stand(url: str, tmp_path: Path) -> AsyncIterator[Stand]:
    made = Stand(url, tmp_path / "content")
    yield made
    await made.close()


@pytest.fixture
async def editor(stand: Stand) -> Member:
    return await stand.member("Editor", Role.EDITOR)


@pytest.fixture
async def approver(stand: Stand) -> Member:
    return await stand.member("Approver", Role.APPROVER)


async def run_out(stand: Stand, sender: FakeSender) -> None:
    """Let the sender send what it may now, and the campaigns be looked at."""
    sending = stand.sending(sender)
    await sending.begin()
    for _ in range(3):
        await stand.running.look()
        await sending.drain()
    await stand.running.look()


# --- Written and approved


async def test_the_author_cannot_approve_not_even_with_a_second_role(stand: Stand) -> None:
    both = await stand.member("Both", Role.EDITOR, Role.APPROVER, Role.ADMIN)
    number = await stand.write(both)
    asked = await stand.campaigns.submit(both, number)
    assert isinstance(asked, int)

    assert await stand.rule(both, asked) is Objection.OWN
    assert (await stand.kept(number)).state is State.SUBMITTED


async def test_somebody_else_approves_and_only_then_it_can_be_sent(
    stand: Stand, editor: Member, approver: Member
) -> None:
    number = await stand.write(editor)
    assert await stand.running.send(editor, number) is Trouble.NOT_NOW
    asked = await stand.campaigns.submit(editor, number)
    assert isinstance(asked, int)
    assert await stand.running.send(editor, number) is Trouble.NOT_NOW

    assert isinstance(await stand.rule(approver, asked), Approval)

    assert (await stand.kept(number)).state is State.APPROVED
    assert await stand.running.send(editor, number) is None


async def test_a_refusal_brings_it_back_to_its_author_with_a_reason(
    stand: Stand, editor: Member, approver: Member
) -> None:
    number = await stand.write(editor)
    asked = await stand.campaigns.submit(editor, number)
    assert isinstance(asked, int)

    assert isinstance(await stand.rule(approver, asked, Ruling.REFUSE), Approval)

    assert (await stand.kept(number)).state is State.DRAFT
    _, own = await stand.approving.lists(editor)
    assert [each.reason for each in own] == ["why"]


async def test_an_approver_who_changes_it_voids_the_approval_and_cannot_give_it_again(
    stand: Stand, editor: Member, approver: Member
) -> None:
    number = await stand.approved(editor, approver)

    changed = {**WRITTEN, "texts": {"vi": "Khác.", "en": "Other."}}
    assert await stand.campaigns.rewrite(approver, number, Source(fields=changed)) is None

    assert (await stand.kept(number)).state is State.DRAFT
    asked = await stand.campaigns.submit(editor, number)
    assert isinstance(asked, int)
    assert await stand.rule(approver, asked) is Objection.OWN


async def test_a_changed_figure_voids_the_approval_and_asks_again(
    stand: Stand, editor: Member, approver: Member
) -> None:
    number = await stand.approved(editor, approver)
    before = await stand.kept(number)

    stand.change_amount("2600000")
    await stand.running.look()

    after = await stand.kept(number)
    assert (after.state, after.reason) == (State.SUBMITTED, "changed")
    assert after.hash != before.hash
    waits, _ = await stand.approving.lists(approver)
    assert [each.approval.hash for each in waits] == [after.hash]
    assert isinstance(await stand.rule(approver, waits[0].id), Approval)


async def test_a_figure_changed_at_the_very_start_sends_nothing(stand: Stand, editor: Member, approver: Member) -> None:
    await stand.person("1")
    number = await stand.approved(editor, approver)

    stand.change_amount("2600000")

    assert await stand.running.send(editor, number) is Trouble.CHANGED
    assert (await stand.kept(number)).state is State.SUBMITTED
    assert await stand.counts(number) == {}


async def test_an_emergency_needs_two_others(stand: Stand, editor: Member, approver: Member) -> None:
    second = await stand.member("Second", Role.APPROVER)
    number = await stand.write(editor, emergency="yes")
    asked = await stand.campaigns.submit(editor, number)
    assert isinstance(asked, int)

    assert isinstance(await stand.rule(approver, asked), Approval)
    assert (await stand.kept(number)).state is State.SUBMITTED
    (again, *_), _ = await stand.approving.lists(approver)
    assert await stand.rule(approver, again.id) is Objection.TWICE
    assert isinstance(await stand.rule(second, again.id), Approval)

    assert (await stand.kept(number)).state is State.APPROVED


async def test_an_approval_is_over_after_fourteen_days(stand: Stand, editor: Member, approver: Member) -> None:
    number = await stand.approved(editor, approver)

    stand.pass_days(14)
    await stand.running.look()

    kept = await stand.kept(number)
    assert (kept.state, kept.reason) == (State.DRAFT, "expired")


async def test_what_cannot_be_sent_cannot_be_submitted(stand: Stand, editor: Member) -> None:
    number = await stand.write(editor, texts={"vi": "Được 70%.", "en": "Yes."})

    assert await stand.campaigns.submit(editor, number) is Trouble.PROBLEMS


async def test_where_no_office_runs_the_service_nothing_is_submitted(url: str, tmp_path: Path) -> None:
    trial = Stand(url, tmp_path / "content", is_operated=False)
    editor = await trial.member("Editor", Role.EDITOR)
    number = await trial.write(editor)

    assert await trial.campaigns.submit(editor, number) is Trouble.NO_OPERATOR
    await trial.close()


async def test_a_viewer_sees_and_does_nothing(stand: Stand, editor: Member) -> None:
    viewer = await stand.member("Viewer", Role.VIEWER)
    number = await stand.write(editor)

    assert await stand.campaigns.one(viewer, number) is not None
    with pytest.raises(NotAllowed):
        await stand.campaigns.draft(viewer, Source(fields=WRITTEN))
    with pytest.raises(NotAllowed):
        await stand.running.send(viewer, number)


# --- To whom


async def test_the_audience_is_exact_and_says_why_the_others_are_left_out(stand: Stand, editor: Member) -> None:
    poor = {"class": "poor", "commune": "22780"}
    await stand.person("8", channel="web", told=poor)
    stand.clock.pass_time(timedelta(days=31))  # their cookie ended
    await stand.person("1", told=poor)
    await stand.person("2", told={"commune": "22780", "class": "average"})
    await stand.person("3", told={"commune": "22888", "class": "poor"})
    await stand.person("4")
    await stand.person("5", told=poor, language=Language.EN)
    await stand.person("6", told=poor, subject="water")
    stopped = await stand.person("7", told=poor)
    await stand.change("UPDATE addresses SET state = 'blocked' WHERE id = :id", id=stopped)
    number = await stand.write(editor, audience={"communes": ["22780"], "classes": ["poor"], "languages": ["vi"]})

    picture = await stand.campaigns.picture(editor, number)

    assert picture is not None
    assert len(picture.chosen) == 1
    reasons = (Left.CLASS, Left.COMMUNE, Left.COMMUNE_UNTOLD, Left.LANGUAGE, Left.STOPPED, Left.UNREACHABLE)
    assert picture.left == dict.fromkeys(reasons, 1)
    assert picture.subscribers == 7


async def test_who_linked_two_addresses_gets_it_once_where_it_rings(
    stand: Stand, editor: Member, approver: Member
) -> None:
    web, phone = await stand.person("w", channel="web"), await stand.person("1")
    await stand.database.write(lambda tx: addresses.link(tx, [web, phone]))
    number = await stand.approved(editor, approver)
    sender = FakeSender()

    await stand.running.send(editor, number)
    await run_out(stand, sender)

    assert [chat for chat, _ in sender.sent] == ["1"]
    assert await stand.counts(number) == {"sent": 1}


# --- Sent


async def test_everyone_gets_exactly_what_was_approved_once(stand: Stand, editor: Member, approver: Member) -> None:
    await stand.people(30)
    await stand.person("e", language=Language.EN)
    number = await stand.approved(editor, approver)
    sheet = await stand.campaigns.one(editor, number)
    assert sheet is not None
    texts = {each.language: each.text for each in sheet.variants if each.commune == ""}
    sender = FakeSender()

    await stand.running.send(editor, number)
    await run_out(stand, sender)

    assert sorted(chat for chat, _ in sender.sent) == sorted([*(str(each) for each in range(1000, 1030)), "e"])
    assert {text for chat, text in sender.sent if chat != "e"} == {texts[Language.VI]}
    assert [text for chat, text in sender.sent if chat == "e"] == [texts[Language.EN]]
    assert await stand.counts(number) == {"sent": 31}
    assert (await stand.kept(number)).state is State.DONE


async def test_who_told_their_commune_reads_its_name(stand: Stand, editor: Member, approver: Member) -> None:
    await stand.person("1", told={"commune": "22888"})
    number = await stand.approved(editor, approver, texts={"vi": "Ở {{ commune }}.", "en": "In {{ commune }}."})
    sender = FakeSender()

    await stand.running.send(editor, number)
    await run_out(stand, sender)

    assert "Ở xã Phước Dinh" in sender.sent[0][1]


async def test_the_webs_people_find_it_in_their_conversation_and_seen_is_counted_apart(
    stand: Stand, editor: Member, approver: Member
) -> None:
    here, there = await stand.person("a", channel="web"), await stand.person("b", channel="web")
    number = await stand.approved(editor, approver)

    await stand.running.send(editor, number)
    await stand.running.look()

    assert await stand.rows("SELECT address_id, state FROM messages ORDER BY address_id") == [
        (here, "sent"), (there, "sent")
    ]  # fmt: skip
    assert await stand.counts(number) == {"sent": 2}
    assert await stand.database.read(lambda tx: deliveries.seen(tx, number)) == 0
    now = stand.clock.now()
    await stand.database.write(lambda tx: deliveries.note_seen(tx, here, now, now))
    assert await stand.database.read(lambda tx: deliveries.seen(tx, number)) == 1


async def test_a_schedule_starts_at_its_moment_and_one_missed_by_an_hour_waits_for_a_person(
    stand: Stand, editor: Member, approver: Member
) -> None:
    await stand.person("1")
    first, second = await stand.approved(editor, approver), await stand.approved(editor, approver)
    soon = stand.clock.now() + timedelta(minutes=10)
    assert await stand.running.schedule(editor, first, soon) is None
    assert await stand.running.schedule(editor, second, soon) is None
    assert await stand.running.schedule(editor, second, stand.clock.now()) is Trouble.PAST
    assert await stand.running.schedule(editor, second, soon + timedelta(days=30)) is Trouble.TOO_LATE
    await stand.running.look()
    assert (await stand.kept(first)).state is State.SCHEDULED

    await stand.running.schedule(editor, second, soon + timedelta(hours=3))
    stand.clock.pass_time(timedelta(minutes=10))
    await stand.running.look()
    assert (await stand.kept(first)).state is State.SENDING

    stand.clock.pass_time(timedelta(hours=4, minutes=1))
    await stand.running.look()
    kept = await stand.kept(second)
    assert (kept.state, kept.reason) == (State.APPROVED, "missed")


async def test_nothing_leaves_at_night_but_an_emergency(stand: Stand, editor: Member, approver: Member) -> None:
    second = await stand.member("Second", Role.APPROVER)
    await stand.person("1")
    calm = await stand.approved(editor, approver)
    alarm = await stand.approved(editor, approver, emergency="yes")
    (again, *_), _ = await stand.approving.lists(second)
    await stand.rule(second, again.id)
    sender = FakeSender()
    stand.clock.pass_time(timedelta(hours=11))  # nine in the evening

    assert await stand.running.send(editor, calm) is None
    assert await stand.running.send(editor, alarm) is None
    await run_out(stand, sender)

    assert await stand.counts(calm) == {"pending": 1}
    assert await stand.counts(alarm) == {"sent": 1}
    stand.clock.pass_time(timedelta(hours=11))
    await run_out(stand, sender)
    assert await stand.counts(calm) == {"sent": 1}


async def test_a_second_campaign_of_a_day_comes_the_next_morning_or_not_at_all(
    stand: Stand, editor: Member, approver: Member
) -> None:
    await stand.person("1")
    first = await stand.approved(editor, approver)
    second = await stand.approved(editor, approver)
    third = await stand.approved(editor, approver, last_day="2026-11-24")
    sender = FakeSender()
    for number in (first, second, third):
        assert await stand.running.send(editor, number) is None

    await run_out(stand, sender)
    assert [await stand.counts(each) for each in (first, second, third)] == [
        {"sent": 1}, {"pending": 1}, {"pending": 1}
    ]  # fmt: skip

    stand.pass_days(1)
    await run_out(stand, sender)
    assert await stand.counts(second) == {"sent": 1}
    assert await stand.counts(third) == {"skipped(cap)": 1}
    assert (await stand.kept(third)).state is State.DONE


async def test_who_opts_out_stops_us_or_is_erased_meanwhile_is_passed_over_and_counted(
    stand: Stand, editor: Member, approver: Member
) -> None:
    first, second, third, _ = [await stand.person(str(each)) for each in range(4)]
    number = await stand.approved(editor, approver)
    await stand.running.send(editor, number)

    def meanwhile(tx: sa.Connection) -> None:
        subscriptions.end(tx, [first], "health")
        addresses.block(tx, second)
        erase(tx, third, stand.clock.now())

    await stand.database.write(meanwhile)
    sender = FakeSender()
    await run_out(stand, sender)

    assert [chat for chat, _ in sender.sent] == ["3"]
    assert await stand.counts(number) == {
        "sent": 1, "skipped(opted_out)": 1, "skipped(stopped)": 1, "skipped(erased)": 1
    }  # fmt: skip


async def test_a_pause_holds_at_once_and_a_cancel_ends_it(stand: Stand, editor: Member, approver: Member) -> None:
    await stand.people(5)
    number = await stand.approved(editor, approver)
    await stand.running.send(editor, number)
    assert await stand.running.pause(editor, number) is None
    sender = FakeSender()

    await run_out(stand, sender)
    assert (sender.sent, await stand.counts(number)) == ([], {"pending": 5})
    assert await stand.running.resume(editor, number) is None
    assert await stand.running.pause(editor, number) is None
    assert await stand.running.cancel(editor, number) is None
    await run_out(stand, sender)

    assert (sender.sent, await stand.counts(number)) == ([], {"skipped(cancelled)": 5})
    assert (await stand.kept(number)).state is State.CANCELLED
    assert await stand.running.resume(editor, number) is Trouble.NOT_NOW


async def test_a_figure_that_changes_in_between_pauses_and_nobody_gets_the_old_one(
    stand: Stand, editor: Member, approver: Member
) -> None:
    await stand.people(5)
    number = await stand.approved(editor, approver)
    await stand.running.send(editor, number)
    await stand.running.look()
    stand.change_amount("2600000")

    sender = FakeSender()
    await stand.running.look()
    await run_out(stand, sender)

    kept = await stand.kept(number)
    assert (kept.state, kept.reason) == (State.PAUSED, "changed")
    assert (sender.sent, await stand.counts(number)) == ([], {"skipped(out_of_date)": 5})


async def test_more_than_five_percent_refused_pause_it_and_resuming_counts_anew(
    stand: Stand, editor: Member, approver: Member
) -> None:
    await stand.people(40)
    number = await stand.approved(editor, approver)
    await stand.running.send(editor, number)
    refused = {str(each): [Attempt(Outcome.REFUSED)] for each in range(1000, 1040)}
    sender = FakeSender(planned=refused)

    await run_out(stand, sender)

    kept = await stand.kept(number)
    assert (kept.state, kept.reason) == (State.PAUSED, "troubles")
    counts = await stand.counts(number)
    assert 11 <= counts["refused"] < 40
    assert sum(counts.values()) == 40
    refused.clear()
    stand.clock.pass_time(timedelta(minutes=1))
    await stand.running.resume(editor, number)
    await run_out(stand, sender)
    assert (await stand.kept(number)).state is State.DONE


async def test_later_waits_and_is_sent_once(stand: Stand, editor: Member, approver: Member) -> None:
    await stand.person("1")
    number = await stand.approved(editor, approver)
    await stand.running.send(editor, number)
    sender = FakeSender(planned={"1": [Attempt(Outcome.LATER, timedelta(seconds=30)), Attempt(Outcome.LATER)]})

    await run_out(stand, sender)
    assert await stand.counts(number) == {"pending": 1}
    for _ in range(4):
        stand.clock.pass_time(timedelta(seconds=30))
        await run_out(stand, sender)

    assert len(sender.sent) == 3
    assert await stand.counts(number) == {"sent": 1}


async def test_what_may_have_arrived_is_sent_again_only_where_a_person_says_so(
    stand: Stand, editor: Member, approver: Member
) -> None:
    await stand.people(3)
    number = await stand.approved(editor, approver)
    await stand.running.send(editor, number)
    sender = FakeSender(planned={"1001": [Attempt(Outcome.UNSURE)]})

    await run_out(stand, sender)
    assert await stand.counts(number) == {"sent": 2, "unsure": 1}
    assert (await stand.kept(number)).state is State.DONE
    assert await stand.running.resend(editor, number) is None
    await run_out(stand, sender)

    assert [chat for chat, _ in sender.sent].count("1001") == 2
    assert len(sender.sent) == 4
    assert await stand.counts(number) == {"sent": 3}
    assert await stand.running.resend(editor, number) is Trouble.NOBODY


async def test_what_was_on_its_way_when_the_process_died_is_unsure_and_does_not_pause_it(
    stand: Stand, editor: Member, approver: Member
) -> None:
    await stand.people(20)
    number = await stand.approved(editor, approver)
    await stand.running.send(editor, number)
    await stand.change("UPDATE deliveries SET state = 'sending' WHERE id <= 15")
    sender = FakeSender(planned={"1019": [Attempt(Outcome.REFUSED)]})

    await run_out(stand, sender)

    assert await stand.counts(number) == {"unsure": 15, "sent": 4, "refused": 1}
    assert (await stand.kept(number)).state is State.DONE


async def test_who_blocked_us_is_blocked_and_gets_nothing_more(stand: Stand, editor: Member, approver: Member) -> None:
    await stand.person("1")
    number = await stand.approved(editor, approver)
    await stand.running.send(editor, number)

    await run_out(stand, FakeSender(planned={"1": [Attempt(Outcome.BLOCKED)]}))

    assert await stand.counts(number) == {"blocked": 1}
    assert await stand.rows("SELECT state FROM addresses") == [("blocked",)]


async def test_replies_leave_before_announcements(stand: Stand, editor: Member, approver: Member) -> None:
    await stand.people(5)
    asker = await stand.person("asker", subject="water")
    number = await stand.approved(editor, approver)
    await stand.running.send(editor, number)
    reply = Rendered("reply")

    def ask(tx: sa.Connection) -> None:
        outbox.put(tx, stand.sealed, lambda _address: Platform(), asker, reply, stand.clock.now())

    await stand.database.write(ask)
    sender = FakeSender()
    await run_out(stand, sender)

    assert sender.sent[0] == ("asker", "reply")
    assert len(sender.sent) == 6


async def test_a_year_after_its_end_nobody_knows_who_got_it(stand: Stand, editor: Member, approver: Member) -> None:
    await stand.person("1")
    number = await stand.approved(editor, approver)
    await stand.running.send(editor, number)
    await run_out(stand, FakeSender())

    before = stand.clock.now() + timedelta(days=1)
    assert await stand.database.write(lambda tx: deliveries.let_go(tx, before)) == 1

    assert await stand.rows("SELECT address_id, person FROM deliveries") == [(None, None)]
    assert await stand.counts(number) == {"sent": 1}


async def test_a_start_that_was_cut_short_is_made_whole_and_doubles_nobody(
    stand: Stand, editor: Member, approver: Member
) -> None:
    await stand.people(6)
    number = await stand.approved(editor, approver)
    await stand.running.send(editor, number)
    await stand.change("UPDATE campaigns SET state = 'approved'")  # as it stands when the process dies in between
    await stand.change("DELETE FROM deliveries WHERE id > 3")

    await stand.running.send(editor, number)
    sender = FakeSender()
    await run_out(stand, sender)

    assert sorted(chat for chat, _ in sender.sent) == [str(each) for each in range(1000, 1006)]


async def test_what_comes_back_after_the_end_waits_for_nothing(stand: Stand, editor: Member, approver: Member) -> None:
    await stand.person("1")
    number = await stand.approved(editor, approver)
    await stand.running.send(editor, number)

    class Cancelling(FakeSender):
        async def send(self, address: Address, message: Rendered) -> Attempt:
            await stand.running.cancel(editor, number)
            await super().send(address, message)
            return Attempt(Outcome.LATER)

    await run_out(stand, Cancelling())

    assert await stand.counts(number) == {"skipped(cancelled)": 1}


async def test_what_changed_while_it_was_paused_does_not_go_on(stand: Stand, editor: Member, approver: Member) -> None:
    await stand.people(3)
    number = await stand.approved(editor, approver)
    await stand.running.send(editor, number)
    await stand.running.pause(editor, number)
    stand.change_amount("2600000")

    assert await stand.running.resume(editor, number) is Trouble.CHANGED

    sender = FakeSender()
    await run_out(stand, sender)
    assert sender.sent == []
