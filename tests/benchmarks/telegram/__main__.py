"""`python -m tests.benchmarks.telegram`: updates a second of the whole durable path, beside an echo bot's.

In each repetition the echo bot and ours run one after the other, each new, on a core of its own; the driver has the
other core. Ratios are taken within a repetition; what is told is their median and spread.
"""

import argparse
import gc
import os
import platform
import secrets
import sqlite3
import statistics
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.telegram.driver import Crowd, Measured
from tests.benchmarks.telegram.processes import start_bot
from tests.journeys.bot_api import BotApi

DRIVER_CORE, BOT_CORE = 0, 1
CALM = 50.0  # updates a second of the open loop that tells latencies
HALF = 0.5  # of the echo's saturated rate: the load at which both must still answer quickly
PACKAGES = ("python-telegram-bot", "httpx", "aiohttp", "SQLAlchemy", "aiosqlite", "uvicorn")
ABSENT_OR_NOT = ("sniffio", "tornado", "uvloop", "httptools")
HEAD = f"{'':22}{'a second':>10}{'CPU ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'driver':>9}"

Bench = Mapping[str, Measured]  # by what was measured: "50 chats", "at 50/s", "at half"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.telegram", description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement, after a second of warm-up")
    parser.add_argument("--chats", type=int, nargs="+", default=[1, 10, 50])
    parser.add_argument("--way", nargs="+", choices=("polling", "webhook"), default=["polling", "webhook"])
    parser.add_argument("--step", nargs="+", choices=("ours", "nothing"), default=["ours", "nothing"])
    parser.add_argument("--no-latency", action="store_true", help="the closed loops only")
    given = parser.parse_args()
    os.sched_setaffinity(0, {DRIVER_CORE})
    gc.disable()  # what the stand-in remembers only grows: looking through it again and again is no work of a bot's
    _print_machine()
    for way in given.way:
        repetitions = []
        for number in range(given.repetitions):
            print(f"\n{way}, repetition {number + 1}, load {os.getloadavg()[0]:.2f}\n{HEAD}", flush=True)
            repetitions.append(_repeat(way, given, number))
        _print_ratios(way, repetitions)


def _repeat(way: str, given: argparse.Namespace, number: int) -> dict[str, Bench]:
    done: dict[str, Bench] = {}
    for kind in ("echo", *given.step):
        saturated = done["echo"][_chats(max(given.chats))].a_second if "echo" in done else 0.0
        done[kind] = _measure(kind, way, given, saturated, number)
    return done


def _measure(kind: str, way: str, given: argparse.Namespace, saturated: float, seed: int) -> Bench:
    """Run one bot from its start to its end. `saturated`: the echo's rate; 0 for the echo itself."""
    done: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory() as folder:
        # A token of its own: the bot of another run that still looks for its stand-in at this port is refused.
        api = BotApi(f"42:{secrets.token_urlsafe(24)}", limits=False).start()
        bot = start_bot(kind, way, api.url, api.token, Path(folder) / kind, BOT_CORE)
        try:
            crowd = Crowd(api, bot, max(given.chats))
            crowd.greet()
            for chats in given.chats:
                done[_chats(chats)] = crowd.take_turns(chats, given.seconds)
                _print_row(f"{kind}, {_chats(chats)}", done[_chats(chats)])
            if not given.no_latency:
                half = HALF * (saturated or done[_chats(max(given.chats))].a_second)
                for name, rate in ((f"at {CALM:.0f}/s", CALM), ("at half", half)):
                    done[name] = crowd.ask_at(rate, given.seconds, seed)
                    _print_row(f"{kind}, {name}", done[name])
        finally:
            bot.stop()
            api.stop()
    del api, crowd
    gc.collect()
    return done


def _chats(number: int) -> str:
    return f"{number} chats" if number > 1 else "1 chat"


def _print_machine() -> None:
    processor = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line)
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    absent = ", ".join(name for name in ABSENT_OR_NOT if find_spec(name) is None)
    print(f"{processor.partition(': ')[2]}, {os.cpu_count()} cores, Linux {platform.release()}")
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {packages}; not installed: {absent}")


def _print_row(name: str, told: Measured) -> None:
    middle, late, latest = (1000 * told.percentile(share) for share in (0.50, 0.95, 0.99))
    print(
        f"{name:22}{told.a_second:10.1f}{1000 * told.cpu:9.2f}{middle:9.1f}{late:9.1f}{latest:9.1f}{told.driver:9.0%}",
        flush=True,
    )


def _print_ratios(way: str, repetitions: Sequence[Mapping[str, Bench]]) -> None:
    print(f"\n{way}: medians of {len(repetitions)}, and ours to the echo's (lowest to highest)")
    first = repetitions[0]
    for kind, bench in first.items():
        for name in bench:
            told = [each[kind][name] for each in repetitions]
            peers = [each["echo"][name] for each in repetitions]
            rate = statistics.median(each.a_second for each in told)
            cpu = statistics.median(1000 * each.cpu for each in told)
            latency = "".join(
                f"{statistics.median(1000 * each.percentile(share) for each in told):9.1f}"
                for share in (0.50, 0.95, 0.99)
            )
            ratios = (
                "" if kind == "echo"
                else f"   rate {_spread(a.a_second / b.a_second for a, b in zip(told, peers, strict=True))}"
                f"   p95 {_spread(a.percentile(0.95) / b.percentile(0.95) for a, b in zip(told, peers, strict=True))}"
            )  # fmt: skip
            print(f"{f'{kind}, {name}':22}{rate:10.1f}{cpu:9.2f}{latency}{ratios}", flush=True)


def _spread(ratios: Iterable[float]) -> str:
    told = sorted(ratios)
    return f"{statistics.median(told):.2f} ({told[0]:.2f} to {told[-1]:.2f})"


if __name__ == "__main__":
    main()
