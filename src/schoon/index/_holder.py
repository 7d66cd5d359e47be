"""Keeps the newest good index of a serving process: polls the head, loads what changed, swaps, never goes back."""

import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from typing_extensions import override

from schoon.index._index import Index, open_index
from schoon.index._read import read_head
from schoon.index._seen import Seen, read_seen, seen_in, write_seen
from schoon.index.errors import CorruptIndexError, FutureHeadError, RollbackError, UnreadableIndexError, WrongListError
from schoon.index.types import Head, ListKeys
from schoon.kinds import Clock, FileRecord, SchoonError

CLOCK_SLACK = timedelta(minutes=5)
"""How far the publisher's clock may run ahead of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a holder holds at one moment; replaced as a whole.

    Attributes:
        index: The last good index, None before the first.
        issued_at: Of the last good head.
        fault: Why the last refresh did not succeed, None when it did.
    """

    index: Index | None = None
    issued_at: datetime | None = None
    fault: str | None = None


class IndexHolder:
    """The newest good index of a publication directory. Any thread may read it while another refreshes."""

    def __init__(
        self,
        directory: Path,
        *,
        keys: ListKeys,
        public_key: Ed25519PublicKey,
        state_path: Path | None,
        clock: Clock | None = None,
    ) -> None:
        """Hold nothing yet: call `refresh`.

        Args:
            directory: Where head, snapshots and deltas appear.
            keys: The list's keys.
            public_key: Of the publisher.
            state_path: Where the highest version seen is kept over restarts; None forgets it (for tests).
            clock: Refuses heads issued later than now; None accepts them (for tests).
        """
        self._directory = directory
        self._keys = keys
        self._public_key = public_key
        self._state_path = state_path
        self._clock = clock
        self._held = Held()
        self._seen: Seen | None = None
        self._refreshing = threading.Lock()

    @staticmethod
    def holding(index: Index, *, issued_at: datetime) -> "IndexHolder":
        """A holder of just this index, for tests and tools: `refresh` changes nothing."""
        return _Fixed(index, issued_at)

    @property
    def held(self) -> Held:
        """Index, issue time and fault of one and the same moment."""
        return self._held

    @property
    def current(self) -> Index | None:
        """The last good index."""
        return self._held.index

    @property
    def issued_at(self) -> datetime | None:
        """When the publisher issued the last good head: the list's age counts from here."""
        return self._held.issued_at

    @property
    def fault(self) -> str | None:
        """Why the last refresh did not succeed, in words for the operator; None when it did."""
        return self._held.fault

    def refresh(self) -> bool:
        """Whether a newer version serves from now on.

        Whatever is wrong with the files, nothing is raised: the last good index serves on, and `fault` says why.
        """
        with self._refreshing:
            try:
                head = read_head(self._directory, public_key=self._public_key)
                self._check(head)
                before = self._held.index
                index = self._load(head, before)
                self._remember(head)
            except (SchoonError, OSError, MemoryError) as error:
                self._held = replace(self._held, fault=f"{type(error).__name__}: {error}")
                return False
            self._held = Held(index=index, issued_at=head.issued_at, fault=None)
            return before is None or index.version != before.version

    def _check(self, head: Head) -> None:
        if self._clock is not None and head.issued_at > self._clock() + CLOCK_SLACK:
            raise FutureHeadError(
                f"the head says it was issued at {head.issued_at.isoformat()}, which is later than now"
            )
        if self._state_path is not None:
            self._seen = read_seen(self._state_path) or self._seen
        seen, word = self._seen, seen_in(head)
        if seen is None:
            return
        if word.list_name != seen.list_name:
            raise WrongListError(f"the publication is of list {word.list_name}; {seen.list_name} was served here")
        if word.version < seen.version:
            raise RollbackError(f"the head names version {word.version}, and {seen.version} was seen here")
        if word.version == seen.version and word.last_file != seen.last_file:
            raise RollbackError(f"the head gives version {word.version} another content than was seen here")
        if word.version == seen.version and word.issued_at < seen.issued_at:
            raise RollbackError(f"the head is of {word.issued_at}, and one of {seen.issued_at} was seen here")

    def _load(self, head: Head, before: Index | None) -> Index:
        """The index that the head names; only files that `before` does not hold yet are read."""
        wanted = (head.snapshot, *head.deltas)
        index = before
        if index is None or wanted[: len(index.files)] != index.files:
            index = open_index(self._path(head.snapshot), keys=self._keys, public_key=self._public_key)
        missing = wanted[len(index.files) :]
        paths = [self._path(record) for record in missing]
        index = index.with_deltas(paths, keys=self._keys, public_key=self._public_key)
        if index.files != wanted:
            raise CorruptIndexError("a file is not the one that the head names: its size or SHA-256 differs")
        if index.version != head.version or index.header.list_name != head.list_name:
            raise CorruptIndexError(
                f"the files make version {index.version} of {index.header.list_name}, not what the head says"
            )
        return index

    def _path(self, record: FileRecord) -> Path:
        path = self._directory / record.name
        try:
            size = path.stat().st_size
        except OSError as error:
            raise UnreadableIndexError(f"{record.name}: {error.strerror or error}") from error
        if size != record.size:
            raise CorruptIndexError(f"{record.name}: it has {size} bytes, and the head says {record.size}")
        return path

    def _remember(self, head: Head) -> None:
        seen = seen_in(head)
        if seen == self._seen:
            return
        if self._state_path is not None:
            write_seen(self._state_path, seen)
        self._seen = seen


class _Fixed(IndexHolder):
    """Holds one index for good."""

    def __init__(self, index: Index, issued_at: datetime) -> None:
        self._held = Held(index=index, issued_at=issued_at)

    @override
    def refresh(self) -> bool:
        return False
