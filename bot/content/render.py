"""Replies to text: messages and parts of topics, in the person's language, as of the law's day.

Under a part stand its sources, how far our reading goes, and what changes within sixty days. A block whose figure has
no firm value on the day is replaced by a sentence that says so: never a guess, never an old figure.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from jinja2 import Environment, StrictUndefined, Template

from bot.content.figures import MARK, Figures, Ready, day_before, spell_day, spell_month
from bot.core.catalogue import Catalogue, Topic
from bot.core.errors import ContentError
from bot.core.markup import escape
from bot.core.parameters import Change, Parameter, Text
from bot.core.types import Button, Language, Rendered, RenderedButton, Reply, Source

_ITEM: Final = re.compile(r"\s*- ")


@dataclass(frozen=True, slots=True)
class RenderedPart:
    """A topic's part as it is shown. `sources` and `parameters` are those of what is really said."""

    text: str
    sources: tuple[str, ...]
    parameters: tuple[str, ...]


def environment() -> Environment:
    """Jinja as content may use it: strict, and every value escaped against our own markup."""
    return Environment(  # noqa: S701  # the output is our markup, not HTML; _finalize escapes values
        trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, autoescape=False, finalize=_finalize
    )


def _finalize(value: Any) -> Any:
    return value if isinstance(value, Ready) else escape(str(value))


class Renderer:
    """Renders one catalogue. Templates are compiled when first used."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._jinja = environment()
        self._templates: dict[tuple[str, Language], Template] = {}
        self._office = lru_cache(maxsize=256)(self._counter)

    def render(self, reply: Reply, language: Language, day: date, *, commune: str = "") -> Rendered:
        """Render a reply's text and its buttons. Raises ContentError for a key that does not exist."""
        if reply.key == "topic.part":
            topic, part = str(reply.params["topic"]), str(reply.params["part"])
            text = self.render_part(topic, part, language, day, commune=commune).text
        else:
            text = self.message(reply.key, language, day, commune=commune, params=reply.params)
        buttons = tuple(RenderedButton(self._label(each, language), each.action) for each in reply.buttons)
        return Rendered(text, buttons, reply.guarded, self.catalogue.version)

    def message(
        self, key: str, language: Language, day: date, *, commune: str = "", params: Mapping[str, Any] | None = None
    ) -> str:
        """Render a message by its key."""
        message = self.catalogue.messages.get(key)
        if message is None:
            raise ContentError(f"there is no message {key}: write it in content/messages/{key.split('.')[0]}.yaml")
        text = self._fill(key, message.text, language, day, commune, params or {})
        return "\n\n".join(self._blocks(text, language, day, commune, {})).strip()

    def render_part(
        self, topic_id: str, part: str, language: Language, day: date, *, commune: str = ""
    ) -> RenderedPart:
        """Render a part with what stands under it. Raises KeyError for a topic or part that does not exist."""
        topic = self.catalogue.topics[topic_id]
        text = self._fill(f"{topic_id}/{part}", topic.parts[part], language, day, commune, {})
        shown: dict[str, str] = {}
        body = "\n\n".join(self._blocks(text, language, day, commune, shown))
        sources = self._sources(topic, shown, day)
        under = list(self._under(sources, shown, language, day))
        return RenderedPart(
            "\n\n".join(filter(None, (body, *under))),
            tuple(dict.fromkeys(source.text for source in sources if source.text)),
            tuple(name for name, sign in shown.items() if sign == "="),
        )

    def body(self, topic_id: str, part: str, language: Language, day: date) -> str:
        """Render a part without what stands under it."""
        text = self._fill(f"{topic_id}/{part}", self.catalogue.topics[topic_id].parts[part], language, day, "", {})
        return "\n\n".join(self._blocks(text, language, day, "", {}))

    def _fill(
        self, key: str, text: Text, language: Language, day: date, commune: str, params: Mapping[str, Any]
    ) -> str:
        """Run the template; figures carry their marks."""
        template = self._templates.get((key, language))
        if template is None:
            template = self._templates[key, language] = self._jinja.from_string(text[language])

        def say(name: str, **values: Any) -> str:
            inner = self.catalogue.messages[name]
            return Ready(self._fill(name, inner.text, language, day, commune, values).strip())

        figures = Figures(self.catalogue.parameters, language, day, say)
        office = (
            {}
            if key.startswith(("unit.", "figure.", "answer.counter"))
            else {"counter": self._office(commune, language)}
        )
        return template.render(**figures.calls(), **office, **params, spell=lambda each: spell_day(each, language))

    def _counter(self, commune: str, language: Language) -> str:
        """The counter to ask at: of the commune, as far as it is known."""
        place = next((each for each in self.catalogue.places if each.new_code == commune), None)
        key = "answer.counter_of" if place else "answer.counter"
        params = {"type": place.new_type.lower(), "name": place.new_name} if place else {}
        message = self.catalogue.messages[key]
        return Ready(self._fill(key, message.text, language, date.min, "", params).strip())

    def _blocks(self, text: str, language: Language, day: date, commune: str, shown: dict[str, str]) -> Iterator[str]:
        """Give the chunks between empty lines, blocks without a firm figure replaced. `shown` collects the marks."""
        said: set[str] = set()
        for chunk in re.split(r"\n[ \t]*\n", text.strip()):
            lines: list[str] = []
            for block in _cut(chunk.strip()):
                marks = MARK.findall(block)
                missing = [name for sign, name in marks if sign == "!"]
                if not missing:
                    shown.update({name: sign for sign, name in marks})
                    lines.append(MARK.sub("", block).rstrip())
                    continue
                for name in dict.fromkeys(missing):
                    if name not in said:
                        said.add(name)
                        start = "- " if _ITEM.match(block) else ""
                        lines.append(start + self._no_figure(name, language, day, commune))
            if any(lines):
                yield "\n".join(lines)

    def _no_figure(self, name: str, language: Language, day: date, commune: str) -> str:
        params = {"label": self.catalogue.parameters[name].label[language], "day": spell_day(day, language)}
        message = self.catalogue.messages["answer.no_figure"]
        return self._fill(message.key, message.text, language, day, commune, params).strip()

    def _sources(self, topic: Topic, shown: Mapping[str, str], day: date) -> list[Source]:
        found: list[Source] = []
        for name, sign in shown.items():
            if sign == "~":
                found.append(Source(name))
                continue
            value = self._shown_value(name, day)
            found.extend(value.sources)
        return list(dict.fromkeys((*found, *topic.sources)))

    def _shown_value(self, name: str, day: date) -> Any:
        parameters = self.catalogue.parameters
        return parameters.firm_on(name, day) or parameters.last_before(name, day)

    def _under(self, sources: list[Source], shown: Mapping[str, str], language: Language, day: date) -> Iterator[str]:
        """What stands under a part: changes that are near, sources, how far we read, who checked."""
        figures = [name for name, sign in shown.items() if sign == "="]
        changes = [self._change_words(each, language, day) for each in self._changes(figures, day)]
        if changes:
            yield "\n".join(changes)
        values = [self._shown_value(name, day) for name in figures]
        notes = list(dict.fromkeys(note[language] for value in values for note in value.notes))
        documents = list(dict.fromkeys(source.text for source in sources if source.text))
        lines = []
        if documents:
            lines.append(self._say("answer.sources", language, day, sources="; ".join(documents)))
        lines.extend(f"{escape(note)}." for note in notes)
        read = [source.read_until for source in sources if source.read_until is not None]
        if read:
            lines.append(self._say("answer.read_until", language, day, month=spell_month(min(read), language)))
        checked = [value.confirmed for value in values]
        if checked and all(checked):
            last = min(checked, key=lambda each: each.on)
            lines.append(
                self._say("answer.checked", language, day, day=spell_day(last.on, language), office=last.by_office)
            )
        if lines:
            yield "\n".join(lines)

    def _changes(self, names: list[str], day: date) -> list[Change]:
        """The nearest change of each figure shown; a sum whose input is told needs no sentence of its own."""
        found = {name: change for name in names if (change := self.catalogue.parameters.next_change(name, day))}
        return [
            change
            for name, change in found.items()
            if not any(inner in found for inner in self._inputs(self.catalogue.parameters[name]))
        ]

    def _inputs(self, parameter: Parameter) -> Iterator[str]:
        for name in parameter.formula.names if parameter.formula else ():
            yield name
            yield from self._inputs(self.catalogue.parameters[name])

    def _change_words(self, change: Change, language: Language, day: date) -> str:
        label = change.parameter.label[language]
        if change.value is None:
            last = spell_day(day_before(change.day), language)
            return self._say("answer.change_unknown", language, day, label=label, day=last)

        def say(name: str, **values: Any) -> str:
            return Ready(self._say(name, language, day, **values))

        figure = Figures(self.catalogue.parameters, language, change.day, say).in_words(change.parameter, change.value)
        first = spell_day(change.day, language)
        return self._say("answer.change", language, day, label=label, day=first, figure=Ready(figure))

    def _say(self, key: str, language: Language, on: date, **params: Any) -> str:
        return self._fill(key, self.catalogue.messages[key].text, language, on, "", params).strip()

    def _label(self, button: Button, language: Language) -> str:
        """A button's words: of a topic, part, subject or place, else a message's."""
        kind, _, rest = button.label.partition(":")
        match kind:
            case "topic" if rest in self.catalogue.topics:
                return self.catalogue.topics[rest].label[language]
            case "subject":
                return next(each.label[language] for each in self.catalogue.subjects if each.id == rest)
            case "part":
                return self._plain(f"part.{rest}", language)
            case "place":
                return self._place(rest, language)
            case _:
                return self._plain(button.label, language)

    def _plain(self, key: str, language: Language) -> str:
        message = self.catalogue.messages.get(key)
        if message is None:
            raise ContentError(f"there is no message {key} for a button")
        return message.text[language]

    def _place(self, codes: str, language: Language) -> str:
        """ "Xã Phước Dinh", with the old unit where one was named: "(Đông Hải cũ, thôn Phú Thọ)"."""
        new_code, _, old_code = codes.partition(":")
        rows = [each for each in self.catalogue.places if each.new_code == new_code]
        name = f"{rows[0].new_type} {rows[0].new_name}"
        old = next((each for each in rows if each.old_code == old_code), None)
        if old is None or old.old_name == old.new_name and not old.part:
            return name
        key = "answer.place_old"
        return self._say(key, language, date.min, name=name, old=old.old_name, part=old.part)


def _cut(chunk: str) -> Iterator[str]:
    """Cut a chunk into blocks: each list item alone, other lines together."""
    run: list[str] = []
    for line in chunk.split("\n"):
        if _ITEM.match(line):
            if run:
                yield "\n".join(run)
            run = []
            yield line.strip()
        else:
            run.append(line.strip())
    if run:
        yield "\n".join(run)
