"""The rooms' ports on SQLite and PostgreSQL.

`Database` opens transactions; one adapter class per port does the work inside them (`store/<room>.py`). Tables stand in
`store/tables`, one module a room, on one MetaData; see there how to add some. `migrate` brings a database up to date.
"""

from schoon.store._migrate import migrate
from schoon.store._types import RowId, UtcDateTime
from schoon.store.database import Database, connection_of
from schoon.store.errors import DatabaseAwayError, DatabaseNotReadyError, DatabaseUrlError

__all__ = [
    "Database",
    "DatabaseAwayError",
    "DatabaseNotReadyError",
    "DatabaseUrlError",
    "RowId",
    "UtcDateTime",
    "connection_of",
    "migrate",
]
