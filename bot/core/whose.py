"""Whose support a text asks for: a sum that is another class of household's is the worst answer there is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.core.types import Decision, Ranking


def class_named(bare: Sequence[str], households: Mapping[str, Sequence[str]]) -> str:
    """Return the one class of household that folded words name; "" for none, or several.

    `households`: folded phrases by class. "Hộ cận nghèo" names no poor household.
    """
    rest, named = f" {' '.join(bare)} ", set[str]()
    by_phrase = {phrase: name for name, phrases in households.items() for phrase in phrases}
    for phrase in sorted(by_phrase, key=len, reverse=True):
        if f" {phrase} " in rest:
            named.add(by_phrase[phrase])
            rest = rest.replace(f" {phrase} ", "  ")
    return named.pop() if len(named) == 1 else ""


def for_class(ranking: Ranking, named: str, of_topics: Mapping[str, str]) -> Ranking:
    """Let the topic of the class that was named take the place of one that is another class's.

    `of_topics`: the class that a topic is for alone. Where the named class has no topic among these, nothing is
    answered outright: it is asked what was meant.
    """
    first = ranking.labels[0] if ranking.labels else ""
    if not named or of_topics.get(first, named) == named or ranking.decision not in (Decision.ANSWER, Decision.OFFER):
        return ranking
    own = next((label for label in ranking.labels if of_topics.get(label) == named), "")
    if not own or own == ranking.second:
        return replace(ranking, decision=Decision.OFFER, second="")
    swapped = {first: own, own: first}
    return replace(ranking, labels=tuple(swapped.get(label, label) for label in ranking.labels))
