"""Free text and menus: a topic's answer and its parts, "did you mean", the menu, the commune.

Button actions, at most 64 bytes: `menu`, `s:<subject>`, `t:<topic>`, `p:<topic>:<part>`,
`c:<new code>:<old code>`, `skip`, `v:yes:<topic>`, `v:no:<topic>`.
"""

from dataclasses import replace

from bot.core.catalogue import PARTS, Catalogue, Topic
from bot.core.places import Candidate, find_places
from bot.core.text import fold
from bot.core.types import Button, Decision, Ranking, RecordQuestion, Reply, Session, Turn
from bot.core.world import World

OFFERED = 3  # buttons of an offer (design section 2)
FOLLOW_UP_WORDS = 7  # a longer message is a question of its own
PLACE_WORDS = ("o", "xa", "phuong", "thon", "huyen", "tinh", "tp")  # begin an answer to "which commune?"
PLACE_ALONE = 3  # words of a message that holds nothing but a commune's name
AT_HAND = ("papers", "where", "deadline", "steps")  # parts told at once when the question asks for them

# Buttons of a question that has one answer: of no use once they were pressed.
ONCE = ("handover:", "distress:", "erase:", "c:", "skip", "l:", "n:", "au:")

MENU = Button("menu", "button.menu")
STAFF = Button("staff", "button.staff")
HELP = Button("help", "button.help")
MY_DATA = Button("my_data", "button.my_data")
SKIP = Button("skip", "button.skip")
ELIGIBLE = Button("e:start", "button.eligibility")  # what can my household get (core/interview/dialogue.py)


def start(session: Session, payload: str, world: World) -> Turn:
    """Open the conversation; a deep link's payload names a topic (`social-electricity`)."""
    topic = payload.replace("-", ".", 1)
    if topic in world.catalogue.topics:
        return show_topic(session, topic, world)
    return Turn(session, (Reply("menu.welcome", {"operator": world.operator}, menu_buttons(world.catalogue)),))


def menu(session: Session, world: World) -> Turn:
    """Show the subjects."""
    return Turn(replace(session, flow=""), (Reply("menu.subjects", {}, menu_buttons(world.catalogue)),))


def menu_buttons(catalogue: Catalogue) -> tuple[Button, ...]:
    subjects = tuple(Button(f"s:{each.id}", f"subject:{each.id}") for each in catalogue.subjects)
    return (*((ELIGIBLE,) if catalogue.programmes else ()), *subjects, STAFF, MY_DATA)


def show_subject(session: Session, name: str, world: World) -> Turn:
    """Show a subject's topics; a subject with one topic shows its answer."""
    subject = next((each for each in world.catalogue.subjects if each.id == name), None)
    if subject is None:
        return gone(session)
    if len(subject.topics) == 1:
        return show_topic(session, subject.topics[0], world)
    topics = tuple(topic_button(each) for each in subject.topics)
    return Turn(replace(session, flow=""), (Reply("menu.topics", {}, (*topics, MENU)),))


def show_topic(
    session: Session, name: str, world: World, *, also: str = "", was_asked: bool = False, second: str = ""
) -> Turn:
    """Answer a topic: its `answer`, then the part the question asked for, then, once, ask for the commune.

    `second`: the topic that the same message asked about as well; its button comes first.
    """
    topic = world.catalogue.topics.get(name)
    if topic is None:
        return gone(session)
    after = replace(session, topic=name, part=also or "answer", flow="")
    shown = ("answer", also) if also in topic.parts and also != "answer" else ("answer",)
    replies = [Reply("topic.part", {"topic": name, "part": part}, guarded=topic.guarded) for part in shown]
    votes = _votes(topic) if was_asked else ()
    own = tuple(each for each in _topic_buttons(topic, shown, world) if each.action != f"t:{second}")
    other = (Button(f"t:{second}", f"also:{second}"),) if second in world.catalogue.topics else ()
    replies[-1] = replace(replies[-1], buttons=(*other, *own, *votes))
    if not session.commune and not session.commune_asked and not topic.guarded:
        after = replace(after, flow="commune", commune_asked=True)
        replies.append(Reply("commune.ask", {}, (SKIP,)))
    return Turn(after, tuple(replies), guarded=topic.guarded)


def show_part(session: Session, name: str, part: str, world: World) -> Turn:
    """Show one part of a topic; a part that is not there says whom to ask."""
    topic = world.catalogue.topics.get(name)
    if topic is None:
        return gone(session)
    after = replace(session, topic=name, part=part, flow="")
    if part not in topic.parts:
        missing = Reply("rank.part_missing", {}, _topic_buttons(topic, (), world), guarded=topic.guarded)
        return Turn(after, (missing,), guarded=topic.guarded)
    buttons = _topic_buttons(topic, (part,), world)
    reply = Reply("topic.part", {"topic": name, "part": part}, buttons, guarded=topic.guarded)
    return Turn(after, (reply,), guarded=topic.guarded)


def answer(session: Session, text: str, masked: str, ranking: Ranking, world: World) -> Turn:
    """Answer free text that is no command: follow-up, topic, offer, or an honest none."""
    cue = asked_part(text, world)
    if session.topic and cue and _is_follow_up(text, cue, ranking, world):
        turn = show_part(session, session.topic, cue, world)
        return _counted(turn, session.topic, Decision.ANSWER)
    place = _place_alone(text, world)
    if place is not None:
        return set_commune(session, place.new_code, place.old_code, world)
    session = _remember_place(session, text, world)
    match ranking.decision:
        case Decision.ANSWER:
            topic = ranking.labels[0]
            turn = show_topic(
                session, topic, world, also=cue if cue in AT_HAND else "", was_asked=True, second=ranking.second
            )
            return _counted(turn, topic, Decision.ANSWER)
        case Decision.OFFER:
            offered = tuple(topic_button(each) for each in ranking.labels[:OFFERED] if "." in each)
            reply = Reply("rank.offer", {}, (*offered, Button("none", "button.none_of_these")))
            turn = Turn(replace(session, flow=""), (reply,))
            return _counted(turn, ranking.labels[0], Decision.OFFER)
        case Decision.SMALLTALK:
            kind = ranking.labels[0].removeprefix("smalltalk.")
            return Turn(session, (Reply(f"talk.{kind}", {}, (MENU,)),))
        case _:
            turn = none(session)
            return _counted(turn, "", Decision.NONE, masked)


def none(session: Session) -> Turn:
    """Say plainly that this cannot be answered, and what to do."""
    return Turn(replace(session, flow=""), (Reply("rank.none", {}, (MENU, STAFF)),))


def gone(session: Session) -> Turn:
    """Explain kindly a button that is no longer understood."""
    return Turn(session, (Reply("button.old", {}, (MENU, HELP)),))


def asked_part(text: str, world: World) -> str:
    """Return the part a text asks for ("cần giấy gì?" → papers), or "". The longest cue wins."""
    padded = f" {fold(text)} "
    found = [
        (len(cue), part)
        for part, cues in world.catalogue.words.part_cues.items()
        for cue in cues
        if f" {cue} " in padded
    ]
    return max(found)[1] if found else ""


def set_commune(session: Session, new_code: str, old_code: str, world: World) -> Turn:
    """Keep the commune that was picked."""
    place = next((each for each in world.catalogue.places if each.new_code == new_code), None)
    if place is None:
        return gone(session)
    after = replace(session, commune=new_code, old_commune=old_code, flow="", commune_asked=True)
    params = {"type": place.new_type, "name": place.new_name}
    return Turn(after, (Reply("commune.saved", params, _back_to_topic(after, world)),))


def read_commune(session: Session, text: str, ranking: Ranking, world: World) -> Turn | None:
    """Read the answer to "which commune?". None: the text is something else, go on with it."""
    found = find_places(text, world.catalogue.places)
    words = fold(text).split()
    # "ngày ăn hai bữa" holds "an hai": a name within a longer message counts only where a place is spoken of.
    if len(found.candidates) == 1 and (found.certain or len(words) <= PLACE_ALONE):
        return set_commune(session, found.candidates[0].new_code, found.candidates[0].old_code, world)
    if len(found.candidates) > 1:
        return _which_commune(session, found.candidates)
    if asked_part(text, world):
        return None
    if ranking.decision is Decision.NONE and (len(words) <= 3 or words[0] in PLACE_WORDS):
        after = replace(session, flow="")
        return Turn(after, (Reply("commune.not_found", {}, _back_to_topic(after, world)),))
    return None


def commune_name(code: str, world: World) -> str:
    """A commune as people call it; "" for none."""
    place = next((each for each in world.catalogue.places if each.new_code == code), None)
    return f"{place.new_type} {place.new_name}" if place else ""


def skip_commune(session: Session, world: World) -> Turn:
    after = replace(session, flow="")
    return Turn(after, (Reply("commune.skipped", {}, _back_to_topic(after, world)),))


def _which_commune(session: Session, found: tuple[Candidate, ...]) -> Turn:
    """Several communes fit: ask which, with buttons that say the old unit where that tells them apart."""
    buttons = tuple(
        Button(f"c:{each.new_code}:{each.old_code}", f"place:{each.new_code}:{each.old_code}") for each in found
    )
    reply = Reply("commune.which", {}, (*buttons, SKIP))
    return Turn(replace(session, flow="commune"), (reply,))


def _place_alone(text: str, world: World) -> Candidate | None:
    """The one place that a message of nothing but a name means: "xã Phước Đại"."""
    if len(fold(text).split()) > PLACE_ALONE:
        return None
    found = find_places(text, world.catalogue.places)
    return found.candidates[0] if len(found.candidates) == 1 else None


def _remember_place(session: Session, text: str, world: World) -> Session:
    """A commune said in passing ("ở xã Phước Dinh") spares the question; only when it is certain."""
    if session.commune:
        return session
    found = find_places(text, world.catalogue.places)
    if len(found.candidates) == 1 and found.certain:
        place = found.candidates[0]
        return replace(session, commune=place.new_code, old_commune=place.old_code)
    return session


def _is_follow_up(text: str, cue: str, ranking: Ranking, world: World) -> bool:
    """A short message that only asks for a part speaks of the topic just shown."""
    words = fold(text).split()
    if len(words) > FOLLOW_UP_WORDS:
        return False
    longest = max(
        (phrase for phrase in world.catalogue.words.part_cues[cue] if f" {phrase} " in f" {fold(text)} "),
        key=len,
    )
    return len(words) - len(longest.split()) <= 2 or ranking.decision is not Decision.ANSWER


def _counted(turn: Turn, topic: str, decision: Decision, text: str = "") -> Turn:
    return replace(turn, effects=(*turn.effects, RecordQuestion(topic, decision, text)))


def topic_button(name: str) -> Button:
    return Button(f"t:{name}", f"topic:{name}")


def _topic_buttons(topic: Topic, shown: tuple[str, ...], world: World) -> tuple[Button, ...]:
    """The parts not yet shown, then related topics, then whether it is for them, then the menu."""
    parts = tuple(
        Button(f"p:{topic.id}:{part}", f"part:{part}") for part in PARTS if part in topic.parts and part not in shown
    )
    related = tuple(topic_button(each) for each in topic.related if each in world.catalogue.topics)
    is_programme = any(each.topic == topic.id for each in world.catalogue.programmes.values())
    return (*parts, *related, *((ELIGIBLE,) if is_programme else ()), MENU)


def _votes(topic: Topic) -> tuple[Button, ...]:
    """Was it what was meant? Only where a question's row is kept."""
    if topic.guarded:
        return ()
    return Button(f"v:yes:{topic.id}", "button.vote_yes"), Button(f"v:no:{topic.id}", "button.vote_no")


def _back_to_topic(session: Session, world: World) -> tuple[Button, ...]:
    """After the commune: again to the topic that was spoken of, whose office is now known."""
    topic = world.catalogue.topics.get(session.topic)
    return (topic_button(topic.id), MENU) if topic else (MENU,)
