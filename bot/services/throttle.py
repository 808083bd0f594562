"""How often somebody may try a password, a link or a code: a few times freely, then with growing waits.

A try is counted before it is looked at, so that a hundred at once are a hundred tries. Counts are kept in the
database: a restart forgives nothing. A day without a try does.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from bot.services.keys import Keys
from db import sign_ins
from db.sign_ins import Tries

ACCOUNT_FREE: Final = 5  # tries on one account before the first wait
LINE_FREE: Final = 20  # tries from one internet line: an office shares one
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(minutes=15)  # no longer: somebody else's tries must not keep a member out for a day
FORGIVEN_AFTER: Final = timedelta(days=1)

_NONE: Final = timedelta(0)


class Throttle:
    """Counts by account name and by internet line, neither of which is kept as it is."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def account(self, key: str) -> str:
        """Return under which name an account's tries are kept; it may or may not exist."""
        return self._keys.hash("sign-in account", key)

    def line(self, line: str) -> str:
        return self._keys.hash("sign-in line", line)

    def codes(self, staff_id: int) -> str:
        """Under which a member's tries of slips' codes are kept."""
        return self._keys.hash("slip codes", str(staff_id))

    def take(self, tx: sa.Connection, free: Mapping[str, int], now: datetime) -> timedelta:
        """Count a try for everyone in `free` (who, and how many tries cost nothing); return how long to wait first.

        Where somebody has to wait nothing is counted, and the try must not be looked at.
        """
        held = {who: sign_ins.hold_tries(tx, who, now) for who in free}
        wait = max(before.wait_until - now for before in held.values())
        if wait > _NONE:
            return wait
        for who, before in held.items():
            tries = 1 if now - before.last_at > FORGIVEN_AFTER else before.tries + 1
            sign_ins.note_tries(tx, who, Tries(tries, now, now + waiting(tries - free[who])))
        return _NONE

    def forget(self, tx: sa.Connection, who: str) -> None:
        """Forget all tries of one."""
        sign_ins.forgive(tx, who)

    def forgive(self, tx: sa.Connection, account: str, line: str, now: datetime) -> None:
        """Forget an account's tries, and one of the line's: the other tries of a line may be a stranger's."""
        sign_ins.forgive(tx, account)
        before = sign_ins.hold_tries(tx, line, now)
        sign_ins.note_tries(tx, line, Tries(max(0, before.tries - 1), before.last_at, now))


def waiting(over: int) -> timedelta:
    """Return how long to wait after a try that is number `over` past the free ones."""
    if over < 0:
        return _NONE
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(over, 10)))
