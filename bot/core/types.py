"""Words shared by all: what comes in, what is remembered of a conversation, what goes out.

Everything here is a frozen value; change one with `dataclasses.replace`. Times are aware UTC, days are the
local day (CAUNOI_TIMEZONE) on which the message was received.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any


class Language(StrEnum):
    """Languages of every text. Vietnamese is the first one."""

    VI = "vi"
    EN = "en"


class Kind(StrEnum):
    """What kind of thing a person sent."""

    START = "start"  # opened the conversation; `text` may carry a deep link's payload
    TEXT = "text"
    CHOICE = "choice"  # pressed a button; `text` is the button's action
    MEDIA = "media"  # voice, picture, file, sticker: never fetched, kindly refused; `text` is its caption
    LOCATION = "location"  # a place on the map: not kept; we ask for the commune's name
    CONTACT = "contact"  # a phone number out of the address book: not kept
    GROUP = "group"  # somebody spoke in a group, or put us into one; what was said is not kept
    STOPPED = "stopped"  # the person (or group) does not want to hear from us any more
    RESUMED = "resumed"  # they do again
    UNREADABLE = "unreadable"  # could not be stored as it came; answered all the same


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person can be answered: `telegram:123`, `web:…`, `terminal:local`."""

    channel: str
    chat: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.chat}"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event of one address. `event_id` is unique within its channel for at least seven days."""

    address: Address
    event_id: str
    kind: Kind
    text: str
    received: datetime  # aware UTC; the law's day is the local day of this moment


SAID = "said:"  # begins the names of those answers of a session that were said in passing (core/interview/mentions.py)


@dataclass(frozen=True, slots=True)
class Session:
    """What the next step must know of the conversation so far. Serialised as JSON, stored encrypted.

    `flow` names what the last reply asked ("" = nothing): `commune`, `handover`, `handover_text`, `distress`,
    `eligibility` (core/interview; its answers under `e:`), `job_seeker` (core/registering.py; its answers under
    `f:`), `receipt` (core/own_leads.py), `erase:…`, `news`, `stop`, `audience`, `link`, `join:…`,
    `privacy:…` (the modules of these names). `topic` is the topic just spoken of; `commune` a
    `new_code` of places.csv. `answers`: `said:<fact>` is what the person said of a household fact in passing.
    """

    language: Language = Language.VI
    language_chosen: bool = False  # the person said so; otherwise it follows what they type
    greeted: bool = False
    flow: str = ""
    topic: str = ""
    part: str = ""
    commune: str = ""
    old_commune: str = ""  # `old_code` of the old unit they named, if they named one
    commune_asked: bool = False
    told_slow: bool = False  # that answers come one after the other was said, and it still holds
    answers: Mapping[str, str] = field(default_factory=dict)


class Decision(StrEnum):
    """How a ranking ends."""

    ANSWER = "answer"
    OFFER = "offer"
    SMALLTALK = "smalltalk"
    HANDOVER = "handover"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Ranking:
    """Topics for a text, best first (up to 5). For smalltalk, handover and distress the labels of topics.yaml.

    `second` is the topic of a second question in the text, "" when it asks one thing.
    """

    decision: Decision
    labels: tuple[str, ...]
    scores: tuple[float, ...]
    language: Language
    second: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """`action` is at most 64 bytes (Telegram's limit). `label` is a message key (`button.menu`), or `topic:<id>` /
    `also:<id>` / `part:<name>` / `subject:<id>` / `place:<new_code>` whose label stands in the content."""

    action: str
    label: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A message key with its params, not yet text. Keys `topic.part` (params topic, part) are topics' parts."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()
    guarded: bool = False  # shown once, kept ten minutes for a repeated POST, then gone
    takes_number: bool = False  # a number may be the answer, where buttons are pressed by their number


@dataclass(frozen=True, slots=True)
class RecordQuestion:
    """Keep the question's row: without address; the text only where nobody answered it (masked, encrypted)."""

    topic: str  # best label, "" when none
    decision: Decision
    text: str  # masked text to keep for editors, "" where it was answered


@dataclass(frozen=True, slots=True)
class Vote:
    """Whether the last answer of this topic was what the person meant. Where not, its question's text is kept."""

    topic: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class OpenHandover:
    """Pass the conversation's masked last messages to staff; only after the person's yes."""

    kind: str  # "question" | "distress"
    messages: tuple[str, ...]
    due: datetime | None = None  # the first answer; None: at once


@dataclass(frozen=True, slots=True)
class WriteToStaff:
    """Pass a masked message to the member of staff who has this person's handover."""

    text: str


@dataclass(frozen=True, slots=True)
class EndTalk:
    """The person ends the talk with staff."""


@dataclass(frozen=True, slots=True)
class BindStaff:
    """A member of staff typed the code of their account page: they are told here that something waits."""

    code: str


@dataclass(frozen=True, slots=True)
class OpenLead:
    """Register a job-seeker. `consent`: the day on which it was given, as YYYY-MM-DD. `is_other`: the seeker is not the
    one who writes, and has not said yes themselves. `due`: when it reaches the supervisor if nobody takes it."""

    receipt: str
    answers: Mapping[str, str]
    is_other: bool
    consent: str
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class CorrectLead:
    """Put these answers in the place of those of the writer's own lead. `due`: as in OpenLead, should it be for
    other counsellors now."""

    lead: int
    answers: Mapping[str, str]
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class WithdrawLead:
    """The writer does not want to be called any more: their own lead is closed."""

    lead: int


@dataclass(frozen=True, slots=True)
class AnswerLead:
    """What was asked of the writer's own lead is answered: `question` and `answer` of core/lead_questions.py."""

    lead: int
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class EraseLead:
    """Erase the writer's own lead and all that is kept with it."""

    lead: int


@dataclass(frozen=True, slots=True)
class EraseConversation:
    """Erase what is kept of this address (`whole_person`: of every address linked with it)."""

    whole_person: bool = False


@dataclass(frozen=True, slots=True)
class Agree:
    """Keep a consent: `news.<subject>` (subscribes), `audience.<what>` (`told`: what they let be known), `work.lead` or
    `work.<field>` (a registration for work, a sensitive answer in it).

    `version` names the text that was agreed to.
    """

    purpose: str
    version: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """End a consent, at once, on every address of the person."""

    purpose: str


@dataclass(frozen=True, slots=True)
class OfferLink:
    """Let this address show a code; whoever types it on another address within ten minutes becomes one with it."""

    code: str


@dataclass(frozen=True, slots=True)
class CountLinkTry:
    """A wrong code was typed."""


@dataclass(frozen=True, slots=True)
class JoinPerson:
    """Make one person of this address and the one that shows the code."""

    code: str


@dataclass(frozen=True, slots=True)
class PartAddress:
    """This address is a person by itself again."""


@dataclass(frozen=True, slots=True)
class AskPrivacy:
    """Pass a request about one's data to the admins. `text` is masked; `due`: the last day of the legal clock."""

    kind: str
    text: str
    due: date


@dataclass(frozen=True, slots=True)
class AnswerCampaign:
    """Note which button under an announcement was pressed: ok, help."""

    code: str
    word: str


@dataclass(frozen=True, slots=True)
class StopAddress:
    """Write nothing more to this address until it writes again."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A result to take to the commune: the check's answers as the session had them (core/interview/sheet.py), and when.

    `day` is the law's day on which it was made, `version` the content's then.
    """

    answers: Mapping[str, str]
    day: date
    version: str
    language: Language = Language.VI
    commune: str = ""
    old_commune: str = ""


@dataclass(frozen=True, slots=True)
class KeepSlip:
    """Keep a slip for so many days under a code (interview/slip.py) that only the person is told; after their yes."""

    code: str
    slip: Slip
    days: int


@dataclass(frozen=True, slots=True)
class EraseSlip:
    """Erase one slip of this address, by its number."""

    number: int


Effect = (
    RecordQuestion | Vote | OpenHandover | WriteToStaff | EndTalk | BindStaff | EraseConversation | StopAddress
    | KeepSlip | EraseSlip | Agree | Withdraw | OfferLink | CountLinkTry | JoinPerson | PartAddress | AskPrivacy
    | OpenLead | CorrectLead | WithdrawLead | AnswerLead | EraseLead | AnswerCampaign
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """What a step returns. `said` is what may be kept of the person's message: masked; "" keeps nothing."""

    session: Session
    replies: tuple[Reply, ...]
    effects: tuple[Effect, ...] = ()
    said: str = ""
    guarded: bool = False  # question and answer are shown once and not kept (distress, guarded topics)
    is_private: bool = False  # what was typed is the answer to a sensitive question: kept in the session only


@dataclass(frozen=True, slots=True)
class RenderedButton:
    label: str
    action: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A reply as text of the mini markup (core/markup.py) in the person's language, ready for any channel's writer."""

    text: str
    buttons: tuple[RenderedButton, ...] = ()
    guarded: bool = False
    version: str = ""  # content version it was rendered from
    takes_number: bool = False  # as in Reply; not stored


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a conversation as it is kept: who, when, what. `is_news`: came later than a turn, not seen yet."""

    at: datetime
    by_person: bool
    message: Rendered
    is_news: bool = False


class Outcome(StrEnum):
    """How one try to send ended."""

    SENT = "sent"
    BLOCKED = "blocked"  # the person stopped the bot: never again
    REFUSED = "refused"  # the platform will never take this message
    LATER = "later"  # surely not delivered: try again, not before `wait`
    UNSURE = "unsure"  # may have arrived: a person decides


@dataclass(frozen=True, slots=True)
class Attempt:
    outcome: Outcome
    wait: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from, and how far our reading goes."""

    text: str
    read_until: date | None = None
