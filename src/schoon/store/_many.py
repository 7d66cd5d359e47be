"""Many rows into one table by one prepared statement, with each column's values made ready once."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, Table

from schoon.store._upsert import insert_for


def insert_missing(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    *,
    unique: tuple[str, ...],
    where: ColumnElement[bool],
) -> None:
    """Insert rows of the same columns, at least one, but for those that a row of the same `unique` is there for.

    Columns in which every row is NULL are left out: of a new hit, every second one. On SQLite the rows go past
    SQLAlchemy's per-value work, which costs three times what SQLite itself does: of one batch nearly all instants are
    the same, and are put into words once.

    Args:
        connection: Inside a write transaction.
        table: Where to.
        rows: By name of column.
        unique: Columns of the unique index.
        where: Its condition.
    """
    names = tuple(name for name in rows[0] if any(row[name] is not None for row in rows))
    statement = insert_for(connection, table).on_conflict_do_nothing(index_elements=list(unique), index_where=where)
    if connection.dialect.name != "sqlite":
        connection.execute(statement, [{name: row[name] for name in names} for row in rows])
        return
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(names))
    ready = [_readied(table, name, rows, connection.dialect) for name in compiled.positiontup or ()]
    connection.exec_driver_sql(str(compiled), list(zip(*ready, strict=True)))


def _readied(table: Table, name: str, rows: Sequence[dict[str, Any]], dialect: Dialect) -> list[Any]:
    make: Callable[[Any], Any] | None = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    values = [row[name] for row in rows]
    if make is None:
        return values
    once = lru_cache(maxsize=None)(make)
    return [once(value) for value in values]
