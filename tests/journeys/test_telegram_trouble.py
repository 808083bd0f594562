"""Telegram does not take us, or cannot be reached: it is named in the log and in /healthz, and the web chat goes on."""

from pathlib import Path
from threading import Thread

import httpx
import pytest

from bot.channels.telegram.polling import ANOTHER_POLLER, UNREACHABLE
from bot.channels.telegram.sender import TOKEN_REFUSED
from bot.channels.telegram.webhook import NOT_TELEGRAM
from tests.journeys.bot_api import BotApi
from tests.journeys.service import Visitor
from tests.journeys.telegram import (
    FAST,
    TelegramService,
    Way,
    both_ways,
    find_port,
    joined,
    make_token,
    serving,
    telegram,
    wait_until,
)

QUESTION = "tien dien ho ngheo"


def trouble(service: TelegramService) -> str:
    return str(service.health()["telegram"].get("trouble", ""))


def web_chat_answers(service: TelegramService) -> bool:
    visitor = Visitor(service)
    page = visitor.say(QUESTION)
    visitor.close()
    return page.status == 200 and [line.by_person for line in page.lines] == [True, False, False]


def check_named(service: TelegramService, words: str) -> None:
    """The trouble is in /healthz and, once, in the log; people in the web chat notice nothing."""
    assert wait_until(lambda: trouble(service).startswith(words)), service.health()
    assert service.health()["status"] == "degraded"
    assert service.logged().count(words) == 1
    assert web_chat_answers(service)
    assert service.alive


@both_ways
@pytest.mark.parametrize("refusal", [401, 404])
def test_a_refused_token_stops_telegram_alone(way: Way, refusal: int, tmp_path: Path) -> None:
    with telegram() as api:
        wrong = {"TELEGRAM_TOKEN": "43:OTHER"} if refusal == 401 else {"TELEGRAM_API_URL": f"{api.url}/elsewhere"}

        with serving(TelegramService(tmp_path, api, way, **wrong)) as service:
            check_named(service, TOKEN_REFUSED)

            assert {code for _, code, _ in api.refusals} == {refusal}


@both_ways
def test_an_unreachable_api_is_named_and_when_it_is_there_again_all_goes_on_by_itself(way: Way, tmp_path: Path) -> None:
    port = find_port()
    api = BotApi(make_token(), limits=False)
    elsewhere = {"TELEGRAM_API_URL": f"http://127.0.0.1:{port}"}
    with serving(TelegramService(tmp_path, api, way, **FAST, **elsewhere)) as service:
        check_named(service, UNREACHABLE)

        api.start(port)
        api.write(7, QUESTION)

        assert api.wait_for(lambda: len(api.texts(7)) == 3)
        assert wait_until(lambda: service.health()["status"] == "ok"), service.health()
    api.stop()


def test_a_wrong_secret_is_refused_named_and_answers_nobody(tmp_path: Path) -> None:
    with joined(tmp_path, Way.WEBHOOK, TELEGRAM_WEBHOOK_SECRET="right") as (api, service):
        api.write(7, QUESTION)
        assert api.wait_for(lambda: len(api.texts(7)) == 3)

        statuses = [api.forge(8, QUESTION, secret) for secret in ("wrong", "", "righ")]

        assert statuses == [403, 403, 403]
        check_named(service, NOT_TELEGRAM)
        api.write(7, "/menu")
        assert api.wait_for(lambda: len(api.texts(7)) == 4)
        assert api.texts(8) == []
        assert service.health()["status"] == "ok"  # Telegram itself has the secret


def test_a_second_poller_is_named_and_forgotten_when_it_is_gone(tmp_path: Path) -> None:
    with joined(tmp_path) as (api, service):
        assert wait_until(lambda: any(method == "getUpdates" for method, _ in api.calls))
        polls = True

        def poll() -> None:
            while polls:
                httpx.get(f"{api.url}/bot{api.token}/getUpdates", params={"timeout": 1, "offset": 1}, timeout=10)

        other = Thread(target=poll)
        other.start()
        check_named(service, ANOTHER_POLLER)
        polls = False
        other.join()
        api.write(7, QUESTION)

        assert api.wait_for(lambda: len(api.texts(7)) == 3)
        assert wait_until(lambda: service.health()["status"] == "ok"), service.health()
