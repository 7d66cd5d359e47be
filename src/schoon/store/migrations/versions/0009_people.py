"""People and their tokens."""

from alembic import op

from schoon.store._sql import migration_statements

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, indexes and triggers."""
    connection = op.get_bind()
    for statement in migration_statements("0009_people", connection.dialect.name):
        connection.exec_driver_sql(statement)
