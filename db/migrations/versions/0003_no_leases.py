"""Forget leases: the sender begins what can leave at once and reserves nothing for later.

Going back brings the column, empty: nothing is reserved.
"""

import sqlalchemy as sa
from alembic import op

from db.tables import AwareTime

revision = "0003_no_leases"
down_revision = "0002_outbox_by_address"


def upgrade() -> None:
    op.drop_column("messages", "lease_until")  # in place since SQLite 3.35


def downgrade() -> None:
    op.add_column("messages", sa.Column("lease_until", AwareTime))
