"""The log: one JSON object a line on stderr. No line names a person (ids only), none holds a secret."""

import json
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

LOUD: Final = ("uvicorn", "alembic", "httpx", "httpcore", "telegram", "aiohttp")  # httpx at INFO writes the token


class JsonLines(logging.Formatter):
    """Time (UTC), level, part, words, and for an error its traceback. `secrets` are replaced wherever they stand."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        super().__init__()
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "part": record.name,
            "said": record.getMessage(),
        }
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        line = json.dumps(said, ensure_ascii=False)
        for secret in self._secrets:
            line = line.replace(secret, "…")
        return line


def log_to_stderr(secrets: Sequence[str] = ()) -> None:
    """Begin to log, ours from INFO on, what libraries say from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(secrets))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
