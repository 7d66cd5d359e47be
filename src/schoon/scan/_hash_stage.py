"""The hashing threads: open a found file safely, hash it, and make sure that it held still.

Most files of a disk are small and no pictures. What of those lies in memory is hashed at once, by one thread: more
would only wait for the interpreter's lock, at every call of the system. Pictures, large files and what the disk has to
give are handed on open to patient threads, which wait for decoders and disks at the same time.
"""

import os
import queue
from types import TracebackType
from typing import Self

from schoon.hashing import Reading
from schoon.scan._flow import Flow, Found
from schoon.scan._handles import NotRegularError, OpenedFile, is_as_it_was, open_file, open_folder, stamp_of
from schoon.scan._mail import MBOX_SNIFF_BYTES, is_mbox
from schoon.scan._outside import Hashes
from schoon.scan._pace import Pace
from schoon.scan.rules import is_racy
from schoon.scan.types import FoundFile, HashedFile, Problem, Trouble

_ATTEMPTS = 3
_TOGETHER = 16
"""Files that a patient thread hands on at a time while more wait for it."""

_NANOSECONDS = 1_000_000_000


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
    """What the hashing threads run."""

    def __init__(self, flow: Flow, hasher: Hashes, pace: Pace, *, mail_allowed: bool) -> None:
        """Nothing is read yet."""
        self._flow = flow
        self._hasher = hasher
        self._pace = pace
        self._mail_allowed = mail_allowed

    def hash_at_once(self) -> None:
        """Open every file of the batches that the walk found, and hash what needs no patience; until a None comes."""
        with _LastFolder() as folder:
            while (batch := self._flow.take(self._flow.to_hash)) is not None:
                found = Found()
                # Once for all of them, before the first is read: a file may only count as racy longer for it.
                now_ns = self._now_ns()
                for file in batch:
                    if self._flow.stop.is_set() or not self._pace.admit(file.stamp.size):
                        break
                    outcome = self._at_once(file, folder, now_ns)
                    if outcome is not None:
                        found.add(outcome)
                self._hand_on(found)

    def hash_patiently(self) -> None:
        """Hash what was handed on open, until a None comes; it never waits with results in hand."""
        found = Found()

        def hand_on() -> None:
            nonlocal found
            self._hand_on(found)
            found = Found()

        try:
            while (opened := self._flow.take(self._flow.to_read, idle=hand_on)) is not None:
                try:
                    found.add(self._hashed(opened))
                finally:
                    os.close(opened.handle)
                if len(found) >= _TOGETHER:
                    hand_on()
        finally:
            hand_on()

    def close_rest(self) -> None:
        """Close what was handed on and not taken, when every thread has ended."""
        while True:
            try:
                opened = self._flow.to_read.get_nowait()
            except queue.Empty:
                return
            if opened is not None:
                os.close(opened.handle)

    def _at_once(self, file: FoundFile, folder: _LastFolder, now_ns: int) -> HashedFile | Trouble | None:
        """What became of a file; None when it was handed on."""
        try:
            handle, found = open_file(folder.handle(file.folder), file.name)
        except OSError as cause:
            return Trouble(file.path, _problem_of(cause), _plain(cause))
        is_handed_on = False
        try:
            opened = OpenedFile(file, handle, found, now_ns)
            reading = Reading.in_memory(handle, found.st_size)
            if reading is None or reading.media is not None:
                is_handed_on = self._flow.put(self._flow.to_read, opened)
                return None
            return self._hashed(opened, reading)
        finally:
            if not is_handed_on:
                os.close(handle)

    def _hashed(self, opened: OpenedFile, reading: Reading | None = None) -> HashedFile | Trouble:
        try:
            return self._read(opened, reading)
        except OSError as cause:
            return Trouble(opened.file.path, Problem.UNREADABLE, _plain(cause))

    def _read(self, opened: OpenedFile, reading: Reading | None) -> HashedFile | Trouble:
        file, handle, before, now_ns = opened
        for _ in range(_ATTEMPTS):
            stamp = stamp_of(before)
            if reading is None:
                reading = Reading(handle, before.st_size)
            if not self._mail_allowed and is_mbox(reading.start(MBOX_SNIFF_BYTES)):
                return Trouble(file.path, Problem.MAIL_STORE, "an mbox file; no legal basis for reading it is recorded")
            racy = is_racy(stamp.ctime_ns, now_ns)
            digests = self._hasher.hash_reading(reading)
            after = os.fstat(handle)
            if is_as_it_was(after, before) and digests.size_bytes == after.st_size:
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
            before, reading = after, None
        return Trouble(file.path, Problem.CHANGING, f"it changed while it was read, {_ATTEMPTS} times")

    def _hand_on(self, found: Found) -> None:
        """Also when stopped: what was hashed is kept."""
        if len(found):
            self._flow.hand_to_store(found)
            with self._flow.lock:
                self._flow.meter.hashed += len(found.hashed)
                self._flow.meter.bytes_hashed += sum(one.stamp.size for one in found.hashed)

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
