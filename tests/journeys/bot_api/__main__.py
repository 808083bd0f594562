"""The stand-in as a process of its own, for measuring: `python -m tests.journeys.bot_api --port 8081 --no-limits`.

Prints its address. With `--people 50 --each 200` it then waits for the bot, lets the people talk, each writing on when
answered (`--people 1`: one chat at a time; with `--rate 100`: all at that pace), prints what it measured as one line of
JSON and ends.
"""

import argparse
import json
import threading

from tests.journeys.bot_api import BotApi
from tests.journeys.bot_api.crowd import Crowd


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.bot_api")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default="42:TEST")
    parser.add_argument("--no-limits", action="store_true")
    parser.add_argument("--know", type=int, default=0, metavar="N", help="people 1 to N started the bot before")
    parser.add_argument("--people", type=int, default=0, metavar="N", help="people 1 to N talk")
    parser.add_argument("--each", type=int, default=100, help="messages of each person")
    parser.add_argument("--rate", type=float, default=0.0, help="messages a second, answered or not")
    parser.add_argument("--text", action="append", help="what they write, in turn")
    parser.add_argument("--replies", type=int, default=1, help="messages that make one answer")
    given = parser.parse_args()
    api = BotApi(given.token, limits=not given.no_limits)
    api.know(*range(1, given.know + 1))
    print(api.start(given.port).url, flush=True)
    if not given.people:
        threading.Event().wait()
    if not api.wait_for(lambda: {method for method, _ in api.calls} & {"getUpdates", "setWebhook"}, 60):
        parser.error("no bot came")
    crowd = Crowd(api, range(1, given.people + 1), given.text or ("nhà tôi hộ nghèo được gì",), given.replies)
    total = given.people * given.each
    measured = crowd.write(total, given.rate) if given.rate else crowd.talk(given.each)
    waits = {f"p{share}": round(measured.wait(share / 100) * 1000, 2) for share in (50, 95, 99)}
    print(json.dumps({"answered": total, "per_second": round(measured.per_second, 1), "ms": waits}), flush=True)
    api.stop()


if __name__ == "__main__":
    main()
