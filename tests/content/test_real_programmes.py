"""The programmes that are shipped: exact against every completion of their own facts, and said in short sentences."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from random import Random
from typing import Any

import pytest

from bot.content.load import load
from bot.content.render import Renderer
from bot.content.verdicts import Verdicts
from bot.core.catalogue import Catalogue
from bot.core.diagram import Verdict
from bot.core.eligibility import judge
from bot.core.facts import Facts
from bot.core.parameters import Confidence
from bot.core.programmes import Condition, Not, Other, Programme, When
from bot.core.rules import threshold
from bot.core.types import Language
from tests.build import REAL
from tests.core.rules import completions, leaves, outcome

TODAY = date(2026, 11, 24)
NEXT_YEAR = date(2027, 1, 15)
SAMPLES = 60  # sets of known facts for each programme and day
LONGEST = 20  # words of a sentence


@cache
def content() -> Catalogue:
    return load(REAL)


def programmes() -> list[Programme]:
    return list(content().programmes.values())


def days_of(programme: Programme) -> set[date]:
    asked = {TODAY, NEXT_YEAR, *(rule.start for rule in programme.rules)}
    return {day for day in asked if programme.rule_on(day) is not None}


def of_day(when: When, day: date) -> When:
    """The rule with numbers in place of parameters; a parameter without a firm value makes its condition unread."""
    match when:
        case Condition() if when.parameter:
            value = content().parameters.firm_on(when.parameter, day)
            if value is None:
                return replace(when, confidence=Confidence.UNCONFIRMED)
            return replace(when, number=threshold(when, value), parameter="")
        case Condition() | Other():
            return when
        case Not(part):
            return Not(of_day(part, day))
        case _:
            return type(when)(tuple(of_day(part, day) for part in when.parts))


def verdicts(facts: Any, day: date = TODAY) -> dict[str, Any]:
    said = Verdicts(Renderer(content()), day).of(facts)
    return {each["id"]: each for each in said["programmes"]}


def sentences(programme: Programme) -> Iterator[str]:
    for rule in programme.rules:
        for leaf in leaves(rule.when):
            texts = [leaf.ask] if isinstance(leaf, Other) else [leaf.yes, leaf.no, leaf.ask]
            yield from (text[Language.VI] for text in texts if text)


@pytest.mark.parametrize("programme", programmes(), ids=lambda each: each.id)
def test_a_programme_says_yes_or_no_exactly_when_every_completion_does(programme: Programme) -> None:
    chance = Random(programme.id)

    for day in sorted(days_of(programme)):
        rule = programme.rule_on(day)
        assert rule is not None
        when = of_day(rule.when, day)
        told = [(each, outcome(when, each, day)) for each in completions(when, {}, day)]
        for _ in range(SAMPLES):
            whole, _ = chance.choice(told)
            known = {name: value for name, value in whole.items() if chance.random() < 0.6}
            assert verdict(programme, known, day) is agreed(known, told), (day, known)


def verdict(programme: Programme, known: Facts, day: date) -> Verdict:
    judgement = judge(programme, known, day=day, parameters=content().parameters)
    assert judgement is not None
    return judgement.verdict


def agreed(known: Facts, told: list[tuple[Facts, Verdict]]) -> Verdict:
    said = {verdict for whole, verdict in told if all(whole[name] == value for name, value in known.items())}
    return said.pop() if len(said) == 1 else Verdict.UNKNOWN


@pytest.mark.parametrize("programme", programmes(), ids=lambda each: each.id)
def test_a_sentence_is_short(programme: Programme) -> None:
    assert [each for each in sentences(programme) if len(re.sub(r"{{.*?}}", "", each).split()) > LONGEST] == []


def test_an_income_under_both_lines_needs_no_area() -> None:
    said = verdicts({"income_per_person": 1_000_000, "deprivation_count": 3})

    assert said["poverty.standard.poor"]["verdict"] == "yes"
    assert said["poverty.standard.near_poor"]["verdict"] == "no"


def test_a_mother_of_76_without_a_pension_has_the_social_pension_whatever_her_household() -> None:
    said = verdicts({"member": {"age": 76, "has_pension": "no"}})["social.monthly.pension"]

    assert (said["verdict"], said["missing"]) == ("yes", [])
    assert [(each["low"], each["bound"]) for each in said["amounts"]] == [(540000, "at_least")]


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
