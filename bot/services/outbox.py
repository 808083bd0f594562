"""Something that comes later than its turn: staff write, a handover is closed. Into the person's outbox.

On a channel that is settled by the commit it is *sent* with it and stands in the conversation; elsewhere it is
*pending*, and the caller wakes the senders after the commit.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from bot.core.types import Address, Language, Rendered, Reply
from bot.services.ports import Platform
from bot.services.sealed import Sealed
from db import addresses, messages

Say = Callable[[Reply, Language, str], Rendered]  # the last: the commune's code; as of today

GUARDED_FOR: Final = timedelta(minutes=10)  # a guarded line, from when it was first shown: a page may be asked twice
# A guarded line that nobody came to see is gone after so long.
GUARDED_UNSEEN_FOR: Final = timedelta(days=7)

_FIRST: Final = 0  # place of a line that no turn has


def put(
    tx: sa.Connection,
    sealed: Sealed,
    platform: Callable[[Address], Platform],
    address_id: int,
    message: Rendered,
    now: datetime,
) -> bool:
    """Add a message for the person; False where they stopped us, or the address is gone: then nothing is kept."""
    found = addresses.read(tx, address_id)
    if found is None or found.state == addresses.BLOCKED:
        return False
    is_settled = platform(found.address).is_settled
    until = now + (GUARDED_UNSEEN_FOR if is_settled else GUARDED_FOR) if message.guarded else None
    state = messages.SENT if is_settled else messages.PENDING
    row = messages.NewMessage(
        address_id, None, _FIRST, False, sealed.message(message), message.version, None, until, state, now
    )
    messages.add(tx, [row])
    return True
