"""What is promised to somebody who passes something to staff."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.content.load import load
from bot.core.catalogue import Catalogue
from bot.core.handover import DISTRESS, QUESTION, hand_over
from bot.core.types import Session
from bot.core.world import Staff
from tests.build import REAL
from tests.core.interviewing import make_world

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=ZONE)
EVENING = datetime(2026, 11, 24, 19, 0, tzinfo=ZONE)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(REAL)


@pytest.mark.parametrize("kind", [QUESTION, DISTRESS])
@pytest.mark.parametrize(
    ("moment", "confirmed", "promised"),
    [
        (TUESDAY, True, (True, TUESDAY.date(), "09:00")),
        (EVENING, True, (False, date(2026, 11, 25), "07:30")),
        (TUESDAY, False, (False, None, "")),
        (EVENING, False, (False, None, "")),
    ],
)
def test_only_hours_that_the_office_has_said_promise_anything(
    catalogue: Catalogue, kind: str, moment: datetime, confirmed: bool, promised: tuple[object, ...]
) -> None:
    hours = replace(catalogue.hours, is_confirmed=confirmed)
    world = replace(
        make_world(replace(catalogue, hours=hours)), staff=Staff(can_answer=True, can_help=True, now=moment)
    )

    turn = hand_over(Session(), kind, (), world)

    params = turn.replies[0].params
    assert (params["is_open"], params["opens_day"], params["opens_at"]) == promised


def test_the_first_answer_is_due_by_the_hours_also_where_they_are_not_confirmed(catalogue: Catalogue) -> None:
    world = replace(make_world(catalogue), staff=Staff(can_answer=True, now=TUESDAY))

    (effect,) = hand_over(Session(), QUESTION, ("?",), world).effects

    assert effect.due == datetime(2026, 11, 24, 15, 0, tzinfo=ZONE)  # four hours of work, the noon break between
