"""Members, their quotas and tokens, hits, disputes and the outbox."""

from alembic import op

from schoon.store._sql import migration_statements

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and indexes of the two rooms."""
    connection = op.get_bind()
    for statement in migration_statements("0002_members_hits", connection.dialect.name):
        connection.exec_driver_sql(statement)
