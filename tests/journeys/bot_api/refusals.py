"""How Telegram says no: code and wording, as its server and TDLib word them (checked in their sources)."""

import math


class Refusal(Exception):
    """An answer with `ok: false`. `retry_after` in whole seconds, only with 429."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.retry_after = code, description, retry_after


NOT_FOUND = (404, "Not Found")  # a malformed token, and a method that does not exist
UNAUTHORIZED = (401, "Unauthorized")  # a token of the right form that is nobody's
POLLED_TWICE = "terminated by other getUpdates request; make sure that only one bot instance is running"
POLLED_BESIDE_WEBHOOK = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
WEBHOOK_TAKES_OVER = "terminated by setWebhook request"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_UTF8 = "strings must be encoded in UTF-8"


def bad_request(why: str) -> Refusal:
    return Refusal(400, f"Bad Request: {why}")


def forbidden(why: str) -> Refusal:
    return Refusal(403, f"Forbidden: {why}")


def conflict(why: str) -> Refusal:
    return Refusal(409, f"Conflict: {why}")


def too_many(seconds: float) -> Refusal:
    """429. Telegram says whole seconds, and at least one."""
    wait = max(1, math.ceil(seconds))
    return Refusal(429, f"Too Many Requests: retry after {wait}", wait)


def cannot_parse(why: str) -> Refusal:
    return bad_request(f"can't parse entities: {why}")
