"""python-telegram-bot's `BaseRequest` over aiohttp: less than half of the CPU of the request class it comes with
(tests/benchmarks).

The cause of every NetworkError says whether a byte may have left: a connection that never opened never sent.
"""

import json
from typing import Any, Final

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

# No byte of the request has left when these are the cause.
NEVER_LEFT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 10.0
KEPT_ALIVE: Final = 60.0  # seconds an idle connection stays open

_JSON: Final = {"Content-Type": "application/json"}
_as_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class AiohttpRequest(BaseRequest):
    """One pool of kept-alive connections. `connections` bounds what is in flight at once."""

    __slots__ = ("_client", "_connections", "_read_seconds")

    def __init__(self, connections: int = 16, read_seconds: float = READ_SECONDS) -> None:
        self._connections, self._read_seconds = connections, read_seconds
        self._client: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._read_seconds

    async def initialize(self) -> None:
        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEPT_ALIVE),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  # our bodies are small
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  # a request waits its turn
    ) -> tuple[int, bytes]:
        """Send one request; return status and body. Raises TimedOut or NetworkError with the cause inside."""
        if self._client is None:
            raise RuntimeError("AiohttpRequest is used before initialize() or after shutdown()")
        timeout = aiohttp.ClientTimeout(
            sock_connect=_seconds(connect_timeout, CONNECT_SECONDS),
            sock_read=_seconds(read_timeout, self._read_seconds),
        )
        # As JSON: a form would write every Vietnamese letter as nine signs, the library's own JSON as six or seven.
        data = _as_json(request_data.parameters).encode() if request_data else None
        try:
            async with self._client.request(method, url, data=data, headers=_JSON, timeout=timeout) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            # The class name only: the message of an aiohttp error may hold the address, and with it the token.
            raise NetworkError(type(error).__name__) from error


def _seconds(given: Any, default: float) -> float:
    """What a caller did not say is one of the library's marks, no number."""
    return given if isinstance(given, int | float) else default
