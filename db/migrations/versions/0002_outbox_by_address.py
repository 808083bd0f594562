"""Find the first open reply of each address: the sender takes one of each, however many one person caused.

Going back brings the index by due time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_outbox_by_address"
down_revision = "0001_conversations"

OPEN = sa.text("state IN ('pending', 'sending')")


def upgrade() -> None:
    op.drop_index("ix_messages_to_send", "messages")
    op.create_index("ix_messages_open", "messages", ["address_id", "id"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index("ix_messages_open", "messages")
    op.create_index("ix_messages_to_send", "messages", ["due", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
