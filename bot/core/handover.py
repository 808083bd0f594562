"""Passing a question to staff and talking with them: what the person presses and writes, and the states of a handover.

Nothing is handed over without a yes. Distress is shown once and never kept; only a bare call for help is handed over,
without the earlier talk, and only with a yes of its own (design section 6). While a member of staff has the handover
what the person types goes to them, not to the bot, until either side ends it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from bot.core.home import MENU, STAFF, gone
from bot.core.hours import Hours, after, is_open, opens_next
from bot.core.markup import parse, plain
from bot.core.text import fold
from bot.core.types import BindStaff, Button, EndTalk, OpenHandover, Reply, Session, Turn, WriteToStaff
from bot.core.world import World

HANDED_OVER: Final = 5  # last messages of the person that staff may read
# Working hours until the first answer; then it waits for the supervisor too. Half a working day: who asked in the
# morning has an answer before the office closes, and one officer with a queue of callers can still keep it.
FIRST_ANSWER: Final = timedelta(hours=4)
# A talk that nobody of the staff has looked at for so long waits again for whoever comes, and the bot answers.
TALK_IDLE: Final = timedelta(hours=24)

BIND: Final = "bind-"  # begins what a member of staff types to be told here that something waits

QUESTION: Final = "question"
DISTRESS: Final = "distress"
AGREE: Final = "button.agree"
NO: Final = "button.no"
END: Final = Button("talk_end", "button.talk_end")


class State(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    CLOSED = "closed"


class Action(StrEnum):
    CLAIM = "claim"
    RELEASE = "release"
    HAND = "hand"  # to a colleague
    CLOSE = "close"
    REOPEN = "reopen"  # a word of the person came while it was being closed


class Reason(StrEnum):
    """Why a handover was closed."""

    ANSWERED = "answered"
    ELSEWHERE = "elsewhere"  # somebody else deals with it; the answer says who
    SILENT = "silent"  # the person did not come back
    BY_PERSON = "by_person"


BY_STAFF: Final = (Reason.ANSWERED, Reason.ELSEWHERE, Reason.SILENT)

TABLE: Final[Mapping[State, Mapping[Action, State]]] = {
    State.OPEN: {Action.CLAIM: State.CLAIMED},
    State.CLAIMED: {Action.RELEASE: State.OPEN, Action.HAND: State.CLAIMED, Action.CLOSE: State.CLOSED},
    State.CLOSED: {Action.REOPEN: State.OPEN},
}


@dataclass(frozen=True, slots=True)
class Handover:
    """What may be known of a handover without reading it. `has_news`: the person wrote since its holder looked."""

    id: int
    address_id: int
    kind: str
    commune: str
    language: str
    state: State
    created_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    answered_at: datetime | None
    staff_id: int | None
    staff_name: str
    reason: str
    has_news: bool

    def is_overdue(self, now: datetime) -> bool:
        """Whether the first answer should have been given by now."""
        late = self.due_at is not None and self.due_at <= now
        return late and self.answered_at is None and self.state is not State.CLOSED


@dataclass(frozen=True, slots=True)
class Expectation:
    """When a handover can be answered. `opens` None: nobody knows."""

    is_open: bool
    opens: datetime | None
    due: datetime  # of the first answer


def expect(hours: Hours, now: datetime) -> Expectation:
    """Say when somebody is there, and by when the first answer is due. `now` is local."""
    return Expectation(is_open(hours, now), opens_next(hours, now), after(hours, now, FIRST_ANSWER))


def ask(session: Session, world: World) -> Turn:
    """Ask before anything is passed to staff."""
    if world.talks_of:
        is_guarded = world.talks_of == DISTRESS
        return Turn(replace(session, flow=""), (Reply("handover.talking", {}, (END, MENU), guarded=is_guarded),))
    buttons = (Button("handover:yes", AGREE), Button("handover:no", NO))
    return Turn(replace(session, flow="handover"), (Reply("handover.ask", {"count": HANDED_OVER}, buttons),))


def hand_over(session: Session, kind: str, messages: tuple[str, ...], world: World) -> Turn:
    """Keep the handover and say whether anybody is there, and when: only by hours that the office itself has said."""
    is_distress = kind == DISTRESS
    present = world.staff.can_help if is_distress else world.staff.can_answer
    hours = world.catalogue.hours
    expected = expect(hours, world.staff.now) if world.staff.now else None
    promised = expected if present and hours.is_confirmed else None
    opens = promised.opens if promised else None
    params: dict[str, Any] = {
        "operator": world.operator,
        "staff_present": present,
        "is_open": promised is not None and promised.is_open,
        "opens_day": opens.date() if opens else None,
        "opens_at": f"{opens:%H:%M}" if opens else "",
    }
    reply = Reply(f"handover.kept_{kind}", params, (MENU,), guarded=is_distress)
    effect = OpenHandover(kind, messages, expected.due if expected else None)
    return Turn(replace(session, flow=""), (reply,), (effect,), guarded=is_distress)


def distress(session: Session) -> Turn:
    """Answer distress: emergency numbers first, one button, nothing kept, nothing handed over by itself.

    The session stays as it was, so that a question asked before is still there afterwards.
    """
    button = Button("distress", "button.ask_staff_for_help")
    return Turn(session, (Reply("distress.answer", {}, (button,), guarded=True),), guarded=True)


def press(session: Session, action: str, world: World) -> Turn:
    """React to a button of these flows; one that no longer fits the moment is explained, never acted on."""
    match action:
        case "distress":
            buttons = (Button("distress:yes", AGREE), Button("distress:no", NO))
            reply = Reply("distress.ask", {}, buttons, guarded=True)
            return Turn(replace(session, flow=DISTRESS), (reply,), guarded=True)
        case "talk_end":
            return end(session, world)
        case _ if action.partition(":")[0] != session.flow.removesuffix("_text"):
            return gone(session)
        case "handover:yes":
            return _agreed(session, world)
        case "handover:no":
            return Turn(replace(session, flow=""), (Reply("handover.not_asked", {}, (MENU,)),))
        case "distress:yes":
            return hand_over(session, DISTRESS, (), world)
        case "distress:no":
            after_no = replace(session, flow="")
            return Turn(after_no, (Reply("distress.not_asked", {}, (), guarded=True),), guarded=True)
        case _:
            return gone(session)


def pass_on(session: Session, masked: str, world: World) -> Turn:
    """Pass what was typed to the member of staff who has the handover. In distress nothing of it stays in the talk."""
    is_distress = world.talks_of == DISTRESS
    reply = Reply("handover.passed", {}, (END,), guarded=is_distress)
    return Turn(session, (reply,), (WriteToStaff(masked),), guarded=is_distress)


def end(session: Session, world: World) -> Turn:
    """The person has done with staff: the bot answers again."""
    if not world.talks_of:
        return gone(session)
    return Turn(replace(session, flow=""), (Reply("handover.ended", {}, (MENU, STAFF)),), (EndTalk(),))


def bind(session: Session, payload: str) -> Turn:
    """A member of staff has typed their code. Whether it was right stands on their account page alone."""
    return Turn(session, (Reply("handover.bound", {}, (MENU,)),), (BindStaff(payload.removeprefix(BIND)),))


def _agreed(session: Session, world: World) -> Turn:
    """After the yes: hand over the person's last messages; without any, ask for the question first.

    Words of command ("gặp cán bộ", "menu") ask nothing.
    """
    commands = {phrase for phrases in world.catalogue.words.commands.values() for phrase in phrases}
    typed = (plain(parse(line.message.text)) for line in world.history if line.by_person)
    own = [text for text in typed if fold(text) not in commands]
    if session.flow == "handover_text" or not own:
        return Turn(replace(session, flow="handover_text"), (Reply("handover.type_it"),))
    return hand_over(session, QUESTION, tuple(own[-HANDED_OVER:]), world)
