"""INSERT … ON CONFLICT in the words of each dialect."""

from typing import Any

from sqlalchemy import Connection, Select, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_for(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT; both dialects spell it alike."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def locked(connection: Connection, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The query, locking its rows where the transaction may write. SQLite has one writer, which holds all locks."""
    if connection.get_execution_options().get("postgresql_readonly"):
        return query
    return query.with_for_update(key_share=True)  # rows that refer to these need not wait
