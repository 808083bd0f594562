"""Which trades a text speaks of: "phụ hồ, làm bếp" → construction, kitchen. The words stand in content/trades.yaml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.parameters import Text
from bot.core.text import may_be, words_of

Phrase = tuple[str, ...]  # its words, with their marks


@dataclass(frozen=True, slots=True)
class Trade:
    """A kind of work, and the phrases that people and employers use for it."""

    id: str
    label: Text
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Trades:
    """`anything`: phrases that say that any work will do."""

    by_id: Mapping[str, Trade] = field(default_factory=dict)
    anything: tuple[Phrase, ...] = ()

    def of(self, text: str) -> frozenset[str]:
        """The trades that a text names."""
        typed = words_of(text)
        return frozenset(each.id for each in self.by_id.values() if any(_stands(one, typed) for one in each.phrases))

    def is_anything(self, text: str) -> bool:
        """Whether a text says that any work will do."""
        typed = words_of(text)
        return any(_stands(phrase, typed) for phrase in self.anything)


def _stands(phrase: Phrase, typed: Sequence[str]) -> bool:
    """Whether a phrase stands in words as they were typed: "may" is no "máy", but may be typed for it."""
    size = len(phrase)
    return any(
        all(may_be(word, right) for word, right in zip(typed[at : at + size], phrase, strict=True))
        for at in range(len(typed) - size + 1)
    )
