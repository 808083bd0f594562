"""What is said where a page cannot be shown."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.console.render import Pages
from bot.console.visit import Cookies, visit_of
from bot.console.words import mark
from bot.services.access import NotAllowed
from bot.web import TooLarge, harden, where

_LOG: Final = logging.getLogger(__name__)


class Foreign(Exception):
    """A form came from somewhere else, or from another sign-in."""


class Troubles:
    """The handlers of what pages and the layers below raise."""

    def __init__(self, pages: Pages, cookies: Cookies) -> None:
        self._pages, self._cookies = pages, cookies

    def handlers(self) -> dict[type[Exception] | int, Callable[[Request, Exception], Awaitable[Response]]]:
        return {
            HTTPException: self._refused,
            NotAllowed: self._not_allowed,
            Foreign: self._foreign,
            TooLarge: self._too_large,
            Exception: self._broken,
        }

    async def _refused(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 404:
            text = mark("There is nothing here, or it is not for you to see.")
        else:
            text = mark("This page cannot be opened in this way.")
        headers = error.headers if isinstance(error, HTTPException) else None
        return self._say(request, mark("Not found"), text, status, headers)

    async def _not_allowed(self, request: Request, _error: Exception) -> Response:
        text = mark("Your roles do not open this page. An administrator can give you a role.")
        return self._say(request, mark("Not for your roles"), text, 403)

    async def _foreign(self, request: Request, _error: Exception) -> Response:
        text = mark("This form is too old or came from somewhere else. Nothing was changed. Open the page anew.")
        # The body may not have been read: the connection cannot be used again.
        return self._say(request, mark("Open the page anew"), text, 403, {"Connection": "close"})

    async def _too_large(self, request: Request, _error: Exception) -> Response:
        return self._say(request, mark("Too large"), mark("That was too much at once."), 413, {"Connection": "close"})

    async def _broken(self, request: Request, error: Exception) -> Response:
        _LOG.error("a page of the console failed: %s", where(error))
        text = mark("Something went wrong on our side. Nothing is lost; try again in a minute.")
        response = self._say(request, mark("This did not work"), text, 500)
        harden(response.headers, secure=self._cookies.secure)  # stands outside of the middleware
        return response

    def _say(
        self, request: Request, title: str, text: str, status: int, headers: Mapping[str, str] | None = None
    ) -> Response:
        return self._pages.plain(visit_of(request, self._cookies), title, text, status, headers)
