"""Every table, on one MetaData.

To add a room's tables:

1. a module here that builds them on `metadata` (from `_base`), with times as `UtcDateTime` and ids as `RowId`;
2. its import below; triggers, where a rule needs them, in `guards/<table>.<dialect>.sql`, attached by `guard(table)`;
3. a migration in `store/migrations/versions` whose number follows on (`0002_<rooms>.py`, `down_revision = "0001"`):
   Alembic operations, or `migration_statements` of one `.sql` file per dialect, as in 0001.

A test holds that an empty database plus all migrations has the very objects of `create_all`, triggers included.
"""

from schoon.store.tables import (
    agenda,
    followup,
    hits,
    hosting,
    journal,
    lists,
    members,
    notices,
    parties,
    reports,
)
from schoon.store.tables._base import guard, metadata

__all__ = [
    "agenda",
    "followup",
    "guard",
    "hits",
    "hosting",
    "journal",
    "lists",
    "members",
    "metadata",
    "notices",
    "parties",
    "reports",
]
