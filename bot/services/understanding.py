"""What the content in use understands: where a text of people belongs, and what it might be put under."""

from collections.abc import Callable, Mapping, Sequence

from bot.core.catalogue import Catalogue
from bot.core.text import fold
from bot.core.types import Language
from bot.core.world import Ranker

SUGGESTED = 5


class Understanding:
    """`catalogue`, `ranker`: of the content in use."""

    def __init__(self, catalogue: Callable[[], Catalogue], ranker: Callable[[], Ranker]) -> None:
        self._catalogue, self._ranker = catalogue, ranker

    def suggestions(self, text: str) -> Sequence[str]:
        """Labels that a text may be an example of, the likeliest first."""
        known = self.labels(Language.VI)
        return [label for label in self._ranker().rank(text).labels if label in known][:SUGGESTED]

    def labels(self, language: Language, sought: str = "") -> Mapping[str, str]:
        """What an example may be put under, by id: topics by the label that people read, then the other labels.

        `sought` is searched without tone marks. Danger is no label for the console: its words are chosen with care.
        """
        catalogue, words = self._catalogue(), fold(sought)
        topics = {name: topic.label[language] for name, topic in catalogue.topics.items()}
        others = {name: name for name in catalogue.labels if name != "distress"}
        return {
            name: label for name, label in {**topics, **others}.items() if words in fold(f"{label} {name}") or not words
        }

    def concepts(self) -> Sequence[str]:
        return sorted(self._catalogue().words.concepts)
