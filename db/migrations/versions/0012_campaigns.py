"""Keep campaigns, their texts as approved, and one row for each person who is to get one.

New tables: the old code keeps running meanwhile. Going back loses campaigns and who got them.
"""

import sqlalchemy as sa
from alembic import op

from db.tables import AwareTime

revision = "0012_campaigns"
down_revision = "0011_vacancies"

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
OPEN = sa.text("state IN ('pending', 'sending')")


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("emergency", sa.Boolean, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("author_id", BIG_ID, nullable=False),
        sa.Column("writers", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("created_at", AwareTime, nullable=False),
        sa.Column("submitted_at", AwareTime),
        sa.Column("due_at", AwareTime),
        sa.Column("started_at", AwareTime),
        sa.Column("watched_from", AwareTime),
        sa.Column("ended_at", AwareTime),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
        sa.UniqueConstraint("code", name="uq_campaigns_code"),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name="fk_campaigns_author_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_campaigns_author_id", "campaigns", ["author_id"])
    op.create_index("ix_campaigns_state", "campaigns", ["state"])
    op.create_table(
        "campaign_texts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("campaign_id", BIG_ID, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("commune", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("buttons", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_campaign_texts"),
        sa.UniqueConstraint(
            "campaign_id", "language", "commune", name="uq_campaign_texts_campaign_id_language_commune"
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_campaign_texts_campaign_id"),
        sqlite_autoincrement=True,
    )
    _deliveries()


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("campaign_id", BIG_ID, nullable=False),
        sa.Column("address_id", BIG_ID),
        sa.Column("person", sa.BigInteger),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("text_id", BIG_ID, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("commune", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("due", AwareTime),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("begun_at", AwareTime),
        sa.Column("ended_at", AwareTime),
        sa.Column("seen_at", AwareTime),
        sa.Column("answer", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("campaign_id", "person", name="uq_deliveries_campaign_id_person"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_deliveries_campaign_id"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_deliveries_address_id"),
        sa.ForeignKeyConstraint(["text_id"], ["campaign_texts.id"], name="fk_deliveries_text_id"),
        sqlite_autoincrement=True,
    )
    for column in ("address_id", "person", "text_id"):
        op.create_index(f"ix_deliveries_{column}", "deliveries", [column])
    op.create_index("ix_deliveries_campaign_id_state", "deliveries", ["campaign_id", "state", "reason"])
    op.create_index("ix_deliveries_campaign_id_ended_at", "deliveries", ["campaign_id", "ended_at"])
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["campaign_id", "channel", "due", "id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    for table in ("deliveries", "campaign_texts", "campaigns"):
        op.drop_table(table)
