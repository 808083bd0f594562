"""Who is to get a campaign: one row for each person, and what became of it. The audience is the sum of their states."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.core.campaigns import Delivered, Skip, State
from bot.core.types import Address, Rendered
from db.campaigns import buttons_of_json
from db.engine import insert, run
from db.tables import addresses, campaign_texts, campaigns, deliveries, subscriptions

RESTART: Final = "restart"  # reason of UNSURE: the process ended in the middle
CAP: Final = Skip.CAP  # reason of PENDING: waits for a day on which they may get one more

_Row = deliveries.c


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """`person`: what linked addresses share. `commune`: where they let it be known for this, else ""."""

    address_id: int
    person: int
    channel: str
    text_id: int
    language: str
    commune: str


@dataclass(frozen=True, slots=True)
class ToAnnounce:
    """A delivery that may be begun. `tries`: sends before that surely did not leave."""

    id: int
    campaign_id: int
    address_id: int
    address: Address
    message: Rendered
    tries: int
    person: int
    subject: str
    emergency: bool
    is_stopped: bool  # they stopped us altogether
    is_subscribed: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """How a send ended. `due` for PENDING; `never_left`: nothing of it can have arrived."""

    row: ToAnnounce
    state: Delivered
    at: datetime
    due: datetime | None = None


def add(tx: sa.Connection, campaign_id: int, rows: Sequence[NewDelivery], now: datetime) -> None:
    """Add rows; a person who has one keeps it."""
    made: list[dict[str, Any]] = [
        {
            "campaign_id": campaign_id, "address_id": each.address_id, "person": each.person, "channel": each.channel,
            "text_id": each.text_id, "language": each.language, "commune": each.commune, "state": Delivered.PENDING,
            "reason": "", "due": now, "tries": 0,
        }
        for each in rows
    ]  # fmt: skip
    run(tx, insert(tx.dialect.name, deliveries).on_conflict_do_nothing(), made)


def waiting(
    tx: sa.Connection, channel: str, now: datetime, *, limit: int, but: Collection[int], emergency_only: bool
) -> Sequence[ToAnnounce]:
    """Return what is due on this channel, oldest campaign first; nothing of a campaign that is not being sent."""
    rows = tx.execute(
        _DUE, {"channel": channel, "now": now, "but": list(but), "limit": limit, "all": not emergency_only}
    )
    return [
        ToAnnounce(
            row.id, row.campaign_id, row.address_id, Address(row.channel, row.chat),
            Rendered(row.text, buttons_of_json(row.buttons)), row.tries, row.person, row.subject, row.emergency,
            row.state == "blocked", bool(row.subscribed),
        )
        for row in rows
    ]  # fmt: skip


def begin(tx: sa.Connection, numbers: Collection[int], now: datetime) -> None:
    """Note that these are being sent, immediately before their requests."""
    change = {"state": Delivered.SENDING, "begun_at": now, "reason": ""}
    of_these = sa.and_(_Row.id.in_(numbers), _Row.state == Delivered.PENDING)
    tx.execute(sa.update(deliveries).where(of_these).values(change))


def skip(tx: sa.Connection, number: int, reason: Skip, now: datetime) -> None:
    change = {"state": Delivered.SKIPPED, "reason": reason, "due": None, "ended_at": now}
    tx.execute(sa.update(deliveries).where(_Row.id == number, _Row.state == Delivered.PENDING).values(change))


def put_off(tx: sa.Connection, number: int, due: datetime) -> None:
    """Let one wait for a day on which they may get one more."""
    tx.execute(sa.update(deliveries).where(_Row.id == number).values(due=due, reason=CAP))


def had(tx: sa.Connection, person: int, since: datetime) -> Sequence[datetime]:
    """Return when this person got announcements (or may have) since then; emergencies do not count."""
    came = _Row.state.in_((Delivered.SENT, Delivered.UNSURE, Delivered.SENDING))
    statement = (
        sa.select(_Row.begun_at)
        .join(campaigns, campaigns.c.id == _Row.campaign_id)
        .where(_Row.person == person, came, _Row.begun_at > since, campaigns.c.emergency.is_(False))
    )
    return list(tx.scalars(statement))


def note(tx: sa.Connection, ends: Iterable[Ended]) -> None:
    """Note how sends ended. One whose person was erased meanwhile stays a number."""
    rows = [
        {
            "number": end.row.id, "to": end.state, "due": end.due, "more": int(end.state is Delivered.PENDING),
            "ended": None if end.state is Delivered.PENDING else end.at,
        }
        for end in ends
    ]  # fmt: skip
    run(tx, _END, rows)


def lose_sight(tx: sa.Connection, channel: str, now: datetime) -> int:
    """At start: what was being sent may have arrived, a person decides. Return how many."""
    was_sending = sa.and_(_Row.state == Delivered.SENDING, _Row.channel == channel)
    change = {"state": Delivered.UNSURE, "reason": RESTART, "ended_at": now, "due": None}
    return tx.execute(sa.update(deliveries).where(was_sending).values(change)).rowcount


def next_due(tx: sa.Connection, channel: str) -> datetime | None:
    """Return when the first delivery of this channel fell or falls due, of campaigns that are being sent."""
    statement = (
        sa.select(sa.func.min(_Row.due, type_=_Row.due.type))
        .join(campaigns, campaigns.c.id == _Row.campaign_id)
        .where(campaigns.c.state == State.SENDING, _OPEN, _Row.state == Delivered.PENDING, _Row.channel == channel)
    )
    moment: datetime | None = tx.scalar(statement)
    return moment


def skip_rest(tx: sa.Connection, campaign_id: int, reason: Skip, now: datetime) -> int:
    """Pass over all that still wait; who waited only for the cap was passed over because of it. Return how many."""
    wait = sa.and_(_Row.campaign_id == campaign_id, _Row.state == Delivered.PENDING)
    said = sa.case((_Row.reason == CAP, CAP), else_=reason) if reason is Skip.OUT_OF_DATE else reason
    change = {"state": Delivered.SKIPPED, "reason": said, "due": None, "ended_at": now}
    return tx.execute(sa.update(deliveries).where(wait).values(change)).rowcount


def resend(tx: sa.Connection, campaign_id: int, now: datetime) -> int:
    """Let those wait again whom it may not have reached; return how many."""
    unsure = sa.and_(_Row.campaign_id == campaign_id, _Row.state == Delivered.UNSURE, _Row.address_id.is_not(None))
    change = {"state": Delivered.PENDING, "reason": "", "due": now, "ended_at": None}
    return tx.execute(sa.update(deliveries).where(unsure).values(change)).rowcount


def is_open(tx: sa.Connection, campaign_id: int) -> bool:
    """Whether anybody still waits for it, or it is on its way to somebody."""
    return tx.scalar(sa.select(_Row.id).where(_Row.campaign_id == campaign_id, _OPEN).limit(1)) is not None


def has_unsure(tx: sa.Connection, campaign_id: int) -> bool:
    unsure = sa.and_(_Row.campaign_id == campaign_id, _Row.state == Delivered.UNSURE)
    return tx.scalar(sa.select(_Row.id).where(unsure).limit(1)) is not None


def troubled(tx: sa.Connection, campaign_id: int, last: int, since: datetime) -> int:
    """How many of the last sends since then were refused or timed out; those a restart interrupted do not count."""
    tried = (Delivered.SENT, Delivered.BLOCKED, Delivered.REFUSED, Delivered.UNSURE)
    recent = (
        sa.select(_Row.state)
        .where(_Row.campaign_id == campaign_id, _Row.ended_at >= since, _Row.state.in_(tried), _Row.reason != RESTART)
        .order_by(_Row.ended_at.desc(), _Row.id.desc())
        .limit(last)
        .subquery()
    )
    bad = recent.c.state.in_((Delivered.REFUSED, Delivered.UNSURE))
    return tx.scalar(sa.select(sa.func.count()).select_from(recent).where(bad)) or 0


def counts(tx: sa.Connection, campaign_id: int) -> Mapping[tuple[str, str], int]:
    """How many stand in each state, for each reason."""
    statement = sa.select(_Row.state, _Row.reason, sa.func.count()).where(_Row.campaign_id == campaign_id)
    return {(state, reason): n for state, reason, n in tx.execute(statement.group_by(_Row.state, _Row.reason))}


def by(tx: sa.Connection, campaign_id: int, column: str) -> Mapping[tuple[str, str], int]:
    """The same by `commune`, `language`, `channel` or `answer`: (its value, state) -> how many."""
    value = deliveries.c[column]
    statement = sa.select(value, _Row.state, sa.func.count()).where(_Row.campaign_id == campaign_id)
    return {(told or "", state): n for told, state, n in tx.execute(statement.group_by(value, _Row.state))}


def seen(tx: sa.Connection, campaign_id: int) -> int:
    statement = sa.select(sa.func.count()).where(_Row.campaign_id == campaign_id, _Row.seen_at.is_not(None))
    return tx.scalar(statement) or 0


def ended_since(tx: sa.Connection, campaign_id: int, since: datetime) -> int:
    """How many sends came to an end since then."""
    of_these = sa.and_(_Row.campaign_id == campaign_id, _Row.ended_at > since, _Row.state != Delivered.SKIPPED)
    return tx.scalar(sa.select(sa.func.count()).where(of_these)) or 0


def note_seen(tx: sa.Connection, address_id: int, until: datetime, now: datetime) -> None:
    """Note that a page was served that held what came up to `until`."""
    mine = sa.and_(_Row.address_id == address_id, _Row.state == Delivered.SENT, _Row.seen_at.is_(None))
    tx.execute(sa.update(deliveries).where(mine, _Row.ended_at <= until).values(seen_at=now))


def answer(tx: sa.Connection, code: str, address_ids: Collection[int], word: str) -> bool:
    """Note the button that was pressed; False where these addresses never got this campaign."""
    number = sa.select(campaigns.c.id).where(campaigns.c.code == code).scalar_subquery()
    mine = sa.and_(_Row.campaign_id == number, _Row.address_id.in_(address_ids))
    return tx.execute(sa.update(deliveries).where(mine).values(answer=word)).rowcount > 0


def newest_subject(tx: sa.Connection, address_ids: Collection[int], since: datetime) -> str:
    """The subject of the newest campaign that came to these addresses since then, "" for none."""
    statement = (
        sa.select(campaigns.c.subject)
        .join(deliveries, campaigns.c.id == _Row.campaign_id)
        .where(_Row.address_id.in_(address_ids), _Row.begun_at > since)
        .where(_Row.state.in_((Delivered.SENT, Delivered.UNSURE, Delivered.SENDING)))
        .order_by(_Row.begun_at.desc())
        .limit(1)
    )
    return tx.scalar(statement) or ""


def of_addresses(tx: sa.Connection, address_ids: Collection[int]) -> Sequence[tuple[str, datetime]]:
    """Return title and moment of what came to these addresses (or may have), the newest first."""
    came = _Row.state.in_((Delivered.SENT, Delivered.UNSURE))
    statement = (
        sa.select(campaigns.c.title, _Row.begun_at)
        .join(campaigns, campaigns.c.id == _Row.campaign_id)
        .where(_Row.address_id.in_(address_ids), came)
        .order_by(_Row.begun_at.desc())
    )
    return [(row.title, row.begun_at) for row in tx.execute(statement)]


def erase(tx: sa.Connection, address_id: int, now: datetime) -> None:
    """Take a person out: what waits is passed over, what was is a number."""
    mine = _Row.address_id == address_id
    waits = sa.and_(mine, _Row.state == Delivered.PENDING)
    change = {"state": Delivered.SKIPPED, "reason": Skip.ERASED, "due": None, "ended_at": now}
    tx.execute(sa.update(deliveries).where(waits).values(change))
    tx.execute(sa.update(deliveries).where(mine).values(address_id=None, person=None, commune="", answer=None))


def let_go(tx: sa.Connection, before: datetime) -> int:
    """Forget who got campaigns that ended before then; return how many rows."""
    over = sa.select(campaigns.c.id).where(campaigns.c.ended_at < before)
    mine = sa.and_(_Row.person.is_not(None), _Row.campaign_id.in_(over))
    return tx.execute(sa.update(deliveries).where(mine).values(address_id=None, person=None)).rowcount


_OPEN: Final = _Row.state.in_([sa.literal_column("'pending'"), sa.literal_column("'sending'")])

# Statements of every single send, made once (as in messages.py).
_NOW: Final = sa.bindparam("now", type_=_Row.due.type)
_PERSONS: Final = addresses.alias("persons_addresses")
_SUBSCRIBED: Final = (
    sa.exists()
    .where(subscriptions.c.subject == campaigns.c.subject, subscriptions.c.address_id == _PERSONS.c.id)
    .where(
        sa.or_(
            _PERSONS.c.id == addresses.c.id,
            sa.and_(addresses.c.person.is_not(None), _PERSONS.c.person == addresses.c.person),
        )
    )
)
_DUE: Final = (
    sa.select(
        _Row.id, _Row.campaign_id, _Row.address_id, _Row.person, _Row.tries, addresses.c.channel, addresses.c.chat,
        addresses.c.state, campaign_texts.c.text, campaign_texts.c.buttons, campaigns.c.subject,
        campaigns.c.emergency, _SUBSCRIBED.label("subscribed"),
    )
    .join(campaigns, campaigns.c.id == _Row.campaign_id)
    .join(addresses, addresses.c.id == _Row.address_id)
    .join(campaign_texts, campaign_texts.c.id == _Row.text_id)
    .where(campaigns.c.state == State.SENDING, _OPEN, _Row.state == Delivered.PENDING, _Row.due <= _NOW)
    .where(_Row.channel == sa.bindparam("channel"))
    .where(sa.or_(campaigns.c.emergency.is_(True), sa.bindparam("all", type_=sa.Boolean)))
    .where(_Row.address_id.not_in(sa.bindparam("but", expanding=True)))
    .order_by(_Row.campaign_id, _Row.due, _Row.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .with_for_update(of=deliveries, skip_locked=True)  # PostgreSQL; SQLite has one writer
)  # fmt: skip
_END: Final = (
    sa.update(deliveries)
    .where(_Row.id == sa.bindparam("number"), _Row.state == Delivered.SENDING)
    .values(
        state=sa.bindparam("to"), due=sa.bindparam("due"), ended_at=sa.bindparam("ended"),
        tries=_Row.tries + sa.bindparam("more"),
    )
)  # fmt: skip
