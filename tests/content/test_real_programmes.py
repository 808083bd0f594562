"""The programmes that are shipped: what some households are told, in short sentences."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest

from bot.content.load import load
from bot.content.render import Renderer
from bot.content.verdicts import Verdicts
from bot.core.catalogue import Catalogue
from bot.core.eligibility.programmes import Other, Programme
from bot.core.types import Language
from tests.build import REAL
from tests.core.rules import leaves

TODAY = date(2026, 11, 24)
NEXT_YEAR = date(2027, 1, 15)
LONGEST = 20  # words of a sentence


@cache
def content() -> Catalogue:
    return load(REAL)


def programmes() -> list[Programme]:
    return list(content().programmes.values())


def verdicts(facts: Any, day: date = TODAY) -> dict[str, Any]:
    said = Verdicts(Renderer(content()), day).of(facts)
    return {each["id"]: each for each in said["programmes"]}


def sentences(programme: Programme) -> Iterator[str]:
    for rule in programme.rules:
        for leaf in leaves(rule.when):
            texts = [leaf.ask] if isinstance(leaf, Other) else [leaf.yes, leaf.no, leaf.ask]
            yield from (text[Language.VI] for text in texts if text)


@pytest.mark.parametrize("programme", programmes(), ids=lambda each: each.id)
def test_a_sentence_is_short(programme: Programme) -> None:
    assert [each for each in sentences(programme) if len(re.sub(r"{{.*?}}", "", each).split()) > LONGEST] == []


def test_the_topic_of_every_programme_says_steps_papers_and_office() -> None:
    missing = {
        topic: {"steps", "papers", "where"} - content().topics[topic].parts.keys()
        for topic in {each.topic for each in programmes()}
    }

    assert {topic: parts for topic, parts in missing.items() if parts} == {}


def test_every_support_of_the_plan_has_its_programmes_or_the_reason_why_it_has_none() -> None:
    told = (REAL / "programmes" / "README.md").read_text(encoding="utf-8").partition("**The plan.**")[2]
    rows = [line.split(" | ") for line in told.partition("**Said once.**")[0].splitlines() if line.startswith("| ")]
    named = [name for _, answer in rows[1:] for name in re.findall(r"`([\w.]+)`", answer)]

    assert [row[0][2:7] for row in rows[1:14]] == [
        *(f"2.1.{letter}" for letter in "abcdđeg"),
        *(f"2.2.{letter}" for letter in "abcdđe"),
    ]
    assert sorted(named) == sorted(each.id for each in programmes())
    assert [row for row in rows[1:] if "`" not in row[1] and not row[1].startswith("none: ")] == []


def test_an_income_under_both_lines_needs_no_area() -> None:
    said = verdicts({"income_per_person": 1_000_000, "deprivation_count": 3})

    assert said["poverty.standard.poor"]["verdict"] == "yes"
    assert said["poverty.standard.near_poor"]["verdict"] == "no"


def test_a_mother_of_76_without_a_pension_has_the_social_pension_whatever_her_household() -> None:
    said = verdicts({"member": {"age": 76, "has_pension": "no"}})["social.monthly.pension"]

    assert (said["verdict"], said["missing"]) == ("yes", [])
    assert [(each["low"], each["bound"]) for each in said["amounts"]] == [(540000, "at_least")]


@pytest.mark.parametrize(
    ("age", "household", "day", "expected"),
    [
        (75, "other", TODAY, "yes"),
        (74, "other", TODAY, "no"),
        (70, "near_poor", TODAY, "yes"),
        (69, "poor", TODAY, "no"),
        (80, "other", date(2025, 6, 30), "yes"),
        (79, "other", date(2025, 6, 30), "no"),
        (75, "poor", date(2025, 6, 30), "unknown"),  # the kind of area decides
    ],
)
def test_the_age_of_the_social_pension_hangs_on_the_day_and_the_household(
    age: int, household: str, day: date, expected: str
) -> None:
    said = verdicts({"household_class": household, "member": {"age": age, "has_pension": "no"}}, day)

    # The allowance of NĐ 20/2021/NĐ-CP before it has another name and is another programme.
    names = {"social.monthly.elderly", "social.monthly.pension"} & set(said)
    assert {said[name]["verdict"] for name in names} == {expected}
    assert len(names) == 1


def test_a_pension_may_be_lower_than_the_social_one() -> None:
    said = verdicts({"member": {"age": 76, "has_pension": "yes"}})["social.monthly.pension"]

    assert (said["verdict"], len(said["unread"])) == ("unknown", 1)


def test_what_a_household_keeps_and_loses_on_its_way_out_of_poverty_comes_from_the_rules() -> None:
    ways = ["poor", "near_poor", "newly_escaped"]
    read = {way: verdicts({"household_class": way, "exit_month": "2026-01"}) for way in ways}

    for programme, expected in {
        "health.poor_card": ["yes", "no", "no"],
        "health.near_poor_subsidy": ["no", "yes", "no"],
        "social.electricity": ["yes", "unknown", "unknown"],
        "credit.production.poor": ["yes", "no", "no"],
        "credit.production.near_poor": ["no", "yes", "no"],
        "credit.production.newly_escaped": ["no", "no", "yes"],
    }.items():
        assert [read[way][programme]["verdict"] for way in ways] == expected, programme


def test_a_household_over_the_old_line_is_near_poor_again_under_the_line_of_2027() -> None:
    facts = {"area": "rural", "income_per_person": 1_800_000, "deprivation_count": 2}

    assert verdicts(facts)["poverty.standard.near_poor"]["verdict"] == "no"
    assert verdicts(facts, NEXT_YEAR)["poverty.standard.near_poor"]["verdict"] == "yes"


def test_a_town_is_poor_or_not_for_sure_in_2027_but_near_poor_only_by_the_commune() -> None:
    facts = {"area": "urban", "income_per_person": 2_500_000}

    lacking_much = verdicts({**facts, "deprivation_count": 3}, NEXT_YEAR)
    lacking_little = verdicts({**facts, "deprivation_count": 2}, NEXT_YEAR)

    assert lacking_much["poverty.standard.poor"]["verdict"] == "yes"
    assert lacking_much["poverty.standard.near_poor"]["verdict"] == "no"
    assert lacking_little["poverty.standard.near_poor"]["verdict"] == "unknown"


def test_in_the_month_in_which_the_years_run_out_a_newly_escaped_household_asks_for_the_day() -> None:
    months = ["2023-12", "2023-11", "2023-10"]
    read = [verdicts({"household_class": "newly_escaped", "exit_month": month}) for month in months]

    assert [each["credit.production.newly_escaped"]["verdict"] for each in read] == ["yes", "unknown", "no"]


def test_the_house_grant_of_poor_districts_is_gone_after_2025_and_names_what_follows() -> None:
    (programme,) = (each for each in programmes() if each.id == "housing.poor_district")

    assert programme.rule_on(date(2025, 12, 31)) is programme.rules[-1]
    assert programme.rule_on(date(2026, 1, 1)) is None
    assert programme.rules[-1].replaced_by == ("housing.social_fund",)


def test_a_near_poor_household_sees_who_pays_which_share_for_its_members() -> None:
    facts = {"household_class": "near_poor", "members": 4}

    for day, family in ((date(2025, 3, 1), 105_300), (TODAY, 136_620)):
        amounts = verdicts(facts, day)["health.near_poor_subsidy"]["amounts"]
        assert (family, "at_most", "VND/household/month", "family") in [
            (each["high"], each["bound"], each["unit"], each["payer"]) for each in amounts
        ]


def test_an_old_commune_of_bac_ai_was_in_the_poor_district_until_the_districts_ended() -> None:
    facts = {"household_class": "poor", "old_commune": "22786", "member": {"wants_overseas": "yes"}}

    assert verdicts(facts, date(2025, 6, 30))["jobs.overseas"]["verdict"] == "yes"
    assert verdicts({**facts, "old_commune": "22738"}, date(2025, 6, 30))["jobs.overseas"]["verdict"] == "unknown"
    assert verdicts(facts, date(2025, 7, 1))["jobs.overseas"]["verdict"] == "unknown"
