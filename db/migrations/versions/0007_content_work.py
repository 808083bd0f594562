"""Keep changes of the content that staff draft in the console, which questions led to them, and why one was refused.

A new table and columns that may be empty: the old code keeps running meanwhile. Going back loses drafts and reasons;
what was written to the content folder stays there.
"""

import sqlalchemy as sa
from alembic import op

from db.tables import AwareTime

revision = "0007_content_work"
down_revision = "0006_handovers"

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("questions", sa.Column("edit_id", sa.BigInteger))
    op.create_index("ix_questions_edit_id", "questions", ["edit_id"])
    op.add_column("approvals", sa.Column("reason", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "content_edits",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("author_id", BIG_ID, nullable=False),
        sa.Column("approval_id", BIG_ID),
        sa.Column("compared", sa.Text),
        sa.Column("created_at", AwareTime, nullable=False),
        sa.Column("changed_at", AwareTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_content_edits"),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name="fk_content_edits_author_id"),
        sa.ForeignKeyConstraint(["approval_id"], ["approvals.id"], name="fk_content_edits_approval_id"),
        sqlite_autoincrement=True,
    )
    for column in ("author_id", "approval_id"):
        op.create_index(f"ix_content_edits_{column}", "content_edits", [column])


def downgrade() -> None:
    op.drop_table("content_edits")
    op.drop_column("approvals", "reason")
    op.drop_index("ix_questions_edit_id", "questions")
    op.drop_column("questions", "edit_id")
