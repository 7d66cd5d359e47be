"""Brings a file into the tables, in small writes, so that nobody who writes meanwhile waits long.

1. The file is read once for its SHA-256: the same file of the same date is not taken again.
2. The rows go into a snapshot that counts for nothing yet, some thousands a transaction.
3. A bad row, and the whole of it is taken out again: where a longer prefix is missing, the shorter one around it would
   name the wrong hoster. Who knows better says so, and the refused rows are counted with the snapshot.
4. The last write lets it count.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from schoon.hosting._bootstrap import read_bootstrap
from schoon.hosting._rows import MAX_LINE, read_row
from schoon.hosting._snapshot_types import (
    RefusedRow,
    Route,
    Snapshot,
    SnapshotId,
    SnapshotImport,
    SnapshotKind,
    SnapshotReport,
)
from schoon.hosting._special import Internet
from schoon.hosting.errors import SnapshotDateError, SnapshotFileError
from schoon.hosting.ports import HostingPorts
from schoon.hosting.types import Source
from schoon.journal import Event

_CHUNK = 2_000
_SHOWN = 100
_ABANDONED = timedelta(hours=6)
_MAX_JSON = 8 * 1024 * 1024
_BLOCK = 1024 * 1024


class SnapshotImporter:
    """Imports tables of prefixes and IANA's RDAP files."""

    def __init__(self, ports: HostingPorts) -> None:
        """Take the ports."""
        self._transactions = ports.transactions
        self._book = ports.snapshots
        self._cache = ports.cache
        self._journal = ports.journal
        self._internet = ports.internet

    def take(self, wanted: SnapshotImport) -> SnapshotReport:
        """What became of the file.

        Raises:
            SnapshotFileError: It cannot be read, is not of either form, or changed while it was read.
            SnapshotDateError: No date is known, or it is in the future.
        """
        try:
            sha256, is_json = _looked_at(Path(wanted.path))
            return self._take_rdap(wanted, sha256) if is_json else self._take_prefixes(wanted, sha256)
        except OSError as cause:
            raise SnapshotFileError(
                f"{wanted.path}: {cause.strerror}", next_step="name a file that can be read"
            ) from cause

    def _take_rdap(self, wanted: SnapshotImport, sha256: str) -> SnapshotReport:
        content = Path(wanted.path).read_bytes()
        if len(content) > _MAX_JSON:
            raise SnapshotFileError(f"{wanted.path}: larger than {_MAX_JSON:,} bytes")
        try:
            text = content.decode()
            file = read_bootstrap(text)
        except (UnicodeDecodeError, SnapshotFileError) as cause:
            raise SnapshotFileError(f"{wanted.path}: {cause}") from cause
        draft = _draft(wanted, file.kind, sha256, dated=wanted.dated or file.published, rows=file.count)
        with self._transactions.write() as tx:
            same = self._book.same(tx, kind=draft.kind, dated=draft.dated, sha256=sha256)
            if same is not None:
                return SnapshotReport(kind=draft.kind, snapshot=same, was_there=True)
            begun = self._book.begin(tx, draft)
            if not self._book.complete(tx, begun, content=text):  # somebody else was first, with the same file
                same = self._book.same(tx, kind=draft.kind, dated=draft.dated, sha256=sha256)
                return SnapshotReport(kind=draft.kind, snapshot=same, was_there=True)
            self._cache.withdraw(tx, Source.RDAP)  # the servers that answered may not be those any more
            self._journal.append(tx, _event(begun))
        return SnapshotReport(kind=draft.kind, snapshot=begun)

    def _take_prefixes(self, wanted: SnapshotImport, sha256: str) -> SnapshotReport:
        draft = _draft(wanted, SnapshotKind.PREFIXES, sha256, dated=wanted.dated)
        self._discard_abandoned(wanted.now)
        with self._transactions.write() as tx:
            same = self._book.same(tx, kind=draft.kind, dated=draft.dated, sha256=sha256)
            if same is not None:
                return SnapshotReport(kind=draft.kind, snapshot=same, was_there=True)
            begun = self._book.begin(tx, draft)
        reader = _Reader(Path(wanted.path), self._internet)
        try:
            for chunk in reader.chunks():
                with self._transactions.write() as tx:
                    self._book.add_routes(tx, begun.snapshot_id, chunk)
            return self._finish(begun, reader, wanted)
        except BaseException:
            self._discard(begun.snapshot_id)
            raise

    def _finish(self, begun: Snapshot, reader: "_Reader", wanted: SnapshotImport) -> SnapshotReport:
        refused, count = tuple(reader.refused), reader.refused_count
        if reader.sha256 != begun.sha256:
            raise SnapshotFileError(f"{wanted.path}: it changed while it was read")
        done = replace(begun, rows=reader.rows, refused=count)
        report = SnapshotReport(kind=done.kind, snapshot=done, refused=refused, refused_count=count)
        if not reader.rows or (count and not wanted.skip_bad_rows):
            self._discard(begun.snapshot_id)
            return replace(report, snapshot=None)
        with self._transactions.write() as tx:
            if self._book.complete(tx, done):
                self._journal.append(tx, _event(done))
                return report
            same = self._book.same(tx, kind=done.kind, dated=done.dated, sha256=done.sha256)
        self._discard(begun.snapshot_id)  # somebody imported the same file at the same time, and was first
        return replace(report, snapshot=same, was_there=True)

    def _discard_abandoned(self, now: datetime) -> None:
        with self._transactions.read() as tx:
            abandoned = self._book.abandoned(tx, before=now - _ABANDONED)
        for snapshot_id in abandoned:
            self._discard(snapshot_id)

    def _discard(self, snapshot_id: SnapshotId) -> None:
        is_gone = False
        while not is_gone:
            with self._transactions.write() as tx:
                is_gone = self._book.discard_some(tx, snapshot_id, limit=_CHUNK)


class _Reader:
    """Reads the rows once, and says afterwards what it saw."""

    def __init__(self, path: Path, internet: Internet) -> None:
        self._path = path
        self._internet = internet
        self._hash = hashlib.sha256()
        self.rows = 0
        self.refused: list[RefusedRow] = []
        self.refused_count = 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def chunks(self) -> Iterator[list[Route]]:
        seen: set[str] = set()
        chunk: list[Route] = []
        for number, line in enumerate(self._lines(), start=1):
            row = read_row(line, number, self._internet)
            if isinstance(row, Route) and row.prefix in seen:
                row = RefusedRow(line=number, reason=f"{row.prefix} stands on an earlier line")
            if isinstance(row, Route):
                seen.add(row.prefix)
                chunk.append(row)
                self.rows += 1
            elif row is not None:
                self.refused_count += 1
                if len(self.refused) < _SHOWN:
                    self.refused.append(row)
            if len(chunk) == _CHUNK:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _lines(self) -> Iterator[bytes]:
        """Lines, each cut one byte behind the longest that is allowed: a file without line ends fills no memory."""
        with self._path.open("rb") as file:
            while line := file.readline(MAX_LINE + 1):
                self._hash.update(line)
                rest = line
                while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
                    rest = file.readline(MAX_LINE + 1)
                    self._hash.update(rest)
                yield line


def _looked_at(path: Path) -> tuple[str, bool]:
    """The file's SHA-256, and whether it is JSON."""
    digest, start = hashlib.sha256(), b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            start = start or block.lstrip()[:1]
            digest.update(block)
    return digest.hexdigest(), start == b"{"


def _draft(wanted: SnapshotImport, kind: SnapshotKind, sha256: str, *, dated: date | None, rows: int = 0) -> Snapshot:
    if dated is None:
        raise SnapshotDateError("no date was given, and a table of prefixes does not hold its own")
    if dated > wanted.now.date():
        raise SnapshotDateError(f"{dated} is in the future")
    return Snapshot(
        snapshot_id=SnapshotId(0),
        kind=kind,
        dated=dated,
        sha256=sha256,
        rows=rows,
        refused=0,
        imported_by=wanted.by,
        imported_at=wanted.now,
    )


def _event(snapshot: Snapshot) -> Event:
    return Event(
        action="hosting:snapshot:import",
        actor=snapshot.imported_by,
        subject=f"hosting_snapshot:{snapshot.snapshot_id}",
        at=snapshot.imported_at,
        detail={
            "kind": snapshot.kind.value,
            "dated": snapshot.dated.isoformat(),
            "sha256": snapshot.sha256,
            "rows": snapshot.rows,
            "refused": snapshot.refused,
        },
    )
