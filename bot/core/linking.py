"""One person on two addresses: a code shown on one, typed on the other, with a yes on both.

Button actions: `l:show`, `l:code` (the yes of whoever shows it), `l:type`, `l:join` (the yes of whoever typed it),
`l:part`. The code counts once, for ten minutes; what a typed one is stands in `Own.typed`.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.core import codes
from bot.core.home import MENU, gone
from bot.core.own import Typed
from bot.core.types import Button, CountLinkTry, JoinPerson, OfferLink, PartAddress, Reply, Session, Turn
from bot.core.world import World

LASTS: Final = timedelta(minutes=10)
TRIES: Final = 5  # wrong codes on one address within LASTS
LENGTH: Final = 8  # signs: it counts for LASTS and TRIES only

TYPING: Final = "link"  # flow: a code is awaited
JOINING: Final = "join:"  # begins the flow in which the code was right and a yes is awaited

LINK: Final = Button("l:show", "button.link")


def show(session: Session, world: World) -> Turn:
    """Say what linking does, and offer both ends of it."""
    part = (Button("l:part", "button.link_part"),) if world.own.linked else ()
    buttons = (Button("l:code", "button.link_code"), Button("l:type", "button.link_type"), *part, MENU)
    return Turn(replace(session, flow=""), (Reply("link.show", {"linked": world.own.linked}, buttons),))


def press(session: Session, action: str, world: World) -> Turn:
    match action:
        case "l:show":
            return show(session, world)
        case "l:code":
            code = world.code[:LENGTH]
            reply = Reply("link.code", {"code": codes.grouped(code, " ")}, (MENU,))
            return Turn(replace(session, flow=""), (reply,), (OfferLink(code),))
        case "l:type":
            return Turn(replace(session, flow=TYPING), (Reply("link.type", {}, (MENU,)),))
        case "l:join" if session.flow.startswith(JOINING):
            return _join(session, world)
        case "l:part" if world.own.linked:
            return Turn(replace(session, flow=""), (Reply("link.parted", {}, (MENU,)),), (PartAddress(),))
        case _:
            return gone(session)


def read(session: Session, text: str, world: World) -> Turn | None:
    """Read what was typed for a code; None: it does not look like one."""
    code = code_in(text)
    if session.flow != TYPING or not code:
        return None
    match world.own.typed:
        case Typed.RIGHT:
            buttons = (Button("l:join", "button.agree"), Button("menu", "button.no"))
            return Turn(replace(session, flow=f"{JOINING}{code}"), (Reply("link.join_ask", {}, buttons),))
        case Typed.OWN:
            return Turn(session, (Reply("link.own", {}, (MENU,)),))
        case Typed.TOO_OFTEN:
            return Turn(replace(session, flow=""), (Reply("link.too_often", {}, (MENU,)),))
        case _:
            return Turn(session, (Reply("link.wrong", {}, (MENU,)),), (CountLinkTry(),))


def code_in(text: str) -> str:
    """Return a text as a code; "" where it cannot be one."""
    return codes.read(text, LENGTH)


def _join(session: Session, world: World) -> Turn:
    after, code = replace(session, flow=""), session.flow.removeprefix(JOINING)
    if world.own.typed is not Typed.RIGHT:
        return Turn(after, (Reply("link.over", {}, (LINK, MENU)),))
    return Turn(after, (Reply("link.joined", {}, (Button("my_data", "button.my_data"), MENU)),), (JoinPerson(code),))
