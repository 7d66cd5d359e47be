"""The statements of a check that found something, each made once: to make one takes longer than to run it."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, select, true
from sqlalchemy.dialects import postgresql, sqlite

from schoon.store._sets import ids_to_come, named_ids_to_come
from schoon.store.tables.hits import disputes, hits

OPEN = hits.c.closed_at.is_(None)

_MINE = hits.c.member_id == bindparam("member")
_NAMED = frozenset({"id", "entry_id"})


@lru_cache
def open_hits(dialect_name: str) -> Select[Any]:
    """Open hits of the `member` on some entries, locked."""
    mine = and_(_MINE, hits.c.entry_id.in_(select(ids_to_come(dialect_name).c.value)), OPEN)
    return select(hits).where(mine).order_by(hits.c.id).with_for_update(key_share=True)


@lru_cache
def ever_hit(dialect_name: str) -> Select[Any]:
    """Which of some entries the `member` has closed hits on."""
    entry_id = hits.c.entry_id
    mine = and_(_MINE, entry_id.in_(select(ids_to_come(dialect_name).c.value)), hits.c.closed_at.is_not(None))
    return select(entry_id).where(mine).distinct()


@lru_cache
def open_disputes(dialect_name: str) -> Select[Any]:
    """Disputes on some entries that were not answered, locked."""
    those = disputes.c.entry_id.in_(select(ids_to_come(dialect_name).c.value))
    query = select(disputes).where(those, disputes.c.outcome.is_(None)).order_by(disputes.c.id)
    return query.with_for_update(key_share=True)


@lru_cache
def add_missing(dialect_name: str) -> postgresql.Insert | sqlite.Insert:
    """A row for each of some named entries with the same values in all other columns, unless one is open there."""
    given = named_ids_to_come(dialect_name)
    same = [column for column in hits.c if column.name not in _NAMED and not column.primary_key]
    rows = select(given.c.key, given.c.value, *(bindparam(column.name, type_=column.type) for column in same))
    insert = postgresql.insert(hits) if dialect_name == "postgresql" else sqlite.insert(hits)
    # SQLite would take the ON of ON CONFLICT for a join's, but for a WHERE before it.
    return insert.from_select(["id", "entry_id", *same], rows.where(true())).on_conflict_do_nothing(
        index_elements=["member_id", "entry_id"], index_where=OPEN
    )
