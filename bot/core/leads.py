"""The states of a job-seeker's lead, and which deed moves it where. Nothing else moves it (core/states.py)."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.states import Table


class LeadState(StrEnum):
    NEW = "new"
    CLAIMED = "claimed"
    CONTACTED = "contacted"
    ADVISED = "advised"
    INTRODUCED = "introduced"
    TRAINING = "training"
    PLACED = "placed"
    CLOSED = "closed"


class Deed(StrEnum):
    CLAIM = "claim"
    RELEASE = "release"  # back into the queue
    CONTACT = "contact"  # somebody was reached
    ADVISE = "advise"
    INTRODUCE = "introduce"  # to a vacancy
    TRAIN = "train"
    PLACE = "place"
    CLOSE = "close"


class Reason(StrEnum):
    """Why a lead was closed. The seeker is told kindly, each in its own words (messages/lead.yaml)."""

    FOUND_WORK = "found_work"
    NOT_REACHED = "not_reached"  # called several times
    NOT_WANTED = "not_wanted"  # does not look for work any more
    NOTHING_FITS = "nothing_fits"
    MOVED = "moved"
    DUPLICATE = "duplicate"  # the same person has another registration
    WITHDRAWN = "withdrawn"  # by the seeker themselves, in the chat


_S, _D = LeadState, Deed
_AFTER_A_CALL: Final = {
    _D.CONTACT: _S.CONTACTED, _D.ADVISE: _S.ADVISED, _D.INTRODUCE: _S.INTRODUCED, _D.TRAIN: _S.TRAINING,
    _D.PLACE: _S.PLACED, _D.CLOSE: _S.CLOSED,
}  # fmt: skip
TABLE: Final[Table[LeadState, Deed]] = {
    _S.NEW: {_D.CLAIM: _S.CLAIMED, _D.CLOSE: _S.CLOSED},  # the seeker withdraws before anybody called
    _S.CLAIMED: {_D.CONTACT: _S.CONTACTED, _D.RELEASE: _S.NEW, _D.CLOSE: _S.CLOSED},
    **dict.fromkeys((_S.CONTACTED, _S.ADVISED, _S.INTRODUCED, _S.TRAINING, _S.PLACED), _AFTER_A_CALL),
}
OPEN: Final = tuple(state for state in LeadState if state is not _S.CLOSED)
_WEEKEND: Final = 5  # Saturday's number in the week
BY_STAFF: Final = tuple(reason for reason in Reason if reason is not Reason.WITHDRAWN)


def rests(state: LeadState, moved: datetime, next_step: date | None, now: datetime) -> bool:
    """Whether a lead lies there and nobody said what comes next: then it rises to the supervisor.

    `moved` and `now` are local. A new lead may wait one working day, so may one without a next step; a next step may
    be a working day late. Closed ones and placed ones without a step do not rest.
    """
    if state is LeadState.CLOSED or (state is LeadState.PLACED and next_step is None):
        return False
    if next_step is not None:
        return now.date() > one_working_day_after(next_step)
    return now > datetime.combine(one_working_day_after(moved.date()), moved.timetz())


def one_working_day_after(day: date) -> date:
    """The next day from Monday to Friday."""
    after = day + timedelta(days=1)
    while after.weekday() >= _WEEKEND:
        after += timedelta(days=1)
    return after
