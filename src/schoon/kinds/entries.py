"""The words for what stands on a published list: category, standing, supplier, version and file."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from schoon.kinds.digests import Kind


class Category(StrEnum):
    """What a supplier says an entry is; `investigation` and `other` count only where a member's policy says so."""

    BASELINE = "baseline"
    NATIONAL = "national"
    INVESTIGATION = "investigation"
    OTHER = "other"


CATEGORY_CODES: dict[Category, int] = {
    Category.BASELINE: 1,
    Category.NATIONAL: 2,
    Category.INVESTIGATION: 3,
    Category.OTHER: 4,
}
"""The byte that stands for each category in a snapshot."""


class Standing(IntEnum):
    """What an entry of a snapshot counts for; the byte that stands for it in the file."""

    ATTESTED = 1
    """One organisation attested it: answers `review`, never `listed`."""
    ACTIVE = 2
    """Two organisations attested it and it passed the known-good test: answers `listed`."""
    SUSPENDED = 3
    """Under dispute: answers `review`."""
    WITHDRAWN = 4
    """No longer on the list: never found."""


KIND_BITS: dict[Kind, int] = {Kind.MD5: 1, Kind.SHA1: 2, Kind.SHA256: 4, Kind.PDQ: 8}
"""The bit that stands for each kind in a snapshot: which digests an entry has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierLabel:
    """How a supplier of a snapshot is shown to members.

    Attributes:
        code: The number that stands for it in a snapshot.
        name: For the operator and for policies.
        supplier_class: What members see: "police", "hotline", "industry", …
    """

    code: int
    name: str
    supplier_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotHeader:
    """What is common to a whole published version.

    Attributes:
        list_name: Which list this is ("nl").
        version: Rises with every snapshot and every delta; never reused.
        created_at: When it was published (UTC).
        suppliers: Every supplier whose entries are inside.
    """

    list_name: str
    version: int
    created_at: datetime
    suppliers: tuple[SupplierLabel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """A published file as the head names it.

    Attributes:
        name: File name inside the publication directory, without any folder.
        sha256: SHA-256 of the whole file, as `sha256sum` prints it (32 bytes).
        size: Bytes.
    """

    name: str
    sha256: bytes
    size: int
