"""Passing a question to staff, and the distress answer. (Seeing and erasing what is kept: my_data.py.)

Nothing is handed over without a yes. Distress is shown once and never kept; only a bare call for help is
handed over, without the earlier talk, and only with a yes of its own (design section 6).
"""

from dataclasses import replace
from typing import Any, Final

from bot.core.home import MENU, gone
from bot.core.markup import parse, plain
from bot.core.types import Button, OpenHandover, Reply, Session, Turn
from bot.core.world import World

HANDED_OVER: Final = 5  # last messages of the person that staff may read

NO: Final = "button.no"


def notice_params(world: World) -> dict[str, Any]:
    """Whose service this is, and what is kept for how many days."""
    return {
        "operator": world.operator,
        "is_abroad": world.is_abroad,
        "conversation_days": world.retention.conversation,
        "handover_days": world.retention.handover,
    }


def ask_handover(session: Session) -> Turn:
    """Ask before anything is passed to staff."""
    buttons = (Button("handover:yes", "button.agree"), Button("handover:no", NO))
    return Turn(replace(session, flow="handover"), (Reply("handover.ask", {"count": HANDED_OVER}, buttons),))


def hand_over(session: Session, kind: str, messages: tuple[str, ...], world: World) -> Turn:
    """Keep the handover and say truthfully whether anybody is there."""
    after = replace(session, flow="")
    params = {"operator": world.operator, "staff_present": world.staff_present}
    reply = Reply(f"handover.kept_{kind}", params, (MENU,), guarded=kind == "distress")
    return Turn(after, (reply,), (OpenHandover(kind, messages),), guarded=kind == "distress")


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
            buttons = (Button("distress:yes", "button.agree"), Button("distress:no", NO))
            reply = Reply("distress.ask", {}, buttons, guarded=True)
            return Turn(replace(session, flow="distress"), (reply,), guarded=True)
        case _ if action.partition(":")[0] != session.flow.removesuffix("_text"):
            return gone(session)
        case "handover:yes":
            return _agreed(session, world)
        case "distress:yes":
            return hand_over(session, "distress", (), world)
        case "distress:no":
            after = replace(session, flow="")
            return Turn(after, (Reply("distress.not_asked", {}, (), guarded=True),), guarded=True)
        case "handover:no":
            return Turn(replace(session, flow=""), (Reply("handover.not_asked", {}, (MENU,)),))
        case _:
            return gone(session)


def _agreed(session: Session, world: World) -> Turn:
    """After the yes: hand over the person's last messages; without any, ask for the question first."""
    own = [plain(parse(line.message.text)) for line in world.history if line.by_person]
    if session.flow == "handover_text" or not own:
        return Turn(replace(session, flow="handover_text"), (Reply("handover.type_it"),))
    return hand_over(session, "question", tuple(own[-HANDED_OVER:]), world)
