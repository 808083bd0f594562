"""Whether a database has been used: what a first start makes by itself does not count."""

from typing import Final

import sqlalchemy as sa

# A first start makes the first administrator's link, notes that, and names its key.
_OF_A_START: Final = frozenset({"alembic_version", "keys", "staff", "staff_roles", "invitations", "audit"})


def is_unused(tx: sa.Connection) -> bool:
    """Read from the tables that are there, not from those this version knows: it may be an older database."""
    there = sa.inspect(tx).get_table_names()
    for name in there:
        what = sa.text("name <> ''") if name == "staff" else sa.true()
        is_filled = tx.scalar(sa.select(sa.literal(1)).select_from(sa.table(name)).where(what).limit(1))
        if is_filled and (name == "staff" or name not in _OF_A_START):
            return False
    return True
