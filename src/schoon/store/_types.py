"""Column types that mean the same on SQLite and on PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeVar

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, TypeDecorator
from typing_extensions import override

from schoon.kinds import require_utc

_Member = TypeVar("_Member", bound=Enum)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC, in and out; SQLite alone would forget the time zone.

    On SQLite it is text as SQLAlchemy writes it, in one step each way: rows hold more instants than anything else.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else require_utc(value)

    @override
    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        moment: datetime | None = value
        return None if moment is None else moment.astimezone(UTC)

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        return _to_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    @override
    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _to_text(moment: datetime | None) -> str | None:
    return None if moment is None else require_utc(moment).replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


def by_value(kind: type[_Member]) -> Callable[[str], _Member]:
    """From the text in a row to the member of an enumeration; a fraction of the time that its call takes."""
    return {str(one.value): one for one in kind}.__getitem__


RowId = BigInteger().with_variant(Integer(), "sqlite")
"""An id that counts up by itself: SQLite does that for INTEGER primary keys only."""
