"""How long all programmes take for one household, and how many questions a dialogue takes.

`python -m tests.benchmarks.eligibility [HOUSEHOLDS [CONTENT]]` (folders; default: tests/households and content/).
Method and last results: README.md beside this file.
"""

import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from bot.content.load import load
from bot.core.catalogue import Catalogue
from bot.core.eligibility.diagram import Verdict
from bot.core.eligibility.facts import Facts, read_facts
from bot.core.eligibility.judging import Judgement, judge
from bot.core.eligibility.next_fact import next_fact
from bot.core.eligibility.zones import with_zones
from tests.build import REAL
from tests.households_cases import FOLDER, read_cases, read_families

ROUNDS: Final = 20  # of every household; the median of each counts


@dataclass(frozen=True, slots=True)
class Household:
    """A family and what it would answer, or what is known of it."""

    name: str
    day: date
    facts: Facts


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Numbers of questions to the first yes (None: there is none), and until nothing more is asked."""

    first_yes: int | None
    whole: int

    @property
    def decisive(self) -> int:
        return self.whole if self.first_yes is None else self.first_yes


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    catalogue = load(Path(sys.argv[2]) if len(sys.argv) > 2 else REAL)
    households = [_household(case.name, case.on, case.facts, catalogue) for _, case in read_cases(folder)]
    print(f"{len(catalogue.programmes)} programmes, {len(households)} households; milliseconds: median, 95th, most")
    _print_times("all judged, first time", [_timed(each, catalogue) for each in households])
    _print_times(
        "all judged", [statistics.median(_timed(each, catalogue) for _ in range(ROUNDS)) for each in households]
    )
    _print_times("next fact", [_timed_question(each, catalogue) for each in households])
    families = [_household(each.name, each.on, each.facts, catalogue) for each in read_families(folder)]
    told = {family.name: _dialogue(family, catalogue) for family in families}
    if told:
        decisive = [dialogue.decisive for dialogue in told.values()]
        whole = [dialogue.whole for dialogue in told.values()]
        print(f"{len(told)} dialogues, questions to the first yes or to all no: median {statistics.median(decisive)}, "
              f"most {max(decisive)}; to the end: median {statistics.median(whole)}, most {max(whole)}")  # fmt: skip
    for name, dialogue in told.items():
        print(f"  {'-' if dialogue.first_yes is None else dialogue.first_yes:>2} {dialogue.whole:>3}  {name}")


def _household(name: str, on: str, raw: Any, catalogue: Catalogue) -> Household:
    day = date.fromisoformat(on)
    told = read_facts(raw, catalogue.facts, day)
    return Household(name, day, with_zones(told, catalogue.zones, catalogue.places, day))


def _dialogue(family: Household, catalogue: Catalogue) -> Dialogue:
    """Ask and answer until nothing is asked; what the family does not know is left out."""
    facts: dict[str, Any] = {}
    skipped: set[str] = set()
    first_yes, count = None, 0
    programmes = catalogue.programmes.values()
    while True:
        known = with_zones(facts, catalogue.zones, catalogue.places, family.day)
        if first_yes is None and any(each.verdict is Verdict.YES for each in _judged(known, family.day, catalogue)):
            first_yes = count
        asked = next_fact(programmes, known, day=family.day, parameters=catalogue.parameters, skipped=skipped)
        if asked is None:
            return Dialogue(first_yes, count)
        count += 1
        if asked.id in family.facts:
            facts[asked.id] = family.facts[asked.id]
        else:
            skipped.add(asked.id)


def _judged(facts: Facts, day: date, catalogue: Catalogue) -> list[Judgement]:
    found = (judge(each, facts, day=day, parameters=catalogue.parameters) for each in catalogue.programmes.values())
    return [each for each in found if each is not None]


def _timed(household: Household, catalogue: Catalogue) -> float:
    start = time.perf_counter()
    _judged(household.facts, household.day, catalogue)
    return 1000 * (time.perf_counter() - start)


def _timed_question(household: Household, catalogue: Catalogue) -> float:
    start = time.perf_counter()
    next_fact(catalogue.programmes.values(), household.facts, day=household.day, parameters=catalogue.parameters)
    return 1000 * (time.perf_counter() - start)


def _print_times(what: str, times: Sequence[float]) -> None:
    ordered = sorted(times)
    if ordered:
        print(f"{what}: {statistics.median(ordered):.2f}, {ordered[int(len(ordered) * 0.95)]:.2f}, {ordered[-1]:.2f}")


if __name__ == "__main__":
    main()
