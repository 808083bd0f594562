"""What holds for every page we serve, of the web chat and of the console: headers, forms, who is asking."""

import ipaddress
import traceback
from collections.abc import AsyncGenerator, Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.core.types import Language

# 10,000 characters (app.LONGEST) of four bytes, percent-encoded, with room for the other fields.
LARGEST_BODY: Final = 128 * 1024  # bytes
MOST_FIELDS: Final = 100  # a box for each commune, and the rest

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with that, browsers send our own forms with "Origin: null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "X-Robots-Tag": "noindex",
}
HSTS: Final = "max-age=31536000"


class TooLarge(Exception):
    """A body is larger than it may be; it was not read to its end."""


def harden(headers: MutableHeaders, *, secure: bool) -> None:
    """Add the headers above, and `no-store` wherever a route did not say how long its answer keeps."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
    if secure:
        headers.setdefault("Strict-Transport-Security", HSTS)


class SafeHeaders:
    """Hardens every answer that passes through."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app, self._secure = app, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                harden(MutableHeaders(scope=message), secure=self._secure)
            await send(message)

        await self._app(scope, receive, send_safely if scope["type"] == "http" else send)


def is_own_form(headers: Headers, public_host: str) -> bool:
    """Whether a POST comes from a page of ours, as far as the browser says.

    Sec-Fetch-Site rules where it is sent; else Origin must name our host. Old browsers send neither: then the
    cookie (SameSite=Lax) and the event id bound to it are what protects.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    host = urlsplit(origin).netloc.lower()
    return bool(host) and host in (headers.get("host", "").lower(), public_host.lower())


async def read_form(request: Request) -> dict[str, str]:
    """Read a form's fields (the first of each name). What is no form has no fields. Raises TooLarge."""
    return {name: values[0] for name, values in (await read_fields(request)).items()}


async def read_upload(request: Request, largest: int) -> tuple[dict[str, list[str]], bytes]:
    """Read a form that carries one file (multipart): its fields, and what the file holds, b"" for none.

    Raises TooLarge for more than `largest` bytes together. What is no such form has no fields.
    """
    body = await _body(request, largest)

    async def whole() -> AsyncGenerator[bytes, None]:
        yield body

    fields: dict[str, list[str]] = {}
    file = b""
    try:
        parser = MultiPartParser(
            request.headers, whole(), max_files=1, max_fields=MOST_FIELDS, max_part_size=LARGEST_BODY
        )
        form = await parser.parse()
        for name, value in form.multi_items():
            if isinstance(value, str):
                fields.setdefault(name, []).append(value)
            else:
                file = await value.read()
        await form.close()
    except (MultiPartException, KeyError):
        return {}, b""
    return fields, file


async def read_fields(request: Request) -> dict[str, list[str]]:
    """Read a form's fields with all values of each name, as boxes to tick have them. Raises TooLarge."""
    body = await _body(request, LARGEST_BODY)
    try:
        text = body.decode("utf-8", "replace")
        return parse_qs(text, keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}


async def _body(request: Request, largest: int) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > largest:
        raise TooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise TooLarge
    return bytes(body)


def place_of(host: str) -> str:
    """Return what requests from one line have in common: an IPv4 address, or the /64 that a household has of IPv6."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def guess_language(accepted: str) -> Language:
    """English only for a browser that asks for it and not for Vietnamese: many phones here were never set."""
    names = [part.split(";")[0].strip().lower() for part in accepted.split(",")]
    english = any(name.startswith("en") for name in names)
    return Language.EN if english and not any(name.startswith("vi") for name in names) else Language.VI


def where(error: BaseException) -> str:
    """An error's kind and place. Never its words: a database error's may hold what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown place"
    return f"{type(error).__name__} at {place}"
