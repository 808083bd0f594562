"""Errors raised on purpose: what is wrong, where, and what to do. What a person or the law may cause is a value."""

from datetime import date


class BotError(Exception):
    """Somebody has to repair something; the message says what, where and how."""


class SettingsError(BotError):
    """A setting is missing or odd; the start stops and names it."""


class ContentError(BotError):
    """A content file cannot be used. `bot check` lists all of them at once."""


class KeyMissing(BotError):
    """The database was written with a key that SECRET_KEY does not hold."""


class NoValueOnDate(BotError):
    """A dated parameter was read for a day on which it has no value."""

    def __init__(self, name: str, day: date, known: str) -> None:
        super().__init__(
            f"{name} has no value on {day:%d/%m/%Y}; it is known {known}. "
            f"Add the value and its source to content/parameters, or date the text that reads it."
        )
        self.name, self.day = name, day
