"""INSERT … ON CONFLICT in the words of each dialect."""

from typing import Any

from sqlalchemy import Connection, Select, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = postgresql.Insert | sqlite.Insert


def insert_for(connection: Connection, table: Table) -> Insert:
    """An INSERT that knows ON CONFLICT; both dialects spell it alike."""
    return insert_in(connection.dialect.name, table)


def insert_in(dialect_name: str, table: Table) -> Insert:
    """See `insert_for`; for a statement that is made once."""
    return postgresql.insert(table) if dialect_name == "postgresql" else sqlite.insert(table)


def locked(connection: Connection, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The query, locking its rows where the transaction may write. SQLite has one writer, which holds all locks."""
    return query if is_read_only(connection) else locking(query)


def is_read_only(connection: Connection) -> bool:
    """Whether the transaction may lock no rows; SQLite's never need to."""
    return bool(connection.get_execution_options().get("postgresql_readonly"))


def locking(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The query, locking its rows; rows that refer to these need not wait."""
    return query.with_for_update(key_share=True)
