"""Hosters, notices, deliveries, answers and referrals."""

from alembic import op

from schoon.store._sql import migration_statements

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, indexes and triggers of the room."""
    connection = op.get_bind()
    for statement in migration_statements("0007_notices", connection.dialect.name):
        connection.exec_driver_sql(statement)
