"""What a commune says about its zones: only what is sure, on the days on which it holds."""

from datetime import date

from bot.core.catalogue import Place
from bot.core.eligibility.facts import Facts, Membership
from bot.core.eligibility.programmes import Zone
from bot.core.eligibility.zones import with_zones
from bot.core.types import Source

DAY = date(2024, 6, 1)
HILL = frozenset({"1", "2"})
POOR = Zone("poor_district", HILL, date(2022, 3, 15), date(2025, 6, 30), True, Source("QĐ 0"))
COAST = Zone("coastal", frozenset({"3"}), date(2022, 3, 15), None, False, Source("QĐ 0"))
PLACES = tuple(
    Place(old, "Xã", f"Xã {old}", "Huyện", None, date(2025, 6, 30), new, "Xã", f"Xã {new}")
    for old, new in (("1", "A"), ("2", "A"), ("3", "B"), ("2", "B"), ("4", "C"))
)


def zone(facts: Facts, day: date = DAY) -> Membership | None:
    found = with_zones(facts, (POOR, COAST), PLACES, day).get("zone")
    assert found is None or isinstance(found, Membership)
    return found


def test_a_new_commune_is_in_a_zone_when_all_its_old_ones_were() -> None:
    assert zone({"commune": "A"}) == Membership(frozenset({"poor_district"}))


def test_a_new_commune_of_which_only_a_part_was_in_a_zone_says_nothing() -> None:
    assert zone({"commune": "B"}) is None


def test_the_old_commune_decides_where_it_is_known() -> None:
    assert zone({"commune": "B", "old_commune": "3"}) == Membership(
        frozenset({"coastal"}), frozenset({"poor_district"})
    )


def test_outside_a_zone_is_sure_only_where_the_whole_of_it_is_named() -> None:
    assert zone({"commune": "C"}) == Membership(frozenset(), frozenset({"poor_district"}))


def test_a_list_that_has_ended_says_nothing() -> None:
    assert zone({"commune": "A"}, date(2025, 7, 1)) is None


def test_what_was_told_of_a_zone_stays() -> None:
    told = Membership(frozenset({"coastal"}), frozenset({"poor_district"}))

    assert zone({"commune": "A", "zone": told}) == told


def test_without_a_commune_nothing_is_added() -> None:
    assert zone({}) is None
