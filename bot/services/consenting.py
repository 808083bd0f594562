"""Keeps what a person agrees to and takes back, links and parts their addresses, passes on privacy requests."""

from bot.core.linking import LASTS
from bot.core.subscribing import NEWS
from bot.core.types import Agree, AskPrivacy, CountLinkTry, JoinPerson, OfferLink, PartAddress, Withdraw
from bot.services.moment import Moment
from db import addresses, consents, links, privacy, subscriptions
from db.consents import NewConsent
from db.privacy import NewRequest


def agree(moment: Moment, effect: Agree) -> None:
    """Keep the consent, and for announcements the subscription."""
    who, session = moment.sealed.who(moment.address), moment.session
    consents.add(
        moment.tx,
        NewConsent(
            moment.address_id, who, effect.purpose, effect.told, effect.version, moment.address.channel,
            session.language, moment.now,
        ),
    )  # fmt: skip
    if effect.purpose.startswith(NEWS):
        subscriptions.add(moment.tx, moment.address_id, effect.purpose.removeprefix(NEWS), moment.now)


def withdraw(moment: Moment, effect: Withdraw) -> None:
    """End a consent and its subscription on every address of the person."""
    mine = addresses.of_person(moment.tx, moment.address_id)
    consents.end(moment.tx, mine, effect.purpose, moment.now)
    if effect.purpose.startswith(NEWS):
        subscriptions.end(moment.tx, mine, effect.purpose.removeprefix(NEWS))


def offer_link(moment: Moment, effect: OfferLink) -> None:
    links.offer(moment.tx, moment.address_id, moment.sealed.link_code(effect.code), moment.now + LASTS)


def count_link_try(moment: Moment, _effect: CountLinkTry) -> None:
    links.count_try(moment.tx, moment.address_id, moment.now + LASTS, moment.now)


def join_person(moment: Moment, effect: JoinPerson) -> None:
    """Make one person of both addresses; the code has had its use. One whose time just ended does nothing."""
    other = links.offered_by(moment.tx, moment.sealed.link_codes(effect.code), moment.now)
    if other is not None:
        addresses.link(moment.tx, [other, moment.address_id])
        links.erase(moment.tx, other)


def part_address(moment: Moment, _effect: PartAddress) -> None:
    addresses.part(moment.tx, moment.address_id)


def ask_privacy(moment: Moment, effect: AskPrivacy) -> None:
    body = moment.sealed.privacy(effect.text)
    privacy.add(moment.tx, NewRequest(moment.address_id, effect.kind, body, moment.now, effect.due))
