"""How many questions a family meets in the dialogue itself, and how long a step takes: for whom, consents and all.

`python -m tests.benchmarks.dialogue [HOUSEHOLDS [CONTENT]]` (folders; default: tests/households and content/).
Method and last results: README.md beside this file.
"""

import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from bot.content.load import load
from bot.core.catalogue import Catalogue
from bot.core.conversation import step
from bot.core.eligibility.diagram import Verdict
from bot.core.interview.results import judgements
from bot.core.interview.sheet import Check, read_sheet
from bot.core.types import Address, Incoming, Kind, Session, Turn
from tests.build import REAL
from tests.core.interviewing import NOW, make_world
from tests.households_cases import FOLDER, Family, read_families

MOST: Final = 80  # steps of a dialogue; none is that long


@dataclass
class Asked:
    """A family's dialogue: questions (not the consents) to the first yes and to the end, milliseconds of each step."""

    name: str
    first_yes: int | None
    whole: int
    times: list[float]


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    catalogue = load(Path(sys.argv[2]) if len(sys.argv) > 2 else REAL)
    met = [talk(each, catalogue) for each in read_families(folder)]
    decisive = [each.whole if each.first_yes is None else each.first_yes for each in met]
    whole, times = [each.whole for each in met], sorted(time for each in met for time in each.times)
    print(f"{len(met)} dialogues, questions to the first yes or to all no: median {statistics.median(decisive)}, "
          f"most {max(decisive)}; to the end: median {statistics.median(whole)}, most {max(whole)}")  # fmt: skip
    print(f"{len(times)} steps, milliseconds: median {statistics.median(times):.2f}, "
          f"95th {times[int(len(times) * 0.95)]:.2f}, most {times[-1]:.2f}")  # fmt: skip
    for each in met:
        print(f"  {'-' if each.first_yes is None else each.first_yes:>2} {each.whole:>3}  {each.name}")


def talk(family: Family, catalogue: Catalogue) -> Asked:
    """Go through the check as this family would, answering by buttons where there are some."""
    world = make_world(catalogue, day=date.fromisoformat(family.on))
    known = {**family.facts, **family.facts.get("member", {})}
    asked = Asked(family.name, None, 0, [])
    session = Session(commune_asked=True)

    def send(kind: Kind, text: str) -> Turn:
        nonlocal session
        start = time.perf_counter()
        turn = step(session, Incoming(Address("web", "a"), "1", kind, text, NOW), world)
        asked.times.append(1000 * (time.perf_counter() - start))
        session = turn.session
        return turn

    send(Kind.CHOICE, "e:start")
    turn = send(Kind.CHOICE, "e:for:household" if family.asks_for == "household" else "e:for:other")
    for _ in range(MOST):
        check = Check(session, read_sheet(session, world)[0], world)
        if asked.first_yes is None and any(each.verdict is Verdict.YES for each in judgements(check)):
            asked.first_yes = asked.whole
        if not check.sheet.at or session.flow != "eligibility":
            return asked
        actions = [button.action for reply in turn.replies for button in reply.buttons]
        at = check.sheet.at
        if at == "pause" or f"e:ok:{at}" in actions:
            turn = send(Kind.CHOICE, "e:go" if at == "pause" else f"e:ok:{at}")
            continue
        asked.whole += 1
        turn = _answer(send, at, known, actions, catalogue)
    raise AssertionError(f"{family.name}: the dialogue does not end")


def _answer(send: Any, at: str, known: Mapping[str, Any], actions: list[str], catalogue: Catalogue) -> Turn:
    value = known.get(at)
    if value is None:
        return send(Kind.CHOICE, f"e:dk:{at}")
    if at == "commune":
        return send(Kind.CHOICE, f"e:p:{value}:{known.get('old_commune', '')}")
    if isinstance(value, list):
        for word in value:
            if f"e:a:{at}:{word}" in actions:
                send(Kind.CHOICE, f"e:a:{at}:{word}")
        return send(Kind.CHOICE, f"e:z:{at}")
    if f"e:a:{at}:{value}" in actions:
        return send(Kind.CHOICE, f"e:a:{at}:{value}")
    month = "/".join(reversed(str(value).split("-")))
    text = {"income_per_person": f"{value} đồng mỗi người một tháng", "exit_month": month}.get(at, str(value))
    return send(Kind.TEXT, text)


if __name__ == "__main__":
    main()
