"""A job-seeker's registration as a dialogue: consent, for whom, one field at a time, everything once more, sent.

Button actions, at most 64 bytes, after `f:`: `start`, `new`, `go`, `yes`, `no` (consent), `me`, `other`, `back`,
`review`, `change`, `send`, `stop`; `a:<field>:<word>`, `name:<a name that is a command too>`, `skip:<field>`,
`ok:<field>` (agreed to answer), `why:<field>`, `c:<field>` (change), `p:<new>:<old>` (a place).
A button of an earlier question answers that question, also later.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.core import form_reading
from bot.core.eligibility.facts import NO, YES
from bot.core.form_asking import BACK, GO, ask, ask_again, change, needs_agreement
from bot.core.forms import AGE, COMMUNE, NAME, Field, FieldKind
from bot.core.home import MENU, STAFF, asked_part, gone, show_topic, topic_button
from bot.core.leads import LeadState, rises
from bot.core.paper import CONSENT, FLOW, KEY, ME, OTHER, REVIEW, WHOM, Paper, Sheet, read_paper, write_paper
from bot.core.places import find_places
from bot.core.subscribing import version_of
from bot.core.text import fold
from bot.core.types import Agree, Button, CorrectLead, Decision, Effect, OpenLead, Ranking, Reply, Session, Turn
from bot.core.world import World

TOPIC: Final = "jobs.register"
WORK: Final = "work."  # begins the purposes of consents to a registration
LEAD: Final = f"{WORK}lead"
_LONG: Final = 8  # words of a text that is more than a failed answer
_NOTED: Final = (FieldKind.YEAR, FieldKind.WAGE, FieldKind.PLACE)  # read back: they could be read wrongly
STATE: Final = Button("w:state", "button.my_registration")
_NAMES_TOO: Final = frozenset({"vi", "viet", "don", "an", "en"})  # commands that are given names as well
_SKIPS: Final = ("skip", "not_known", "not_told")
_ALWAYS: Final = ("menu", "cancel", "help", "staff", "my_data", "back", "why")
_COMMANDS: Final = (*_SKIPS, "back", "why", "go_on", YES, NO)  # words.yaml


def start(session: Session, world: World) -> Turn:
    """Begin, or go on where it was left. Without an office that runs the service nothing is taken."""
    form = world.catalogue.forms.get(FLOW)
    if form is None or not world.takes_leads:
        return show_topic(session, TOPIC, world)  # it says where else
    paper = read_paper(session, form, world)
    if paper is not None and paper.since:
        buttons = (GO, Button("f:new", "button.start_anew"), MENU)
        return Turn(replace(session, flow=""), (Reply("register.again", {"count": len(paper.told)}, buttons),))
    return _turn(Sheet(session, Paper(at=CONSENT), form, world))


def correct(session: Session, lead: int, answers: Mapping[str, str], is_other: bool, world: World) -> Turn:
    """Open a registration that was sent, to change answers of it."""
    form = world.catalogue.forms.get(FLOW)
    if form is None:
        return gone(session)
    left_out = tuple(name for name in form.fields if name not in answers)
    agreed = tuple(each.id for each in form.fields.values() if each.sensitive and each.id in answers)
    whom, since = OTHER if is_other else ME, world.day.isoformat()
    paper = Paper(REVIEW, since, whom, answers, left_out, agreed, tuple(answers), is_review=True, lead=lead)
    sheet = Sheet(session, paper, form, world)
    return Turn(write_paper(session, paper), (change(sheet),))


def press(session: Session, action: str, world: World) -> Turn:
    """React to a button; one that fits nothing any more is explained."""
    if action == "start":
        return start(session, world)
    sheet = _open(session, world)
    if action == "new" and world.takes_leads and FLOW in world.catalogue.forms:
        return _turn(Sheet(session, Paper(at=CONSENT), world.catalogue.forms[FLOW], world))
    if sheet is None or not world.takes_leads:
        return gone(session)
    name, _, rest = action.partition(":")
    turn = _ALONE[name](sheet) if not rest and name in _ALONE else _press_of(sheet, name, rest)
    return turn or gone(session)


def command(session: Session, name: str, world: World) -> Turn | None:
    """A word typed instead of a button while a registration asks something; None for any other."""
    sheet = _open(session, world) if session.flow == FLOW and name in _COMMANDS else None
    action = _action_of(sheet, name) if sheet is not None else ""
    return replace(press(session, action, world), is_private=True) if action else None


def _action_of(sheet: Sheet, name: str) -> str:
    """The button that a word means here; "" where it is an answer, or nothing."""
    field = sheet.field
    if name in ("back", "go_on"):
        return {"go_on": "go"}.get(name, name)
    if field is not None and needs_agreement(sheet, field) and name in (YES, NO):
        return f"{'ok' if name == YES else 'skip'}:{field.id}"
    if field is not None and name in (*_SKIPS, "why"):
        return f"{'why' if name == 'why' else 'skip'}:{field.id}"
    if sheet.paper.at == CONSENT and name in (YES, NO):
        return name
    return "send" if sheet.paper.at == REVIEW and name == YES else ""


def before_commands(session: Session, text: str, command: str, world: World) -> Turn | None:
    """What would be a command anywhere else, and is an answer to what is asked here; None where it is not.

    "tìm việc" may be the help that is needed. Where a name is asked for, "huy" may be Huy, and not the wish to stop:
    ask; "Việt" is surely a name.
    """
    sheet = _open(session, world) if command and session.flow == FLOW else None
    field = sheet.field if sheet else None
    if sheet is None or field is None or needs_agreement(sheet, field):
        return None
    folded = fold(text)
    if field.id == NAME and folded == "huy":
        buttons = (Button("f:name:Huy", "button.it_is_name"), Button("f:stop", "button.stop_form"))
        return Turn(session, (Reply("register.name_or_stop", {}, buttons),))
    if (field.id == NAME and folded in _NAMES_TOO) or (field.kind is FieldKind.CHOICE and command not in _ALWAYS):
        value = form_reading.read(field, text, world)
        return replace(_answer(sheet, field, value), is_private=True) if value else None
    return None


def read(session: Session, text: str, ranking: Ranking, world: World) -> Turn | None:
    """Read what was typed as the answer. None: it is something else, answered as always; the registration stays open.

    What was typed is kept in the session only: it may be a name or a phone number.
    """
    if session.flow != FLOW:
        return None
    sheet = _open(session, world)
    if sheet is None:
        return None
    turn = _hear(sheet, text, ranking)
    if turn is None and not _is_something_else(text, ranking):
        turn = _turn(sheet, ask_again(sheet, "register.bad", hint=sheet.field.bad if sheet.field else None))
    return replace(turn, is_private=True) if turn is not None else None


def keep_open(turn: Turn, world: World) -> Turn:
    """Under an answer to something else: "go on with the registration"."""
    sheet = _open(turn.session, world)
    if sheet is None or not sheet.paper.at or turn.session.flow not in ("", "commune"):
        return turn
    shown = [button.action for reply in turn.replies for button in reply.buttons]
    if turn.guarded or not turn.replies or any(action.startswith("f:") for action in shown):
        return turn
    *before, last = turn.replies
    return replace(turn, replies=(*before, replace(last, buttons=(*last.buttons, GO))))


def close(session: Session, world: World) -> Session:
    """Stop asking; what was told stays until it is erased, or has had its time."""
    sheet = _open(session, world)
    return write_paper(session, replace(sheet.paper, at="")) if sheet and sheet.paper.since else _dropped(session)


def _dropped(session: Session) -> Session:
    return replace(session, answers={key: text for key, text in session.answers.items() if key != KEY})


def _open(session: Session, world: World) -> Sheet | None:
    form = world.catalogue.forms.get(FLOW)
    paper = read_paper(session, form, world) if form is not None and KEY in session.answers else None
    return Sheet(session, paper, form, world) if form is not None and paper is not None else None


def _turn(sheet: Sheet, replies: tuple[Reply, ...] = ()) -> Turn:
    return Turn(write_paper(sheet.session, sheet.paper), replies or ask(sheet))


def _go_on(sheet: Sheet, noted: str = "") -> Turn:
    """Ask what comes next; whoever cannot be registered is told so kindly, and nothing of it is kept."""
    if sheet.refusal:
        return _refused(sheet)
    following = sheet.at(sheet.next)
    if following.paper.at == REVIEW:
        following = following.put(replace(following.paper, is_review=True))
    return _turn(following, ask(following, noted))


def _refused(sheet: Sheet) -> Turn:
    key = "register.too_young" if sheet.refusal in (AGE, "is_of_age") else "register.no_guardian"
    params = {"age": sheet.form.from_age} if key == "register.too_young" else {}
    return Turn(write_paper(sheet.session, None), (Reply(key, params, (topic_button("jobs.training"), STAFF, MENU)),))


def _agree(sheet: Sheet) -> Turn:
    if sheet.paper.at != CONSENT:
        return _go_on(sheet)
    return _turn(sheet.put(replace(sheet.paper, since=sheet.world.day.isoformat(), at=WHOM)))


def _decline(sheet: Sheet) -> Turn:
    if sheet.paper.at != CONSENT:
        return gone(sheet.session)
    return Turn(write_paper(sheet.session, None), (Reply("register.declined", {}, (topic_button(TOPIC), MENU)),))


def _for(whom: str) -> Callable[[Sheet], Turn]:
    return lambda sheet: _go_on(sheet.put(replace(sheet.paper, whom=whom))) if sheet.paper.since else _turn(sheet)


def _resume(sheet: Sheet) -> Turn:
    if not sheet.paper.since or not sheet.paper.whom:
        return _turn(sheet.at(WHOM if sheet.paper.since else CONSENT))
    return _go_on(sheet)


def _back(sheet: Sheet) -> Turn:
    """Take the last answer back; before the first one, ask for whom it is."""
    paper = sheet.paper
    if paper.is_review and paper.at != REVIEW:  # one answer was to be changed, and stays after all
        return _turn(sheet.at(REVIEW))
    if not paper.asked or paper.at in (WHOM, CONSENT):
        return _turn(sheet.at(WHOM if paper.since else CONSENT))
    last = paper.asked[-1]
    return _turn(sheet.put(replace(paper.without(last), at=last, is_review=False)))


def _send(sheet: Sheet) -> Turn:
    """Everything that is needed was told: open the lead. Pressed twice, it is opened once: the paper is gone."""
    if sheet.next != REVIEW or not sheet.paper.whom or sheet.refusal:
        return _go_on(sheet)
    answers, is_other, paper = sheet.counted(), sheet.paper.whom == OTHER, sheet.paper
    session = write_paper(replace(sheet.session, commune=answers[COMMUNE].partition(":")[0]), None)
    if paper.lead:
        effects: tuple[Effect, ...] = (CorrectLead(paper.lead, answers, _due(sheet.world)), *_agreed(sheet, answers))
        return Turn(session, (Reply("register.corrected", {}, (STATE, MENU)),), effects)
    receipt = sheet.world.own.new_receipt
    params = {"receipt": receipt, "is_other": is_other, "operator": sheet.world.operator}
    opened = OpenLead(receipt, answers, is_other, paper.since, _due(sheet.world))
    effects = (opened, *_agreed(sheet, answers))
    return Turn(session, (Reply("register.sent", params, (STATE, topic_button("jobs.vacancies"), MENU)),), effects)


def _agreed(sheet: Sheet, answers: Mapping[str, str]) -> Iterator[Agree]:
    """The consents by which the registration may be kept: one for it, one for each sensitive answer in it."""
    world = sheet.world
    given = {LEAD: "register.consent"} | {
        f"{WORK}{name}": "register.agree" for name in sheet.paper.agreed if name in answers
    }
    for purpose, text in given.items():
        if world.own.told(purpose) is None:
            yield Agree(purpose, version_of(text, world))


def _due(world: World) -> datetime | None:
    """When a registration that nobody takes reaches the supervisor."""
    now = world.staff.now
    return rises(LeadState.NEW, now, None, world.catalogue.hours, world.patience) if now else None


_ALONE: Final[Mapping[str, Callable[[Sheet], Turn]]] = {
    YES: _agree,
    NO: _decline,
    ME: _for(ME),
    OTHER: _for(OTHER),
    "go": _resume,
    "back": _back,
    "review": lambda sheet: _turn(sheet.at(REVIEW)),
    "change": lambda sheet: _turn(sheet, (change(sheet),)),
    "send": _send,
    "stop": lambda sheet: Turn(close(sheet.session, sheet.world), (Reply("register.stopped", {}, (GO, MENU)),)),
}


def _press_of(sheet: Sheet, name: str, rest: str) -> Turn | None:
    """A button that names what it is about."""
    if not sheet.paper.since:
        return _turn(sheet.at(CONSENT))
    first, _, word = rest.partition(":")
    if name == "p":
        return _with_place(sheet, first, word)
    if name == "name":
        return _answer(sheet, sheet.form.fields[NAME], rest) if rest == "Huy" else None
    field = sheet.form.fields.get(first)
    if field is None:
        return None
    match name:
        case "a" if word in field.choices or (field.kind is FieldKind.YES_NO and word in (YES, NO)):
            return _turn(sheet.at(field.id)) if needs_agreement(sheet, field) else _answer(sheet, field, word)
        case "skip" if not field.required:
            return _go_on(sheet.put(sheet.paper.with_skipped(field.id)))
        case "skip":
            return _turn(sheet.at(field.id), ask_again(sheet.at(field.id), "register.needed", why=field.why))
        case "ok":
            agreed = sheet.put(replace(sheet.paper, agreed=(*sheet.paper.agreed, field.id), at=field.id))
            return _turn(agreed)
        case "why":
            return _turn(sheet.at(field.id), ask_again(sheet.at(field.id), "register.why", why=field.why))
        case "c":
            return _turn(sheet.at(field.id))
        case _:
            return None


def _answer(sheet: Sheet, field: Field, value: str) -> Turn:
    noted = field.id if field.kind in _NOTED else ""
    return _go_on(sheet.put(sheet.paper.with_answer(field.id, value)), noted)


def _with_place(sheet: Sheet, new_code: str, old_code: str) -> Turn | None:
    places = sheet.world.catalogue.places
    field = sheet.form.fields.get(COMMUNE)
    if field is None or not any(each.new_code == new_code for each in places):
        return None
    known = any(each.new_code == new_code and each.old_code == old_code for each in places)
    return _answer(sheet, field, f"{new_code}:{old_code if known else ''}")


def _hear(sheet: Sheet, text: str, ranking: Ranking) -> Turn | None:
    """The turn for an answer that was understood; None where it was not."""
    field = sheet.field
    if field is None or (field.kind in (FieldKind.TEXT, FieldKind.NAME) and _is_question(text, ranking, field, sheet)):
        return None
    if needs_agreement(sheet, field):
        return None
    if field.kind is FieldKind.PLACE:
        return _hear_place(sheet, text)
    value = form_reading.read(field, text, sheet.world)
    return _answer(sheet, field, value) if value is not None else None


def _hear_place(sheet: Sheet, text: str) -> Turn | None:
    found = find_places(text, sheet.world.catalogue.places).candidates
    if len(found) == 1:
        return _with_place(sheet, found[0].new_code, found[0].old_code)
    if not found:
        return None
    places = (f"{each.new_code}:{each.old_code}" for each in found)
    buttons = tuple(Button(f"f:p:{place}", f"place:{place}") for place in places)
    return _turn(sheet, (Reply("commune.which", {}, (*buttons, BACK)),))


def _is_question(text: str, ranking: Ranking, field: Field, sheet: Sheet) -> bool:
    """Where anything may be the answer, only what is plainly a question is none."""
    if text.rstrip().endswith("?"):
        return True
    words = fold(text).split()
    if field.kind is FieldKind.NAME:
        is_written_as_name = all(word[:1].isupper() for word in text.split())
        return ranking.decision in (Decision.ANSWER, Decision.HANDOVER) and len(words) > 3 and not is_written_as_name
    return bool(asked_part(text, sheet.world)) and ranking.decision is Decision.ANSWER and len(words) > 3


def _is_something_else(text: str, ranking: Ranking) -> bool:
    """Whether it is worth an answer of its own, and not one more try at the question."""
    words = len(fold(text).split())
    match ranking.decision:
        case Decision.NONE:
            return words >= _LONG
        case Decision.OFFER:
            return words >= 3
        case _:
            return True
