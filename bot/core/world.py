"""Everything a step may look at besides the session and the event."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.core.catalogue import Catalogue
from bot.core.leads import PATIENCE
from bot.core.own import NOTHING, Own, Receipt
from bot.core.types import Ranking, Said
from bot.core.vacancies import Vacancy


class Look(StrEnum):
    """What a step may ask to be loaded for it; most messages need none of it."""

    HISTORY = "history"  # the conversation so far
    OWN = "own"  # what else is kept of the person
    RECEIPT = "receipt"  # the registration whose receipt was typed
    STAFF = "staff"  # who could take a handover, and when
    VACANCIES = "vacancies"  # what is open on the day
    CODE = "code"  # signs that nobody can guess


class Ranker(Protocol):
    def rank(self, text: str) -> Ranking: ...


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each thing is kept, in days (design section 5, settings CAUNOI_RETAIN_…)."""

    event_ids: int = 7
    conversation: int = 30
    handover: int = 30  # after it is closed
    question_text: int = 365
    slip: int = 30
    audit: int = 730
    lead: int = 365  # after the last contact
    delivery: int = 365  # who got a campaign, after its end
    backup: int = 365  # what must outlive every backup: the erasure list, proofs


@dataclass(frozen=True, slots=True)
class Staff:
    """Whether anybody of the staff may take a question of this person's commune, or help in distress.

    `now`: the local moment of the message. None: not looked at.
    """

    can_answer: bool = False
    can_help: bool = False
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class World:
    """`day` is the law's day of this turn. `history`, `own` and `staff` are filled only where `looks_at` says so."""

    catalogue: Catalogue
    ranker: Ranker
    day: date
    history: tuple[Said, ...] = ()
    own: Own = NOTHING
    notice_shown: bool = False  # the channel itself shows the first-screen notice (the web page does)
    is_abroad: bool = False  # what is said passes servers abroad: the first notice says so
    is_slow: bool = False  # many replies to this person still wait for the channel's allowance
    takes_leads: bool = False  # job-seekers can register: an office runs the service, or it is a demonstration
    patience: timedelta = PATIENCE  # working time for which a registration may lie before the supervisor sees it
    vacancies: tuple[Vacancy, ...] = ()  # open on the day, the one that ends first coming first
    receipt: Receipt | None = None  # what the receipt that was typed opens; None where none was
    operator: str = ""  # whose service it is; "" = trial, nobody runs it
    privacy_contact: str = ""
    retention: Retention = Retention()
    web_place: str = ""  # where our pages are found, without the last slash: https://cau-noi.example
    code: str = ""  # of core/codes.py, fresh for the step, where `looks_at` asks for it
    staff: Staff = Staff()
    talks_of: str = ""  # the kind of the handover that a member of staff has with this person; "" = none
    per_day: int = 1  # announcements to one person at most
    per_week: int = 3
