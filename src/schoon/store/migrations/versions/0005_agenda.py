"""What is due when."""

from alembic import op

from schoon.store._sql import migration_statements

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and its indexes."""
    connection = op.get_bind()
    for statement in migration_statements("0005_agenda", connection.dialect.name):
        connection.exec_driver_sql(statement)
