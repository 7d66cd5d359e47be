"""Journal, parties and lists."""

from alembic import op

from schoon.store._sql import migration_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, indexes and triggers of the first three rooms."""
    connection = op.get_bind()
    for statement in migration_statements("0001_journal_parties_lists", connection.dialect.name):
        connection.exec_driver_sql(statement)
