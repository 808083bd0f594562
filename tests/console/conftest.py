"""A console with nobody in it, on a database of each kind."""

from collections.abc import AsyncIterator

import pytest

from tests.console.console_stand import ConsoleStand


@pytest.fixture
async def stand(url: str) -> AsyncIterator[ConsoleStand]:
    made = ConsoleStand(url)
    yield made
    await made.database.close()
