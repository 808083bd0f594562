"""Something said to a person later, by staff or by the service itself, put into their conversation.

On a channel whose outbox is the conversation it is sent by the commit; elsewhere it waits for the channel's sender.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

import sqlalchemy as sa

from bot.core.types import Language, Rendered, Reply
from bot.services.ports import Outlet, Platform
from bot.services.sealed import Sealed
from db import addresses, messages
from db.messages import NewMessage

Render = Callable[[Reply, Language, date, str], Rendered]


@dataclass(frozen=True, slots=True)
class Telling:
    """`put` within a transaction, `wake` after its commit."""

    sealed: Sealed
    render: Render
    platforms: Mapping[str, Platform]
    outlets: Mapping[str, Outlet]
    zone: tzinfo

    def put(
        self, tx: sa.Connection, address_id: int | None, reply: Reply, language: Language, commune: str, now: datetime
    ) -> bool:
        """Leave a reply for an address; False where nobody can be reached there any more."""
        address = addresses.reached(tx, address_id) if address_id is not None else None
        if address is None or address_id is None:
            return False
        told = self.render(reply, language, now.astimezone(self.zone).date(), commune)
        is_settled = self.platforms.get(address.channel, Platform()).is_settled
        state = messages.SENT if is_settled else messages.PENDING
        row = NewMessage(address_id, None, 0, False, self.sealed.message(told), told.version, None, None, state, now)
        messages.add(tx, [row])
        return True

    def wake(self) -> None:
        for outlet in self.outlets.values():
            outlet.wake()
