"""Publishes: snapshot, delta and head, so that a crash between any two steps loses nothing and lies about nothing.

1. Reserve a version in the tables (`writing`). It is never used again, whatever comes of it.
2. Write and sync the file (a delta's after step 3, since its content is settled there).
3. Under the head's lock: note in the tables what the version holds and which marks it carries.
4. Replace the head. From here on it is served.
5. Note in the tables that it is published; batches become active.

A crash before 4 leaves a version that no head names: it is abandoned, and its marks wait again. A crash after 4 leaves
one that the head names: step 5 is done late. `recover` does either, before anything else is published. While a snapshot
is written (seconds, for ten million entries) withdrawals go out as deltas on the old one; the snapshot is then written
again with them in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from schoon.index import HEAD_NAME, Head, read_head, write_head
from schoon.journal import Event
from schoon.kinds import BatchId, FileRecord, SnapshotHeader, Standing, SupplierLabel
from schoon.lists._context import ListContext
from schoon.lists._locks import is_publishing
from schoon.lists.errors import PublicationAwayError
from schoon.lists.types import BatchState, PublicationForm, PublicationRecord, PublicationState

Step = Callable[[str], None]
"""Called after each step with its name; tests stop a publish there."""


def no_step(_name: str) -> None:
    """What happens between two steps of a publish: nothing."""


class Publisher:
    """Reserves versions, replaces the head, and brings the tables after it."""

    def __init__(self, context: ListContext, *, step: Step = no_step) -> None:
        """Take the list; `step` is for tests.

        Raises:
            SigningKeyMissingError: This host has no publishing key.
        """
        self.context = context
        self.step = step
        self.directory = context.publication.directory
        self.key = context.publication.need_key()

    def head(self) -> Head | None:
        """The head that is served, or None before the first publish."""
        if not (self.directory / HEAD_NAME).exists():
            return None
        return read_head(self.directory, public_key=self.key.public_key())

    def header(self, version: int, suppliers: tuple[SupplierLabel, ...], now: datetime) -> SnapshotHeader:
        """The header of a version's file."""
        name = self.context.publication.list_name
        return SnapshotHeader(list_name=name, version=version, created_at=now, suppliers=suppliers)

    def reserve(
        self, form: PublicationForm, *, by: str, now: datetime, restores: int | None = None
    ) -> PublicationRecord:
        """Step 1."""
        with self.context.ports.transactions.write() as tx:
            record = self.context.ports.publications.reserve(tx, form, restores=restores, by=by, at=now)
        self.step("reserved")
        return record

    def write_file(self, name: str, write: Callable[[Path], FileRecord]) -> FileRecord:
        """Step 2.

        Raises:
            PublicationAwayError: The disk did not take it.
        """
        try:
            file = write(self.directory / name)
        except OSError as cause:
            raise PublicationAwayError(f"{self.directory}: {cause.strerror}") from cause
        self.step("written")
        return file

    def settle(self, record: PublicationRecord, content: Mapping[BatchId, Standing]) -> bool:
        """Step 3 of a version that rests on `record.change`; False when something was decided since.

        It carries every waiting decision: those about entries that are not on the list were looked at too.
        """
        books = self.context.ports
        with books.transactions.write() as tx:
            if books.marks.lock_change(tx) != record.change:
                return False
            books.publications.set_content(tx, record, content)
            books.marks.carried(tx, books.marks.waiting(tx), record.version)
        self.step("settled")
        return True

    def publish_head(self, record: PublicationRecord, head: Head, *, now: datetime) -> None:
        """Steps 4 and 5."""
        self.sign(head)
        self.step("headed")
        self._finish(record, now=now)
        self.step("published")

    def sign(self, head: Head) -> None:
        """Replace the head.

        Raises:
            PublicationAwayError: The disk did not take it.
        """
        try:
            write_head(self.directory, head, signing_key=self.key)
        except OSError as cause:
            raise PublicationAwayError(f"{self.directory}: {cause.strerror}") from cause

    def abandon(self, record: PublicationRecord, *, now: datetime) -> None:
        """Give a version up that no head names; its marks wait again."""
        books = self.context.ports
        with books.transactions.write() as tx:
            books.marks.not_carried(tx, record.version)
            books.publications.set_state(tx, record.version, PublicationState.ABANDONED, file=None, at=now)
        for name in file_names(record.version):
            (self.directory / name).unlink(missing_ok=True)

    def recover(self, *, now: datetime, snapshots_too: bool) -> Head | None:
        """The head, after finishing or abandoning what a crash left; call it under the head's lock.

        Args:
            now: When.
            snapshots_too: Whether the caller holds the publish lock itself, so that no snapshot can be in the making.
        """
        with self.context.ports.transactions.read() as tx:
            left = self.context.ports.publications.publications(tx, PublicationState.WRITING)
        head = self.head()
        if not left:
            return head
        dead_snapshots = snapshots_too or not is_publishing(self.directory)
        for record in left:
            if head is not None and record.version == head.version:
                self._finish(replace(record, file=_last_file(head)), now=now)
            elif record.form is PublicationForm.DELTA or dead_snapshots:
                self.abandon(record, now=now)
        return head

    def _finish(self, record: PublicationRecord, *, now: datetime) -> None:
        books = self.context.ports
        with books.transactions.write() as tx:
            books.publications.set_state(tx, record.version, PublicationState.PUBLISHED, file=record.file, at=now)
            active = {
                batch_id
                for batch_id, standing in books.publications.content(tx, record.version).items()
                if standing is Standing.ACTIVE
            }
            news = [b.batch_id for b in books.batches.batches(tx, {BatchState.ATTESTED}) if b.batch_id in active]
            books.batches.activate(tx, news, at=now)
            event = Event(
                action="list:version:publish",
                actor=record.by,
                subject=f"version:{record.version}",
                at=now,
                detail={"form": record.form, "entries": record.entry_count, "restores": record.restores},
            )
            books.journal.append(tx, event)


def file_names(version: int) -> tuple[str, str]:
    """The names that a version's file can have: as a snapshot, as a delta."""
    return f"snapshot-{version:012d}.schoon", f"delta-{version:012d}.schoon"


def _last_file(head: Head) -> FileRecord:
    return head.deltas[-1] if head.deltas else head.snapshot
