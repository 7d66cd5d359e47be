"""The journal by who did it."""

from alembic import op

from schoon.store._sql import migration_statements

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    connection = op.get_bind()
    for statement in migration_statements("0010_journal_actors", connection.dialect.name):
        connection.exec_driver_sql(statement)
