"""Texts as Jinja templates: compiled once, when first said. Every value is escaped, so that none becomes markup."""

import re
from collections.abc import Mapping
from typing import Any, Final

from jinja2 import Environment, StrictUndefined, Template, TemplateError

from bot.core.catalogue import Catalogue
from bot.core.errors import ContentError
from bot.core.markup import escape
from bot.core.parameters import Text
from bot.core.types import Language

_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")  # the marks of blocks.py are made of these


class Ready(str):
    """Text that is markup already: a figure, or words made by a template."""

    __slots__ = ()


def finalize(value: object) -> str:
    """What stands in a text for a value: markup as it is, else escaped and without control characters."""
    return value if isinstance(value, Ready) else escape(_CONTROL.sub(" ", str(value)))


def environment() -> Environment:
    """Jinja as content may use it: strict, nothing in reach but the params and calls given."""
    made = Environment(  # noqa: S701  # no HTML is made here: `finalize` escapes for our own markup
        trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, finalize=finalize, cache_size=0
    )
    made.globals.clear()
    return made


class Templates:
    """The texts of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._jinja = environment()
        self._compiled: dict[tuple[str, Language], Template] = {}

    def message(self, key: str, language: Language, params: Mapping[str, Any]) -> Ready:
        """Make a message's text, as markup. Raises ContentError where there is none, or its params do not fit."""
        message = self._catalogue.messages.get(key)
        if message is None:
            raise ContentError(f"there is no message {key}: write it in content/messages/{key.partition('.')[0]}.yaml")
        return self._render(key, message.text[language], language, params)

    def part(self, topic_id: str, part: str, language: Language, params: Mapping[str, Any]) -> Ready:
        """Make the text of a topic's part. Raises ContentError where there is none, or it cannot be rendered."""
        topic = self._catalogue.topics.get(topic_id)
        if topic is None or part not in topic.parts:
            raise ContentError(f"there is no part {part} of topic {topic_id}: write it in content/topics")
        return self._render(f"{topic_id}/{part}", topic.parts[part][language], language, params)

    def said(self, text: Text, language: Language, params: Mapping[str, Any]) -> Ready:
        """Make a text that stands under no name of its own. Raises ContentError where it cannot be rendered."""
        return self._render(text[language], text[language], language, params)

    def _render(self, name: str, source: str, language: Language, params: Mapping[str, Any]) -> Ready:
        try:
            template = self._compiled.get((name, language))
            if template is None:
                template = self._compiled[name, language] = self._jinja.from_string(source)
            return Ready(template.render(params).strip())
        except (TemplateError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
            raise ContentError(f"{name} ({language}) cannot be rendered: {error}") from error
