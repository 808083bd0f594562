"""What is true for a family on a day (tests/households/README.md) against what the programmes say of it."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from bot.content.load import load
from bot.core.catalogue import Catalogue
from bot.core.due import Due
from bot.core.eligibility import Judgement, judge
from bot.core.facts import read_facts
from bot.core.zones import with_zones

HOUSEHOLDS: Final = Path(__file__).parents[1] / "households"
CONTENT: Final = Path(__file__).parents[2] / "content"
Case = Mapping[str, Any]


def _read(*files: Path) -> list[Case]:
    """Text as it stands: `no` is a word here, no truth value."""
    return [case for file in files for case in yaml.load(file.read_text("utf-8"), yaml.BaseLoader)]


DIALOGUES: Final = HOUSEHOLDS / "dialogues.yaml"
CASES: Final = _read(*sorted(set(HOUSEHOLDS.glob("*.yaml")) - {DIALOGUES}))


@lru_cache
def _catalogue() -> Catalogue:
    return load(CONTENT)


def _judged(case: Case) -> Mapping[str, Judgement | None]:
    """Every programme that a case names, for the case's facts on its day; None: not there on that day."""
    catalogue, day = _catalogue(), date.fromisoformat(case["on"])
    told = read_facts(case["facts"], catalogue.facts, day)
    facts = with_zones(told, catalogue.zones, catalogue.places, day)
    return {
        name: judge(catalogue.programmes[name], facts, day=day, parameters=catalogue.parameters)
        for name in _named(case)
    }


def _named(case: Case) -> set[str]:
    return {
        name for key in ("expect", "missing", "gone", "not_yes", "amounts", "no_amounts") for name in case.get(key, ())
    }


@pytest.mark.skipif(not _catalogue().programmes, reason="content/programmes/ holds no programme yet")
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_family_is_told_what_is_true(case: Case) -> None:
    judged = _judged(case)

    assert list(_differences(case, judged)) == []


def _differences(case: Case, judged: Mapping[str, Judgement | None]) -> Iterator[str]:
    for name, verdict in case["expect"].items():
        said = _verdict(judged[name])
        if said != verdict:
            yield f"{name} is {verdict}, not {said}"
    for name, facts in case.get("missing", {}).items():
        one = judged[name]
        if one is None or set(one.missing) != set(facts):
            yield f"{name} misses {facts}, not {list(one.missing) if one else 'gone'}"
    for name in case.get("gone", ()):
        if _verdict(judged[name]) not in ("gone", "no"):
            yield f"{name} is not offered, not {_verdict(judged[name])}"
    for name in case.get("not_yes", ()):
        if _verdict(judged[name]) == "yes":
            yield f"{name} is no yes"
    for name, amounts in case.get("amounts", {}).items():
        shown = _shown(judged[name])
        if not amounts and shown:
            yield f"{name} shows no figure, not {shown}"
        for amount in amounts:
            if not any(_fits(amount, due) for due in shown):
                yield f"{name} shows {amount}, not {shown}"
    for name, amounts in case.get("no_amounts", {}).items():
        for amount in amounts:
            if any(_fits(amount, due) for due in _shown(judged[name])):
                yield f"{name} does not show {amount}"


def _verdict(judged: Judgement | None) -> str:
    return judged.verdict.value if judged else "gone"


def _shown(judged: Judgement | None) -> list[Due]:
    """The amounts with a firm figure."""
    return [due for due in judged.amounts if due.bound is not None] if judged else []


def _fits(amount: Mapping[str, str], due: Due) -> bool:
    """Whether an amount shown says what a case says of it: in all the keys that the case gives."""
    figure = due.high if due.low is None else due.low
    assert figure is not None
    assert due.bound is not None
    return (
        abs(figure - Decimal(amount["value"])) <= Decimal(amount.get("about", 0))
        and amount.get("unit", due.unit) == due.unit
        and amount.get("bound", due.bound.value) == due.bound.value
    )


def test_every_case_and_every_family_has_its_own_name_and_known_facts() -> None:
    every = [*CASES, *_read(DIALOGUES)]

    assert len({case["name"] for case in every}) == len(every)
    for case in every:
        read_facts(case["facts"], _catalogue().facts, date.fromisoformat(case["on"]))


def test_the_cases_hold_what_a_family_most_needs_to_be_told_rightly() -> None:
    with_a_no = [case for case in CASES if "no" in case["expect"].values()]
    with_missing = [case for case in CASES if case.get("missing")]

    assert len(CASES) >= 60
    assert len(with_a_no) >= 15
    assert len(with_missing) >= 15
    assert all(name in case["expect"] for case in with_missing for name in case["missing"])
