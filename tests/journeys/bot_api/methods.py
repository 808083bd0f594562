"""The Bot API's methods that need no waiting: what each accepts, what it changes, what it answers."""

import json
from collections.abc import Callable
from typing import Any

from tests.journeys.bot_api.buttons import Markup, read_markup
from tests.journeys.bot_api.html import Formatted, count_units, read_html, read_plain
from tests.journeys.bot_api.people import LEFT
from tests.journeys.bot_api.reading import read_number
from tests.journeys.bot_api.refusals import NOT_MODIFIED, TOO_OLD, bad_request, forbidden
from tests.journeys.bot_api.state import ME, MYSELF, Chat, Message, Params, State

LONGEST = 4096  # UTF-16 units after entities
LONGEST_ANSWER = 200  # characters in answerCallbackQuery
ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
        "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip

Method = Callable[[State, Params], Any]


def get_me(_state: State, _params: Params) -> Any:
    return ME


def send_message(state: State, params: Params) -> Any:
    formatted = _read_text(params)
    markup = read_markup(params.get("reply_markup"))
    _read_object(params, "link_preview_options", "can't parse link preview options")
    chat = _find_chat(state, params)
    _check_reply(state, chat, params)
    _check_length(formatted)
    state.limits.take(chat.number)
    _check_open(chat)
    message = state.add(
        chat, _content(formatted), MYSELF, markup=markup, formatted=formatted, html=params.get("text", "")
    )
    sent = message.record(message.at)
    state.sent.append(sent)
    if state.on_sent is not None:
        state.on_sent(sent)
    return message.show()


def edit_message_text(state: State, params: Params) -> Any:
    formatted = _read_text(params)
    markup = read_markup(params.get("reply_markup"))
    message = _find_own(state, params)
    _check_length(formatted)
    if formatted == message.formatted and markup == message.markup:
        raise bad_request(NOT_MODIFIED)
    message.formatted, message.html, message.content = formatted, params.get("text", ""), _content(formatted)
    return _edit(state, message, markup)


def edit_message_reply_markup(state: State, params: Params) -> Any:
    markup = read_markup(params.get("reply_markup"))
    message = _find_own(state, params)
    if markup == message.markup:
        raise bad_request(NOT_MODIFIED)
    return _edit(state, message, markup)


def delete_message(state: State, params: Params) -> Any:
    chat, number = _find_chat(state, params), _read_message_id(params)
    message = state.messages.get((chat.number, number))
    if message is None:
        raise bad_request("message to delete not found")
    if state.clock() - message.at > state.delete_seconds or (not message.mine and chat.kind != "private"):
        raise bad_request("message can't be deleted for everyone")
    del state.messages[chat.number, number]
    state.deleted.append((chat.number, number))
    return True


def answer_callback_query(state: State, params: Params) -> Any:
    if len(params.get("text", "")) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    query = params.get("callback_query_id", "")
    asked = state.queries.pop(query, None)
    if asked is None or state.clock() - asked > state.callback_seconds:
        raise bad_request(TOO_OLD)
    state.answered.append(query)
    return True


def set_my_commands(state: State, params: Params) -> Any:
    commands = _read_json(params, "commands", "can't parse commands JSON object")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for each in commands:
        _check_command(each)
    state.commands[_audience(params)] = commands
    return True


def get_my_commands(state: State, params: Params) -> Any:
    return state.commands.get(_audience(params), [])


def delete_my_commands(state: State, params: Params) -> Any:
    state.commands.pop(_audience(params), None)
    return True


def set_my_description(state: State, params: Params) -> Any:
    return _describe(state.descriptions, params, "description", 512)


def get_my_description(state: State, params: Params) -> Any:
    return {"description": state.descriptions.get(params.get("language_code", ""), "")}


def set_my_short_description(state: State, params: Params) -> Any:
    return _describe(state.short_descriptions, params, "short_description", 120)


def get_my_short_description(state: State, params: Params) -> Any:
    return {"short_description": state.short_descriptions.get(params.get("language_code", ""), "")}


def set_chat_menu_button(state: State, params: Params) -> Any:
    button = _read_json(params, "menu_button", "can't parse menu button JSON object", default={"type": "default"})
    if not isinstance(button, dict):
        raise bad_request("can't parse menu button: MenuButton must be an Object")
    if button.get("type") not in {"default", "commands", "web_app"}:
        raise bad_request("can't parse menu button: MenuButton has unsupported type")
    state.menu_buttons[read_number(params, "chat_id", 0)] = button
    return True


def get_chat_menu_button(state: State, params: Params) -> Any:
    chosen = state.menu_buttons.get(read_number(params, "chat_id", 0))
    return chosen or state.menu_buttons.get(0) or {"type": "commands"}


def get_chat(state: State, params: Params) -> Any:
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), True
    )
    full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    return {**_find_chat(state, params).show(), **full}


def leave_chat(state: State, params: Params) -> Any:
    chat = _find_chat(state, params)
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    _check_open(chat)
    chat.closed = LEFT.format(chat.kind)
    return True


def send_chat_action(state: State, params: Params) -> Any:
    if params.get("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    _check_open(_find_chat(state, params))
    return True


METHODS: dict[str, tuple[str, Method]] = {
    name.lower(): (name, method)
    for name, method in {
        "getMe": get_me, "sendMessage": send_message, "editMessageText": edit_message_text,
        "editMessageReplyMarkup": edit_message_reply_markup, "deleteMessage": delete_message,
        "answerCallbackQuery": answer_callback_query, "setMyCommands": set_my_commands,
        "getMyCommands": get_my_commands, "deleteMyCommands": delete_my_commands,
        "setMyDescription": set_my_description, "getMyDescription": get_my_description,
        "setMyShortDescription": set_my_short_description, "getMyShortDescription": get_my_short_description,
        "setChatMenuButton": set_chat_menu_button, "getChatMenuButton": get_chat_menu_button,
        "getChat": get_chat, "leaveChat": leave_chat, "sendChatAction": send_chat_action,
    }.items()
}  # fmt: skip


def _read_text(params: Params) -> Formatted:
    text, mode = params.get("text", ""), params.get("parse_mode", "").lower()
    if not text:
        raise bad_request("message text is empty")
    if mode not in {"", "html"}:  # Markdown is Telegram's too, but none of ours
        raise bad_request("unsupported parse_mode")
    formatted = read_html(text) if mode else read_plain(text)
    if not formatted.text:
        raise bad_request("text must be non-empty")
    return formatted


def _content(formatted: Formatted) -> dict[str, Any]:
    return {"text": formatted.text, **({"entities": formatted.entities} if formatted.entities else {})}


def _check_length(formatted: Formatted) -> None:
    if len(formatted.text) * 2 > LONGEST and count_units(formatted.text) > LONGEST:
        raise bad_request("message is too long")


def _find_chat(state: State, params: Params) -> Chat:
    number = params.get("chat_id", "").strip()
    if not number:
        raise bad_request("chat_id is empty")
    chat = state.chats.get(int(number)) if number.lstrip("-").isdecimal() else None
    if chat is None:
        raise bad_request("chat not found")
    return chat


def _check_open(chat: Chat) -> None:
    if chat.closed:
        raise forbidden(chat.closed)


def _check_reply(state: State, chat: Chat, params: Params) -> None:
    reply = _read_object(params, "reply_parameters", "can't parse reply parameters JSON object")
    if not reply or (chat.number, reply.get("message_id")) in state.messages:
        return
    if not reply.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")


def _find_own(state: State, params: Params) -> Message:
    chat, number = _find_chat(state, params), _read_message_id(params)
    state.limits.check_held(chat.number)
    _check_open(chat)
    message = state.messages.get((chat.number, number))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.mine:
        raise bad_request("message can't be edited")
    return message


def _read_message_id(params: Params) -> int:
    number = params.get("message_id", "")
    if not number.isdecimal() or number == "0":
        raise bad_request("message identifier is not specified")
    return int(number)


def _edit(state: State, message: Message, markup: Markup) -> Any:
    message.markup, message.edited = markup, True
    state.edited.append(message.record(state.clock()))
    return message.show()


def _audience(params: Params) -> tuple[str, str]:
    scope = _read_object(params, "scope", "can't parse BotCommandScope JSON object") or {"type": "default"}
    rest = "".join(f":{scope[name]}" for name in ("chat_id", "user_id") if name in scope)
    return f"{scope.get('type')}{rest}", params.get("language_code", "")


def _check_command(command: Any) -> None:
    if not isinstance(command, dict) or not isinstance(command.get("command"), str):
        raise bad_request("can't parse BotCommand: expected an Object")
    name, about = command["command"].removeprefix("/"), str(command.get("description", ""))
    if not (0 < len(name) <= 32 and name.isascii() and name.replace("_", "a").isalnum() and name == name.lower()):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 0 < len(about) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")


def _describe(kept: dict[str, str], params: Params, name: str, longest: int) -> bool:
    text = params.get(name, "")
    if len(text) > longest:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    kept[params.get("language_code", "")] = text
    return True


def _read_object(params: Params, name: str, wrong: str) -> dict[str, Any]:
    given = _read_json(params, name, wrong, default={})
    if not isinstance(given, dict):
        raise bad_request(wrong)
    return given


def _read_json(params: Params, name: str, wrong: str, default: Any = None) -> Any:
    if not params.get(name):
        return default
    try:
        return json.loads(params[name])
    except ValueError:
        raise bad_request(wrong) from None
