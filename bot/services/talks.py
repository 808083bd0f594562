"""What the person of a handover is told later than their turn: by staff, or because staff have left the talk.

In distress it is guarded: a page shows it for ten minutes from when it was first served, then it is gone.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from bot.core.handover import DISTRESS, TALK_IDLE, Handover
from bot.core.home import MENU, STAFF
from bot.core.types import Address, Button, Language, Reply
from bot.services import outbox
from bot.services.outbox import Say
from bot.services.ports import Outlet, Platform
from bot.services.sealed import Sealed
from db import handovers as rows

_ALONE: Final = Platform()


class Talks:
    """`say` renders a message of ours as of today; `outlets` are the channels' senders."""

    def __init__(
        self, sealed: Sealed, say: Say, platforms: Mapping[str, Platform], outlets: Mapping[str, Outlet]
    ) -> None:
        self._sealed, self._say, self._platforms, self._outlets = sealed, say, platforms, outlets

    def tell(
        self, tx: sa.Connection, found: Handover, now: datetime, key: str, *buttons: Button, words: str = ""
    ) -> bool:
        """Tell the person something, with words of staff under it; False where they stopped us or are gone.

        Call `wake` after the commit.
        """
        told = self._say(Reply(key, {}, buttons), Language(found.language), found.commune)
        text = f"{told.text}\n\n{words}" if words else told.text
        message = replace(told, text=text, guarded=found.kind == DISTRESS)
        return outbox.put(tx, self._sealed, self._platform, found.address_id, message, now)

    def tell_left(self, tx: sa.Connection, found: Handover, now: datetime) -> None:
        """The bot answers again: nobody of the staff has the handover any more, and it is not done."""
        self.tell(tx, found, now, "handover.left_distress" if found.kind == DISTRESS else "handover.left", MENU, STAFF)

    def leave_idle(self, tx: sa.Connection, now: datetime) -> int:
        """Let wait again what its holder has not looked at for a day; return how many."""
        left = rows.release_idle(tx, now - TALK_IDLE)
        for each in left:
            self.tell_left(tx, each, now)
        return len(left)

    def wake(self) -> None:
        """Let the senders look: something was told."""
        for outlet in self._outlets.values():
            outlet.wake()

    def _platform(self, address: Address) -> Platform:
        return self._platforms.get(address.channel, _ALONE)
