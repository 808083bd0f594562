"""`bot serve` on PostgreSQL: one setting more, the same service."""

import asyncio
import base64
from pathlib import Path

from tests.databases import Server
from tests.journeys.service import Service, running, visiting

SECRET = base64.b64encode(b"k" * 32).decode()


def test_a_conversation_on_postgresql_goes_on_after_a_kill(server: Server, tmp_path: Path) -> None:
    url = asyncio.run(server.make_database())

    with running(Service(tmp_path, DATABASE_URL=url, SECRET_KEY=SECRET)) as service:
        assert service.start().url, service.log.read_text()
        with visiting(service, 1) as [person]:
            before = person.say("xã Phước Dinh").lines
            service.kill()
            assert service.start().url, service.log.read_text()
            after = person.say("tien dien ho ngheo").lines

    assert after[: len(before)] == before
    assert [line.text for line in after if line.by_person] == ["xã Phước Dinh", "tien dien ho ngheo"]
    assert not after[-1].by_person


def test_a_server_without_a_secret_key_is_refused_with_what_to_do(server: Server, tmp_path: Path) -> None:
    url = asyncio.run(server.make_database())

    with running(Service(tmp_path, DATABASE_URL=url)) as service:
        assert not service.start().url

    assert "CAUNOI_SECRET_KEY" in service.log.read_text()
