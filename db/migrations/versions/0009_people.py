"""Keep what a person agreed to, subscribed to and asked for, and which addresses are one person.

New tables and a column that may be empty: the old code keeps running meanwhile. Going back loses subscriptions,
consents and privacy requests; every address is a person by itself again.
"""

import sqlalchemy as sa
from alembic import op

from db.tables import AwareTime

revision = "0009_people"
down_revision = "0008_slips"

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
NEVER_REUSED = {"sqlite_autoincrement": True}


def upgrade() -> None:
    op.add_column("addresses", sa.Column("person", sa.BigInteger))
    op.create_index("ix_addresses_person", "addresses", ["person"])
    _agreed()
    _linking()
    _privacy_requests()


def downgrade() -> None:
    for table in ("privacy_requests", "link_codes", "subscriptions", "consents"):
        op.drop_table(table)
    op.drop_index("ix_addresses_person", "addresses")
    op.drop_column("addresses", "person")


def _agreed() -> None:
    op.create_table(
        "consents",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("address_id", BIG_ID),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("given_at", AwareTime, nullable=False),
        sa.Column("ended_at", AwareTime),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_consents_address_id"),
        **NEVER_REUSED,
    )
    op.create_index("ix_consents_address_id", "consents", ["address_id"])
    op.create_index("ix_consents_who", "consents", ["who"])
    op.create_table(
        "subscriptions",
        sa.Column("address_id", BIG_ID, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("since", AwareTime, nullable=False),
        sa.PrimaryKeyConstraint("address_id", "subject", name="pk_subscriptions"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_subscriptions_address_id"),
    )
    op.create_index("ix_subscriptions_subject", "subscriptions", ["subject"])


def _linking() -> None:
    op.create_table(
        "link_codes",
        sa.Column("address_id", BIG_ID, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("until", AwareTime, nullable=False),
        sa.PrimaryKeyConstraint("address_id", name="pk_link_codes"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_link_codes_address_id"),
        sa.UniqueConstraint("code", name="uq_link_codes_code"),
    )


def _privacy_requests() -> None:
    op.create_table(
        "privacy_requests",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("address_id", BIG_ID),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("received_at", AwareTime, nullable=False),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("reason", sa.LargeBinary),
        sa.Column("closed_at", AwareTime),
        sa.Column("closed_by", BIG_ID),
        sa.PrimaryKeyConstraint("id", name="pk_privacy_requests"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_privacy_requests_address_id"),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name="fk_privacy_requests_closed_by"),
        **NEVER_REUSED,
    )
    op.create_index("ix_privacy_requests_address_id", "privacy_requests", ["address_id"])
    op.create_index("ix_privacy_requests_closed_by", "privacy_requests", ["closed_by"])
