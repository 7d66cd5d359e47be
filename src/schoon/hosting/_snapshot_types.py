"""The words of imported files: which kinds there are, what became of one, and a row of the table of prefixes."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

SnapshotId = NewType("SnapshotId", int)


class SnapshotKind(StrEnum):
    """What an imported file holds."""

    PREFIXES = "prefixes"
    RDAP_DNS = "rdap-dns"
    RDAP_IPV4 = "rdap-ipv4"
    RDAP_IPV6 = "rdap-ipv6"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One imported file.

    Attributes:
        dated: The day on which its content was so; the newest complete one counts.
        sha256: Of the file, in hexadecimal.
        rows: Taken from it.
        refused: Rows that could not be taken, when people chose to go on without them.
    """

    snapshot_id: SnapshotId
    kind: SnapshotKind
    dated: date
    sha256: str
    rows: int
    refused: int
    imported_by: str
    imported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A row of the table of prefixes.

    Attributes:
        prefix: Canonical, such as 192.0.2.0/24.
        asn: Who announces it; None when the table does not say.
        country: Of the organisation, two letters; empty when the table does not say.
    """

    prefix: str
    asn: int | None
    organisation: str
    country: str
    abuse: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that cannot be taken; lines count from 1."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotReport:
    """What became of a file.

    Attributes:
        snapshot: None when nothing of it was taken.
        was_there: Whether the same file of the same date was imported before; then nothing was changed.
        refused: The first hundred rows that cannot be taken.
    """

    kind: SnapshotKind
    snapshot: Snapshot | None
    was_there: bool = False
    refused: tuple[RefusedRow, ...] = ()
    refused_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotImport:
    """What is imported, and on whose word.

    Attributes:
        path: Where the file is.
        dated: When its content was so; None for an RDAP file, which says so itself.
        skip_bad_rows: Take the good rows although there are bad ones.
    """

    path: str
    dated: date | None
    by: str
    now: datetime
    skip_bad_rows: bool = False
