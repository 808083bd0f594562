"""How soon `bot serve` answers after a start, how much memory it holds, how long a question takes.

`python -m tests.benchmarks.startup` (some minutes; `--quick` makes one first start only; Linux, for /proc).
Method and last results: README.md beside this file.
"""

import csv
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.settings import Settings
from bot.wiring import Answerer
from tests.journeys.service import Service, running, visiting

RUNS: Final = 7
QUESTIONS: Final = 300  # answered before memory is read
EACH: Final = 6  # of them by one visitor: the limit of one is not far above
AT_ONCE: Final = 4
TRAINING: Final = 300.0  # seconds after which it counts as lost
FILE: Final = Path(__file__).parents[1] / "eval" / "questions-dev.tsv"
TICKS: Final = os.sysconf("SC_CLK_TCK")  # a second


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the start of the process, and its processor time until the first answer."""

    listening: float
    answered: float
    worked: float


@dataclass(frozen=True, slots=True)
class Memory:
    """MB of the whole service, which is one process. `peak` is the most it ever held."""

    resident: float
    proportional: float
    peak: float


def main() -> None:
    texts = read_questions()
    print(f"Load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; median (least to most) of {RUNS} runs")
    with tempfile.TemporaryDirectory() as place:
        folders = [Path(place) / str(number) for number in range(RUNS)]
        for folder in folders:
            folder.mkdir()
        again = folders if "--quick" not in sys.argv else folders[:1] * RUNS
        print_runs("first start", [live(folder, texts) for folder in dict.fromkeys(again)])
        print_runs("second start", [live(folder, texts) for folder in again])
        print_questions(folders[0], texts)


def read_questions() -> list[str]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def live(folder: Path, texts: Sequence[str]) -> tuple[Start, Memory]:
    """Start, answer one question and then the others, look at the memory, stop."""
    with running(Service(folder, trains=True)) as service:
        begin = time.perf_counter()
        service.start()
        listening = time.perf_counter() - begin
        with visiting(service, 1) as (person,):
            page = person.say(texts[0])
        start = Start(listening, time.perf_counter() - begin, processor_time(service.pid))
        assert not page.lines[-1].by_person
        ask_many(service, [texts[number % len(texts)] for number in range(QUESTIONS)])
        if not list(folder.glob("caunoi-model-*.npz")):
            service.wait_for("The model is trained.", TRAINING)
        memory = memory_of(service.pid)
        service.stop()
    return start, memory


def ask_many(service: Service, texts: Sequence[str]) -> None:
    def ask(begin: int) -> None:
        with visiting(service, 1) as (person,):
            for text in texts[begin : begin + EACH]:
                assert person.say(text).status == 200

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(ask, range(0, len(texts), EACH)))


def processor_time(pid: int) -> float:
    """User and system time of a process, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_of(pid: int) -> Memory:
    rows = f"{Path(f'/proc/{pid}/smaps_rollup').read_text()}\n{Path(f'/proc/{pid}/status').read_text()}"
    held = {name: int(rest.split()[0]) / 1024 for name, _, rest in (row.partition(":") for row in rows.split("\n"))
            if name in ("Rss", "Pss", "VmHWM")}  # fmt: skip
    return Memory(held["Rss"], held["Pss"], held["VmHWM"])


def print_runs(name: str, runs: Sequence[tuple[Start, Memory]]) -> None:
    starts, memories = [start for start, _ in runs], [memory for _, memory in runs]
    print(f"\n{name}")
    print(f"  until it listens          {spread([each.listening for each in starts], 2)} s")
    print(f"  until the first answer    {spread([each.answered for each in starts], 2)} s")
    print(f"  processor time until then {spread([each.worked for each in starts], 2)} s")
    print(f"  RSS after {QUESTIONS} questions   {spread([each.resident for each in memories], 0)} MB")
    print(f"  PSS                       {spread([each.proportional for each in memories], 0)} MB")
    print(f"  highest RSS               {spread([each.peak for each in memories], 0)} MB")


def print_questions(folder: Path, texts: Sequence[str]) -> None:
    """`bot ask` as it works through a file (ranking alone), and with the answer written."""
    answerer = Answerer(Settings(database_url=f"sqlite+aiosqlite:///{folder}/caunoi.db", _env_file=None))
    print("\nbot ask, warm")
    print_latency("ranked", answerer.ranked, texts)
    print_latency("told", lambda text: answerer.told(text, None), texts)


def print_latency(name: str, ask: Callable[[str], object], texts: Sequence[str]) -> None:
    """Of each question the fastest round: the others are what the machine was doing."""
    rounds = [[timed(ask, text) for text in texts] for _ in range(RUNS + 1)]  # the first one warms up
    fastest = [min(each) for each in zip(*rounds, strict=True)]
    high = statistics.quantiles(fastest, n=20)[-1]
    print(f"  {name:8} p50 {statistics.median(fastest):.2f} ms, p95 {high:.2f} ms")


def timed(ask: Callable[[str], object], text: str) -> float:
    """Milliseconds."""
    begin = time.perf_counter()
    ask(text)
    return (time.perf_counter() - begin) * 1000


def spread(values: Sequence[float], digits: int) -> str:
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


if __name__ == "__main__":
    main()
