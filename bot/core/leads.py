"""The states of a job-seeker's lead, and which deed moves it where. Nothing else moves it (core/states.py)."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from bot.core.hours import Hours, after
from bot.core.states import Table

PATIENCE: Final = timedelta(hours=8)  # one working day; settings: CAUNOI_NEXT_STEP_HOURS


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
    RELEASE = "release"  # back into the queue, before anybody was reached
    RETURN = "return"  # back into the queue, of another commune: the seeker has moved
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
    _D.RETURN: _S.NEW, _D.CONTACT: _S.CONTACTED, _D.ADVISE: _S.ADVISED, _D.INTRODUCE: _S.INTRODUCED,
    _D.TRAIN: _S.TRAINING, _D.PLACE: _S.PLACED, _D.CLOSE: _S.CLOSED,
}  # fmt: skip
TABLE: Final[Table[LeadState, Deed]] = {
    _S.NEW: {_D.CLAIM: _S.CLAIMED, _D.CLOSE: _S.CLOSED},  # the seeker withdraws before anybody called
    _S.CLAIMED: {_D.CONTACT: _S.CONTACTED, _D.RELEASE: _S.NEW, _D.RETURN: _S.NEW, _D.CLOSE: _S.CLOSED},
    **dict.fromkeys((_S.CONTACTED, _S.ADVISED, _S.INTRODUCED, _S.TRAINING, _S.PLACED), _AFTER_A_CALL),
}
OPEN: Final = tuple(state for state in LeadState if state is not _S.CLOSED)
BY_CALL: Final = (_D.CONTACT, _D.ADVISE, _D.INTRODUCE, _D.TRAIN, _D.PLACE, _D.CLOSE)  # what may come of a call
BY_STAFF: Final = tuple(reason for reason in Reason if reason is not Reason.WITHDRAWN)


def rises(
    state: LeadState, now: datetime, next_step: date | None, hours: Hours, patience: timedelta = PATIENCE
) -> datetime | None:
    """When a lead reaches the supervisor unless something happens to it; None for one that may rest.

    `now` is local: the moment of the last thing that happened. It may lie there for `patience` of working time; where
    a next step is planned, for so long after that day. Closed ones may rest, and placed ones without a next step.
    """
    if state is LeadState.CLOSED or (state is LeadState.PLACED and next_step is None):
        return None
    start = now if next_step is None else datetime.combine(next_step + timedelta(days=1), time(), now.tzinfo)
    return after(hours, start, patience)
