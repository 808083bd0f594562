"""What is kept of a person beside their conversation, as a step may see it (`World.own`).

Filled only where `conversation.looks_at` says so: most messages need nothing of it.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Own:
    """Of the person who writes. `waits_for_staff`: something they passed to staff is not closed yet."""

    waits_for_staff: bool = False


NOTHING: Final = Own()
