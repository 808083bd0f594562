"""The whole process dies at every one of its steps, and at random moments under load: nobody is lost, nobody twice.

Every tenth step is tried, from an offset that moves with the commit. `JOURNEY_STEPS=all` tries every one (some
minutes), `JOURNEY_STEPS=17,18` these: so a failure is seen again.
"""

import os
import random
import shutil
import subprocess
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count, islice, pairwise
from pathlib import Path
from typing import Any

from tests.journeys.service import ROOT, Line, Page, Service, Visitor, running, start_where_it_died, visiting

MORNING, LATER = "2026-11-24T09:00:00+07:00", "2026-11-24T09:01:00+07:00"
EVERY = 10  # steps from one tried to the next
DISTRESS = "chong cu hay danh toi voi con"

# What five people do: one act of each in turn. `say:` is typed, `post:` is a form of the page's foot, the rest are
# actions of buttons.
LIVES = (
    (
        "say:nha toi can ngheo mua bhyt duoc ho tro bao nhieu", "say:xa Phuoc Dinh",
        "p:health.near_poor_subsidy:papers", "say:o dau", "t:health.coverage", "say:tien dien ho ngheo",
    ),
    ("say:chuan ngheo la bao nhieu", "skip", "my_data", "erase", "say:xóa hết", "say:hoc nghe mien phi"),
    ("say:tro cap nguoi gia", f"say:{DISTRESS}", "distress", "distress:yes", "say:tien dien ho ngheo", "menu"),
    ("lang:en", "say:what help is there with school fees", "say:zzz qqq", "staff", "handover:yes", "menu"),
    ("say:vay tien", "t:", "say:tien dien ho ngheo", "post:/xoa", "say:di lam o nuoc ngoai", "menu"),
)  # fmt: skip
ACTS = [(person, act) for turn in zip(*LIVES, strict=True) for person, act in enumerate(turn)]
ERASURES = ("say:xóa hết", "post:/xoa")
KEPT = (
    "SELECT state, payload IS NULL, count(*) FROM inbox GROUP BY 1, 2",
    "SELECT by_person, state, count(*) FROM messages GROUP BY 1, 2",
    "SELECT topic, decision, count(*) FROM questions GROUP BY 1, 2",
    "SELECT kind, count(*) FROM handovers GROUP BY 1",
    "SELECT count(*) FROM sessions",
    "SELECT count(*) FROM addresses",
)


@dataclass
class Told:
    """What five people saw after each act; what is kept of it at the end, and what is left of what was erased."""

    deaths: int = 0
    answers: list[list[Line]] = field(default_factory=list)
    kept: list[Any] = field(default_factory=list)
    erased: int = 0  # rows
    left: int = 0  # of these, how many still stand in the database's files


def live_through(service: Service, die_at: int | None) -> Told:
    """Let five people do all they do; where the service dies, start it again, and they press the same form again."""
    told, before = Told(), set[bytes]()

    def start_again() -> None:
        start_where_it_died(service, TEST_CLOCK=LATER)
        told.deaths += 1

    service.start(TEST_CLOCK=MORNING, **({"TEST_DIE_AT": str(die_at)} if die_at else {}))
    if not service.url:
        start_again()
    with running(service), visiting(service, len(LIVES)) as people:
        pages = [person.arrive(start_again) for person in people]
        for person, act in ACTS:
            if act in ERASURES:
                before |= bodies(service)
            pages[person] = do(people[person], pages[person], act, start_again)
            told.answers.append(pages[person].lines)
        told.kept = [sorted(service.rows(sql), key=repr) for sql in KEPT]
        erased, files = before - bodies(service), service.bytes_on_disk()
        told.erased, told.left = len(erased), sum(body in files for body in erased)
        assert service.stop() == 0
    return told


def do(person: Visitor, page: Page, act: str, lost: Callable[[], None]) -> Page:
    kind, _, words = act.partition(":")
    match kind:
        case "say":
            return person.insist(page.writing(), lost, text=words)
        case "post":
            return person.insist(page.posting(words), lost)
        case _:
            return person.insist(page.choice(act), lost)


def bodies(service: Service) -> set[bytes]:
    return {body for (body,) in service.rows("SELECT body FROM messages")}


def steps_to_try() -> tuple[Iterable[int], str]:
    """Return the steps, and how to say which."""
    chosen = os.environ.get("JOURNEY_STEPS", "")
    if chosen == "all":
        return count(1), "every step"
    if chosen:
        return map(int, chosen.split(",")), f"steps {chosen}"
    asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    offset = int(asked.stdout.strip() or "0", 16) % EVERY + 1
    return count(offset, EVERY), f"every {EVERY}th step from {offset} on"


def folder_for(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder


def lives(parent: Path, steps: Iterable[int]) -> Iterator[tuple[int, Told]]:
    """Live with a death at each of these steps, two at a time."""

    def live(die_at: int) -> Told:
        folder = folder_for(parent, str(die_at))
        told = live_through(Service(folder), die_at)
        shutil.rmtree(folder)
        return told

    ahead = iter(steps)
    with ThreadPoolExecutor(2) as both:
        while pair := list(islice(ahead, 2)):
            yield from zip(pair, both.map(live, pair), strict=True)


def test_whatever_step_the_process_dies_at_all_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    undisturbed = live_through(Service(folder_for(tmp_path, "whole")), None)
    steps, which = steps_to_try()
    died = []

    for die_at, told in lives(tmp_path, steps):
        if not told.deaths:  # the process came to its end before this step
            break
        died.append(die_at)
        again = f"died at {die_at} ({which}); see it again with JOURNEY_STEPS={die_at}"
        for act, got, wanted in zip(ACTS, told.answers, undisturbed.answers, strict=True):
            assert got == wanted, f"{act}: {again}"
        assert told.kept == undisturbed.kept, again
        assert (told.erased, told.left) == (undisturbed.erased, 0), again
        assert told.deaths == 1, again

    print(f"Died at {which}: {died}.")
    assert died
    assert undisturbed.erased > 5
    assert undisturbed.left == 0


def test_an_undisturbed_life_answers_every_act_and_keeps_no_distress(tmp_path: Path) -> None:
    """What the other test compares with is right itself."""
    told = live_through(Service(tmp_path), None)

    for (_, act), lines in zip(ACTS, told.answers, strict=True):
        assert not lines[-1].by_person, act
    last = {person: lines for (person, _), lines in zip(ACTS, told.answers, strict=True)}
    assert [line.text for line in last[2] if line.by_person] == ["tro cap nguoi gia", "tien dien ho ngheo"]
    assert [line.text for line in last[1] if line.by_person] == ["hoc nghe mien phi"]
    assert [line.text for line in last[4] if line.by_person] == ["di lam o nuoc ngoai"]
    assert dict(told.kept[3]) == {"distress": 1, "question": 1}


PEOPLE, QUESTIONS, AT_ONCE, KILLS = 60, 500, 8, 12
ASKED = (
    "nha toi can ngheo mua bhyt duoc ho tro bao nhieu", "chuan ngheo la bao nhieu", "tien dien ho ngheo",
    "hoc sinh ngheo duoc mien hoc phi khong", "tro cap nguoi gia", "hoc nghe mien phi", "nuoc sach",
    "di lam o nuoc ngoai duoc ho tro gi", "vay von", "sua nha", "bao hiem", "zzz qqq",
)  # fmt: skip
KINDS = 6  # of people: those of one kind ask the same


class Reaper:
    """Kills and starts the service when so many questions were answered; others are under way at that moment."""

    def __init__(self, service: Service, moments: Collection[int]) -> None:
        self.kills = 0
        self._service, self._moments = service, moments
        self._answered, self._one_at_a_time = 0, threading.Lock()

    def answered(self) -> None:
        with self._one_at_a_time:
            self._answered += 1
            if self._answered in self._moments:
                self._service.kill()
                assert self._service.start().url
                self.kills += 1


def ask_all(person: Visitor, questions: Iterable[str], answered: Callable[[], None] = lambda: None) -> list[Line]:
    """Ask one question after the other, insisting; return the conversation as the last page shows it."""
    page = person.arrive()
    for text in questions:
        page = person.insist(page.writing(), text=text)
        answered()
    return person.arrive().lines


def test_five_hundred_questions_survive_a_dozen_kills_while_several_people_ask_at_once(tmp_path: Path) -> None:
    chance = random.Random(7)
    service = Service(tmp_path, TEST_CLOCK=MORNING).start()
    kinds = [chance.sample(ASKED, 9) for _ in range(KINDS)]
    asking = [kinds[number % KINDS][: 9 if number < QUESTIONS - 8 * PEOPLE else 8] for number in range(PEOPLE)]
    reaper = Reaper(service, chance.sample(range(AT_ONCE, QUESTIONS - AT_ONCE), KILLS))

    with running(service), visiting(service, PEOPLE) as people, visiting(service, KINDS) as others:
        with ThreadPoolExecutor(AT_ONCE) as threads:
            told = list(threads.map(lambda who, questions: ask_all(who, questions, reaper.answered), people, asking))
        lost = sum(person.lost for person in people)
        undisturbed = [ask_all(person, questions) for person, questions in zip(others, kinds, strict=True)]
        events = service.rows("SELECT state, payload IS NULL, count(*) FROM inbox GROUP BY 1, 2")
        assert service.stop() == 0

    for number, lines in enumerate(told):
        assert [line.text for line in lines if line.by_person] == asking[number]
        assert lines == undisturbed[number % KINDS][: len(lines)]
        assert not lines[-1].by_person
        assert not any(line.by_person and after.by_person for line, after in pairwise(lines))
    assert events == [("done", 1, QUESTIONS + KINDS * 9)]
    assert reaper.kills == KILLS
    assert lost >= KILLS  # somebody was waiting each time
