"""States that move by a table and by nothing else: leads, campaigns, approvals, content waiting for a second person.

A table says for each state which actions are possible and where they lead. A state without a row is an end.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from bot.core.errors import BotError

State = TypeVar("State", bound=StrEnum)
Action = TypeVar("Action", bound=StrEnum)

Table = Mapping[State, Mapping[Action, State]]


class NotThisWay(BotError):
    """An action was asked of a state that does not have it. `allowed` are those it has."""

    def __init__(self, state: StrEnum, action: StrEnum, allowed: tuple[StrEnum, ...]) -> None:
        ways = f"from there only: {', '.join(allowed)}" if allowed else "that is an end, nothing follows it"
        super().__init__(f"{action} is not possible where the state is {state}; {ways}.")
        self.state, self.action, self.allowed = state, action, allowed


def move(table: Table[State, Action], state: State, action: Action) -> State:
    """Return the state that `action` leads to. Raises NotThisWay, which names what is allowed."""
    ways = table.get(state, {})
    if action not in ways:
        raise NotThisWay(state, action, tuple(ways))
    return ways[action]


def ways(table: Table[State, Action], state: State) -> tuple[Action, ...]:
    """Return the actions that are possible in this state, in the table's order."""
    return tuple(table.get(state, {}))
