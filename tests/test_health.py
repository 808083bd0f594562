"""`bot health`: one line for the whole and one for each part; exit 1 when the service is not well."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from typer.testing import CliRunner

from bot.cli import app


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """Something that answers every request alike; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # http.server's name
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_each_part_has_its_line_with_what_troubles_it() -> None:
    told = {"status": "degraded", "web": {"silent_seconds": 0}, "telegram": {"silent_seconds": 7, "trouble": "refused"}}

    with answering(200, json.dumps(told).encode()) as url:
        result = CliRunner().invoke(app, ["health", "--url", url])

    assert result.output.splitlines() == ["degraded", "  web: silent for 0 s", "  telegram: silent for 7 s; refused"]
    assert result.exit_code == 0


def test_a_service_that_is_not_well_ends_with_one() -> None:
    told = {"status": "failing", "turns": {"silent_seconds": 80}}

    with answering(503, json.dumps(told).encode()) as url:
        result = CliRunner().invoke(app, ["health", "--url", url])

    assert "turns: silent for 80 s" in result.output
    assert result.exit_code == 1


def test_somebody_elses_answer_is_no_health() -> None:
    with answering(200, b"<html>hello</html>") as url:
        result = CliRunner().invoke(app, ["health", "--url", url])

    assert result.exit_code == 1
