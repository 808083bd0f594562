"""A person's own say: seeing what is kept, erasing it."""

from dataclasses import replace
from typing import Any, Final

from bot.core.earning import INCOME, read_earned
from bot.core.home import MENU, STAFF, gone
from bot.core.markup import parse, plain
from bot.core.sheet import read_sheet
from bot.core.types import SAID, Button, EraseConversation, Reply, Session, Turn
from bot.core.world import World

SHOWN: Final = 10  # last lines of the conversation listed under "dữ liệu của tôi"
LINE: Final = 160  # characters of a listed line

ASK_ERASE: Final = Button("erase", "button.erase")


def notice_params(world: World) -> dict[str, Any]:
    """Whose service this is, and what is kept for how many days."""
    return {
        "operator": world.operator,
        "is_abroad": world.is_abroad,
        "conversation_days": world.retention.conversation,
        "handover_days": world.retention.handover,
    }


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


def press(session: Session, action: str) -> Turn:
    """React to a button of erasing; one that no longer fits the moment is explained, never acted on."""
    match action:
        case "erase":
            buttons = (Button("erase:yes", "button.erase_yes"), Button("erase:no", "button.no"))
            return Turn(replace(session, flow="erase"), (Reply("data.erase_ask", {}, buttons),))
        case _ if session.flow != "erase":
            return gone(session)
        case "erase:yes":
            fresh = Session(language=session.language, language_chosen=session.language_chosen, greeted=True)
            return Turn(fresh, (Reply("data.erased", {}, (MENU,)),), (EraseConversation(),))
        case "erase:no":
            return Turn(replace(session, flow=""), (Reply("data.not_erased", {}, (MENU, STAFF)),))
        case _:
            return gone(session)


def _commune(session: Session, world: World) -> str:
    """The commune that is remembered, as people call it; "" when none is."""
    place = next((each for each in world.catalogue.places if each.new_code == session.commune), None)
    return f"{place.new_type} {place.new_name}" if place else ""


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LINE else line[: LINE - 1] + "…"
