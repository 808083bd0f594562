"""The slip: a result to take to the commune. The answers stay with us, sealed; the paper shows what follows from them.

Whoever holds the code (core/codes.py, in groups) sees the result; the answers themselves are shown to staff alone.
Buttons: `e:slip`, `e:slip:yes`, `e:slip:no`, `e:slip:x:<number>` (erase).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.core import codes
from bot.core.eligibility.diagram import Verdict
from bot.core.eligibility.judging import Judgement
from bot.core.eligibility.zones import COMMUNE
from bot.core.home import ELIGIBLE, MENU, MY_DATA
from bot.core.interview import results
from bot.core.interview.sheet import Check, read_sheet, write_sheet
from bot.core.types import Button, EraseSlip, KeepSlip, Reply, Session, Slip, Turn
from bot.core.world import World

FLOW: Final = "e:slip"
MOST: Final = 10  # slips of one address: as many as a large household has members
RESULT: Final = Button("e:show", "button.result")


def read_code(text: str) -> str:
    """Return the code as it is kept, however it was typed; "" for what is none."""
    return codes.grouped(codes.read(text))


def ask(check: Check) -> Turn:
    """Say what a slip keeps, for how long, and who sees it; nothing is kept before the yes.

    It is made for one commune: the staff of that one may open it.
    """
    if not check.sheet.whom:
        return Turn(check.session, (Reply("slip.nothing", {}, (ELIGIBLE, MENU)),))
    made = len(check.world.own.slips)
    if made >= MOST:
        return Turn(check.session, (Reply("slip.too_many", {"count": made}, (MY_DATA, MENU)),))
    if not check.session.commune:
        place = Button(f"e:c:{COMMUNE}", "button.tell_commune")
        return Turn(check.session, (Reply("slip.which_commune", {}, (place, RESULT, MENU)),))
    facts = check.world.catalogue.facts
    labels = tuple(facts[name].label for name in check.sheet.told)
    buttons = (Button("e:slip:yes", "button.slip_yes"), Button("e:slip:no", "button.no"))
    session = replace(write_sheet(check.session, check.sheet), flow=FLOW)
    return Turn(session, (Reply("slip.ask", {"labels": labels, "days": check.world.retention.slip}, buttons),))


def answer(check: Check, word: str) -> Turn | None:
    """Make the slip, or leave it; None where it was not just asked for. Or erase one."""
    name, _, number = word.partition(":")
    if name == "x" and number.isascii() and number.isdigit() and len(number) < 16:
        erased = Reply("slip.erased", {}, (MY_DATA, MENU))
        return Turn(replace(check.session, flow=""), (erased,), (EraseSlip(int(number)),))
    if check.session.flow != FLOW or word not in ("yes", "no"):
        return None
    session = replace(write_sheet(check.session, check.sheet), flow="")
    if word == "no":
        return Turn(session, (Reply("slip.not_made", {}, (RESULT, MENU)),))
    world, code = check.world, codes.grouped(check.world.code)
    params = {"code": code, "link": f"{world.web_place}/slip/{code}", "days": world.retention.slip}
    return Turn(
        session,
        (Reply("slip.made", params, (RESULT, MY_DATA, MENU)),),
        (KeepSlip(code, slip_of(check), world.retention.slip),),
    )


def slip_of(check: Check) -> Slip:
    """What the check holds now. Its answers begin a new time of keeping: they were agreed to anew."""
    sheet = replace(check.sheet, at="", since=check.world.day, draft={})
    answers = write_sheet(Session(), sheet).answers
    session = check.session
    return Slip(
        answers, check.world.day, check.world.catalogue.version, session.language, session.commune, session.old_commune
    )  # fmt: skip


def paper(slip: Slip, world: World, *, for_staff: bool = False) -> tuple[Reply, ...]:
    """The result as of the world's day, by the content in use: yes, maybe, no, and what it rests on.

    A paper may be lost: what was answered to a sensitive question is said to staff alone.
    """
    check = _check(slip, world)
    judged = results.judgements(check) if for_staff else [_public(each) for each in results.judgements(check)]
    yes, no = (results.having(verdict, judged) for verdict in (Verdict.YES, Verdict.NO))
    maybe, personal = results.open_ones(check, judged)
    shown = [*yes, *maybe, *no]
    read_until = results.papers(shown)["read_until"]
    return (
        Reply("slip.yes", {"groups": tuple(results.by_reason(yes)), "notes": results.notes(yes)}),
        Reply(
            "slip.maybe",
            {
                "rows": tuple(results.may_be(check, each) for each in maybe),
                "personal": tuple(each.programme.label for each in personal),
            },
        ),
        Reply("slip.no", {"rows": tuple(_rows(no)), "whom": check.sheet.whom}),
        Reply("slip.basis", {"day": world.day, "rows": tuple(results.by_source(shown)), "read_until": read_until}),
    )


def told(slip: Slip, world: World) -> Reply:
    """The answers as they were given: for staff."""
    check, facts = _check(slip, world), world.catalogue.facts
    rows = tuple({"fact": facts[name], "value": raw} for name, raw in check.sheet.told.items())
    skipped = tuple(facts[name].label for name in check.sheet.skipped if name != COMMUNE)
    return Reply("slip.told", {"whom": check.sheet.whom, "place": slip.commune, "rows": rows, "skipped": skipped})


def _check(slip: Slip, world: World) -> Check:
    session = Session(commune=slip.commune, old_commune=slip.old_commune, answers=slip.answers)
    sheet, _ = read_sheet(session, world)
    return Check(session, sheet, world)


def _public(judged: Judgement) -> Judgement:
    return replace(judged, reasons=tuple(each for each in judged.reasons if not each.is_private))


def _rows(judged: Sequence[Judgement]) -> Iterator[dict[str, Any]]:
    for each in judged:
        yield {"label": each.programme.label, "reasons": each.reasons}
