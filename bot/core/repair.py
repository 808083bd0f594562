"""When an answer was not what was meant: a vote under it, "không phải", "ý tôi là …", "còn hộ nghèo thì sao?".

Words of these turns stand in words.yaml (`repairs`): `mean` begins what was really meant, `about` and `about_end` stand
around what the same is asked of, `household` are the classes of households that such a question exchanges.
"""

from dataclasses import replace

from bot.core.home import MENU, OFFERED, STAFF, gone, topic_button
from bot.core.markup import parse, plain
from bot.core.text import fold, words_of
from bot.core.types import Language, Reply, Session, Turn, Vote
from bot.core.world import World

LOOK_BACK = 10  # messages of the person among which the question is looked for


def vote(session: Session, told: str, world: World) -> Turn:
    """Take a vote: `yes:<topic>` or `no:<topic>`."""
    answer, _, topic = told.partition(":")
    if answer not in ("yes", "no") or topic not in world.catalogue.topics:
        return gone(session)
    if answer == "yes":
        return Turn(session, (Reply("repair.thanks", {}, (MENU,)),), (Vote(topic, is_right=True),))
    return wrong(session, topic, world)


def wrong(session: Session, topic: str, world: World) -> Turn:
    """An answer was not what was meant: say so to editors, offer what else it may have been."""
    asked = [plain(parse(line.message.text)) for line in world.history if line.by_person]
    # The question that led here is the last one whose ranking names the topic: other words may have followed it.
    rankings = (world.ranker.rank(text).labels for text in reversed(asked[-LOOK_BACK:]))
    labels = next((each for each in rankings if topic in each), ())
    others = [label for label in labels if label in world.catalogue.topics and label != topic][:OFFERED]
    buttons = (*map(topic_button, others), MENU, STAFF)
    reply = Reply("repair.other" if others else "repair.sorry", {}, buttons)
    return Turn(replace(session, topic="", part="", flow=""), (reply,), (Vote(topic, is_right=False),))


def meant(session: Session, text: str, world: World) -> str:
    """Return what a text asks when its turn of speech is taken into account; the text itself where there is none."""
    words = words_of(text)
    folded = fold(text)
    for phrase in world.catalogue.words.repairs.get("mean", ()):
        if folded.startswith(f"{phrase} "):
            return " ".join(words[len(phrase.split()) :])
    return _same_of_others(session, folded, world) or text


def _same_of_others(session: Session, folded: str, world: World) -> str:
    """ "còn hộ nghèo thì sao?" after near-poor households' insurance: that insurance for poor households."""
    repairs, topic = world.catalogue.words.repairs, world.catalogue.topics.get(session.topic)
    begin = next((each for each in repairs.get("about", ()) if folded.startswith(f"{each} ")), "")
    if topic is None or not begin:
        return ""
    end = next((each for each in repairs.get("about_end", ()) if folded.endswith(f" {each}")), "")
    if not end and not begin.endswith("about"):
        return ""
    whom = folded[len(begin) : len(folded) - len(end)].strip()
    classes = repairs.get("household", ())
    if not any(f" {name} " in f" {whom} " for name in classes):
        return ""  # "còn học phí thì sao" is another question
    label = f" {fold(topic.label[Language.VI])} "
    for name in classes:
        label = label.replace(f" {name} ", " ")
    return f"{whom} {label.strip()}"
