"""Open vacancies in the chat: all, those of a commune, those of a trade, a few at a time.

Button actions: `j:all:<from>`, `j:here:<from>` (the commune that is known; else it is asked for), `j:trades` (which
trade?), `j:t:<trade>:<from>`. `<from>`: how many were shown before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.core.form_asking import REGISTER, national
from bot.core.home import MENU, SKIP, gone, topic_button
from bot.core.types import Button, Reply, Session, Turn
from bot.core.vacancies import ABROAD, OTHER_PROVINCE, Vacancy, read_pay
from bot.core.world import World

TOPIC: Final = "jobs.vacancies"
SHOWN: Final = 3  # on one page: more does not fit a small screen
LIST: Final = Button("j:all:0", "button.open_jobs")
_HERE: Final = Button("j:here:0", "button.jobs_here")
_TRADES: Final = Button("j:trades", "button.jobs_by_trade")


def press(session: Session, action: str, world: World) -> Turn:
    """React to a button of these."""
    name, _, rest = action.partition(":")
    session = replace(session, topic=TOPIC, part="answer", flow="")
    found = world.vacancies
    match name:
        case "all" if rest.isdecimal():
            return _page(session, world, found, "all", int(rest))
        case "here" if not session.commune:
            return Turn(replace(session, flow="commune", commune_asked=True), (Reply("commune.ask", {}, (SKIP,)),))
        case "here" if rest.isdecimal():
            here = [each for each in found if each.commune == session.commune]
            return _page(session, world, here, "here", int(rest))
        case "trades" if not rest:
            return _which_trade(session, world)
        case "t":
            trade, _, start = rest.partition(":")
            if trade in world.catalogue.trades.by_id and start.isdecimal():
                of_trade = [each for each in found if trade in each.trades(world.catalogue.trades)]
                return _page(session, world, of_trade, f"t:{trade}", int(start))
    return gone(session)


def _which_trade(session: Session, world: World) -> Turn:
    """The trades of which something is open."""
    trades = world.catalogue.trades
    offered = {trade for each in world.vacancies for trade in each.trades(trades)}
    picks = tuple(Button(f"j:t:{name}:0", f"trade:{name}") for name in trades.by_id if name in offered)
    key = "vacancies.which_trade" if picks else "vacancies.none"
    return Turn(session, (Reply(key, _about(session, world, "all"), (*picks, *((LIST,) if picks else ()), MENU)),))


def _page(session: Session, world: World, found: Sequence[Vacancy], which: str, start: int) -> Turn:
    """A few vacancies, and what else can be looked at."""
    shown, after = found[start : start + SHOWN], start + SHOWN
    more = (Button(f"j:{which}:{after}", "button.more_jobs"),) if len(found) > after else ()
    others = tuple(each for each in (_HERE, _TRADES, LIST) if not each.action.startswith(f"j:{which}")) if (
        world.vacancies
    ) else ()  # fmt: skip
    register = (REGISTER,) if world.takes_leads else (topic_button("jobs.register"),)
    buttons = (*more, *others, *register, MENU)
    params = _about(session, world, which) | {
        "jobs": tuple(said(each) for each in shown), "first": start + 1, "last": start + len(shown), "all": len(found),
    }  # fmt: skip
    return Turn(session, (Reply("vacancies.page" if shown else "vacancies.none", params, buttons),))


def _about(session: Session, world: World, which: str) -> dict[str, Any]:
    """What the list is limited to, in words: a commune, a trade."""
    trade = world.catalogue.trades.by_id.get(which.partition(":")[2])
    place = next((each for each in world.catalogue.places if each.new_code == session.commune), None)
    is_here = which == "here" and place is not None
    return {"trade": trade.label if trade else None, "place": f"{place.new_type} {place.new_name}" if place and is_here
            else "", "is_any": bool(world.vacancies)}  # fmt: skip


def said(vacancy: Vacancy) -> Mapping[str, Any]:
    """A vacancy as texts say it (messages/vacancies.yaml)."""
    pay = read_pay(vacancy.wage)
    return {
        "title": vacancy.title, "employer": vacancy.employer, "count": vacancy.count, "place": vacancy.place,
        "low": pay.low if pay else 0, "high": pay.high if pay else 0, "per": pay.per if pay else "",
        "contact": vacancy.contact, "phone": national(vacancy.phone), "deadline": vacancy.deadline,
        "source": vacancy.source, "posted": vacancy.posted, "is_far": vacancy.where in (OTHER_PROVINCE, ABROAD),
    }  # fmt: skip
