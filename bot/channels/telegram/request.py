"""python-telegram-bot's `BaseRequest` over aiohttp: half of the shipped request class's CPU (tests/benchmarks).

The cause of every NetworkError says whether a byte may have left: a connection that never opened never sent.
"""

import asyncio
from typing import Final

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

# No byte of the request has left when these are the cause.
NEVER_LEFT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 10.0


class AiohttpRequest(BaseRequest):
    """One pool of kept-alive connections. `connections` bounds what is in flight at once."""

    def __init__(self, connections: int = 16, read_seconds: float = READ_SECONDS) -> None:
        self._connections, self._read_seconds = connections, read_seconds
        self._client: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._read_seconds

    async def initialize(self) -> None:
        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=60),
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
        read_timeout: float | DefaultValue[None] | None = BaseRequest.DEFAULT_NONE,
        write_timeout: float | DefaultValue[None] | None = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  # small bodies
        connect_timeout: float | DefaultValue[None] | None = BaseRequest.DEFAULT_NONE,
        pool_timeout: float | DefaultValue[None] | None = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  # waits its turn
    ) -> tuple[int, bytes]:
        """Send one request; return status and body. Raises TimedOut or NetworkError with the cause inside."""
        if self._client is None:
            raise RuntimeError("AiohttpRequest is used before initialize() or after shutdown()")
        timeout = aiohttp.ClientTimeout(
            sock_connect=_seconds(connect_timeout, CONNECT_SECONDS),
            sock_read=_seconds(read_timeout, self._read_seconds),
        )
        data = request_data.json_parameters if request_data else None
        try:
            async with self._client.request(method, url, data=data, timeout=timeout) as answer:
                return answer.status, await answer.read()
        except (TimeoutError, asyncio.TimeoutError) as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            # The class name only: the message of an aiohttp error may hold the address, and with it the token.
            raise NetworkError(type(error).__name__) from error


def _seconds(given: float | DefaultValue[None] | None, default: float) -> float | None:
    return default if isinstance(given, DefaultValue) else given
