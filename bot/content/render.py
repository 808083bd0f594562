"""Replies to text: messages and parts of topics, in the person's language, as of the law's day.

Under a part stand its sources, how far our reading goes, and what changes within sixty days. A block whose figure has
no firm value on the day is replaced by a sentence that says so: never a guess, never an old figure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from bot.content import blocks
from bot.content.figures import CALLS, MODES, call_for, in_words, spell_day, spell_month
from bot.content.schema import end_of_month
from bot.content.telling import Telling, choice_label
from bot.content.templates import Ready, Templates, finalize
from bot.core.catalogue import Catalogue, Document, Place
from bot.core.errors import ContentError
from bot.core.markup import parse, plain
from bot.core.parameters import Change, Parameter, Text, Value
from bot.core.types import Button, Language, Rendered, RenderedButton, Reply, Source

TOPIC_PART: Final = "topic.part"  # the reply whose text is a topic's part (params topic, part)
ALL_BUT: Final = "all but "  # places.csv: the row of what is left of a split unit


@dataclass(frozen=True, slots=True)
class RenderedPart:
    """A topic's part, or a campaign's text, as markup. `sources` and `parameters` are those of what is really said."""

    text: str
    sources: tuple[str, ...]
    parameters: tuple[str, ...]
    missed: tuple[str, ...] = ()  # parameters without a firm value on the day that it asked for


class Renderer:
    """Renders one catalogue. Templates are compiled when first used."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._templates = Templates(catalogue)
        self._places = {place.new_code: place for place in catalogue.places}
        self._place_names = {code: f"{place.new_type} {place.new_name}" for code, place in self._places.items()}
        self._old_places = {(place.new_code, place.old_code): place for place in catalogue.places}
        self._counter = lru_cache(maxsize=256)(self._make_counter)
        # A part is the same for everybody of one language, day and commune: half a millisecond saved per answer.
        self._part = lru_cache(maxsize=2048)(self._make_part)
        self._words = lru_cache(maxsize=256)(self._make_words)  # of buttons

    def render(self, reply: Reply, language: Language, day: date, commune: str = "") -> Rendered:
        """Render a reply's text and its buttons. `commune` is a new_code of places.csv ("" = not known).

        Raises ContentError where a text is missing, or a param does not fit.
        """
        if reply.key == TOPIC_PART:
            text = self.render_part(reply.params["topic"], reply.params["part"], language, day, commune).text
        else:
            text = self.message(reply.key, language, day, commune=commune, params=reply.params)
        buttons = tuple(RenderedButton(self._label(button, language), button.action) for button in reply.buttons)
        return Rendered(text, buttons, reply.guarded, self.catalogue.version, reply.takes_number)

    def render_part(self, topic_id: str, part: str, language: Language, day: date, commune: str = "") -> RenderedPart:
        """Render a topic's part with what stands under it. Raises ContentError where it is missing or broken."""
        return self._part(topic_id, part, language, day, commune)

    def message(
        self, key: str, language: Language, day: date, *, commune: str = "", params: Mapping[str, Any] | None = None
    ) -> str:
        """Render a message by its key. Raises ContentError where it is missing or broken."""
        return self._page(language, day, commune).message(key, params or {})

    def body(self, topic_id: str, part: str, language: Language, day: date) -> str:
        """Render a part without what stands under it. Raises ContentError where it is missing or broken."""
        return self._page(language, day, "").body(topic_id, part)

    def sentence(self, text: Text, language: Language, day: date) -> str:
        """Render a text with calls, such as a programme's condition. Raises ContentError where it cannot be."""
        return self._page(language, day, "").sentence(text)

    def announcement(self, text: Text, language: Language, day: date, commune: str = "") -> RenderedPart:
        """Render a campaign's text with what stands under it. Raises ContentError where it cannot be.

        Nobody but `check_campaign` (campaigns.py) knows that its calls are harmless: it comes first.
        """
        place = self._places.get(commune)
        named = f"{place.new_type.lower()} {place.new_name}" if place else self._words("campaign.commune", language)
        return self._page(language, day, commune).announcement(text, named)

    def figure(self, parameter: Parameter, value: Value, language: Language) -> str:
        """Say one value with its unit and bound, firm or not: for staff who check it."""
        said = in_words(parameter, value, language, lambda key, params: self._templates.message(key, language, params))
        return plain(parse(said))

    def _make_part(self, topic_id: str, part: str, language: Language, day: date, commune: str) -> RenderedPart:
        return self._page(language, day, commune).part(topic_id, part)

    def _page(self, language: Language, day: date, commune: str) -> "_Page":
        counter = self._counter(language, commune)
        return _Page(self.catalogue, self._templates, self._place_names, language, day, counter)

    def _make_counter(self, language: Language, commune: str) -> Ready:
        """Whom to ask: the commune's one-stop counter, by name where the commune is known."""
        place = self._places.get(commune)
        if place is None:
            return self._templates.message("answer.counter", language, {})
        params = {"type": place.new_type.lower(), "name": place.new_name}
        return self._templates.message("answer.counter_of", language, params)

    def _label(self, button: Button, language: Language) -> str:
        """A button's words, plain: what the content calls a topic, part, subject or place, else a message."""
        kind, _, name = button.label.partition(":")
        match kind:
            case "topic" if name in self.catalogue.topics:
                return self.catalogue.topics[name].label[language]
            case "also" if name in self.catalogue.topics:
                return self._plain("button.also", language, {"topic": self.catalogue.topics[name].label[language]})
            case "subject":
                for subject in self.catalogue.subjects:
                    if subject.id == name:
                        return subject.label[language]
            case "on" | "off":
                for subject in self.catalogue.subjects:
                    if subject.id == name:
                        return self._plain(f"button.news_{kind}", language, {"subject": subject.label[language]})
            case "part":
                return self._words(f"part.{name}", language)
            case "choice":
                fact, _, word = name.partition(":")
                if fact in self.catalogue.facts:
                    return choice_label(self.catalogue.facts[fact], word)[language]
            case "fact" if name in self.catalogue.facts:
                return self.catalogue.facts[name].label[language]
            case "form":
                field, _, word = name.partition(":")
                for form in self.catalogue.forms.values():
                    if field in form.fields and word in form.fields[field].choices:
                        return form.fields[field].choices[word][language]
            case "trade" if name in self.catalogue.trades.by_id:
                return self.catalogue.trades.by_id[name].label[language]
            case "field":
                form_id, _, field = name.partition(":")
                if form_id in self.catalogue.forms and field in self.catalogue.forms[form_id].fields:
                    return self.catalogue.forms[form_id].fields[field].label[language]
            case "slip":
                day = spell_day(date.fromisoformat(name), language)
                return self._plain("button.erase_slip", language, {"day": day})
            case "place":
                new_code, _, old_code = name.partition(":")
                return self._place_label(new_code, old_code, language)
            case _ if not name:
                return self._words(kind, language)
        raise ContentError(f"the button {button.label} has no words: nothing of that name stands in the content")

    def _place_label(self, new_code: str, old_code: str, language: Language) -> str:
        """`Xã Phước Dinh`; with the old unit where one was named: `(Đông Hải cũ, thôn Phú Thọ)`."""
        place = self._old_places.get((new_code, old_code)) or self._places.get(new_code)
        if place is None:
            raise ContentError(f"there is no place {new_code} in content/places.csv")
        name = f"{place.new_type} {place.new_name}"
        if place.old_code != old_code or (place.old_name == place.new_name and not place.part):
            return name
        return self._plain("answer.place_old", language, {"name": name, "old": place.old_name, **_part_of(place)})

    def _make_words(self, key: str, language: Language) -> str:
        return self._plain(key, language, {})

    def _plain(self, key: str, language: Language, params: Mapping[str, Any]) -> str:
        return plain(parse(self._templates.message(key, language, params)))


class _Kind(StrEnum):
    """What was said of a parameter."""

    VALUE = "value"
    START = "from"
    END = "until"
    LAW = "law"


@dataclass(frozen=True, slots=True)
class _Use:
    """One figure in a text: the parameter's id (or a document's words), and the value it came from."""

    name: str
    kind: _Kind
    value: Value | None = None
    read_until: date | None = None  # of a document named without a figure


class _Page:
    """One text being made: its language, its day, and the figures said so far."""

    def __init__(
        self,
        catalogue: Catalogue,
        templates: Templates,
        places: Mapping[str, str],
        language: Language,
        day: date,
        counter: Ready,
    ) -> None:
        self._catalogue, self._places = catalogue, places
        self._parameters = catalogue.parameters
        self._templates = templates
        self._language = language
        self._day = day
        self._counter = counter
        self._uses: list[_Use] = []
        self._missed: set[str] = set()  # parameters without a firm value that the text asked for
        self._told: set[str] = set()  # those of them that were said to be unknown

    def message(self, key: str, params: Mapping[str, Any]) -> str:
        telling = Telling(self._parameters.by_id, self._places, self._language, self._day, self._say)
        of_households = {
            "say": self._inner, "told": telling.told, "worth": telling.worth, "earned": telling.earned,
            "named": telling.named, "pay": telling.pay,
        }  # fmt: skip
        calls = {**self._calls(), **of_households, "spell_month": self._spell_month}
        return self._settle(self._templates.message(key, self._language, {**calls, **params})).text

    def sentence(self, text: Text) -> str:
        return self._settle(self._templates.said(text, self._language, self._calls())).text

    def body(self, topic_id: str, part: str) -> str:
        return self._settle(self._templates.part(topic_id, part, self._language, self._calls())).text

    def part(self, topic_id: str, part: str) -> RenderedPart:
        said = self._templates.part(topic_id, part, self._language, self._calls())
        return self._with_papers(said, self._catalogue.topics[topic_id].sources)

    def announcement(self, text: Text, commune: str) -> RenderedPart:
        params = {**self._calls(), "commune": commune, "office": self._counter}
        return self._with_papers(self._templates.said(text, self._language, params), ())

    def _with_papers(self, said: str, own: tuple[Document, ...]) -> RenderedPart:
        settled = self._settle(said)
        uses = [self._uses[number] for number in settled.visible]
        figures = [use for use in uses if use.value is not None]
        sources = _sources(uses, tuple(each.source for each in own if each.holds_on(self._day)))
        named = tuple(dict.fromkeys(source.text.rstrip(". ") for source in sources if source.text))
        under = ("\n".join(self._changes(figures)), "\n".join(self._papers(named, sources, figures)))
        text = "\n\n".join(paragraph for paragraph in (settled.text, *under) if paragraph)
        names = tuple(dict.fromkeys(use.name for use in figures))
        return RenderedPart(text, named, names, tuple(sorted(self._missed)))

    def _calls(self) -> dict[str, Any]:
        """What a text may call (content/README.md)."""
        return {
            **{call: self._figure(call) for call in CALLS}, "law": self._law, "known": self._known,
            "on_or_after": self._on_or_after, "counter": self._counter, "spell": self._spell,
        }  # fmt: skip

    def _figure(self, call: str) -> Any:
        def said(name: str, mode: str = "") -> Ready:
            fitting = call_for(self._known_name(name).unit)
            if mode and mode not in MODES[call]:
                raise ContentError(f'{call}("{name}", "{mode}"): after the id may stand {MODES[call] or "nothing"}')
            if call != fitting and not (call == "date" and mode):
                raise ContentError(f"{call}() cannot say {name}: its unit is {self._parameters[name].unit}")
            return self._edge(name, mode) if mode in ("from", "until") else self._value(name, mode)

        return said

    def _value(self, name: str, mode: str) -> Ready:
        value = self._parameters.firm_on(name, self._day)
        if value is None and mode == "last":
            value = self._parameters.last_before(name, self._day)
        if value is None:
            return self._missing(name)
        return self._shown(_Use(name, _Kind.VALUE, value), self._words(name, value))

    def _edge(self, name: str, mode: str) -> Ready:
        """The first day of the value in force; the last day of it, or of the last one that ended."""
        value = self._parameters.firm_on(name, self._day)
        if value is None and mode == "until":
            value = self._parameters.last_before(name, self._day)
        edge = None if value is None else value.start if mode == "from" else value.until
        if edge is None:
            return self._missing(name)
        return self._shown(_Use(name, _Kind(mode), value), self._spell(edge))

    def _law(self, text: str, month: str = "") -> Ready:
        return self._shown(_Use(text, _Kind.LAW, read_until=end_of_month(month) if month else None), text)

    def _known(self, name: str) -> bool:
        self._known_name(name)
        return self._parameters.firm_on(name, self._day) is not None

    def _on_or_after(self, day: str) -> bool:
        return self._day >= date.fromisoformat(day)

    def _spell(self, day: date) -> str:
        return spell_day(day, self._language)

    def _spell_month(self, day: date) -> str:
        return spell_month(day, self._language)

    def _inner(self, text: Text) -> Ready:
        """A text of the content within a message: a fact's question, a programme's condition."""
        return self._templates.said(text, self._language, self._calls())

    def _known_name(self, name: str) -> Any:
        if name not in self._parameters:
            raise ContentError(f"there is no parameter {name}")
        return self._parameters[name]

    def _shown(self, use: _Use, words: str) -> Ready:
        self._uses.append(use)
        return Ready(f"{blocks.shown(len(self._uses) - 1)}{finalize(words)}")

    def _missing(self, name: str) -> Ready:
        self._missed.add(name)
        self._uses.append(_Use(name, _Kind.VALUE))
        return Ready(blocks.missing(len(self._uses) - 1))

    def _words(self, name: str, value: Value) -> Ready:
        return Ready(finalize(in_words(self._parameters[name], value, self._language, self._say)))

    def _say(self, key: str, params: Mapping[str, Any]) -> Ready:
        """A message without figures of its own."""
        return self._templates.message(key, self._language, params)

    def _settle(self, text: str) -> blocks.Settled:
        return blocks.settle(text, self._no_figure)

    def _no_figure(self, numbers: tuple[int, ...]) -> str:
        """Say what is not known, each parameter once; a computed one only when its inputs are not said either."""
        names = dict.fromkeys(self._uses[number].name for number in numbers)
        said = [name for name in names if name not in self._told and not self._missed.intersection(self._inputs(name))]
        self._told.update(said)
        if not said:
            return ""
        labels = "; ".join(self._parameters[name].label[self._language] for name in said)
        return self._say("answer.no_figure", {"label": labels, "day": self._spell(self._day), "counter": self._counter})

    def _changes(self, uses: list[_Use]) -> Iterator[str]:
        """One sentence for each figure that changes soon, unless it follows from another one that is shown."""
        ends_said = {use.name for use in uses if use.kind is _Kind.END}
        names = dict.fromkeys(use.name for use in uses)
        changes = {name: change for name in names if (change := self._parameters.next_change(name, self._day))}
        told = [
            change
            for name, change in changes.items()
            if not any(inner in changes and changes[inner].day == change.day for inner in self._inputs(name))
            and (change.value is not None or name not in ends_said)
        ]
        yield from dict.fromkeys(self._change(change) for change in told if change.value is not None)
        for day in sorted({change.day for change in told if change.value is None}):
            yield self._end([change for change in told if change.value is None and change.day == day], day)

    def _change(self, change: Change) -> str:
        assert change.value is not None
        label, words = change.parameter.label[self._language], self._words(change.parameter.id, change.value)
        return self._say("answer.change", {"label": label, "day": self._spell(change.day), "figure": words})

    def _end(self, ending: list[Change], day: date) -> str:
        """Figures that end with the same day, in one sentence."""
        labels = "; ".join(dict.fromkeys(change.parameter.label[self._language] for change in ending))
        last = self._spell(day - timedelta(days=1))
        return self._say("answer.change_unknown", {"label": labels, "day": last, "counter": self._counter})

    def _papers(self, named: tuple[str, ...], sources: Iterable[Source], uses: list[_Use]) -> Iterator[str]:
        """Where it stands, how far our reading goes, who confirmed it."""
        if named:
            yield self._say("answer.sources", {"sources": "; ".join(named)})
        for note in dict.fromkeys(note[self._language] for use in uses if use.value for note in use.value.notes):
            yield f"{finalize(note.rstrip('. '))}."
        read = [source.read_until for source in sources if source.read_until is not None]
        if read:
            yield self._say("answer.read_until", {"month": spell_month(min(read), self._language)})
        confirmed = [use.value.confirmed if use.value else None for use in uses]
        known = [each for each in confirmed if each is not None]
        if known and len(known) == len(confirmed):
            offices = "; ".join(dict.fromkeys(each.by_office for each in known))
            day = self._spell(min(each.on for each in known))
            yield self._say("answer.checked", {"day": day, "office": offices})

    def _inputs(self, name: str) -> Iterator[str]:
        """Everything a computed parameter reads, directly or not."""
        formula = self._parameters[name].formula
        for inner in formula.names if formula else ():
            yield inner
            yield from self._inputs(inner)


def _sources(uses: Iterable[_Use], own: tuple[Source, ...]) -> tuple[Source, ...]:
    """Sources in reading order: of each figure, of each document named, then the topic's own."""
    found: list[Source] = []
    for use in uses:
        found.extend(use.value.sources if use.value else (Source(use.name, use.read_until),))
    return tuple(dict.fromkeys((*found, *own)))


def _part_of(place: Place) -> dict[str, str]:
    """Which part of the old unit a row speaks of: `part` of it, or all `without` it."""
    if place.part.startswith(ALL_BUT):
        return {"part": "", "without": place.part.removeprefix(ALL_BUT)}
    return {"part": place.part, "without": ""}
