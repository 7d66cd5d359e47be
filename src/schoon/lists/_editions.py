"""Versions of the list: in full, by delta, rolled back, renewed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from schoon.index import Columns, Head
from schoon.journal import Event
from schoon.kinds import BatchId, Standing
from schoon.lists._collisions import allowed_entries, withdraw_allowed
from schoon.lists._content import Target, read_columns, read_target
from schoon.lists._context import ListContext
from schoon.lists._delta import last_published, publish_added, send_marks
from schoon.lists._locks import head_lock, publish_lock
from schoon.lists._publish import Publisher, Step
from schoon.lists._reports import Published
from schoon.lists._snapshot import decided_columns, publish_snapshot
from schoon.lists.errors import (
    DeltaImpossibleError,
    ListChangedError,
    NotPublishedError,
    PublishingElsewhereError,
    UnknownVersionError,
)
from schoon.lists.rules import delta_refusal
from schoon.lists.types import BatchState, PublicationForm, PublicationState, PublishForm

ATTEMPTS = 3
AUTOMATIC = "schoon"
"""Who renews the head, in the journal."""


class Editions:
    """Makes versions of one list."""

    def __init__(self, context: ListContext, *, step: Step) -> None:
        """Take the list; `step` is for tests."""
        self._context = context
        self._step = step

    def publish(
        self, form: PublishForm, *, force: bool, by: str, now: datetime, restores: int | None = None
    ) -> Published:
        """The version that is served from now on; see `ListService.publish`."""
        publisher = Publisher(self._context, step=self._step)
        with publish_lock(publisher.directory):
            with head_lock(publisher.directory):
                head = publisher.recover(now=now, snapshots_too=True)
            for _ in range(ATTEMPTS):
                try:
                    return self._publish(publisher, head, form, force=force, by=by, now=now, restores=restores)
                except ListChangedError:
                    head = publisher.head()
        raise PublishingElsewhereError("batches kept changing while the list was being published")

    def publish_if_changed(self, *, by: str, now: datetime) -> Published | None:
        """A full publish after a decision about a batch, where something is published from this host."""
        if self._context.publication.signing_key is None:
            return None
        if Publisher(self._context, step=self._step).head() is None:
            return None
        return self.publish(PublishForm.FULL, force=False, by=by, now=now)

    def send_waiting(self, *, by: str, now: datetime) -> int | None:
        """The version that carries the waiting decisions; None when there is none, or no key, or nothing published."""
        if self._context.publication.signing_key is None:
            return None
        publisher = Publisher(self._context, step=self._step)
        if publisher.head() is None:
            return None
        version = None
        with head_lock(publisher.directory):
            head = publisher.recover(now=now, snapshots_too=False)
            sent = 1
            while head is not None and sent:
                head, sent = send_marks(publisher, head, by=by, now=now)
                version = head.version if sent else version
        return version

    def refresh(self, *, now: datetime) -> Published:
        """The renewed head; see `ListService.refresh`."""
        publisher = Publisher(self._context, step=self._step)
        with head_lock(publisher.directory):
            head = publisher.recover(now=now, snapshots_too=False)
            if head is None:
                raise NotPublishedError(f"the list {self._context.publication.list_name!r} has no version yet")
            before, sent = head.version, 1
            while sent:
                head, sent = send_marks(publisher, head, by=AUTOMATIC, now=now)
            publisher.sign(replace(head, issued_at=max(now, head.issued_at)))
            record = last_published(publisher, head)
        form = PublicationForm.DELTA if head.version > before else None
        return Published(version=head.version, form=form, entries=record.entry_count)

    def rollback(self, version: int, *, by: str, now: datetime) -> Published:
        """The older content under a higher version; see `ListService.rollback`."""
        books = self._context.ports
        with books.transactions.read() as tx:
            published = books.publications.publications(tx, PublicationState.PUBLISHED)
            if version not in {record.version for record in published}:
                raise UnknownVersionError(f"version {version} was never published")
            content = books.publications.content(tx, version)
        reason = f"rolled back to version {version}"
        with books.transactions.write() as tx:
            for batch in books.batches.batches(tx, {BatchState.ATTESTED, BatchState.ACTIVE}):
                then = content.get(batch.batch_id)
                to_review = then is Standing.ATTESTED and len(batch.attestors) > 1
                held = then is None or to_review
                books.batches.hold(tx, [batch.batch_id], reason=reason if held else "", to_review=to_review)
            event = Event(action="list:version:rollback", actor=by, subject=f"version:{version}", at=now)
            books.journal.append(tx, event)
        return self.publish(PublishForm.FULL, force=True, by=by, now=now, restores=version)

    def _publish(  # noqa: PLR0913 (the question as the operator asks it)
        self,
        publisher: Publisher,
        head: Head | None,
        form: PublishForm,
        *,
        force: bool,
        by: str,
        now: datetime,
        restores: int | None,
    ) -> Published:
        with self._context.ports.transactions.read() as tx:
            target = read_target(self._context, tx)
            before = self._context.ports.publications.content(tx, head.version) if head else {}
            if head is not None and not force and not (head.deltas and form is PublishForm.FULL):
                record = last_published(publisher, head)
                if dict(before) == dict(target.standings) and record.change == target.change:
                    return Published(version=head.version, form=None, entries=record.entry_count)
            if form is PublishForm.DELTA:
                _need_delta(publisher, head, target, before)
                fresh = frozenset(target.standings) - frozenset(before)
                columns = read_columns(self._context, tx, target, fresh).columns()
            else:
                columns = read_columns(self._context, tx, target).columns()
        allowed = allowed_entries(self._context, columns, target)
        if allowed:
            withdraw_allowed(self._context, allowed, by=by, now=now)
            with self._context.ports.transactions.read() as tx:
                newer = read_target(self._context, tx)
            target = replace(target, marks=newer.marks, change=newer.change)
        if form is PublishForm.DELTA:
            return self._delta(publisher, target, columns, by=by, now=now)
        record = publish_snapshot(publisher, columns, target, by=by, now=now, restores=restores)
        return Published(
            version=record.version,
            form=PublicationForm.SNAPSHOT,
            entries=record.entry_count,
            activated=target.activating,
            allowed=len(allowed),
        )

    def _delta(self, publisher: Publisher, target: Target, columns: Columns, *, by: str, now: datetime) -> Published:
        with head_lock(publisher.directory):
            head = publisher.head()
            if head is None:
                raise NotPublishedError("there is no snapshot for a delta to follow on")
            with self._context.ports.transactions.read() as tx:
                before = self._context.ports.publications.content(tx, head.version)
            added = decided_columns(columns, target)
            record = publish_added(publisher, head, target, added, before, by=by, now=now)
        if record is None:
            raise ListChangedError("a decision came in while the delta was made")
        return Published(
            version=record.version,
            form=PublicationForm.DELTA,
            entries=record.entry_count,
            activated=target.activating,
        )


def _need_delta(publisher: Publisher, head: Head | None, target: Target, before: Mapping[BatchId, Standing]) -> None:
    if head is None:
        raise DeltaImpossibleError("nothing is published yet")
    added = [batch for batch in target.batches if batch.batch_id not in before]
    gone = set(before) - set(target.standings)
    refusal = delta_refusal(added, gone, last_published(publisher, head).last_entry_id)
    if refusal:
        raise DeltaImpossibleError(refusal)
