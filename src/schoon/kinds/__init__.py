"""The few words every room shares: digests, ids, the clock, transactions and the error families."""

from schoon.kinds.clock import Clock, require_utc
from schoon.kinds.digests import EXACT_KINDS, KIND_BYTES, Digest, Kind
from schoon.kinds.errors import InputError, OutageError, RefusedError, SchoonError
from schoon.kinds.ids import BatchId, EntryId, HitId, MemberId, OrganisationId, SupplierId, TokenId
from schoon.kinds.transactions import Transaction, Transactions

__all__ = [
    "EXACT_KINDS",
    "KIND_BYTES",
    "BatchId",
    "Clock",
    "Digest",
    "EntryId",
    "HitId",
    "InputError",
    "Kind",
    "MemberId",
    "OrganisationId",
    "OutageError",
    "RefusedError",
    "SchoonError",
    "SupplierId",
    "TokenId",
    "Transaction",
    "Transactions",
    "require_utc",
]
