"""Doing again what the database could not do just now: locked, full, gone are nobody's fault and pass."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from db.engine import is_away

FIRST_WAIT, LONGEST_WAIT = 0.05, 5.0  # seconds between two tries, doubled each time

_LOG: Final = logging.getLogger(__name__)
_Result = TypeVar("_Result")


async def patiently(
    work: Callable[[], Awaitable[_Result]], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> _Result:
    """Do the work; while the database is away, wait and do it again. Raises whatever else the work raises."""
    wait = FIRST_WAIT
    while True:
        try:
            return await work()
        except Exception as error:
            if not is_away(error):
                raise
            # Not the error itself: its text quotes the values of the statement.
            reason = getattr(error, "orig", None) or type(error).__name__
            _LOG.warning("The database is away (%s); next try in %.2f s.", reason, wait)
        await sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)
