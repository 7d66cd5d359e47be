"""Large sets as one parameter: JSON on SQLite, an array on PostgreSQL, so that ten thousand ids are one statement."""

import json
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Column, Connection, FromClause, Text, TextClause, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

_Name = TypeVar("_Name", bound=str)
_Value = TypeVar("_Value", int, str)
_GIVEN, _GIVEN_NAMES = "given_values", "given_names"
_AMONG_JSON, _AMONG_ARRAY = text("SELECT value FROM json_each(:among)"), text("SELECT unnest(:among)")


def among(connection: Connection, values: Iterable[_Value], kind: type[_Value]) -> TextClause:
    """The values as that which a column is `in_`; cheaper to make than `as_rows`, which can be joined to."""
    plain = sorted(set(values))
    if connection.dialect.name == "sqlite":
        return _AMONG_JSON.bindparams(bindparam("among", json.dumps(plain), Text, unique=True))
    return _AMONG_ARRAY.bindparams(bindparam("among", plain, ARRAY(_column_type(kind)), unique=True))


@lru_cache
def set_to_come(dialect_name: str, kind: type[int] | type[str]) -> TextClause:
    """What `among` makes, for a statement that is made once; `this_set` gives the values."""
    if dialect_name == "sqlite":
        return _AMONG_JSON.bindparams(bindparam("among", type_=Text))
    return _AMONG_ARRAY.bindparams(bindparam("among", type_=ARRAY(_column_type(kind))))


def this_set(connection: Connection, values: Iterable[_Value]) -> dict[str, Any]:
    """The parameter of a statement over `set_to_come`."""
    plain = sorted(set(values))
    return {"among": json.dumps(plain) if connection.dialect.name == "sqlite" else plain}


def as_rows(
    connection: Connection, values: Collection[int] | Collection[str], kind: type[int] | type[str]
) -> FromClause:
    """The values as a table with the one column `value`."""
    plain = [int(value) for value in values] if kind is int else list(values)
    if connection.dialect.name == "sqlite":
        given = bindparam(None, json.dumps(plain), Text, unique=True)
        return func.json_each(given).table_valued("value").alias("given")
    array = bindparam(None, plain, ARRAY(_column_type(kind)), unique=True)
    given_rows = func.unnest(array).table_valued(Column("value", _column_type(kind))).render_derived(name="given")
    return select(given_rows.c.value).subquery()


@lru_cache
def ids_to_come(dialect_name: str) -> FromClause:
    """A table of ids with the one column `value`, for a statement that is made once; `these_ids` gives them."""
    if dialect_name == "sqlite":
        return func.json_each(bindparam(_GIVEN, type_=Text)).table_valued("value").alias("given")
    array = bindparam(_GIVEN, type_=ARRAY(BigInteger()))
    given_rows = func.unnest(array).table_valued(Column("value", BigInteger())).render_derived(name="given")
    return select(given_rows.c.value).subquery()


def these_ids(connection: Connection, ids: Collection[int]) -> dict[str, Any]:
    """The parameter of a statement over `ids_to_come`."""
    plain = [int(id_) for id_ in ids]
    return {_GIVEN: json.dumps(plain) if connection.dialect.name == "sqlite" else plain}


@lru_cache
def named_ids_to_come(dialect_name: str) -> FromClause:
    """A table of ids with their names, `key` and `value`, for a statement that is made once; see `these_named_ids`."""
    if dialect_name == "sqlite":
        return func.json_each(bindparam(_GIVEN, type_=Text)).table_valued("key", "value").alias("given")
    names, ids = bindparam(_GIVEN_NAMES, type_=ARRAY(Text())), bindparam(_GIVEN, type_=ARRAY(BigInteger()))
    columns = Column("key", Text()), Column("value", BigInteger())
    return func.unnest(names, ids).table_valued(*columns).render_derived(name="given")


def these_named_ids(connection: Connection, ids: Mapping[_Name, int]) -> dict[str, Any]:
    """The parameters of a statement over `named_ids_to_come`."""
    if connection.dialect.name == "sqlite":
        return {_GIVEN: json.dumps(dict(ids))}
    return {_GIVEN_NAMES: list(ids), _GIVEN: list(ids.values())}


def _column_type(kind: type[int] | type[str]) -> TypeEngine[int] | TypeEngine[str]:
    return BigInteger() if kind is int else Text()
