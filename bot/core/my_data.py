"""What is kept of a person, seen, corrected, withdrawn and erased by themselves, at once (Law 91/2025/QH15).

Button actions: `my_data`, `d:correct`, `d:withdraw`, `d:forget:commune`, `d:forget:<fact>`, `d:set:<fact>:<choice>`,
`d:commune`, `erase`, `erase:this`, `erase:all`, `erase:no`. Erasing is confirmed by typing (ERASE_WORDS).
"""

from dataclasses import replace
from typing import Any, Final

from bot.core.eligibility.facts import Kind
from bot.core.home import MENU, SKIP, STAFF, commune_name, gone
from bot.core.interview.earning import INCOME, read_earned
from bot.core.interview.sheet import read_sheet, write_sheet
from bot.core.leads import LeadState
from bot.core.linking import LINK
from bot.core.markup import parse, plain
from bot.core.privacy import ASK as ASK_PRIVACY
from bot.core.registering import STATE
from bot.core.subscribing import NEWS_BUTTON, labels, told_of, ways_out
from bot.core.types import SAID, Button, EraseConversation, Reply, Session, Turn
from bot.core.world import World

SHOWN: Final = 10  # last lines of the conversation that are listed
LINE: Final = 160  # characters of a listed line
ERASE: Final = "erase:"  # begins the flow in which the words are awaited
THIS, ALL = "this", "all"
ERASE_WORDS: Final = frozenset({"xoa het", "xoa tat ca", "erase everything", "erase all"})  # folded

ASK_ERASE: Final = Button("erase", "button.erase")
_CORRECT: Final = Button("d:correct", "button.correct")
_WITHDRAW: Final = Button("d:withdraw", "button.withdraw")
_KEEP: Final = Button("erase:no", "button.no")


def notice_params(world: World) -> dict[str, Any]:
    """Whose service this is, and what is kept for how many days."""
    return {
        "operator": world.operator,
        "is_abroad": world.is_abroad,
        "conversation_days": world.retention.conversation,
        "handover_days": world.retention.handover,
    }


def show(session: Session, world: World) -> Turn:
    """Say what is kept until when, show the last lines, offer to correct, withdraw, erase."""
    lines = tuple(
        {"day": line.at.date(), "by_person": line.by_person, "text": _shorten(plain(parse(line.message.text)))}
        for line in world.history[-SHOWN:]
    )
    facts, sheet = world.catalogue.facts, read_sheet(session, world)[0]
    begun = read_earned(sheet.draft.get(INCOME)) if INCOME in facts else None
    own = world.own
    params = {
        **notice_params(world),
        "language": session.language.value,
        "answers": tuple({"fact": facts[name], "value": raw} for name, raw in sheet.told.items()),
        "begun": {"fact": facts[INCOME], "earned": begun} if begun is not None else None,
        "slips": own.slips,
        "announcements": own.received,
        "delivery_days": world.retention.delivery,
        "question_text_days": world.retention.question_text,
        "event_ids_days": world.retention.event_ids,
        "privacy_contact": world.privacy_contact,
        "commune": commune_name(session.commune, world),
        "said": _said(session),
        "lines": lines,
        "subscriptions": labels(own.subscriptions, world),
        "audience": told_of(world),
        "consents": [_consent(each.purpose, world) | _days_of(each) for each in own.consents],
        "waits_for_staff": own.waits_for_staff,
        "linked": own.linked,
        "requests": own.requests,
        "leads": own.leads,
        "lead_days": world.retention.lead,
    }
    withdraw = (_WITHDRAW,) if ways_out(world) or _has_open_lead(world) else ()
    slips = tuple(Button(f"e:slip:x:{each.number}", f"slip:{each.day}") for each in own.slips)
    leads = (STATE,) if own.leads else ()
    buttons = (*slips, *leads, _CORRECT, *withdraw, NEWS_BUTTON, LINK, ASK_PRIVACY, ASK_ERASE, MENU)
    return Turn(replace(session, flow=""), (Reply("data.show", params, buttons),))


def press(session: Session, action: str, world: World) -> Turn:
    """React to a button; one that no longer fits the moment is explained, never acted on."""
    match action.split(":"):
        case ["d", "correct"]:
            return _correct(session, world)
        case ["d", "withdraw"]:
            ways = (*ways_out(world), *((STATE,) if _has_open_lead(world) else ()))
            reply = Reply("data.withdraw" if ways else "data.nothing_to_withdraw", {}, (*ways, MENU))
            return Turn(replace(session, flow=""), (reply,))
        case ["d", "commune"]:
            return Turn(replace(session, flow="commune"), (Reply("data.ask_commune", {}, (SKIP,)),))
        case ["d", "forget", "commune"]:
            return _corrected(replace(session, commune="", old_commune=""))
        case ["d", "forget", fact] if fact in world.catalogue.facts:
            return _corrected(_without(session, fact, world))
        case ["d", "set", fact, word] if word in _choices(fact, world):
            return _corrected(_with(session, fact, word, world))
        case ["d", "fact", fact] if fact in world.catalogue.facts:
            return _correct_fact(session, fact, world)
        case ["erase"]:
            return ask_erase(session, world)
        case ["erase", "this" | "all" as what] if what == THIS or world.own.linked:
            return _await_words(session, what)
        case ["erase", "no"] if session.flow.startswith(ERASE):
            return Turn(replace(session, flow=""), (Reply("data.not_erased", {}, (MENU, STAFF)),))
        case _:
            return gone(session)


def ask_erase(session: Session, world: World) -> Turn:
    """Ask for the words that confirm it; with linked addresses, first which of them."""
    if not world.own.linked:
        return _await_words(session, THIS)
    which = (Button("erase:this", "button.erase_this"), Button("erase:all", "button.erase_all"), _KEEP)
    return Turn(replace(session, flow=f"{ERASE}?"), (Reply("data.erase_which", {}, which),))


def obey(session: Session, folded: str, command: str, world: World) -> Turn | None:
    """Erase when exactly the words were typed, and only where they were asked for."""
    what = session.flow.removeprefix(ERASE)
    if not session.flow.startswith(ERASE):
        return None
    if folded in ERASE_WORDS and what in (THIS, ALL):
        return _erased(session, what, world)
    if folded in ERASE_WORDS or command == "my_data":
        return ask_erase(session, world)
    if command in ("no", "wrong", "cancel"):
        return Turn(replace(session, flow=""), (Reply("data.not_erased", {}, (MENU, STAFF)),))
    return None


def other_words(session: Session) -> Turn | None:
    """Anything else than the words: nothing is erased, and that is said."""
    if not session.flow.startswith(ERASE):
        return None
    return Turn(replace(session, flow=""), (Reply("data.not_erased_word", {}, (ASK_ERASE, MENU)),))


def _await_words(session: Session, what: str) -> Turn:
    reply = Reply("data.erase_ask", {"all": what == ALL}, (_KEEP,))
    return Turn(replace(session, flow=f"{ERASE}{what}"), (reply,))


def _erased(session: Session, what: str, world: World) -> Turn:
    fresh = Session(language=session.language, language_chosen=session.language_chosen, greeted=True)
    own = world.own
    params = {
        "is_abroad": world.is_abroad or "telegram" in own.linked,
        "papers": own.papers,
        "had_consents": bool(own.consents),
        "others": bool(own.linked) and what == THIS,
        "privacy_contact": world.privacy_contact,
    }
    return Turn(fresh, (Reply("data.erased", params, (MENU,)),), (EraseConversation(what == ALL),))


def _correct(session: Session, world: World) -> Turn:
    """One button for each thing that is remembered."""
    told = read_sheet(session, world)[0].told
    facts = tuple(dict.fromkeys(name for name in (*_said(session), *told) if name in world.catalogue.facts))
    commune = (Button("d:forget:commune", "button.forget_commune"),) if session.commune else ()
    buttons = (
        Button("d:commune", "button.correct_commune"), *commune,
        *(Button(f"d:fact:{each}", f"fact:{each}") for each in facts),
        Button("lang:vi", "button.vietnamese"), Button("lang:en", "button.english"), MENU,
    )  # fmt: skip
    return Turn(replace(session, flow=""), (Reply("data.correct", {"any": bool(facts)}, buttons),))


def _correct_fact(session: Session, fact: str, world: World) -> Turn:
    """Another choice, or nothing of it any more. What has no choices is said anew in one's own words."""
    choices = _choices(fact, world)
    buttons = tuple(Button(f"d:set:{fact}:{word}", f"choice:{fact}:{word}") for word in choices)
    params = {"label": world.catalogue.facts[fact].label, "choices": bool(choices)}
    forget = Button(f"d:forget:{fact}", "button.forget_fact")
    return Turn(replace(session, flow=""), (Reply("data.correct_fact", params, (*buttons, forget, MENU)),))


def _corrected(session: Session) -> Turn:
    reply = Reply("data.corrected", {}, (Button("my_data", "button.my_data"), MENU))
    return Turn(replace(session, flow=""), (reply,))


def _with(session: Session, fact: str, word: str, world: World) -> Session:
    """Put a choice in the place of what was said, and of what was answered."""
    after = session
    if fact in _said(session):
        after = replace(session, answers={**session.answers, f"{SAID}{fact}": word})
    sheet = read_sheet(after, world)[0]
    return after if fact not in sheet.told else write_sheet(after, sheet.with_answer(fact, word))


def _without(session: Session, fact: str, world: World) -> Session:
    rest = {name: value for name, value in session.answers.items() if name != f"{SAID}{fact}"}
    after = replace(session, answers=rest)
    sheet = read_sheet(after, world)[0]
    return after if fact not in sheet.asked and fact not in sheet.told else write_sheet(after, sheet.without(fact))


def _choices(fact: str, world: World) -> tuple[str, ...]:
    known = world.catalogue.facts.get(fact)
    return tuple(known.choices) if known is not None and known.kind is Kind.CHOICE else ()


def _said(session: Session) -> dict[str, str]:
    return {name.removeprefix(SAID): value for name, value in session.answers.items() if name.startswith(SAID)}


def _has_open_lead(world: World) -> bool:
    return any(each.state is not LeadState.CLOSED for each in world.own.leads)


def _consent(purpose: str, world: World) -> dict[str, Any]:
    """A consent's purpose: `kind` news, the audience's `what`, or what of a registration for work; of news, the
    subject's label."""
    kind, _, name = purpose.partition(".")
    return {"kind": "news" if kind == "news" else name, "subject": labels([name], world)[0]}


def _days_of(consent: Any) -> dict[str, Any]:
    return {"given": consent.given, "ended": consent.ended, "channel": consent.channel}


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LINE else line[: LINE - 1] + "…"
