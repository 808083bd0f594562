"""Keep staff: who may sign in with which roles and communes, their sign-ins, what they saw and changed, approvals.

New tables only: the old code keeps running meanwhile. Going back takes all staff away; the next start invites a
first administrator again.
"""

import sqlalchemy as sa
from alembic import op

from db.tables import AwareTime

revision = "0004_staff"
down_revision = "0003_no_leases"

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
NEVER_REUSED = {"sqlite_autoincrement": True}


def upgrade() -> None:
    _people()
    _signing_in()
    _audit_and_approvals()


def downgrade() -> None:
    for table in (
        "approvals", "audit", "sign_in_tries", "sign_ins", "invitations", "staff_communes", "staff_roles", "staff",
    ):  # fmt: skip
        op.drop_table(table)


def _people() -> None:
    op.create_table(
        "staff",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("password", sa.Text),
        sa.Column("totp", sa.LargeBinary),
        sa.Column("totp_used", sa.BigInteger),
        sa.Column("created_at", AwareTime, nullable=False),
        sa.Column("ended_at", AwareTime),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("name_key", name="uq_staff_name_key"),
        **NEVER_REUSED,
    )
    for table, value in (("staff_roles", "role"), ("staff_communes", "commune")):
        op.create_table(
            table,
            sa.Column("staff_id", BIG_ID, nullable=False),
            sa.Column(value, sa.Text, nullable=False),
            sa.PrimaryKeyConstraint("staff_id", value, name=f"pk_{table}"),
            sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=f"fk_{table}_staff_id"),
        )


def _signing_in() -> None:
    op.create_table(
        "invitations",
        sa.Column("staff_id", BIG_ID, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("until", AwareTime, nullable=False),
        sa.Column("totp", sa.LargeBinary, nullable=False),
        sa.Column("password", sa.Text),
        sa.PrimaryKeyConstraint("staff_id", name="pk_invitations"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_invitations_staff_id"),
        sa.UniqueConstraint("token", name="uq_invitations_token"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("staff_id", BIG_ID, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("browser", sa.Text, nullable=False),
        sa.Column("created_at", AwareTime, nullable=False),
        sa.Column("seen_at", AwareTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_ins"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_sign_ins_staff_id"),
        sa.UniqueConstraint("token", name="uq_sign_ins_token"),
        **NEVER_REUSED,
    )
    op.create_index("ix_sign_ins_staff_id", "sign_ins", ["staff_id"])
    op.create_table(
        "sign_in_tries",
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("last_at", AwareTime, nullable=False),
        sa.Column("wait_until", AwareTime, nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_sign_in_tries"),
    )


def _audit_and_approvals() -> None:
    op.create_table(
        "audit",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", AwareTime, nullable=False),
        sa.Column("staff_id", BIG_ID),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_audit_staff_id"),
        **NEVER_REUSED,
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_staff_id", "audit", ["staff_id"])
    op.create_table(
        "approvals",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("author_id", BIG_ID, nullable=False),
        sa.Column("approver_id", BIG_ID),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("until", AwareTime, nullable=False),
        sa.Column("created_at", AwareTime, nullable=False),
        sa.Column("ruled_at", AwareTime),
        sa.PrimaryKeyConstraint("id", name="pk_approvals"),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name="fk_approvals_author_id"),
        sa.ForeignKeyConstraint(["approver_id"], ["staff.id"], name="fk_approvals_approver_id"),
        **NEVER_REUSED,
    )
    for columns in (["author_id"], ["approver_id"], ["subject", "subject_id"]):
        op.create_index(f"ix_approvals_{'_'.join(columns)}", "approvals", columns)
