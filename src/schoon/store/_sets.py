"""Large sets as one parameter: JSON on SQLite, an array on PostgreSQL, so that ten thousand ids are one statement."""

import json
from collections.abc import Collection

from sqlalchemy import BigInteger, Column, Connection, FromClause, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine


def as_rows(
    connection: Connection, values: Collection[int] | Collection[str], kind: type[int] | type[str]
) -> FromClause:
    """The values as a table with the one column `value`."""
    plain = [int(value) for value in values] if kind is int else list(values)
    if connection.dialect.name == "sqlite":
        given = bindparam(None, json.dumps(plain), Text, unique=True)
        return func.json_each(given).table_valued("value").alias("given")
    column_type: TypeEngine[int] | TypeEngine[str] = BigInteger() if kind is int else Text()
    array = bindparam(None, plain, ARRAY(column_type), unique=True)
    given_rows = func.unnest(array).table_valued(Column("value", column_type)).render_derived(name="given")
    return select(given_rows.c.value).subquery()
