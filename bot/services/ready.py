"""Ready replies: what the topics say, found by words and put into an answer with its sources."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, Protocol

from bot.content.render import Renderer
from bot.core.catalogue import PARTS, Catalogue
from bot.core.sums import unknown_sums
from bot.core.types import Language
from bot.core.world import Ranker
from bot.services.ports import Clock

SHOWN: Final = 5  # topics
# What only values need so that they cannot become markup: in an officer's draft it would be noise ("NĐ\\-CP").
_NEEDLESS: Final = re.compile(r"(?<!^)\\([()_`#>-])", re.MULTILINE)


class Library(Protocol):
    """The content in use at a moment."""

    @property
    def catalogue(self) -> Catalogue: ...

    @property
    def ranker(self) -> Ranker: ...

    @property
    def renderer(self) -> Renderer: ...


@dataclass(frozen=True, slots=True)
class Found:
    """A topic and its parts, as (id, words)."""

    label: str
    parts: tuple[tuple[str, str], ...]


class ReadyReplies:
    """A part is named `topic:part`. Texts are as of today."""

    def __init__(self, library: Callable[[], Library], clock: Clock, zone: tzinfo) -> None:
        self._library, self._clock, self._zone = library, clock, zone

    def find(self, words: str, shown_in: Language) -> Sequence[Found]:
        """Return the topics that fit best, guarded ones too. `shown_in`: the language of whoever looks."""
        library = self._library()
        ranked = library.ranker.rank(words).labels if words.strip() else ()
        topics = [library.catalogue.topics[name] for name in ranked if name in library.catalogue.topics]
        return [
            Found(
                topic.label[shown_in],
                tuple((f"{topic.id}:{part}", self._word(part, shown_in)) for part in PARTS if part in topic.parts),
            )
            for topic in topics[:SHOWN]
        ]

    def text(self, name: str, language: Language, commune: str) -> str:
        """Return a part as it is told, with what stands under it; "" for a name that is none."""
        topic, _, part = name.partition(":")
        library = self._library()
        found = library.catalogue.topics.get(topic)
        if found is None or part not in found.parts:
            return ""
        day = self._clock.now().astimezone(self._zone).date()
        return _NEEDLESS.sub(r"\1", library.renderer.render_part(topic, part, language, day, commune).text)

    def unknown_sums(self, text: str, used: Iterable[str], language: Language, commune: str) -> Sequence[str]:
        """Return the sums of an answer that stand in none of the parts put into it."""
        return unknown_sums(text, [self.text(name, language, commune) for name in used])

    def _word(self, part: str, language: Language) -> str:
        day = self._clock.now().astimezone(self._zone).date()
        return self._library().renderer.message(f"part.{part}", language, day)
