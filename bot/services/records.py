"""All that is kept of a person, for whoever answers for the service (`bot person`): shown, exported, erased.

The deed stands in the audit as done by the server for the member of staff who asked for it.
"""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from bot.core.handover import Handover
from bot.core.markup import parse, plain
from bot.core.staff import Member
from bot.core.types import Address
from bot.services import access
from bot.services.access import Right
from bot.services.own import PERSON
from bot.services.people import People
from bot.services.ports import Clock
from bot.services.sealed import Sealed
from db import (
    addresses,
    audit,
    consents,
    deliveries,
    handovers,
    leads,
    messages,
    privacy,
    sessions,
    slips,
    subscriptions,
)
from db.engine import Database
from db.leads import KeptLead
from db.slips import KeptSlip

SHOWN: Final = "shown_by_server"
EXPORTED: Final = "exported_by_server"
ERASED: Final = "erased_by_server"


class Records:
    def __init__(self, database: Database, sealed: Sealed, clock: Clock, people: People) -> None:
        self._database, self._sealed, self._clock, self._people = database, sealed, clock, people

    async def read(self, by: Member, address: Address, deed: str) -> Mapping[str, Any] | None:
        """Return everything kept of an address, in plain words; None where nothing is. Raises NotAllowed."""
        now = self._clock.now()

        def work(tx: sa.Connection) -> Mapping[str, Any] | None:
            access.confirm(tx, by, Right.ANSWER_PRIVACY)
            number = addresses.find(tx, address)
            if number is None:
                return None
            audit.note(tx, by.id, deed, PERSON, number, now)
            return self._everything(tx, number, address)

        return await self._database.write(work)

    async def erase(self, by: Member, address: Address) -> bool:
        """Erase a person, every address they linked, as they could in the chat; False where nothing is kept.

        Raises NotAllowed.
        """
        now = self._clock.now()

        def work(tx: sa.Connection) -> bool:
            access.confirm(tx, by, Right.ANSWER_PRIVACY)
            number = addresses.find(tx, address)
            if number is not None:
                audit.note(tx, by.id, ERASED, PERSON, number, now)
            return number is not None

        known = await self._database.write(work)
        if known:
            await self._people.erase(address, whole=True)
        return known

    def _everything(self, tx: sa.Connection, number: int, address: Address) -> Mapping[str, Any]:
        mine = addresses.of_person(tx, number)
        kept = sessions.load(tx, [number]).get(number)
        session = None if kept is None else self._sealed.read_session(kept.body)
        return {
            "address": str(address),
            "linked": [str(addresses.address_of(tx, each)) for each in mine[1:]],
            "language": None if session is None else session.language.value,
            "commune": "" if session is None else session.commune,
            "said": {} if session is None else dict(session.answers),
            "conversation": [self._line(each) for each in messages.read(tx, number)],
            "subscriptions": {name: since.isoformat() for name, since in subscriptions.read(tx, mine).items()},
            "consents": [_consent(each) for each in consents.read(tx, mine)],
            "handovers": [self._handover(tx, each) for each in handovers.of_address(tx, number)],
            "slips": [self._slip(each) for each in slips.of_address(tx, number)],
            "leads": [self._lead(each) for each in leads.of_addresses(tx, mine)],
            "announcements": [
                {"title": title, "at": at.isoformat()} for title, at in deliveries.of_addresses(tx, mine)
            ],
            "privacy_requests": [self._request(each) for each in privacy.of_addresses(tx, mine)],
        }

    def _line(self, row: messages.KeptMessage) -> Mapping[str, Any]:
        said = self._sealed.read_said(row)
        by = "person" if said.by_person else "service"
        return {"at": said.at.isoformat(), "by": by, "text": plain(parse(said.message.text))}

    def _handover(self, tx: sa.Connection, kept: Handover) -> Mapping[str, Any]:
        said = handovers.lines(tx, kept.id)
        return {
            "at": kept.created_at.isoformat(), "kind": kept.kind, "state": kept.state.value,
            "messages": list(self._sealed.read_handover(handovers.body(tx, kept.id))),
            "talk": [
                {
                    "at": each.at.isoformat(), "by": "person" if each.staff_id is None else "staff",
                    "text": self._sealed.read_line(each.body),
                }
                for each in said
            ],
        }  # fmt: skip

    def _slip(self, kept: KeptSlip) -> Mapping[str, Any]:
        told = self._sealed.read_slip(kept.body)
        return {"day": kept.day.isoformat(), "last_day": kept.last_day.isoformat(), "answers": dict(told.answers)}

    def _lead(self, kept: KeptLead) -> Mapping[str, Any]:
        """Without what counsellors wrote for one another: that is not the person's."""
        record = self._sealed.read_lead(kept.body)
        return {
            "receipt": record.receipt, "opened": kept.created_at.isoformat(), "state": kept.state.value,
            "for_somebody_else": kept.is_other, "consent": record.consent, "answers": dict(record.answers),
            "calls": [{"at": call.at.isoformat(), "result": call.result.value} for call in record.calls],
        }  # fmt: skip

    def _request(self, row: privacy.KeptRequest) -> Mapping[str, Any]:
        return {
            "at": row.received_at.isoformat(), "kind": row.kind, "state": row.state, "due": row.due.isoformat(),
            "text": self._sealed.read_privacy(row.body), "reason": self._sealed.read_privacy(row.reason),
        }  # fmt: skip


def _consent(row: consents.KeptConsent) -> Mapping[str, Any]:
    return {
        "purpose": row.purpose, "told": row.told, "version": row.version, "channel": row.channel,
        "given": row.given_at.isoformat(), "ended": None if row.ended_at is None else row.ended_at.isoformat(),
    }  # fmt: skip
