"""What people do with an announcement: its own buttons, and asking whether it is ours.

Button actions: `cp:<code>:ok`, `cp:<code>:help`. "Ngừng" after one: core/subscribing.py.
"""

from bot.core.campaigns import read_code
from bot.core.handover import hand_over
from bot.core.home import MENU, STAFF, gone
from bot.core.types import AnswerCampaign, Language, Reply, Session, Turn
from bot.core.world import World

PREFIX = "cp"
FRESH_DAYS = 3  # so long a plain "ngừng" means the subject of the newest announcement


def code_in(text: str) -> str:
    """Return the campaign's code in a pressed button or a typed text, "" for none."""
    if text.startswith(f"{PREFIX}:"):
        return read_code(text.split(":")[1])
    words = text.split()
    return read_code(words[-1]) if words else ""


def press(session: Session, action: str, world: World) -> Turn:
    """Note the answer. Who needs help is passed to staff at once: the button itself says so."""
    _, _, rest = action.partition(":")
    code, _, word = rest.partition(":")
    effect = AnswerCampaign(code, word)
    match word:
        case "ok" if read_code(code):
            return Turn(session, (Reply("campaign.noted", {}, (MENU,)),), (effect,))
        case "help" if read_code(code):
            label = world.catalogue.messages["button.campaign_help"].text[Language.VI]
            title = world.own.ours.title if world.own.ours else ""
            turn = hand_over(session, "question", (f"{label}: {title} ({code})",), world)
            return Turn(turn.session, turn.replies, (*turn.effects, effect))
        case _:
            return gone(session)


def verify(session: Session, text: str, world: World) -> Turn:
    """Say whether a code is of an announcement of ours: its title, day and sender."""
    ours, code = world.own.ours, code_in(text)
    if ours is not None:
        params = {"title": ours.title, "day": ours.day, "operator": world.operator, "code": code}
        return Turn(session, (Reply("campaign.ours", params, (MENU,)),))
    return Turn(session, (Reply("campaign.not_ours", {"has_code": bool(code)}, (STAFF, MENU)),))
