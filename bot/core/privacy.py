"""Requests about one's data that the chat cannot do by itself: passed to the admins, with the legal clock.

Button actions: `pr:ask`, `pr:<kind>`. The clock is that of answering (parameter `service.answer`, NĐ 356/2025), counted
in working days without holidays: a holiday never makes us late.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bot.core.home import MENU, gone
from bot.core.types import AskPrivacy, Button, Reply, Session, Turn
from bot.core.world import World

KINDS: Final = ("show", "correct", "withdraw", "restrict", "object", "erase", "other")
FLOW: Final = "privacy:"  # begins the flow in which the request's words are awaited
CLOCK: Final = "service.answer"  # working days
AT_LEAST: Final = 2  # working days where the content has no figure in force (NĐ 356/2025/NĐ-CP, Điều 5)
SATURDAY: Final = 5

ASK: Final = Button("pr:ask", "button.privacy")


def press(session: Session, action: str) -> Turn:
    kind = action.removeprefix("pr:")
    if kind == "ask":
        buttons = tuple(Button(f"pr:{each}", f"button.privacy_{each}") for each in KINDS)
        return Turn(replace(session, flow=""), (Reply("privacy.ask", {}, (*buttons, MENU)),))
    if kind not in KINDS:
        return gone(session)
    reply = Reply("privacy.type_it", {}, (MENU,))
    return Turn(replace(session, flow=f"{FLOW}{kind}"), (reply,))


def read(session: Session, masked: str, world: World) -> Turn | None:
    """Pass on what was typed; None where nothing is awaited."""
    kind = session.flow.removeprefix(FLOW)
    if not session.flow.startswith(FLOW) or kind not in KINDS:
        return None
    due = due_day(world)
    reply = Reply("privacy.kept", {"due": due, "operator": world.operator}, (MENU,))
    return Turn(replace(session, flow=""), (reply,), (AskPrivacy(kind, masked, due),))


def due_day(world: World) -> date:
    """The last day on which an answer is in time."""
    value = world.catalogue.parameters.firm_on(CLOCK, world.day) if CLOCK in world.catalogue.parameters else None
    number = value.high if value is not None else None
    return after_working_days(world.day, int(number) if number is not None else AT_LEAST)


def after_working_days(day: date, number: int) -> date:
    """The day that lies so many working days (Monday to Friday) after `day`."""
    for _ in range(number):
        day += timedelta(days=1)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
    return day
