"""A person's own say: passing a question to staff, seeing what is kept, erasing it; and the distress answer.

Nothing is handed over without a yes. Distress is shown once and never kept; only a bare call for help is
handed over, without the earlier talk, and only with a yes of its own (design section 6).
"""

from dataclasses import replace
from typing import Any, Final

from bot.core.earning import INCOME, read_earned
from bot.core.home import MENU, STAFF, gone
from bot.core.markup import parse, plain
from bot.core.sheet import read_sheet
from bot.core.types import SAID, Button, EraseConversation, OpenHandover, Reply, Session, Turn
from bot.core.world import World

HANDED_OVER: Final = 5  # last messages of the person that staff may read
SHOWN: Final = 10  # last lines of the conversation listed under "dữ liệu của tôi"
LINE: Final = 160  # characters of a listed line

NO: Final = "button.no"
ASK_ERASE: Final = Button("erase", "button.erase")


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


def my_data(session: Session, world: World) -> Turn:
    """Say what is kept until when, show the last lines, offer to erase."""
    lines = tuple(
        {
            "day": line.at.date(),
            "by_person": line.by_person,
            "text": _shorten(plain(parse(line.message.text))),
        }
        for line in world.history[-SHOWN:]
    )
    facts, sheet = world.catalogue.facts, read_sheet(session, world)[0]
    begun = read_earned(sheet.draft.get(INCOME)) if INCOME in facts else None
    params = {
        **notice_params(world),
        "answers": tuple({"fact": facts[name], "value": raw} for name, raw in sheet.told.items()),
        "begun": {"fact": facts[INCOME], "earned": begun} if begun is not None else None,
        "slips": world.own.slips,
        "question_text_days": world.retention.question_text,
        "event_ids_days": world.retention.event_ids,
        "privacy_contact": world.privacy_contact,
        "commune": _commune(session, world),
        "said": {name.removeprefix(SAID): value for name, value in session.answers.items() if name.startswith(SAID)},
        "lines": lines,
    }
    erase_slips = tuple(Button(f"e:slip:x:{each.number}", f"slip:{each.day}") for each in world.own.slips)
    return Turn(replace(session, flow=""), (Reply("data.show", params, (*erase_slips, ASK_ERASE, MENU)),))


def press(session: Session, action: str, world: World) -> Turn:
    """React to a button of these flows; one that no longer fits the moment is explained, never acted on."""
    match action:
        case "distress":
            buttons = (Button("distress:yes", "button.agree"), Button("distress:no", NO))
            reply = Reply("distress.ask", {}, buttons, guarded=True)
            return Turn(replace(session, flow="distress"), (reply,), guarded=True)
        case "erase":
            buttons = (Button("erase:yes", "button.erase_yes"), Button("erase:no", NO))
            return Turn(replace(session, flow="erase"), (Reply("data.erase_ask", {}, buttons),))
        case _ if action.partition(":")[0] != session.flow.removesuffix("_text"):
            return gone(session)
        case "handover:yes":
            return _agreed(session, world)
        case "distress:yes":
            return hand_over(session, "distress", (), world)
        case "erase:yes":
            fresh = Session(language=session.language, language_chosen=session.language_chosen, greeted=True)
            return Turn(fresh, (Reply("data.erased", {}, (MENU,)),), (EraseConversation(),))
        case "distress:no":
            after = replace(session, flow="")
            return Turn(after, (Reply("distress.not_asked", {}, (), guarded=True),), guarded=True)
        case "handover:no":
            return Turn(replace(session, flow=""), (Reply("handover.not_asked", {}, (MENU,)),))
        case "erase:no":
            return Turn(replace(session, flow=""), (Reply("data.not_erased", {}, (MENU, STAFF)),))
        case _:
            return gone(session)


def _agreed(session: Session, world: World) -> Turn:
    """After the yes: hand over the person's last messages; without any, ask for the question first."""
    own = [plain(parse(line.message.text)) for line in world.history if line.by_person]
    if session.flow == "handover_text" or not own:
        return Turn(replace(session, flow="handover_text"), (Reply("handover.type_it"),))
    return hand_over(session, "question", tuple(own[-HANDED_OVER:]), world)


def _commune(session: Session, world: World) -> str:
    """The commune that is remembered, as people call it; "" when none is."""
    place = next((each for each in world.catalogue.places if each.new_code == session.commune), None)
    return f"{place.new_type} {place.new_name}" if place else ""


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LINE else line[: LINE - 1] + "…"
