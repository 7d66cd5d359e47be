"""What Alembic runs: the migrations, on the connection that `store.migrate` opened."""

from alembic import context
from sqlalchemy import Connection

from schoon.store.tables import metadata

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
