"""Keep slips for the commune: what somebody answered in the check, encrypted, under the keyed hash of a code.

A new table only: the old code keeps running meanwhile. Going back takes the slips away; a new one is made in a minute.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_slips"
down_revision = "0007_content_work"

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "slips",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("code_hash", sa.Text, nullable=False),
        sa.Column("address_id", BIG_ID, nullable=False),
        sa.Column("commune", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slips"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_slips_address_id"),
        sa.UniqueConstraint("code_hash", name="uq_slips_code_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_slips_address_id", "slips", ["address_id"])
    op.create_index("ix_slips_last_day", "slips", ["last_day"])


def downgrade() -> None:
    op.drop_table("slips")
