"""Content changes while the service goes on: taken whole when it is sound, left alone and named when it is not."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.journeys.service import ROOT, Service, running, visiting

ASKED = "nha toi can ngheo mua bhyt duoc ho tro bao nhieu"
TOPIC = Path("topics") / "health" / "near_poor_subsidy.yaml"
NOW = "2026-11-24T09:00:00+07:00"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the content that a test may change."""
    return Path(shutil.copytree(ROOT / "content", tmp_path / "content"))


@pytest.fixture
def service(tmp_path: Path, content: Path) -> Iterator[Service]:
    with running(Service(tmp_path, CONTENT=str(content), TEST_CLOCK=NOW).start()) as made:
        yield made


def change(content: Path, old: str, new: str) -> None:
    file = content / TOPIC
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_changed_text_is_said_after_a_signal_and_not_before(service: Service, content: Path) -> None:
    with visiting(service, 1) as (person,):
        change(content, "Hộ cận nghèo mua thẻ BHYT được", "Nhà cận nghèo mua thẻ BHYT được")
        before = person.say(ASKED)
        service.hang_up()
        service.wait_for('"Content ')
        after = person.say(ASKED)

    assert "Nhà cận nghèo mua thẻ" not in before.text
    assert "Nhà cận nghèo mua thẻ" in after.text


def test_broken_content_is_named_and_the_old_one_goes_on_until_it_is_mended(service: Service, content: Path) -> None:
    with visiting(service, 1) as (person,):
        change(content, "Hộ cận nghèo mua thẻ BHYT được", "Được 95%. Hộ cận nghèo mua thẻ BHYT được")
        service.hang_up()
        service.wait_for("The changed content is not used")
        answered = person.say(ASKED)
        health = httpx.get(f"{service.url}/healthz")
        change(content, "Được 95%. ", "")
        service.hang_up()
        service.wait_for('"Content ')

    assert "95%" not in answered.text
    assert "ít nhất 70%" in answered.text
    assert (health.status_code, health.json()["status"]) == (200, "degraded")
    log = service.log.read_text(encoding="utf-8")
    assert "topics/health/near_poor_subsidy.yaml" in log
    assert "`95`" in log
    assert httpx.get(f"{service.url}/healthz").json()["status"] == "ok"


def test_before_the_model_is_trained_topics_are_offered_and_danger_is_answered(tmp_path: Path) -> None:
    with (
        running(Service(tmp_path, trains=True, TEST_CLOCK=NOW).start()) as service,
        visiting(service, 2) as (person, other),
    ):
        early = person.say(ASKED)
        danger = other.say("chong cu hay danh toi voi con")
        service.wait_for("The model is trained.", 120.0)
        later = person.say(ASKED)

    assert "t:health.near_poor_subsidy" in early.offered
    assert "34.155" not in early.text
    assert "113" in danger.text
    assert "34.155" in later.text
