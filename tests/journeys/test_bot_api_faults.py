"""What goes wrong between a bot and Telegram: too fast, cut, refused, too slow."""

import socket
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter

from tests.journeys.bot_api import BotApi, Rates
from tests.journeys.bot_api_stand import GROUP, HAM, HTTP, LAN, Clock, call, ids, make_clock, run_api, run_bot, send

clock = pytest.fixture(make_clock)
api = pytest.fixture(run_api)
bot = pytest.fixture(run_bot)


@pytest.fixture
def limited(clock: Clock) -> Iterator[BotApi]:
    running = BotApi(rates=Rates(chat_burst=2, bot_burst=4), clock=clock).start()
    running.know(*range(1, 20), GROUP)
    yield running
    running.stop()


def test_a_chat_takes_one_message_a_second_after_a_small_burst(limited: BotApi, clock: Clock) -> None:
    assert send(limited, HAM, 3) == [200, 200, 429]
    clock.now += 1
    assert send(limited, HAM, 2) == [200, 429]
    assert limited.refusals[-1] == ("sendMessage", 429, "Too Many Requests: retry after 1")
    assert len(limited.texts(HAM)) == 3


def test_the_whole_bot_sends_thirty_a_second_after_a_burst(limited: BotApi, clock: Clock) -> None:
    assert [send(limited, chat) for chat in range(1, 6)] == [[200]] * 4 + [[429]]
    for chat in range(5, 15):
        clock.now += 1 / 30
        assert send(limited, chat) == [200]


def test_a_group_takes_twenty_messages_a_minute(limited: BotApi, clock: Clock) -> None:
    statuses = []
    for _ in range(21):
        statuses += send(limited, GROUP)
        clock.now += 2

    assert statuses == [200] * 20 + [429]
    assert limited.refusals[-1][2] == "Too Many Requests: retry after 20"


def test_a_refused_message_takes_nothing_from_the_allowance(limited: BotApi, clock: Clock) -> None:
    send(limited, HAM, 20)

    assert send(limited, LAN) == [200]


def test_limits_can_be_switched_off(limited: BotApi) -> None:
    limited.limits = False

    assert send(limited, HAM, 10) == [200] * 10


async def test_a_planned_429_keeps_its_chat_shut_for_so_long(
    api: BotApi, bot: Bot, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    api.know(HAM, LAN)
    api.faults = lambda method, number, _params: "429:30" if (method, number) == ("sendMessage", 1) else ""

    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(HAM, "một")
    clock.now += 10
    async with httpx.AsyncClient() as http:
        raw = await http.post(f"{api.url}/bot{api.token}/sendMessage", data={"chat_id": HAM, "text": "một"})
    await bot.send_message(LAN, "một")
    clock.now += 20.1
    await bot.send_message(HAM, "hai")

    assert refused.value.retry_after == timedelta(seconds=30)
    assert raw.headers["Retry-After"] == "20"
    assert raw.json() == {
        "ok": False, "error_code": 429, "description": "Too Many Requests: retry after 20",
        "parameters": {"retry_after": 20},
    }  # fmt: skip
    assert (api.texts(HAM), api.texts(LAN)) == (["hai"], ["một"])


@pytest.mark.parametrize(("fault", "accepted"), [("reset_before", []), ("reset_after", ["một"])])
async def test_a_connection_is_cut_before_or_after_acceptance(
    api: BotApi, bot: Bot, fault: str, accepted: list[str]
) -> None:
    api.know(HAM)
    api.faults = lambda method, _number, _params: fault if method == "sendMessage" else ""

    with pytest.raises(NetworkError) as cut:
        await bot.send_message(HAM, "một")

    assert isinstance(cut.value.__cause__, httpx.ReadError | httpx.RemoteProtocolError)
    assert api.texts(HAM) == accepted


def test_the_server_has_errors_of_its_own_and_a_gateway_in_front(api: BotApi) -> None:
    api.know(HAM)
    api.faults = lambda _method, number, _params: ("500", "502", "")[number - 1]
    url, params = f"{api.url}/bot{api.token}/sendMessage", {"chat_id": HAM, "text": "một"}

    own, gateway, well = (HTTP.post(url, data=params) for _ in range(3))

    assert (own.status_code, own.json()["description"]) == (500, "Internal Server Error")
    assert (gateway.status_code, gateway.headers["content-type"].split(";")[0]) == (502, "text/html")
    assert well.is_success
    assert [code for _, code, _ in api.refusals] == [500, 502]
    assert api.texts(HAM) == ["một"]


@pytest.mark.parametrize(("fault", "accepted"), [("stall", ["một"]), ("stall_before", [])])
def test_an_answer_can_take_longer_than_a_bot_waits(api: BotApi, fault: str, accepted: list[str]) -> None:
    api.know(HAM)
    api.faults = lambda _method, _number, _params: f"{fault}:15"

    with pytest.raises(httpx.ReadTimeout):
        HTTP.post(f"{api.url}/bot{api.token}/sendMessage", data={"chat_id": HAM, "text": "một"}, timeout=0.5)

    assert api.texts(HAM) == accepted


def test_a_plan_knows_method_number_and_parameters(api: BotApi) -> None:
    api.know(HAM, LAN)
    api.faults = lambda method, number, params: (
        "500" if method == "sendMessage" and number == 2 and params["chat_id"] == str(LAN) else ""
    )

    call(api, "getMe")

    assert [send(api, HAM), send(api, LAN), send(api, LAN)] == [[200], [500], [200]]


def test_a_plan_that_is_wrong_fails_the_test_not_only_the_request() -> None:
    api = BotApi().start()
    api.faults = lambda _method, _number, _params: "typo"

    assert HTTP.get(f"{api.url}/bot{api.token}/getMe").status_code == 500
    with pytest.raises(ValueError, match="typo"):
        api.wait_for(lambda: False)
    with pytest.raises(ValueError, match="typo"):
        api.stop()


# A bot that dies ----------------------------------------------------------------------------------


def test_a_bot_that_dies_over_its_request_asked_nothing(api: BotApi) -> None:
    host, _, port = api.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(f"POST /bot{api.token}/getMe HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf".encode())

    assert call(api, "getMe")[0] == 200
    assert not api.wait_for(lambda: len(api.calls) > 1, 0.1)


def test_a_poll_whose_bot_died_takes_nothing_with_it(api: BotApi) -> None:
    written = api.write(HAM, "một")
    ids(api, offset=written + 1)
    with pytest.raises(httpx.ReadTimeout):
        HTTP.get(f"{api.url}/bot{api.token}/getUpdates", params={"offset": written + 1, "timeout": 15}, timeout=0.2)

    api.repeat(written)

    assert ids(api, offset=written + 1) == [written]
