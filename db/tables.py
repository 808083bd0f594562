"""The tables. `db/schema.sql` is a dump of them to read.

SQLite may give the number of an erased row again; AUTOINCREMENT forbids it, since the sender may still hold one.
Every time is aware UTC, every day a local day, every blob is encrypted. Rows that are waited for (events without
their turn, replies not yet sent) have a partial index of their own.
"""

from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

metadata: Final = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# SQLite counts rows by itself only in a column that is exactly INTEGER.
BigId: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class AwareTime(sa.types.TypeDecorator[datetime]):
    """An aware moment, kept as UTC. SQLite would give it back without its zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment in UTC. Raises ValueError for one without a zone: nobody knows when that was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _id() -> sa.Column[Any]:
    return sa.Column("id", BigId, primary_key=True)


addresses: Final = sa.Table(
    "addresses",
    metadata,
    _id(),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("chat", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # active | blocked | erased: nothing but the last reply is left
    sa.Column("created_at", AwareTime, nullable=False),
    sa.Column("seen_at", AwareTime, nullable=False),
    sa.Column("person", sa.BigInteger, index=True),  # what linked addresses share; NULL: a person by itself
    sa.UniqueConstraint("channel", "chat"),
    sqlite_autoincrement=True,
)

inbox: Final = sa.Table(
    "inbox",
    metadata,
    _id(),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("address_id", sa.ForeignKey("addresses.id"), index=True),  # NULL once the person erased it
    sa.Column("received_at", AwareTime, nullable=False),
    sa.Column("payload", sa.LargeBinary),  # only while the event waits for its turn
    sa.Column("state", sa.Text, nullable=False),  # waiting | done | aside
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("done_at", AwareTime),
    sa.UniqueConstraint("channel", "event_id"),
    sa.Index("ix_inbox_waiting", "id", sqlite_where=sa.text("state = 'waiting'"),
             postgresql_where=sa.text("state = 'waiting'")),
    sqlite_autoincrement=True,
)  # fmt: skip

sessions: Final = sa.Table(
    "sessions",
    metadata,
    sa.Column("address_id", sa.ForeignKey("addresses.id"), primary_key=True, autoincrement=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("updated_at", AwareTime, nullable=False),
)

questions: Final = sa.Table(
    "questions",
    metadata,
    _id(),
    sa.Column("day", sa.Date, nullable=False, index=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("commune", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("text", sa.LargeBinary),  # only where nobody answered it, or not what was meant
    sa.Column("vote", sa.Text),
    sa.Column("counted", sa.Boolean, nullable=False),  # whether daily_counts holds it
    sa.Column("edit_id", sa.BigInteger, index=True),  # the change of the content that was made of it
    sqlite_autoincrement=True,
)

messages: Final = sa.Table(
    "messages",
    metadata,
    _id(),
    sa.Column("address_id", sa.ForeignKey("addresses.id"), nullable=False),
    sa.Column("inbox_id", sa.ForeignKey("inbox.id", ondelete="SET NULL"), index=True),
    sa.Column("seq", sa.Integer, nullable=False),  # place within its turn, from 0
    sa.Column("by_person", sa.Boolean, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("content_version", sa.Text, nullable=False),
    sa.Column("question_id", sa.ForeignKey("questions.id", ondelete="SET NULL"), index=True),
    sa.Column("guarded_until", AwareTime),
    sa.Column("state", sa.Text),  # a delivery state; NULL for what the person said
    sa.Column("due", AwareTime),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("created_at", AwareTime, nullable=False),
    sa.Column("sent_at", AwareTime),
    sa.Index("ix_messages_address_id_id", "address_id", "id"),
    sa.Index("ix_messages_open", "address_id", "id", sqlite_where=sa.text("state IN ('pending', 'sending')"),
             postgresql_where=sa.text("state IN ('pending', 'sending')")),
    sa.Index("ix_messages_guarded", "guarded_until", sqlite_where=sa.text("guarded_until IS NOT NULL"),
             postgresql_where=sa.text("guarded_until IS NOT NULL")),
    sqlite_autoincrement=True,
)  # fmt: skip

handovers: Final = sa.Table(
    "handovers",
    metadata,
    _id(),
    sa.Column("address_id", sa.ForeignKey("addresses.id"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),  # question | distress
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("commune", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # open | claimed | closed
    sa.Column("created_at", AwareTime, nullable=False),
    sa.Column("closed_at", AwareTime),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), index=True),  # who has it, or closed it
    sa.Column("due_at", AwareTime),  # the first answer
    sa.Column("answered_at", AwareTime),  # the first answer
    sa.Column("read_at", AwareTime),  # when who has it last looked or wrote
    sa.Column("told_at", AwareTime),  # when staff were told that it waits
    sa.Column("reason", sa.Text),
    sa.Index("ix_handovers_talk", "address_id", sqlite_where=sa.text("state = 'claimed'"),
             postgresql_where=sa.text("state = 'claimed'")),
    sqlite_autoincrement=True,
)  # fmt: skip

handover_lines: Final = sa.Table(
    "handover_lines",
    metadata,
    _id(),
    sa.Column("handover_id", sa.ForeignKey("handovers.id"), nullable=False, index=True),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), index=True),  # NULL: the person wrote it
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("created_at", AwareTime, nullable=False),
    sqlite_autoincrement=True,
)

leads: Final = sa.Table(
    "leads",
    metadata,
    _id(),
    sa.Column("address_id", sa.ForeignKey("addresses.id"), index=True),  # whose conversation it came from
    sa.Column("receipt", sa.Text, nullable=False, unique=True),  # keyed hash
    sa.Column("phone", sa.Text, nullable=False, index=True),  # keyed hash: shows possible duplicates
    sa.Column("commune", sa.Text, nullable=False, index=True),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("is_other", sa.Boolean, nullable=False),  # registered by somebody else
    sa.Column("is_confirmed", sa.Boolean, nullable=False),  # the seeker said yes themselves
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),  # of closing
    sa.Column("owner_id", sa.ForeignKey("staff.id"), index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),  # answers, receipt, calls with their results
    sa.Column("calls", sa.Integer, nullable=False),
    sa.Column("created_at", AwareTime, nullable=False),
    sa.Column("moved_at", AwareTime, nullable=False),  # last move or call: from here it may rest for a while only
    sa.Column("contacted_at", AwareTime, nullable=False),  # last contact: kept from here on
    sa.Column("next_step", sa.Date),
    sa.Column("rises_at", AwareTime),  # when it reaches the supervisor unless something happens; NULL: it may rest
    sa.Column("reached_at", AwareTime),  # first time that the seeker was spoken to
    sa.Column("reconfirm_at", AwareTime),  # asked in the chat whether they still look for work; NULL: not since contact
    sa.Column("placed_at", AwareTime),
    sa.Column("result_30", sa.Text),  # of the placement, so many days later: asked | working | left; NULL: not asked
    sa.Column("result_90", sa.Text),
    sa.Index("ix_leads_queue", "state", "owner_id", "created_at"),
    sa.Index("ix_leads_rises_at", "rises_at"),
    sqlite_autoincrement=True,
)

vacancies: Final = sa.Table(  # work that employers offer: public, nobody's personal data
    "vacancies",
    metadata,
    _id(),
    sa.Column("key", sa.Text, nullable=False, unique=True),  # by which the next import knows it again
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("employer", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("wage", sa.Text, nullable=False),
    sa.Column("deadline", sa.Date, nullable=False, index=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("posted", sa.Date, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("commune", sa.Text, nullable=False),
    sa.Column("where", sa.Text, nullable=False),
    sa.Column("contact", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("schooling", sa.Text, nullable=False),
    sa.Column("training", sa.Text, nullable=False),
    sa.Column("hours", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("ended_at", AwareTime),  # taken down before its deadline
    sa.Column("changed_at", AwareTime, nullable=False),
    sqlite_autoincrement=True,
)

receipt_tries: Final = sa.Table(
    "receipt_tries",
    metadata,
    _id(),
    sa.Column("who", sa.Text, nullable=False, index=True),  # keyed hash of an address or of a receipt
    sa.Column("at", AwareTime, nullable=False, index=True),
    sqlite_autoincrement=True,
)

daily_counts: Final = sa.Table(
    "daily_counts",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("language", sa.Text, primary_key=True),
    sa.Column("commune", sa.Text, primary_key=True),
    sa.Column("topic", sa.Text, primary_key=True),
    sa.Column("decision", sa.Text, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)

keys: Final = sa.Table(
    "keys",
    metadata,
    sa.Column("key_id", sa.Text, primary_key=True),
    sa.Column("check", sa.Text, nullable=False),
)

# --- What a person agreed to, and asked for.

consents: Final = sa.Table(
    "consents",
    metadata,
    _id(),
    sa.Column("address_id", sa.ForeignKey("addresses.id"), index=True),  # NULL once it was erased: the proof stays
    sa.Column("who", sa.Text, nullable=False, index=True),  # keyed hash of the address; names its key
    sa.Column("purpose", sa.Text, nullable=False),  # news.<subject> | audience.<what>
    sa.Column("told", sa.Text, nullable=False),  # what they let be known (a class, a commune); "" once it is ended
    sa.Column("version", sa.Text, nullable=False),  # of the text that was agreed to
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("given_at", AwareTime, nullable=False),
    sa.Column("ended_at", AwareTime),
    sqlite_autoincrement=True,
)

subscriptions: Final = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("address_id", sa.ForeignKey("addresses.id"), primary_key=True, autoincrement=False),
    sa.Column("subject", sa.Text, primary_key=True),  # prefix of a topic id
    sa.Column("since", AwareTime, nullable=False),
    sa.Index("ix_subscriptions_subject", "subject"),
)

link_codes: Final = sa.Table(
    "link_codes",
    metadata,
    sa.Column("address_id", sa.ForeignKey("addresses.id"), primary_key=True, autoincrement=False),
    sa.Column("code", sa.Text, unique=True),  # keyed hash of the code that this address shows
    sa.Column("tries", sa.Integer, nullable=False),  # wrong codes typed on this address
    sa.Column("until", AwareTime, nullable=False),
)

privacy_requests: Final = sa.Table(
    "privacy_requests",
    metadata,
    _id(),
    sa.Column("address_id", sa.ForeignKey("addresses.id"), index=True),  # NULL once it was erased
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary),  # what they wrote; NULL once it was erased
    sa.Column("state", sa.Text, nullable=False),  # open | closed
    sa.Column("received_at", AwareTime, nullable=False),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("reason", sa.LargeBinary),  # how it was closed
    sa.Column("closed_at", AwareTime),
    sa.Column("closed_by", sa.ForeignKey("staff.id"), index=True),
    sqlite_autoincrement=True,
)

# --- Staff. Names and roles are all that is kept of them; secrets are hashed, or sealed where they must be read.

staff: Final = sa.Table(
    "staff",
    metadata,
    _id(),
    sa.Column("name", sa.Text, nullable=False),  # "" until the first administrator has chosen one
    sa.Column("name_key", sa.Text, nullable=False, unique=True),  # as names are compared (core.staff.name_key)
    sa.Column("standing", sa.Text, nullable=False),  # invited | active | ended
    sa.Column("password", sa.Text),  # argon2's own form
    sa.Column("totp", sa.LargeBinary),
    sa.Column("totp_used", sa.BigInteger),  # the newest 30 seconds whose code was used: no code counts twice
    sa.Column("created_at", AwareTime, nullable=False),
    sa.Column("ended_at", AwareTime),
    sqlite_autoincrement=True,
)

staff_roles: Final = sa.Table(
    "staff_roles",
    metadata,
    sa.Column("staff_id", sa.ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    sa.Column("role", sa.Text, primary_key=True),
)

staff_communes: Final = sa.Table(
    "staff_communes",
    metadata,
    sa.Column("staff_id", sa.ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    sa.Column("commune", sa.Text, primary_key=True),
)

staff_bindings: Final = sa.Table(  # where a member is told that something waits
    "staff_bindings",
    metadata,
    sa.Column("staff_id", sa.ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    sa.Column("address_id", sa.ForeignKey("addresses.id"), nullable=False, index=True),
)

invitations: Final = sa.Table(
    "invitations",
    metadata,
    sa.Column("staff_id", sa.ForeignKey("staff.id"), primary_key=True, autoincrement=False),  # a new link ends the old
    sa.Column("token", sa.Text, nullable=False, unique=True),  # SHA-256 of the link's token
    sa.Column("until", AwareTime, nullable=False),
    sa.Column("totp", sa.LargeBinary, nullable=False),
    sa.Column("password", sa.Text),  # once it is chosen; the code from the phone makes both count
)

sign_ins: Final = sa.Table(
    "sign_ins",
    metadata,
    _id(),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("token", sa.Text, nullable=False, unique=True),  # SHA-256 of the cookie's token
    sa.Column("browser", sa.Text, nullable=False),  # its kind: "Firefox, Linux"
    sa.Column("created_at", AwareTime, nullable=False),
    sa.Column("seen_at", AwareTime, nullable=False),
    sqlite_autoincrement=True,
)

sign_in_tries: Final = sa.Table(
    "sign_in_tries",
    metadata,
    sa.Column("who", sa.Text, primary_key=True),  # keyed hash of an account's name or of an internet line
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("last_at", AwareTime, nullable=False),
    sa.Column("wait_until", AwareTime, nullable=False),
)

slips: Final = sa.Table(
    "slips",
    metadata,
    _id(),
    sa.Column("code_hash", sa.Text, nullable=False, unique=True),  # keyed hash: the code itself is kept nowhere
    sa.Column("address_id", sa.ForeignKey("addresses.id"), nullable=False, index=True),
    sa.Column("commune", sa.Text, nullable=False),  # whose staff may open it
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("day", sa.Date, nullable=False),  # on which it was made
    sa.Column("last_day", sa.Date, nullable=False, index=True),  # on which it can be opened
    sqlite_autoincrement=True,
)

audit: Final = sa.Table(
    "audit",
    metadata,
    _id(),
    sa.Column("at", AwareTime, nullable=False, index=True),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), index=True),  # NULL: the server itself
    sa.Column("deed", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),  # the kind of record, never what it holds
    sa.Column("subject_id", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

approvals: Final = sa.Table(
    "approvals",
    metadata,
    _id(),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("subject_id", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("author_id", sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("approver_id", sa.ForeignKey("staff.id"), index=True),
    sa.Column("stage", sa.Text, nullable=False),  # waiting | approved | refused | withdrawn
    sa.Column("until", AwareTime, nullable=False),
    sa.Column("created_at", AwareTime, nullable=False),
    sa.Column("ruled_at", AwareTime),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),  # of a refusal, for its author
    sa.Index("ix_approvals_subject_subject_id", "subject", "subject_id"),
    sqlite_autoincrement=True,
)

content_edits: Final = sa.Table(
    "content_edits",
    metadata,
    _id(),
    sa.Column("kind", sa.Text, nullable=False),  # a kind of change (core.editing.Kind)
    sa.Column(
        "target", sa.Text, nullable=False
    ),  # what it changes: a topic, a concept, a parameter; no words of people
    sa.Column("body", sa.LargeBinary),  # NULL once it is forgotten
    sa.Column("stage", sa.Text, nullable=False),  # draft | submitted | approved | written | refused | dropped
    sa.Column("author_id", sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("approval_id", sa.ForeignKey("approvals.id"), index=True),
    sa.Column("compared", sa.Text),  # what it would do to understanding, as JSON numbers
    sa.Column("created_at", AwareTime, nullable=False),
    sa.Column("changed_at", AwareTime, nullable=False),
    sqlite_autoincrement=True,
)

# --- Campaigns. Their texts hold no personal data and are readable; who gets them stands in the deliveries.

campaigns: Final = sa.Table(
    "campaigns",
    metadata,
    _id(),
    sa.Column("code", sa.Text, nullable=False, unique=True),  # by which people check that it is ours
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),  # what is written, as JSON of its file
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),  # why it stands so, where nobody chose it
    sa.Column("emergency", sa.Boolean, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("author_id", sa.ForeignKey("staff.id"), nullable=False, index=True),  # who submits it
    sa.Column("writers", sa.Text, nullable=False),  # numbers of all who changed it, as JSON: none of them approves it
    sa.Column("hash", sa.Text, nullable=False),  # of what was submitted; "" before
    sa.Column("created_at", AwareTime, nullable=False),
    sa.Column("submitted_at", AwareTime),
    sa.Column("due_at", AwareTime),  # when it is to start
    sa.Column("started_at", AwareTime),
    sa.Column("watched_from", AwareTime),  # ends of sends before it do not stop it any more
    sa.Column("ended_at", AwareTime),
    sqlite_autoincrement=True,
)

campaign_texts: Final = sa.Table(  # as submitted, approved and sent
    "campaign_texts",
    metadata,
    _id(),
    sa.Column("campaign_id", sa.ForeignKey("campaigns.id"), nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("commune", sa.Text, nullable=False),  # "" = not known, or none is named
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("buttons", sa.Text, nullable=False),  # JSON: label, action
    sa.UniqueConstraint("campaign_id", "language", "commune"),
    sqlite_autoincrement=True,
)

_OPEN_DELIVERY: Final = sa.text("state IN ('pending', 'sending')")

deliveries: Final = sa.Table(
    "deliveries",
    metadata,
    _id(),
    sa.Column("campaign_id", sa.ForeignKey("campaigns.id"), nullable=False),
    sa.Column("address_id", sa.ForeignKey("addresses.id"), index=True),  # NULL once they are erased, or long after
    sa.Column("person", sa.BigInteger, index=True),  # one row each, on however many addresses they are
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("text_id", sa.ForeignKey("campaign_texts.id"), nullable=False, index=True),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("commune", sa.Text, nullable=False),  # only where they let it be known for this
    sa.Column("state", sa.Text, nullable=False),  # a delivery state
    sa.Column("reason", sa.Text, nullable=False),  # of skipped; `cap`: waits for an allowed day; `restart`: of unsure
    sa.Column("due", AwareTime),
    sa.Column("tries", sa.Integer, nullable=False),  # that surely did not leave
    sa.Column("begun_at", AwareTime),
    sa.Column("ended_at", AwareTime),
    sa.Column("seen_at", AwareTime),  # a page that held it was served
    sa.Column("answer", sa.Text),  # the button that was pressed
    sa.UniqueConstraint("campaign_id", "person"),
    sa.Index("ix_deliveries_campaign_id_state", "campaign_id", "state", "reason"),
    sa.Index("ix_deliveries_campaign_id_ended_at", "campaign_id", "ended_at"),
    sa.Index("ix_deliveries_open", "campaign_id", "channel", "due", "id", sqlite_where=_OPEN_DELIVERY,
             postgresql_where=_OPEN_DELIVERY),
    sqlite_autoincrement=True,
)  # fmt: skip
