"""Campaigns and their texts."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.core.campaigns import State, Variant
from bot.core.types import Language, RenderedButton
from db.engine import run
from db.tables import campaign_texts, campaigns, deliveries, staff


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """`body`: what is written, as JSON."""

    code: str
    title: str
    subject: str
    body: str
    emergency: bool
    last_day: date
    author: int


@dataclass(frozen=True, slots=True)
class Kept:
    """`reason`: why it stands so, where nobody chose it. `author_name`: of today."""

    id: int
    code: str
    title: str
    subject: str
    body: str
    state: State
    reason: str
    emergency: bool
    last_day: date
    author: int
    writers: frozenset[int]
    hash: str
    created_at: datetime
    submitted_at: datetime | None
    due_at: datetime | None
    started_at: datetime | None
    watched_from: datetime | None
    ended_at: datetime | None
    author_name: str = ""


def add(tx: sa.Connection, new: NewCampaign, now: datetime) -> int:
    """Keep a draft; return its number."""
    row = {
        "code": new.code, "title": new.title, "subject": new.subject, "body": new.body, "state": State.DRAFT,
        "reason": "", "emergency": new.emergency, "last_day": new.last_day, "author_id": new.author,
        "writers": json.dumps([new.author]), "hash": "", "created_at": now,
    }  # fmt: skip
    number: int = tx.execute(sa.insert(campaigns).values(row).returning(campaigns.c.id)).scalar_one()
    return number


def rewrite(tx: sa.Connection, number: int, new: NewCampaign, writers: Collection[int]) -> bool:
    """Change a draft; False where it is none any more."""
    change = {
        "title": new.title, "subject": new.subject, "body": new.body, "emergency": new.emergency,
        "last_day": new.last_day, "author_id": new.author, "writers": json.dumps(sorted(writers)), "reason": "",
    }  # fmt: skip
    is_draft = sa.and_(campaigns.c.id == number, campaigns.c.state == State.DRAFT)
    return tx.execute(sa.update(campaigns).where(is_draft).values(change)).rowcount == 1


def find(tx: sa.Connection, number: int) -> Kept | None:
    return next(iter(_read(tx, campaigns.c.id == number)), None)


def coded(tx: sa.Connection, code: str) -> Kept | None:
    return next(iter(_read(tx, campaigns.c.code == code)), None)


def newest(tx: sa.Connection, most: int, states: Collection[State] = ()) -> Sequence[Kept]:
    which = campaigns.c.state.in_(states) if states else sa.true()
    return _read(tx, which, most)


def in_state(tx: sa.Connection, *states: State) -> Sequence[Kept]:
    return _read(tx, campaigns.c.state.in_(states))


def move(tx: sa.Connection, number: int, before: State, after: State, reason: str = "", **change: Any) -> bool:
    """Move a campaign on; False where it does not stand where it was expected."""
    same = sa.and_(campaigns.c.id == number, campaigns.c.state == before)
    values = {"state": after, "reason": reason, **change}
    return tx.execute(sa.update(campaigns).where(same).values(values)).rowcount == 1


def put_texts(tx: sa.Connection, number: int, variants: Sequence[Variant]) -> None:
    """Keep the texts as they are to be sent, in place of older ones; rows of a start that did not come to its end go.

    Only for a campaign that is not started.
    """
    tx.execute(sa.delete(deliveries).where(deliveries.c.campaign_id == number))
    tx.execute(sa.delete(campaign_texts).where(campaign_texts.c.campaign_id == number))
    rows: list[dict[str, Any]] = [
        {
            "campaign_id": number, "language": each.language, "commune": each.commune, "text": each.text,
            "buttons": buttons_as_json(each.buttons),
        }
        for each in variants
    ]  # fmt: skip
    run(tx, sa.insert(campaign_texts), rows)


def texts(tx: sa.Connection, number: int) -> Sequence[tuple[int, Variant]]:
    """Return the texts as submitted, with their numbers."""
    of = campaign_texts.c
    rows = tx.execute(sa.select(campaign_texts).where(of.campaign_id == number).order_by(of.language.desc(), of.id))
    return [
        (row.id, Variant(Language(row.language), row.commune, row.text, buttons_of_json(row.buttons))) for row in rows
    ]


def buttons_as_json(buttons: Sequence[RenderedButton]) -> str:
    return json.dumps([[each.label, each.action] for each in buttons], ensure_ascii=False)


def buttons_of_json(told: str) -> tuple[RenderedButton, ...]:
    return tuple(RenderedButton(label, action) for label, action in json.loads(told))


def _read(tx: sa.Connection, which: sa.ColumnElement[bool], most: int | None = None) -> list[Kept]:
    statement = sa.select(campaigns, staff.c.name).join_from(campaigns, staff, campaigns.c.author_id == staff.c.id)
    rows = tx.execute(statement.where(which).order_by(campaigns.c.id.desc()).limit(most))
    return [
        Kept(
            row.id, row.code, row.title, row.subject, row.body, State(row.state), row.reason, row.emergency,
            row.last_day, row.author_id, frozenset(json.loads(row.writers)), row.hash, row.created_at,
            row.submitted_at, row.due_at, row.started_at, row.watched_from, row.ended_at, row.name,
        )
        for row in rows
    ]  # fmt: skip
