"""Where the list is kept, and who hears of it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from schoon.kinds import BatchId, EntryId, FileRecord, Kind, OrganisationId, Standing, SupplierId, Transaction
from schoon.lists.types import (
    AllowedDigest,
    Attestation,
    Batch,
    BatchState,
    EntryBlock,
    EntryState,
    KnownEntry,
    Mark,
    MarkStanding,
    PublicationForm,
    PublicationRecord,
    PublicationState,
    SourceFormat,
    StoredBlock,
    Supplier,
    SupplierWithdrawal,
)


class EntryListener(Protocol):
    """Hears of every decision about entries, in the transaction that makes it; `hits` implements it."""

    def entries_changed(
        self, tx: Transaction, entry_ids: Sequence[EntryId], standing: EntryState, *, reason: str, now: datetime
    ) -> None:
        """Entries are suspended, withdrawn, or (after a release) what their batch is."""
        ...


class BatchBook(Protocol):
    """Suppliers, batches and attestations."""

    def add_supplier(
        self, tx: Transaction, *, organisation_id: OrganisationId, name: str, supplier_class: str, at: datetime
    ) -> Supplier:
        """The new supplier.

        Raises:
            SupplierNameTakenError: There is one of that name.
            TooManyError: There are 65,535 already.
        """
        ...

    def suppliers(self, tx: Transaction) -> list[Supplier]:
        """All of them, in the order they came."""
        ...

    def open_batch(
        self, tx: Transaction, supplier_id: SupplierId, *, sha256: bytes, source_format: SourceFormat, at: datetime
    ) -> Batch:
        """A new batch that is being imported."""
        ...

    def batch(self, tx: Transaction, batch_id: BatchId) -> Batch:
        """One of them.

        Raises:
            UnknownBatchError: There is none with that id.
        """
        ...

    def batches(self, tx: Transaction, states: Collection[BatchState] = ()) -> list[Batch]:
        """Those in one of the states, or all, in the order they came."""
        ...

    def widen_batch(self, tx: Transaction, batch_id: BatchId, first: EntryId, last: EntryId) -> None:
        """Let the range of ids of a batch that is being imported reach from its own first to `last`."""
        ...

    def close_batch(self, tx: Transaction, batch_id: BatchId, *, entry_count: int, root: bytes) -> None:
        """End an import: the batch is proposed, with its count and root for good."""
        ...

    def attest(self, tx: Transaction, attestation: Attestation) -> Batch:
        """Add an attestation; the first two organisations become the attestors, a further key of one replaces its old.

        Raises:
            AttestedBeforeError: That key attested the batch before.
        """
        ...

    def attestations(self, tx: Transaction, batch_id: BatchId) -> list[Attestation]:
        """Those of one batch, in the order they came."""
        ...

    def set_tested(self, tx: Transaction, batch_id: BatchId, *, known_good_count: int, at: datetime) -> None:
        """The batch passed the known-good test."""
        ...

    def activate(self, tx: Transaction, batch_ids: Collection[BatchId], *, at: datetime) -> None:
        """The batches answer `listed` from now on.

        Raises:
            BatchStateError: One of them lacks an attestation or the test.
        """
        ...

    def hold(self, tx: Transaction, batch_ids: Collection[BatchId], *, reason: str, to_review: bool = False) -> None:
        """Keep batches off the list, or off `listed` alone, for a reason; with an empty reason, let them on again."""
        ...

    def withdraw_batch(self, tx: Transaction, batch_id: BatchId) -> None:
        """Take a batch off for good."""
        ...


class EntryBook(Protocol):
    """Entries: added, read in streams, never changed."""

    def add(self, tx: Transaction, batch_id: BatchId, block: EntryBlock, revisions: Sequence[int]) -> EntryId | None:
        """Add entries under ids that follow on each other; the first id, or None and nothing when one was there before.

        Args:
            tx: Where.
            batch_id: The batch, which is being imported.
            block: At most `BLOCK_ENTRIES`, at least one.
            revisions: Which revision of its ref each of them is, from 1.

        Raises:
            TooManyError: The list is full.
        """
        ...

    def known(self, tx: Transaction, supplier_id: SupplierId, refs: Collection[str]) -> dict[str, KnownEntry]:
        """The newest revision of each of a supplier's entries that is here.

        Raises:
            TamperedError: No block of its batch holds one of them.
        """
        ...

    def names(self, tx: Transaction, entry_ids: Collection[EntryId]) -> dict[EntryId, tuple[SupplierId, str]]:
        """Supplier and supplier's own id of the entries that exist."""
        ...

    def revisions(self, tx: Transaction, supplier_id: SupplierId, refs: Collection[str]) -> dict[EntryId, str]:
        """Every revision of a supplier's entries, with the supplier's own id."""
        ...

    def count(self, tx: Transaction, batch: Batch) -> int:
        """How many names the batch has, those included that stand outside its range of ids."""
        ...

    def stream(self, tx: Transaction, batch: Batch) -> Iterator[StoredBlock]:
        """The blocks of a batch by ascending id."""
        ...

    def replaced(self, tx: Transaction, batch_ids: Collection[BatchId]) -> set[EntryId]:
        """Entries of which one of the batches holds a newer revision, in one of its blocks."""
        ...

    def tallies(self, tx: Transaction, batch: Batch) -> list[tuple[int, int, int]]:
        """Category code, bits of kinds, and how many entries of a batch have them."""
        ...

    def described(self, tx: Transaction, entry_ids: Collection[EntryId]) -> list[tuple[EntryId, BatchId, int, int]]:
        """Id, batch, category code and bits of kinds of the entries that exist.

        Raises:
            TamperedError: No block of its batch holds one of them.
        """
        ...


class MarkBook(Protocol):
    """Decisions about single entries, and suppliers' withdrawals."""

    def change(self, tx: Transaction) -> int:
        """A number that rises with every mark and every allowed digest."""
        ...

    def lock_change(self, tx: Transaction) -> int:
        """The same number; until the transaction ends nobody else can make it rise."""
        ...

    def set_marks(self, tx: Transaction, marks: Sequence[Mark]) -> None:
        """Set or replace the marks of entries that are not withdrawn."""
        ...

    def marks(self, tx: Transaction, entry_ids: Collection[EntryId] | None = None) -> dict[EntryId, Mark]:
        """The marks of some entries, or of all."""
        ...

    def waiting(self, tx: Transaction) -> list[Mark]:
        """Marks that no version carries yet, by ascending entry id."""
        ...

    def carried(self, tx: Transaction, marks: Sequence[Mark], version: int) -> None:
        """These marks go out with a version."""
        ...

    def not_carried(self, tx: Transaction, version: int) -> None:
        """That version never went out: its marks wait again."""
        ...

    def counts(self, tx: Transaction) -> Mapping[MarkStanding, int]:
        """How many marks there are of each kind."""
        ...

    def withdrawals(
        self, tx: Transaction, supplier_id: SupplierId, refs: Collection[str]
    ) -> dict[str, SupplierWithdrawal]:
        """The withdrawals among a supplier's ids."""
        ...

    def any_withdrawal(self, tx: Transaction, supplier_id: SupplierId) -> bool:
        """Whether the supplier has withdrawn anything, ever."""
        ...

    def set_withdrawals(
        self, tx: Transaction, supplier_id: SupplierId, withdrawals: Sequence[SupplierWithdrawal], *, at: datetime
    ) -> None:
        """Remember withdrawals, of entries here or not; an operator's stays an operator's."""
        ...

    def lift_withdrawals(self, tx: Transaction, supplier_id: SupplierId, refs: Collection[str]) -> None:
        """Forget a supplier's own withdrawals of entries that it brings back."""
        ...

    def allow(self, tx: Transaction, digests: Sequence[AllowedDigest], *, reason: str, by: str, at: datetime) -> int:
        """Add digests to the allow-list; how many were new."""
        ...

    def allowed(self, tx: Transaction) -> dict[Kind, list[AllowedDigest]]:
        """The allow-list."""
        ...


class PublicationBook(Protocol):
    """Versions: each used once, whatever came of it."""

    def reserve(
        self, tx: Transaction, form: PublicationForm, *, restores: int | None, by: str, at: datetime
    ) -> PublicationRecord:
        """A new version, higher than every one before, that is being written."""
        ...

    def set_state(
        self, tx: Transaction, version: int, state: PublicationState, *, file: FileRecord | None, at: datetime | None
    ) -> None:
        """What came of a version."""
        ...

    def set_content(
        self, tx: Transaction, record: PublicationRecord, batches: Mapping[BatchId, Standing] | None
    ) -> None:
        """Remember counts of a version, and which batches it holds when that changed with it."""
        ...

    def publications(self, tx: Transaction, state: PublicationState | None = None) -> list[PublicationRecord]:
        """Versions in one state, or all, by ascending number."""
        ...

    def content(self, tx: Transaction, version: int) -> dict[BatchId, Standing]:
        """Which batches the list held at a version, and what each counted for."""
        ...
