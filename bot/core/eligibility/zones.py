"""What a place says about its zones on a day: only what is sure (content/zones.yaml); the rest stays unknown."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.core.catalogue import Place
from bot.core.eligibility.facts import Facts, Membership
from bot.core.eligibility.programmes import Zone

ZONE: Final = "zone"
COMMUNE: Final = "commune"
OLD_COMMUNE: Final = "old_commune"


def with_zones(facts: Facts, zones: Sequence[Zone], places: Sequence[Place], day: date) -> Facts:
    """Return the facts with what the commune says about zones; what was told of zones itself stays as it was told.

    The lists name old communes. A new one is as its old ones are where these agree; a named old one counts alone.
    """
    codes = _old_codes(facts, places)
    known = facts.get(ZONE, Membership())
    if not codes or not isinstance(known, Membership):
        return facts
    of_day = [each for each in zones if each.start <= day and (each.until is None or day <= each.until)]
    has = {each.zone for each in of_day if codes <= each.old_codes}
    lacks = {each.zone for each in of_day if each.is_whole and not codes & each.old_codes}
    told = known.has | known.lacks
    sure = Membership(known.has | (has - told), known.lacks | (lacks - has - told))
    return {**facts, ZONE: sure} if sure != Membership() else facts


def _old_codes(facts: Facts, places: Sequence[Place]) -> frozenset[str]:
    if OLD_COMMUNE in facts:
        return frozenset({str(facts[OLD_COMMUNE])})
    return frozenset(place.old_code for place in places if place.new_code == facts.get(COMMUNE))
