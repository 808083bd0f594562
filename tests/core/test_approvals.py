"""A second pair of eyes: never the author's own, only for what was shown, only in time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.approvals import TABLE, Approval, Objection, Ruling, Stage, Subject, holds, rule

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
AUTHOR, OTHER = 1, 2
WAITING = Approval(Subject("campaign", "7"), "hash-a", AUTHOR, NOW + timedelta(days=2))

rulings = st.sampled_from(Ruling)
people = st.integers(1, 3)
shown = st.sampled_from(["hash-a", "hash-b"])
moments = st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days))


def test_a_colleague_approves_what_was_shown() -> None:
    approved = rule(WAITING, Ruling.APPROVE, by=OTHER, shown="hash-a", now=NOW)

    assert isinstance(approved, Approval)
    assert (approved.stage, approved.approver) == (Stage.APPROVED, OTHER)
    assert holds(approved, hash="hash-a", now=NOW)


def test_nobody_approves_their_own() -> None:
    assert rule(WAITING, Ruling.APPROVE, by=AUTHOR, shown="hash-a", now=NOW) is Objection.OWN


def test_what_changed_since_it_was_shown_is_not_approved() -> None:
    assert rule(WAITING, Ruling.APPROVE, by=OTHER, shown="hash-b", now=NOW) is Objection.CHANGED


def test_an_approval_that_came_too_late_does_not_count() -> None:
    assert rule(WAITING, Ruling.APPROVE, by=OTHER, shown="hash-a", now=WAITING.until) is Objection.OVER


def test_only_the_author_takes_it_back() -> None:
    assert rule(WAITING, Ruling.WITHDRAW, by=OTHER, shown="hash-a", now=NOW) is Objection.NOT_YOURS


def test_an_approval_ends_with_its_time_and_with_any_change() -> None:
    approved = rule(WAITING, Ruling.APPROVE, by=OTHER, shown="hash-a", now=NOW)

    assert isinstance(approved, Approval)
    assert not holds(approved, hash="hash-a", now=WAITING.until)
    assert not holds(approved, hash="hash-b", now=NOW)


@given(st.lists(st.tuples(rulings, people, shown, moments), max_size=8))
def test_whatever_is_tried_nothing_holds_without_a_second_person(
    tries: list[tuple[Ruling, int, str, datetime]],
) -> None:
    approval = WAITING
    for ruling, by, hash, now in tries:
        before, after = approval, rule(approval, ruling, by=by, shown=hash, now=now)
        if isinstance(after, Approval):
            assert after.stage is TABLE[before.stage][ruling]
            approval = after

    if holds(approval, hash="hash-a", now=NOW):
        assert approval.approver not in (None, AUTHOR)
    assert not holds(approval, hash="hash-b", now=NOW)
    assert (approval.subject, approval.author, approval.hash) == (WAITING.subject, AUTHOR, "hash-a")
