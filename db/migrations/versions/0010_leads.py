"""Leads: one row for each registration of a job-seeker, and the tries to ask for one by its receipt.

New tables: the old code keeps running meanwhile. Going back loses the registrations.
"""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

from db.tables import AwareTime

revision = "0010_leads"
down_revision = "0009_people"

BIG_ID: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")
NEVER_REUSED: Final[dict[str, Any]] = {"sqlite_autoincrement": True}


def upgrade() -> None:
    op.create_table(
        "leads",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("address_id", BIG_ID),
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("commune", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("is_other", sa.Boolean, nullable=False),
        sa.Column("is_confirmed", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("owner_id", BIG_ID),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("created_at", AwareTime, nullable=False),
        sa.Column("moved_at", AwareTime, nullable=False),
        sa.Column("contacted_at", AwareTime, nullable=False),
        sa.Column("next_step", sa.Date),
        sa.Column("rises_at", AwareTime),
        sa.Column("reached_at", AwareTime),
        sa.Column("reconfirm_at", AwareTime),
        sa.Column("placed_at", AwareTime),
        sa.Column("result_30", sa.Text),
        sa.Column("result_90", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_leads"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_leads_address_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name="fk_leads_owner_id"),
        sa.UniqueConstraint("receipt", name="uq_leads_receipt"),
        **NEVER_REUSED,
    )
    for column in ("address_id", "phone", "commune", "owner_id"):
        op.create_index(f"ix_leads_{column}", "leads", [column])
    op.create_index("ix_leads_queue", "leads", ["state", "owner_id", "created_at"])
    op.create_index("ix_leads_rises_at", "leads", ["rises_at"])
    op.create_table(
        "receipt_tries",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", AwareTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipt_tries"),
        **NEVER_REUSED,
    )
    op.create_index("ix_receipt_tries_who", "receipt_tries", ["who"])
    op.create_index("ix_receipt_tries_at", "receipt_tries", ["at"])


def downgrade() -> None:
    op.drop_table("receipt_tries")
    op.drop_table("leads")
