"""Entries on SQL: millions of them in, and out again in streams.

A row of `entries` holds what an entry is found by (id, and the supplier's name for it), a row of `entry_blocks` the
rest of up to 4,096 entries, in columns: to bind and fetch thirteen values per entry took most of an import's time.
"""

from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    and_,
    exists,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from schoon.kinds import BatchId, EntryId, SupplierId, Transaction
from schoon.lists import (
    BLOCK_ENTRIES,
    NO_TIME,
    Batch,
    EntryBlock,
    KnownEntry,
    SealForm,
    StoredBlock,
    TamperedError,
    TooManyError,
)
from schoon.store._sets import as_rows, ids_to_come, these_ids
from schoon.store._upsert import locked
from schoon.store.database import connection_of
from schoon.store.tables.lists import entries, entry_blocks, state

_SQLITE_FIRST = (
    "INSERT INTO entries (id, batch_id, supplier_id, ref, revision) SELECT ? + key, ?, ?, value, 1 FROM json_each(?)"
)
_SQLITE_EACH = "INSERT INTO entries (id, batch_id, supplier_id, ref, revision) VALUES (?, ?, ?, ?, ?)"
_POSTGRES = """
    INSERT INTO entries (id, batch_id, supplier_id, ref, revision)
    SELECT %s + place - 1, %s, %s, ref, revision
    FROM unnest(%s::text[], %s::int4[]) WITH ORDINALITY AS given (ref, revision, place)
"""
_SQLITE_NEXT = """
    SELECT b.first_id, b.batch_id, b.entry_count, b.supplier_id, b.categories, b.kinds, b.times, b.contents, b.sealed,
        b.form, (SELECT CAST(json_group_array(ref) AS BLOB) FROM ( -- the driver would stop at what is no UTF-8
            SELECT CASE typeof(e.ref) WHEN 'text' THEN e.ref END AS ref
            FROM entries e NOT INDEXED -- by ids; by names it reads all of a supplier's entries
            WHERE e.id >= b.first_id AND e.id < b.first_id + b.entry_count
                AND e.batch_id = b.batch_id AND e.supplier_id = b.supplier_id ORDER BY e.id))
    FROM entry_blocks b WHERE b.first_id >= ? AND b.first_id <= ? AND b.batch_id = ? ORDER BY b.first_id LIMIT 1
"""
_POSTGRES_NEXT = """
    SELECT b.first_id, b.batch_id, b.entry_count, b.supplier_id, b.categories, b.kinds, b.times, b.contents, b.sealed,
        b.form, (SELECT array_agg(e.ref ORDER BY e.id) FROM entries e
            WHERE e.id >= b.first_id AND e.id < b.first_id + b.entry_count
                AND e.batch_id = b.batch_id AND e.supplier_id = b.supplier_id)
    FROM entry_blocks b WHERE b.first_id >= %s AND b.first_id <= %s AND b.batch_id = %s ORDER BY b.first_id LIMIT 1
"""
# By ids and by the index of revised entries: there is no index of batches, and a list may have ten million names.
# A first revision that stands in a gap between other batches is not counted: it replaces nothing, and whoever asks for
# it is told that no block holds it.
_COUNT = text("""
    SELECT (SELECT count(*) FROM entries WHERE id BETWEEN :first AND :last AND batch_id = :batch)
        + (SELECT count(*) FROM entries WHERE batch_id = :batch AND revision > 1 AND (id < :first OR id > :last))
        + (SELECT count(*) FROM entries WHERE id >= (SELECT next_entry_id FROM list_state) AND id > :last
            AND batch_id = :batch AND revision <= 1)
        + (SELECT count(*) FROM entries WHERE id < 1 AND batch_id = :batch AND revision <= 1)
""")


class SqlEntryBook:
    """Keeps entries in two tables (`schoon.lists.EntryBook`)."""

    def add(self, tx: Transaction, batch_id: BatchId, block: EntryBlock, revisions: Sequence[int]) -> EntryId | None:
        """Add entries under the next ids; None and nothing when a revision of that name was there before."""
        connection = connection_of(tx)
        first = int(connection.scalars(locked(connection, select(state.c.next_entry_id))).one())
        try:
            if not _insert_names(connection, first, batch_id, block, revisions):
                return None
            connection.execute(update(state).values(next_entry_id=first + len(block)))
        except IntegrityError as cause:
            if "four_bytes" in str(cause.orig):
                raise TooManyError("there are 4294967295 entries already") from cause
            raise
        values = {
            "first_id": first,
            "batch_id": batch_id,
            "supplier_id": block.supplier_id,
            "entry_count": len(block),
            "form": int(block.form),
            "categories": block.categories,
            "kinds": block.kinds,
            "times": block.times,
            "contents": block.contents,
            "sealed": block.sealed,
        }
        connection.execute(insert(entry_blocks).values(values))
        return EntryId(first)

    def known(self, tx: Transaction, supplier_id: SupplierId, refs: Collection[str]) -> dict[str, KnownEntry]:
        """The newest revision of each of a supplier's entries that is here."""
        connection = connection_of(tx)
        given = as_rows(connection, refs, str)
        query = (
            select(entries.c.ref, entries.c.id, entries.c.batch_id, entries.c.revision)
            .join(given, and_(entries.c.supplier_id == supplier_id, entries.c.ref == given.c.value))
            .order_by(entries.c.revision)
        )
        newest = {id_: (ref, batch, revision) for ref, id_, batch, revision in connection.execute(query)}
        found: dict[str, KnownEntry] = {}
        owners = {id_: (batch, int(supplier_id)) for id_, (_, batch, _) in newest.items()}
        for id_, at, row in _in_blocks(connection, owners, entry_blocks.c.times, entry_blocks.c.contents):
            time = int.from_bytes(row.times[8 * at : 8 * at + 8], "little", signed=True)
            ref, batch, revision = newest[id_]
            entry = KnownEntry(
                entry_id=id_,
                batch_id=batch,
                revision=revision,
                supplier_time=None if time == NO_TIME else time,
                content=row.contents[32 * at : 32 * at + 32],
            )
            if ref not in found or found[ref].revision < revision:
                found[ref] = entry
        return found

    def names(self, tx: Transaction, entry_ids: Collection[EntryId]) -> dict[EntryId, tuple[SupplierId, str]]:
        """Supplier and supplier's own id of the entries that exist."""
        connection = connection_of(tx)
        given = as_rows(connection, entry_ids, int)
        query = select(entries.c.id, entries.c.supplier_id, entries.c.ref).join(given, entries.c.id == given.c.value)
        return {id_: (supplier, ref) for id_, supplier, ref in connection.execute(query)}

    def revisions(self, tx: Transaction, supplier_id: SupplierId, refs: Collection[str]) -> dict[EntryId, str]:
        """Every revision of a supplier's entries, with the supplier's own id."""
        connection = connection_of(tx)
        given = as_rows(connection, refs, str)
        named = and_(entries.c.supplier_id == supplier_id, entries.c.ref == given.c.value)
        query = select(entries.c.id, entries.c.ref).join(given, named).order_by(entries.c.id)
        return {EntryId(id_): ref for id_, ref in connection.execute(query)}

    def count(self, tx: Transaction, batch: Batch) -> int:
        """How many names the batch has: in its range, and where none of it should be."""
        given = {"first": batch.first_entry_id or 0, "last": batch.last_entry_id or 0, "batch": batch.batch_id}
        return int(connection_of(tx).scalars(_COUNT, given).one())

    def stream(self, tx: Transaction, batch: Batch) -> Iterator[StoredBlock]:
        """The blocks of a batch by ascending id, one statement each: no cursor stays open."""
        if batch.first_entry_id is None or batch.last_entry_id is None:
            return
        connection = connection_of(tx)
        at = int(batch.first_entry_id)
        while True:
            given = (at, batch.last_entry_id, batch.batch_id)
            if connection.dialect.name == "sqlite":
                row = connection.exec_driver_sql(_SQLITE_NEXT, given).fetchone()
            else:
                with _driver(connection).cursor(binary=True) as cursor:  # as text, bytes would take twice the room
                    row = cursor.execute(_POSTGRES_NEXT, given).fetchone()
            if row is None:
                return
            yield _stored(row)
            at = row[0] + 1

    def replaced(self, tx: Transaction, batch_ids: Collection[BatchId]) -> set[EntryId]:
        """Entries of which one of the batches holds a newer revision, in one of its blocks."""
        connection = connection_of(tx)
        newer = entries.alias("newer")
        given = as_rows(connection, batch_ids, int)
        query = (
            select(entries.c.id)
            .join(
                newer,
                and_(
                    newer.c.supplier_id == entries.c.supplier_id,
                    newer.c.ref == entries.c.ref,
                    newer.c.revision > entries.c.revision,
                    newer.c.revision > 1,
                ),
            )
            .join(given, newer.c.batch_id == given.c.value)
            .where(exists().where(_holds(newer)))
        )
        return set(connection.scalars(query))

    def tallies(self, tx: Transaction, batch: Batch) -> list[tuple[int, int, int]]:
        """Category code, bits of kinds, and how many entries of a batch have them."""
        if batch.first_entry_id is None:
            return []
        query = (
            select(entry_blocks.c.categories, entry_blocks.c.kinds)
            .where(entry_blocks.c.first_id.between(batch.first_entry_id, batch.last_entry_id))
            .where(entry_blocks.c.batch_id == batch.batch_id)
        )
        counts = Counter[tuple[int, int]]()
        for categories, kinds in connection_of(tx).execute(query):
            counts.update(zip(categories, kinds, strict=True))
        return [(category, kinds, count) for (category, kinds), count in counts.items()]

    def described(self, tx: Transaction, entry_ids: Collection[EntryId]) -> list[tuple[EntryId, BatchId, int, int]]:
        """Id, batch, category code and bits of kinds of the entries that exist."""
        connection = connection_of(tx)
        named = connection.execute(_those(connection.dialect.name), these_ids(connection, entry_ids))
        owners = {id_: (batch, supplier) for id_, batch, supplier in named}
        return [
            (id_, BatchId(owners[id_][0]), row.categories[at], row.kinds[at])
            for id_, at, row in _in_blocks(connection, owners, entry_blocks.c.categories, entry_blocks.c.kinds)
        ]


@lru_cache
def _those(dialect_name: str) -> Select[Any]:
    given = ids_to_come(dialect_name)
    query = select(entries.c.id, entries.c.batch_id, entries.c.supplier_id)
    return query.join(given, entries.c.id == given.c.value)


def _insert_names(  # noqa: PLR0917 (called in one place)
    connection: Connection, first: int, batch_id: BatchId, block: EntryBlock, revisions: Sequence[int]
) -> bool:
    """Add the rows that entries are found by, in one statement; False and nothing when one was there before."""
    if connection.dialect.name == "sqlite":
        return _unless_there(connection, *_for_sqlite(first, batch_id, block, revisions))
    given = (first, batch_id, block.supplier_id, block.refs, list(revisions))
    savepoint = connection.begin_nested()
    try:
        added = _unless_there(connection, _POSTGRES, given)
    except BaseException:
        savepoint.rollback()
        raise
    if added:
        savepoint.commit()
    else:
        savepoint.rollback()
    return added


def _for_sqlite(first: int, batch_id: BatchId, block: EntryBlock, revisions: Sequence[int]) -> tuple[str, Any]:
    if set(revisions) == {1}:
        return _SQLITE_FIRST, (first, batch_id, block.supplier_id, msgspec.json.encode(block.refs).decode())
    rows = enumerate(zip(block.refs, revisions, strict=True), first)
    return _SQLITE_EACH, [(id_, batch_id, block.supplier_id, ref, revision) for id_, (ref, revision) in rows]


def _unless_there(connection: Connection, statement: str, given: Any) -> bool:  # noqa: ANN401 (rows or one)
    try:
        connection.exec_driver_sql(statement, given)
    except IntegrityError as cause:
        if "while its batch is imported" in str(cause.orig):
            raise
        return False
    return True


def _holds(named: FromClause) -> ColumnElement[bool]:
    """That a row of `entry_blocks` holds a row of `entries`."""
    block = entry_blocks.c
    return and_(
        block.first_id > named.c.id - BLOCK_ENTRIES,  # so that a few blocks are looked at, and not all before it
        block.first_id <= named.c.id,
        block.first_id + block.entry_count > named.c.id,
        block.batch_id == named.c.batch_id,
        block.supplier_id == named.c.supplier_id,
    )


def _in_blocks(
    connection: Connection, owners: Mapping[int, tuple[int, int]], *columns: Column[Any]
) -> Iterator[tuple[EntryId, int, Row[Any]]]:
    """Entries by ascending id: id, place in its block, and columns of the block.

    Args:
        connection: Where.
        owners: Batch and supplier by entry, as `entries` has them: a block of another batch does not count.
        columns: Of `entry_blocks`.

    Raises:
        TamperedError: No block of its batch and supplier holds one of them.
    """
    waiting = deque(sorted(owners))
    query = select(entry_blocks.c.first_id, entry_blocks.c.entry_count, *columns)
    query = query.order_by(entry_blocks.c.first_id.desc()).limit(1)
    while waiting:
        owner = owners[waiting[0]]
        own = and_(entry_blocks.c.batch_id == owner[0], entry_blocks.c.supplier_id == owner[1])
        row = connection.execute(query.where(own, entry_blocks.c.first_id <= waiting[0])).one_or_none()
        end = row.first_id + row.entry_count if row else 0
        if row is None or waiting[0] >= end:
            raise TamperedError(f"entry {waiting[0]} of batch {owner[0]} stands in no block of that batch")
        while waiting and waiting[0] < end and owners[waiting[0]] == owner:
            id_ = waiting.popleft()
            yield EntryId(id_), id_ - row.first_id, row


def _stored(row: Sequence[Any]) -> StoredBlock:
    first_id, batch_id, entry_count, supplier_id, categories, kinds, times, contents, sealed, form, refs = row
    try:
        names = msgspec.json.decode(refs, type=list[str | None]) if isinstance(refs, bytes) else refs or []
        known_form = SealForm(form)
    except ValueError as cause:
        raise TamperedError(
            f"the block from entry {first_id} on holds a name or a form that no import writes"
        ) from cause
    block = EntryBlock(
        supplier_id=supplier_id,
        refs=[name for name in names if name is not None],  # SQLite lets a column hold what is no text
        categories=categories,
        kinds=kinds,
        times=times,
        contents=contents,
        sealed=sealed,
        form=known_form,
    )
    return StoredBlock(first_id=first_id, batch_id=batch_id, entry_count=entry_count, block=block)


def _driver(connection: Connection) -> Any:  # noqa: ANN401 (two drivers without a common type)
    """The driver's own connection, sqlite3's or psycopg's."""
    return connection.connection.driver_connection
