"""The list's books in memory; what the database holds by constraints and triggers is not repeated here."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from schoon.kinds import BatchId, EntryId, FileRecord, Kind, OrganisationId, Standing, SupplierId, Transaction
from schoon.lists import (
    NO_TIME,
    AllowedDigest,
    Attestation,
    AttestedBeforeError,
    Batch,
    BatchState,
    BatchStateError,
    EntryBlock,
    KnownEntry,
    Mark,
    MarkStanding,
    PublicationForm,
    PublicationRecord,
    PublicationState,
    SourceFormat,
    StoredBlock,
    Supplier,
    SupplierNameTakenError,
    SupplierWithdrawal,
    UnknownBatchError,
)
from schoon.lists.service import ListPorts
from tests.memory.journal import MemoryJournal
from tests.memory.parties import MemoryPartyBook
from tests.memory.transactions import MemoryTransactions


class MemoryBatchBook:
    def __init__(self) -> None:
        self._suppliers: list[Supplier] = []
        self._batches: dict[BatchId, Batch] = {}
        self._attestations: list[Attestation] = []

    def add_supplier(
        self, tx: Transaction, *, organisation_id: OrganisationId, name: str, supplier_class: str, at: datetime
    ) -> Supplier:
        if any(s.name == name for s in self._suppliers):
            raise SupplierNameTakenError(name)
        supplier = Supplier(
            supplier_id=SupplierId(len(self._suppliers) + 1),
            organisation_id=organisation_id,
            name=name,
            supplier_class=supplier_class,
            added_at=at,
        )
        self._suppliers.append(supplier)
        return supplier

    def suppliers(self, tx: Transaction) -> list[Supplier]:
        return list(self._suppliers)

    def open_batch(
        self, tx: Transaction, supplier_id: SupplierId, *, sha256: bytes, source_format: SourceFormat, at: datetime
    ) -> Batch:
        batch = Batch(
            batch_id=BatchId(len(self._batches) + 1),
            supplier_id=supplier_id,
            state=BatchState.IMPORTING,
            source_sha256=sha256,
            source_format=source_format,
            opened_at=at,
        )
        self._batches[batch.batch_id] = batch
        return batch

    def batch(self, tx: Transaction, batch_id: BatchId) -> Batch:
        if batch_id not in self._batches:
            raise UnknownBatchError(f"there is no batch {batch_id}")
        return self._batches[batch_id]

    def batches(self, tx: Transaction, states: Collection[BatchState] = ()) -> list[Batch]:
        return [b for b in self._batches.values() if not states or b.state in states]

    def widen_batch(self, tx: Transaction, batch_id: BatchId, first: EntryId, last: EntryId) -> None:
        batch = self._batches[batch_id]
        self._batches[batch_id] = replace(batch, first_entry_id=batch.first_entry_id or first, last_entry_id=last)

    def close_batch(self, tx: Transaction, batch_id: BatchId, *, entry_count: int, root: bytes) -> None:
        batch = self._batches[batch_id]
        self._batches[batch_id] = replace(batch, state=BatchState.PROPOSED, entry_count=entry_count, root=root)

    def attest(self, tx: Transaction, attestation: Attestation) -> Batch:
        batch, who, key = self.batch(tx, attestation.batch_id), attestation.organisation_id, attestation.key_id
        if any((a.batch_id, a.key_id) == (batch.batch_id, key) for a in self._attestations):
            raise AttestedBeforeError(f"organisation {who} attested batch {batch.batch_id} before")
        self._attestations.append(attestation)
        if batch.first_attestor in {None, who}:
            state = BatchState.ATTESTED if batch.state is BatchState.PROPOSED else batch.state
            batch = replace(batch, first_attestor=who, first_key_id=key, state=state)
        elif batch.second_attestor in {None, who}:
            batch = replace(batch, second_attestor=who, second_key_id=key)
        self._batches[batch.batch_id] = batch
        return batch

    def attestations(self, tx: Transaction, batch_id: BatchId) -> list[Attestation]:
        return [a for a in self._attestations if a.batch_id == batch_id]

    def set_tested(self, tx: Transaction, batch_id: BatchId, *, known_good_count: int, at: datetime) -> None:
        batch = self._batches[batch_id]
        if batch.tested_at is None:
            self._batches[batch_id] = replace(batch, tested_at=at, known_good_count=known_good_count)

    def activate(self, tx: Transaction, batch_ids: Collection[BatchId], *, at: datetime) -> None:
        for batch_id in batch_ids:
            batch = self._batches[batch_id]
            if len(set(batch.attestors)) < 2 or batch.tested_at is None:
                raise BatchStateError(f"batch {batch_id} cannot become that")
            self._batches[batch_id] = replace(batch, state=BatchState.ACTIVE, activated_at=at)

    def hold(self, tx: Transaction, batch_ids: Collection[BatchId], *, reason: str, to_review: bool = False) -> None:
        for batch_id in batch_ids:
            batch = self.batch(tx, batch_id)
            self._batches[batch_id] = replace(batch, held_reason=reason, held_to_review=to_review and bool(reason))

    def withdraw_batch(self, tx: Transaction, batch_id: BatchId) -> None:
        self._batches[batch_id] = replace(self.batch(tx, batch_id), state=BatchState.WITHDRAWN)


class _Named(NamedTuple):
    ref: str
    revision: int
    at: int
    stored: StoredBlock


class MemoryEntryBook:
    def __init__(self) -> None:
        self._blocks: list[StoredBlock] = []
        self._named: dict[EntryId, _Named] = {}

    def add(self, tx: Transaction, batch_id: BatchId, block: EntryBlock, revisions: Sequence[int]) -> EntryId | None:
        there = {(one.stored.block.supplier_id, one.ref, one.revision) for one in self._named.values()}
        names = [(block.supplier_id, ref, revision) for ref, revision in zip(block.refs, revisions, strict=True)]
        if len(set(names)) < len(names) or there & set(names):
            return None
        first = EntryId(len(self._named) + 1)
        stored = StoredBlock(first_id=first, batch_id=batch_id, entry_count=len(block), block=block)
        self._blocks.append(stored)
        for at, (_, ref, revision) in enumerate(names):
            self._named[EntryId(first + at)] = _Named(ref, revision, at, stored)
        return first

    def known(self, tx: Transaction, supplier_id: SupplierId, refs: Collection[str]) -> dict[str, KnownEntry]:
        found = [(e, n) for e, n in self._of(supplier_id) if n.ref in refs]
        return {n.ref: _known(e, n) for e, n in sorted(found, key=lambda pair: pair[1].revision)}

    def names(self, tx: Transaction, entry_ids: Collection[EntryId]) -> dict[EntryId, tuple[SupplierId, str]]:
        found = {e: self._named[e] for e in entry_ids if e in self._named}
        return {e: (SupplierId(n.stored.block.supplier_id), n.ref) for e, n in found.items()}

    def revisions(self, tx: Transaction, supplier_id: SupplierId, refs: Collection[str]) -> dict[EntryId, str]:
        return {e: n.ref for e, n in self._of(supplier_id) if n.ref in refs}

    def count(self, tx: Transaction, batch: Batch) -> int:
        return sum(named.stored.batch_id == batch.batch_id for named in self._named.values())

    def stream(self, tx: Transaction, batch: Batch) -> Iterator[StoredBlock]:
        yield from (stored for stored in self._blocks if stored.batch_id == batch.batch_id)

    def replaced(self, tx: Transaction, batch_ids: Collection[BatchId]) -> set[EntryId]:
        newest = Counter[tuple[int, str]]()
        for named in self._named.values():
            if named.stored.batch_id in batch_ids:
                key = named.stored.block.supplier_id, named.ref
                newest[key] = max(newest[key], named.revision)
        return {e for e, n in self._named.items() if n.revision < newest[n.stored.block.supplier_id, n.ref]}

    def tallies(self, tx: Transaction, batch: Batch) -> list[tuple[int, int, int]]:
        counts = Counter[tuple[int, int]]()
        for stored in self.stream(tx, batch):
            counts.update(zip(stored.block.categories, stored.block.kinds, strict=True))
        return [(category, kinds, count) for (category, kinds), count in counts.items()]

    def described(self, tx: Transaction, entry_ids: Collection[EntryId]) -> list[tuple[EntryId, BatchId, int, int]]:
        found = [(e, self._named[e]) for e in sorted(entry_ids) if e in self._named]
        return [(e, n.stored.batch_id, n.stored.block.categories[n.at], n.stored.block.kinds[n.at]) for e, n in found]

    def _of(self, supplier_id: SupplierId) -> list[tuple[EntryId, _Named]]:
        return [(e, n) for e, n in self._named.items() if n.stored.block.supplier_id == supplier_id]


def _known(entry_id: EntryId, named: _Named) -> KnownEntry:
    block, at = named.stored.block, named.at
    time = int.from_bytes(block.times[8 * at : 8 * at + 8], "little", signed=True)
    return KnownEntry(
        entry_id=entry_id,
        batch_id=named.stored.batch_id,
        revision=named.revision,
        supplier_time=None if time == NO_TIME else time,
        content=block.contents[32 * at : 32 * at + 32],
    )


class MemoryMarkBook:
    def __init__(self) -> None:
        self._change = 0
        self._marks: dict[EntryId, Mark] = {}
        self._withdrawals: dict[tuple[SupplierId, str], SupplierWithdrawal] = {}
        self._allowed: dict[tuple[Kind, bytes], AllowedDigest] = {}

    def change(self, tx: Transaction) -> int:
        return self._change

    def lock_change(self, tx: Transaction) -> int:
        return self._change

    def set_marks(self, tx: Transaction, changed: Sequence[Mark]) -> None:
        self._change += bool(changed)
        self._marks.update({mark.entry_id: replace(mark, version=None) for mark in changed})

    def marks(self, tx: Transaction, entry_ids: Collection[EntryId] | None = None) -> dict[EntryId, Mark]:
        return {e: m for e, m in sorted(self._marks.items()) if entry_ids is None or e in entry_ids}

    def waiting(self, tx: Transaction) -> list[Mark]:
        return [mark for _, mark in sorted(self._marks.items()) if mark.version is None]

    def carried(self, tx: Transaction, sent: Sequence[Mark], version: int) -> None:
        for mark in sent:
            self._marks[mark.entry_id] = replace(self._marks[mark.entry_id], version=version)

    def not_carried(self, tx: Transaction, version: int) -> None:
        for entry_id, mark in self._marks.items():
            if mark.version == version:
                self._marks[entry_id] = replace(mark, version=None)

    def counts(self, tx: Transaction) -> Mapping[MarkStanding, int]:
        return {s: sum(m.standing is s for m in self._marks.values()) for s in MarkStanding}

    def withdrawals(
        self, tx: Transaction, supplier_id: SupplierId, refs: Collection[str]
    ) -> dict[str, SupplierWithdrawal]:
        return {ref: w for (s, ref), w in self._withdrawals.items() if s == supplier_id and ref in refs}

    def any_withdrawal(self, tx: Transaction, supplier_id: SupplierId) -> bool:
        return any(s == supplier_id for s, _ in self._withdrawals)

    def set_withdrawals(
        self, tx: Transaction, supplier_id: SupplierId, changed: Sequence[SupplierWithdrawal], *, at: datetime
    ) -> None:
        for one in changed:
            before = self._withdrawals.get((supplier_id, one.ref))
            if before is None or not before.by_operator:
                self._withdrawals[supplier_id, one.ref] = one

    def lift_withdrawals(self, tx: Transaction, supplier_id: SupplierId, refs: Collection[str]) -> None:
        for ref in refs:
            if not self._withdrawals[supplier_id, ref].by_operator:
                del self._withdrawals[supplier_id, ref]

    def allow(self, tx: Transaction, digests: Sequence[AllowedDigest], *, reason: str, by: str, at: datetime) -> int:
        before = len(self._allowed)
        self._allowed = {(d.kind, d.tag): d for d in digests} | self._allowed
        self._change += len(self._allowed) > before
        return len(self._allowed) - before

    def allowed(self, tx: Transaction) -> dict[Kind, list[AllowedDigest]]:
        return {kind: [d for d in self._allowed.values() if d.kind is kind] for kind in Kind}


class MemoryPublicationBook:
    def __init__(self) -> None:
        self._records: dict[int, PublicationRecord] = {}
        self._content: dict[int, dict[BatchId, Standing]] = {}

    def reserve(
        self, tx: Transaction, form: PublicationForm, *, restores: int | None, by: str, at: datetime
    ) -> PublicationRecord:
        record = PublicationRecord(
            version=len(self._records) + 1,
            form=form,
            state=PublicationState.WRITING,
            file=None,
            entry_count=0,
            last_entry_id=0,
            change=0,
            restores=restores,
            by=by,
            started_at=at,
            published_at=None,
        )
        self._records[record.version] = record
        return record

    def set_state(
        self, tx: Transaction, version: int, new: PublicationState, *, file: FileRecord | None, at: datetime | None
    ) -> None:
        record = self._records[version]
        self._records[version] = replace(record, state=new, file=file or record.file, published_at=at)

    def set_content(
        self, tx: Transaction, record: PublicationRecord, batches: Mapping[BatchId, Standing] | None
    ) -> None:
        self._records[record.version] = replace(
            self._records[record.version],
            entry_count=record.entry_count,
            last_entry_id=record.last_entry_id,
            change=record.change,
        )
        if batches is not None:
            self._content[record.version] = dict(batches)

    def publications(self, tx: Transaction, state: PublicationState | None = None) -> list[PublicationRecord]:
        return [r for r in self._records.values() if state in {None, r.state}]

    def content(self, tx: Transaction, version: int) -> dict[BatchId, Standing]:
        known = [v for v in self._content if v <= version and self._records[v].state is PublicationState.PUBLISHED]
        return dict(self._content[max(known)]) if known else {}


def memory_ports() -> ListPorts:
    """Every book of the list in memory, in one place that rolls back together."""
    transactions = MemoryTransactions()
    ports = ListPorts(
        transactions=transactions,
        batches=MemoryBatchBook(),
        entries=MemoryEntryBook(),
        marks=MemoryMarkBook(),
        publications=MemoryPublicationBook(),
        parties=MemoryPartyBook(),
        journal=MemoryJournal(),
    )
    for book in (ports.batches, ports.entries, ports.marks, ports.publications, ports.parties, ports.journal):
        transactions.register(book)
    return ports
