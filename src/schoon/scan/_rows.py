"""What the state file gives out and takes in, a row at a time."""

from typing import NamedTuple

from typing_extensions import override

from schoon.scan.types import Stamp

KNOWN_COLUMNS = "id, size, mtime_ns, ctime_ns, ino, racy, waiting, verdict, list_version, held"
"""The fields of `KnownFile`, in their order."""


class KnownFile(NamedTuple):
    """What the state holds on one path: a row as it comes, since one is looked at for every file of every scan."""

    row: int
    size: int
    mtime_ns: int
    ctime_ns: int
    ino: int
    racy: int
    waiting: int
    verdict: str | None
    list_version: int | None
    held: int | None

    def is_unchanged(self, stamp: Stamp) -> bool:
        """Whether the file is still the one that was hashed. The device is left out: reboots renumber it."""
        return (
            not self.racy
            and self.ino == stamp.ino
            and self.size == stamp.size
            and self.mtime_ns == stamp.mtime_ns
            and self.ctime_ns == stamp.ctime_ns
        )


class WaitingFile(NamedTuple):
    """One row of the queue to the service."""

    row: int
    path: bytes
    exact: bytes
    pdq: bytes
    stamp: Stamp
    held: int | None

    @override
    def __repr__(self) -> str:
        """The row alone: neither path nor digests reach a log through `repr`."""
        return f"WaitingFile(row={self.row})"


class StoredAnswer(NamedTuple):
    """An answer on its way into the state; `verdict` is "refused" when the service refused the item."""

    asked: WaitingFile
    verdict: str
    hit: str | None
    list_version: int
