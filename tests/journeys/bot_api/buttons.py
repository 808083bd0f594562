"""What may stand under a message: inline keyboards, their labels and what their buttons carry."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.journeys.bot_api.refusals import bad_request

CALLBACK_BYTES = 64
MOST_BUTTONS = 100
MOST_BYTES = 10_000  # of the whole markup as JSON


@dataclass(frozen=True, slots=True)
class Markup:
    """`rows` as Telegram shows them; `buttons` flat: (label, callback data, or the address of a link)."""

    rows: tuple[tuple[dict[str, Any], ...], ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()


NOTHING = Markup()


def read_markup(markup: str | None) -> Markup:
    """Read `reply_markup`. Reply keyboards are accepted and show nothing. Raises Refusal."""
    if not markup:
        return NOTHING
    try:
        given = json.loads(markup)
    except ValueError:
        raise bad_request("can't parse reply keyboard markup JSON object") from None
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    keyboard = given.get("inline_keyboard", [])
    if not isinstance(keyboard, list):
        raise bad_request('field "inline_keyboard" must be of type Array')
    if not all(isinstance(row, list) for row in keyboard):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    rows = tuple(tuple(_read_button(button) for button in row) for row in keyboard if row)
    buttons = tuple((each["text"], each.get("callback_data") or each["url"]) for row in rows for each in row)
    if len(buttons) > MOST_BUTTONS or len(markup.encode()) > MOST_BYTES:
        raise bad_request("reply markup is too long")
    return Markup(rows, buttons)


def _read_button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise _cannot_parse("InlineKeyboardButton must be an Object")
    label = button.get("text")
    if label is None:
        raise _cannot_parse('Can\'t find field "text"')
    if not isinstance(label, str):
        raise _cannot_parse('Field "text" must be of type String')
    if not label.strip():
        raise bad_request("inline keyboard button text is empty")
    if address := button.get("url"):
        return {"text": label, "url": _read_address(str(address))}
    data = button.get("callback_data")
    if not isinstance(data, str) or not data:
        raise _cannot_parse("Text buttons are not allowed in the inline keyboard")
    if len(data.encode()) > CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return {"text": label, "callback_data": data}


def _read_address(address: str) -> str:
    given = urlsplit(address if "://" in address else f"http://{address}")
    if given.scheme not in {"http", "https", "tg", "ton"}:
        raise bad_request(f"inline keyboard button URL '{address}' is invalid: Unsupported URL protocol")
    if not given.netloc or (given.scheme in {"http", "https"} and "." not in given.netloc):
        raise bad_request(f"inline keyboard button URL '{address}' is invalid: Wrong HTTP URL")
    return address


def _cannot_parse(why: str) -> Exception:
    return bad_request(f"can't parse InlineKeyboardButton: {why}")
