"""The stand-in as a process of its own: `python -m tests.journeys.bot_api --port 8081`."""

import argparse
import threading

from tests.journeys.bot_api import BotApi


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.bot_api")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default="42:TEST")
    parser.add_argument("--no-limits", action="store_true")
    parser.add_argument("--know", type=int, default=0, metavar="N", help="people 1 to N started the bot before")
    given = parser.parse_args()
    api = BotApi(given.token, limits=not given.no_limits)
    api.know(*range(1, given.know + 1))
    print(api.start(given.port).url, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
