"""Notices by when they were sent, whoever got them."""

from alembic import op

from schoon.store._sql import migration_statements

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    connection = op.get_bind()
    for statement in migration_statements("0011_notices_sent", connection.dialect.name):
        connection.exec_driver_sql(statement)
