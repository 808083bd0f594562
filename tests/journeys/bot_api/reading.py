"""A request's parameters, in every style Telegram takes: query, form, multipart, JSON."""

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.journeys.bot_api.refusals import NOT_UTF8, bad_request
from tests.journeys.bot_api.state import Params


async def read_params(request: web.BaseRequest) -> Params:
    """All parameters as text; what is no text in a JSON body is given as JSON. Raises Refusal."""
    _, _, query = request.raw_path.partition("?")
    params = _read_form(query) if query else {}
    if not request.can_read_body:
        return params
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        params.update(_read_json(await request.read()))
    elif kind == "multipart/form-data":
        params.update({name: value for name, value in (await request.post()).items() if isinstance(value, str)})
    else:
        try:
            params.update(_read_form((await request.read()).decode()))
        except UnicodeDecodeError:
            raise bad_request(NOT_UTF8) from None
    return params


def read_number(params: Params, name: str, default: int) -> int:
    """A whole number; the default where it is absent or none, as Telegram reads it."""
    try:
        return int(params.get(name) or default)
    except ValueError:
        return default


def _read_form(body: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(body, keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise bad_request(NOT_UTF8) from None


def _read_json(body: bytes) -> dict[str, str]:
    try:
        given = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(given, dict):
        raise bad_request("object expected")
    return {name: _to_text(value) for name, value in given.items() if value is not None}


def _to_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
