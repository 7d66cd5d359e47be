"""The hashing threads: open a found file safely, hash it, and make sure that it held still."""

import os
from types import TracebackType
from typing import Self

from schoon.scan._flow import Flow, Found
from schoon.scan._handles import NotRegularError, open_file, open_folder, stamp_of
from schoon.scan._mail import MBOX_SNIFF_BYTES, is_mbox
from schoon.scan._outside import Hashes
from schoon.scan._pace import Pace
from schoon.scan.rules import is_racy
from schoon.scan.types import FoundFile, HashedFile, Problem, Trouble

_ATTEMPTS = 3
_NANOSECONDS = 1_000_000_000
_LARGE_BYTES = 1 << 20


class _LastFolder:
    """Keeps the handle of the folder that was used last: files come folder by folder."""

    def __init__(self) -> None:
        self._path: bytes | None = None
        self._handle = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def handle(self, path: bytes) -> int:
        if path != self._path:
            self._close()
            self._handle = open_folder(path)
            self._path = path
        return self._handle

    def _close(self) -> None:
        if self._path is not None:
            os.close(self._handle)
            self._path = None


class HashStage:
    """What each hashing thread runs."""

    def __init__(self, flow: Flow, hasher: Hashes, pace: Pace, *, mail_allowed: bool) -> None:
        """Reads batches from the flow until a None comes."""
        self._flow = flow
        self._hasher = hasher
        self._pace = pace
        self._mail_allowed = mail_allowed

    def run(self) -> None:
        """Until the walk has ended or the scan was stopped."""
        with _LastFolder() as folder:
            while (batch := self._next()) is not None:
                found = Found()
                # Once for all of them, before the first is read: a file may only count as racy longer for it.
                now_ns = self._now_ns()
                for file in batch:
                    if self._flow.stop.is_set() or not self._pace.admit(file.stamp.size):
                        break
                    outcome = self._hashed(file, folder, now_ns)
                    if isinstance(outcome, HashedFile):
                        found.hashed.append(outcome)
                    else:
                        found.troubles.append(outcome)
                    if file.stamp.size > _LARGE_BYTES:
                        found = self._hand_on(found)
                self._hand_on(found)

    def _next(self) -> list[FoundFile] | None:
        return self._flow.take(self._flow.to_hash)

    def _hand_on(self, found: Found) -> Found:
        """Also when stopped: what was hashed is kept."""
        if len(found):
            self._flow.hand_to_store(found)
            with self._flow.lock:
                self._flow.meter.hashed += len(found.hashed)
                self._flow.meter.bytes_hashed += sum(one.stamp.size for one in found.hashed)
        return Found()

    def _hashed(self, file: FoundFile, folder: _LastFolder, now_ns: int) -> HashedFile | Trouble:
        try:
            handle, found = open_file(folder.handle(file.folder), file.name)
        except OSError as cause:
            return Trouble(file.path, _problem_of(cause), _plain(cause))
        try:
            return self._read(file, handle, found, now_ns)
        except OSError as cause:
            return Trouble(file.path, Problem.UNREADABLE, _plain(cause))
        finally:
            os.close(handle)

    def _read(self, file: FoundFile, handle: int, before: os.stat_result, now_ns: int) -> HashedFile | Trouble:
        for _ in range(_ATTEMPTS):
            stamp = stamp_of(before)
            if not self._mail_allowed and self._is_mbox(handle):
                return Trouble(file.path, Problem.MAIL_STORE, "an mbox file; no legal basis for reading it is recorded")
            racy = is_racy(stamp.ctime_ns, now_ns)
            digests = self._hasher.hash_fd(handle)
            after = os.fstat(handle)
            if stamp_of(after) == stamp and digests.size_bytes == after.st_size:
                return HashedFile(
                    file.folder,
                    file.name,
                    stamp,
                    before.st_nlink,
                    digests.md5 + digests.sha1 + digests.sha256,
                    b"".join([frame.value for frame in digests.pdq]),
                    digests.media,
                    None if digests.refusal is None else str(digests.refusal),
                    racy,
                )
            before = after
        return Trouble(file.path, Problem.CHANGING, f"it changed while it was read, {_ATTEMPTS} times")

    def _is_mbox(self, handle: int) -> bool:
        return os.pread(handle, 5, 0) == b"From " and is_mbox(os.pread(handle, MBOX_SNIFF_BYTES, 0))

    def _now_ns(self) -> int:
        return int(self._flow.time.now().timestamp() * _NANOSECONDS)


def _problem_of(cause: OSError) -> Problem:
    if isinstance(cause, FileNotFoundError):
        return Problem.VANISHED
    if isinstance(cause, (NotRegularError, NotADirectoryError)):
        return Problem.CHANGING
    return Problem.UNREADABLE


def _plain(cause: OSError) -> str:
    return (cause.strerror or "cannot be read").lower()
