"""A content folder with a few invented programmes, and somebody who talks with the check of eligibility."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from bot.content.load import load
from bot.content.render import Renderer
from bot.core.catalogue import Catalogue
from bot.core.conversation import step
from bot.core.types import Address, Decision, Incoming, Kind, Language, Ranking, Rendered, Session, Turn
from bot.core.world import World
from bot.services.keys import Keys
from bot.services.sealed import Sealed
from tests.build import REAL

DAY: Final = date(2026, 11, 24)
NOW: Final = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SEALED: Final = Sealed(Keys([b"k" * 32]))

_HEAD: Final = """\
topic: {topic}
label: {{vi: "{label}", en: "{label}"}}
of: {of}
rules:
  - from: 2020-01-01
    source: "NĐ 00/2049/NĐ-CP"
    read_until: 2026-06
    when: {when}
review_by: 2027-01-31
"""


def _fact(name: str, comparison: str, value: str) -> str:
    said = f"{name} {comparison}"
    yes, no = (f'{{vi: "{said} {vi}", en: "{said} {en}"}}' for vi, en in (("có", "yes"), ("không", "no")))
    return f"{{fact: {name}, {comparison}: {value}, yes: {yes}, no: {no}}}"


def _all(*parts: str) -> str:
    return f"{{all: [{', '.join(parts)}]}}"


def _any(*parts: str) -> str:
    return f"{{any: [{', '.join(parts)}]}}"


_POOR: Final = _fact("household_class", "is", "poor")
_LINE: Final = _any(
    _all(_fact("area", "is", "rural"), _fact("income_per_person", "at_most", "1500000")),
    _all(_fact("area", "is", "urban"), _fact("income_per_person", "at_most", "2000000")),
)
_OTHER: Final = '{other: no_other, ask: {vi: "Có nhận tiền nào khác không?", en: "Any other money?"}}'
# name: topic, of, when
PROGRAMMES: Final[Mapping[str, tuple[str, str, str]]] = {
    "poverty/standard": ("poverty.standard", "household", _all(_LINE, _fact("deprivation_count", "at_least", "3"))),
    "health/poor_card": ("health.poor_card", "member", _POOR),
    "health/near_poor_subsidy": ("health.near_poor_subsidy", "member", _fact("household_class", "is", "near_poor")),
    "social/monthly.pension": (
        "social.monthly",
        "member",
        _all(
            _fact("has_pension", "is", "no"),
            _any(_fact("age", "at_least", "75"), _all(_fact("age", "at_least", "70"), _POOR)),
        ),
    ),
    "social/monthly.disability": ("social.monthly", "member", _fact("disability", "in", "[severe, very_severe]")),
    "credit/production": (
        "credit.production",
        "household",
        _any(
            _fact("household_class", "in", "[poor, near_poor]"),
            _all(_fact("household_class", "is", "newly_escaped"), _fact("exit_month", "at_most", "36")),
        ),
    ),
    "housing/social_fund": (
        "housing.social_fund",
        "household",
        _all(_POOR, _fact("house_state", "is", "damaged"), _OTHER),
    ),
    "health/difficult_area_card": (
        "health.difficult_area_card",
        "member",
        _any(_fact("zone", "has", "kv3"), _all(_fact("ethnic_minority", "is", "yes"), _fact("zone", "has", "kv2"))),
    ),
    "education/tuition": ("education.tuition", "member", _fact("pupil_level", "in", "[primary, lower_secondary]")),
}


def make_catalogue(folder: Path) -> Catalogue:
    """The real content, with invented programmes in place of its own."""
    shutil.copytree(REAL, folder, dirs_exist_ok=True)
    shutil.rmtree(folder / "programmes")
    for name, (topic, of, when) in PROGRAMMES.items():
        file = folder / "programmes" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_HEAD.format(topic=topic, label=f"Việc {topic}", of=of, when=when), encoding="utf-8")
    return load(folder)


class NobodysRanker:
    """Ranks what it is told to; nothing else is any topic."""

    def __init__(self, planned: Mapping[str, str]) -> None:
        self._planned = planned

    def rank(self, text: str) -> Ranking:
        topic = self._planned.get(text, "")
        return Ranking(Decision.ANSWER if topic else Decision.NONE, (topic,) if topic else (), (1.0,), Language.VI)


@dataclass
class Talker:
    """Somebody on any channel. The session is sealed and read back before every step."""

    world: World
    session: Session = field(default_factory=lambda: Session(commune_asked=True))
    turns: list[Turn] = field(default_factory=list)
    shown: list[Rendered] = field(default_factory=list)

    def press(self, *actions: str) -> Turn:
        return [self._send(Kind.CHOICE, action) for action in actions][-1]

    def say(self, *texts: str) -> Turn:
        return [self._send(Kind.TEXT, text) for text in texts][-1]

    @property
    def asked(self) -> str:
        """The fact that is asked for."""
        return self.session.answers.get("e:at", "").strip('"')

    @property
    def actions(self) -> list[str]:
        return [button.action for reply in self.turns[-1].replies for button in reply.buttons]

    @property
    def keys(self) -> list[str]:
        return [reply.key.removeprefix("eligibility.") for reply in self.turns[-1].replies]

    @property
    def text(self) -> str:
        """What the last turn says, with the words on its buttons."""
        last = self.shown[-len(self.turns[-1].replies) :]
        return "\n".join("\n".join([each.text, *(f"[{button.label}]" for button in each.buttons)]) for each in last)

    def verdicts(self) -> dict[str, list[str]]:
        """The labels under yes and may be, and how many noes, of the last result."""
        params = next(reply.params for reply in self.turns[-1].replies if reply.key == "eligibility.result")
        yes = [row["label"][Language.VI] for group in params["groups"] for row in group["rows"]]
        maybe = [row["label"][Language.VI] for row in params["maybe"]]
        return {"yes": sorted(yes), "maybe": sorted(maybe), "no": [str(params["no"])]}

    def _send(self, kind: Kind, text: str) -> Turn:
        self.session = SEALED.read_session(SEALED.session(self.session))
        event = Incoming(Address("web", "a"), str(len(self.turns)), kind, text, NOW)
        turn = step(self.session, event, self.world)
        self.session = turn.session
        self.turns.append(turn)
        renderer = _renderer(self.world.catalogue)
        self.shown += [renderer.render(reply, turn.session.language, self.world.day) for reply in turn.replies]
        return turn


def make_world(catalogue: Catalogue, planned: Mapping[str, str] | None = None, day: date = DAY) -> World:
    return World(catalogue, NobodysRanker(planned or {}), day, notice_shown=True)


def answer_all(talker: Talker, answers: Mapping[str, str]) -> Iterator[str]:
    """Press what is known of each fact that is asked for, else "not known", until the result; give the facts asked."""
    while (asked := talker.asked) and talker.session.flow == "eligibility":
        if asked == "pause":
            talker.press("e:go")
            continue
        yield asked
        if f"e:ok:{asked}" in talker.actions:
            talker.press(f"e:ok:{asked}")
        if asked in answers and f"e:a:{asked}:{answers[asked]}" in talker.actions:
            talker.press(f"e:a:{asked}:{answers[asked]}")
        elif asked in answers:
            talker.say(answers[asked])
        else:
            talker.press(f"e:dk:{asked}")


_RENDERERS: dict[str, Renderer] = {}


def _renderer(catalogue: Catalogue) -> Renderer:
    return _RENDERERS.setdefault(catalogue.version, Renderer(catalogue))
