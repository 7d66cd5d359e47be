"""What follows from what: the state of an entry, the fate of an imported row, what a batch counts for. Pure."""

from collections.abc import Collection
from enum import Enum

from schoon.kinds import BatchId, OrganisationId, Standing
from schoon.lists.types import (
    Batch,
    BatchState,
    EntryState,
    KnownEntry,
    Mark,
    MarkStanding,
    SupplierWithdrawal,
)

TWO = 2
"""Organisations that must attest a batch before it is active."""

MAX_DELTAS = 1000
"""Beyond, opening the list takes noticeably longer; the operator is told to publish in full."""

MAX_DELTA_SHARE = 0.1
"""The same, for marks and entries in deltas against entries in the snapshot."""

_BATCH_TO_ENTRY = {
    BatchState.IMPORTING: EntryState.PROPOSED,
    BatchState.PROPOSED: EntryState.PROPOSED,
    BatchState.ATTESTED: EntryState.ATTESTED,
    BatchState.ACTIVE: EntryState.ACTIVE,
    BatchState.WITHDRAWN: EntryState.WITHDRAWN,
}


class RowFate(Enum):
    """What becomes of an imported row."""

    NEW = "new"
    SUPERSEDES = "supersedes"
    UNCHANGED = "unchanged"
    HELD_BACK = "held back"


def attestation_text(list_name: str, batch: Batch, root: bytes) -> bytes:
    """The text that an organisation signs to attest a batch."""
    return f"schoon attestation v1\n{list_name}\n{batch.batch_id}\n{batch.entry_count}\n{root.hex()}\n".encode()


def entry_state(batch: BatchState, mark: Mark | None) -> EntryState:
    """What an entry is: its own mark when it has one, or else what its batch is.

    A suspension of an entry that is not on the list yet shows as suspended too; withdrawn wins over everything.
    """
    if batch is BatchState.WITHDRAWN or (mark and mark.standing is MarkStanding.WITHDRAWN):
        return EntryState.WITHDRAWN
    if mark and mark.standing is MarkStanding.SUSPENDED:
        return EntryState.SUSPENDED
    return _BATCH_TO_ENTRY[batch]


def comes_back(micros: int | None, withdrawal: SupplierWithdrawal | None) -> bool:
    """Whether an entry is on its supplier's list although it was withdrawn: only with a later time."""
    if withdrawal is None:
        return True
    if withdrawal.by_operator or micros is None or withdrawal.supplier_time is None:
        return False
    return micros > withdrawal.supplier_time


def is_stale(withdrawal_micros: int | None, entry_micros: int | None) -> bool:
    """Whether a withdrawal is older than the entry it names, so that the entry came back since."""
    return withdrawal_micros is not None and entry_micros is not None and entry_micros > withdrawal_micros


def fate_of_row(
    micros: int | None,
    content: bytes,
    *,
    known: KnownEntry | None,
    known_in: BatchState | None,
    withdrawal: SupplierWithdrawal | None,
) -> RowFate:
    """What becomes of an imported row.

    Args:
        micros: The supplier's time of the row, or None.
        content: Its keyed content.
        known: The newest revision here, if any.
        known_in: The state of that revision's batch; IMPORTING stands for an import that was cut off and left.
        withdrawal: The withdrawal of that id, if any.
    """
    if not comes_back(micros, withdrawal):
        return RowFate.HELD_BACK
    if known is None:
        return RowFate.NEW
    if withdrawal is not None:
        return RowFate.NEW
    if micros is not None and known.supplier_time is not None and micros < known.supplier_time:
        return RowFate.UNCHANGED
    if known.content != content:
        return RowFate.SUPERSEDES
    if known_in is BatchState.WITHDRAWN:
        return RowFate.HELD_BACK
    return RowFate.SUPERSEDES if known_in is BatchState.IMPORTING else RowFate.UNCHANGED


def standing_of(batch: Batch, good: Collection[OrganisationId]) -> Standing | None:
    """What the entries of a batch count for when it is published now; None when they are not on the list.

    Args:
        batch: The batch.
        good: Organisations with a verified attestation under a key that was not revoked.
    """
    if batch.state not in {BatchState.ATTESTED, BatchState.ACTIVE} or (batch.held_reason and not batch.held_to_review):
        return None
    counting = set(good) & set(batch.attestors)
    if len(counting) >= TWO and batch.tested_at is not None and not batch.held_reason:
        return Standing.ACTIVE
    return Standing.ATTESTED if counting else None


def what_lacks(batch: Batch, good: Collection[OrganisationId]) -> str:
    """Why a batch cannot be activated yet, for the operator; empty when it can."""
    if batch.state is BatchState.IMPORTING:
        return "its import was cut off: import the same file again"
    if batch.held_reason:
        return f"it is held back: {batch.held_reason}"
    lacks = []
    counting = len(set(good) & set(batch.attestors))
    if counting < TWO:
        lacks.append(f"{TWO - counting} more attestation{'s' if counting == 0 else ''} of another organisation")
    if batch.tested_at is None:
        lacks.append("the known-good test")
    return " and ".join(lacks)


def delta_refusal(added: Collection[Batch], gone: Collection[BatchId], last_entry_id: int) -> str:
    """Why a delta cannot carry a change of batches; empty when it can.

    Args:
        added: Batches that come onto the list.
        gone: Batches that leave it.
        last_entry_id: The highest entry id on the list as it stands; a delta only adds higher ones.
    """
    if gone:
        return f"batch {min(gone)} leaves the list as a whole"
    for batch in added:
        if (batch.first_entry_id or 0) <= last_entry_id:
            return f"batch {batch.batch_id} was imported before another one that is published already"
    return ""
