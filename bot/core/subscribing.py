"""Announcements: which subjects one wants to hear of, and what one lets be known so that the right ones come.

Each yes is a consent of its own (`news.<subject>`, `audience.<what>`) to the text just shown, and can be taken back at
once. Button actions: `n:show`, `n:on:<subject>`, `n:off:<subject>`, `n:all`, `n:none`, `au:more`, `au:<what>`,
`au:<what>:<value>`, `au:off:<what>`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Final

from bot.core.catalogue import Subject
from bot.core.home import MENU, SKIP, commune_name, gone, read_commune
from bot.core.own import Own
from bot.core.text import fold
from bot.core.types import Agree, Button, Effect, Ranking, Reply, Session, Turn, Withdraw
from bot.core.world import World

NEWS: Final = "news."
AUDIENCE: Final = "audience."
SHOWN, STOPPING, WHERE = "news", "stop", "audience"  # flows
FLOWS: Final = (SHOWN, STOPPING, WHERE)

CLASS, COMMUNE, JOB_SEEKER = "class", "commune", "job_seeker"
TELLABLE: Final = (CLASS, COMMUNE, JOB_SEEKER)
CLASS_FACT: Final = "household_class"
COMMANDS: Final = ("subscribe", "subscribe_all", "unsubscribe", "unsubscribe_all")

NEWS_BUTTON: Final = Button("n:show", "button.news")
_ALL: Final = Button("n:all", "button.news_all")
_NONE: Final = Button("n:none", "button.news_none")
_MORE: Final = Button("au:more", "button.audience")


def version_of(key: str, world: World) -> str:
    """Name the text that is agreed to: the same as long as not a letter of it changes."""
    text = world.catalogue.messages[key].text
    return f"{key}@{sha256(repr(sorted(text.items())).encode()).hexdigest()[:12]}"


def show(session: Session, world: World) -> Turn:
    """Say what one agrees to, what one gets already, and offer the others."""
    return Turn(replace(session, flow=SHOWN), (_overview(world),))


def obey(session: Session, folded: str, command: str, world: World) -> Turn | None:
    """Do what the whole message says: a command, a subject beside one, a subject while they are shown."""
    match command:
        case "subscribe":
            return show(session, world)
        case "subscribe_all":
            return _start(session, world.catalogue.subjects, world)
        case "unsubscribe_all":
            return _stop(session, world.own.subscriptions, world)
        case "unsubscribe" if session.flow == STOPPING:
            return _stop(session, world.own.subscriptions, world)
        case "unsubscribe":
            return _ask_what_to_stop(session, world)
    said = subject_said(folded, world)
    if said is not None:
        word, subject = said
        return _start(session, (subject,), world) if word == "subscribe" else _stop(session, (subject.id,), world)
    if session.flow in (SHOWN, STOPPING):
        return _answer(session, folded, command, world)
    return None


def subject_said(folded: str, world: World) -> tuple[str, Subject] | None:
    """Read "nhận tin vay vốn", "ngừng vay vốn": which command, which subject. None: it is something else."""
    for command in ("unsubscribe", "subscribe"):
        for phrase in world.catalogue.words.commands.get(command, ()):
            if folded.startswith(f"{phrase} "):
                rest = folded.removeprefix(f"{phrase} ").removeprefix("tin ").removeprefix("ve ")
                subject = _subject_of(rest, world)
                if subject is not None:
                    return command, subject
    return None


def read_place(session: Session, text: str, ranking: Ranking, world: World) -> Turn | None:
    """Read the commune that one lets be known; None: the text is something else."""
    turn = read_commune(session, text, ranking, world)
    if turn is None or turn.session.commune == "" or turn.session.flow:
        return turn
    return _ask_commune(turn.session, world)


def press(session: Session, action: str, world: World) -> Turn:
    """React to a button; one that no longer fits the moment does no harm: each says what it is about."""
    match action.split(":"):
        case ["n", "show"]:
            return show(session, world)
        case ["n", "all"]:
            return _start(session, world.catalogue.subjects, world)
        case ["n", "none"]:
            return _stop(session, world.own.subscriptions, world)
        case ["n", "on", name] if (subject := _subject(name, world)) is not None:
            return _start(session, (subject,), world)
        case ["n", "off", name]:
            return _stop(session, (name,), world)
        case ["au", "more"]:
            return _more(session, world)
        case ["au", "off", what] if what in TELLABLE:
            told = world.own.told(f"{AUDIENCE}{what}") is not None
            reply = Reply("subscription.untold", {"what": what}, (_MORE, MENU))
            return Turn(session, (reply,), (Withdraw(f"{AUDIENCE}{what}"),) if told else ())
        case ["au", "class"]:
            choices = world.catalogue.facts[CLASS_FACT].choices
            buttons = tuple(Button(f"au:{CLASS}:{each}", f"choice:{CLASS_FACT}:{each}") for each in choices)
            return Turn(session, (Reply("subscription.ask_class", {}, (*buttons, MENU)),))
        case ["au", "class", value] if value in world.catalogue.facts[CLASS_FACT].choices:
            return _tell(session, CLASS, value, "subscription.ask_class", world)
        case ["au", "commune"]:
            if session.commune:
                return _ask_commune(session, world)
            return Turn(replace(session, flow=WHERE), (Reply("subscription.ask_where", {}, (SKIP,)),))
        case ["au", "commune", code] if any(place.new_code == code for place in world.catalogue.places):
            return _tell(session, COMMUNE, code, "subscription.ask_commune", world)
        case ["au", "job_seeker"]:
            yes = Button("au:job_seeker:yes", "button.agree")
            return Turn(session, (Reply("subscription.ask_job_seeker", {}, (yes, MENU)),))
        case ["au", "job_seeker", "yes"]:
            return _tell(session, JOB_SEEKER, "yes", "subscription.ask_job_seeker", world)
        case _:
            return gone(session)


def ways_out(world: World) -> tuple[Button, ...]:
    """One button for each consent that holds, to end it."""
    news = (Button(f"n:off:{each}", f"off:{each}") for each in _known(world.own.subscriptions, world))
    told = (Button(f"au:off:{what}", f"button.untell_{what}") for what in TELLABLE if _is_told(what, world))
    return (*news, *told)


def told_of(world: World) -> list[dict[str, object]]:
    """What the person lets be known: `what` with its `value` in words (a Text, or a name)."""
    told = {what: world.own.told(f"{AUDIENCE}{what}") for what in TELLABLE}
    choices = world.catalogue.facts[CLASS_FACT].choices if CLASS_FACT in world.catalogue.facts else {}
    words: dict[str, object] = {}
    if (value := told[CLASS]) is not None:
        words[CLASS] = choices.get(value, {"vi": value, "en": value})
    if (value := told[COMMUNE]) is not None:
        words[COMMUNE] = commune_name(value, world) or value
    if told[JOB_SEEKER] is not None:
        words[JOB_SEEKER] = ""
    return [{"what": what, "value": value} for what, value in words.items()]


def labels(names: Iterable[str], world: World) -> list[object]:
    """Labels of subjects; one that the content no longer has is named as it is kept."""
    known = {each.id: each.label for each in world.catalogue.subjects}
    return [known.get(name, {"vi": name, "en": name}) for name in names]


def _start(session: Session, subjects: Iterable[Subject], world: World) -> Turn:
    """Subscribe to what is not subscribed to yet, and say to what one has agreed."""
    new = tuple(each for each in subjects if each.id not in world.own.subscriptions)
    version = version_of("subscription.started", world)
    effects: tuple[Effect, ...] = tuple(Agree(f"{NEWS}{each.id}", version) for each in new)
    own = replace(world.own, subscriptions=(*world.own.subscriptions, *(each.id for each in new)))
    params = {"subjects": labels((each.id for each in new), world), **_terms(world), "all": len(_left(own, world)) == 0}
    buttons = (*(() if params["all"] else (NEWS_BUTTON,)), _MORE, MENU)
    key = "subscription.started" if new else "subscription.had"
    return Turn(replace(session, flow=""), (Reply(key, params, buttons),), effects)


def _stop(session: Session, subjects: Iterable[str], world: World) -> Turn:
    """Stop at once, and say so once; what was not subscribed to is said, too."""
    ending = tuple(each for each in subjects if each in world.own.subscriptions)
    after = replace(session, flow="")
    if not ending:
        return Turn(after, (Reply("subscription.nothing", {}, (NEWS_BUTTON, MENU)),))
    left = tuple(each for each in world.own.subscriptions if each not in ending)
    params = {"subjects": labels(ending, world), "left": labels(left, world)}
    reply = Reply("subscription.stopped", params, (NEWS_BUTTON, MENU))
    return Turn(after, (reply,), tuple(Withdraw(f"{NEWS}{each}") for each in ending))


def _ask_what_to_stop(session: Session, world: World) -> Turn:
    """After an announcement its subject ends at once, as does the only one; with several, which of them, or all."""
    subjects = world.own.subscriptions
    if world.own.announced in subjects:  # it is what they just read
        return _stop(session, (world.own.announced,), world)
    if len(subjects) < 2:
        return _stop(session, subjects, world)
    buttons = (_NONE, *(Button(f"n:off:{each}", f"off:{each}") for each in _known(subjects, world)), MENU)
    reply = Reply("subscription.stop_what", {"subjects": labels(subjects, world)}, buttons)
    return Turn(replace(session, flow=STOPPING), (reply,))


def _answer(session: Session, folded: str, command: str, world: World) -> Turn | None:
    """Read "all", a subject's name or a yes while subjects are shown.

    A name alone may be a question ("tiền điện"): that is asked before it counts as a yes. To stop it is enough.
    """
    every = folded in ("tat ca", "het", "all") or (command == "yes" and session.flow == STOPPING)
    said_get = folded.startswith("nhan ")
    subject = _subject_of(folded.removeprefix("nhan "), world)
    if session.flow == STOPPING:
        chosen = world.own.subscriptions if every else (subject.id,) if subject else ()
        return _stop(session, chosen, world) if chosen else None
    if every or (subject is not None and said_get):
        return _start(session, world.catalogue.subjects if subject is None else (subject,), world)
    if subject is None:
        return None
    buttons = (Button(f"n:on:{subject.id}", f"on:{subject.id}"), Button(f"s:{subject.id}", f"subject:{subject.id}"))
    return Turn(session, (Reply("subscription.or_ask", {"subject": subject.label}, (*buttons, MENU)),))


def _overview(world: World) -> Reply:
    on = _known(world.own.subscriptions, world)
    params = {"subjects": labels(on, world), **_terms(world)}
    toggles = (
        Button(f"n:off:{each.id}", f"off:{each.id}") if each.id in on else Button(f"n:on:{each.id}", f"on:{each.id}")
        for each in world.catalogue.subjects
    )
    ends = (*((_ALL,) if _left(world.own, world) else ()), *((_NONE,) if on else ()))
    return Reply("subscription.show", params, (*toggles, *ends, _MORE, MENU))


def _more(session: Session, world: World) -> Turn:
    """What one may let be known, each by its own yes; what is known already, to be taken back."""
    params = {"audience": told_of(world)}
    buttons = (
        Button(f"au:off:{what}", f"button.untell_{what}")
        if _is_told(what, world)
        else Button(f"au:{what}", f"button.tell_{what}")
        for what in TELLABLE
    )
    return Turn(replace(session, flow=""), (Reply("subscription.more", params, (*buttons, MENU)),))


def _ask_commune(session: Session, world: World) -> Turn:
    yes = Button(f"au:commune:{session.commune}", "button.agree")
    params = {"commune": commune_name(session.commune, world)}
    return Turn(replace(session, flow=""), (Reply("subscription.ask_commune", params, (yes, MENU)),))


def _tell(session: Session, what: str, value: str, asked: str, world: World) -> Turn:
    """Keep what one lets be known; it takes the place of what was known before."""
    purpose = f"{AUDIENCE}{what}"
    before: tuple[Effect, ...] = () if world.own.told(purpose) is None else (Withdraw(purpose),)
    reply = Reply("subscription.told", {"what": what}, (NEWS_BUTTON, _MORE, MENU))
    return Turn(replace(session, flow=""), (reply,), (*before, Agree(purpose, version_of(asked, world), value)))


def _terms(world: World) -> dict[str, object]:
    """How often at most, who sends, where it passes."""
    return {
        "per_day": world.per_day, "per_week": world.per_week, "operator": world.operator, "is_abroad": world.is_abroad,
    }  # fmt: skip


def _subject(name: str, world: World) -> Subject | None:
    return next((each for each in world.catalogue.subjects if each.id == name), None)


def _subject_of(folded: str, world: World) -> Subject | None:
    """The subject that these words name: its label, or a part of it between commas."""
    return next((each for each in world.catalogue.subjects if folded in _names(each)), None)


def _names(subject: Subject) -> Iterator[str]:
    yield subject.id
    for label in subject.label.values():
        yield fold(label)
        yield from (fold(part) for part in label.split(","))


def _known(names: Iterable[str], world: World) -> tuple[str, ...]:
    """Subjects that the content still has, in its order."""
    chosen = set(names)
    return tuple(each.id for each in world.catalogue.subjects if each.id in chosen)


def _left(own: Own, world: World) -> tuple[str, ...]:
    return tuple(each.id for each in world.catalogue.subjects if each.id not in own.subscriptions)


def _is_told(what: str, world: World) -> bool:
    return world.own.told(f"{AUDIENCE}{what}") is not None
