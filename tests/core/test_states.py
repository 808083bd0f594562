"""States move by their table alone; an error names what is allowed."""

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.states import NotThisWay, move, ways


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    BRICKED = "bricked up"


class Push(StrEnum):
    OPEN = "open it"
    SHUT = "shut it"
    BRICK = "brick it up"


DOORS = {Door.OPEN: {Push.SHUT: Door.SHUT}, Door.SHUT: {Push.OPEN: Door.OPEN, Push.BRICK: Door.BRICKED}}


def test_an_action_leads_where_the_table_says() -> None:
    assert move(DOORS, Door.SHUT, Push.BRICK) is Door.BRICKED


def test_an_action_that_is_not_possible_names_those_that_are() -> None:
    with pytest.raises(NotThisWay, match=r"shut it is not possible where the state is shut; .* open it, brick it up"):
        move(DOORS, Door.SHUT, Push.SHUT)


def test_nothing_follows_an_end() -> None:
    with pytest.raises(NotThisWay, match="that is an end"):
        move(DOORS, Door.BRICKED, Push.OPEN)


@given(st.sampled_from(Door), st.sampled_from(Push))
def test_an_action_is_possible_exactly_where_it_is_offered(state: Door, action: Push) -> None:
    if action in ways(DOORS, state):
        assert move(DOORS, state, action) in Door
        return
    with pytest.raises(NotThisWay) as refused:
        move(DOORS, state, action)
    assert refused.value.allowed == ways(DOORS, state)
