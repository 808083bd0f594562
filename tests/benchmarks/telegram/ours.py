"""`bot serve` with a step that does nothing but one short reply: `python -m tests.benchmarks.telegram.ours --port 0`.

What is left is the path itself: receiving, storing, rendering, sealing, sending, noting.
"""

import argparse

import uvloop

from bot.core.types import Incoming, Reply, Session, Turn
from bot.core.world import World
from bot.serving import serve
from bot.settings import read_settings


def reply_only(session: Session, _event: Incoming, _world: World) -> Turn:
    return Turn(session, (Reply("talk.thanks"),))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.telegram.ours")
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    reason = uvloop.run(
        serve(read_settings(), "127.0.0.1", given.port, lambda line: print(line, flush=True), step=reply_only)
    )
    if reason:
        raise SystemExit(reason)


if __name__ == "__main__":
    main()
