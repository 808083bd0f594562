"""What is true for a family on a day (tests/households/README.md) against what the programmes say of it."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from bot.content.load import load
from bot.core.catalogue import Catalogue
from bot.core.eligibility.facts import read_facts
from tests.build import REAL, write_content
from tests.households_cases import FOLDER, Case, differences, read_cases, read_families

CASES = """\
- name: a poor woman of 76
  on: 2026-11-24
  facts: {household_class: poor, member: {age: 76}}
  expect: {health.coverage: yes}
  amounts: {health.coverage: [{value: 2530000, unit: VND/month, bound: exact}]}
  source: "test: row"
- name: a woman of 76, nothing else known
  on: 2026-11-24
  facts: {member: {age: 76}}
  expect: {health.coverage: unknown}
  missing: {health.coverage: [household_class]}
  source: "test: row"
"""


@lru_cache
def catalogue() -> Catalogue:
    return load(REAL)


def cases() -> Iterator[Any]:
    for file, case in read_cases(FOLDER):
        yield pytest.param(case, id=f"{file}: {case.name}")


@pytest.mark.parametrize("case", list(cases()))
def test_a_household_gets_what_the_facts_say(case: Case) -> None:
    assert differences(case, catalogue()) == []


def test_a_case_that_is_right_has_no_difference(tmp_path: Path) -> None:
    invented = load(write_content(tmp_path / "content"))
    (tmp_path / "cases.yaml").write_text(CASES, encoding="utf-8")

    found = [differences(case, invented) for _, case in read_cases(tmp_path)]

    assert found == [[], []]


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("coverage: yes", "coverage: no", "yes, not no"),
        ("coverage: unknown", "coverage: yes", "unknown, not yes"),
        ("[household_class]", "[age]", "missing ['household_class']"),
        ("value: 2530000", "value: 2530001", "not {'value': '2530001'"),
        ("bound: exact", "bound: at_most", "'bound': 'at_most'"),
        ("expect: {health.coverage: yes", "gone: [health.coverage]\n  expect: {health.coverage: yes", "not gone"),
        ("expect: {health.coverage: yes", "expect: {health.magic: yes", "no programme health.magic"),
    ],
)
def test_a_case_that_is_wrong_is_told(right: str, wrong: str, told: str, tmp_path: Path) -> None:
    invented = load(write_content(tmp_path / "content"))
    (tmp_path / "cases.yaml").write_text(CASES.replace(right, wrong, 1), encoding="utf-8")

    found = [line for _, case in read_cases(tmp_path) for line in differences(case, invented)]

    assert len(found) == 1
    assert told in found[0]


def test_every_case_and_every_family_has_its_own_name_and_known_facts() -> None:
    every = [case for _, case in read_cases(FOLDER)] + list(read_families(FOLDER))

    assert len({case.name for case in every}) == len(every)
    for case in every:
        read_facts(case.facts, catalogue().facts, date.fromisoformat(case.on))


def test_the_cases_hold_what_a_family_most_needs_to_be_told_rightly() -> None:
    cases = [case for _, case in read_cases(FOLDER)]
    with_missing = [case for case in cases if case.missing]

    assert len(cases) >= 60
    assert sum("no" in case.expect.values() for case in cases) >= 15
    assert len(with_missing) >= 15
    assert all(name in case.expect for case in with_missing for name in case.missing)
