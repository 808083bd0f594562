"""The log: one JSON object a line, whatever is said; no secret in it."""

import json
import logging
import sys

from bot.logs import JsonLines


def record(words: str, *values: object, error: bool = False) -> logging.LogRecord:
    return logging.LogRecord("bot.part", logging.WARNING, "f.py", 1, words, values, sys.exc_info() if error else None)


def test_a_line_is_json_even_with_quotes_and_line_breaks_in_it() -> None:
    line = JsonLines().format(record('he said "%s"', "a\nb"))

    told = json.loads(line)
    assert "\n" not in line
    assert (told["level"], told["part"], told["said"]) == ("WARNING", "bot.part", 'he said "a\nb"')


def test_a_secret_is_taken_out_of_words_and_of_tracebacks() -> None:
    try:
        raise ValueError("https://api/bot42:SECRET/getMe")
    except ValueError:
        line = JsonLines(["42:SECRET", ""]).format(record("to %s", "bot42:SECRET", error=True))

    told = json.loads(line)
    assert "SECRET" not in line
    assert "ValueError" in told["trace"]
