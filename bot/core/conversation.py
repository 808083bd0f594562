"""One step of a conversation: `step(session, incoming, world) -> Turn`. Pure.

Order: a button; the words a person can always type; distress, before anything else that was said; what the last
reply asked; then free text (core/home.py). Staff: core/handover.py; what is kept of a person: my_data.py,
subscribing.py, linking.py, privacy.py.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.core import handover, home, linking, my_data, privacy, repair, subscribing
from bot.core.interview import dialogue
from bot.core.interview.mentions import KEPT, OF_MEMBER, mentions
from bot.core.interview.results import SLIP
from bot.core.interview.sheet import FLOW as ELIGIBILITY
from bot.core.masking import mask
from bot.core.text import clean, fold
from bot.core.types import SAID, Button, Decision, Incoming, Kind, Language, Ranking, Reply, Session, StopAddress, Turn
from bot.core.world import Look, World

SECRETS = frozenset({"otp", "card", "id"})  # kinds of masked text the person is warned of
DISTRESS = "distress"
_OWN = frozenset({"erase", "d", "n", "au", "l"})  # what begins the buttons that need to know what is kept
_OWN_FLOWS = frozenset({"erase", "link", "join", *subscribing.FLOWS})
_ANSWERED = frozenset({"commune", "handover", "handover_text", "distress", subscribing.WHERE})  # flows, by yes or no


def looks_at(session: Session, event: Incoming, world: World) -> frozenset[Look]:
    """What the step will look at besides session and event; nothing else is loaded."""
    if event.kind is Kind.CHOICE:
        name = event.text.partition(":")[0]
        if name == "my_data":
            return frozenset({Look.HISTORY, Look.OWN})
        if name in _OWN:
            return frozenset({Look.OWN, Look.CODE} if event.text == "l:code" else {Look.OWN})
        if event.text == SLIP.action:
            return frozenset({Look.OWN})
        if event.text == f"{SLIP.action}:yes":
            return frozenset({Look.CODE})
        if event.text in ("handover:yes", "distress:yes"):
            return frozenset({Look.HISTORY, Look.STAFF})
        return frozenset({Look.HISTORY} if event.text.startswith("v:no:") else ())
    folded = fold(clean(event.text))
    command = _command_in(folded, world)
    if command == "my_data":
        return frozenset({Look.HISTORY, Look.OWN})
    if command == "slip":
        return frozenset({Look.OWN})
    if session.flow in ("handover", "handover_text", DISTRESS):
        return frozenset({Look.HISTORY, Look.STAFF})
    if session.flow == SLIP.action:
        return frozenset({Look.CODE})
    if _is_own(session, folded, command, world):
        return frozenset({Look.OWN})
    return frozenset({Look.HISTORY} if command == "wrong" else ())


def _is_own(session: Session, folded: str, command: str, world: World) -> bool:
    """Whether a text is about what is kept of the person."""
    flow = session.flow.partition(":")[0]
    if command in subscribing.COMMANDS or command == "link" or flow in _OWN or flow in _OWN_FLOWS:
        return True
    return subscribing.subject_said(folded, world) is not None


def step(session: Session, event: Incoming, world: World) -> Turn:
    """Take what was, return what is: the next session, the replies, the effects."""
    match event.kind:
        case Kind.GROUP:
            return _in_group(session)
        case Kind.STOPPED:
            return Turn(session, (), (StopAddress(),))
        case Kind.RESUMED:
            return Turn(session, ())
        case _:
            turn = dialogue.keep_open(_answer(session, event, world), world)
            return _greeted(_told_slow(turn, world), world)


def _greeted(turn: Turn, world: World) -> Turn:
    """Before the first answer: whose service this is, what is kept, where it goes."""
    if turn.session.greeted:
        return turn
    greeted = replace(turn, session=replace(turn.session, greeted=True))
    if world.notice_shown:
        return greeted
    notice = Reply("notice.first", my_data.notice_params(world))
    if turn.guarded:  # the emergency numbers come before everything else
        return replace(greeted, replies=(*turn.replies, notice))
    return replace(greeted, replies=(notice, *turn.replies))


def _told_slow(turn: Turn, world: World) -> Turn:
    """Say once, while it holds, that answers come one after the other."""
    if world.is_slow == turn.session.told_slow or turn.guarded:  # nothing comes before the emergency numbers
        return turn
    after = replace(turn, session=replace(turn.session, told_slow=world.is_slow))
    return replace(after, replies=(Reply("talk.slow"), *turn.replies)) if world.is_slow else after


def _in_group(session: Session) -> Turn:
    """One polite line, then silence: a group is no place for a household's affairs."""
    replies = () if session.greeted else (Reply("talk.group"),)
    return Turn(replace(session, greeted=True), replies)


def _answer(session: Session, event: Incoming, world: World) -> Turn:
    match event.kind:
        case Kind.START if event.text.startswith(handover.BIND):
            return handover.bind(session, event.text)
        case Kind.START:
            return home.start(session, event.text, world)
        case Kind.CHOICE:
            return _press(session, event.text, world)
        case Kind.MEDIA:
            return _see_media(session, clean(event.text), world)
        case Kind.LOCATION:
            return Turn(replace(session, flow="commune"), (Reply("talk.location", {}, (home.SKIP,)),))
        case Kind.CONTACT:
            return Turn(session, (Reply("talk.contact", {}, (home.MENU, home.STAFF)),))
        case Kind.UNREADABLE:
            return Turn(session, (Reply("talk.unreadable", {}, (home.MENU,)),))
        case _:
            return _read(session, clean(event.text), world)


def _see_media(session: Session, caption: str, world: World) -> Turn:
    """Refuse a picture kindly; the words written under it are read."""
    if not fold(caption):
        return Turn(session, (Reply("talk.media", {}, (home.MENU,)),))
    turn = _read(session, caption, world)
    return turn if turn.guarded else replace(turn, replies=(Reply("talk.caption_only"), *turn.replies))


def _read(session: Session, text: str, world: World) -> Turn:
    """Read what a person typed. What may be kept of it is masked here, where it is known what was asked."""
    masked, kinds = mask(text)
    turn = _understand(session, text, masked, world)
    if turn.guarded:
        return turn
    if kinds & SECRETS:
        turn = replace(turn, replies=(Reply("talk.secret"), *turn.replies))
    if turn.is_private:
        return turn
    # Written to staff; or an answer that the check keeps itself.
    if world.talks_of or session.flow in ("handover_text", ELIGIBILITY) or session.flow.startswith(privacy.FLOW):
        return replace(turn, said=masked)
    return replace(turn, said=masked, session=_remember_facts(turn.session, masked))


def _remember_facts(session: Session, text: str) -> Session:
    """Keep what was said of the household in passing, as said: the eligibility check asks whether it is so.

    Facts of a member are of the member last spoken of.
    """
    said = {fact: value for fact, value in mentions(text).items() if fact in KEPT}
    if not said:
        return session
    old = {f"{SAID}{fact}" for fact in OF_MEMBER} if OF_MEMBER & said.keys() else set()
    kept = {name: value for name, value in session.answers.items() if name not in old}
    return replace(session, answers=kept | {f"{SAID}{fact}": value for fact, value in said.items()})


def _understand(session: Session, text: str, masked: str, world: World) -> Turn:
    folded = fold(text)
    if not folded:
        return Turn(session, (Reply("talk.no_words", {}, (home.MENU, home.HELP)),))
    command = _command_in(folded, world)
    obeyed = my_data.obey(session, folded, command, world) or subscribing.obey(session, folded, command, world)
    if obeyed is not None:
        return obeyed
    if command in _COMMANDS:
        return _COMMANDS[command](session, world)
    if command == "wrong" and session.topic and not world.talks_of and session.flow in ("", "commune"):
        return repair.wrong(session, session.topic, world)
    if (obeyed := dialogue.command(session, command, world)) is not None:
        return obeyed
    if command in ("yes", "no", "wrong", "skip") and _is_answered(session.flow):
        return _reply_to_flow(session, command, world)
    ranking = world.ranker.rank(text)
    if ranking.labels[:1] == (DISTRESS,) and not dialogue.is_number(session, text, world):
        return handover.distress(session)
    session = _follow_language(session, folded, ranking)
    if session.flow == "handover_text":
        return handover.hand_over(session, "question", (masked,), world)
    turn = my_data.other_words(session) or linking.read(session, text, world) or privacy.read(session, masked, world)
    if turn is not None:
        return turn
    if world.talks_of and session.flow != ELIGIBILITY:
        return handover.pass_on(replace(session, flow=""), masked, world)
    if session.flow in ("", ELIGIBILITY):
        turn = dialogue.read(session, text, ranking, world)
    elif session.flow == subscribing.WHERE:
        turn = subscribing.read_place(session, text, ranking, world)
    elif session.flow == "commune":
        turn = home.read_commune(session, text, ranking, world)
    if turn is not None:
        return turn
    if world.talks_of:
        return handover.pass_on(session, masked, world)
    if ranking.decision is Decision.HANDOVER:
        return handover.ask(session, world)
    said = repair.meant(session, text, world)
    if said != text:
        ranking = world.ranker.rank(said)
    return home.answer(replace(session, flow=""), text, masked, ranking, world)


def _follow_language(session: Session, folded: str, ranking: Ranking) -> Session:
    """Without a choice of their own, people are answered in the language they write."""
    if session.language_chosen or len(folded.split()) < 3:
        return session
    return replace(session, language=ranking.language)


def _command_in(folded: str, world: World) -> str:
    """Return the command that the whole message is, or ""; "nha tui dc gi" is one, too."""
    words, known = folded.split(), world.catalogue.words
    written_out = " ".join(fold(known.abbreviations.get(word, word)) for word in words)
    for command, phrases in known.commands.items():
        if folded in phrases or written_out in phrases:
            return command
    verify = known.commands.get("verify", ())
    if len(words) > 1 and " ".join(words[:-1]) in verify and any(sign.isdigit() for sign in words[-1]):
        return "verify"
    return ""


def _is_answered(flow: str) -> bool:
    return flow in _ANSWERED or flow == SLIP.action or flow.startswith(linking.JOINING)


def _reply_to_flow(session: Session, command: str, world: World) -> Turn:
    """Read a typed yes, no or skip as the press of the button last shown."""
    if session.flow in ("commune", subscribing.WHERE):
        return home.skip_commune(session, world)
    if session.flow.startswith(linking.JOINING):
        return linking.press(session, "l:join", world) if command == "yes" else home.menu(session, world)
    word = "yes" if command == "yes" else "no"
    return _press(session, f"{session.flow.removesuffix('_text')}:{word}", world)


def _press(session: Session, action: str, world: World) -> Turn:
    name, _, rest = action.partition(":")
    match name:
        case "menu" | "help" | "staff" | "my_data" if not rest:
            return _COMMANDS[name](session, world)
        case "lang" if rest in (Language.VI, Language.EN):
            return _speak(session, Language(rest), world)
        case "s":
            return home.show_subject(session, rest, world)
        case "t":
            return home.show_topic(session, rest, world)
        case "p":
            topic, _, part = rest.partition(":")
            return home.show_part(session, topic, part, world)
        case "c":
            new_code, _, old_code = rest.partition(":")
            return home.set_commune(session, new_code, old_code, world)
        case "v":
            return repair.vote(session, rest, world)
        case "skip":
            return home.skip_commune(session, world)
        case "e":
            return dialogue.press(session, rest, world)
        case "none":
            return home.none(session)
        case "handover" | "distress" | "talk_end":
            return handover.press(session, action, world)
        case "d" | "erase":
            return my_data.press(session, action, world)
        case "n" | "au":
            return subscribing.press(session, action, world)
        case "l":
            return linking.press(session, action, world)
        case "pr":
            return privacy.press(session, action)
        case _:
            return home.gone(session)


def _speak(session: Session, language: Language, world: World) -> Turn:
    spoken = replace(session, language=language, language_chosen=True)
    return Turn(spoken, (Reply("talk.language", {}, home.menu_buttons(world.catalogue)),))


def _cancel(session: Session, world: World) -> Turn:
    if world.talks_of:
        return handover.end(session, world)
    return Turn(replace(dialogue.close(session), flow=""), (Reply("talk.cancelled", {}, (home.MENU,)),))


def _say(key: str, *buttons: Button) -> Callable[[Session, World], Turn]:
    return lambda session, _world: Turn(session, (Reply(key, {}, buttons),))


_COMMANDS: dict[str, Callable[[Session, World], Turn]] = {
    "menu": home.menu,
    "cancel": _cancel,
    "help": _say("talk.help", home.MENU, home.STAFF, home.MY_DATA),
    "staff": handover.ask,
    "my_data": my_data.show,
    "link": linking.show,
    "eligibility": dialogue.start,
    "slip": lambda session, world: dialogue.press(session, "slip", world),
    "my_registration": _say("later.my_registration", Button("t:jobs.register", "topic:jobs.register"), home.MENU),
    "verify": _say("later.verify", home.MENU),
    "find_job": lambda session, world: home.show_topic(session, "jobs.register", world),
    "language": _say(
        "talk.which_language", Button("lang:vi", "button.vietnamese"), Button("lang:en", "button.english")
    ),
    "vietnamese": lambda session, world: _speak(session, Language.VI, world),
    "english": lambda session, world: _speak(session, Language.EN, world),
}
