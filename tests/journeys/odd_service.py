"""`bot serve` with one text that its step cannot bear: `python -m tests.journeys.odd_service raises|dies TEXT`.

`raises`: each turn of that text fails. `dies`: the first fails, so that its event is stored and waits for a turn of
its own; the second takes the process down.
"""

import asyncio
import os
import sys

from bot.core.conversation import step
from bot.core.types import Incoming, Session, Turn
from bot.core.world import World
from bot.serving import serve
from bot.settings import read_settings
from db.engine import KILLED


class OddStep:
    """The real step, but for one text."""

    def __init__(self, text: str, *, dies: bool) -> None:
        self._text, self._dies, self._tried = text, dies, False

    def __call__(self, session: Session, event: Incoming, world: World) -> Turn:
        if event.text != self._text:
            return step(session, event, world)
        if self._dies and self._tried:
            os._exit(KILLED)
        self._tried = True
        raise ValueError(event.text)


if __name__ == "__main__":
    odd = OddStep(sys.argv[2], dies=sys.argv[1] == "dies")
    asyncio.run(serve(read_settings(), "127.0.0.1", 0, lambda line: print(line, flush=True), step=odd))
