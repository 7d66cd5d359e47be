"""The few words every room shares: digests, ids, the clock, transactions and the error families."""

from schoon.kinds.clock import Clock, require_utc
from schoon.kinds.digests import EXACT_KINDS, KIND_BYTES, Digest, Kind
from schoon.kinds.entries import (
    CATEGORY_CODES,
    KIND_BITS,
    Category,
    FileRecord,
    SnapshotHeader,
    Standing,
    SupplierLabel,
)
from schoon.kinds.errors import InputError, OutageError, RefusedError, SchoonError
from schoon.kinds.ids import (
    BatchId,
    EntryId,
    HitId,
    HosterId,
    ItemId,
    MemberId,
    NoticeId,
    OrganisationId,
    PersonId,
    ReportId,
    SupplierId,
    TokenId,
)
from schoon.kinds.merkle import EMPTY_ROOT, RootBuilder, leaf_hash, node_hash, paths_of, root_from_path, root_of
from schoon.kinds.transactions import Transaction, Transactions

__all__ = [
    "CATEGORY_CODES",
    "EMPTY_ROOT",
    "EXACT_KINDS",
    "KIND_BITS",
    "KIND_BYTES",
    "BatchId",
    "Category",
    "Clock",
    "Digest",
    "EntryId",
    "FileRecord",
    "HitId",
    "HosterId",
    "InputError",
    "ItemId",
    "Kind",
    "MemberId",
    "NoticeId",
    "OrganisationId",
    "OutageError",
    "PersonId",
    "RefusedError",
    "ReportId",
    "RootBuilder",
    "SchoonError",
    "SnapshotHeader",
    "Standing",
    "SupplierId",
    "SupplierLabel",
    "TokenId",
    "Transaction",
    "Transactions",
    "leaf_hash",
    "node_hash",
    "paths_of",
    "require_utc",
    "root_from_path",
    "root_of",
]
