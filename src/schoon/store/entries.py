"""Entries on SQL: millions of rows in, and out again in streams."""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, and_, func, select, update
from sqlalchemy.exc import IntegrityError

from schoon.kinds import BatchId, EntryId, SupplierId, Transaction
from schoon.lists import ENTRY_COLUMNS, Batch, EntryRow, KnownEntry, NewEntry, TooManyError
from schoon.store._sets import as_rows
from schoon.store.database import connection_of
from schoon.store.tables.lists import entries, state

_NAMES = ", ".join(ENTRY_COLUMNS)
_SQLITE_INSERT = f"INSERT INTO entries ({_NAMES}) VALUES ({', '.join('?' * len(ENTRY_COLUMNS))})"  # noqa: S608 constants
_SQLITE_SAME = (  # CROSS JOIN holds SQLite to this order; the other way round it would read all of a supplier's entries
    "SELECT 1 FROM json_each(?) AS given CROSS JOIN entries AS e "
    "ON e.supplier_id = ? AND e.ref = given.value AND e.revision = ? LIMIT 1"
)
_POSTGRES_COPY = f"COPY entries ({_NAMES}) FROM STDIN (FORMAT BINARY)"
_POSTGRES_TYPES = (
    "int8", "int8", "int4", "text", "int4", "int2", "int2", "int8", "bytea", "bytea", "bytea", "bytea", "bytea",
)  # fmt: skip


class SqlEntryBook:
    """Keeps entries in a table (`schoon.lists.EntryBook`)."""

    def add(
        self, tx: Transaction, batch_id: BatchId, supplier_id: SupplierId, rows: Sequence[NewEntry]
    ) -> EntryId | None:
        """Add rows under the next ids; None and nothing when a revision of that name was there before."""
        connection = connection_of(tx)
        if connection.dialect.name == "sqlite":
            if _any_there(connection, supplier_id, rows):
                return None
            return self._add(connection, batch_id, supplier_id, rows)
        with_ids = connection.begin_nested()
        try:
            first = self._add(connection, batch_id, supplier_id, rows)
        except IntegrityError as cause:
            with_ids.rollback()
            if "while its batch is imported" in str(cause.orig):
                raise
            return None
        except BaseException:
            with_ids.rollback()
            raise
        with_ids.commit()
        return first

    def _add(
        self, connection: Connection, batch_id: BatchId, supplier_id: SupplierId, rows: Sequence[NewEntry]
    ) -> EntryId:
        first = self._next_ids(connection, len(rows))
        _insert(connection, [(first + place, batch_id, supplier_id, *row) for place, row in enumerate(rows)])
        return EntryId(first)

    def known(self, tx: Transaction, supplier_id: SupplierId, refs: Collection[str]) -> dict[str, KnownEntry]:
        """The newest revision of each of a supplier's entries that is here."""
        connection = connection_of(tx)
        given = as_rows(connection, refs, str)
        query = (
            select(
                entries.c.ref,
                entries.c.id,
                entries.c.batch_id,
                entries.c.revision,
                entries.c.supplier_time,
                entries.c.content,
            )
            .join(given, and_(entries.c.supplier_id == supplier_id, entries.c.ref == given.c.value))
            .order_by(entries.c.revision)
        )
        return {
            ref: KnownEntry(entry_id=id_, batch_id=batch, revision=revision, supplier_time=time, content=content)
            for ref, id_, batch, revision, time, content in connection.execute(query)
        }

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

    def stream(self, tx: Transaction, batch: Batch, *, size: int) -> Iterator[Sequence[EntryRow]]:
        """The rows of a batch by ascending id, `size` at a time, by ranges of ids: no cursor stays open."""
        if batch.first_entry_id is None or batch.last_entry_id is None:
            return
        connection = connection_of(tx)
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        query = (
            f"SELECT {_NAMES} FROM entries WHERE id >= {mark} AND id <= {mark} AND batch_id = {mark} "  # noqa: S608 constants
            f"ORDER BY id LIMIT {size}"
        )
        at = int(batch.first_entry_id)
        while True:
            given = (at, batch.last_entry_id, batch.batch_id)
            if connection.dialect.name == "sqlite":
                rows: list[EntryRow] = _driver(connection).execute(query, given).fetchall()
            else:
                with _driver(connection).cursor(binary=True) as cursor:
                    rows = cursor.execute(query, given).fetchall()
            if not rows:
                return
            yield rows
            at = rows[-1][0] + 1

    def replaced(self, tx: Transaction, batch_ids: Collection[BatchId]) -> set[EntryId]:
        """Entries of which one of the batches holds a newer revision."""
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
        )
        return set(connection.scalars(query))

    def tallies(self, tx: Transaction, batch: Batch) -> list[tuple[int, int, int]]:
        """Category code, bits of kinds, and how many entries of a batch have them."""
        if batch.first_entry_id is None:
            return []
        query = (
            select(entries.c.category, entries.c.kinds, func.count())
            .where(entries.c.id.between(batch.first_entry_id, batch.last_entry_id))
            .where(entries.c.batch_id == batch.batch_id)
            .group_by(entries.c.category, entries.c.kinds)
        )
        return [(category, kinds, count) for category, kinds, count in connection_of(tx).execute(query)]

    def described(self, tx: Transaction, entry_ids: Collection[EntryId]) -> list[tuple[EntryId, BatchId, int, int]]:
        """Id, batch, category code and bits of kinds of the entries that exist."""
        connection = connection_of(tx)
        given = as_rows(connection, entry_ids, int)
        query = (
            select(entries.c.id, entries.c.batch_id, entries.c.category, entries.c.kinds)
            .join(given, entries.c.id == given.c.value)
            .order_by(entries.c.id)
        )
        return [(id_, batch, category, kinds) for id_, batch, category, kinds in connection.execute(query)]

    def _next_ids(self, connection: Connection, count: int) -> int:
        step = update(state).values(next_entry_id=state.c.next_entry_id + count).returning(state.c.next_entry_id)
        try:
            return int(connection.scalars(step).one()) - count
        except IntegrityError as cause:
            raise TooManyError("there are 4294967295 entries already") from cause


def _any_there(connection: Connection, supplier_id: SupplierId, rows: Sequence[NewEntry]) -> bool:
    """Whether any name and revision was there before, or comes twice.

    To look first is quicker on SQLite than a savepoint to go back to, which copies every page of the index that is
    touched; nobody else can write in between, since SQLite has one writer.
    """
    refs_by_revision: dict[int, set[str]] = {}
    for row in rows:
        refs_by_revision.setdefault(row[1], set()).add(row[0])
    if sum(map(len, refs_by_revision.values())) < len(rows):
        return True
    driver = _driver(connection)
    return any(
        driver.execute(_SQLITE_SAME, (json.dumps(sorted(refs)), supplier_id, revision)).fetchone()
        for revision, refs in refs_by_revision.items()
    )


def _insert(connection: Connection, rows: Sequence[EntryRow]) -> None:
    """Insert by the quickest way of each driver; SQLAlchemy's own insert took three times as long."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_SQLITE_INSERT, list(rows))
        return
    driver = _driver(connection)
    try:
        with driver.cursor() as cursor, cursor.copy(_POSTGRES_COPY) as copy:
            copy.set_types(_POSTGRES_TYPES)
            for row in rows:
                copy.write_row(row)
    except _driver_errors(connection).IntegrityError as cause:
        raise IntegrityError("COPY entries", None, cause) from cause


def _driver(connection: Connection) -> Any:  # noqa: ANN401 (two drivers without a common type)
    """The driver's own connection, sqlite3's or psycopg's."""
    return connection.connection.driver_connection


def _driver_errors(connection: Connection) -> Any:  # noqa: ANN401 (a module)
    """The driver's module, which holds its errors."""
    return connection.dialect.dbapi
