"""A console with nobody in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.console.console_stand import ConsoleStand, open_stand


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[ConsoleStand]:
    made = await open_stand(tmp_path)
    yield made
    await made.database.close()
