"""Run by Alembic with the connection and the transaction that db/migrations opened."""

from alembic import context

from db.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
