"""Campaigns through the one sender: what may be begun now, and what an end means for the campaign.

Looked at for each row at the very moment it would leave: is the campaign still being sent, are they still subscribed,
have they had as much as one may get, is it night. Who may not get it now waits for the next allowed day.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from bot.core.campaign_pace import WEEK, Limits
from bot.core.campaigns import CHANGED, TABLE, TROUBLES, Action, Delivered, Skip, State
from bot.core.states import move
from db import campaigns, deliveries
from db.deliveries import Ended, ToAnnounce

WATCHED: Final = 200  # last sends of a campaign
TROUBLED: Final = 10  # of them refused or timed out, at most: more (5%) pause it
ROUNDS: Final = 50  # looks for more, where those found were passed over or put off: a commit must not take long


class Announcing:
    """What the sender of a channel asks (delivery.py)."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def begin(
        self, tx: sa.Connection, channel: str, now: datetime, *, limit: int, but: Collection[int]
    ) -> Sequence[ToAnnounce]:
        """Begin up to `limit` deliveries (`sending`), one of each address, none of the addresses `but`."""
        is_night = self._limits.quiet_until(now) is not None
        begun: dict[int, ToAnnounce] = {}
        for _ in range(ROUNDS):
            taken, room = [*but, *begun], limit - len(begun)
            rows = deliveries.waiting(tx, channel, now, limit=room, but=taken, emergency_only=is_night) if room else ()
            for row in rows:
                if row.address_id not in begun and self.may_leave(tx, row, now):
                    begun[row.address_id] = row
                    deliveries.begin(tx, [row.id], now)  # at once: the next row may be the same person's
            if not rows:
                break
        return list(begun.values())

    def may_leave(self, tx: sa.Connection, row: ToAnnounce, now: datetime) -> bool:
        """Whether they may get it now; else it is passed over, or put off to the next allowed day."""
        if row.is_stopped or not row.is_subscribed:
            deliveries.skip(tx, row.id, Skip.STOPPED if row.is_stopped else Skip.OPTED_OUT, now)
            return False
        if row.emergency:
            return True
        allowed = self._limits.next_allowed(deliveries.had(tx, row.person, now - WEEK - timedelta(days=1)), now)
        if allowed > now:
            deliveries.put_off(tx, row.id, allowed)
            return False
        return True

    def next_due(self, tx: sa.Connection, channel: str, now: datetime) -> datetime | None:
        """When something may be begun next; None while nothing waits. By night: not before the morning."""
        due = deliveries.next_due(tx, channel)
        morning = self._limits.quiet_until(now)
        return max(due, morning) if due is not None and morning is not None else due

    def lose_sight(self, tx: sa.Connection, channel: str, now: datetime) -> int:
        return deliveries.lose_sight(tx, channel, now)


def note_announced(tx: sa.Connection, ends: Sequence[Ended]) -> None:
    """Note how sends ended. A campaign with too many refused or timed out is paused, and says why."""
    deliveries.note(tx, ends)
    for campaign_id in {end.row.campaign_id for end in ends if end.state is Delivered.PENDING}:
        _pass_over(tx, campaign_id, ends[0].at)
    troubled = {end.row.campaign_id: end.at for end in ends if end.state in (Delivered.REFUSED, Delivered.UNSURE)}
    for campaign_id, now in troubled.items():
        kept = campaigns.find(tx, campaign_id)
        if kept is None or kept.state is not State.SENDING:
            continue
        since = kept.watched_from or kept.created_at
        if deliveries.troubled(tx, campaign_id, WATCHED, since) > TROUBLED:
            after = move(TABLE, State.SENDING, Action.PAUSE)
            campaigns.move(tx, campaign_id, State.SENDING, after, TROUBLES, watched_from=now)


def _pass_over(tx: sa.Connection, campaign_id: int, now: datetime) -> None:
    """What comes back from its sender after the campaign's end waits for nothing."""
    kept = campaigns.find(tx, campaign_id)
    if kept is not None and kept.state is State.CANCELLED:
        deliveries.skip_rest(tx, campaign_id, Skip.CANCELLED, now)
    elif kept is not None and kept.state is State.PAUSED and kept.reason == CHANGED:
        deliveries.skip_rest(tx, campaign_id, Skip.OUT_OF_DATE, now)
