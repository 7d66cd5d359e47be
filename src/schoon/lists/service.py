"""The use cases of the hash list."""

import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schoon.index import ListKeys
from schoon.journal import Event
from schoon.kinds import BatchId, Digest, EntryId, OrganisationId, SupplierId, Transaction, require_utc
from schoon.lists import _attest, _collisions, _editions, _plan
from schoon.lists._context import ListContext, ListPorts, Publication
from schoon.lists._decisions import decide, decide_on_batch
from schoon.lists._import import Importer
from schoon.lists._publish import Step, no_step
from schoon.lists._reports import (
    CollisionReport,
    ImportOptions,
    ImportReport,
    KnownGood,
    ListStatus,
    MarkReport,
    Published,
    PublishPlan,
)
from schoon.lists._sealing import Sealer
from schoon.lists._views import entry_facts, entry_states, status
from schoon.lists.errors import SupplierNameError, UnknownEntryError, UnknownSupplierError
from schoon.lists.ports import EntryListener
from schoon.lists.types import (
    Batch,
    EntryFacts,
    EntryState,
    MarkStanding,
    PublishForm,
    Supplier,
)

__all__ = ["ListPorts", "ListService", "Publication"]

_MAX_NAME = 100
_FLUSH_SECONDS = 10.0


class ListService:
    """Suppliers, imports, attestations, tests, publishing, and decisions about single entries."""

    def __init__(
        self,
        *,
        ports: ListPorts,
        keys: ListKeys,
        publication: Publication,
        listener: EntryListener | None = None,
        step: Step = no_step,
    ) -> None:
        """Take what it works on.

        Args:
            ports: Where everything is kept.
            keys: The list's keys.
            publication: Where and under which key it is published.
            listener: Hears of every decision about entries.
            step: Called between the steps of a publish, for tests.
        """
        self._context = ListContext(
            ports=ports, keys=keys, sealer=Sealer(keys), publication=publication, listener=listener
        )
        self._ports = ports
        self._editions = _editions.Editions(self._context, step=step)

    def add_supplier(
        self, name: str, organisation_id: OrganisationId, *, supplier_class: str, by: str, now: datetime
    ) -> Supplier:
        """The new supplier.

        Raises:
            SupplierNameError: Name or class is empty, too long or not printable.
            SupplierNameTakenError: There is one of that name.
            UnknownOrganisationError: There is no such organisation.
        """
        cleaned, shown = _printable(name), _printable(supplier_class)
        with self._ports.transactions.write() as tx:
            self._ports.parties.organisation(tx, organisation_id)
            supplier = self._ports.batches.add_supplier(
                tx, organisation_id=organisation_id, name=cleaned, supplier_class=shown, at=require_utc(now)
            )
            subject = f"supplier:{supplier.supplier_id}"
            self._ports.journal.append(tx, Event(action="list:supplier:add", actor=by, subject=subject, at=now))
        return supplier

    def suppliers(self) -> list[Supplier]:
        """Every supplier, in the order they came."""
        with self._ports.transactions.read() as tx:
            return self._ports.batches.suppliers(tx)

    def find_supplier(self, name: str) -> Supplier:
        """The supplier of that name, or with that id in digits.

        Raises:
            UnknownSupplierError: There is none.
        """
        for supplier in self.suppliers():
            if name in {supplier.name, str(supplier.supplier_id)}:
                return supplier
        raise UnknownSupplierError(f"there is no supplier {name[:_MAX_NAME]!r}")

    def import_file(
        self, path: Path, supplier_id: SupplierId, options: ImportOptions, *, by: str, now: datetime
    ) -> ImportReport:
        """What the import of a file did; the same file again changes nothing.

        Withdrawals in the file go out while it is read, entries when they are attested, tested and published.

        Raises:
            UnknownSupplierError: There is no such supplier.
            UnreadableSourceError: The file is not there, or not of the format.
        """
        self.find_supplier(str(supplier_id))
        importer = Importer(self._context, supplier_id, options)
        report = importer.run(path, by=by, now=require_utc(now), after_withdrawals=self._sometimes(by=by, now=now))
        self._editions.send_waiting(by=by, now=now)
        return report

    def batches(self) -> list[Batch]:
        """Every batch, in the order they came."""
        with self._ports.transactions.read() as tx:
            return self._ports.batches.batches(tx)

    def batch(self, batch_id: BatchId) -> Batch:
        """One batch.

        Raises:
            UnknownBatchError: There is none with that id.
        """
        with self._ports.transactions.read() as tx:
            return self._ports.batches.batch(tx, batch_id)

    def attestation_text(self, batch_id: BatchId) -> bytes:
        """The text that an organisation signs elsewhere; see `schoon.lists._attest.text_to_attest`."""
        return _attest.text_to_attest(self._context, batch_id)

    def attest(
        self,
        batch_id: BatchId,
        organisation_id: OrganisationId,
        proof: Ed25519PrivateKey | bytes,
        *,
        by: str,
        now: datetime,
    ) -> Batch:
        """The batch with the organisation's attestation on it; see `schoon.lists._attest.attest`.

        Args:
            batch_id: The batch.
            organisation_id: Who attests.
            proof: Its private key, or its 64-byte signature over `attestation_text`.
            by: Who does it.
            now: When.
        """
        return _attest.attest(self._context, batch_id, organisation_id, proof, by=by, now=require_utc(now))

    def test(self, batch_ids: Sequence[BatchId], known_good: KnownGood, *, by: str, now: datetime) -> CollisionReport:
        """What the known-good test found; see `schoon.lists._collisions.run_test`."""
        report = _collisions.run_test(self._context, batch_ids, known_good, by=by, now=require_utc(now))
        self._editions.send_waiting(by=by, now=now)
        return report

    def allow(self, digests: Sequence[Digest], *, reason: str, by: str, now: datetime) -> int:
        """How many digests are new on the allow-list; what matches them is withdrawn at the next publish."""
        return _collisions.allow(self._context, digests, reason=reason, by=by, now=require_utc(now))

    def dry_run(self, sample: KnownGood | None = None) -> PublishPlan:
        """What a publish would change, and how many digests of a sample it would newly match."""
        return _plan.plan(self._context, sample)

    def publish(
        self, *, by: str, now: datetime, form: PublishForm = PublishForm.FULL, force: bool = False
    ) -> Published:
        """What is served from now on; nothing is written when nothing changed, unless `force`.

        Raises:
            SigningKeyMissingError: This host has no publishing key.
            DeltaImpossibleError: A delta was asked for and cannot carry the change.
            TamperedError: The tables hold something else than what was imported and attested.
            PublishingElsewhereError: Somebody else is publishing.
        """
        return self._editions.publish(form, force=force, by=by, now=require_utc(now))

    def rollback(self, version: int, *, by: str, now: datetime) -> Published:
        """The content of an older version under a new, higher one.

        Batches that were not on the list then are held back until they are let on again; what was withdrawn or
        suspended since stays so.

        Raises:
            UnknownVersionError: That version was never published.
        """
        return self._editions.rollback(version, by=by, now=require_utc(now))

    def refresh(self, *, now: datetime) -> Published:
        """The publisher's word, renewed: finishes what a crash left, sends waiting decisions, signs the head again.

        Raises:
            NotPublishedError: There is nothing yet.
            SigningKeyMissingError: This host has no publishing key.
        """
        return self._editions.refresh(now=require_utc(now))

    def withdraw(self, entry_ids: Sequence[EntryId], *, reason: str, by: str, now: datetime) -> MarkReport:
        """Take entries off the list for good, in every revision, and keep their supplier from bringing them back."""
        return self._decide(entry_ids, MarkStanding.WITHDRAWN, reason=reason, by=by, now=now)

    def suspend(self, entry_ids: Sequence[EntryId], *, reason: str, by: str, now: datetime) -> MarkReport:
        """Let entries answer `review` until they are released or withdrawn."""
        return self._decide(entry_ids, MarkStanding.SUSPENDED, reason=reason, by=by, now=now)

    def release(self, entry_ids: Sequence[EntryId], *, reason: str, by: str, now: datetime) -> MarkReport:
        """Lift the suspension of entries."""
        return self._decide(entry_ids, MarkStanding.RELEASED, reason=reason, by=by, now=now)

    def withdraw_batch(self, batch_id: BatchId, *, reason: str, by: str, now: datetime) -> Published | None:
        """Take a whole batch off for good; the version that does it, when something is published."""
        decide_on_batch(self._context, batch_id, "withdraw", reason=reason, by=by, now=require_utc(now))
        return self._editions.publish_if_changed(by=by, now=now)

    def hold_batch(self, batch_id: BatchId, *, reason: str, by: str, now: datetime) -> Published | None:
        """Keep a whole batch off the list until it is let on again."""
        decide_on_batch(self._context, batch_id, "hold", reason=reason, by=by, now=require_utc(now))
        return self._editions.publish_if_changed(by=by, now=now)

    def release_batch(self, batch_id: BatchId, *, reason: str, by: str, now: datetime) -> None:
        """Let a batch that was held back onto the list again, with the next publish."""
        decide_on_batch(self._context, batch_id, "release", reason=reason, by=by, now=require_utc(now))

    def status(self) -> ListStatus:
        """How the list stands, and what the operator should do."""
        return status(self._context)

    def entry_facts(self, tx: Transaction, entry_ids: Collection[EntryId]) -> dict[EntryId, EntryFacts]:
        """What other rooms may know of entries; those that do not exist are left out."""
        return entry_facts(self._context, tx, entry_ids)

    def entry_states(self, tx: Transaction, entry_ids: Collection[EntryId]) -> dict[EntryId, EntryState]:
        """What each entry counts for now, without who stands for it; those that do not exist are left out."""
        return entry_states(self._context, tx, entry_ids)

    def find_entry(self, supplier_id: SupplierId, ref: str) -> EntryId:
        """The newest revision of a supplier's entry, by the supplier's own id.

        Raises:
            UnknownEntryError: There is none.
        """
        stored = self._context.sealer.stored_ref(ref)
        with self._ports.transactions.read() as tx:
            found = self._ports.entries.revisions(tx, supplier_id, {stored})
        if not found:
            raise UnknownEntryError(f"supplier {supplier_id} has no such entry")
        return max(found)

    def _decide(
        self, entry_ids: Sequence[EntryId], standing: MarkStanding, *, reason: str, by: str, now: datetime
    ) -> MarkReport:
        marked, unchanged = decide(self._context, entry_ids, standing, reason=reason, by=by, now=require_utc(now))
        version = self._editions.send_waiting(by=by, now=now)
        return MarkReport(entry_ids=tuple(marked), unchanged=tuple(unchanged), version=version)

    def _sometimes(self, *, by: str, now: datetime) -> Callable[[], None]:
        """Sends waiting decisions, but not at every chunk of a long import."""
        last = time.monotonic()

        def send() -> None:
            nonlocal last
            if time.monotonic() - last >= _FLUSH_SECONDS:
                self._editions.send_waiting(by=by, now=now)
                last = time.monotonic()

        return send


def _printable(text: str) -> str:
    cleaned = " ".join(text.split())
    if not cleaned or len(cleaned) > _MAX_NAME or not cleaned.isprintable():
        raise SupplierNameError(f"{text[:_MAX_NAME]!r} is no name or class for a supplier")
    return cleaned
