"""Household cases (tests/households/*.yaml): read, judged as `bot eligible` does, compared; every difference in words.

YAML is read as text, so that `yes` and `no` stay words. `dialogues.yaml` holds families with every fact, and no case.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import yaml

from bot.core.catalogue import Catalogue
from bot.core.eligibility.due import Due
from bot.core.eligibility.facts import read_facts
from bot.core.eligibility.judging import Judgement, judge
from bot.core.eligibility.zones import with_zones
from bot.core.parameters import Bound

FOLDER: Final = Path(__file__).parent / "households"
DIALOGUES: Final = "dialogues.yaml"


@dataclass(frozen=True, slots=True)
class Family:
    """Somebody who answers everything, and for whom they ask."""

    name: str
    on: str
    facts: Mapping[str, Any]
    asks_for: str


@dataclass(frozen=True, slots=True)
class Case:
    """What is true for a family on a day, written from the facts of law and place alone."""

    name: str
    on: str
    facts: Mapping[str, Any]
    source: str
    expect: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, list[str]] = field(default_factory=dict)  # exactly these
    gone: list[str] = field(default_factory=list)  # not there on the day, or no
    not_yes: list[str] = field(default_factory=list)
    amounts: Mapping[str, list[Mapping[str, str]]] = field(default_factory=dict)  # an empty list: no figure
    no_amounts: Mapping[str, list[Mapping[str, str]]] = field(default_factory=dict)
    note: str = ""


def read_cases(folder: Path) -> Iterator[tuple[str, Case]]:
    """Every case with the name of its file. A key that is not known is a TypeError."""
    for file in sorted(set(folder.glob("*.yaml")) - {folder / DIALOGUES}):
        yield from ((file.stem, Case(**row)) for row in _rows(file))


def read_families(folder: Path) -> Iterator[Family]:
    file = folder / DIALOGUES
    for row in _rows(file) if file.exists() else ():
        yield Family(row["name"], row["on"], row["facts"], row["for"])


def differences(case: Case, catalogue: Catalogue) -> list[str]:
    """What is not as the case says; "gone" is a programme that is not there on the day."""
    day = date.fromisoformat(case.on)
    told = read_facts(case.facts, catalogue.facts, day)
    facts = with_zones(told, catalogue.zones, catalogue.places, day)

    def judged(name: str) -> Judgement | None:
        return judge(catalogue.programmes[name], facts, day=day, parameters=catalogue.parameters)

    def verdict(name: str) -> str:
        judgement = judged(name)
        return "gone" if judgement is None else judgement.verdict.value

    named = [*case.expect, *case.missing, *case.gone, *case.not_yes, *case.amounts, *case.no_amounts]
    if lost := sorted({name for name in named if name not in catalogue.programmes}):
        return [f"there is no programme {name}" for name in lost]
    found = [f"{name}: {verdict(name)}, not {said}" for name, said in case.expect.items() if verdict(name) != said]
    found += [f"{name}: {verdict(name)}, not gone" for name in case.gone if verdict(name) not in ("no", "gone")]
    found += [f"{name}: yes" for name in case.not_yes if verdict(name) == "yes"]
    for name, facts_named in case.missing.items():
        missing = sorted(judgement.missing) if (judgement := judged(name)) else []
        if missing != sorted(facts_named):
            found.append(f"{name}: missing {missing}, not {sorted(facts_named)}")
    for name in (*case.amounts, *case.no_amounts):
        judgement = judged(name)
        dues = [due for due in (judgement.amounts if judgement else ()) if due.bound is not None]
        shown = [f"{due.low}..{due.high} {due.unit} {due.bound}" for due in dues]
        wanted, unwanted = case.amounts.get(name), case.no_amounts.get(name, [])
        if wanted == [] and dues:
            found.append(f"{name}: shows {shown}, not nothing")
        found += [
            f"{name}: shows {shown}, not {dict(row)}"
            for row in wanted or ()
            if not any(_fits(due, row) for due in dues)
        ]
        found += [f"{name}: shows {dict(row)}" for row in unwanted if any(_fits(due, row) for due in dues)]
    return found


def _fits(due: Due, row: Mapping[str, str]) -> bool:
    """Whether an amount is as a row says in every key that is given; `value` is the figure beside its bound."""
    about = Decimal(row.get("about", 0))
    figure = due.high if due.bound is Bound.AT_MOST else due.low
    numbers = {"value": figure, "low": due.low, "high": due.high}
    words = {"unit": due.unit, "bound": due.bound}
    near = all(
        number is not None and abs(number - Decimal(row[key])) <= about for key, number in numbers.items() if key in row
    )
    return near and all(said == row[key] for key, said in words.items() if key in row)


def _rows(file: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader) or []
    return rows
