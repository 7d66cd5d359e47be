"""Marks, suppliers' withdrawals and the allow-list on SQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from schoon.kinds import EntryId, Kind, SupplierId, Transaction
from schoon.lists import AllowedDigest, Mark, MarkStanding, SupplierWithdrawal
from schoon.store._sets import as_rows, ids_to_come, these_ids
from schoon.store.database import connection_of
from schoon.store.tables.lists import allowed, marks, state, withdrawals

_ALL = select(marks).order_by(marks.c.entry_id)


@lru_cache
def _those(dialect_name: str) -> Select[Any]:
    given = ids_to_come(dialect_name)
    return _ALL.join(given, marks.c.entry_id == given.c.value)


def _upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what to do when the row is there."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


class SqlMarkBook:
    """Keeps decisions about single entries in tables (`schoon.lists.MarkBook`)."""

    def change(self, tx: Transaction) -> int:
        """A number that rises with every mark and every allowed digest."""
        return int(connection_of(tx).scalars(select(state.c.change)).one())

    def lock_change(self, tx: Transaction) -> int:
        """The same number, with its row locked."""
        return int(connection_of(tx).scalars(select(state.c.change).with_for_update()).one())

    def set_marks(self, tx: Transaction, changed: Sequence[Mark]) -> None:
        """Set or replace marks; the caller leaves out entries that are withdrawn."""
        if not changed:
            return
        connection = connection_of(tx)
        connection.execute(update(state).values(change=state.c.change + 1))
        given = as_rows(connection, [mark.entry_id for mark in changed], int)
        there = set(connection.scalars(select(marks.c.entry_id).join(given, marks.c.entry_id == given.c.value)))
        rows = [
            {
                "entry_id": mark.entry_id,
                "standing": mark.standing.value,
                "reason": mark.reason,
                "marked_by": mark.by,
                "marked_at": mark.at,
                "version": mark.version,
            }
            for mark in changed
        ]
        fresh = [row for row in rows if row["entry_id"] not in there]
        if fresh:
            connection.execute(insert(marks), fresh)
        for row in rows:
            if row["entry_id"] in there:
                connection.execute(update(marks).where(marks.c.entry_id == row["entry_id"]).values(row))

    def marks(self, tx: Transaction, entry_ids: Collection[EntryId] | None = None) -> dict[EntryId, Mark]:
        """The marks of some entries, or of all."""
        connection = connection_of(tx)
        if entry_ids is None:
            rows = connection.execute(_ALL)
        else:
            rows = connection.execute(_those(connection.dialect.name), these_ids(connection, entry_ids))
        return {EntryId(row[0]): _mark(*row) for row in rows}

    def waiting(self, tx: Transaction) -> list[Mark]:
        """Marks that no version carries yet, by ascending entry id."""
        query = select(marks).where(marks.c.version.is_(None)).order_by(marks.c.entry_id)
        return [_mark(*row) for row in connection_of(tx).execute(query)]

    def carried(self, tx: Transaction, sent: Sequence[Mark], version: int) -> None:
        """These marks go out with a version."""
        connection = connection_of(tx)
        given = as_rows(connection, [mark.entry_id for mark in sent], int)
        those = marks.c.entry_id.in_(select(given.c.value))
        connection.execute(update(marks).where(those, marks.c.version.is_(None)).values(version=version))

    def not_carried(self, tx: Transaction, version: int) -> None:
        """That version never went out: its marks wait again."""
        connection_of(tx).execute(update(marks).where(marks.c.version == version).values(version=None))

    def counts(self, tx: Transaction) -> Mapping[MarkStanding, int]:
        """How many marks there are of each kind."""
        query = select(marks.c.standing, func.count()).group_by(marks.c.standing)
        found = {MarkStanding(standing): count for standing, count in connection_of(tx).execute(query)}
        return {standing: found.get(standing, 0) for standing in MarkStanding}

    def withdrawals(
        self, tx: Transaction, supplier_id: SupplierId, refs: Collection[str]
    ) -> dict[str, SupplierWithdrawal]:
        """The withdrawals among a supplier's ids."""
        connection = connection_of(tx)
        given = as_rows(connection, refs, str)
        query = select(withdrawals.c.ref, withdrawals.c.supplier_time, withdrawals.c.origin).join(
            given, and_(withdrawals.c.supplier_id == supplier_id, withdrawals.c.ref == given.c.value)
        )
        return {
            ref: SupplierWithdrawal(ref=ref, supplier_time=time, by_operator=origin == "operator")
            for ref, time, origin in connection.execute(query)
        }

    def any_withdrawal(self, tx: Transaction, supplier_id: SupplierId) -> bool:
        """Whether the supplier has withdrawn anything that still is."""
        query = select(withdrawals.c.ref).where(withdrawals.c.supplier_id == supplier_id).limit(1)
        return connection_of(tx).scalar(query) is not None

    def set_withdrawals(
        self, tx: Transaction, supplier_id: SupplierId, changed: Sequence[SupplierWithdrawal], *, at: datetime
    ) -> None:
        """Remember withdrawals; an operator's stays an operator's, and the latest time counts."""
        if not changed:
            return
        connection = connection_of(tx)
        rows = [
            {
                "supplier_id": supplier_id,
                "ref": one.ref,
                "supplier_time": one.supplier_time,
                "origin": "operator" if one.by_operator else "supplier",
                "withdrawn_at": at,
            }
            for one in {one.ref: one for one in changed}.values()
        ]
        statement = _upsert(connection, withdrawals)
        fresh = statement.excluded
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["supplier_id", "ref"],
                set_={"supplier_time": fresh.supplier_time, "origin": fresh.origin},
                where=(withdrawals.c.origin == "supplier"),
            ),
            rows,
        )

    def lift_withdrawals(self, tx: Transaction, supplier_id: SupplierId, refs: Collection[str]) -> None:
        """Forget a supplier's own withdrawals of entries that it brings back."""
        connection = connection_of(tx)
        given = as_rows(connection, refs, str)
        own = and_(withdrawals.c.supplier_id == supplier_id, withdrawals.c.origin == "supplier")
        connection.execute(delete(withdrawals).where(own, withdrawals.c.ref.in_(select(given.c.value))))

    def allow(self, tx: Transaction, digests: Sequence[AllowedDigest], *, reason: str, by: str, at: datetime) -> int:
        """Add digests to the allow-list; how many were new."""
        connection = connection_of(tx)
        statement = _upsert(connection, allowed).on_conflict_do_nothing().returning(allowed.c.kind)
        new = 0
        for digest in digests:
            row = {"tag": digest.tag, "kind": digest.kind.value, "sealed": digest.sealed}
            values = row | {"reason": reason, "allowed_by": by, "allowed_at": at}
            new += len(connection.execute(statement, values).all())
        if new:
            connection.execute(update(state).values(change=state.c.change + 1))
        return new

    def allowed(self, tx: Transaction) -> dict[Kind, list[AllowedDigest]]:
        """The allow-list."""
        found: dict[Kind, list[AllowedDigest]] = {kind: [] for kind in Kind}
        for kind, tag, sealed in connection_of(tx).execute(select(allowed.c.kind, allowed.c.tag, allowed.c.sealed)):
            found[Kind(kind)].append(AllowedDigest(kind=Kind(kind), tag=tag, sealed=sealed))
        return found


def _mark(entry_id: int, standing: str, reason: str, by: str, at: datetime, version: int | None) -> Mark:  # noqa: PLR0917 (a row)
    return Mark(
        entry_id=EntryId(entry_id), standing=MarkStanding(standing), reason=reason, by=by, at=at, version=version
    )
