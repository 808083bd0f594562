"""Vacancies: what employers offer, imported or typed by staff.

A new table: the old code keeps running meanwhile. Going back loses the vacancies; their files can be imported again.
"""

import sqlalchemy as sa
from alembic import op

from db.tables import AwareTime

revision = "0011_vacancies"
down_revision = "0010_leads"


def upgrade() -> None:
    words = (
        "title", "employer", "phone", "place", "wage", "source", "commune", "where", "contact", "description",
        "schooling", "training", "hours", "purpose",
    )  # fmt: skip
    op.create_table(
        "vacancies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in words[:5]),
        sa.Column("deadline", sa.Date, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("posted", sa.Date, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in words[6:]),
        sa.Column("ended_at", AwareTime),
        sa.Column("changed_at", AwareTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vacancies"),
        sa.UniqueConstraint("key", name="uq_vacancies_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_vacancies_deadline", "vacancies", ["deadline"])


def downgrade() -> None:
    op.drop_table("vacancies")
