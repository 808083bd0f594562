"""A bot as a process on a core of its own, with a folder of its own; and what it used of the processor."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.journeys.service import bring_model

ROOT = Path(__file__).parents[3]
PATIENCE = 20.0  # seconds until a stop counts as failed
TICKS = os.sysconf("SC_CLK_TCK")


class Process:
    """A program on one core. `seconds` is what it used of it (user and system, all its threads)."""

    def __init__(
        self, module: str, arguments: Sequence[str], folder: Path, core: int, settings: dict[str, str]
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._log = folder, folder / "log"
        bring_model(folder)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CAUNOI_")}
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                ["taskset", "--cpu-list", str(core), sys.executable, "-m", module, *arguments],
                cwd=folder, env={**environment, **settings, "PYTHONPATH": str(ROOT)}, stdout=log, stderr=log,
            )  # fmt: skip

    @property
    def seconds(self) -> float:
        # The name of the program (field 2) may hold anything; after it come state, …, utime (14), stime (15).
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    @property
    def log(self) -> str:
        return self._log.read_text()

    def stop(self) -> None:
        """End it and remove its folder."""
        self._process.terminate()
        self._process.wait(PATIENCE)
        shutil.rmtree(self._folder)


def find_port() -> int:
    """A port that is free now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start_bot(kind: str, way: str, api: str, token: str, folder: Path, core: int) -> Process:
    """Start `echo`, `ours` (our own step) or `nothing` (a step that does nothing), by `polling` or `webhook`."""
    port = find_port()
    if kind == "echo":
        listen = ["--listen", str(port)] if way == "webhook" else []
        return Process(
            "tests.benchmarks.telegram.echo",
            ["--api", api, "--token", token, "--database", "echo.db", *listen],
            folder,
            core,
            {},
        )
    settings = {
        "CAUNOI_TELEGRAM_TOKEN": token, "CAUNOI_TELEGRAM_API_URL": api, "CAUNOI_TELEGRAM_RATE": "100000",
        "CAUNOI_TEST_ADDRESS_GAP": "0",
    }  # fmt: skip
    if way == "webhook":
        settings["CAUNOI_TELEGRAM_WEBHOOK_URL"] = f"http://127.0.0.1:{port}"
    module, arguments = ("bot", ["serve"]) if kind == "ours" else ("tests.benchmarks.telegram.ours", [])
    return Process(module, [*arguments, "--port", str(port)], folder, core, settings)
