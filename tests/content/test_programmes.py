"""Programmes out of their files, and their verdicts as `bot eligible` prints them."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.content.check import check, todo
from bot.content.load import load
from bot.content.render import Renderer
from bot.content.verdicts import Verdicts
from bot.core.eligibility.facts import Of
from bot.core.eligibility.programmes import All, Condition, Payer
from bot.core.parameters import Confidence
from bot.core.types import Source
from tests.build import PROGRAMME, REAL, write_content

FILE = "programmes/health/coverage.yaml"
DAY = date(2026, 11, 24)
OLD = {"household_class": "poor", "member": {"age": 76}}


def test_a_file_becomes_a_programme_whose_conditions_have_their_rules_sources(tmp_path: Path) -> None:
    programme = load(write_content(tmp_path)).programmes["health.coverage"]

    rule = programme.rules[0]
    assert (programme.topic, programme.of, rule.start) == ("health.coverage", Of.MEMBER, date(2020, 1, 1))
    assert isinstance(rule.when, All)
    age, poor = rule.when.parts
    assert isinstance(age, Condition)
    assert (age.fact.id, age.parameter, age.number) == ("age", "test.age", None)
    assert age.sources == (Source("NĐ 00/2049/NĐ-CP, Điều 3", date(2026, 6, 30)),)
    assert isinstance(poor, Condition)
    assert poor.words == ("poor",)
    assert rule.amounts[0].payer is Payer.STATE


def test_a_condition_may_have_a_source_of_its_own_and_be_unconfirmed(tmp_path: Path) -> None:
    own = 'is: poor, source: "NĐ 1; NĐ 2", confidence: unconfirmed'
    programme = load(write_content(tmp_path, {FILE: PROGRAMME.replace("is: poor", own)})).programmes["health.coverage"]

    when = programme.rules[0].when
    assert isinstance(when, All)
    poor = when.parts[1]
    assert isinstance(poor, Condition)
    assert poor.confidence is Confidence.UNCONFIRMED
    assert [source.text for source in poor.sources] == ["NĐ 1", "NĐ 2"]


def test_verdicts_carry_words_sources_and_amounts(tmp_path: Path) -> None:
    verdicts = Verdicts(Renderer(load(write_content(tmp_path))), DAY)

    said = verdicts.of(OLD)

    assert said["on"] == "2026-11-24"
    assert said["next_fact"] is None
    (programme,) = said["programmes"]
    source = "NĐ 00/2049/NĐ-CP, Điều 3"
    assert programme["verdict"] == "yes"
    assert programme["reasons"] == [
        {"text": "Đã từ đủ 75 tuổi.", "source": source}, {"text": "Hộ nghèo.", "source": source}
    ]  # fmt: skip
    assert programme["amounts"] == [
        {
            "label": "Mỗi tháng", "value": 2530000, "low": 2530000, "high": 2530000, "bound": "exact",
            "unit": "VND/month", "source": source, "payer": "state", "verdict": "yes", "missing": [],
        }
    ]  # fmt: skip


def test_a_programme_without_a_rule_on_the_day_is_not_listed(tmp_path: Path) -> None:
    verdicts = Verdicts(Renderer(load(write_content(tmp_path))), date(2019, 12, 31))

    assert verdicts.of(OLD)["programmes"] == []


@pytest.mark.parametrize("group", ["any", "not: {any"])
def test_what_follows_from_the_rest_may_be_said_as_the_law_says_it(group: str, tmp_path: Path) -> None:
    said = "yes: {vi: Có., en: Yes.}, no: {vi: Không., en: No.}"
    few = f"{{all: [{{fact: area, is: rural, {said}}}, {{fact: members, at_most: 2, {said}}}]}}"
    more = f"{{all: [{{fact: area, is: urban, {said}}}, {{fact: members, at_most: 3, {said}}}]}}"
    lines = f"- {{{group}: [{few}, {more}]{'}' * group.count('{')}}}\n        - {{fact: household_class"
    folder = write_content(tmp_path, {FILE: PROGRAMME.replace("- {fact: household_class", lines)})

    assert [str(problem) for problem in check(folder, DAY)] == []


def test_conditions_that_are_not_firm_are_to_be_confirmed(tmp_path: Path) -> None:
    debt = "- {other: debt, ask: {vi: Còn nợ không?, en: In debt?}}\n        - {fact: household_class"
    folder = write_content(tmp_path, {FILE: PROGRAMME.replace("- {fact: household_class", debt)})

    assert "health.coverage: confirm the condition: Còn nợ không?" in todo(folder, DAY)


def test_the_command_prints_verdicts_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUNOI_CONTENT", str(write_content(tmp_path / "content")))
    monkeypatch.chdir(tmp_path)

    ran = CliRunner().invoke(app, ["eligible", "--facts", "-", "--on", "2026-11-24"], input=json.dumps(OLD))

    assert ran.exit_code == 0, ran.output
    assert set(json.loads(ran.stdout)) == {"on", "programmes", "next_fact"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "this is no JSON"),
        ('{"household_class": "rich"}', "household_class: 'rich' does not fit"),
        ('{"shoe_size": 4}', "no such fact of the household"),
    ],
)
def test_facts_that_do_not_fit_are_named_and_end_with_two(
    text: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAUNOI_CONTENT", str(write_content(tmp_path / "content")))
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "facts.json"
    file.write_text(text, encoding="utf-8")

    ran = CliRunner().invoke(app, ["eligible", "--facts", str(file)])

    assert ran.exit_code == 2
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_facts_of_the_contract_are_there() -> None:
    facts = load(REAL).facts

    assert {name for name, fact in facts.items() if fact.of is Of.HOUSEHOLD} >= {
        "household_class", "area", "members", "income_per_person", "deprivation_count", "zone", "commune",
        "old_commune", "house_state", "water_toilet", "exit_month",
    }  # fmt: skip
    assert {name for name, fact in facts.items() if fact.of is Of.MEMBER} >= {
        "age", "ethnic_minority", "disability", "pupil_level", "has_bhyt", "has_pension", "wants_work",
        "wants_training", "wants_overseas",
    }  # fmt: skip
