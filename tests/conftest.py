"""What all tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Server, open_server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL that makes databases; begun by the first test that asks for it."""
    folder: Path = tmp_path_factory.mktemp("postgresql")
    with open_server(folder) as running:
        yield running
