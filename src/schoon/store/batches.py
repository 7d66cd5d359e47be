"""Suppliers, batches and attestations on SQL."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from schoon.kinds import BatchId, EntryId, OrganisationId, SupplierId, Transaction
from schoon.lists import (
    Attestation,
    AttestedBeforeError,
    Batch,
    BatchState,
    BatchStateError,
    SourceFormat,
    Supplier,
    SupplierNameTakenError,
    TooManyError,
    UnknownBatchError,
)
from schoon.parties import KeyId
from schoon.store.database import connection_of
from schoon.store.tables.lists import attestations, batches, suppliers

_MAX_SUPPLIERS = 65_535


class SqlBatchBook:
    """Keeps suppliers, batches and attestations in tables (`schoon.lists.BatchBook`)."""

    def add_supplier(
        self, tx: Transaction, *, organisation_id: OrganisationId, name: str, supplier_class: str, at: datetime
    ) -> Supplier:
        """The new supplier; its name is unique by constraint."""
        connection = connection_of(tx)
        if (connection.scalar(select(func.max(suppliers.c.id))) or 0) >= _MAX_SUPPLIERS:
            raise TooManyError(f"there are {_MAX_SUPPLIERS} suppliers already")
        values = {
            "organisation_id": organisation_id,
            "name": name,
            "supplier_class": supplier_class,
            "added_at": at,
        }
        try:
            row = connection.execute(insert(suppliers).values(values).returning(suppliers)).mappings().one()
        except IntegrityError as cause:
            raise SupplierNameTakenError(f"there is a supplier {name!r} already") from cause
        return _supplier(row)

    def suppliers(self, tx: Transaction) -> list[Supplier]:
        """All of them, in the order they came."""
        rows = connection_of(tx).execute(select(suppliers).order_by(suppliers.c.id)).mappings()
        return [_supplier(row) for row in rows]

    def open_batch(
        self, tx: Transaction, supplier_id: SupplierId, *, sha256: bytes, source_format: SourceFormat, at: datetime
    ) -> Batch:
        """A new batch that is being imported."""
        values = {
            "supplier_id": supplier_id,
            "state": BatchState.IMPORTING.value,
            "source_sha256": sha256,
            "source_format": source_format.value,
            "opened_at": at,
        }
        return _batch(connection_of(tx).execute(insert(batches).values(values).returning(batches)).mappings().one())

    def batch(self, tx: Transaction, batch_id: BatchId) -> Batch:
        """One of them."""
        row = connection_of(tx).execute(select(batches).where(batches.c.id == batch_id)).mappings().one_or_none()
        if row is None:
            raise UnknownBatchError(f"there is no batch {batch_id}")
        return _batch(row)

    def batches(self, tx: Transaction, states: Collection[BatchState] = ()) -> list[Batch]:
        """Those in one of the states, or all, in the order they came."""
        query = select(batches).order_by(batches.c.id)
        if states:
            query = query.where(batches.c.state.in_([state.value for state in states]))
        return [_batch(row) for row in connection_of(tx).execute(query).mappings()]

    def widen_batch(self, tx: Transaction, batch_id: BatchId, first: EntryId, last: EntryId) -> None:
        """Let the range of ids reach to `last`."""
        values = {"first_entry_id": func.coalesce(batches.c.first_entry_id, first), "last_entry_id": last}
        connection_of(tx).execute(update(batches).where(batches.c.id == batch_id).values(values))

    def close_batch(self, tx: Transaction, batch_id: BatchId, *, entry_count: int, root: bytes) -> None:
        """End an import."""
        values = {"state": BatchState.PROPOSED.value, "entry_count": entry_count, "root": root}
        self._change(connection_of(tx), batch_id, values)

    def attest(self, tx: Transaction, attestation: Attestation) -> Batch:
        """Add an attestation, under a lock on the batch, so that two at the same moment become first and second."""
        connection = connection_of(tx)
        batch_id, organisation_id = attestation.batch_id, attestation.organisation_id
        locked = select(batches).where(batches.c.id == batch_id).with_for_update()
        row = connection.execute(locked).mappings().one_or_none()
        if row is None:
            raise UnknownBatchError(f"there is no batch {batch_id}")
        values = {
            "batch_id": batch_id,
            "organisation_id": organisation_id,
            "key_id": attestation.key_id,
            "signature": attestation.signature,
            "attested_at": attestation.attested_at,
        }
        try:
            with connection.begin_nested():
                connection.execute(insert(attestations).values(values))
        except IntegrityError as cause:
            raise AttestedBeforeError(f"organisation {organisation_id} attested batch {batch_id} before") from cause
        changes = _attestors(_batch(row), organisation_id, attestation.key_id)
        if changes:
            self._change(connection, batch_id, changes)
        return self.batch(tx, batch_id)

    def attestations(self, tx: Transaction, batch_id: BatchId) -> list[Attestation]:
        """Those of one batch, in the order they came."""
        query = select(attestations).where(attestations.c.batch_id == batch_id)
        rows = connection_of(tx).execute(query.order_by(attestations.c.attested_at, attestations.c.key_id)).mappings()
        return [
            Attestation(
                batch_id=BatchId(row["batch_id"]),
                organisation_id=OrganisationId(row["organisation_id"]),
                key_id=KeyId(row["key_id"]),
                signature=row["signature"],
                attested_at=row["attested_at"],
            )
            for row in rows
        ]

    def set_tested(self, tx: Transaction, batch_id: BatchId, *, known_good_count: int, at: datetime) -> None:
        """The batch passed the known-good test; the first time counts."""
        values = {
            "tested_at": func.coalesce(batches.c.tested_at, at),
            "known_good_count": func.coalesce(batches.c.known_good_count, known_good_count),
        }
        connection_of(tx).execute(update(batches).where(batches.c.id == batch_id).values(values))

    def activate(self, tx: Transaction, batch_ids: Collection[BatchId], *, at: datetime) -> None:
        """The batches answer `listed` from now on; constraints hold what that needs."""
        for batch_id in batch_ids:
            self._change(connection_of(tx), batch_id, {"state": BatchState.ACTIVE.value, "activated_at": at})

    def hold(self, tx: Transaction, batch_ids: Collection[BatchId], *, reason: str, to_review: bool = False) -> None:
        """Keep batches off the list, or off `listed` alone, or let them on again."""
        for batch_id in batch_ids:
            values = {"held_reason": reason or None, "held_to_review": to_review and bool(reason)}
            self._change(connection_of(tx), batch_id, values)

    def withdraw_batch(self, tx: Transaction, batch_id: BatchId) -> None:
        """Take a batch off for good."""
        self._change(connection_of(tx), batch_id, {"state": BatchState.WITHDRAWN.value})

    def _change(self, connection: Connection, batch_id: BatchId, values: dict[str, Any]) -> None:
        try:
            changed = connection.execute(update(batches).where(batches.c.id == batch_id).values(values)).rowcount
        except IntegrityError as cause:
            raise BatchStateError(f"batch {batch_id} cannot become that: {cause.orig}") from cause
        if not changed:
            raise UnknownBatchError(f"there is no batch {batch_id}")


def _attestors(batch: Batch, organisation_id: OrganisationId, key_id: KeyId) -> dict[str, Any]:
    """What an attestation changes in its batch."""
    if batch.first_attestor is None:
        changes: dict[str, Any] = {"first_attestor": organisation_id, "first_key_id": key_id}
        if batch.state is BatchState.PROPOSED:
            changes["state"] = BatchState.ATTESTED.value
        return changes
    if batch.first_attestor == organisation_id:
        return {"first_key_id": key_id}
    if batch.second_attestor is None:
        return {"second_attestor": organisation_id, "second_key_id": key_id}
    return {"second_key_id": key_id} if batch.second_attestor == organisation_id else {}


def _supplier(row: RowMapping) -> Supplier:
    return Supplier(
        supplier_id=SupplierId(row["id"]),
        organisation_id=OrganisationId(row["organisation_id"]),
        name=row["name"],
        supplier_class=row["supplier_class"],
        added_at=row["added_at"],
    )


def _batch(row: RowMapping) -> Batch:
    return Batch(
        batch_id=BatchId(row["id"]),
        supplier_id=SupplierId(row["supplier_id"]),
        state=BatchState(row["state"]),
        source_sha256=row["source_sha256"],
        source_format=SourceFormat(row["source_format"]),
        held_reason=row["held_reason"] or "",
        held_to_review=bool(row["held_to_review"]),
        **{
            name: row[name]
            for name in (
                "opened_at", "entry_count", "first_entry_id", "last_entry_id", "root", "first_attestor", "first_key_id",
                "second_attestor", "second_key_id", "tested_at", "known_good_count", "activated_at",
            )
        },
    )  # fmt: skip
