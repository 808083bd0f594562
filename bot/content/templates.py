"""Texts as Jinja templates: compiled once, when first said. Every value is escaped, so that none becomes markup."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from jinja2 import Environment, StrictUndefined, Template, TemplateError

from bot.content.figures import Say, day_text
from bot.core.catalogue import Catalogue
from bot.core.errors import ContentError
from bot.core.markup import escape
from bot.core.types import Language

_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")  # markers of bot.content.blocks are made of these


class Markup(str):
    """Text that is markup already: a figure, or a text made by a template."""

    __slots__ = ()


def finalize(value: object) -> str:
    """What stands in the text for a value: markup as it is, everything else escaped and without control characters."""
    return value if isinstance(value, Markup) else escape(_CONTROL.sub(" ", str(value)))


def environment(language: Language, say: Say) -> Environment:
    """The Jinja environment of one language. `day` is its only filter of ours: a day as that language writes it."""
    made = Environment(  # noqa: S701  # no HTML is made here: `finalize` escapes for the mini markup
        trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, finalize=finalize, cache_size=0
    )

    def day(value: date) -> str:
        return day_text(value, say)

    made.filters["day"] = day
    made.globals.clear()
    return made


class Templates:
    """The texts of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._compiled: dict[tuple[Language, str], Template] = {}
        self._environments = {language: environment(language, self.sayer(language)) for language in Language}

    def sayer(self, language: Language) -> Say:
        """Return the short way to say a message without figures in that language."""
        return lambda key, params: self.message(key, language, params)

    def message(self, key: str, language: Language, params: Mapping[str, Any]) -> Markup:
        """Make a message's text, as markup. Raises ContentError where there is none, or its params do not fit."""
        message = self._catalogue.messages.get(key)
        if message is None:
            raise ContentError(f"There is no message `{key}`: write it to content/messages.")
        return self.render(key, message.text[language], language, params)

    def part(self, topic_id: str, part: str, language: Language, params: Mapping[str, Any]) -> Markup:
        """Make the text of a topic's part. Raises ContentError where there is none, or it cannot be rendered."""
        topic = self._catalogue.topics.get(topic_id)
        if topic is None or part not in topic.parts:
            raise ContentError(f"There is no part `{part}` of topic `{topic_id}`: write it to content/topics.")
        return self.render(f"{topic_id} {part}", topic.parts[part][language], language, params)

    def render(self, name: str, source: str, language: Language, params: Mapping[str, Any]) -> Markup:
        try:
            template = self._compiled.get((language, name))
            if template is None:
                template = self._compiled[language, name] = self._environments[language].from_string(source)
            return Markup(template.render(params))
        except (TemplateError, TypeError, ValueError, LookupError, AttributeError) as error:
            raise ContentError(f"`{name}` ({language}) cannot be rendered: {error}") from error
