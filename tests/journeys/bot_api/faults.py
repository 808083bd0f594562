"""What goes wrong with a request, as a test plans it.

A plan is asked for every request to a known method: `plan(method, number, params)`, `number` counting that method's
requests from 1. It answers with one of

    ""                 nothing goes wrong
    "reset_before"     the connection is cut, nothing was accepted
    "reset_after"      accepted, then the connection is cut
    "stall:<s>"        accepted, the answer comes after so many seconds
    "stall_before:<s>" so many seconds pass, then it is accepted, whether the bot still waits or not
    "500", "502"       Internal Server Error (JSON), Bad Gateway (HTML); nothing was accepted
    "429:<s>"          Too Many Requests; the chat of the request stays shut for so long
"""

import asyncio
import socket
import struct
from collections.abc import Callable

from aiohttp import web

from tests.journeys.bot_api.refusals import Refusal, too_many
from tests.journeys.bot_api.state import Params, State

Plan = Callable[[str, int, Params], str]

BAD_GATEWAY = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"  # noqa: E501  # as nginx writes it


class Cut(Exception):
    """The connection is to be cut without an answer."""


def plan_nothing(_method: str, _number: int, _params: Params) -> str:
    return ""


async def strike_before(fault: str, state: State, params: Params) -> None:
    """What goes wrong before the request is looked at. Raises Cut or Refusal."""
    word, _, seconds = fault.partition(":")
    if word == "reset_before":
        raise Cut
    if word == "stall_before":
        await asyncio.sleep(float(seconds))
    elif word == "500":
        raise Refusal(500, "Internal Server Error")
    elif word == "502":
        raise Refusal(502, "Bad Gateway")
    elif word == "429":
        chat = params.get("chat_id", "")
        if chat.lstrip("-").isdecimal():
            state.limits.hold(int(chat), float(seconds))
        raise too_many(float(seconds))
    elif word not in {"", "reset_after", "stall"}:
        raise ValueError(f"no such fault: {fault!r}")


async def strike_after(fault: str) -> None:
    """What goes wrong after the request was accepted. Raises Cut."""
    word, _, seconds = fault.partition(":")
    if word == "reset_after":
        raise Cut
    if word == "stall":
        await asyncio.sleep(float(seconds))


def cut(request: web.BaseRequest) -> None:
    """Cut the connection as a broken line does: with a reset, not with a farewell."""
    if request.transport is None:
        return
    connection = request.transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
