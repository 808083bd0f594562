"""Keep conversations: events, sessions, what was said, questions without address, handovers, counts, key names.

Going back takes everything away.
"""

import sqlalchemy as sa
from alembic import op

from db.tables import AwareTime

revision = "0001_conversations"
down_revision = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
NEVER_REUSED = {"sqlite_autoincrement": True}


def upgrade() -> None:
    _addresses_and_events()
    _conversations()
    _counts_and_keys()


def downgrade() -> None:
    for table in (
        "keys", "daily_counts", "handovers", "messages", "questions", "sessions", "inbox", "addresses",
    ):  # fmt: skip
        op.drop_table(table)


def _addresses_and_events() -> None:
    op.create_table(
        "addresses",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("chat", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", AwareTime, nullable=False),
        sa.Column("seen_at", AwareTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_addresses"),
        sa.UniqueConstraint("channel", "chat", name="uq_addresses_channel_chat"),
        **NEVER_REUSED,
    )
    op.create_table(
        "inbox",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("address_id", BIG_ID),
        sa.Column("received_at", AwareTime, nullable=False),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("done_at", AwareTime),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_inbox_address_id"),
        sa.UniqueConstraint("channel", "event_id", name="uq_inbox_channel_event_id"),
        **NEVER_REUSED,
    )
    op.create_index("ix_inbox_address_id", "inbox", ["address_id"])
    _partial("ix_inbox_waiting", "inbox", ["id"], "state = 'waiting'")


def _conversations() -> None:
    op.create_table(
        "sessions",
        sa.Column("address_id", BIG_ID, nullable=False, autoincrement=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("updated_at", AwareTime, nullable=False),
        sa.PrimaryKeyConstraint("address_id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_sessions_address_id"),
    )
    op.create_table(
        "questions",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("commune", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("text", sa.LargeBinary),
        sa.Column("vote", sa.Text),
        sa.Column("counted", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
        **NEVER_REUSED,
    )
    op.create_index("ix_questions_day", "questions", ["day"])
    op.create_table(
        "messages",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("address_id", BIG_ID, nullable=False),
        sa.Column("inbox_id", BIG_ID),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("by_person", sa.Boolean, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("content_version", sa.Text, nullable=False),
        sa.Column("question_id", BIG_ID),
        sa.Column("guarded_until", AwareTime),
        sa.Column("state", sa.Text),
        sa.Column("due", AwareTime),
        sa.Column("lease_until", AwareTime),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("created_at", AwareTime, nullable=False),
        sa.Column("sent_at", AwareTime),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_messages_address_id"),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name="fk_messages_inbox_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name="fk_messages_question_id", ondelete="SET NULL"),
        **NEVER_REUSED,
    )
    op.create_index("ix_messages_address_id_id", "messages", ["address_id", "id"])
    op.create_index("ix_messages_inbox_id", "messages", ["inbox_id"])
    op.create_index("ix_messages_question_id", "messages", ["question_id"])
    _partial("ix_messages_to_send", "messages", ["due", "id"], "state IN ('pending', 'sending')")
    _partial("ix_messages_guarded", "messages", ["guarded_until"], "guarded_until IS NOT NULL")
    op.create_table(
        "handovers",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("address_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("commune", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", AwareTime, nullable=False),
        sa.Column("closed_at", AwareTime),
        sa.PrimaryKeyConstraint("id", name="pk_handovers"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_handovers_address_id"),
        **NEVER_REUSED,
    )
    op.create_index("ix_handovers_address_id", "handovers", ["address_id"])


def _counts_and_keys() -> None:
    op.create_table(
        "daily_counts",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("commune", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "channel", "language", "commune", "topic", "decision", name="pk_daily_counts"),
    )
    op.create_table(
        "keys",
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("check", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="pk_keys"),
    )


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
