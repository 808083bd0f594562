"""Keep who has a handover, until when its first answer is due, and what is said while somebody has it.

Columns that may be empty and a new table: the old code keeps running meanwhile. Going back loses what was said in
talks and who had them; a handover that somebody has waits again.
"""

import sqlalchemy as sa
from alembic import op

from db.tables import AwareTime

revision = "0006_handovers"
down_revision = "0004_staff"

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIMES = ("due_at", "answered_at", "read_at", "told_at")
TALK = sa.text("state = 'claimed'")


def upgrade() -> None:
    staff = sa.ForeignKey("staff.id", name="fk_handovers_staff_id")
    with op.batch_alter_table("handovers", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("staff_id", BIG_ID, staff))
        for name in TIMES:
            table.add_column(sa.Column(name, AwareTime))
        table.add_column(sa.Column("reason", sa.Text))
    op.create_index("ix_handovers_staff_id", "handovers", ["staff_id"])
    op.create_index("ix_handovers_talk", "handovers", ["address_id"], sqlite_where=TALK, postgresql_where=TALK)
    op.create_table(
        "handover_lines",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("handover_id", BIG_ID, nullable=False),
        sa.Column("staff_id", BIG_ID),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("created_at", AwareTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handover_lines"),
        sa.ForeignKeyConstraint(["handover_id"], ["handovers.id"], name="fk_handover_lines_handover_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_handover_lines_staff_id"),
        sqlite_autoincrement=True,
    )
    for column in ("handover_id", "staff_id"):
        op.create_index(f"ix_handover_lines_{column}", "handover_lines", [column])
    op.create_table(
        "staff_bindings",
        sa.Column("staff_id", BIG_ID, nullable=False),
        sa.Column("address_id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name="pk_staff_bindings"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_bindings_staff_id"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_staff_bindings_address_id"),
    )
    op.create_index("ix_staff_bindings_address_id", "staff_bindings", ["address_id"])


def downgrade() -> None:
    op.drop_table("staff_bindings")
    op.drop_table("handover_lines")
    op.execute("UPDATE handovers SET state = 'open' WHERE state = 'claimed'")
    op.drop_index("ix_handovers_talk", "handovers")
    op.drop_index("ix_handovers_staff_id", "handovers")
    with op.batch_alter_table("handovers", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint("fk_handovers_staff_id", type_="foreignkey")
        for name in ("staff_id", *TIMES, "reason"):
            table.drop_column(name)
